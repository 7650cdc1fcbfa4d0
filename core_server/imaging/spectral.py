"""Filters by frequency whose borders are exact: what wraps around meets itself, the rest mirrors.

Must not hold the whole picture more than twice: passes go part by part, with a call after each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from scipy import fft

from core_server.imaging.arrays import Plane

Gain: TypeAlias = Callable[[Plane], Plane]
"""Frequencies in cycles per pixel → factors of the same shape; every frequency is 0 or above."""

PASSES = 3
"""How often `filtered` goes over a picture; it calls `part_done` so many times per part."""

_PART_PIXELS = 1 << 20


def nothing() -> None:
    """For callers that need not hear when a part is done."""


def wraps(axes: str) -> tuple[bool, bool]:
    """(left–right, top–bottom) of a parameter `tile`: none, x, y or both."""
    return axes in ("x", "both"), axes in ("y", "both")


def part_count(shape: tuple[int, ...]) -> int:
    """How many parts of about a million pixels an (H, W) picture has."""
    return -(-shape[0] * shape[1] // _PART_PIXELS)


def parts(length: int, count: int) -> Iterator[slice]:
    """`count` slices that make up `length`, all alike but for one; count must not exceed it."""
    for number in range(count):
        yield slice(number * length // count, (number + 1) * length // count)


def gaussian(sigma_px: float) -> Gain:
    """The frequency response of a Gaussian blur."""
    falloff = np.float32(2 * np.pi**2 * sigma_px**2)
    return lambda frequency: np.exp(-falloff * frequency * frequency)


def filtered(plane: Plane, gain: Gain, axes: str, part_done: Callable[[], None] = nothing) -> Plane:
    """(H, W) → (H, W) float32, every frequency multiplied by its gain.

    axes: where the picture wraps around (none, x, y, both). There the transform is Fourier's, whose
    period is the picture; elsewhere the cosine transform, which continues it as a mirror would, so
    that nothing is carried from one side to the other. part_done may raise to stop.
    """
    height, width = plane.shape
    count = part_count(plane.shape)
    wraps_x, wraps_y = wraps(axes)
    columns = width // 2 + 1 if wraps_x else width
    spectrum = np.empty((height, columns), np.complex64 if wraps_x else np.float32)
    for rows in parts(height, count):
        strip = plane[rows]
        spectrum[rows] = fft.rfft(strip) if wraps_x else fft.dct(strip)
        part_done()
    across = _frequencies(width, wraps_x, half=True)
    for some in parts(columns, count):
        spectrum[:, some] = _columns(spectrum[:, some], across[some], gain, wraps_y)
        part_done()
    result = np.empty((height, width), np.float32)
    for rows in parts(height, count):
        strip = spectrum[rows]
        result[rows] = fft.irfft(strip, width) if wraps_x else fft.idct(strip)
        part_done()
    return result


def _columns(block: Plane, across: Plane, gain: Gain, wrap: bool) -> Plane:
    """Columns whose rows are transformed already: there, multiplied, and back."""
    upright = np.ascontiguousarray(block.T)
    length = upright.shape[1]
    is_real = not np.iscomplexobj(upright)
    down = _frequencies(length, wrap, half=is_real)
    factors = gain(np.hypot(across[:, None], down[None, :]))
    if not wrap:
        back: Plane = fft.idct(fft.dct(upright) * factors)
    elif is_real:
        back = fft.irfft(fft.rfft(upright) * factors, length)
    else:
        back = fft.ifft(fft.fft(upright) * factors)
    return back.T


def _frequencies(length: int, wrap: bool, half: bool) -> Plane:
    """Cycles per pixel of a transform's coefficients; half: those of a real signal only."""
    if not wrap:
        return (np.arange(length) / (2 * length)).astype(np.float32)
    found: Plane = (fft.rfftfreq(length) if half else np.abs(fft.fftfreq(length))).astype(
        np.float32
    )
    return found
