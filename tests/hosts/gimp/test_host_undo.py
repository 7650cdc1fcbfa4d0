"""What GimpHost leaves in the undo history, with GIMP on a screen: nothing for reading and
previews, one step for all that is added at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hosts.gimp.host_jobs import source
from tests.hosts.gimp_program import Gimp, GimpWindow
from tests.hosts.programs import wait_until

BEFORE = {"layers": ["a step", "base"], "canvas": [0, 0, 300, 200], "kind": 0, "all": 2}
UNDONE = {**BEFORE, "layers": ["base"], "all": 1}
ADDED = {
    **BEFORE,
    "layers": ["a step", "group", "new 0", "new 1", "new 2", "base"],
    "canvas": [0, 0, 360, 250],
    "all": 3,
}
EXACT = {
    "pixels": True,
    "records": [f'{{"n": {n}}}' for n in range(3)],
    "bounds": [[0, 0, 360, 250]] * 3,
}


class Screen:
    """A GIMP in a window, with a host that lives as long as it."""

    def __init__(self, window: GimpWindow, head: str) -> None:
        self.window = window
        self._source = source(head, "host_undo")

    def step(self, name: str, **arguments: Any) -> dict[str, Any]:
        return self.window.execute(self._source, step=name, **arguments)

    def press(self, key: str, expected: dict[str, Any]) -> None:
        """Press a key; some time later the image must be as expected."""
        self.window.key(key)
        wait_until(lambda: self.step("state") == expected, 10)
        assert self.step("state") == expected


@pytest.fixture
def screen(each_gimp: Gimp, host_head: str) -> Iterator[Screen]:
    with each_gimp.start(data=False) as window:
        yield Screen(window, host_head)
    assert "Can't undo" not in each_gimp.last_log


def test_reading_and_previews_are_no_undo_steps_and_adding_is_one(screen: Screen) -> None:
    assert screen.step("begin") == BEFORE
    assert screen.step("read_and_preview") == BEFORE
    screen.press("ctrl+z", UNDONE)
    screen.press("ctrl+y", BEFORE)
    assert screen.step("add") == ADDED
    assert screen.step("exact") == EXACT
    screen.press("ctrl+z", BEFORE)
    screen.press("ctrl+y", ADDED)
    assert screen.step("exact") == EXACT
    screen.press("ctrl+z", BEFORE)
    assert screen.step("read_and_preview", takes_away=False) == {**BEFORE, "all": 3}
    screen.press("ctrl+z", {**UNDONE, "all": 2})
    screen.press("ctrl+y", {**BEFORE, "all": 3})
    assert screen.step("end_preview") == BEFORE
    assert screen.step("convert") == BEFORE
    screen.press("ctrl+z", {**BEFORE, "kind": 2})
    screen.press("ctrl+z", BEFORE)
    screen.press("ctrl+z", UNDONE)
