"""Loads a ControlNet beside a model: the network that holds what is painted to a control picture.

After Zhang, Rao and Agrawala, "Adding Conditional Control to Text-to-Image Diffusion Models", 2023.
Must not fetch anything, nor open any weight file but safetensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

import torch

from core_server.engine.folder import explained, has_gaps, incomplete
from core_server.engine.offline import import_diffusers
from core_server.engine.pipelines import Pipeline
from core_server.models.controls import CONTROLNET, ControlCard, check_control
from protocol.errors import MissingModel, Remedy, UnsupportedByModel

SAME = ("cross_attention_dim", "block_out_channels", "layers_per_block")
"""What a ControlNet and the UNet that it steers must have in common."""


class _Network(Protocol):
    config: Mapping[str, object]


@dataclass(frozen=True)
class LoadedControl:
    """views: the model's pipelines that use it, by role."""

    card: ControlCard
    network: torch.nn.Module
    views: dict[str, Pipeline] = field(default_factory=dict)


def load_control(card: ControlCard, unet: torch.nn.Module, device: torch.device) -> LoadedControl:
    """The ControlNet, in the UNet's own type of numbers.

    Raises MissingModel (its folder is gone), CorruptModel, OutOfMemory, UnsupportedByModel (made
    for a UNet of another shape).
    """
    folder = Path(card.path)
    if not folder.is_dir():
        raise MissingModel(
            f"The files of the ControlNet {card.name} are gone from {card.path}; put them back or "
            "add it anew.",
            field="inputs",
            remedy=Remedy("install_model", card.name),
        )
    check_control(folder, card.variant)
    try:
        network: torch.nn.Module = getattr(import_diffusers(), CONTROLNET).from_pretrained(
            str(folder),
            dtype=next(unet.parameters()).dtype,
            variant=card.variant,
            use_safetensors=True,
            local_files_only=True,
        )
        if has_gaps(network):
            raise incomplete(card, "network")
        _check_fits(card, network, unet)
        return LoadedControl(card, network.to(device).eval())
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise explained(card, device, error) from error


def _check_fits(card: ControlCard, network: torch.nn.Module, unet: torch.nn.Module) -> None:
    ours, theirs = cast("_Network", network).config, cast("_Network", unet).config
    if any(_plain(ours[name]) != _plain(theirs[name]) for name in SAME):
        raise UnsupportedByModel(
            f"The ControlNet {card.name} was made for a model of another shape; choose another "
            f"model, or remove it with `impasto models remove {card.name}`.",
            field="inputs",
            remedy=Remedy("choose_model"),
        )


def _plain(value: object) -> object:
    """A list is a tuple in some configurations."""
    return list(value) if isinstance(value, list | tuple) else value
