"""Large pictures in pieces that no program stalls for: how large each may be, and where it goes."""

from __future__ import annotations

import mmap
import time
from collections.abc import Generator

MIN_PIXELS, MAX_PIXELS = 1 << 12, 1 << 22


class Pace:
    """How many pixels to take on at a time, so that each piece stays well under 50 ms.

    Measured as it goes: machines, formats and profiles differ a hundredfold. pixels: of the first
    piece.
    """

    target_s = 0.01

    def __init__(self, pixels: int = 1 << 17) -> None:
        self.pixels = pixels
        self._started = 0.0

    def start(self) -> None:
        self._started = time.perf_counter()

    def stop(self) -> None:
        """Half to half as much again next time: one piece may have been slow or fast by chance."""
        factor = self.target_s / max(time.perf_counter() - self._started, 1e-6)
        pixels = self.pixels * min(max(factor, 0.5), 1.5)
        self.pixels = int(min(max(pixels, MIN_PIXELS), MAX_PIXELS))


def strips(
    width: int, height: int, pace: Pace, tile: int = 1
) -> Generator[tuple[int, int], None, None]:
    """(top, rows) of pieces as high as the pace allows; `pace.stop()` is for who works on them.

    tile: how many rows the program keeps together: pieces end there if they can, else each is
    fetched, and written, twice.
    """
    top = 0
    while width > 0 and top < height:
        rows = max(1, pace.pixels // width)
        to_edge = (top + rows + tile // 2) // tile * tile - top
        rows = min(to_edge if to_edge >= max(1, tile // 2) else rows, height - top)
        pace.start()
        yield top, rows
        top += rows


def space_for(length: int) -> memoryview:
    """Memory that is only claimed as it is written: 1 GB of it costs no stall."""
    return memoryview(mmap.mmap(-1, length)) if length else memoryview(bytearray())
