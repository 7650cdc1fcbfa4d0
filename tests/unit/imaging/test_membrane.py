from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from core_server.imaging.membrane import blur, membrane, plane_fit, smooth
from tests.unit.imaging.scenes import disc, working


def plane(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([x / width, y / height, (x + y) / (width + height)], axis=2)


@pytest.mark.parametrize("shape", [(64, 64), (61, 97), (7, 200)])
def test_a_gradient_is_continued_through_a_hole(shape: tuple[int, int]) -> None:
    values = plane(*shape)
    known = 1 - disc(shape, 0.5, 0.5, 0.3)
    filled = membrane(np.where(known[..., None] > 0, values, 99), known)
    assert (filled[known == 1] == values[known == 1]).all()
    assert np.abs(filled - values).max() < 0.03


def test_a_film_stays_within_what_is_known_and_reads_nothing_else() -> None:
    picture = working("astronaut", 128)[..., :3]
    known = 1 - disc(picture.shape, 0.4, 0.6, 0.25)
    poisoned = np.where(known[..., None] > 0, picture, np.float32(np.nan))
    filled = membrane(poisoned, known)
    assert np.isfinite(filled).all()
    assert filled.min() >= picture[known > 0].min() - 1e-6
    assert filled.max() <= picture[known > 0].max() + 1e-6
    assert (filled == membrane(picture, known)).all()


def test_without_anything_known_the_film_is_0() -> None:
    assert (membrane(np.ones((9, 9, 2), np.float32), np.zeros((9, 9), np.float32)) == 0).all()


def test_one_known_pixel_is_enough() -> None:
    known = np.zeros((40, 30), np.float32)
    known[3, 29] = 1
    values = np.full((40, 30, 1), 0.7, np.float32)
    np.testing.assert_allclose(membrane(values, known), 0.7, rtol=1e-5)


@pytest.mark.parametrize("sigma", [1.0, 6.0, 20.0])
def test_smoothing_sees_only_weight(sigma: float) -> None:
    values = np.zeros((90, 90, 1), np.float32)
    values[:, 45:] = 5
    weight = np.zeros((90, 90), np.float32)
    weight[:, :45] = 1
    assert np.abs(smooth(values, weight, sigma)).max() < 1e-5


@pytest.mark.parametrize("sigma", [3.0, 12.0, 40.0])
def test_a_wide_blur_is_nearly_the_exact_one(sigma: float) -> None:
    picture = working("coffee", 256)[..., :3]
    exact = ndimage.gaussian_filter(picture, (sigma, sigma, 0), mode="nearest")
    off = np.abs(blur(picture, sigma) - exact)
    assert off.mean() < 0.004
    assert off[64:-64, 64:-64].max() < 0.03  # at the border either guesses what lies beyond


def test_a_plane_is_fitted_from_one_side_without_lag() -> None:
    values = plane(60, 60) * 10
    seen = np.zeros((60, 60), np.bool_)
    seen[:, :30] = True
    places = np.zeros_like(seen)
    places[10:50, 31] = True
    fitted = plane_fit(values, seen, places, 4.0)
    assert fitted.shape == (40, 3)
    assert np.abs(fitted - values[places]).max() < 0.15  # a mean would be 0.7 behind


def test_fitting_nowhere_gives_nothing() -> None:
    nowhere = np.zeros((20, 20), np.bool_)
    assert plane_fit(plane(20, 20), ~nowhere, nowhere, 4.0).shape == (0, 3)
