"""From a model card to a running engine.

Must not import torch itself: the engine that the card needs brings it along.
"""

from __future__ import annotations

from pathlib import Path

from core_server.engine.interface import Engine
from core_server.models.families import FAMILIES
from core_server.models.registry import ModelCard
from protocol.errors import MissingModel, Remedy


def load_engine(card: ModelCard, device: str) -> Engine:
    """Load a model on a device (`cpu`, `cuda:0`, `mps`).

    Raises MissingModel (its folder is gone), CorruptModel, OutOfMemory.
    """
    if not Path(card.path).is_dir():
        raise MissingModel(
            f"The files of model {card.name} are gone from {card.path}; put them back or add the "
            "model anew.",
            field="model",
            remedy=Remedy("install_model", card.name),
        )
    if FAMILIES[card.family].engine == "pocket":
        from core_server.engine.pocket_engine import PocketEngine

        return PocketEngine.load(device)
    from core_server.engine.diffusers_engine import DiffusersEngine

    return DiffusersEngine.load(card, device)
