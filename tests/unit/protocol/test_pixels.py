"""Pixel layouts: their words and their bytes (the table itself is compared in `test_spec`)."""

from __future__ import annotations

import pytest

from protocol.pixels import PixelLayout


@pytest.mark.parametrize("layout", PixelLayout)
def test_the_name_says_channels_and_depth(layout: PixelLayout) -> None:
    letters = layout.value.rstrip("0123456789f")
    depth = layout.value[len(letters) :]
    assert layout.channels == {"rgba": 4, "bgra": 4, "gray": 1, "graya": 2}[letters]
    assert layout.bytes_per_channel * 8 == int(depth.rstrip("f"))
    assert layout.is_float == depth.endswith("f")
    assert layout.is_bgr == (letters == "bgra")
    assert layout.is_gray == letters.startswith("gray")
    assert layout.has_alpha == letters.endswith("a")


@pytest.mark.parametrize(
    ("layout", "width", "height", "length"),
    [
        (PixelLayout.RGBA8, 3, 2, 24),
        (PixelLayout.BGRA16, 3, 2, 48),
        (PixelLayout.RGBA16F, 1, 1, 8),
        (PixelLayout.RGBA32F, 16384, 16384, 1 << 32),
        (PixelLayout.GRAY8, 7, 1, 7),
        (PixelLayout.GRAYA32F, 7, 1, 56),
        (PixelLayout.GRAY16, 0, 9, 0),
    ],
)
def test_rows_and_pixels_are_packed(
    layout: PixelLayout, width: int, height: int, length: int
) -> None:
    assert layout.byte_length(width, height) == length
