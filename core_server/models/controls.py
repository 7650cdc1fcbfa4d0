"""Recognises a ControlNet folder: what steers a model's UNet by a picture, such as one of depth.

Must not load it: only JSON, the readme and safetensors headers are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core_server.models.families import Family, families_with_control, family_of_control
from core_server.models.folders import licence_of, read_json
from core_server.models.weights import (
    check_safetensors,
    component_weights,
    missing_components,
    weight_variant,
)
from core_server.operations import CONTROL_KINDS
from protocol.errors import BadRequest, CorruptModel, OutOfRange, Remedy, UnsupportedByModel

CONTROLNET = "ControlNetModel"
"""The `_class_name` of the one sort that is supported."""

OTHER_KINDS = (
    "canny", "hed", "softedge", "lineart", "scribble", "sketch", "mlsd", "openpose", "dwpose",
    "pose", "densepose", "normal", "normalbae", "segmentation", "seg", "shuffle", "ip2p", "tile",
    "inpaint", "blur", "gray", "recolor", "qrcode",
)  # fmt: skip
"""Words in the names of ControlNets that follow something else than depth."""

_ROOT = (".",)
"""A ControlNet's folder is its own only component."""

_READ_CHARACTERS = 20_000


@dataclass(frozen=True)
class ControlCard:
    """One ControlNet: what holds the pictures of every model of a family to a control.

    kind: what it follows, one of `CONTROL_KINDS`. The other fields are as in `ModelCard`.
    """

    name: str
    kind: str
    family: str
    path: str
    title: str = ""
    licence: str = "unknown"
    bytes: int = 0
    added: str = ""
    variant: str | None = None


@dataclass(frozen=True)
class ControlFacts:
    """What a ControlNet's folder says about itself."""

    kind: str
    family: Family
    variant: str | None
    bytes: int
    licence: str


def is_control_folder(folder: Path) -> bool:
    """Whether a folder holds what steers a model, of whatever sort, and not a model.

    Raises CorruptModel for a configuration that cannot be read.
    """
    config = folder / "config.json"
    if not config.is_file() or (folder / "model_index.json").is_file():
        return False
    return bool(re.search("Control|Adapter", str(read_json(config).get("_class_name"))))


def read_control(folder: Path, kind: str | None = None) -> ControlFacts:
    """Recognise and check a folder for which `is_control_folder` holds.

    kind: what it follows, where the artist says so; else its name or its readme must tell.
    Raises UnsupportedByModel (another sort, family or kind, pickled weights), BadRequest (its kind
    cannot be told), OutOfRange (no such kind), CorruptModel (damaged or missing files).
    """
    family = _family(folder, read_json(folder / "config.json"))
    kind = _kind(folder) if kind is None else _known(kind)
    variant = weight_variant(folder, _ROOT)
    if missing_components(folder, _ROOT, variant):
        raise CorruptModel(
            f"The ControlNet folder {folder} is incomplete: its weights are missing.",
            field="folder",
            remedy=Remedy("install_model"),
        )
    return ControlFacts(kind, family, variant, check_control(folder, variant), licence_of(folder))


def check_control(folder: Path, variant: str | None) -> int:
    """Check the weight files that would be loaded; returns their bytes. Raises CorruptModel."""
    files = component_weights(folder, _ROOT[0], variant)
    for path in files:
        check_safetensors(path)
    return sum(path.stat().st_size for path in files)


def _family(folder: Path, config: dict[str, object]) -> Family:
    """Raises UnsupportedByModel."""
    class_name = str(config.get("_class_name"))
    if class_name != CONTROLNET:
        raise _unsupported(folder, f"a network of the class {class_name}")
    if config.get("encoder_hid_dim_type") is not None:
        raise _unsupported(folder, "a ControlNet of a model with another text encoder")
    channels = config.get("in_channels", 4), config.get("conditioning_channels", 3)
    if channels != (4, 3):
        raise _unsupported(folder, "a ControlNet of a special kind")
    width = config.get("cross_attention_dim")
    told_sizes = config.get("addition_embed_type") == "text_time"
    family = family_of_control(width if isinstance(width, int) else 0, told_sizes)
    if not isinstance(family, Family):
        raise _unsupported(folder, f"a ControlNet of {family or 'an unknown family'}")
    return family


def _unsupported(folder: Path, what: str) -> UnsupportedByModel:
    known = ", ".join(family.title for family in families_with_control())
    return UnsupportedByModel(
        f"{folder} holds {what}, which is not supported; supported are ControlNets of: {known}.",
        field="folder",
        remedy=Remedy("install_model"),
    )


def _known(kind: str) -> str:
    """Raises OutOfRange."""
    if kind not in CONTROL_KINDS:
        raise OutOfRange(
            f"There is no control {kind!r}; it must be one of: {', '.join(CONTROL_KINDS)}.",
            field="control",
        )
    return kind


def _kind(folder: Path) -> str:
    """By the folder's name, else by its readme's title, which speaks of this ControlNet alone: the
    rest often lists its sisters. Raises UnsupportedByModel, BadRequest."""
    for text in (folder.name, _title(folder)):
        words = text.lower()
        for kind in CONTROL_KINDS:
            if kind in words:
                return kind
        for other in OTHER_KINDS:
            if re.search(rf"(?<![a-z]){other}(?![a-z])", words):
                raise _unsupported(folder, f"a ControlNet that follows {other}, not depth")
    raise BadRequest(
        f"Neither the name nor the readme of {folder} says what this ControlNet follows; if it is "
        f"depth, add it with `--control {CONTROL_KINDS[0]}`.",
        field="control",
    )


def _title(folder: Path) -> str:
    """The first heading of the readme; "" without one."""
    readme = folder / "README.md"
    if not readme.is_file():
        return ""
    text = readme.read_text("utf-8", errors="replace")[:_READ_CHARACTERS]
    heading = re.search(r"^#\s+(.+)$", re.sub(r"\A---\s*\n.*?\n---", "", text, flags=re.S), re.M)
    return heading[1] if heading else ""
