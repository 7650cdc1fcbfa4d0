"""Where a job's pictures go: shown on the object at once, and kept when the artist says so.

Every job has a host of its own, whose target is what was in front when it was handed in.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple

import bpy

from plugins.blender.blender_host import IN_PLACE, NEW, NEW_IMAGE, BlenderHost
from plugins.blender.commands import PROJECT, RENDER
from plugins.blender.host import undo
from plugins.blender.host.images import is_usable
from plugins.blender.host.masks import MaskSource
from plugins.blender.host.material import texture_of
from plugins.blender.host.preview import NAME, Previews
from plugins.blender.preferences import saves_beside
from plugins.common.host import DocumentGone, DocumentInfo, HostError, Work
from plugins.common.phrases import say
from plugins.common.tasks import Candidate

_NO_TEXTURE = (PROJECT.name, RENDER.name)
"""Intents whose pictures are no textures."""


TOKEN = "impasto_look"
"""Custom property of the image that is shown for a look: which look it is."""

LOOKS_KEPT = 64
"""More than Blender's undo steps by default."""


def no_image() -> str:
    return say("Open an image, or choose an object that has a texture.")


def apply_first() -> str:
    return say("Apply the candidate first: so far it is only shown.")


def active_mesh(context: bpy.types.Context) -> bpy.types.Object | None:
    """What a texture would be put on."""
    layer = context.view_layer
    found = layer.objects.active if layer is not None else None
    return found if found is not None and found.type == "MESH" else None


def active_image(context: bpy.types.Context) -> bpy.types.Image | None:
    """The Image Editor's where the artist is in one, the paint slot's in Texture Paint, else what
    the object wears."""
    space = context.space_data
    if space is not None and space.type == "IMAGE_EDITOR":
        return space.image if space.image is not None and is_usable(space.image) else None
    obj = active_mesh(context)
    is_painting = obj is not None and obj.mode == "TEXTURE_PAINT"
    for image in (_painted_image(context, obj) if is_painting else None, texture_of(obj)):
        if image is not None and is_usable(image):
            return image
    return None


def _painted_image(
    context: bpy.types.Context, obj: bpy.types.Object | None
) -> bpy.types.Image | None:
    """What Texture Paint's brushes go to."""
    painting = context.scene.tool_settings.image_paint
    if painting.mode == "IMAGE":
        return painting.canvas
    material = obj.active_material if obj is not None else None
    if material is None or not material.texture_paint_images:
        return None
    place = material.paint_active_slot
    images = material.texture_paint_images
    return images[place] if 0 <= place < len(images) else None


def new_host(
    image: bpy.types.Image | None,
    obj: bpy.types.Object | None,
    *,
    mask: MaskSource | None = None,
    size: tuple[int, int] = (1024, 1024),
    in_place: bool = False,
) -> BlenderHost:
    """For one job. image: what it works on; None for a new texture. obj: what will wear it."""
    host = BlenderHost()
    host.choose(
        image.name if image is not None else None,
        obj.name if obj is not None else None,
        mask,
        size=size,
        lays=IN_PLACE if in_place else NEW_IMAGE,
        beside=saves_beside(),
    )
    return host


def document_of(host: BlenderHost) -> DocumentInfo:
    """Raises HostError that says why there is none."""
    found = host.active_document()
    if found is None:
        raise HostError(host.why_no_document())
    return found


def named_image(context: bpy.types.Context, name: str) -> bpy.types.Image:
    """The image of that name, or the active one. Raises HostError."""
    found = bpy.data.images.get(name) if name else active_image(context)
    if found is None and name:
        raise HostError(say("There is no image “{name}”.", name=name))
    if found is None:
        raise HostError(no_image())
    if found.name == NAME:
        raise HostError(apply_first())
    return found


Keep = Callable[[Candidate], Work[list[str]]]
"""Makes something of a candidate's picture; names of the images."""


class Landing(NamedTuple):
    """keep: what Apply does, where that is more than a new texture; such a candidate is not shown
    on the object before."""

    host: BlenderHost
    keep: Keep | None = None


class Look(Previews):
    """One candidate on the object. Can be taken away again after an undo or redo brought it back,
    so it remembers how."""

    def __init__(self, candidate: Candidate, host: BlenderHost, document: str) -> None:
        super().__init__()
        self.candidate = candidate
        self.token = f"{candidate.ticket.job}/{candidate.place}/{uuid.uuid4()}"
        image = host.image(document)
        self.show(image, host.object, candidate.layer)
        bpy.data.images[NAME][TOKEN] = self.token

    def take_away(self) -> None:
        steps = list(self._back)
        self.show(None, None, None)
        self._back = steps


