"""What carrying out a job needs from the worker: engines, and someone to report to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core_server.engine.interface import Engine
    from core_server.models.controls import ControlCard
    from core_server.models.registry import ModelCard


class Engines(Protocol):
    """Loaded models. home: Impasto's folder. device: torch's name of the device."""

    @property
    def home(self) -> Path: ...

    @property
    def device(self) -> str: ...

    def card(self, name: str | None) -> ModelCard:
        """A model by name, or the default. Raises MissingModel, CorruptModel."""
        ...

    def control(self, card: ModelCard, kind: str) -> ControlCard:
        """The ControlNet that holds a model's pictures to a control of that kind.

        Raises UnsupportedByModel, CorruptModel.
        """
        ...

    def load(self, card: ModelCard, loading: Callable[[str], None]) -> Engine:
        """The loaded model; `loading` is called with its name first if it must be loaded.

        Raises MissingModel, CorruptModel, OutOfMemory.
        """
        ...

    def ranker(self) -> Engine | None:
        """An engine with a CLIP of its own, or None where there is none."""
        ...


class Report(Protocol):
    """Where a job tells how far it is. Every method raises Cancelled if it shall stop."""

    def check(self) -> None: ...

    def loading(self, model: str) -> None: ...

    def stepped(self, step: int, steps: int, preview: NDArray[np.uint8] | None = None) -> None:
        """preview: (h, w, 3) of the first candidate."""
        ...

    def finishing(self) -> None: ...
