"""Triangles onto pixels, by numpy and without a loop over triangles.

Knows nothing of Blender. A pixel belongs to a triangle when its centre is inside; triangles that
share an edge never share a pixel, and leave none out.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROWS = 1 << 15
"""Rows of triangles worked on at a time."""

PIXELS = 1 << 16

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Hits(NamedTuple):
    """Pixels (x, y) inside triangles (their numbers)."""

    triangle: Index
    x: Index
    y: Index


def rasterised(
    triangles: Array, box: tuple[int, int, int, int], most: int = PIXELS
) -> Iterator[Hits]:
    """`most` pixels at a time. triangles: (N, 3, 2), in pixels; box: left, low, right, high."""
    left, low, right, high = box
    order = np.argsort(triangles[:, :, 1], axis=1, kind="stable")
    corners = np.take_along_axis(triangles, order[:, :, None], axis=1)
    first = np.clip(_ceil(corners[:, 0, 1]), low, high)
    counts = np.maximum(np.clip(_ceil(corners[:, 2, 1]), low, high) - first, 0)
    for some, rows in _spread(counts, first, ROWS):
        starts, ends = _spans(corners[some], rows)
        starts, ends = np.clip(starts, left, right), np.clip(ends, left, right)
        for place, x in _spread(np.maximum(ends - starts, 0), starts, most):
            yield Hits(some[place], x, rows[place])


def barycentric(triangles: Array, hits: Hits) -> Array:
    """(M, 3): how much of each corner is in each of the hit pixels; along a flat triangle's only
    edge anything that sums up to 1."""
    a, b, c = (triangles[hits.triangle, corner] for corner in range(3))
    u, v = b - a, c - a
    p = np.stack([hits.x, hits.y], 1) + 0.5 - a
    area = _cross(u, v)
    safe = np.where(area == 0, 1, area)
    second, third = _cross(p, v) / safe, _cross(u, p) / safe
    return np.stack([1 - second - third, second, third], 1)


def _cross(u: Array, v: Array) -> Array:
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def _ceil(edge: Array) -> Index:
    """The first pixel whose centre is not below an edge."""
    return np.ceil(np.clip(edge, -1e9, 1e9) - 0.5).astype(np.intp)


def _spans(corners: Array, rows: Index) -> tuple[Index, Index]:
    """First pixel and the one after the last, in one row of each triangle (corners by height)."""
    centre = rows + 0.5
    long = _at(corners[:, 0], corners[:, 2], centre)
    is_lower = centre < corners[:, 1, 1]
    start = np.where(is_lower[:, None], corners[:, 0], corners[:, 1])
    end = np.where(is_lower[:, None], corners[:, 1], corners[:, 2])
    short = _at(start, end, centre)
    return _ceil(np.minimum(long, short)), _ceil(np.maximum(long, short))


def _at(start: Array, end: Array, y: Array) -> Array:
    """Where an edge crosses a height: the same number for both triangles that share it, since its
    corners come in the same order."""
    rise = end[:, 1] - start[:, 1]
    share = (y - start[:, 1]) / np.where(rise == 0, 1, rise)
    return np.asarray(start[:, 0] + share * (end[:, 0] - start[:, 0]))


def _spread(counts: Index, first: Index, most: int) -> Iterator[tuple[Index, Index]]:
    """For each entry the numbers from `first` on, `counts` of them: (entry, number), about `most`
    at a time; one entry is cut if it has more."""
    used = np.flatnonzero(counts)
    ends = np.cumsum(counts[used])
    total = int(ends[-1]) if used.size else 0
    for start in range(0, total, most):
        stop = min(start + most, total)
        low = int(np.searchsorted(ends, start, "right"))
        high = int(np.searchsorted(ends, stop, "left")) + 1
        some, last = used[low:high], ends[low:high]
        begins = last - counts[some]
        part = np.minimum(last, stop) - np.maximum(begins, start)
        entry = np.repeat(np.arange(some.size), part)
        number = np.arange(start, stop) - begins[entry] + first[some][entry]
        yield some[entry], number


def grown(mask: NDArray[np.bool_], margin: int, wraps: bool = False) -> NDArray[np.bool_]:
    """A mask with everything that is no farther than `margin` pixels from it, as the crow flies."""
    across = [mask]
    for dx in range(1, margin + 1):
        beside = _moved(mask, dx, 1, wraps) | _moved(mask, -dx, 1, wraps)
        across.append(across[-1] | beside)
    result = across[-1]
    for dy in range(1, margin + 1):
        wide = across[isqrt(margin * margin - dy * dy)]
        result = result | _moved(wide, dy, 0, wraps) | _moved(wide, -dy, 0, wraps)
    return result


def _moved(mask: NDArray[np.bool_], by: int, axis: int, wraps: bool) -> NDArray[np.bool_]:
    moved = np.roll(mask, by, axis)
    if not wraps and by:
        gap = slice(0, by) if by > 0 else slice(by, None)
        moved[(gap, slice(None)) if axis == 0 else (slice(None), gap)] = False
    return moved


def bled(
    colour: NDArray[np.float32], has: NDArray[np.bool_], free: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Carry colours (H, W, C) outwards by a pixel, in place, to where there are none and `free` is
    true; what has one then. Each new pixel is the mean of its neighbours that have one."""
    edge = grown(has, 1) & ~has & free
    ys, xs = np.nonzero(edge)
    total = np.zeros((ys.size, colour.shape[2]), np.float32)
    count = np.zeros((ys.size, 1), np.float32)
    for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        y, x = ys + dy, xs + dx
        inside = (y >= 0) & (y < has.shape[0]) & (x >= 0) & (x < has.shape[1])
        known = inside & has[np.where(inside, y, 0), np.where(inside, x, 0)]
        total[known] += colour[y[known], x[known]]
        count[known] += 1
    colour[ys, xs] = total / np.maximum(count, 1)
    return has | edge
