"""Fitting work into a device's memory: how large a batch, and what to try when it runs out.

Must not know what the work is: pictures are painted by the function that is passed in.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch

Made = TypeVar("Made")

KEEP_FREE = 0.2
"""Share of the free memory that is not planned for: fragmentation, other programs."""

CPU_BATCH_BYTES = 2 << 30
"""On a CPU a larger batch is hardly faster, so it is bounded by this instead."""


class NoMemory(Exception):
    """Nothing is left to try: not even one picture fits."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception of torch means exhausted memory (CUDA, ROCm, MPS or CPU)."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "out of memory" in text or "can't allocate memory" in text
    )


def free_bytes(device: torch.device) -> int:
    """What a batch may use on a device at most, as the driver sees it: other programs counted."""
    if device.type == "cuda":
        reserved = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + reserved
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    return CPU_BATCH_BYTES


def release(device: torch.device) -> None:
    """Give cached memory back to the device."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def largest_batch(wanted: int, pixels: int, bytes_per_pixel: int, free: int) -> int:
    """How many candidates of `pixels` to paint at once; at least 1."""
    room = free * (1 - KEEP_FREE)
    return max(1, min(wanted, int(room / (pixels * bytes_per_pixel))))


def in_batches(
    seeds: Sequence[int],
    batch: int,
    paint: Callable[[Sequence[int]], list[Made]],
    reliefs: Iterator[Callable[[], None]],
    free: Callable[[], None],
) -> tuple[list[Made], int]:
    """Paint all seeds, `batch` at a time; when memory runs out try again with less.

    The ladder: half the batch, down to one; then one relief after the other; then NoMemory.
    `free` is called before each new try. Returns the pictures in order of the seeds, and the
    batch that fitted.
    """
    done: list[Made] = []
    while len(done) < len(seeds):
        group = seeds[len(done) : len(done) + batch]
        made = _unless_out_of_memory(paint, group)
        if made is not None:
            done += made
            continue
        free()
        if len(group) > 1:
            batch = len(group) // 2
            continue
        relief = next(reliefs, None)
        if relief is None:
            raise NoMemory
        relief()
    return done, batch


def _unless_out_of_memory(
    paint: Callable[[Sequence[int]], list[Made]], group: Sequence[int]
) -> list[Made] | None:
    """None instead of an out-of-memory error, whose traceback (it holds tensors) dies here."""
    try:
        return paint(group)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        return None
