"""Masks as Blender's artists have them: the paint stencil, any image, the selected faces.

Reads only. A mask is gray8 coverage, the bottom row first, of the size of the image it is for.
"""

from __future__ import annotations

from typing import NamedTuple

import bpy

from plugins.blender.host import images
from plugins.blender.host.floats import floats as f
from plugins.blender.host.floats import require_numpy
from plugins.common.host import HostError, Work
from plugins.common.phrases import say
from protocol.geometry import Rect

NONE, STENCIL, IMAGE, FACES = "none", "stencil", "image", "faces"
KINDS = (NONE, STENCIL, IMAGE, FACES)


class MaskSource(NamedTuple):
    """Where the mask comes from. image: the name of a mask image. margin: pixels around the faces.

    Bright is painted; `inverted` turns that round.
    """

    kind: str = NONE
    image: str = ""
    margin: int = 4
    inverted: bool = False


NO_MASK = MaskSource()


class Mask(NamedTuple):
    width: int
    height: int
    coverage: bytes

    def bounds(self, canvas: Rect) -> Rect | None:
        """Of what is to be painted, counted from the top; None where nothing is. canvas: which
        part of the endless texture; it has the mask's size."""
        found = f.bounds(self.part(canvas), self.width)
        if found is None:
            return None
        left, low, right, high = found
        return Rect(canvas.x + left, canvas.bottom - high, right - left, high - low)

    def part(self, rect: Rect) -> bytes:
        """The coverage within `rect`, the bottom row first; it repeats like the texture."""
        if rect == (0, 0, self.width, self.height):
            return self.coverage
        pixels, given = bytearray(rect.area), memoryview(self.coverage)
        for part in images.parts_of(rect, Rect(0, 0, self.width, self.height)):
            for row in range(part.height):
                start = (part.to_y + row) * rect.width + part.to_x
                source = (part.y + row) * self.width + part.x
                pixels[start : start + part.width] = given[source : source + part.width]
        return bytes(pixels)

    def window(self, repeats: str) -> Rect:
        """The part of the endless texture that has the mask in its middle, along the axes in which
        it repeats: so a model sees what lies beyond the image's edges."""
        columns, rows = f.gaps(self.coverage, self.width)
        x = _start(columns) if repeats in ("x", "both") else 0
        y = _start(rows[::-1]) if repeats in ("y", "both") else 0
        return Rect(x, y, self.width, self.height)


def _start(used: list[bool]) -> int:
    """Where to begin so that the widest gap in what is used is at both ends; 0 without any, and
    where nothing is near the ends."""
    near = len(used) // 16
    if all(used) or not any([*used[: near + 1], *used[-near - 1 :]]):
        return 0
    first = used.index(True)
    turned = used[first:] + used[:first]
    best, best_end, length = 0, 0, 0
    for place, value in enumerate([*turned, True]):
        length = 0 if value else length + 1
        if length > best:
            best, best_end = length, place + 1
    return (first + best_end - best // 2) % len(used)


def mask_of(
    source: MaskSource, width: int, height: int, obj: bpy.types.Object | None
) -> Work[Mask | None]:
    """The mask for an image of that size; None without any. Raises HostError."""
    if source.kind == NONE:
        return None
    if source.kind == FACES:
        coverage = yield from _faces(obj, width, height, source.margin)
        is_inverted = source.inverted
    else:
        settings = bpy.context.scene.tool_settings.image_paint
        image = settings.stencil_image if source.kind == STENCIL else None
        if source.kind == IMAGE:
            image = bpy.data.images.get(source.image)
        if image is None:
            raise HostError(_missing(source))
        is_inverted = source.inverted != (source.kind == STENCIL and settings.invert_stencil)
        coverage = yield from _brightness(image, width, height)
    if is_inverted:
        coverage = f.inverted(coverage)
    return Mask(width, height, coverage)


def _missing(source: MaskSource) -> str:
    if source.kind == STENCIL:
        return say("There is no stencil image; choose or make one under Masking in Texture Paint.")
    return say("Choose the mask image again; there is none of that name.")


def _brightness(image: bpy.types.Image, width: int, height: int) -> Work[bytes]:
    """Of an image of any size: as Blender reads stencils, the mean of R, G, B times alpha."""
    images.require_pixels(image)
    across, numbers = image.size[0], images.numbers_of(image)
    yield
    if tuple(image.size) != (width, height):
        numbers = f.resized(numbers, across, width, height)
        yield
    coverage = bytearray()
    for strip in images.strips(images.Part(0, 0, width, height, 0, 0)):
        coverage += f.grays(f.cut(numbers, width, *strip[:4]))
        yield
    return bytes(coverage)


def _faces(obj: bpy.types.Object | None, width: int, height: int, margin: int) -> Work[bytes]:
    if obj is None or obj.type != "MESH":
        raise HostError(say("Select a mesh object first."))
    require_numpy()
    from plugins.blender.host import faces

    coverage: bytes = yield from faces.coverage(obj, width, height, margin)
    return coverage
