from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_server.imaging import masks
from core_server.imaging.arrays import Mask
from protocol.errors import OutOfRange
from protocol.geometry import Rect
from tests.unit.imaging.scenes import MASKS

SHAPE = (96, 128)
SELECTIONS = [name for name in MASKS if name not in ("full", "empty")]


@pytest.fixture(params=MASKS)
def selection(request: pytest.FixtureRequest) -> Mask:
    return MASKS[request.param](SHAPE)


def profile(mask: Mask) -> list[float]:
    """Coverage down a column from the last fully covered row on."""
    column = mask[:, mask.shape[1] // 2]
    last = int(np.flatnonzero(column >= 1)[-1])
    return column[last:].tolist()


def test_grow_0_and_feather_0_is_exactly_the_selection(selection: Mask) -> None:
    alpha = masks.blend_alpha(selection, 0, 0)
    assert alpha.tobytes() == selection.tobytes()
    assert alpha is not selection


@pytest.mark.parametrize("feather", [0, 1, 8, 30])
@pytest.mark.parametrize("grow", [0, 1, 5.5, 20])
def test_alpha_is_never_below_the_selection(selection: Mask, grow: float, feather: float) -> None:
    alpha = masks.blend_alpha(selection, grow, feather)
    assert alpha.dtype == np.float32
    assert (alpha >= selection).all()
    assert alpha.max(initial=0) <= 1


@pytest.mark.parametrize("name", SELECTIONS)
@pytest.mark.parametrize(("grow", "feather"), [(6, 0), (0, 12), (6, 12)])
def test_alpha_ends_where_grow_and_feather_end(name: str, grow: int, feather: int) -> None:
    selection = MASKS[name](SHAPE)
    alpha = masks.blend_alpha(selection, grow, feather)
    reach = grow + round(1.2 * feather) + 1
    assert masks.grow(selection, reach)[alpha > 0].min() > 0


def test_empty_stays_empty_and_full_stays_full() -> None:
    empty, full = MASKS["empty"](SHAPE), MASKS["full"](SHAPE)
    assert masks.is_empty(masks.blend_alpha(empty, 10, 20))
    assert masks.is_full(masks.blend_alpha(full, 10, 20))


def test_growing_is_a_disc() -> None:
    dot = np.zeros((31, 31), np.float32)
    dot[15, 15] = 1
    y, x = np.mgrid[-15:16, -15:16]
    for radius in (1, 4, 7.3):
        assert (masks.grow(dot, radius) == (np.hypot(x, y) <= radius)).all()


def test_a_soft_edge_moves_and_keeps_its_profile() -> None:
    ramp = np.zeros((60, 40), np.float32)
    ramp[:10] = 1
    ramp[10:18] = np.linspace(0.9, 0.1, 8, dtype=np.float32)[:, None]
    assert profile(masks.grow(ramp, 7))[:9] == profile(ramp)[:9]
    assert profile(masks.grow(ramp, 7))[9:].count(0) == profile(ramp)[9:].count(0) - 7


def test_soft_and_hard_growth_agree() -> None:
    hard = MASKS["hard"](SHAPE)
    almost = hard.copy()
    almost[0, 0] = 0.25  # a third value, which takes the way for soft masks
    away = np.s_[30:, 30:]
    assert (masks.grow(hard, 9)[away] == masks.grow(almost, 9)[away]).all()


def test_feather_falls_smoothly_from_1_to_0_over_its_width() -> None:
    half = np.zeros((100, 40), np.float32)
    half[:40] = 1
    falling = profile(masks.feather(half, 24))
    assert falling[0] == 1
    assert falling[24] < 0.01
    assert 0.4 < falling[12] < 0.6
    assert np.diff(falling).max() <= 0
    assert np.diff(falling).min() > -0.1
    assert falling[26:] == [0] * len(falling[26:])


def test_feather_changes_nothing_inside() -> None:
    soft = MASKS["soft"](SHAPE)
    feathered = masks.feather(soft, 10)
    assert (feathered >= soft).all()
    assert (feathered[soft >= 1] == 1).all()
    assert np.unique(feathered).size > 50


@pytest.mark.parametrize("feather", [3, 16, 40])
@pytest.mark.parametrize("grow", [0, 7])
def test_a_mask_at_the_border_does_not_fade_there(grow: int, feather: int) -> None:
    touching = np.zeros((120, 120), np.float32)
    touching[50:70, :60] = 1
    alpha = masks.blend_alpha(touching, grow, feather)
    # at the border the profile is that of a strip without end
    np.testing.assert_allclose(alpha[:, 0], alpha[:, 10], atol=1e-6)
    assert (alpha[50:70, 0] == 1).all()


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_an_expanded_side_is_opaque_up_to_the_border(side: str) -> None:
    strip = np.zeros((64, 64), np.float32)
    strip[
        {"left": np.s_[:, :9], "right": np.s_[:, 55:], "top": np.s_[:9], "bottom": np.s_[55:]}[side]
    ] = 1
    alpha = masks.blend_alpha(strip, 4, 12)
    assert (alpha[strip == 1] == 1).all()
    across = alpha if side in ("top", "bottom") else alpha.T
    assert np.ptp(across, axis=1).max() < 1e-6


def test_bounds_are_tight_and_half_open() -> None:
    mask = np.zeros((20, 30), np.float32)
    mask[4, 7] = 0.001
    mask[11, 29] = 1
    assert masks.bounds(mask) == Rect(7, 4, 23, 8)
    assert masks.bounds(np.zeros((3, 3), np.float32)).is_empty


@pytest.mark.parametrize(
    ("selection", "grow", "feather"),
    [
        (Rect(0, 0, 0, 0), 0, 0),
        (Rect(5, 5, 1, 1), 2, 4),
        (Rect(0, 0, 3, 500), 5, 4),
        (Rect(0, 0, 100, 100), 2, 14),
        (Rect(9, 9, 300, 200), 4, 36),
        (Rect(0, 0, 4000, 4000), 16, 64),
    ],
)
def test_defaults_come_from_the_size_of_the_selection(
    selection: Rect, grow: int, feather: int
) -> None:
    assert masks.default_grow_px(selection) == grow
    assert masks.default_feather_px(selection) == feather


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_defaults_never_shrink_as_a_selection_grows(width: int, height: int) -> None:
    small, large = Rect(0, 0, width, height), Rect(0, 0, width + 50, height + 50)
    assert masks.default_feather_px(small) <= masks.default_feather_px(large)
    assert masks.default_grow_px(small) <= masks.default_grow_px(large)


@pytest.mark.parametrize("px", [-1, 513, float("nan")])
@pytest.mark.parametrize("name", ["grow", "feather"])
def test_a_width_out_of_range_names_the_field_and_the_limit(name: str, px: float) -> None:
    with pytest.raises(OutOfRange, match=f"{name.title()} must be between 0 and 512") as caught:
        getattr(masks, name)(np.ones((2, 2), np.float32), px)
    assert caught.value.field == f"params.{name}"


def test_the_input_is_left_alone(selection: Mask) -> None:
    before = selection.copy()
    masks.blend_alpha(selection, 5, 9)
    assert (selection == before).all()
