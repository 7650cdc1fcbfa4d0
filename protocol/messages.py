"""Every message of the protocol, one frozen dataclass each; `SPEC.md` is the normative text.

Types only: `codec` turns them into frames and back, `SPEC.md` says what they mean.
New fields must have defaults, types never change, receivers ignore unknown fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from .errors import ImpastoError, JsonScalar, Remedy, error_from_code
from .geometry import Rect
from .pixels import ColorSpace, PixelLayout, Rows

PROTOCOL_VERSION = 1
"""Incompatible generation; additive changes are announced in `Welcome.features` instead."""


class Lane(str, Enum):
    """Urgency. Live jobs supersede queued ones of the same owner with the same `replaces`."""

    INTERACTIVE = "interactive"
    BATCH = "batch"
    LIVE = "live"


class Deliver(str, Enum):
    """layer: pixels with alpha, to lay over the original; flattened: already laid over it."""

    LAYER = "layer"
    FLATTENED = "flattened"


class OnDisconnect(str, Enum):
    """What becomes of a job when its client vanishes."""

    FINISH = "finish"
    CANCEL = "cancel"


class Phase(str, Enum):
    """Where a job is. `queued` has a position; `painting` has steps."""

    QUEUED = "queued"
    LOADING = "loading"
    PAINTING = "painting"
    FINISHING = "finishing"


class JobState(str, Enum):
    """A job's life as seen in `StatusReport` and `HistoryPage`; the last three are terminal."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


# ---- parts -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limits:
    """What the daemon accepts; a client checks before it sends."""

    frame_bytes: int = 1 << 29
    message_bytes: int = 1 << 30
    header_bytes: int = 1 << 20
    blobs: int = 32
    side: int = 16384
    candidates: int = 10
    jobs_per_client: int = 64
    text_length: int = 4000


@dataclass(frozen=True)
class Input:
    """A picture sent with a job. role: image, mask, control, later reference, region.

    name: of a control, what it is (`depth`).
    rect: document pixels, also the blob's size. blob: index of the frame after the header.
    """

    role: str
    rect: Rect
    layout: PixelLayout
    blob: int
    name: str = ""
    rows: Rows = Rows.TOP
    space: ColorSpace = ColorSpace.SRGB


@dataclass(frozen=True)
class Output:
    """How the results shall be laid out; absent: as the `image` input, else rgba8."""

    layout: PixelLayout = PixelLayout.RGBA8
    rows: Rows = Rows.TOP
    space: ColorSpace = ColorSpace.SRGB


@dataclass(frozen=True)
class Item:
    """A picture that came out. role: layer, map, later mask, text. score: CLIP cosine."""

    role: str
    rect: Rect
    layout: PixelLayout
    blob: int
    name: str = ""
    rows: Rows = Rows.TOP
    space: ColorSpace = ColorSpace.SRGB
    score: float | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Preview:
    """A small rgba8 picture of the first candidate while it is being painted."""

    width: int
    height: int
    blob: int


@dataclass(frozen=True)
class ErrorInfo:
    """An `ImpastoError` as data."""

    code: str
    message: str
    field: str | None = None
    remedy: Remedy | None = None
    log_id: str | None = None

    @classmethod
    def of(cls, error: ImpastoError) -> ErrorInfo:
        return cls(error.code, error.message, error.field, error.remedy, error.log_id)

    def to_exception(self) -> ImpastoError:
        return error_from_code(
            self.code, self.message, field=self.field, remedy=self.remedy, log_id=self.log_id
        )


@dataclass(frozen=True)
class DeviceStatus:
    """One worker process and the device it owns. state: idle, starting, busy, stopped."""

    name: str
    state: str
    title: str = ""
    pid: int | None = None
    job: str | None = None
    model: str | None = None
    memory_mb: float | None = None
    memory_total_mb: float | None = None


@dataclass(frozen=True)
class JobStatus:
    """One job in the queue or at work."""

    job: str
    client_name: str
    operation: str
    state: JobState
    mine: bool = False
    position: int = 0
    eta_s: float | None = None
    lane: Lane = Lane.INTERACTIVE


@dataclass(frozen=True)
class HistoryEntry:
    """One finished or unfinished job as the history remembers it. created: Unix seconds."""

    job: str
    client_name: str
    operation: str
    state: JobState
    created: float
    prompt: str = ""
    model: str = ""
    seconds: float | None = None
    items: int = 0
    record: dict[str, Any] = field(default_factory=dict)
    error: ErrorInfo | None = None


@dataclass(frozen=True)
class ModelInfo:
    """One model as `impasto models` and the model picker show it."""

    name: str
    title: str
    family: str
    installed: bool
    operations: dict[str, str]
    """operation → "yes", or why and how not ("image-to-image", "no: ...")."""
    defaults: dict[str, JsonScalar] = field(default_factory=dict)
    """What `null` stands for: steps, guidance_scale, sampler, width, height."""
    samplers: tuple[str, ...] = ()
    licence: str = ""
    size_bytes: int = 0
    note: str = ""
    default: bool = False


# ---- client → daemon -------------------------------------------------------------------------


@dataclass(frozen=True)
class Hello:
    """First message of every connection. client_id: random, kept by the plugin; owns the jobs."""

    type: ClassVar[str] = "hello"
    id: str
    client_id: str
    client_name: str
    client_version: str = ""
    locale: str = "en"
    catalogue_digest: str | None = None


