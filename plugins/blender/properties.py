"""What a scene keeps for Impasto, as Blender's properties: the form's values, and what is chosen.

The truth of the form is one JSON text on the scene: it outlives a changed catalogue and a Blender
without Impasto. The form's own properties read and write it, and keep nothing themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import bpy
from bpy.props import (
    BoolProperty,
    EnumProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from plugins.blender import fields
from plugins.blender.commands import COMMANDS, SIDE, WAYS, Command, command_named
from plugins.common.form import Form
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.session import Session
from plugins.common.snapshot import known_catalogue
from plugins.common.store import Preferences, plugin_folder
from plugins.common.wording import offered_models
from protocol.errors import ImpastoError
from protocol.params import Catalogue, Group, Image, Parameter

PROGRAM = "blender"
SIDES = (256, 512, 1024, 2048, 4096)
_FIRST = {"tile": "both", "width": SIDE, "height": SIDE}
"""What a new scene begins with, where it differs from the daemon's: it is for textures."""

_OWN_SIZE = 1


class Forms:
    """The catalogue that the properties are made of, and the form of the scene asked for last.

    session: for the models and what was typed before; None until there is one.
    """

    def __init__(self) -> None:
        self.session: Session | None = None
        self.refused = ""
        self._catalogue: Catalogue | None = None
        self._last: tuple[str, Form] | None = None
        self._kept_alive: dict[str, list[tuple[str, str, str, str, int]]] = {}

    @property
    def catalogue(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = known_catalogue(Preferences(plugin_folder() / f"{PROGRAM}.json"))
        return self._catalogue

    def use(self, catalogue: Catalogue | None) -> None:
        self._catalogue, self._last = catalogue, None

    def of(self, scene: bpy.types.Scene) -> Form:
        """A copy of a scene's, to be read; `keep` writes one back."""
        text = scene.impasto.form
        if self._last is None or self._last[0] != text:
            self._last = text, self._parsed(text)
        return self._last[1]

    def keep(self, scene: bpy.types.Scene, form: Form) -> None:
        text = json.dumps(form.to_json(), ensure_ascii=False, sort_keys=True)
        if text != scene.impasto.form:
            scene.impasto.form = text
        self._last = text, form

    def copy(self, form: Form) -> Form:
        return Form(self.catalogue, form.to_json())

    def change(self, scene: bpy.types.Scene, field: Parameter, value: Any) -> None:
        """What is not allowed stays as it was; `refused` then says why."""
        form = self.copy(self.of(scene))
        try:
            form.set(field, value)
        except ImpastoError as error:
            self.refused = error.message
            return
        self.refused = ""
        self.keep(scene, form)

    def models(self, scene: bpy.types.Scene, operation: str, chosen: str | None) -> Sequence[Any]:
        """Blender does not keep these texts itself: a list that is gone is drawn as garbage."""
        known = self.session.models if self.session is not None else ()
        found = [
            (
                each.name or fields.OWN,
                each.label if each.is_able else f"{each.label} ({say('not for this')})",
                each.help,
                "NONE" if each.is_able else "ERROR",
                fields.number_of(each.name or fields.OWN),
            )
            for each in offered_models(known, operation, chosen)
        ]
        if self._kept_alive.get(operation) != found:
            self._kept_alive[operation] = found
        return self._kept_alive[operation]

    def typed(self, name: str) -> list[str]:
        return self.session.preferences.prompts(name) if self.session is not None else []

    def _parsed(self, text: str) -> Form:
        try:
            values = json.loads(text) if text else None
        except ValueError:
            values = None
        if isinstance(values, dict):
            return Form(self.catalogue, values)
        form = Form(self.catalogue, {})
        for operation in self.catalogue.operations:
            for field in operation.params:
                if field.name in _FIRST and not isinstance(field, (Image, Group)):
                    form.set(field, _FIRST[field.name])
        return form


FORMS = Forms()


def form_fields(operation: str) -> list[Parameter]:
    """Those that an artist fills in."""
    known = next((each for each in FORMS.catalogue.operations if each.name == operation), None)
    return [each for each in known.params if not isinstance(each, (Image, Group))] if known else []


def property_name(operation: str, field: str) -> str:
    return f"{operation}_{field}"


# ---- the form, of the catalogue ------------------------------------------------------------------


def form_group() -> type:
    """The class of `scene.impasto_form`; one property and more for each parameter of each
    operation."""
    annotations: dict[str, Any] = {
        "size": EnumProperty(
            name=say("Size"), description=say("Of the new texture, in pixels."),
            items=[*((str(side), f"{side} × {side}", "", side) for side in SIDES),
                   ("own", say("Other …"), "", _OWN_SIZE)],
            get=_size, set=_set_size,
        )
    }  # fmt: skip
    for operation in FORMS.catalogue.operations:
        for field in form_fields(operation.name):
            annotations.update(_members(operation.name, field))
    return type("ImpastoForm", (bpy.types.PropertyGroup,), {"__annotations__": annotations})


def _members(operation: str, field: Parameter) -> dict[str, Any]:
    def get(group: Any) -> Any:
        return FORMS.of(group.id_data).get(field)

    def change(group: Any, value: Any) -> None:
        FORMS.change(group.id_data, field, value)

    def models(group: Any) -> Any:
        return FORMS.models(group.id_data, operation, get(group))

    name = property_name(operation, field.name)
    return dict(fields.members(name, field, get, change, models, FORMS.typed))


def _sides(scene: bpy.types.Scene) -> tuple[Any, Any]:
    form = FORMS.of(scene)
    known = {field.name: field for field in form_fields("generate")}
    return tuple(form.get(known[name]) if name in known else None for name in ("width", "height"))


def _size(group: Any) -> int:
    width, height = _sides(group.id_data)
    return width if width == height and width in SIDES else _OWN_SIZE


def _set_size(group: Any, side: int) -> None:
    """Another one is 8 pixels off, so that its two fields are shown."""
    if side == _OWN_SIZE:
        width, height = _sides(group.id_data)
        side, other = width or SIDE, (height or SIDE) // 2
    else:
        other = side
    for field in form_fields("generate"):
        if field.name in ("width", "height"):
            FORMS.change(group.id_data, field, side if field.name == "width" else other)


# ---- what else a scene keeps ---------------------------------------------------------------------


def is_stencil_like(_self: Any, image: bpy.types.Image) -> bool:
    """What can be chosen where an image with pixels of its own is wanted."""
    return image.type not in ("RENDER_RESULT", "COMPOSITING") and image.source != "VIEWER"


def options_group() -> type:
    """The class of `scene.impasto`."""
    masks = [
        ("stencil", say("Stencil"), say("The stencil image of Texture Paint."), 0),
        ("image", say("Image"), say("An image: white is painted."), 1),
        ("faces", say("Faces"), say("The selected faces, through the UV map."), 2),
    ]
    annotations: dict[str, Any] = {
        "form": StringProperty(options={"HIDDEN"}),
        "results": StringProperty(options={"HIDDEN"}),
        "command": EnumProperty(
            name="Impasto",
            items=[(c.name, say(c.label), say(c.help), c.icon, c.number) for c in COMMANDS],
        ),
        "way": EnumProperty(
            name=say("Intent"),
            items=[(way.name, say(way.label), say(way.help), n) for n, way in enumerate(WAYS)],
        ),
        "mask": EnumProperty(name=say("Mask"), items=masks,
                             description=say("What says where to repaint.")),
        "mask_image": PointerProperty(type=bpy.types.Image, name=say("Mask image"),
                                      poll=is_stencil_like),
        "margin": IntProperty(name=say("Margin"), default=4, min=0, max=64, subtype="PIXEL",
                              description=say("How far to paint beyond the faces' edges.")),
        "inverted": BoolProperty(name=say("Invert the mask"), options=set()),
        "in_place": BoolProperty(
            name=say("In place"), options=set(),
            description=say("Change the image itself. Off: the result is a new image."),
        ),
        "other": PointerProperty(type=bpy.types.Image, name=say("Mix with"), poll=is_stencil_like,
                                 description=say("The second image; none: the prompt.")),
        "view_side": IntProperty(
            name=say("View size"), default=768, min=128, max=4096, subtype="PIXEL",
            description=say("How large the object is painted before it is baked."),
        ),
        "afresh": BoolProperty(
            name=say("Forget earlier views"), options=set(),
            description=say("Off: what other views have painted stays; this one fills the rest."),
        ),
        "whole_animation": BoolProperty(name=say("All frames"), options=set(),
                                        description=say("Every frame of the scene, one seed.")),
        "from_output": BoolProperty(
            name=say("Use rendered frames"), options=set(),
            description=say("From the output folder; those that are not there are rendered now."),
        ),
        "folder": StringProperty(name=say("Folder"), subtype="DIR_PATH", default="//impasto/",
                                 description=say("Where the repainted frames are saved; those "
                                                 "that are there already are left out.")),
    }  # fmt: skip
    return type("ImpastoOptions", (bpy.types.PropertyGroup,), {"__annotations__": annotations})


def command_of(scene: bpy.types.Scene) -> Command:
    return command_named(scene.impasto.command)


def intent_of(scene: bpy.types.Scene, command: Command) -> Intent:
    """What is meant by a command now."""
    if len(command.intents) == 1:
        return command.intents[0]
    return next(each for each in command.intents if each.name == scene.impasto.way)


_registered: list[type] = []


def register() -> None:
    """Anew, after `unregister`, when the catalogue or the language is another: values stay."""
    options, form = options_group(), form_group()
    for each in (options, form):
        bpy.utils.register_class(each)
        _registered.append(each)
    bpy.types.Scene.impasto = PointerProperty(type=options)
    bpy.types.Scene.impasto_form = PointerProperty(type=form)


def unregister() -> None:
    for name in ("impasto_form", "impasto"):
        if hasattr(bpy.types.Scene, name):
            delattr(bpy.types.Scene, name)
    while _registered:
        bpy.utils.unregister_class(_registered.pop())
