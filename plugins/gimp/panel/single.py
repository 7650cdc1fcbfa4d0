"""One panel per running GIMP: a second start asks the first one to come to the front.

By a file that the first one looks for: works alike on every system, sandboxed or not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from plugins.gimp.panel.gtk import GLib
from protocol.connection import Lock

LOOK_MS = 150


class Single:
    """name: of the running GIMP. `acquire` before anything else."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"gimp-panel-{name}.lock"
        self._lock = Lock(self._path)
        self._asked = folder / f"gimp-panel-{name}.show"

    def acquire(self) -> bool:
        """False if there is a panel already, which is asked to show itself."""
        try:
            if self._lock.acquire():
                self._asked.unlink(missing_ok=True)
                return True
            self._asked.touch()
        except OSError:  # a folder nobody may write to: two panels are better than none
            return True
        return False

    def listen(self, asked: Callable[[], None]) -> None:
        """Call `asked` whenever another one was started."""

        def look() -> bool:
            if self._asked.exists():
                with contextlib.suppress(OSError):
                    self._asked.unlink()
                asked()
            return True

        GLib.timeout_add(LOOK_MS, look)

    def release(self) -> None:
        with contextlib.suppress(OSError):
            self._asked.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
        self._lock.release()
