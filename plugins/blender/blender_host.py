"""Blender's images as documents, their masks as selections, new images as layers.

No network, no panels. Everything of Blender's is looked up again by its name after each pause:
artists delete, rename and undo.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import bpy

from plugins.blender.host import images, keeping, laying, masks, material, undo
from plugins.blender.host.masks import MaskSource
from plugins.blender.host.preview import Previews
from plugins.common.host import DocumentGone, DocumentInfo, HostError, LayerInfo, NewLayer, Work
from plugins.common.phrases import say
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import Input
from protocol.pixels import ColorSpace, PixelLayout, Rows

NEW = "new"
"""Key of the document that is not there yet: a texture to be painted from words."""

NOTE = "impasto_note_{}"
NEW_IMAGE, IN_PLACE = "new_image", "in_place"
_BYTES = PixelLayout.RGBA8, ColorSpace.SRGB
_FLOATS = PixelLayout.RGBA32F, ColorSpace.LINEAR


@dataclass(frozen=True)
class Target:
    """What the next job is about. image, obj: names; without an image it is a new texture of
    `size`, with an object it is put on that. lays: into new images or into the old one. beside:
    new images are saved beside the .blend, not packed into it. repeats: the axes in which the
    image is seamless and must stay so; None: as its record says."""

    image: str = ""
    obj: str = ""
    mask: MaskSource = masks.NO_MASK
    size: tuple[int, int] = (1024, 1024)
    is_float: bool = False
    lays: str = NEW_IMAGE
    beside: bool = False
    repeats: str | None = None


class BlenderHost:
    """See `plugins.common.host.Host`. A document's key is the session's number of its image; a
    layer's id is the same, since an image has only itself. New images take an undo step of their
    own, so what calls `add_layers` needs none."""

    def __init__(self) -> None:
        self.target = Target()
        self._previews = Previews()
        self._seen: tuple[str, masks.Mask | None, Rect] | None = None

    # ---- targets ---------------------------------------------------------------------------------

    def choose(
        self,
        image: str | None = None,
        obj: str | None = None,
        mask: MaskSource | None = None,
        *,
        size: tuple[int, int] = (1024, 1024),
        is_float: bool = False,
        lays: str = NEW_IMAGE,
        beside: bool = False,
        repeats: str | None = None,
    ) -> None:
        """What the artist has in front: see `Target`."""
        target = Target(
            image or "", obj or "", mask or masks.NO_MASK, size, is_float, lays, beside, repeats
        )
        self.target = target
        self.refresh()

    def refresh(self) -> None:
        """Look at the mask anew: before a job that shall have it as it is now."""
        self._seen = None

    def why_no_mask(self) -> str:
        """Why there is no selection although a mask is chosen, for an artist; empty if there is."""
        image = bpy.data.images.get(self.target.image)
        if image is None or self.target.mask.kind == masks.NONE:
            return ""
        try:
            mask, window = self._look(image)
        except HostError as error:
            return str(error)
        if mask is not None and mask.bounds(window) is None:
            return say("The mask is empty; paint it, or select faces.")
        return ""

    @property
    def object(self) -> bpy.types.Object | None:
        """The chosen one, while it is there."""
        return bpy.data.objects.get(self.target.obj) if self.target.obj else None

    def image(self, document: str) -> bpy.types.Image | None:
        """None for a texture that is not there yet. Raises DocumentGone."""
        return None if document == NEW else images.find_image(document)

    def key_of(self, image: bpy.types.Image) -> str:
        return images.key_of(image)

    @property
    def active_key(self) -> str:
        """Of the chosen image, while it is there; else of the new texture."""
        image = bpy.data.images.get(self.target.image)
        return images.key_of(image) if image is not None else NEW

    # ---- documents -------------------------------------------------------------------------------

    def active_document(self) -> DocumentInfo | None:
        """The chosen image; a new texture where none is chosen; None where it cannot be used."""
        if not self.target.image:
            return self.info(NEW)
        image = bpy.data.images.get(self.target.image)
        if image is None or images.why_unusable(image):
            return None
        return self.info(images.key_of(image))

    def why_no_document(self) -> str:
        """Why `active_document` is None, for an artist; empty if it is not."""
        image = bpy.data.images.get(self.target.image)
        if self.target.image and image is None:
            return say("The image is not there any more.")
        return images.why_unusable(image) if image is not None else ""

    def open_documents(self) -> list[str]:
        return [NEW, *(images.key_of(each) for each in bpy.data.images if images.is_usable(each))]

    def info(self, document: str) -> DocumentInfo:
        image, file = self.image(document), bpy.data.filepath
        if image is None:
            width, height = self.target.size
            layout, space = _FLOATS if self.target.is_float else _BYTES
            path = f"{file}#" if file else ""
            return DocumentInfo(
                NEW, say("New texture"), path, Rect(0, 0, width, height), layout, space
            )
        kind = images.kind_of(image)
        path = f"{file}#{image.name}" if file else ""
        canvas = self._window(image)
        return DocumentInfo(document, image.name, path, canvas, kind.layout, kind.space)

    def selection(self, document: str) -> Rect | None:
        """Bounds of the mask, as it was when it was first looked at: see `refresh`."""
        image = self.image(document)
        if image is None or self.target.mask.kind == masks.NONE:
            return None
        try:
            mask, window = self._look(image)
        except HostError:
            return None
        return mask.bounds(window) if mask is not None else None

    # ---- layers ----------------------------------------------------------------------------------

    def layers(self, document: str) -> list[LayerInfo]:
        """The image itself, then all others: a mix may take any of them for its second picture."""
        own = self.image(document)
        others = [one for one in bpy.data.images if images.is_usable(one) and one != own]
        canvas = self.info(document).canvas
        found = [own, *others] if own is not None else others
        return [LayerInfo(images.key_of(each), each.name, canvas) for each in found]

    def active_layer(self, document: str) -> LayerInfo | None:
        image = self.image(document)
        if image is None:
            return None
        return LayerInfo(document, image.name, self._window(image))

    # ---- reading ---------------------------------------------------------------------------------

    def read_pixels(self, document: str, rect: Rect, layer: str | None) -> Work[Picture]:
        """Of another image: all of it, at the size of `rect`."""
        own = self.image(document)
        try:
            image = images.find_image(layer) if layer else own
        except DocumentGone as error:
            raise HostError(say("The second image is not there any more.")) from error
        if image is None:
            raise HostError(say("Choose an image to work on."))
        if image == own:
            return (yield from images.read_image(image, rect))
        return (yield from images.read_scaled(image, rect))

    def read_selection(self, document: str, rect: Rect) -> Work[Picture]:
        image = self.image(document)
        if image is None:
            raise HostError(say("Choose an image to work on."))
        mask, _ = self._look(image)
        yield
        pixels = mask.part(rect) if mask is not None else bytes(rect.area)
        return Picture(Input("mask", rect, PixelLayout.GRAY8, 0, rows=Rows.BOTTOM), pixels)

    # ---- writing ---------------------------------------------------------------------------------

    def add_layers(
        self,
        document: str,
        layers: Sequence[NewLayer],
        above: str | None,
        group: str,
        canvas: Rect | None = None,
    ) -> Work[list[str]]:
        """New images, packed or saved as chosen; the object wears the first one. In place: the
        first is laid over the image itself. Keys of the images."""
        image = self.image(document)
        if not layers:
            return []
        in_place = self.target.lays == IN_PLACE and image is not None
        if in_place and canvas in (None, self._window(image)):
            yield from self._lay_in(document, layers[0])
            return [document]
        with laying.taken_back_on_failure() as made:
            for layer in layers:
                ready = yield from laying.prepared(layer, self.image(document), canvas)
                made.append((yield from ready.make()))
                yield
            self.image(document)  # raises DocumentGone
            self.show_preview(document, None)
            with undo.one_step(say("Impasto: {title}", title=group or layers[0].name)):
                self._put_up(document, [images.find_image(key) for key in made])
        return made

    def _lay_in(self, document: str, layer: NewLayer) -> Work[None]:
        self.show_preview(document, None)
        image = self.image(document)
        yield from images.write_region(
            image, layer.rect, layer.pixels, layout=layer.layout, space=layer.space
        )
        if layer.record:
            images.find_image(document)[laying.RECORD] = layer.record

    def _put_up(self, document: str, made: Sequence[bpy.types.Image]) -> None:
        """The first one on the object; what nothing shows is kept in the file all the same."""
        if self.target.beside:
            for image in made:
                keeping.keep(image, beside=True)
        if self.object is not None:
            material.wear(self.object, made[0])
        for image in made[1 if self.object is not None else 0 :]:
            image.use_fake_user = True
        show_in_editors(self.image(document), made[0])

    def resize_canvas(self, document: str, canvas: Rect) -> None:
        """Nothing: Blender cannot undo that an image was resized in place, so `add_layers` makes a
        larger one of an expanded picture."""
        self.image(document)

    def show_preview(self, document: str, layer: NewLayer | None) -> None:
        """On the object, and in the Image Editors that show the image: in the place of the image,
        which is put back afterwards. Take it away before the file is saved."""
        image = self.image(document)
        self._previews.show(image, self.object, layer)

    # ---- notes -----------------------------------------------------------------------------------

    def read_note(self, document: str, name: str) -> bytes:
        content = self._keeper(document).get(NOTE.format(name), b"")
        return bytes(content) if isinstance(content, bytes) else b""

    def write_note(self, document: str, name: str, content: bytes) -> None:
        """As custom property of the image; of the scene for a texture that is not there yet."""
        keeper, name = self._keeper(document), NOTE.format(name)
        if content:
            keeper[name] = content
        elif name in keeper:
            del keeper[name]

    def read_record(self, document: str) -> str:
        """How the image was painted; empty where that is not known."""
        image = self.image(document)
        return str(image.get(laying.RECORD, "")) if image is not None else ""

    # ---- inside ----------------------------------------------------------------------------------

    def _keeper(self, document: str) -> bpy.types.ID:
        return self.image(document) or bpy.context.scene

    def _window(self, image: bpy.types.Image) -> Rect:
        """Which part of the endless texture is the canvas: the image; moved, in a seamless one, so
        that the mask does not lie on its edge, where a model would not see what comes beyond."""
        if self.target.mask.kind != masks.NONE and image.name == self.target.image:
            with suppress(HostError):
                return self._look(image)[1]
        return images.canvas_of(image)

    def _look(self, image: bpy.types.Image) -> tuple[masks.Mask | None, Rect]:
        """The mask as it was when it was first asked for: all of a job sees the same. Raises
        HostError where it cannot be had."""
        key = images.key_of(image)
        if self._seen is None or self._seen[0] != key:
            width, height = image.size
            mask = _finished(masks.mask_of(self.target.mask, width, height, self.object))
            window = images.canvas_of(image)
            if mask is not None:
                window = mask.window(self.target.repeats or laying.repeats(image))
            self._seen = key, mask, window
        return self._seen[1:]


def show_in_editors(old: bpy.types.Image | None, new: bpy.types.Image) -> None:
    """Image Editors that show the old one, or nothing, show the new one."""
    for screen in bpy.data.screens:
        for area in screen.areas:
            space = area.spaces.active
            is_free = area.type == "IMAGE_EDITOR" and not space.use_image_pin
            if is_free and space.image in (None, old):
                space.image = new


def _finished(work: Work[masks.Mask | None]) -> masks.Mask | None:
    while True:
        try:
            next(work)
        except StopIteration as end:
            mask: masks.Mask | None = end.value
            return mask
