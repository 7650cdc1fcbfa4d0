"""The models a worker has loaded: the most recent ones stay, older ones give their memory back.

Must not import an engine before a job needs its model.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core_server.worker import devices

if TYPE_CHECKING:
    from core_server.engine.interface import Engine
    from core_server.models.controls import ControlCard
    from core_server.models.registry import ModelCard, ModelRegistry

KEEP_VARIABLE = "IMPASTO_MODELS_KEPT"
"""How many models a worker keeps loaded; 1 unless set."""


class LoadedEngines:
    """Thread: the worker's main thread only."""

    def __init__(self, home: Path, device: str, keep: int | None = None) -> None:
        self.home = home
        self.device = device
        self._keep = max(1, keep if keep is not None else int(os.environ.get(KEEP_VARIABLE, "1")))
        self._loaded: dict[tuple[str, str], Engine] = {}
        self._ranker: Engine | None = None

    def card(self, name: str | None) -> ModelCard:
        """A model by name, or the default. Raises MissingModel, CorruptModel."""
        registry = self._registry()
        return registry.find(name) if name else registry.default()

    def control(self, card: ModelCard, kind: str) -> ControlCard:
        """The ControlNet for a model. Raises UnsupportedByModel, CorruptModel."""
        return self._registry().require_control(card, kind)

    def load(self, card: ModelCard, loading: Callable[[str], None]) -> Engine:
        """The model, loaded; `loading` is called first if that takes a while.

        Raises MissingModel, CorruptModel, OutOfMemory.
        """
        from core_server.engine.loading import load_engine

        key = (card.name, card.path)
        engine = self._loaded.pop(key, None)
        if engine is None:
            devices.require(self.device)
            loading(card.name)
            self._make_room(self._keep - 1)
            engine = load_engine(card, self.device)
        self._loaded[key] = engine  # last is most recent
        return engine

    def ranker(self) -> Engine | None:
        """The embedded model, whose CLIP scores the pictures of models without one; None where
        its weights are not installed. It is small and stays beside the others."""
        from core_server.engine.loading import load_engine
        from core_server.models.registry import EMBEDDED, embedded_card

        card = embedded_card()
        if card is None:
            return None
        loaded = self._loaded.get((EMBEDDED, card.path))
        if loaded is not None:
            return loaded
        if self._ranker is None:
            self._ranker = load_engine(card, self.device)
        return self._ranker

    def release(self) -> None:
        """Unload everything and give the memory back to the device."""
        self._make_room(0)
        if self._ranker is not None:
            self._ranker.unload()
            self._ranker = None
        devices.give_back(self.device)

    def _registry(self) -> ModelRegistry:
        from core_server.models.registry import ModelRegistry

        return ModelRegistry(self.home / "models.json")

    def _make_room(self, keep: int) -> None:
        while len(self._loaded) > keep:
            oldest = next(iter(self._loaded))
            self._loaded.pop(oldest).unload()
