"""Every error the protocol knows: a code, a sentence for an artist, and the next step as data.

Must not know who shows the error or how; hosts turn a `Remedy` into one button.

    ImpastoError
    ├── ConnectionFailed            the daemon cannot be talked to
    │   ├── NotRunning · Unauthorized · TimedOut · VersionMismatch
    ├── RequestRejected             the request is wrong; sending it again will not help
    │   ├── BadFrame · BadRequest · BadBlob · BadSize · TooLarge · UnknownOperation
    │   ├── UnknownParameter · OutOfRange · EmptySelection · NotFound · NotOwner
    │   └── UnsupportedByModel · Blocked
    └── JobFailed                   the request was right; the machine could not do it
        ├── MissingModel · CorruptModel · OutOfMemory · DiskFull · Busy
        └── WorkerLost · Cancelled · Internal
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

JsonScalar = str | int | float | bool | None


@dataclass(frozen=True)
class Remedy:
    """What would cure an error: an action from `REMEDY_ACTIONS`, and what it applies to."""

    action: str
    target: str | None = None
    value: JsonScalar = None


REMEDY_ACTIONS = frozenset(
    {
        "start_daemon",
        "restart_daemon",
        "update_plugin",
        "set_param",
        "select_area",
        "install_model",
        "choose_model",
        "free_disk",
        "free_memory",
        "retry",
        "wait",
        "open_log",
    }
)


class ImpastoError(Exception):
    """Base of all protocol errors.

    `message` is one sentence for an artist; `field` is the path of the field at fault
    (`params.steps`, `inputs.0.rect`); `log_id` finds the traceback in the daemon's log.
    """

    code: ClassVar[str] = "internal"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        remedy: Remedy | None = None,
        log_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy
        self.log_id = log_id

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.code, self.message, self.field, self.remedy, self.log_id))


class ConnectionFailed(ImpastoError):
    """The daemon cannot be talked to."""


class NotRunning(ConnectionFailed):
    code = "not_running"


class Unauthorized(ConnectionFailed):
    code = "unauthorized"


class TimedOut(ConnectionFailed):
    code = "timed_out"


class VersionMismatch(ConnectionFailed):
    code = "version_mismatch"


class RequestRejected(ImpastoError):
    """The request itself is wrong; sending it again will not help."""


class BadFrame(RequestRejected):
    code = "bad_frame"


class BadRequest(RequestRejected):
    code = "bad_request"


class BadBlob(RequestRejected):
    code = "bad_blob"


class BadSize(RequestRejected):
    code = "bad_size"


class TooLarge(RequestRejected):
    code = "too_large"


class UnknownOperation(RequestRejected):
    code = "unknown_operation"


class UnknownParameter(RequestRejected):
    code = "unknown_parameter"


class OutOfRange(RequestRejected):
    code = "out_of_range"


class EmptySelection(RequestRejected):
    code = "empty_selection"


class NotFound(RequestRejected):
    code = "not_found"


class NotOwner(RequestRejected):
    code = "not_owner"


class UnsupportedByModel(RequestRejected):
    code = "unsupported_by_model"


class Blocked(RequestRejected):
    code = "blocked"


class JobFailed(ImpastoError):
    """The request was right, but the machine could not do it."""


class MissingModel(JobFailed):
    code = "missing_model"


class CorruptModel(JobFailed):
    code = "corrupt_model"


class OutOfMemory(JobFailed):
    code = "out_of_memory"


class DiskFull(JobFailed):
    code = "disk_full"


class Busy(JobFailed):
    code = "busy"


class WorkerLost(JobFailed):
    code = "worker_lost"


class Cancelled(JobFailed):
    code = "cancelled"


class Internal(JobFailed):
    code = "internal"


def _leaves(cls: type[ImpastoError]) -> list[type[ImpastoError]]:
    children = cls.__subclasses__()
    return [leaf for child in children for leaf in _leaves(child)] if children else [cls]


ERRORS: dict[str, type[ImpastoError]] = {cls.code: cls for cls in _leaves(ImpastoError)}


def error_from_code(
    code: str,
    message: str,
    *,
    field: str | None = None,
    remedy: Remedy | None = None,
    log_id: str | None = None,
) -> ImpastoError:
    """The exception for a code from the wire; an unknown (newer) code becomes `Internal`."""
    cls = ERRORS.get(code, Internal)
    return cls(message, field=field, remedy=remedy, log_id=log_id)


def _rebuild(
    code: str, message: str, field: str | None, remedy: Remedy | None, log_id: str | None
) -> ImpastoError:
    return error_from_code(code, message, field=field, remedy=remedy, log_id=log_id)
