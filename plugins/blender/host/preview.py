"""A candidate shown on the object and in the Image Editors, before it is chosen.

Puts back all that it changed; no undo step. One preview at a time. It is packed, else a redo would
bring it back black.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import bpy

from plugins.blender.host import images, laying, material
from plugins.common.host import NewLayer

NAME = "Impasto preview"
SIDE = 1024
"""Longest side: a texture may be smaller than what it stands for, the UVs are the same."""


class Previews:
    """What is shown now, as a list of deeds that take it away again: by names, since an undo makes
    everything else invalid."""

    def __init__(self) -> None:
        self._back: list[Callable[[], None]] = []

    def show(
        self,
        image: bpy.types.Image | None,
        obj: bpy.types.Object | None,
        layer: NewLayer | None,
    ) -> None:
        """In the place of `image`, or on an object that has none of it; None takes it away.
        Raises HostError."""
        self._take_away()
        if layer is None:
            return
        shown = _made(layer, image)
        if image is not None:
            self._swap(image, shown)
        if obj is not None and (image is None or material.texture_of(obj) != shown):
            undo = material.worn_for_now(obj, shown)
            self._back.append(undo)

    def _swap(self, image: bpy.types.Image, shown: bpy.types.Image) -> None:
        name = image.name
        for found in bpy.data.materials:
            for node in found.node_tree.nodes if found.node_tree else ():
                if node.type == "TEX_IMAGE" and node.image == image:
                    node.image = shown
                    self._back.append(_node_back(found.name, node.name, name))
        for screen in bpy.data.screens:
            for area in screen.areas:
                if area.type == "IMAGE_EDITOR" and area.spaces.active.image == image:
                    area.spaces.active.image = shown
        self._back.append(_editors_back(name))

    def _take_away(self) -> None:
        while self._back:
            with suppress(ReferenceError, KeyError):
                self._back.pop()()
        shown = bpy.data.images.get(NAME)
        if shown is not None:
            bpy.data.images.remove(shown)


def _node_back(owner: str, node: str, image: str) -> Callable[[], None]:
    def back() -> None:
        bpy.data.materials[owner].node_tree.nodes[node].image = bpy.data.images[image]

    return back


def _editors_back(image: str) -> Callable[[], None]:
    def back() -> None:
        shown = bpy.data.images.get(NAME)
        for screen in bpy.data.screens:
            for area in screen.areas:
                space = area.spaces.active
                if area.type == "IMAGE_EDITOR" and shown is not None and space.image == shown:
                    space.image = bpy.data.images.get(image)

    return back


def _made(layer: NewLayer, image: bpy.types.Image | None) -> bpy.types.Image:
    """The candidate as it would be, smaller; all in one go. Raises HostError."""
    sides = [*layer.rect[2:], *(image.size if image is not None else ())]
    work = laying.prepared(layer, image, None, max(1, -(-max(sides) // SIDE)))
    while True:
        try:
            next(work)
        except StopIteration as end:
            ready: laying.Prepared = end.value
            break
    return images.made_at_once(NAME, ready.width, ready.height, ready.kind, ready.numbers)
