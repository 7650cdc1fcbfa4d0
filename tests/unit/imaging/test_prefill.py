from __future__ import annotations

import numpy as np
import pytest

from core_server.imaging import masks
from core_server.imaging.prefill import Intent, opaque, prefill
from core_server.imaging.remove import NEUTRAL
from core_server.imaging.seam import border_gradient_excess
from tests.unit.imaging.scenes import MASKS, PICTURES, working

QUICK = [Intent.FILL, Intent.REPLACE, Intent.EXPAND]  # remove has tests of its own


@pytest.mark.parametrize("intent", QUICK)
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", PICTURES)
def test_what_is_not_masked_stays_and_what_is_masked_is_opaque(
    name: str, mask: str, intent: Intent
) -> None:
    image = working(name, 96)
    image[:20, :30, 3] = 0.25
    selection = MASKS[mask](image.shape)
    start = prefill(image, selection, intent, 7)
    assert start.dtype == np.float32
    kept = selection == 0
    assert start[kept].tobytes() == image[kept].tobytes()
    assert (start[~kept][:, 3] == 1).all()
    assert start.min() >= 0
    assert start.max() <= 1


@pytest.mark.parametrize("intent", Intent)
def test_no_masked_colour_leaks(intent: Intent) -> None:
    image = working("coffee", 96)
    selection = MASKS["soft"](image.shape)
    painted_over = image.copy()
    painted_over[selection >= 1 / 8] = (0, 1, 0, 1)
    strongly = selection >= 1 / 8
    a, b = (prefill(picture, selection, intent, 3) for picture in (image, painted_over))
    assert (a[strongly] == b[strongly]).all()


@pytest.mark.parametrize("intent", Intent)
def test_equal_seeds_give_equal_starts(intent: Intent) -> None:
    image, selection = working("chelsea", 96), MASKS["edge"]((96, 96))
    first, again = (prefill(image, selection, intent, 11) for _ in range(2))
    assert (first == again).all()


def test_replace_is_neutral_noise_of_another_kind_with_another_seed() -> None:
    image, full = working("rocket", 128), np.ones((128, 128), np.float32)
    a, b = (prefill(image, full, Intent.REPLACE, seed)[..., :3] for seed in (1, 2))
    assert a.mean() == pytest.approx(NEUTRAL, abs=0.03)
    assert 0.05 < a.std() < 0.25
    assert np.abs(a - b).mean() > 0.05


@pytest.mark.parametrize("intent", [Intent.FILL, Intent.EXPAND, Intent.REMOVE])
def test_a_full_mask_gives_neutral_gray(intent: Intent) -> None:
    image = working("rocket", 64)
    start = prefill(image, np.ones((64, 64), np.float32), intent)
    assert (start == np.float32([NEUTRAL, NEUTRAL, NEUTRAL, 1])).all()


@pytest.mark.parametrize("intent", Intent)
def test_an_empty_mask_gives_the_picture(intent: Intent) -> None:
    image = working("rocket", 64)
    assert (prefill(image, np.zeros((64, 64), np.float32), intent) == image).all()


@pytest.mark.parametrize("name", PICTURES)
def test_fill_is_a_blur_of_the_surroundings(name: str) -> None:
    image = working(name, 160)
    selection = MASKS["hard"](image.shape)
    inside = selection == 1
    start = prefill(image, selection, Intent.FILL)
    ring = (masks.grow(selection, 16) > 0) & ~inside
    assert start[inside].mean(axis=0) == pytest.approx(image[ring].mean(axis=0), abs=0.08)
    steps = np.abs(np.diff(start[..., :3], axis=0))[inside[1:] & inside[:-1]]
    assert steps.max() < 0.12


@pytest.mark.parametrize("name", PICTURES)
def test_expand_goes_on_without_a_step_and_without_stripes(name: str) -> None:
    image = working(name, 160)
    canvas = np.zeros((160, 240, 4), np.float32)
    canvas[:, :160] = image
    added = np.ones((160, 240), np.float32)
    added[:, :160] = 0
    start = prefill(canvas, added, Intent.EXPAND)
    assert border_gradient_excess(start, added) < 0.8
    far = start[:, 220:, :3]
    assert np.abs(np.diff(far, axis=0)).max() < 0.05  # stripes would be lines from the border on
    near = start[:, 160:166, :3]
    mirrored = image[:, 159:153:-1, :3]
    assert np.abs(near - mirrored).mean() < 0.08


def test_opaque_goes_on_under_what_was_transparent() -> None:
    image = working("astronaut", 96)
    image[30:60, 30:60] = (0, 1, 0, 0)
    flat = opaque(image)
    assert (flat[..., 3] == 1).all()
    assert (flat[image[..., 3] == 1] == image[image[..., 3] == 1]).all()
    green = flat[30:60, 30:60, 1] - flat[30:60, 30:60, 0]
    assert green.max() < 0.3
    nothing = np.zeros((8, 8, 4), np.float32)
    assert (opaque(nothing) == np.float32([NEUTRAL, NEUTRAL, NEUTRAL, 1])).all()


def test_unbounded_light_around_a_hole_is_continued() -> None:
    image = np.full((64, 64, 4), 9, np.float32)
    image[..., 3] = 1
    selection = MASKS["hard"]((64, 64))
    for intent in (Intent.FILL, Intent.EXPAND, Intent.REMOVE):
        start = prefill(image, selection, intent)
        np.testing.assert_allclose(start[selection == 1][:, :3], 9, rtol=1e-4)
