"""The two array types all of imaging speaks, and the checks they share.

Must not hold an algorithm; a function that computes something has its own file.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from protocol.geometry import Rect

Image: TypeAlias = NDArray[np.float32]
"""(H, W, 4) straight-alpha RGBA, sRGB-encoded, nominally [0, 1]; unbounded from float documents."""

Mask: TypeAlias = NDArray[np.float32]
"""(H, W) linear coverage in [0, 1]; 1 = repaint."""

Plane: TypeAlias = NDArray[np.float32]
"""(H, W) or (H, W, C) float32 numbers of any meaning."""

Flags: TypeAlias = NDArray[np.bool_]
"""(H, W) of yes and no."""


def size_of(array: NDArray[np.generic]) -> tuple[int, int]:
    """(width, height) of an (H, W[, C]) array."""
    return int(array.shape[1]), int(array.shape[0])


def slices(rect: Rect) -> tuple[slice, slice]:
    """The index of a rectangle in an array whose pixel (0, 0) is the rectangle's origin."""
    return slice(rect.y, rect.bottom), slice(rect.x, rect.right)


def require_same_size(image: NDArray[np.generic], mask: NDArray[np.generic]) -> None:
    """Raises ValueError when a picture and its mask differ in width or height."""
    if image.shape[:2] != mask.shape[:2]:
        raise ValueError(
            f"The mask is {mask.shape[1]} × {mask.shape[0]} pixels "
            f"but its picture is {image.shape[1]} × {image.shape[0]}."
        )
