"""A job carried out in this process, by the very function that a worker calls.

Must not go through a daemon: it is what the daemon's way is compared with.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from benchmarks.measuring import Way, timed
from core_server.daemon.admission import admit
from core_server.execution.job import execute
from core_server.models.registry import ModelRegistry
from core_server.operations import catalogue, load_styles
from core_server.worker import heap
from core_server.worker.engines import LoadedEngines
from core_server.worker.wire import Run
from protocol.messages import Limits, Submit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEVICE = "cpu"
THREADS = 1
"""As many as the workers of `tests.daemons` have."""


class Silence:
    """A report that nobody reads, and that never cancels."""

    def check(self) -> None:
        """Goes on."""

    def loading(self, model: str) -> None:
        """Tells nobody."""

    def stepped(self, step: int, steps: int, preview: NDArray[np.uint8] | None = None) -> None:
        """Tells nobody."""

    def finishing(self) -> None:
        """Tells nobody."""


@cache
def _engines(home: Path) -> LoadedEngines:
    torch.set_num_threads(THREADS)
    heap.keep_freed()  # as a worker does: otherwise this side would pay for more page faults
    return LoadedEngines(home, DEVICE)


def executed_here(submit: Submit, home: Path) -> Way:
    """Carry out a job without pictures; layers go to a folder of their own, as in the daemon.

    home: Impasto's folder, whose models are used.
    """
    registry = ModelRegistry(home / "models.json")
    operations = catalogue(load_styles(home / "styles.toml"))
    complete = admit(submit, operations, registry, Limits()).submit
    engines = _engines(home)

    def carry_out() -> None:
        with tempfile.TemporaryDirectory(prefix="imp-") as folder:
            execute(Run("benchmark", folder, complete), engines, Silence())

    return timed(carry_out)
