"""Weight files of a model folder: which ones count, and whether they are whole.

Must not read tensors: a header and the file's length tell a cut-off download from a whole file.
"""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path

from protocol.errors import CorruptModel, Remedy, UnsupportedByModel

HEADER_LIMIT = 100_000_000
"""The safetensors format's own limit on its JSON header, in bytes."""

WEIGHTLESS = ("tokenizer", "tokenizer_2", "scheduler")
"""Components made of text files only."""

_DTYPE_BITS = {
    "BOOL": 8,
    "U8": 8,
    "I8": 8,
    "F8_E4M3": 8,
    "F8_E5M2": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "I64": 64,
    "U64": 64,
    "F64": 64,
}


def check_safetensors(path: Path) -> int:
    """Compare a safetensors header with the file's length; returns the bytes of its tensors.

    Format: 8 bytes little-endian header length, a JSON header {name: {dtype, shape,
    data_offsets}}, then the tensors without gaps. Raises CorruptModel naming the file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= min(HEADER_LIMIT, size - 8):
            raise _damaged(path, "it is no safetensors file, or it is cut off in its header")
        text = file.read(length)
    try:
        header = json.loads(text)
        spans = [
            _span(entry["dtype"], entry["shape"], entry["data_offsets"])
            for name, entry in header.items()
            if name != "__metadata__"
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path, "its header cannot be read") from None
    end = 0
    for first, last in sorted(spans):
        if first != end:
            raise _damaged(path, "its tensors overlap or leave gaps")
        end = last
    if 8 + length + end != size:
        raise _damaged(path, f"it holds {size:,} bytes where {8 + length + end:,} are promised")
    return end


def _span(dtype: str, shape: list[int], offsets: list[int]) -> tuple[int, int]:
    """(first, last) byte of one tensor; ValueError where length, dtype and shape disagree."""
    first, last = offsets
    expected = math.prod(shape) * _DTYPE_BITS.get(dtype, 0) // 8
    if first < 0 or last < first or (dtype in _DTYPE_BITS and last - first != expected):
        raise ValueError(dtype)
    return first, last


def _damaged(path: Path, reason: str) -> CorruptModel:
    return CorruptModel(
        f"The model file {path} is damaged: {reason}. Get the file again and add the model anew.",
        field="model",
        remedy=Remedy("install_model"),
    )


def weight_variant(folder: Path, components: tuple[str, ...]) -> str | None:
    """ "fp16" where only that variant of the weights is complete, else None (the plain names)."""
    weighty = [name for name in components if name not in WEIGHTLESS]
    plain = all(component_weights(folder, name, None) for name in weighty)
    half = all(component_weights(folder, name, "fp16") for name in weighty)
    return "fp16" if half and not plain else None


def component_weights(folder: Path, component: str, variant: str | None) -> list[Path]:
    """The safetensors files of one component (several where it is sharded); [] without any.

    Raises CorruptModel where an index names a shard that is not there.
    """
    stem = "model" if component.startswith("text_encoder") else "diffusion_pytorch_model"
    infix = f".{variant}" if variant else ""
    single = folder / component / f"{stem}{infix}.safetensors"
    if single.is_file():
        return [single]
    index = folder / component / f"{stem}.safetensors.index{infix}.json"
    if not index.is_file():
        return []
    try:
        names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(index, "it cannot be read") from None
    shards = [index.parent / Path(name).name for name in names]
    for shard in shards:
        if not shard.is_file():
            raise _damaged(shard, "it is missing, though the index names it")
    return shards


def missing_components(
    folder: Path, components: tuple[str, ...], variant: str | None
) -> tuple[str, ...]:
    """The components that a folder lacks, or that lack a part, by name.

    Raises UnsupportedByModel where a component's weights exist as a pickle only.
    """
    missing = []
    for name in components:
        if name in WEIGHTLESS:
            present = _has_text_files(folder / name)
        else:
            present = bool(component_weights(folder, name, variant))
            if not present:
                _refuse_pickles(folder / name)
            present = present and (folder / name / "config.json").is_file()
        if not present:
            missing.append(name)
    return tuple(missing)


def _has_text_files(part: Path) -> bool:
    if part.name == "scheduler":
        return (part / "scheduler_config.json").is_file()
    slow = (part / "vocab.json").is_file() and (part / "merges.txt").is_file()
    return slow or (part / "tokenizer.json").is_file()


def _refuse_pickles(part: Path) -> None:
    pickles = [
        path.name
        for path in sorted(part.glob("*"))
        if path.suffix in {".bin", ".ckpt", ".pt", ".pth", ".pkl"}
    ]
    if pickles:
        raise UnsupportedByModel(
            f"{part.name} holds its weights only as {pickles[0]}, a format that can run programs "
            "when it is opened; get the model as .safetensors instead.",
            field="model",
            remedy=Remedy("install_model"),
        )
