"""The record of a job: everything that is needed to paint the same again.

Must not contain a path or anything else about the artist's machine beyond device and versions.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core_server.execution.painting import Job, Painting
from core_server.execution.pictures import Picture, stored
from core_server.execution.ranking import Place
from core_server.models.controls import ControlCard
from core_server.models.registry import ModelCard
from core_server.version import VERSION
from protocol.codec import to_json
from protocol.messages import PROTOCOL_VERSION

_SAMPLE_BYTES = 1 << 16
_LIBRARIES = ("torch", "diffusers", "transformers", "open_clip", "numpy")


def record_of(
    job: Job, painting: Painting, places: tuple[Place, ...], seconds: float
) -> dict[str, Any]:
    """Plain JSON. params are complete; seeds and scores are in the order of the items."""
    painted: dict[str, Any] = {
        "prompt": painting.words.prompt,
        "negative_prompt": painting.words.negative_prompt,
        "seeds": [painting.seeds[place.candidate] for place in places],
    }
    if painting.card is not None:
        painted["model"] = _model(painting.card)
    if painting.control is not None:
        painted["control"] = {"kind": painting.control.kind, **_model(painting.control)}
    return {**record_of_job(job, painting.used, seconds), **painted}


def record_of_job(job: Job, used: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Plain JSON: the part of a record that needs no model."""
    submit = job.submit
    roles = ("image", "mask", "control")
    inputs = [picture for role in roles for picture in stored(submit, job.folder, role)]
    plain: dict[str, Any] = to_json(
        {
            "operation": submit.operation,
            "params": submit.params,
            "deliver": submit.deliver,
            "used": dict(used),
            "inputs": [_input(picture) for picture in inputs],
            "versions": versions(),
            "device": job.engines.device,
            "seconds": round(seconds, 3),
        }
    )
    return plain


def versions() -> dict[str, str]:
    """Of Impasto and of the libraries that are loaded."""
    found = {
        "impasto": VERSION,
        "protocol": str(PROTOCOL_VERSION),
        "python": platform.python_version(),
    }
    for name in _LIBRARIES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version is not None:
            found[name] = str(version)
    return found


def _input(picture: Picture) -> dict[str, Any]:
    entry = picture.input
    return {
        "role": entry.role,
        "name": entry.name,
        "rect": entry.rect,
        "layout": entry.layout,
        "space": entry.space,
        "sha256": picture.sha256(),
    }


def _model(card: ModelCard | ControlCard) -> dict[str, str]:
    return {"name": card.name, "family": card.family, "digest": model_digest(Path(card.path))}


def model_digest(folder: Path) -> str:
    """Tells models apart: SHA-256 over the names, sizes and samples of a folder's weight files.

    64 KiB from the start, the middle and the end of each, since whole checkpoints take minutes;
    the start holds the names and shapes of all tensors.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}\n".encode())
        with path.open("rb") as file:
            for start in (0, size // 2, max(0, size - _SAMPLE_BYTES)):
                file.seek(start)
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()
