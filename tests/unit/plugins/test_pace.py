"""Large pictures are moved in pieces that make them up."""

from __future__ import annotations

import pytest

from plugins.common.pace import Pace, space_for, strips


@pytest.mark.parametrize("tile", [1, 128])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (300, 7), (5000, 900), (0, 5), (5, 0)])
def test_strips_make_up_the_picture(width: int, height: int, tile: int) -> None:
    pace, covered = Pace(4096), 0
    for top, rows in strips(width, height, pace, tile):
        assert top == covered
        assert rows > 0
        covered += rows
        pace.stop()
    assert covered == (height if width else 0)


def test_strips_end_where_tiles_do_once_they_are_high_enough() -> None:
    pace, tops = Pace(32 * 1000), []
    for top, _ in strips(1000, 2000, pace, 128):
        tops.append(top)
        pace.pixels = 90 * 1000 * len(tops)
    assert tops[:3] == [0, 32, 128]
    assert all(top % 128 == 0 for top in tops[2:])


def test_memory_is_there_for_none_too() -> None:
    assert len(space_for(0)) == 0
    assert bytes(space_for(3)) == bytes(3)
