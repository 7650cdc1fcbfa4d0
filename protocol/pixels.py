"""The pixel layouts that travel in blobs: packed, little-endian, interleaved, straight alpha.

Describes bytes only; nothing here converts a pixel.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class _Format(NamedTuple):
    channels: int
    bytes_per_channel: int
    is_float: bool


class PixelLayout(str, Enum):
    """Channel order and depth of a blob. 8 and 16 are unsigned integers, 16f/32f IEEE floats."""

    RGBA8 = "rgba8"
    BGRA8 = "bgra8"
    RGBA16 = "rgba16"
    BGRA16 = "bgra16"
    RGBA16F = "rgba16f"
    RGBA32F = "rgba32f"
    GRAY8 = "gray8"
    GRAY16 = "gray16"
    GRAY32F = "gray32f"
    GRAYA8 = "graya8"
    GRAYA16 = "graya16"
    GRAYA32F = "graya32f"

    @property
    def channels(self) -> int:
        return _FORMATS[self].channels

    @property
    def bytes_per_channel(self) -> int:
        return _FORMATS[self].bytes_per_channel

    @property
    def is_float(self) -> bool:
        return _FORMATS[self].is_float

    @property
    def bytes_per_pixel(self) -> int:
        return self.channels * self.bytes_per_channel

    @property
    def is_gray(self) -> bool:
        return self.channels <= 2

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def is_bgr(self) -> bool:
        return self.value.startswith("bgra")

    def byte_length(self, width: int, height: int) -> int:
        """Bytes of a blob of width × height pixels."""
        return width * height * self.bytes_per_pixel


_FORMATS: dict[PixelLayout, _Format] = {
    PixelLayout.RGBA8: _Format(4, 1, False),
    PixelLayout.BGRA8: _Format(4, 1, False),
    PixelLayout.RGBA16: _Format(4, 2, False),
    PixelLayout.BGRA16: _Format(4, 2, False),
    PixelLayout.RGBA16F: _Format(4, 2, True),
    PixelLayout.RGBA32F: _Format(4, 4, True),
    PixelLayout.GRAY8: _Format(1, 1, False),
    PixelLayout.GRAY16: _Format(1, 2, False),
    PixelLayout.GRAY32F: _Format(1, 4, True),
    PixelLayout.GRAYA8: _Format(2, 1, False),
    PixelLayout.GRAYA16: _Format(2, 2, False),
    PixelLayout.GRAYA32F: _Format(2, 4, True),
}


class ColorSpace(str, Enum):
    """What the numbers mean: sRGB-encoded, or linear light with sRGB primaries."""

    SRGB = "srgb"
    LINEAR = "linear"


class Rows(str, Enum):
    """Order of rows inside a blob; Blender stores the bottom row first."""

    TOP = "top"
    BOTTOM = "bottom"
