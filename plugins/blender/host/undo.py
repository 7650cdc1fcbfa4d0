"""Blender's undo: one step for what was done to datablocks, and one for pixels written in place.

Nothing here changes a datablock itself.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import bpy

_UNRECORDED = {"SCULPT"}
"""Modes whose undo steps leave out what happens to anything but the object they work on."""


@contextmanager
def one_step(message: str) -> Generator[None, None, None]:
    """What is done inside can be undone at once.

    In Sculpt mode Blender would not record it: Object mode comes before, and Sculpt mode after.
    """
    with left_modes(_UNRECORDED):
        yield
        push(message)


def push(message: str) -> None:
    """A step that ends here."""
    if bpy.ops.ed.undo_push.poll():
        bpy.ops.ed.undo_push(message=message)


@contextmanager
def left_modes(modes: set[str]) -> Generator[None, None, None]:
    """In Object mode if the active object is in one of these modes, and back at the end."""
    active = bpy.context.view_layer.objects.active if bpy.context.view_layer else None
    mode = active.mode if active is not None else "OBJECT"
    if mode not in modes:
        yield
        return
    name = active.name
    bpy.ops.object.mode_set(mode="OBJECT")
    try:
        yield
    finally:
        back = bpy.data.objects.get(name)
        if back is not None and bpy.context.view_layer.objects.active == back:
            bpy.ops.object.mode_set(mode=mode)


@contextmanager
def pixel_step(image: bpy.types.Image) -> Generator[None, None, None]:
    """Pixels of an image that are written inside can be undone.

    Only Blender's own operators record pixels, so one that changes none is called before and after.
    It leaves one step more, in which nothing happens.
    """
    if bpy.app.background:
        push(image.name)  # without any step before it, Blender would crash
    _record(image)
    yield
    _record(image)


def _record(image: bpy.types.Image) -> None:
    with bpy.context.temp_override(edit_image=image):
        bpy.ops.image.invert(
            "EXEC_DEFAULT", True, invert_r=False, invert_g=False, invert_b=False, invert_a=False
        )
