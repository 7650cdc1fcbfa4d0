"""Rectangles in document pixels, and the context rectangle around a selection.

Integers only, no pixels: plugins and daemon run the same function and must agree exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Rect(NamedTuple):
    """Document pixels, origin top-left, half-open (`right` and `bottom` are outside).

    x and y may be negative: a layer may begin left of or above the canvas.
    """

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def padded(self, left: int, top: int, right: int, bottom: int) -> Rect:
        """This rectangle with its sides moved outwards by so many pixels."""
        return Rect(
            self.x - left, self.y - top, self.width + left + right, self.height + top + bottom
        )

    def shifted(self, dx: int, dy: int) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def intersect(self, other: Rect) -> Rect:
        """The common part; width and height are 0 where there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Rect(x, y, max(0, right - x), max(0, bottom - y))

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle around both; an empty one does not count."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rect(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def contains(self, other: Rect) -> bool:
        return other.is_empty or self.union(other) == self


@dataclass(frozen=True)
class ContextPolicy:
    """How much of the surroundings the model sees. All lengths are document pixels.

    pad_canvas_fraction, pad_selection_fraction: the padding on each side is the larger of
    longest canvas side × the first and mean selection side × the second.
    min_side: the context is at least this long, where the canvas allows.
    multiple: sides are rounded up to a multiple, where the canvas allows.
    """

    pad_canvas_fraction: float = 1 / 16
    pad_selection_fraction: float = 1 / 2
    min_side: int = 512
    multiple: int = 8


DEFAULT_POLICY = ContextPolicy()


def context_rect(
    selection: Rect, canvas: Rect, extra: int = 0, policy: ContextPolicy = DEFAULT_POLICY
) -> Rect:
    """The rectangle around `selection` that is sent to the daemon: canvas ⊇ context ⊇ selection.

    selection: bounds of the mask in document pixels; the part outside the canvas is ignored.
    extra: further pixels on every side (the `context` parameter).
    The result is roughly square, because models see best in squares, and is moved, not cut,
    at the border of the canvas. Raises ValueError when selection and canvas do not meet.
    """
    inside = selection.intersect(canvas)
    if inside.is_empty:
        raise ValueError("The selection lies outside the canvas.")
    longest = max(canvas.width, canvas.height)
    mean_side = (inside.width + inside.height) // 2
    pad = extra + max(
        int(longest * policy.pad_canvas_fraction), int(mean_side * policy.pad_selection_fraction)
    )
    side = max(inside.width, inside.height) + 2 * pad
    side = -(-max(side, policy.min_side) // policy.multiple) * policy.multiple
    x, width = _span(inside.x, inside.width, side, canvas.x, canvas.width)
    y, height = _span(inside.y, inside.height, side, canvas.y, canvas.height)
    return Rect(x, y, width, height)


def _span(start: int, length: int, wanted: int, low: int, room: int) -> tuple[int, int]:
    """A span of `wanted` pixels centred on [start, start+length), kept inside [low, low+room)."""
    size = min(wanted, room)
    centred = start + length // 2 - size // 2
    return max(low, min(centred, low + room - size)), size
