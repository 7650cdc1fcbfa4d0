"""Turns whatever went wrong in a worker into one sentence for the artist.

The traceback goes to the worker's standard error under a log id; it must never go to the artist.
"""

from __future__ import annotations

import errno
import sys
import traceback
import uuid

from protocol.errors import DiskFull, ImpastoError, Internal, OutOfMemory, Remedy

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


def explained(error: BaseException) -> ImpastoError:
    """The error as the artist reads it; anything unforeseen is logged with its traceback."""
    if isinstance(error, ImpastoError):
        return error
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFull(
            "The disk is full, so the pictures could not be stored; free some space and try again.",
            remedy=Remedy("free_disk"),
        )
    if is_out_of_memory(error):
        return OutOfMemory(
            "There is not enough memory for this; choose a smaller area or fewer candidates, or "
            "close other programs.",
            remedy=Remedy("free_memory"),
        )
    log_id = log(error)
    return Internal(
        f"Something went wrong inside Impasto; the details are in the log under {log_id}.",
        remedy=Remedy("open_log"),
        log_id=log_id,
    )


def log(error: BaseException) -> str:
    """Write the traceback to standard error; returns the id it is found under."""
    log_id = uuid.uuid4().hex[:8]
    text = "".join(traceback.format_exception(error))
    print(f"[{log_id}] {text.rstrip()}", file=sys.stderr, flush=True)
    return log_id


def is_out_of_memory(error: BaseException) -> bool:
    """Memory of any device, told by the words of torch, which may not be imported here."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "out of memory" in text or "can't allocate memory" in text
    )


def is_device_broken(error: BaseException) -> bool:
    """An error of the GPU after which every further call in this process fails (an illegal
    access, a device-side assertion): only a new process helps."""
    if is_out_of_memory(error) or not isinstance(error, RuntimeError):
        return False
    return type(error).__name__ == "AcceleratorError" or "CUDA error" in str(error)
