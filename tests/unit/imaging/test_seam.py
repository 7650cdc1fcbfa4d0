from __future__ import annotations

import numpy as np
import pytest

from core_server.imaging.arrays import Image
from core_server.imaging.seam import border_gradient_excess, seam_error, seam_step
from tests.unit.imaging.scenes import MASKS, PICTURES, disc, working


def brighter_inside(image: Image, by: float) -> Image:
    result = image.copy()
    result[..., :3] += by * disc(image.shape, 0.5, 0.5, 0.25)[..., None]
    return result


@pytest.mark.parametrize("name", [*PICTURES, "gravel"])
def test_a_picture_has_no_seam_against_itself(name: str) -> None:
    image = working(name, 160)
    assert seam_error(image, image, disc(image.shape, 0.5, 0.5, 0.25)) < 1e-3


@pytest.mark.parametrize("name", ["gravel", "starry_night", "coffee"])
def test_a_step_of_light_is_found_in_any_texture_and_grows(name: str) -> None:
    image, mask = working(name, 160), disc((160, 160), 0.5, 0.5, 0.25)
    errors = [seam_error(brighter_inside(image, by), image, mask) for by in (0.01, 0.03, 0.06)]
    assert errors == sorted(errors)
    assert 0.4 < errors[0] < 3
    assert errors[2] > 3


def test_a_known_step_has_its_known_size() -> None:
    gray = np.full((80, 80, 4), 0.5, np.float32)
    gray[..., 3] = 1
    mask = disc((80, 80), 0.5, 0.5, 0.3)
    step = seam_step(brighter_inside(gray, 0.1) * 1, disc((80, 80), 0.5, 0.5, 0.25))
    # L* 53.4 against 63.2; CIEDE2000 of grays is ΔL / S_L with S_L = 1.09 there
    assert step == pytest.approx(9.0, abs=0.4)
    assert seam_step(gray, mask) < 1e-3


def test_a_gradient_across_the_border_is_no_seam() -> None:
    ramp = np.ones((100, 100, 4), np.float32)
    ramp[..., :3] = np.linspace(0.2, 0.8, 100, dtype=np.float32)[None, :, None]
    mask = disc((100, 100), 0.5, 0.5, 0.25)
    assert seam_step(ramp, mask) < 1
    assert border_gradient_excess(ramp, mask) == pytest.approx(0, abs=0.1)


def test_a_hard_edge_along_the_border_is_an_excess() -> None:
    image, mask = working("rocket", 160), disc((160, 160), 0.5, 0.5, 0.25)
    assert border_gradient_excess(brighter_inside(image, 0.1), mask) > 2


@pytest.mark.parametrize("name", ["full", "empty"])
def test_without_a_border_there_is_no_seam(name: str) -> None:
    image, other = working("rocket", 60), working("coffee", 60)
    mask = MASKS[name](image.shape)
    assert seam_error(image, other, mask) == 0
    assert seam_step(image, mask) == 0
    assert border_gradient_excess(image, mask) == 0
