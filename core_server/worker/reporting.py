"""How a running job tells the daemon where it stands, and learns that it shall stop.

Must not decide anything: it passes on, throttles previews, and raises Cancelled.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from core_server.worker.wire import Finishing, FromWorker, Loading, Stepped, send
from protocol.errors import Cancelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PREVIEW_INTERVAL_S = 0.2
"""Previews come at most this often; steps are all reported."""

MAX_PREVIEW_SIDE = 512


class PipeReport:
    """Reports one job over the worker's pipe. Thread: the worker's main thread."""

    def __init__(self, pipe: Connection, job: str, is_stopped: Callable[[str], bool]) -> None:
        self._pipe = pipe
        self._job = job
        self._is_stopped = is_stopped
        self._previewed = float("-inf")
        self._step = 0

    def check(self) -> None:
        """Raises Cancelled if the artist wants the job stopped."""
        if self._is_stopped(self._job):
            raise Cancelled("The job was cancelled.")

    def loading(self, model: str) -> None:
        """A model is about to be loaded."""
        self.check()
        self._send(Loading(self._job, model))

    def stepped(self, step: int, steps: int, preview: NDArray[np.uint8] | None = None) -> None:
        """Step `step` of `steps` is done; a bar never goes back. preview: (h, w, 3).

        Raises Cancelled.
        """
        self.check()
        self._step = max(step, self._step)
        now = time.monotonic()
        if preview is None or now - self._previewed < PREVIEW_INTERVAL_S:
            self._send(Stepped(self._job, self._step, max(steps, self._step)))
            return
        self._previewed = now
        pixels = _rgba(preview)
        height, width = pixels.shape[:2]
        message = Stepped(self._job, self._step, max(steps, self._step), width, height)
        self._send(message, pixels.tobytes())

    def finishing(self) -> None:
        """All steps are done; the pictures are being brought to the document."""
        self.check()
        self._send(Finishing(self._job))

    def _send(self, message: FromWorker, preview: bytes | None = None) -> None:
        try:
            send(self._pipe, message, preview)
        except OSError:
            os._exit(0)  # the daemon is gone, and nobody wants the picture any more


def _rgba(preview: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Opaque RGBA, thinned out to MAX_PREVIEW_SIDE."""
    import numpy as np  # not before there is a picture: the daemon imports this module too

    stride = -(-max(preview.shape[:2]) // MAX_PREVIEW_SIDE)
    thin = preview[::stride, ::stride]
    pixels = np.full((*thin.shape[:2], 4), 255, np.uint8)
    pixels[..., :3] = thin
    return pixels
