"""Rectangles, and the context rectangle that plugins and daemon must compute alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.geometry import DEFAULT_POLICY, ContextPolicy, Rect, context_rect

RECTS = st.builds(
    Rect, *2 * [st.integers(-5000, 5000)], *2 * [st.integers(-3, 20_000)]
)  # fmt: skip
FULL = st.builds(Rect, *2 * [st.integers(-5000, 5000)], *2 * [st.integers(1, 20_000)])
FRACTIONS = st.floats(0, 4, allow_nan=False)
POLICIES = st.builds(
    ContextPolicy, FRACTIONS, FRACTIONS, st.integers(0, 3000), st.sampled_from([1, 8, 64, 100])
)
HERE = Rect(10, 20, 30, 40)


def test_right_and_bottom_lie_outside() -> None:
    assert (HERE.right, HERE.bottom, HERE.area) == (40, 60, 1200)


@pytest.mark.parametrize(
    ("rect", "is_empty"),
    [
        (Rect(0, 0, 1, 1), False),
        (Rect(5, 5, 0, 9), True),
        (Rect(5, 5, 9, 0), True),
        (Rect(5, 5, -1, 9), True),
    ],
)
def test_a_rectangle_without_pixels_is_empty(rect: Rect, is_empty: bool) -> None:
    assert rect.is_empty is is_empty


def test_padding_moves_each_side_outwards() -> None:
    assert HERE.padded(1, 2, 3, 4) == Rect(9, 18, 34, 46)
    assert HERE.padded(1, 2, 3, 4).padded(-1, -2, -3, -4) == HERE
    assert HERE.shifted(-10, 5) == Rect(0, 25, 30, 40)


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (HERE, HERE),
        (Rect(0, 0, 100, 100), HERE),
        (Rect(30, 50, 100, 100), Rect(30, 50, 10, 10)),
        (Rect(40, 20, 5, 5), Rect(40, 20, 0, 5)),
        (Rect(-9, -9, 2, 2), Rect(10, 20, 0, 0)),
    ],
)
def test_the_common_part_of_two(other: Rect, common: Rect) -> None:
    assert HERE.intersect(other) == common


@pytest.mark.parametrize(
    ("other", "around"),
    [
        (HERE, HERE),
        (Rect(0, 0, 5, 5), Rect(0, 0, 40, 60)),
        (Rect(999, 999, 0, 5), HERE),
        (Rect(35, 10, 10, 5), Rect(10, 10, 35, 50)),
    ],
)
def test_the_rectangle_around_two(other: Rect, around: Rect) -> None:
    assert HERE.union(other) == around
    assert other.union(HERE) == around


@given(RECTS, RECTS)
def test_intersection_and_union_bound_each_other(one: Rect, two: Rect) -> None:
    common, around = one.intersect(two), one.union(two)
    assert common.width >= 0
    assert common.height >= 0
    for rect in (one, two):
        assert rect.contains(common)
        assert around.contains(rect)


@given(FULL, FULL)
def test_containing_is_having_no_pixel_outside(one: Rect, two: Rect) -> None:
    assert one.contains(two) == (one.intersect(two) == two)


@given(FULL, FULL, st.integers(0, 4096), POLICIES)
def test_the_context_lies_between_selection_and_canvas(
    selection: Rect, canvas: Rect, extra: int, policy: ContextPolicy
) -> None:
    inside = selection.intersect(canvas)
    if inside.is_empty:
        with pytest.raises(ValueError, match="outside the canvas"):
            context_rect(selection, canvas, extra, policy)
        return
    context = context_rect(selection, canvas, extra, policy)
    assert canvas.contains(context)
    assert context.contains(inside)
    assert context == context_rect(Rect(*selection), Rect(*canvas), extra, policy)
    for side, room in ((context.width, canvas.width), (context.height, canvas.height)):
        assert side >= min(policy.min_side, room)
        assert side == room or side % policy.multiple == 0
    wanted = max(inside.width, inside.height) + 2 * extra
    assert context.width >= min(wanted, canvas.width)
    assert context.height >= min(wanted, canvas.height)


@given(FULL, FULL, st.integers(-3000, 3000), st.integers(-3000, 3000))
def test_the_context_moves_with_the_document(
    selection: Rect, canvas: Rect, dx: int, dy: int
) -> None:
    if selection.intersect(canvas).is_empty:
        return
    moved = context_rect(selection.shifted(dx, dy), canvas.shifted(dx, dy))
    assert moved == context_rect(selection, canvas).shifted(dx, dy)


@given(FULL, FULL, st.integers(0, 500), st.integers(0, 500))
def test_more_context_never_shows_less(
    selection: Rect, canvas: Rect, extra: int, more: int
) -> None:
    if selection.intersect(canvas).is_empty:
        return
    wider = context_rect(selection, canvas, extra + more)
    assert wider.contains(context_rect(selection, canvas, extra))


def test_away_from_the_border_the_context_is_square_and_centred() -> None:
    context = context_rect(Rect(5000, 5000, 300, 100), Rect(0, 0, 10_000, 10_000))
    assert context.width == context.height
    assert abs(2 * context.x + context.width - 2 * 5150) <= 1
    assert abs(2 * context.y + context.height - 2 * 5050) <= 1


def test_a_selection_reaching_over_the_border_counts_only_inside() -> None:
    canvas = Rect(0, 0, 1000, 1000)
    whole = context_rect(Rect(900, 900, 5000, 5000), canvas)
    assert whole == context_rect(Rect(900, 900, 100, 100), canvas)


def test_the_default_policy_is_a_sixteenth_and_a_half() -> None:
    assert ContextPolicy(1 / 16, 1 / 2, 512, 8) == DEFAULT_POLICY
