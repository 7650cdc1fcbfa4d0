"""What may block runs in threads of its own; outcomes are handed over in the caller's thread.

Knows nothing of user interfaces: they call `poll()` from a timer.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from protocol.errors import ImpastoError, Internal

T = TypeVar("T")


class Background:
    """Thread: `run` and `poll` from the user interface's; what is run, from another."""

    def __init__(self) -> None:
        self._outcomes: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[ImpastoError], None],
    ) -> None:
        """Start `work`; one of the others is called by a later `poll`."""

        def worked() -> None:
            try:
                outcome = work()
            except ImpastoError as error:
                self._outcomes.put(partial(failed, error))
            except Exception as error:  # never a traceback to an artist
                internal = Internal(f"Something unexpected happened: {error}.")
                self._outcomes.put(partial(failed, internal))
            else:
                self._outcomes.put(partial(then, outcome))

        threading.Thread(target=worked, name="impasto-background", daemon=True).start()

    def poll(self) -> bool:
        """Hand over what is there; whether anything was."""
        found = False
        while True:
            try:
                outcome = self._outcomes.get_nowait()
            except queue.Empty:
                return found
            found = True
            outcome()
