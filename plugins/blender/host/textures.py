"""Baked views as the floats of images: the texture, and beside it how well it was seen.

Makes no image itself.
"""

from __future__ import annotations

import bpy
import numpy as np

from plugins.blender.host import images, laying
from plugins.blender.host.images import Kind
from plugins.blender.host.projection import Baked, bake
from plugins.blender.host.view import View
from plugins.common.host import NewLayer, Work
from plugins.common.phrases import say


def baked(
    obj: bpy.types.Object,
    layer: NewLayer,
    view: tuple[tuple[tuple[float, ...], ...], tuple[int, int]],
    size: tuple[int, int],
    margin: int,
    before: bpy.types.Image | None,
    known: bpy.types.Image | None,
) -> Work[tuple[laying.Prepared, laying.Prepared]]:
    """The texture and its coverage. before, known: what earlier views have painted, and their
    coverage; None without any, and of no use where they are not of one size. Raises HostError."""
    is_float = layer.layout.bytes_per_channel > 1
    kind = images.plain_kind(is_float, images.LINEAR if is_float else images.SRGB)
    existing = None
    if before is not None and known is not None and tuple(known.size) == tuple(before.size):
        kind, size = images.kind_of(before), tuple(before.size)
        existing = _existing(before, known, kind)
        yield
    numbers = yield from images.converted(laying.pixels_of(layer), kind)
    picture = np.asarray(numbers).reshape(layer.rect.height, layer.rect.width, 4)
    made = yield from bake(obj, picture, View(*view), size, margin, existing)
    colour = np.ascontiguousarray(made.colour).ravel()
    if kind.is_premultiplied:
        colour = images.f.premultiplied(colour)
    yield
    gray = np.ones_like(made.colour)
    gray[..., :3] = made.coverage[..., None]
    data = images.plain_kind(False, images.DATA)
    name = say("{texture} coverage", texture=layer.name)
    return (
        laying.Prepared(layer.name, *size, kind, colour, layer.record),
        laying.Prepared(name, *size, data, gray.ravel(), ""),
    )


def _existing(before: bpy.types.Image, known: bpy.types.Image, kind: Kind) -> Baked:
    width, height = before.size
    colour = images.numbers_of(before)
    if kind.is_premultiplied:
        colour = images.f.straight(colour)
    coverage = np.asarray(images.numbers_of(known)).reshape(height, width, 4)[..., 0]
    return Baked(np.asarray(colour).reshape(height, width, 4), coverage.copy())
