"""UV maps for meshes that have none.

Leaves selection, mode and active object as they were.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from math import radians

import bpy

from plugins.common.host import HostError
from plugins.common.phrases import say

_ANGLE, _MARGIN = radians(66), 0.01


def ensure_uv(obj: bpy.types.Object) -> str:
    """The name of the UV map that textures use; one is made by Smart UV Project where there is
    none. Works in every mode. Raises HostError."""
    mesh = obj.data
    if mesh.uv_layers.active is None:
        obj.update_from_editmode()
        if not mesh.polygons:
            raise HostError(say("“{name}” has no faces to put a texture on.", name=obj.name))
        _unwrap(obj)
    active = next((layer for layer in mesh.uv_layers if layer.active_render), None)
    return str((active or mesh.uv_layers.active).name)


def _unwrap(obj: bpy.types.Object) -> None:
    layer = bpy.context.view_layer
    if layer.objects.get(obj.name) != obj or not obj.visible_get():
        raise HostError(say("Show “{name}” first: it has no UV map yet.", name=obj.name))
    with _alone(obj):
        flags = {**_flags(obj.data, "hide"), **_flags(obj.data, "select")}
        bpy.ops.object.mode_set(mode="EDIT")
        try:
            bpy.ops.mesh.reveal(select=False)
            bpy.ops.mesh.select_all(action="SELECT")
            bpy.ops.uv.smart_project(angle_limit=_ANGLE, island_margin=_MARGIN)
        finally:
            bpy.ops.object.mode_set(mode="OBJECT")
        for (kind, name), values in flags.items():
            getattr(obj.data, kind).foreach_set(name, values)
    if not obj.data.uv_layers:
        raise HostError(say("“{name}” could not be unwrapped; unwrap it yourself.", name=obj.name))


def _flags(mesh: bpy.types.Mesh, name: str) -> dict[tuple[str, str], list[bool]]:
    found = {}
    for kind in ("vertices", "edges", "polygons"):
        elements = getattr(mesh, kind)
        values = [False] * len(elements)
        elements.foreach_get(name, values)
        found[kind, name] = values
    return found


@contextmanager
def _alone(obj: bpy.types.Object) -> Generator[None, None, None]:
    """The object alone is active and selected, in Object mode; all as it was afterwards."""
    layer = bpy.context.view_layer
    active, was_mode = layer.objects.active, "OBJECT"
    if active is not None and active.mode != "OBJECT":
        was_mode = active.mode
        bpy.ops.object.mode_set(mode="OBJECT")
    selected = [each for each in layer.objects if each.select_get()]
    for each in selected:
        each.select_set(False)
    layer.objects.active = obj
    obj.select_set(True)
    try:
        yield
    finally:
        obj.select_set(False)
        for each in selected:
            each.select_set(True)
        layer.objects.active = active
        if was_mode != "OBJECT":
            bpy.ops.object.mode_set(mode=was_mode)
