"""Pictures and masks in every form a script may hand in."""

from pathlib import Path

import numpy as np
import pytest

from core_server.imaging.files import write_png
from core_server.pictures import Original, Picture
from core_server.reading import coverage, native_rgba, original_of
from protocol.errors import BadRequest, BadSize
from protocol.geometry import Rect
from protocol.pixels import ColorSpace

RNG = np.random.default_rng(3)


def random(shape: tuple[int, ...], dtype: type) -> np.ndarray:
    if np.issubdtype(dtype, np.floating):
        return RNG.random(shape).astype(dtype)
    return RNG.integers(0, np.iinfo(dtype).max, shape, endpoint=True).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 2), (5, 7, 3), (5, 7, 4)])
def test_arrays_become_rgba_of_their_own_type(shape: tuple[int, ...], dtype: type) -> None:
    array = random(shape, dtype)
    original = original_of(array)
    pixels = original.pixels
    assert original.rect == Rect(0, 0, 7, 5)
    assert pixels.shape == (5, 7, 4)
    assert pixels.dtype == (np.float32 if dtype is np.float64 else dtype)
    as_sent = array.astype(pixels.dtype).reshape(5, 7, -1)
    colours = 1 if as_sent.shape[2] <= 2 else 3
    assert (pixels[..., :3] == as_sent[..., :colours]).all()
    top = 1 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    has_alpha = as_sent.shape[2] in (2, 4)
    assert (pixels[..., 3] == (as_sent[..., -1] if has_alpha else top)).all()


@pytest.mark.parametrize(
    "array",
    [np.zeros(5), np.zeros((5, 7, 5)), np.zeros((0, 7, 3)), np.zeros((5, 7, 3), np.int64)],
)
def test_an_array_that_is_no_picture_is_refused(array: np.ndarray) -> None:
    with pytest.raises(BadRequest, match="is no picture"):
        original_of(array)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_file_keeps_its_depth_and_gives_its_name(dtype: type, tmp_path: Path) -> None:
    array = random((5, 7, 4), dtype)
    write_png(tmp_path / "sketch.png", array)
    original = original_of(tmp_path / "sketch.png")
    assert original.name == "sketch"
    assert original.pixels.dtype == dtype
    assert (original.pixels == array).all()


def test_a_picture_that_came_out_is_taken_flattened() -> None:
    ground = Original(random((5, 7, 4), np.uint8), Rect(0, 0, 7, 5))
    layer = Picture(np.zeros((2, 2, 4), np.uint8), Rect(1, 1, 2, 2), "layer", original=ground)
    assert (original_of(layer).pixels == ground.pixels).all()


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        (np.array([[0, 128, 255]], np.uint8), [0, 128 / 255, 1]),
        (np.array([[0, 32768, 65535]], np.uint16), [0, 32768 / 65535, 1]),
        (np.array([[0, 0.5, 2.0]], np.float32), [0, 0.5, 1]),
        (np.array([[False, True, True]]), [0, 1, 1]),
        (np.array([[[255, 0], [255, 128], [255, 255]]], np.uint8), [0, 128 / 255, 1]),
        (np.array([[[255, 255, 255]] * 3], np.uint8), [1, 1, 1]),
        (np.array([[[255] * 3 + [0], [0, 0, 0, 255], [255] * 3 + [51]]], np.uint8), [0, 0, 0.2]),
    ],
)  # fmt: skip
def test_a_mask_is_its_brightness_where_it_is_opaque(
    mask: np.ndarray, expected: list[float]
) -> None:
    found = coverage(mask, Rect(0, 0, 3, 1))
    assert found.dtype == np.float32
    assert found[0].tolist() == np.array(expected, np.float32).tolist()


def test_a_coloured_mask_counts_by_luminance() -> None:
    red, green = [[255, 0, 0]], [[0, 255, 0]]
    assert coverage(np.array([red], np.uint8), Rect(0, 0, 1, 1)) < coverage(
        np.array([green], np.uint8), Rect(0, 0, 1, 1)
    )


def test_a_mask_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(BadSize, match="The mask is 3×1 pixels, the picture 3×2"):
        coverage(np.zeros((1, 3), np.uint8), Rect(0, 0, 3, 2))


def test_linear_light_and_half_floats_become_srgb_floats() -> None:
    half = np.full((1, 1, 4), 0.5, np.float16)
    assert native_rgba(half).dtype == np.float32
    linear = native_rgba(np.full((1, 1, 4), 0.5, np.float32), ColorSpace.LINEAR)
    assert linear[0, 0, 0] == pytest.approx(0.7354, abs=1e-3)
