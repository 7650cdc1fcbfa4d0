"""Filters by frequency: the same as in space, with the border that was asked for."""

import numpy as np
import pytest
from scipy import ndimage

from core_server.imaging.spectral import PASSES, filtered, gaussian, part_count, parts

MODES = {
    "none": ("reflect", "reflect"),
    "x": ("reflect", "wrap"),
    "y": ("wrap", "reflect"),
    "both": ("wrap", "wrap"),
}


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).random(shape, np.float32)


@pytest.mark.parametrize("shape", [(33, 47), (64, 32), (1, 9), (9, 1), (1, 1)])
@pytest.mark.parametrize("axes", MODES)
def test_a_blur_is_the_one_that_space_knows(axes: str, shape: tuple[int, int]) -> None:
    plane = noise(*shape)
    expected = ndimage.gaussian_filter(plane.astype(float), 2.0, mode=MODES[axes], truncate=8)
    found = filtered(plane, gaussian(2.0), axes)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-6)


@pytest.mark.parametrize("axes", MODES)
def test_many_parts_give_what_one_gives(axes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plane = noise(70, 50)
    whole = filtered(plane, gaussian(3.0), axes)
    monkeypatch.setattr("core_server.imaging.spectral._PART_PIXELS", 600)
    done: list[int] = []
    assert part_count(plane.shape) == 6
    in_parts = filtered(plane, gaussian(3.0), axes, lambda: done.append(1))
    np.testing.assert_allclose(in_parts, whole, atol=1e-6)
    assert len(done) == 6 * PASSES


@pytest.mark.parametrize(("length", "count"), [(7, 3), (3, 3), (1, 1), (16384, 256)])
def test_parts_make_up_the_whole(length: int, count: int) -> None:
    found = [row for part in parts(length, count) for row in range(part.start, part.stop)]
    assert found == list(range(length))


def test_whoever_hears_of_the_parts_can_stop() -> None:
    def stop() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        filtered(noise(8, 8), gaussian(1.0), "none", stop)
