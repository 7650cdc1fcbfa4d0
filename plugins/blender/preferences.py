"""The extension's preferences, under Edit ▸ Preferences ▸ Add-ons.

What belongs to a scene is in `properties`.
"""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty

from plugins.blender.properties import FORMS
from plugins.common.phrases import say
from plugins.common.session import STARTS_DAEMON

PACKED, BESIDE = "packed", "beside"


def _starts(_self: Any) -> bool:
    session = FORMS.session
    return session is not None and bool(session.preferences.setting(STARTS_DAEMON, False))


def _set_starts(_self: Any, now: bool) -> None:
    if FORMS.session is not None:
        FORMS.session.preferences.keep_setting(STARTS_DAEMON, bool(now))


def _group() -> type:
    files = [
        (PACKED, say("Packed"), say("Into the .blend; nothing else to carry along."), 0),
        (BESIDE, say("Beside the .blend"),
         say("In the folder “textures” there; packed until the .blend is saved."), 1),
    ]  # fmt: skip
    annotations = {
        "textures": EnumProperty(name=say("Texture files"), items=files),
        "frees_memory": BoolProperty(
            name=say("Free GPU memory before a render starts"),
            description=say("Impasto's models then load again for the next picture."),
        ),
        "starts_daemon": BoolProperty(
            name=say("Start Impasto together with this program"), get=_starts, set=_set_starts
        ),
    }
    return type(
        "ImpastoPreferences",
        (bpy.types.AddonPreferences,),
        {"bl_idname": __package__, "__annotations__": annotations, "draw": _draw},
    )


def _draw(self: Any, context: bpy.types.Context) -> None:
    layout = self.layout
    layout.use_property_split = True
    for name in ("textures", "frees_memory", "starts_daemon"):
        layout.prop(self, name)


def preferences() -> Any:
    """None where the extension is switched on in an unusual way, as from a script."""
    known = bpy.context.preferences.addons.get(__package__ or "")
    return known.preferences if known is not None else None


def saves_beside() -> bool:
    return getattr(preferences(), "textures", PACKED) == BESIDE


def frees_memory() -> bool:
    return bool(getattr(preferences(), "frees_memory", False))


_registered: list[type] = []


def register() -> None:
    _registered.append(_group())
    bpy.utils.register_class(_registered[-1])


def unregister() -> None:
    while _registered:
        bpy.utils.unregister_class(_registered.pop())
