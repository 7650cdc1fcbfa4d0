from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from core_server.imaging import masks
from core_server.imaging.arrays import Image, Mask
from core_server.imaging.composite import MAX_CORRECTION, colour_match, composite, layer_from
from core_server.imaging.layouts import Native, native_like, to_working
from core_server.imaging.seam import seam_error
from protocol.pixels import ColorSpace
from tests.unit.imaging.scenes import MASKS, PICTURES, picture_8, picture_16, working


def drifted(image: Image, seed: int = 0) -> Image:
    """What a model's decoder does to a picture: another tint and brightness on every side."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    random = np.random.default_rng(seed)
    result = image.copy()
    for channel in range(3):
        a, b, c = random.uniform(-0.05, 0.05, 3) * (1, 2, 2)
        drift = a + b * (x / width - 0.5) + c * (y / height - 0.5)
        result[..., channel] += drift.astype(np.float32)
    result[..., :3] += random.normal(0, 0.004, result[..., :3].shape)
    return np.clip(result, 0, 1).astype(np.float32)


def originals(name: str) -> dict[str, Native]:
    eight, sixteen = picture_8(name, 120), picture_16(name, 120)
    light = sixteen.astype(np.float32) / 65535
    light[3, 3] = np.nan
    light[4, 4] = (7.5, -0.25, 0.1, 1)
    gray = np.ascontiguousarray(sixteen[..., :1])
    return {
        "uint8": eight,
        "uint16": sixteen,
        "float32": light,
        "float16": light.astype(np.float16),
        "gray": gray,
        "graya": np.ascontiguousarray(eight[..., [0, 3]]),
    }


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", PICTURES)
def test_outside_the_alpha_not_one_bit_changes(name: str, mask: str) -> None:
    for kind, original in originals(name).items():
        selection = MASKS[mask](original.shape)
        alpha = masks.blend_alpha(selection, 3, 8)
        space = ColorSpace.LINEAR if "float" in kind else ColorSpace.SRGB
        result = composite(original, working("gravel", 120), alpha, space)
        assert result.dtype == original.dtype
        assert result.shape == original.shape
        outside = alpha == 0
        assert result[outside].tobytes() == original[outside].tobytes(), kind


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("mask", ["hard", "thin", "edge", "full"])
def test_inside_a_hard_selection_the_result_is_opaque_and_whole(name: str, mask: str) -> None:
    original = picture_16(name, 200)
    selection = MASKS[mask](original.shape)
    painted = working("gravel", 200)
    layer = layer_from(painted, masks.blend_alpha(selection, 4, 10))
    inside = selection == 1
    assert (layer[inside][:, 3] == 1).all()
    flat = composite(original, painted, masks.blend_alpha(selection, 4, 10))
    expected = native_like(painted, original)
    assert (flat[inside] == expected[inside]).all()


def test_a_layer_carries_nothing_where_it_is_transparent() -> None:
    image = working("coffee", 100)
    layer = layer_from(image, MASKS["hard"](image.shape))
    hidden = layer[..., 3] == 0
    assert hidden.any()
    assert (layer[hidden] == 0).all()


def test_16_bit_in_16_bit_out_and_no_bands_in_the_feather() -> None:
    ramp = np.linspace(20000, 22000, 400)
    original = np.full((60, 400, 4), 65535, np.uint16)
    original[..., :3] = np.rint(ramp)[None, :, None]
    painted = to_working(original)
    painted[..., :3] += 0.05
    alpha = masks.feather(MASKS["edge"](original.shape), 60)
    flat = composite(original, painted, alpha)
    row = flat[20, :, 0].astype(int)
    feathered = (alpha[20] > 0) & (alpha[20] < 1)
    assert np.unique(row[feathered]).size >= 0.9 * feathered.sum()


def test_a_transparent_original_shows_the_layer_alone() -> None:
    original = np.zeros((4, 4, 4), np.uint8)
    original[..., 0] = 200  # a colour that is not there
    layer = np.full((4, 4, 4), 0.5, np.float32)
    layer[..., 3] = 1
    half = np.full((4, 4), 0.5, np.float32)
    assert composite(original, layer, half)[0, 0].tolist() == [128, 128, 128, 128]


def test_linear_originals_are_blended_as_seen_and_given_back_linear() -> None:
    original = np.ones((1, 1, 4), np.float32)
    layer = np.array([[[0, 0, 0, 1]]], np.float32)
    half = np.full((1, 1), 0.5, np.float32)
    flat = composite(original, layer, half, ColorSpace.LINEAR)
    assert flat[0, 0, 0] == pytest.approx(0.21404, abs=1e-4)  # sRGB 0.5 in light


# ---- colour match ------------------------------------------------------------------------------


def with_headroom(image: Image) -> Image:
    """No blacks and whites, where a drift would be cut off and nothing could bring it back."""
    result = image.copy()
    result[..., :3] = 0.2 + 0.6 * result[..., :3]
    return result


def uniform_shift(result: Image, original: Image, alpha: Mask) -> Image:
    """The baseline: one shift for all, the mean difference around the mask."""
    near = ndimage.distance_transform_edt(alpha == 0) <= 12
    ring = near & (alpha == 0)
    shifted = result.copy()
    shifted[..., :3] += (original - result)[ring].mean(axis=0)[:3]
    return shifted


def laid(result: Image, original: Image, alpha: Mask) -> Image:
    return original + (result - original) * alpha[..., None]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("mask", ["hard", "edge"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_drift_of_colour_leaves_no_seam(name: str, mask: str, seed: int) -> None:
    original = with_headroom(working(name, 200))
    selection = MASKS[mask](original.shape)
    result = drifted(original, seed)
    matched = colour_match(result, original, selection)
    before = seam_error(laid(result, original, selection), original, selection)
    uniform = seam_error(
        laid(uniform_shift(result, original, selection), original, selection), original, selection
    )
    after = seam_error(laid(matched, original, selection), original, selection)
    assert before > 1.5
    assert after < 0.4
    assert after < 0.5 * uniform


@pytest.mark.parametrize("name", PICTURES)
def test_another_scene_is_not_forced_onto_the_result(name: str) -> None:
    original, other = working(name, 200), working("gravel", 200)
    alpha = MASKS["hard"](original.shape)
    matched = colour_match(other, original, alpha)
    assert np.abs(matched - other).max() <= MAX_CORRECTION + 1e-6
    assert np.abs(matched - other)[alpha > 0].mean() < 0.08


def test_texture_around_the_mask_leaves_no_mark() -> None:
    original = working("gravel", 200)
    result = original.copy()
    result[..., :3] = result[::-1, ::-1, :3]  # the same texture, nowhere the same pixel
    alpha = MASKS["hard"](original.shape)
    moved = (colour_match(result, original, alpha) - result)[alpha > 0]
    assert np.abs(moved).max() < 0.05


@pytest.mark.parametrize("mask", ["empty", "full"])
def test_without_a_ring_the_result_comes_back_unchanged(mask: str) -> None:
    original = working("chelsea", 120)
    result = drifted(original)
    assert (colour_match(result, original, MASKS[mask](original.shape)) == result).all()


def test_alpha_is_kept_and_bounds_hold() -> None:
    original = working("rocket", 200)
    result = drifted(original)
    result[..., 3] = 0.75
    matched = colour_match(result, original, MASKS["soft"](original.shape))
    assert (matched[..., 3] == np.float32(0.75)).all()
    assert matched.min() >= 0
    assert matched.max() <= 1
    bright = result * 4
    assert colour_match(bright, original * 4, MASKS["soft"](original.shape)).max() > 1
