"""What daemon and worker say to each other over a pipe: JSON, and a preview's raw pixels.

Pictures never travel here: inputs and outputs lie as raw files in the job's folder, which both
sides map (so the page cache is the shared memory). No pickle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar

from protocol.codec import Buffer, from_json, to_json
from protocol.errors import BadFrame
from protocol.messages import ErrorInfo, Item, Submit


def input_path(folder: Path, index: int) -> Path:
    """The raw pixels of `submit.inputs[index]` (blob index = position)."""
    return folder / f"input-{index}.raw"


def output_path(folder: Path, index: int) -> Path:
    """The raw pixels of `Finished.items[index]`."""
    return folder / f"output-{index}.raw"


# ---- daemon → worker -------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Carry out a job. submit.params are complete: checked, defaults and seed filled in."""

    type: ClassVar[str] = "run"
    job: str
    folder: str
    submit: Submit


@dataclass(frozen=True)
class Stop:
    """Cancel the running job at its next step; nothing happens if it is not running."""

    type: ClassVar[str] = "stop"
    job: str


@dataclass(frozen=True)
class Release:
    """Unload every model and give the memory back."""

    type: ClassVar[str] = "release"


@dataclass(frozen=True)
class Exit:
    """Finish nothing, leave."""

    type: ClassVar[str] = "exit"


# ---- worker → daemon -------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """Sent once, when the worker can take jobs. title: the device in words."""

    type: ClassVar[str] = "ready"
    pid: int
    title: str = ""
    memory_total_mb: float | None = None


@dataclass(frozen=True)
class Loading:
    type: ClassVar[str] = "loading"
    job: str
    model: str


@dataclass(frozen=True)
class Stepped:
    """preview_width × preview_height rgba8 pixels follow as a second pipe message, if not 0."""

    type: ClassVar[str] = "stepped"
    job: str
    step: int
    steps: int
    preview_width: int = 0
    preview_height: int = 0


@dataclass(frozen=True)
class Finishing:
    type: ClassVar[str] = "finishing"
    job: str


@dataclass(frozen=True)
class Finished:
    """The outputs are in the job's folder. items[i].blob == i."""

    type: ClassVar[str] = "finished"
    job: str
    items: tuple[Item, ...]
    record: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    memory_mb: float | None = None


@dataclass(frozen=True)
class RunFailed:
    """Also for a cancelled job (error.code "cancelled")."""

    type: ClassVar[str] = "run_failed"
    job: str
    error: ErrorInfo


@dataclass(frozen=True)
class Released:
    type: ClassVar[str] = "released"
    memory_mb: float | None = None


ToWorker = Run | Stop | Release | Exit
FromWorker = Ready | Loading | Stepped | Finishing | Finished | RunFailed | Released
_TYPES: dict[str, type[Any]] = {
    cls.type: cls
    for cls in (
        Run, Stop, Release, Exit, Ready, Loading, Stepped, Finishing, Finished, RunFailed, Released
    )
}  # fmt: skip


def send(pipe: Connection, message: ToWorker | FromWorker, preview: Buffer | None = None) -> None:
    """One writer at a time. Raises OSError when the other side is gone."""
    text = json.dumps({"type": message.type, **to_json(message)}, ensure_ascii=False)
    pipe.send_bytes(text.encode())
    if preview is not None:
        pipe.send_bytes(preview)


def receive(pipe: Connection) -> tuple[Any, bytes]:
    """The next message and its preview (empty if none). Raises EOFError when the peer is gone."""
    data = json.loads(pipe.recv_bytes())
    cls = _TYPES.get(data.get("type", ""))
    if cls is None:
        raise BadFrame(f"The worker link has no message {data.get('type')!r}.")
    message = from_json(cls, data, "")
    if isinstance(message, Stepped) and message.preview_width:
        return message, pipe.recv_bytes()
    return message, b""
