"""Recognises a diffusers folder: its family, mask channels, licence and own defaults.

Must not load a model: only JSON, the readme and safetensors headers are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core_server.models.families import FAMILIES, Family, family_of_folder
from core_server.models.weights import (
    WEIGHTLESS,
    check_safetensors,
    component_weights,
    missing_components,
    weight_variant,
)
from protocol.errors import CorruptModel, JsonScalar, NotFound, Remedy, UnsupportedByModel

INPUT_CHANNELS = {4: False, 9: True}
"""The UNet's in_channels we can run → whether it takes the mask natively."""


@dataclass(frozen=True)
class FolderFacts:
    """What a model folder says about itself.

    native_inpaint: the UNet takes mask and masked picture as extra channels.
    variant: part of the weight files' names, or None. bytes: of the weights on disk.
    defaults: steps, guidance_scale, sampler where the model's own scheduler asks for them.
    """

    family: Family
    native_inpaint: bool
    variant: str | None
    bytes: int
    licence: str
    defaults: Mapping[str, JsonScalar]
    notes: tuple[str, ...]


def read_folder(folder: Path) -> FolderFacts:
    """Recognise and check a diffusers folder.

    Raises NotFound (no folder), UnsupportedByModel (no diffusers folder, unknown family, pickled
    weights), CorruptModel (missing components, damaged files).
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.", field="folder")
    if not (folder / "model_index.json").is_file():
        raise UnsupportedByModel(
            f"{folder} is no diffusers model folder: it has no model_index.json.",
            field="folder",
            remedy=Remedy("install_model"),
        )
    family, native_inpaint = _recognise(folder)
    variant = weight_variant(folder, family.components)
    missing = missing_components(folder, family.components, variant)
    if missing:
        raise CorruptModel(
            f"The model folder {folder} is incomplete: {', '.join(missing)} missing.",
            field="folder",
            remedy=Remedy("install_model"),
        )
    defaults, notes = _own_defaults(read_json(folder / "scheduler" / "scheduler_config.json"))
    return FolderFacts(
        family=family,
        native_inpaint=native_inpaint,
        variant=variant,
        bytes=check_weights(folder, family, variant),
        licence=licence_of(folder),
        defaults=defaults,
        notes=notes,
    )


def check_weights(folder: Path, family: Family, variant: str | None) -> int:
    """Check every weight file that would be loaded; returns their bytes. Raises CorruptModel."""
    files = [
        path
        for component in family.components
        if component not in WEIGHTLESS
        for path in component_weights(folder, component, variant)
    ]
    for path in files:
        check_safetensors(path)
    return sum(path.stat().st_size for path in files)


def _recognise(folder: Path) -> tuple[Family, bool]:
    class_name = str(read_json(folder / "model_index.json").get("_class_name"))
    unet_path = folder / "unet" / "config.json"
    unet = read_json(unet_path) if unet_path.is_file() else {}
    width = unet.get("cross_attention_dim")
    family = family_of_folder(class_name, width if isinstance(width, int) else None)
    if not isinstance(family, Family):
        what = family or class_name
        known = ", ".join(known.title for known in FAMILIES.values() if known.recognised_by)
        raise UnsupportedByModel(
            f"{folder} holds {what}, which is not supported yet; supported are: {known}.",
            field="folder",
            remedy=Remedy("install_model"),
        )
    channels = unet.get("in_channels", 4)
    if not isinstance(channels, int) or channels not in INPUT_CHANNELS:
        raise UnsupportedByModel(
            f"{folder} holds a special kind of {family.title} ({channels} input channels) that is "
            "not supported; add a plain or an inpainting one.",
            field="folder",
            remedy=Remedy("install_model"),
        )
    return family, INPUT_CHANNELS[channels]


def _own_defaults(scheduler: Mapping[str, object]) -> tuple[dict[str, JsonScalar], tuple[str, ...]]:
    """Defaults for few-step models, told by the scheduler they ship (their authors set it so)."""
    if scheduler.get("_class_name") == "LCMScheduler":
        few_steps: dict[str, JsonScalar] = {"steps": 6, "guidance_scale": 1.5, "sampler": "lcm"}
    elif (
        scheduler.get("timestep_spacing") == "trailing"
        and scheduler.get("prediction_type", "epsilon") == "epsilon"
        and not scheduler.get("rescale_betas_zero_snr")
    ):
        few_steps = {"steps": 4, "guidance_scale": 1.0}
    else:
        return {}, ()
    note = f"A few-step model by its scheduler: {few_steps['steps']} steps by default."
    return few_steps, (note,)


def licence_of(folder: Path) -> str:
    """The `license:` (or `license_name:`) of the readme's front matter, else "unknown"."""
    readme = folder / "README.md"
    if not readme.is_file():
        return "unknown"
    text = readme.read_text("utf-8", errors="replace")[:20_000]
    front = re.match(r"---\s*\n(.*?)\n---", text, re.DOTALL)
    for key in ("license_name", "license"):
        line = re.search(rf"^{key}:\s*['\"]?([^'\"\n]+)", front.group(1) if front else "", re.M)
        if line:
            return line.group(1).strip()
    return "unknown"


def read_json(path: Path) -> dict[str, object]:
    """The object in a model's JSON file. Raises CorruptModel naming the file."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise CorruptModel(
            f"The model file {path} cannot be read; get the model again.",
            field="folder",
            remedy=Remedy("install_model"),
        )
    return content
