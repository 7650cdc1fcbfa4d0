"""Selections: their bounds, growing and feathering them, and the alpha of the layer that results.

Must never make a selection smaller or softer than the artist drew it: functions here only add.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import ndimage

from core_server.imaging.arrays import Flags, Mask, slices
from protocol.errors import OutOfRange
from protocol.geometry import Rect

MAX_GROW_PX = 512
MAX_FEATHER_PX = 512

_FEATHER_OF_DIAGONAL = 0.10
_FEATHER_OF_SHORT_SIDE = 0.25
_GROW_OF_DIAGONAL = 0.01
_FAINTEST = 1e-4  # below half a step of 8 bit; a 16-bit host sees at most six of its 65,535 steps


def bounds(mask: Mask | Flags) -> Rect:
    """The smallest rectangle around all coverage above 0, in the mask's own pixels."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return Rect(0, 0, 0, 0)
    x, y = int(columns[0]), int(rows[0])
    return Rect(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)


def is_empty(mask: Mask) -> bool:
    """Nothing is selected."""
    return not mask.any()


def is_full(mask: Mask) -> bool:
    """Every pixel is wholly selected."""
    return bool((mask >= 1).all())


def default_feather_px(selection: Rect) -> int:
    """Feather from the size of the selection's bounds: 10 % of its diagonal, at most a quarter of
    its short side (a thin selection stays thin), between 4 and 64 pixels; 0 for an empty one."""
    if selection.is_empty:
        return 0
    wish = _FEATHER_OF_DIAGONAL * math.hypot(selection.width, selection.height)
    wish = min(wish, _FEATHER_OF_SHORT_SIDE * min(selection.width, selection.height))
    return round(min(max(wish, 4), 64))


def default_grow_px(selection: Rect) -> int:
    """Grow from the size of the selection's bounds: 1 % of its diagonal, between 2 and 16 pixels,
    so that the rim of what was selected goes with it; 0 for an empty one."""
    if selection.is_empty:
        return 0
    wish = _GROW_OF_DIAGONAL * math.hypot(selection.width, selection.height)
    return round(min(max(wish, 2), 16))


def grow(mask: Mask, px: float) -> Mask:
    """Dilate by a disc of radius `px`; a soft edge keeps its profile and moves outwards.

    Raises OutOfRange for px below 0 or above MAX_GROW_PX.
    """
    _require(px, MAX_GROW_PX, "grow", "Grow")
    return _near(mask, px, lambda part: _dilate(part, px))


def feather(mask: Mask, px: float) -> Mask:
    """Add a smooth ramp from 1 to 0, `px` wide, outside the mask; inside, nothing changes.

    At the picture's border the mask is taken to go on: an edge-touching mask does not fade there.
    Raises OutOfRange for px below 0 or above MAX_FEATHER_PX.
    """
    _require(px, MAX_FEATHER_PX, "feather", "Feather")
    return _near(mask, px, lambda part: np.maximum(part, _blur(_dilate(part, px / 2), px / 2)))


def blend_alpha(selection: Mask, grow_px: float, feather_px: float) -> Mask:
    """The layer's alpha: max(selection, feather(grow(selection))).

    (H, W) coverage in, the same out. With grow 0 and feather 0 it is the selection bit for bit;
    it is never below the selection, and 0 farther than grow + feather pixels from it (a feather
    reaches about a tenth farther at sharp corners).
    """
    return np.maximum(selection, feather(grow(selection, grow_px), feather_px))


def _require(px: float, limit: int, field: str, label: str) -> None:
    if not 0 <= px <= limit:
        raise OutOfRange(
            f"{label} must be between 0 and {limit} pixels, not {px:g}.", field=f"params.{field}"
        )


def _near(mask: Mask, px: float, change: Callable[[Mask], Mask]) -> Mask:
    """Apply `change`, which reaches `px` far, to the part of the mask where it can matter.

    The mask is continued past the picture's border by its edge pixels, so that a filter does not
    see an end where the document has none.
    """
    area = bounds(mask)
    if px == 0 or area.is_empty:
        return mask.copy()
    reach = math.ceil(px) + 2
    height, width = mask.shape
    part = area.padded(reach, reach, reach, reach).intersect(Rect(0, 0, width, height))
    continued = np.pad(mask[slices(part)], reach, mode="edge")
    changed = change(continued)[reach:-reach, reach:-reach]
    result = np.zeros_like(mask)
    result[slices(part)] = changed
    return result


def _dilate(mask: Mask, px: float) -> Mask:
    top = mask.max()
    if ((mask == 0) | (mask == top)).all():
        distance = ndimage.distance_transform_edt(mask == 0)
        return np.where(distance <= px, top, np.float32(0))
    return _dilate_soft(mask, px)


def _dilate_soft(mask: Mask, px: float) -> Mask:
    """Gray dilation by a disc, as the maximum over its rows of shifted horizontal maxima."""
    height = mask.shape[0]
    result = mask.copy()
    for dy in range(min(math.floor(px), height - 1) + 1):
        half = math.floor(math.sqrt(px * px - dy * dy))
        wide = ndimage.maximum_filter1d(mask, 2 * half + 1, axis=1, mode="nearest")
        np.maximum(result[dy:], wide[: height - dy], out=result[dy:])
        np.maximum(result[: height - dy], wide[dy:], out=result[: height - dy])
    return result


def _blur(mask: Mask, radius: float) -> Mask:
    """Three box blurs: close to a Gaussian, but with an end, `radius` pixels away."""
    result = mask
    for half in _thirds(radius):
        for axis in (0, 1):
            result = ndimage.uniform_filter1d(result, 2 * half + 1, axis=axis, mode="nearest")
    result[result < _FAINTEST] = 0  # rounding of the running sums would reach on for ever
    return np.minimum(result, 1)


def _thirds(radius: float) -> list[int]:
    whole = max(1, round(radius))
    return [(whole + step) // 3 for step in range(3)]
