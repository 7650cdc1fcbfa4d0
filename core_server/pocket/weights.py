"""Pocket's weights as files: packed small, split into shards, checked byte by byte when loaded.

It must not train and must not know what the parts do; `manifest.json` says all there is to know.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core_server.pocket.clip import (
    CLIP,
    ClipConfig,
    Tokenizer,
    build_clip,
    causal_mask,
    merge_table,
)
from core_server.pocket.decoder import Decoder, DecoderConfig
from core_server.pocket.prior import Prior, PriorConfig
from core_server.pocket.superres import SuperResolution, SuperResolutionConfig
from protocol.errors import CorruptModel, Remedy

WEIGHTS = Path(__file__).parent / "weights"
"""The weights that come with the package."""

FORMAT = 1
MANIFEST = "manifest.json"
SHARD_BYTES = 16 * 1024 * 1024
WORTH_PACKING = 1000
"""Tensors with fewer elements stay in half precision: they weigh nothing and matter much."""

NOTE = (
    "Paints small icons, emoji-like pictures and seamless textures; "
    "no photographs, no scenes, no readable text."
)
TITLE, LICENCE = "Pocket", "MIT; upscaler BSD-3-Clause"

State = dict[str, Tensor]
Facts = Mapping[str, object]


@dataclass(frozen=True)
class Part:
    """One network. config: its dataclass as a dict. is_packed: int8 instead of half precision."""

    state: Mapping[str, Tensor]
    config: Facts
    is_packed: bool = True


def pack(parts: Mapping[str, Part], folder: Path, facts: Facts) -> dict[str, object]:
    """Write shards of at most 16 MiB and a manifest into `folder`, replacing those in it.

    facts: what the manifest tells about the training. Returns the manifest's content.
    """
    tensors = {
        f"{part_name}.{name}": value
        for part_name, part in parts.items()
        for name, value in pack_state(part).items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    for old in (folder / MANIFEST, *folder.glob("model-*.safetensors")):
        old.unlink(missing_ok=True)
    groups = _split(tensors)
    shards = []
    for number, names in enumerate(groups, 1):
        name = f"model-{number:05}-of-{len(groups):05}.safetensors"
        content = safetensors.torch.save({key: tensors[key] for key in names})
        (folder / name).write_bytes(content)
        shards.append({"name": name, "bytes": len(content), "sha256": _sha256(content)})
    manifest: dict[str, object] = {
        "format": FORMAT,
        "name": "Pocket",
        "title": TITLE,
        "licence": LICENCE,
        "note": NOTE,
        "parts": {
            name: {
                "config": part.config,
                "parameters": sum(value.numel() for value in part.state.values()),
            }
            for name, part in parts.items()
        },
        "shards": shards,
        "training": facts,
        "figures": {},
    }
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: Facts) -> None:
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")


def pack_state(part: Part) -> State:
    """Large matrices, convolutions and tables in int8 with a scale per row; the rest in fp16.

    A row is an output channel, or a word of a table. Unpacked, each weight is off by half a
    scale at most (127 scales make the row's largest weight).
    """
    packed: State = {}
    for name, value in part.state.items():
        if not part.is_packed or value.ndim < 2 or value.numel() < WORTH_PACKING:
            packed[name] = value.half().contiguous()
            continue
        rows = value.float().flatten(1)
        # A little larger, so that rounding the scale never makes the largest weight overflow.
        scale = (rows.abs().amax(1) / 127 * (1 + 2**-10) + 2**-25).half()
        steps = rows / scale.float().clamp(min=2**-24)[:, None]
        packed[name] = steps.round().clamp(-127, 127).to(torch.int8).reshape(value.shape)
        packed[f"{name}.scale"] = scale
    return packed


def unpack_state(packed: Mapping[str, Tensor]) -> State:
    """What `pack_state` packed, in float32."""
    state: State = {}
    for name, value in packed.items():
        if value.dtype == torch.int8:
            scale = packed[f"{name}.scale"].float()
            state[name] = value.float() * scale.reshape(-1, *[1] * (value.ndim - 1))
        elif not (name.endswith(".scale") and name.removesuffix(".scale") in packed):
            state[name] = value.float()
    return state


def read_manifest(folder: Path) -> dict[str, object]:
    """Raises CorruptModel where there is none, or none that this version understands."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise _corrupt(path, "is missing") from None
    except (OSError, ValueError):
        raise _corrupt(path, "cannot be read") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _corrupt(path, "belongs to another version of Impasto")
    return content


def read_parts(folder: Path) -> dict[str, Part]:
    """The networks as they were trained, in float32, for a training that goes on from them.

    Raises CorruptModel naming the file that is missing, cut short or changed.
    """
    manifest = read_manifest(folder)
    try:
        parts = cast("dict[str, Facts]", manifest["parts"])
        configs = {name: cast(Facts, part["config"]) for name, part in parts.items()}
        shards = cast("list[dict[str, object]]", manifest["shards"])
        states = _states(folder, shards, tuple(configs))
    except (KeyError, TypeError, AttributeError):
        raise _corrupt(folder / MANIFEST, "does not fit the weights beside it") from None
    return {name: Part(states[name], configs[name]) for name in configs}


def load_parts(folder: Path) -> tuple[CLIP, Tokenizer, Prior, Decoder, SuperResolution]:
    """The networks in float32, on the CPU.

    Raises CorruptModel naming the file that is missing, cut short or changed.
    """
    parts = read_parts(folder)
    try:
        configs = {name: part.config for name, part in parts.items()}
        states = {name: dict(part.state) for name, part in parts.items()}
        clip_config = _config(ClipConfig, configs["clip"])
        # Networks without memory, which the loaded tensors then become: no random start is drawn.
        with torch.device("meta"):
            clip = build_clip(clip_config)
            prior = Prior(_config(PriorConfig, configs["prior"]))
            decoder = Decoder(_config(DecoderConfig, configs["decoder"]))
            superres = SuperResolution(_config(SuperResolutionConfig, configs["superres"]))
        clip.load_state_dict(merge_table(states["clip"]), assign=True)
        clip.attn_mask = causal_mask(clip_config.context_length)
        for name, network in (("prior", prior), ("decoder", decoder), ("superres", superres)):
            network.load_state_dict(states[name], assign=True)
    except (KeyError, TypeError, AttributeError, RuntimeError):
        raise _corrupt(folder / MANIFEST, "does not fit the weights beside it") from None
    return clip, Tokenizer(clip_config.context_length), prior, decoder, superres


Config = TypeVar("Config", ClipConfig, PriorConfig, DecoderConfig, SuperResolutionConfig)


def _config(kind: type[Config], values: Mapping[str, object]) -> Config:
    # JSON knows no tuples.
    made = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return kind(**made)  # type: ignore[arg-type]  # checked by the shapes of the weights


def _split(tensors: Mapping[str, Tensor]) -> list[list[str]]:
    """Names in order, as few shards as that allows; headers are counted generously."""
    groups: list[list[str]] = [[]]
    filled = 0
    for name, value in tensors.items():
        size = value.numel() * value.element_size() + len(name) + 128
        if groups[-1] and filled + size > SHARD_BYTES:
            groups.append([])
            filled = 0
        groups[-1].append(name)
        filled += size
    return groups


def _states(
    folder: Path, shards: list[dict[str, object]], parts: tuple[str, ...]
) -> dict[str, State]:
    packed: dict[str, State] = {part: {} for part in parts}
    for shard in shards:
        path = folder / str(shard["name"])
        try:
            tensors = safetensors.torch.load(_checked(path, shard))
        except SafetensorError:
            raise _corrupt(path, "cannot be read") from None
        for key, value in tensors.items():
            part, _, name = key.partition(".")
            packed[part][name] = value
    return {part: unpack_state(state) for part, state in packed.items()}


def _checked(path: Path, shard: Mapping[str, object]) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _corrupt(path, "is missing") from None
    except OSError as error:
        raise _corrupt(path, f"cannot be read ({error.strerror})") from None
    if len(content) != shard["bytes"]:
        raise _corrupt(path, f"has {len(content)} bytes instead of {shard['bytes']}")
    if _sha256(content) != shard["sha256"]:
        raise _corrupt(path, "was changed: its checksum is wrong")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _corrupt(path: Path, fault: str) -> CorruptModel:
    return CorruptModel(
        f"The embedded model cannot be used: {path.name} in {path.parent} {fault}. Install "
        "Impasto again (`pip install --force-reinstall --no-deps impasto`).",
        remedy=Remedy("install_model", "pocket"),
    )