class Landings:
    """Of each job by its id. Looks are undo steps: Blender's undo crashes where a material was
    changed without one."""

    def __init__(self) -> None:
        self._known: dict[str, Landing] = {}
        self._looks: dict[str, Look] = {}
        self._editors = RenderEditors()
        self._look: Look | None = None

    @property
    def shown(self) -> Candidate | None:
        """What the object wears for a look."""
        return self._look.candidate if self._look is not None else None

    def expect(self, job: str, landing: Landing) -> None:
        self._known[job] = landing

    def of(self, candidate: Candidate) -> Landing:
        """Of a job that an earlier Blender handed in: the active object's."""
        job, intent = candidate.ticket.job, candidate.ticket.intent
        if job not in self._known:
            obj = None if intent in _NO_TEXTURE else active_mesh(bpy.context)
            self._known[job] = Landing(new_host(None, obj))
        return self._known[job]

    def is_chosen(self, candidate: Candidate, chosen: Candidate | None) -> bool:
        """Whether it is marked in the strip: it is on the object, or would be by Apply."""
        return self.shown is candidate or (
            chosen is candidate and self.of(candidate).keep is not None
        )

    def show(self, candidate: Candidate | None) -> None:
        """On the object in place of what it wears; None puts that back. Raises HostError."""
        if candidate is not None and self.of(candidate).keep is not None:
            candidate = None
        if candidate is self.shown:
            return
        with undo.one_step(say("Impasto: {title}", title=say("Show"))):
            self.take_away()
            if candidate is not None:
                self._put_on(candidate)

    def take_away(self) -> None:
        """Without an undo step: where one follows at once."""
        if self._look is not None:
            self._editors.put_back()
            self._look.take_away()
            self._look = None

    def put_on_again(self, candidate: Candidate) -> None:
        """What `take_away` took, after it was saved without it."""
        if self._look is None:
            with undo.one_step(say("Impasto: {title}", title=say("Show"))):
                self._put_on(candidate)

    def reconcile(self) -> Candidate | None:
        """After an undo or redo: which candidate the object wears now."""
        image = bpy.data.images.get(NAME)
        self._look = self._looks.get(image.get(TOKEN, "")) if image is not None else None
        return self.shown

    def keep(self, candidates: Sequence[Candidate]) -> Work[list[str]]:
        """New images, or the old one changed; their names. One undo step. Raises HostError."""
        first = candidates[0]
        host, keep = self.of(first)
        if keep is not None or host.target.lays == IN_PLACE:
            self.show(None)  # what follows takes a while, or is recorded for the image alone
        self.take_away()
        if keep is not None:
            names = yield from keep(first)
            first.is_applied = True
            return names
        layers = [each.layer for each in candidates]
        keys = yield from host.add_layers(self._document(first), layers, None, first.ticket.title)
        for each in candidates:
            each.is_applied = True
        names = [host.info(key).name for key in keys]
        if first.ticket.intent == RENDER.name:
            self._editors.show(bpy.data.images.get(names[0]))
        return names

    def forget(self) -> None:
        """Another file was opened: what was shown is not there any more."""
        self._look = None
        self._looks.clear()
        self._known.clear()

    def _put_on(self, candidate: Candidate) -> None:
        look = Look(candidate, self.of(candidate).host, self._document(candidate))
        self._look = self._looks[look.token] = look
        while len(self._looks) > LOOKS_KEPT:
            del self._looks[next(iter(self._looks))]
        if candidate.ticket.intent == RENDER.name:
            self._editors.show(bpy.data.images.get(NAME))

    def _document(self, candidate: Candidate) -> str:
        """What it was painted for; a new texture where that is gone."""
        key = candidate.ticket.document
        try:
            self.of(candidate).host.image(key)
        except DocumentGone:
            return NEW
        return key


class RenderEditors:
    """Image Editors that show the render: there a repainted one is shown, too."""

    def __init__(self) -> None:
        self._swapped: list[tuple[str, int]] = []

    def show(self, image: bpy.types.Image | None) -> None:
        self._swapped = []
        for screen in bpy.data.screens:
            for place, area in enumerate(screen.areas):
                if area.type == "IMAGE_EDITOR" and _is_render(area.spaces.active.image):
                    area.spaces.active.image = image
                    self._swapped.append((screen.name, place))

    def put_back(self) -> None:
        result = next((each for each in bpy.data.images if _is_render(each)), None)
        for name, place in self._swapped:
            screen = bpy.data.screens.get(name)
            if screen is not None and place < len(screen.areas):
                area = screen.areas[place]
                if area.type == "IMAGE_EDITOR":
                    area.spaces.active.image = result
        self._swapped = []


def _is_render(image: bpy.types.Image | None) -> bool:
    return image is not None and image.type == "RENDER_RESULT"
