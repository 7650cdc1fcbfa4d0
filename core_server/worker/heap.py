"""Lets a worker keep the memory that torch frees between steps, until it is asked to give it back.

Each step allocates and frees the same large tensors. glibc hands such blocks back to the kernel at
once, and the next step pays for tens of thousands of page faults to get them again: 4 % of a short
job. Elsewhere than on glibc nothing is changed. See mallopt(3) and malloc_trim(3).
"""

from __future__ import annotations

import ctypes
import functools
import sys

_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4
_NEVER = 2**31 - 1


def keep_freed() -> None:
    """From now on, freed memory stays with this process. Call before the first large tensor."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_MMAP_MAX, 0)
        libc.mallopt(_M_TRIM_THRESHOLD, _NEVER)


def give_back() -> None:
    """Return all freed memory to the system, from the middle of the heap too."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
