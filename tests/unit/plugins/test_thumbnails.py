"""Small pictures in plain Python: right colours from every layout, and PNG that others can read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core_server.imaging.layouts import blob_from_image
from plugins.common.host import NewLayer
from plugins.common.thumbnails import png, thumbnail
from protocol.geometry import Rect
from protocol.pixels import ColorSpace, PixelLayout

COLOUR = (0.8, 0.4, 0.1, 0.6)


def layer_of(
    pixels: np.ndarray[tuple[int, int, int], np.dtype[np.float32]],
    layout: PixelLayout = PixelLayout.RGBA8,
    space: ColorSpace = ColorSpace.SRGB,
) -> NewLayer:
    rect = Rect(0, 0, pixels.shape[1], pixels.shape[0])
    return NewLayer("", rect, layout, space, blob_from_image(pixels, layout, space=space))


@pytest.mark.parametrize("layout", PixelLayout, ids=lambda layout: layout.value)
@pytest.mark.parametrize("space", ColorSpace, ids=lambda space: space.value)
def test_every_layout_has_its_colour(layout: PixelLayout, space: ColorSpace) -> None:
    colour = (0.5, 0.5, 0.5, 0.6) if layout.is_gray else COLOUR
    pixels = np.broadcast_to(np.float32(colour), (12, 30, 4)).copy()
    width, height, small = thumbnail(layer_of(pixels, layout, space), 10)
    assert (width, height) == (10, 4)
    assert len(small) == 10 * 4 * 4
    alpha = 255 if not layout.has_alpha else round(255 * colour[3])
    wanted = [*(round(255 * value) for value in colour[:3]), alpha]
    # Linear light in eight bits has few steps for dark tones.
    tolerance = 6 if space is ColorSpace.LINEAR and layout.bytes_per_channel == 1 else 1
    assert list(small[:4]) == pytest.approx(wanted, abs=tolerance)


@pytest.mark.parametrize("layout", [PixelLayout.RGBA16F, PixelLayout.RGBA32F])
def test_what_no_screen_can_show_is_black_or_white(layout: PixelLayout) -> None:
    numbers = np.array([np.nan, -np.inf, -0.5, 0, 1, 4, np.inf, 1], "<f4")
    pixels = numbers.astype("<f2" if layout is PixelLayout.RGBA16F else "<f4").tobytes()
    layer = NewLayer("", Rect(0, 0, 2, 1), layout, ColorSpace.LINEAR, pixels)
    assert list(thumbnail(layer, 2)[2]) == [0, 0, 0, 0, 255, 255, 255, 255]


def test_a_small_picture_stays_its_size_and_a_thin_one_keeps_a_pixel() -> None:
    assert thumbnail(layer_of(np.ones((5, 7, 4), np.float32)), 64)[:2] == (7, 5)
    assert thumbnail(layer_of(np.ones((1, 500, 4), np.float32)), 64)[:2] == (63, 1)


def test_each_part_of_the_picture_is_where_it_was() -> None:
    pixels = np.ones((40, 40, 4), np.float32)
    pixels[:20, :20, :3] = 0
    _, _, small = thumbnail(layer_of(pixels), 4)
    grid = np.frombuffer(small, np.uint8).reshape(4, 4, 4)[..., 0]
    assert (grid[:2, :2] == 0).all()
    assert (grid[2:] == 255).all()


def test_others_can_read_the_png() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 9, 4), np.uint8)
    with Image.open(io.BytesIO(png(9, 5, pixels.tobytes()))) as image:
        assert image.mode == "RGBA"
        assert (np.asarray(image) == pixels).all()
