"""Drives work in pieces, and what has to be looked at now and then, from Qt's own event loop.

Knows neither documents nor the daemon.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from plugins.common.host import Work
from plugins.krita.qt import QtCore

PIECE_MS = 8.0
"""How long pieces run before the event loop has its turn; one alone may take up to 50 ms."""


class Pump(QtCore.QObject):
    """Thread: the user interface's."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._turn)
        self._works: list[tuple[Work[Any], Callable[[Any], None]]] = []
        self._is_turning = False

    @property
    def is_busy(self) -> bool:
        return bool(self._works)

    def start(self, work: Work[Any], then: Callable[[Any], None]) -> None:
        """Do it beside everything else; `then` gets its result. What it raises goes to Qt."""
        self._works.append((work, then))
        self._timer.start(0)

    def stop(self) -> None:
        """Abandon everything, which leaves the documents as they were."""
        self._timer.stop()
        for work, _ in self._works:
            work.close()
        self._works.clear()

    def _turn(self) -> None:
        if self._is_turning:  # Krita turns its loop within some of its calls
            return
        self._is_turning = True
        try:
            self._do_pieces()
        finally:
            self._is_turning = False

    def _do_pieces(self) -> None:
        until = time.monotonic() + PIECE_MS / 1000
        while self._works and time.monotonic() < until:
            work, then = self._works[0]
            try:
                next(work)
            except StopIteration as end:
                self._works.pop(0)
                then(end.value)
            except BaseException:
                self._works.pop(0)
                raise
        if not self._works:
            self._timer.stop()
