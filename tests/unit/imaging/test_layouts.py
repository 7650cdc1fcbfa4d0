from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_server.imaging import layouts, srgb
from protocol.errors import BadBlob
from protocol.pixels import ColorSpace, PixelLayout, Rows

COLOUR = [layout for layout in PixelLayout if not layout.is_gray]
SPACES = list(ColorSpace)


def every_value(layout: PixelLayout) -> bytes:
    """A blob of 256 × 256 pixels whose channels hold every value of the type; floats ascend."""
    kind = layouts.dtype_of(layout)
    if layout.is_float:
        ramp = np.geomspace(1e-4, 4.0, 65536).astype(kind)
        ramp[::2] *= -1
    else:
        ramp = np.arange(65536).astype(kind)
    channels = [np.roll(ramp, 7 * c) for c in range(layout.channels)]
    if layout.has_alpha and layout.is_float:
        channels[-1] = np.linspace(0, 1, 65536).astype(kind)
    return np.stack(channels, axis=1).tobytes()


@pytest.mark.parametrize("rows", Rows)
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("layout", PixelLayout)
def test_every_value_survives_the_round_trip(
    layout: PixelLayout, space: ColorSpace, rows: Rows
) -> None:
    blob = every_value(layout)
    image = layouts.image_from_blob(blob, layout, 256, 256, rows, space)
    back = layouts.blob_from_image(image, layout, rows, space)
    if layout.bytes_per_channel == 4 and space is ColorSpace.LINEAR:
        kind = layouts.dtype_of(layout)
        there, here = np.frombuffer(blob, kind), np.frombuffer(back, kind)
        np.testing.assert_allclose(here, there, rtol=3e-6)
    else:
        assert back == blob


@pytest.mark.parametrize("space", SPACES)
def test_all_65536_values_survive_in_each_channel(space: ColorSpace) -> None:
    ramp = np.arange(65536, dtype=np.uint16)
    native = np.repeat(ramp, 4).reshape(256, 256, 4)
    back = layouts.native_like(layouts.to_working(native, space), native, space)
    assert back.dtype == np.uint16
    assert (back == native).all()


@pytest.mark.parametrize("layout", [PixelLayout.GRAY8, PixelLayout.GRAY16, PixelLayout.GRAY32F])
def test_masks_are_coverage_not_colour(layout: PixelLayout) -> None:
    coverage = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)
    blob = layouts.blob_from_mask(coverage, layout, Rows.BOTTOM)
    back = layouts.mask_from_blob(blob, layout, 16, 16, Rows.BOTTOM)
    np.testing.assert_allclose(back, coverage, atol=1e-5)
    assert back[0, 0] == 0
    assert back[-1, -1] == 1


def test_float_masks_are_held_to_coverage() -> None:
    blob = np.array([-1, 0.25, 2, np.nan], np.float32).tobytes()
    mask = layouts.mask_from_blob(blob, PixelLayout.GRAY32F, 2, 2)
    assert mask.tolist() == [[0, 0.25], [1, 0]]


def test_a_colour_layout_is_no_mask() -> None:
    with pytest.raises(BadBlob, match="must be gray8, gray16 or gray32f, not rgba8"):
        layouts.mask_from_blob(bytes(4), PixelLayout.RGBA8, 1, 1)


@pytest.mark.parametrize("length", [0, 23, 25])
def test_a_wrong_length_is_refused_with_both_lengths(length: int) -> None:
    expected = f"is {length} bytes long, but 3 × 2 pixels of rgba8 take 24"
    with pytest.raises(BadBlob, match=expected):
        layouts.unpack(bytes(length), PixelLayout.RGBA8, 3, 2)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_any_buffer_is_a_blob(wrap: type) -> None:
    native = layouts.unpack(wrap(bytes(range(24))), PixelLayout.RGBA8, 3, 2)
    assert native[1, 2].tolist() == [20, 21, 22, 23]


def test_bgra_and_bottom_rows_are_put_right() -> None:
    blob = bytes([1, 2, 3, 4, 5, 6, 7, 8])  # two rows of one pixel
    native = layouts.unpack(blob, PixelLayout.BGRA8, 1, 2, Rows.BOTTOM)
    assert native[:, 0].tolist() == [[7, 6, 5, 8], [3, 2, 1, 4]]
    assert layouts.pack(native, PixelLayout.BGRA8, Rows.BOTTOM) == blob


def test_gray_takes_the_luminance_and_keeps_alpha() -> None:
    image = np.array([[[0, 1, 0, 0.5], [0.25, 0.25, 0.25, 1]]], np.float32)
    native = layouts.from_working(image, PixelLayout.GRAYA32F)
    assert native.shape == (1, 2, 2)
    np.testing.assert_allclose(native[0, 0], [srgb.encode(np.float32(0.7152)), 0.5], rtol=1e-5)
    assert native[0, 1].tolist() == [0.25, 1]


def test_integers_are_held_to_their_range_and_floats_are_not() -> None:
    image = np.array([[[-0.5, 0.5, 7, 1]]], np.float32)
    assert layouts.from_working(image, PixelLayout.RGBA8)[0, 0].tolist() == [0, 128, 255, 255]
    assert layouts.from_working(image, PixelLayout.RGBA32F)[0, 0].tolist() == [-0.5, 0.5, 7, 1]


def test_not_a_number_does_not_reach_the_filters() -> None:
    native = np.array([[[np.nan, np.inf, -np.inf, np.nan]]], np.float32)
    image = layouts.to_working(native, ColorSpace.LINEAR)
    assert np.isfinite(image).all()
    assert image[0, 0, 0] == 0


def test_packing_another_type_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="uint8 array of 4 channels is not rgba16"):
        layouts.pack(np.zeros((1, 1, 4), np.uint8), PixelLayout.RGBA16)


@given(st.floats(-1e6, 1e6, width=32))
def test_the_curve_keeps_signs_and_has_an_inverse(value: float) -> None:
    there = srgb.encode(np.float32([value]))
    assert np.sign(there[0]) == np.sign(np.float32(value))
    np.testing.assert_allclose(srgb.decode(there), np.float32([value]), rtol=2e-6)


def test_the_curve_is_the_standard_one() -> None:
    # IEC 61966-2-1: mid gray 0.5 of light is 187.5 of 255, and the ends stay
    linear = np.float32([0, 0.001, 0.5, 1])
    np.testing.assert_allclose(srgb.encode(linear), [0, 0.01292, 0.735357, 1], rtol=1e-5)