@dataclass(frozen=True)
class Submit:
    """A job. `job` is a UUID made by the client; repeating the same submit is harmless."""

    type: ClassVar[str] = "submit"
    id: str
    job: str
    operation: str
    params: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    canvas: Rect | None = None
    output: Output | None = None
    lane: Lane = Lane.INTERACTIVE
    replaces: str | None = None
    deliver: Deliver = Deliver.LAYER
    on_disconnect: OnDisconnect = OnDisconnect.FINISH


@dataclass(frozen=True)
class Attach:
    """Ask for a job's state again, and for its one terminal message. Owner only."""

    type: ClassVar[str] = "attach"
    id: str
    job: str


@dataclass(frozen=True)
class Cancel:
    """Stop a queued or running job. Owner only. Answered by `done`, then `cancelled`."""

    type: ClassVar[str] = "cancel"
    id: str
    job: str


@dataclass(frozen=True)
class Status:
    type: ClassVar[str] = "status"
    id: str


@dataclass(frozen=True)
class Models:
    type: ClassVar[str] = "models"
    id: str


@dataclass(frozen=True)
class History:
    """List entries (newest first), or with `job` one entry with its pictures as blobs."""

    type: ClassVar[str] = "history"
    id: str
    job: str | None = None
    limit: int = 50
    before: float | None = None
    search: str = ""


@dataclass(frozen=True)
class Memory:
    """Release what idle workers hold. action: "release" is the only one so far."""

    type: ClassVar[str] = "memory"
    id: str
    action: str = "release"


@dataclass(frozen=True)
class Shutdown:
    """End the daemon. Queued jobs stay on disk and run after the next start."""

    type: ClassVar[str] = "shutdown"
    id: str


# ---- daemon → client -------------------------------------------------------------------------


@dataclass(frozen=True)
class Welcome:
    """Answer to `hello`. catalogue: only when the client's digest differs."""

    type: ClassVar[str] = "welcome"
    reply_to: str
    daemon_version: str
    pid: int
    features: tuple[str, ...]
    limits: Limits
    catalogue_digest: str
    catalogue: dict[str, Any] | None = None
    locale: str = "en"
    jobs: tuple[str, ...] = ()
    """Unfinished jobs of this client_id, so that it can attach to them."""


@dataclass(frozen=True)
class Accepted:
    """The job and its inputs are on disk; a terminal message will follow."""

    type: ClassVar[str] = "accepted"
    reply_to: str
    job: str
    position: int = 0


@dataclass(frozen=True)
class Progress:
    """Any number between `accepted` and the terminal message. position 0 = at work."""

    type: ClassVar[str] = "progress"
    job: str
    phase: Phase
    position: int = 0
    eta_s: float | None = None
    step: int = 0
    steps: int = 0
    preview: Preview | None = None
    message: str = ""


@dataclass(frozen=True)
class Result:
    """Terminal: what was painted, in order of rank."""

    type: ClassVar[str] = "result"
    job: str
    items: tuple[Item, ...]
    record: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """Terminal: why nothing came. A rejected submit gets this alone."""

    type: ClassVar[str] = "failed"
    job: str
    error: ErrorInfo


@dataclass(frozen=True)
class WasCancelled:
    """Terminal: the job was cancelled by its owner, superseded, or its client vanished."""

    type: ClassVar[str] = "cancelled"
    job: str


@dataclass(frozen=True)
class Done:
    """A request without an answer of its own has been carried out."""

    type: ClassVar[str] = "done"
    reply_to: str
    message: str = ""


@dataclass(frozen=True)
class Error:
    """The request `reply_to` (empty if it could not be read) was refused."""

    type: ClassVar[str] = "error"
    reply_to: str
    error: ErrorInfo


@dataclass(frozen=True)
class StatusReport:
    type: ClassVar[str] = "status_report"
    reply_to: str
    daemon_version: str
    pid: int
    uptime_s: float
    memory_mb: float
    endpoints: tuple[str, ...]
    devices: tuple[DeviceStatus, ...] = ()
    jobs: tuple[JobStatus, ...] = ()


@dataclass(frozen=True)
class ModelList:
    type: ClassVar[str] = "model_list"
    reply_to: str
    models: tuple[ModelInfo, ...]


@dataclass(frozen=True)
class HistoryPage:
    """Entries, newest first; with `History.job` one entry, and its pictures in `items`."""

    type: ClassVar[str] = "history_page"
    reply_to: str
    entries: tuple[HistoryEntry, ...] = ()
    items: tuple[Item, ...] = ()
    submit: Submit | None = None
    """With `History.job`: the submit that made it; its inputs are blobs after the items'."""


@dataclass(frozen=True)
class MemoryReport:
    type: ClassVar[str] = "memory_report"
    reply_to: str
    released: tuple[str, ...] = ()
    """Names of the devices whose worker gave its memory back."""


Message = (
    Hello
    | Submit
    | Attach
    | Cancel
    | Status
    | Models
    | History
    | Memory
    | Shutdown
    | Welcome
    | Accepted
    | Progress
    | Result
    | Failed
    | WasCancelled
    | Done
    | Error
    | StatusReport
    | ModelList
    | HistoryPage
    | MemoryReport
)

REQUESTS: dict[str, type[Any]] = {
    cls.type: cls
    for cls in (Hello, Submit, Attach, Cancel, Status, Models, History, Memory, Shutdown)
}
REPLIES: dict[str, type[Any]] = {
    cls.type: cls
    for cls in (
        Welcome, Accepted, Progress, Result, Failed, WasCancelled, Done, Error,
        StatusReport, ModelList, HistoryPage, MemoryReport,
    )
}  # fmt: skip
MESSAGES: dict[str, type[Any]] = {**REQUESTS, **REPLIES}

Terminal = Result | Failed | WasCancelled
