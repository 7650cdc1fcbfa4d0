"""Where the things of a scene stand: each layout turns stamps into corners (top, left) in pixels.

Geometry only: it knows no words, and corners are relative until `centred` frames them. The first
stamp is the first thing that the caption's relation names, and lies in front of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np

from core_server.pocket.data.shapes import SIDE
from core_server.pocket.data.stamps import Plane, Stamp

Corner = tuple[int, int]
Stamps = Sequence[Stamp]
Layout = Callable[[np.random.Generator, Stamps], list[Corner] | None]

ROOM = SIDE - 2
"""The most rows and columns that a scene may fill."""

_SEEN = 128
_DRIFT = 10  # pixels that a whole scene may stray from the middle, to each side
_HIDDEN = (0.10, 0.33)  # share of what is behind that may be covered
_COVERING = 0.15  # least share of what is in front that must lie over it


def extent(stamps: Stamps, corners: Sequence[Corner]) -> tuple[int, int, int, int]:
    """Top, bottom, left and right edge of everything."""
    return (
        min(top for top, _ in corners),
        max(top + len(s.pixels) for s, (top, _) in zip(stamps, corners, strict=True)),
        min(left for _, left in corners),
        max(left + s.pixels.shape[1] for s, (_, left) in zip(stamps, corners, strict=True)),
    )


def centred(
    rng: np.random.Generator, stamps: Stamps, corners: Sequence[Corner]
) -> list[Corner] | None:
    """The same arrangement about the middle of the frame; None where it is larger than ROOM."""
    top, bottom, left, right = extent(stamps, corners)
    if bottom - top > ROOM or right - left > ROOM:
        return None
    down, across = (
        _start(rng, size) - start for size, start in ((bottom - top, top), (right - left, left))
    )
    return [(y + down, x + across) for y, x in corners]


def _start(rng: np.random.Generator, size: int) -> int:
    slack = SIDE - size
    drift = min(slack / 2 - 1, _DRIFT)
    return round(slack / 2 + (2 * rng.random() - 1) * drift)


def row(rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """From left to right, on one line or by their middles."""
    gap = 2 + int(rng.random() * 4)
    lefts = accumulate((s.pixels.shape[1] + gap for s in stamps), initial=0)
    heights = [len(s.pixels) for s in stamps]
    share = 1.0 if rng.random() < 0.5 else 0.5
    tops = [round((max(heights) - height) * share) for height in heights]
    return list(zip(tops, lefts, strict=False))


def column(rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """From top to bottom, with clear ground between."""
    gap = 2 + int(rng.random() * 4)
    tops = accumulate((len(s.pixels) + gap for s in stamps), initial=0)
    return [
        (top, round(-s.pixels.shape[1] / 2 + (2 * rng.random() - 1) * 2))
        for top, s in zip(tops, stamps, strict=False)
    ]


def mirrored(layout: Layout) -> Layout:
    """`layout` with the stamps in the opposite order: the first comes last."""

    def place(rng: np.random.Generator, stamps: Stamps) -> list[Corner] | None:
        corners = layout(rng, stamps[::-1])
        return corners and corners[::-1]

    return place


def pile(rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """Each standing on the next, which it touches: the last is the lowest."""
    corners: list[Corner] = [(0, -stamps[-1].pixels.shape[1] // 2)]
    for upper, lower in zip(stamps[-2::-1], stamps[:0:-1], strict=True):
        top, left = corners[0]
        middle = left + lower.pixels.shape[1] / 2
        start = round(middle - upper.pixels.shape[1] / 2)
        if lower.seat is not None:
            corners.insert(0, (top + lower.seat - upper.foot, start))
        else:
            corners.insert(0, (top + _drop(upper.pixels, lower.pixels, start - left), start))
    return corners


def _drop(upper: Plane, lower: Plane, shift: int) -> int:
    """Row of the upper's top, from the lower's, when it has sunk until the two just meet."""
    first, last = max(shift, 0), min(shift + upper.shape[1], lower.shape[1])
    over = upper[::-1, first - shift : last - shift, 3] > _SEEN
    under = lower[:, first:last, 3] > _SEEN
    both = over.any(0) & under.any(0)
    if not both.any():
        return -len(upper)
    room = len(upper) + under.argmax(0) + over.argmax(0)
    return int(room[both].min()) - 2 * len(upper) + 1


def inside(_rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """The first in the middle of the second."""
    inner, outer = (s.pixels.shape for s in stamps)
    return [(round((outer[0] - inner[0]) / 2), round((outer[1] - inner[1]) / 2)), (0, 0)]


def inside_heart(rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """As `inside`, where the second is wide: above its middle."""
    (top, left), corner = inside(rng, stamps)
    return [(top - round(len(stamps[1].pixels) * 0.07), left), corner]


def in_front(rng: np.random.Generator, stamps: Stamps) -> list[Corner] | None:
    """The first over a lower corner of the second; None where too much or little is covered."""
    front, back = (s.pixels for s in stamps)
    low = len(back) + 1 + int(rng.random() * 5) - len(front)
    reach = round(front.shape[1] * rng.uniform(0.45, 0.75))
    left = back.shape[1] - reach if rng.random() < 0.5 else reach - front.shape[1]
    first, last = max(left, 0), min(left + front.shape[1], back.shape[1])
    behind = back[max(low, 0) :, first:last, 3]
    rows = slice(max(-low, 0), max(-low, 0) + len(behind))
    before = front[rows, first - left : last - left, 3]
    covered = float((behind[: len(before)] * before).sum()) / 255
    hidden, covering = covered / float(back[..., 3].sum()), covered / float(front[..., 3].sum())
    if not _HIDDEN[0] <= hidden <= _HIDDEN[1] or covering < _COVERING:
        return None
    return [(low, left), (0, 0)]


def triangle(rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """Three: one above two, or two above one."""
    lower = row(rng, stamps[1:])
    _, bottom, left, right = extent(stamps[1:], lower)
    one = stamps[0].pixels.shape
    start = round((left + right - one[1]) / 2)
    gap = 2 + int(rng.random() * 2)
    if rng.random() < 0.7:
        return [(-gap - one[0], start), *lower]
    return [(bottom + gap, start), *lower]


def square(rng: np.random.Generator, stamps: Stamps) -> list[Corner]:
    """Four in two rows of two."""
    upper, lower = row(rng, stamps[:2]), row(rng, stamps[2:])
    bottom = extent(stamps[:2], upper)[1] + 2 + int(rng.random() * 3)
    return [*upper, *((top + bottom, left) for top, left in lower)]
