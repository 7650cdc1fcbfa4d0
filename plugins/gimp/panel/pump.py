"""Drives work in pieces from GLib's own event loop. Knows neither images nor the daemon."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from plugins.common.host import Work
from plugins.gimp.panel.gtk import GLib

PIECE_S = 0.016
"""How long pieces run before the event loop has its turn; one alone may take up to 50 ms."""


class Pump:
    """Thread: the main one, as everything that calls GIMP.

    failed: gets what a work, or what is done with its result, raises.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._works: list[tuple[Work[Any], Callable[[Any], None]]] = []
        self._source = 0

    @property
    def is_busy(self) -> bool:
        return bool(self._works)

    def start(self, work: Work[Any], then: Callable[[Any], None]) -> None:
        """Do it beside everything else; `then` gets its result, None where it failed."""
        self._works.append((work, then))
        if not self._source:
            # An idle source would be served before the window is drawn.
            self._source = GLib.timeout_add(1, self._turn)

    def stop(self) -> None:
        """Abandon everything, which leaves the images as they were."""
        if self._source:
            GLib.source_remove(self._source)
            self._source = 0
        for work, _ in self._works:
            work.close()
        self._works.clear()

    def _turn(self) -> bool:
        until = time.monotonic() + PIECE_S
        while self._works and time.monotonic() < until:
            work, then = self._works[0]
            try:
                next(work)
            except StopIteration as end:
                self._end(then, end.value)
            except Exception as error:  # GLib would forget the timer, and all other work with it
                self._failed(error)
                self._end(then, None)
        if self._works:
            return True
        self._source = 0
        return False

    def _end(self, then: Callable[[Any], None], value: object) -> None:
        self._works.pop(0)
        try:
            then(value)
        except Exception as error:
            self._failed(error)
