"""Pixels of the shim's layers in Krita's own layouts, converted and composited in plain Python.

For small pictures in tests. Knows sRGB and linear light; any other profile is not installed here.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from protocol.geometry import Rect

CODES = {"U8": "B", "U16": "H", "F16": "e", "F32": "f"}
FULL = {"U8": 255, "U16": 65535, "F16": 1.0, "F32": 1.0}
CHANNELS = {"RGBA": 4, "GRAYA": 2, "A": 1}  # the last: a selection
PROFILES = {  # whether their numbers are linear
    "RGBA": {"sRGB-elle-V2-srgbtrc.icc": False, "sRGB-elle-V2-g10.icc": True},
    "GRAYA": {"Gray-D50-elle-V2-srgbtrc.icc": False, "Gray-D50-elle-V2-g10.icc": True},
}

Pixel = tuple[float, float, float, float]
"""Red, green, blue, straight alpha; 1.0 is full."""


class Format(NamedTuple):
    model: str
    depth: str
    profile: str

    @property
    def is_known(self) -> bool:
        return self.depth in CODES and self.profile in PROFILES.get(self.model, {})

    @property
    def is_linear(self) -> bool:
        return PROFILES[self.model][self.profile]

    @property
    def size(self) -> int:
        return CHANNELS[self.model] * struct.calcsize(CODES[self.depth])


class Raster:
    """What is painted on a layer; `ground` is every pixel that is not."""

    def __init__(self, format_: Format, ground: bytes = b"") -> None:
        self.format = format_
        self.ground = ground or bytes(format_.size)
        self._rect, self._pixels = Rect(0, 0, 0, 0), b""

    def read(self, rect: Rect) -> bytes:
        found = bytearray(self.ground * rect.area)
        _lay(found, rect, self._pixels, self._rect, self.format.size)
        return bytes(found)

    def write(self, pixels: bytes, rect: Rect) -> bool:
        """False, and nothing written, where there are too few."""
        if rect.is_empty or len(pixels) < rect.area * self.format.size:
            return False
        wider = self._rect.union(rect)
        grown = bytearray(self.read(wider))
        _lay(grown, wider, pixels, rect, self.format.size)
        self._rect, self._pixels = wider, bytes(grown)
        return True

    def bounds(self) -> Rect:
        """Of all that differs from the ground."""
        rect, size = self._rect, self.format.size
        spots = [
            divmod(place, rect.width)
            for place in range(rect.area)
            if self._pixels[place * size : (place + 1) * size] != self.ground
        ]
        if not spots:
            return Rect(0, 0, 0, 0)
        top, bottom = spots[0][0], spots[-1][0]
        left, right = min(x for _, x in spots), max(x for _, x in spots)
        return Rect(rect.x + left, rect.y + top, right - left + 1, bottom - top + 1)

    def convert(self, target: Format) -> bool:
        """False, and nothing changed, for a profile that is not known here."""
        if target.model not in PROFILES:
            raise NotImplementedError(f"The shim has no {target.model}.")
        if not target.is_known:
            return False
        self.ground = converted(self.ground, self.format, target)
        self._pixels = converted(self._pixels, self.format, target)
        self.format = target
        return True


def known(format_: Format) -> Format:
    """With a profile that Krita takes by itself where this one is not known."""
    if format_.is_known:
        return format_
    is_linear = format_.depth != "U8"
    profiles = PROFILES[format_.model].items()
    return format_._replace(profile=next(name for name, each in profiles if each is is_linear))


def composite(below: bytes, above: bytes, format_: Format) -> bytes:
    """Two pictures of one size, blended as numbers, as Krita does."""
    lower, upper = decoded(below, format_), decoded(above, format_)
    return encoded([_over(*pair) for pair in zip(lower, upper, strict=True)], format_)


def decoded(pixels: bytes, format_: Format) -> list[Pixel]:
    full, count = FULL[format_.depth], CHANNELS[format_.model]
    found = struct.iter_unpack(f"<{CODES[format_.depth]}", pixels)
    numbers = [number / full for (number,) in found]
    spots = [numbers[start : start + count] for start in range(0, len(numbers), count)]
    if count == 2:
        return [(gray, gray, gray, alpha) for gray, alpha in spots]
    if format_.depth.startswith("F"):
        return [(red, green, blue, alpha) for red, green, blue, alpha in spots]
    return [(red, green, blue, alpha) for blue, green, red, alpha in spots]


def encoded(pixels: Sequence[Pixel], format_: Format) -> bytes:
    numbers: list[float] = []
    for red, green, blue, alpha in pixels:
        if format_.model == "GRAYA":
            numbers += (0.2126 * red + 0.7152 * green + 0.0722 * blue, alpha)
        elif format_.depth.startswith("F"):
            numbers += (red, green, blue, alpha)
        else:
            numbers += (blue, green, red, alpha)
    code, full = CODES[format_.depth], FULL[format_.depth]
    if not format_.depth.startswith("F"):
        whole = [round(min(max(each, 0.0), 1.0) * full) for each in numbers]
        return struct.pack(f"<{len(whole)}{code}", *whole)
    return struct.pack(f"<{len(numbers)}{code}", *numbers)


def converted(pixels: bytes, source: Format, target: Format) -> bytes:
    if source == target:
        return pixels
    found = decoded(pixels, source)
    if source.is_linear != target.is_linear:
        curve = _to_linear if target.is_linear else _from_linear
        found = [
            (curve(red), curve(green), curve(blue), alpha) for red, green, blue, alpha in found
        ]
    return encoded(found, target)


def _over(below: Pixel, above: Pixel) -> Pixel:
    cover, alpha = above[3], above[3] + below[3] * (1 - above[3])
    if not alpha:
        return (0.0, 0.0, 0.0, 0.0)
    red, green, blue = (
        (over * cover + under * below[3] * (1 - cover)) / alpha
        for under, over in zip(below[:3], above[:3], strict=True)
    )
    return (red, green, blue, alpha)


def _lay(onto: bytearray, rect: Rect, pixels: bytes, place: Rect, size: int) -> None:
    """Copy the part of `pixels`, which lie at `place`, that is within `rect`."""
    both = rect.intersect(place)
    for y in range(both.y, both.bottom):
        start = ((y - rect.y) * rect.width + both.x - rect.x) * size
        first = ((y - place.y) * place.width + both.x - place.x) * size
        onto[start : start + both.width * size] = pixels[first : first + both.width * size]


def _to_linear(value: float) -> float:
    """IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _from_linear(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
