"""How pixels of GIMP's images travel, and what babl calls that.

Bytes and names only: knows none of GIMP's objects, and converts no colour.
"""

from __future__ import annotations

from typing import Literal

from protocol.codec import Buffer
from protocol.pixels import ColorSpace, PixelLayout

CONVERTED = {False: PixelLayout.RGBA32F, True: PixelLayout.GRAYA32F}
"""By whether it is gray: how images with another profile than sRGB travel, in linear light. Float
keeps the colours that sRGB has no room for."""

_LAYOUTS = {  # by the hundreds of GIMP's precision; 32-bit integers and doubles go as floats
    1: (PixelLayout.RGBA8, PixelLayout.GRAYA8),
    2: (PixelLayout.RGBA16, PixelLayout.GRAYA16),
    5: (PixelLayout.RGBA16F, PixelLayout.GRAYA32F),
}
_MODELS = {1: "Y{0}", 2: "Y{0}A", 4: "R{0}G{0}B{0}A"}
_CODES: dict[int, Literal["B", "H"]] = {1: "B", 2: "H"}


def suits(precision: int, is_gray: bool, is_srgb: bool) -> tuple[PixelLayout, ColorSpace]:
    """Layout and space of the pictures that suit an image best.

    precision: as `Gimp.Precision` counts: its hundreds are the depth, the rest the curve (0 for
    linear light). is_srgb: whether its profile has the primaries and the curve of sRGB. Each gives
    back the very numbers that were read, but of 32-bit integers and doubles the last bits.
    """
    depth, curve = divmod(precision, 100)
    if not is_srgb:
        return CONVERTED[is_gray], ColorSpace.LINEAR
    layout = _LAYOUTS.get(depth, (PixelLayout.RGBA32F, PixelLayout.GRAYA32F))[is_gray]
    return layout, ColorSpace.SRGB if curve else ColorSpace.LINEAR


def babl_name(layout: PixelLayout, space: ColorSpace) -> str:
    """The name of a layout whose pixels are `in_order`. Without a space in it, it means sRGB."""
    prime = "'" if space is ColorSpace.SRGB else ""
    bits = layout.bytes_per_channel * 8
    kind = {16: "half", 32: "float"}[bits] if layout.is_float else f"u{bits}"
    return f"{_MODELS[layout.channels].format(prime)} {kind}"


def in_order(pixels: Buffer, layout: PixelLayout) -> memoryview:
    """The same pixels with red before blue: babl has no name for the other order."""
    given = memoryview(pixels).cast("B")
    if not layout.is_bgr:
        return given
    ordered = memoryview(bytearray(given)).cast(_CODES[layout.bytes_per_channel])
    given = given.cast(_CODES[layout.bytes_per_channel])
    ordered[0::4], ordered[2::4] = given[2::4], given[0::4]
    return ordered.cast("B")


# ---- pieces --------------------------------------------------------------------------------------
