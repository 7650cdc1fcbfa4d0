"""Counts the steps of a plan over its batches and passes them on.

Must not stop anything itself: `on_step` raises Cancelled when the artist wants it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core_server.engine.interface import OnStep, Step


class Progress:
    """Steps of one plan, as if its batches were one long run; grows when a batch is split."""

    def __init__(self, on_step: OnStep, candidates: int) -> None:
        self._on_step = on_step
        self._waiting = candidates
        self._batch = candidates
        self._finished = 0

    def begin(self, batch: int) -> None:
        """A batch of so many candidates starts (again, with fewer, when memory ran out)."""
        self._batch = batch

    def end(self) -> None:
        """The batch is painted."""
        self._waiting -= self._batch
        self._finished += 1

    def report(
        self, step: int, steps: int, preview: Callable[[], NDArray[np.uint8] | None]
    ) -> None:
        """Step `step` of `steps` of this batch is done. preview: of the batch's first candidate."""
        batches = self._finished + -(-self._waiting // self._batch)
        self._on_step(
            Step(
                step=self._finished * steps + step,
                steps=batches * steps,
                # The seam shows the plan's first candidate only.
                preview=preview() if self._finished == 0 else None,
            )
        )
