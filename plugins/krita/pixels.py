"""Krita's pixel formats by name, which of them travel as they are, and their bytes put in order.

Bytes and names only: knows neither Krita's objects nor Qt, and converts no colour.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from protocol.codec import Buffer
from protocol.pixels import ColorSpace, PixelLayout


class Format(NamedTuple):
    """What Krita calls colour model, depth and profile, as in `Document.colorModel()`."""

    model: str
    depth: str
    profile: str


LAYOUTS = {  # Krita's own order of channels, measured
    ("RGBA", "U8"): PixelLayout.BGRA8,
    ("RGBA", "U16"): PixelLayout.BGRA16,
    ("RGBA", "F16"): PixelLayout.RGBA16F,
    ("RGBA", "F32"): PixelLayout.RGBA32F,
    ("GRAYA", "U8"): PixelLayout.GRAYA8,
    ("GRAYA", "U16"): PixelLayout.GRAYA16,
    ("GRAYA", "F32"): PixelLayout.GRAYA32F,
}

PROFILES = {  # the first of each is Krita's own, and there in every Krita
    ("RGBA", ColorSpace.SRGB): (
        "sRGB-elle-V2-srgbtrc.icc",
        "sRGB-elle-V4-srgbtrc.icc",
        "sRGB built-in",
        "sRGB IEC61966-2.1",
        "GIMP built-in sRGB",
    ),
    ("RGBA", ColorSpace.LINEAR): (
        "sRGB-elle-V2-g10.icc",
        "sRGB-elle-V4-g10.icc",
        "scRGB (linear)",
        "GIMP built-in Linear sRGB",
    ),
    ("GRAYA", ColorSpace.SRGB): ("Gray-D50-elle-V2-srgbtrc.icc", "Gray-D50-elle-V4-srgbtrc.icc"),
    ("GRAYA", ColorSpace.LINEAR): ("Gray-D50-elle-V2-g10.icc", "Gray-D50-elle-V4-g10.icc"),
}

CONVERTED = (PixelLayout.RGBA32F, ColorSpace.LINEAR)
"""How all other formats travel: float, which keeps what sRGB has no room for."""

NATIVE = {  # what Krita has no layer for, and how it is written there
    PixelLayout.RGBA8: PixelLayout.BGRA8,
    PixelLayout.RGBA16: PixelLayout.BGRA16,
    PixelLayout.GRAY8: PixelLayout.GRAYA8,
    PixelLayout.GRAY16: PixelLayout.GRAYA16,
    PixelLayout.GRAY32F: PixelLayout.GRAYA32F,
}

_CODES: dict[int, Literal["B", "H", "I"]] = {1: "B", 2: "H", 4: "I"}
_OPAQUE = {
    PixelLayout.GRAY8: b"\xff",
    PixelLayout.GRAY16: b"\xff\xff",
    PixelLayout.GRAY32F: b"\x00\x00\x80\x3f",
}


def travels_as(format_: Format) -> tuple[PixelLayout, ColorSpace] | None:
    """How pixels of this format are sent without touching them; None where they are converted."""
    layout = LAYOUTS.get((format_.model, format_.depth))
    for space in ColorSpace:
        if layout and format_.profile in PROFILES.get((format_.model, space), ()):
            return layout, space
    return None


def suits(format_: Format) -> tuple[PixelLayout, ColorSpace]:
    """Layout and space of the pictures that suit a document of this format best."""
    return travels_as(format_) or CONVERTED


def format_of(layout: PixelLayout, space: ColorSpace) -> Format:
    """The format of Krita's in which such a picture, once `in_order`, is written."""
    layout = NATIVE.get(layout, layout)
    model, depth = next(names for names, native in LAYOUTS.items() if native is layout)
    return Format(model, depth, PROFILES[model, space][0])


def in_order(pixels: Buffer, layout: PixelLayout) -> memoryview:
    """The same pixels as Krita writes them: blue before red, gray with an alpha of 1."""
    given = memoryview(pixels).cast("B")
    if layout not in NATIVE:
        return given
    code = _CODES[layout.bytes_per_channel]
    given = given.cast(code)
    if layout.is_gray:
        ordered = memoryview(bytearray(_OPAQUE[layout] * (2 * len(given)))).cast(code)
        ordered[0::2] = given
    else:
        ordered = memoryview(bytearray(given)).cast(code)
        ordered[0::4], ordered[2::4] = given[2::4], given[0::4]
    return ordered.cast("B")
