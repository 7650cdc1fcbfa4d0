"""Pocket's subjects taken off their ground, and grounds continued, where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from core_server.imaging.arrays import Mask, Plane
from core_server.pocket.ground import CutOut, continued, cut_larger, cut_out, fills, ground_of

SIDE = 64
WHITE, YELLOW, PALE = (1.0, 1.0, 1.0), (1.0, 0.85, 0.1), (0.93, 0.92, 0.88)
RED, BLUE, CREAM = (0.85, 0.1, 0.05), (0.1, 0.2, 0.8), (0.96, 0.93, 0.86)


def disc(radius: float, side: int = SIDE, centre: tuple[float, float] | None = None) -> Mask:
    """(side, side) cover of an antialiased disc."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    down, across = centre or ((side - 1) / 2, (side - 1) / 2)
    return np.clip(radius + 0.5 - np.hypot(x - across, y - down), 0, 1).astype(np.float32)


def laid(subject: tuple[float, ...], ground: tuple[float, ...], cover: Mask) -> Plane:
    share = cover[..., None]
    mixed = share * np.array(subject, np.float32) + (1 - share) * np.array(ground, np.float32)
    grain = np.random.default_rng(3).normal(0, 0.006, mixed.shape)
    return np.clip(mixed + grain, 0, 1).astype(np.float32)


def doubted(cover: Mask) -> Mask:
    """As a decoder tells it: softer than it is, and nowhere quite certain."""
    return ndimage.gaussian_filter(cover, 0.8) * np.float32(0.96) + np.float32(0.02)


@pytest.mark.parametrize("ground", [WHITE, YELLOW, PALE])
@pytest.mark.parametrize("subject", [RED, BLUE])
def test_no_visible_pixel_of_a_cut_out_has_some_of_the_ground(
    subject: tuple[float, ...], ground: tuple[float, ...]
) -> None:
    cover = disc(20)
    cut = cut_out(laid(subject, ground, cover), doubted(cover))
    assert cut is not None
    seen = cut.colour[cut.alpha > 0.02] - np.array(subject, np.float32)
    way = np.array(ground, np.float32) - np.array(subject, np.float32)
    assert (seen @ way).max() / (way @ way) < 0.03
    assert np.abs(seen).max() < 0.13
    assert np.abs(cut.alpha - cover).max() < 0.25
    assert np.abs(cut.alpha - cover).mean() < 0.01


def test_a_subject_as_pale_as_its_ground_keeps_the_cover_that_was_told() -> None:
    cover = disc(20)
    cut = cut_out(laid(CREAM, WHITE, cover), doubted(cover))
    assert cut is not None
    assert cut.alpha[32, 32] == 1
    assert abs(float(cut.alpha.sum()) / float(cover.sum()) - 1) < 0.05


def test_a_dark_outline_stays_with_its_subject() -> None:
    cover = disc(20)
    picture = laid(RED, WHITE, cover)
    rim = (disc(20) - disc(18))[..., None] > 0.9
    cut = cut_out(np.where(rim, np.float32(0.1), picture), doubted(cover))
    assert cut is not None
    assert (cut.alpha[rim[..., 0]] > 0.7).all()
    assert cut.colour[rim[..., 0]].mean() < 0.15


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.95, 1.0])
def test_a_picture_of_one_kind_has_nothing_to_cut_out(alpha: float) -> None:
    picture = laid(RED, WHITE, np.ones((SIDE, SIDE), np.float32))
    assert cut_out(picture, np.full((SIDE, SIDE), alpha, np.float32)) is None


def test_the_ground_is_found_behind_the_subject_with_its_shading() -> None:
    cover = disc(18)
    slope = np.linspace(0.8, 1.0, SIDE, dtype=np.float32)[None, :, None]
    picture = cover[..., None] * np.array(RED, np.float32) + (1 - cover[..., None]) * slope
    found = ground_of(picture.astype(np.float32), cover)
    assert np.abs(found - slope).max() < 0.06


@pytest.mark.parametrize(("drawn", "told"), [(84, 80), (80, 84), (78, 83), (83, 78)])
@pytest.mark.parametrize("ground", [WHITE, YELLOW])
def test_outlines_that_were_enlarged_apart_leave_no_fringe(
    drawn: float, told: float, ground: tuple[float, ...]
) -> None:
    small = disc(20)
    picture = laid(RED, ground, small)
    cut = cut_out(picture, small)
    assert cut is not None
    large = laid(RED, ground, disc(drawn, 4 * SIDE))
    found = cut_larger(large, disc(told, 4 * SIDE), cut, ground_of(picture, small))
    assert np.abs(found.colour[found.alpha > 0.02] - RED).max() < 0.1
    least = disc(min(drawn, told), 4 * SIDE)
    assert abs(float(found.alpha.sum()) / float(least.sum()) - 1) < 0.02


def test_what_is_nowhere_whole_has_the_small_pictures_colours() -> None:
    faint = CutOut(np.full((8, 8, 3), 0.5, np.float32), np.full((8, 8), 0.4, np.float32))
    found = cut_larger(
        np.zeros((32, 32, 3), np.float32),
        np.full((32, 32), 0.4, np.float32),
        faint,
        np.full((8, 8, 3), 0.5, np.float32),
    )
    assert (found.colour == 0.5).all()


@pytest.mark.parametrize("size", [(114, 64), (113, 64), (300, 64), (64, 200)])
def test_a_ground_goes_on_without_a_seam(size: tuple[int, int]) -> None:
    cover = disc(22)
    picture = laid(BLUE, PALE, cover)
    wide = continued(picture, cover, size)
    assert wide.shape == (size[1], size[0], 3)
    top, left = (size[1] - SIDE) // 2, (size[0] - SIDE) // 2
    inside = wide[top : top + SIDE, left : left + SIDE]
    assert np.array_equal(inside, picture)
    lying = wide if size[0] > size[1] else wide.swapaxes(0, 1)
    start = left or top
    steps = np.abs(np.diff(lying, axis=1)).mean(axis=(0, 2))
    ground_steps = np.abs(np.diff(picture[:6], axis=1)).mean()
    assert steps[start - 1] < ground_steps * 1.5
    assert steps[start + SIDE - 1] < ground_steps * 1.5
    assert np.abs(lying[:, 0] - np.array(PALE)).max() < 0.02


def test_the_same_size_is_the_same_picture() -> None:
    picture = laid(BLUE, PALE, disc(22))
    assert continued(picture, disc(22), (SIDE, SIDE)) is picture


def test_a_subject_that_touches_the_border_is_rounded_off() -> None:
    cover = disc(20, centre=(31.5, 6))
    wide = continued(laid(RED, WHITE, cover), cover, (114, SIDE))
    is_red = wide[..., 1] < 0.5
    heights = is_red[:, :25].sum(axis=0)
    assert heights[0] == 0
    assert 0 < heights[24] <= is_red[:, 25].sum() + 2
    assert (np.diff(heights) >= 0).all()


def texture(part: slice) -> Mask:
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[:, part] = 1
    return alpha


@pytest.mark.parametrize(
    ("alpha", "wider", "expected"),
    [
        (texture(slice(None)), True, True),
        (texture(slice(None)), False, True),
        (texture(slice(0, 40)), True, False),
        (texture(slice(8, 56)), False, True),
        (disc(32), True, False),
        (disc(10), False, False),
    ],
)
def test_what_fills_its_borders_is_told_from_what_stands_inside(
    alpha: Mask, wider: bool, expected: bool
) -> None:
    assert fills(alpha, wider) == expected
