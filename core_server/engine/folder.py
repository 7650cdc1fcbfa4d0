"""Loads a diffusers folder into one pipeline on one device.

Must not fetch anything, nor open any weight file but safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch

from core_server.engine import memory
from core_server.engine.offline import import_diffusers
from core_server.engine.pipelines import Pipeline
from core_server.models.controls import ControlCard
from core_server.models.families import FAMILIES
from core_server.models.folders import check_weights
from core_server.models.registry import ModelCard
from protocol.errors import CorruptModel, OutOfMemory, Remedy


def dtype_for(device: torch.device) -> torch.dtype:
    """16-bit floats on a GPU; 32-bit on a CPU, where 16-bit is slower and less exact."""
    return torch.float32 if device.type == "cpu" else torch.float16


def load_pipeline(card: ModelCard, device: torch.device) -> Pipeline:
    """The pipeline that makes all others of this model; its components are the only copy.

    Raises CorruptModel (damaged or unfit files), OutOfMemory.
    """
    family = FAMILIES[card.family]
    folder = Path(card.path)
    check_weights(folder, family, card.variant)
    role = "inpaint" if card.native_inpaint else "generate"
    library = import_diffusers()
    options: dict[str, object] = {
        "dtype": dtype_for(device),
        "variant": card.variant,
        "use_safetensors": True,
        "local_files_only": True,
    }
    try:
        encoders = {
            name: _text_encoder(card, name, options)
            for name in family.components
            if name.startswith("text_encoder")
        }
        pipeline = getattr(library, family.pipelines[role]).from_pretrained(
            str(folder), **options, **family.load_options, **encoders
        )
        _check_complete(card, pipeline)
        loaded: Pipeline = pipeline.to(device)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise explained(card, device, error) from error
    if not family.vae_overflows:
        # The setting is on by default, also in folders whose VAE is safe in 16 bits.
        loaded.vae.register_to_config(force_upcast=False)
    return loaded


def _text_encoder(card: ModelCard, name: str, options: Mapping[str, object]) -> object:
    """One text encoder, loaded by itself: inside a pipeline, what its file lacks becomes noise."""
    import transformers

    folder = Path(card.path)
    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    encoder, report = getattr(transformers, index[name][1]).from_pretrained(
        str(folder / name), output_loading_info=True, **options
    )
    if report["missing_keys"]:
        raise incomplete(card, name)
    return encoder


def explained(
    card: ModelCard | ControlCard, device: torch.device, error: Exception
) -> CorruptModel | OutOfMemory:
    """What went wrong while a model or a ControlNet was loaded, as the artist reads it."""
    if memory.is_out_of_memory(error):
        return OutOfMemory(
            f"{card.name} needs more memory than {device} has free "
            f"({card.bytes / 1e9:.1f} GB of weights); close other programs or choose a smaller "
            "model.",
            field="model",
            remedy=Remedy("free_memory"),
        )
    return CorruptModel(
        f"The files of {card.name} do not fit together; get the model again.",
        field="model",
        remedy=Remedy("install_model", card.name),
    )


def _check_complete(card: ModelCard, pipeline: Pipeline) -> None:
    """A tensor that no file holds is left without memory ("meta") by the loader."""
    for name, part in pipeline.components.items():
        if isinstance(part, torch.nn.Module) and has_gaps(part):
            raise incomplete(card, name)


def has_gaps(part: torch.nn.Module) -> bool:
    """Whether a tensor of it was in no file."""
    return any(parameter.is_meta for parameter in part.parameters())


def incomplete(card: ModelCard | ControlCard, component: str) -> CorruptModel:
    """The error of a model whose files lack a part of a component."""
    return CorruptModel(
        f"The files of {card.name} do not hold all of its {component}; get the model again.",
        field="model",
        remedy=Remedy("install_model", card.name),
    )
