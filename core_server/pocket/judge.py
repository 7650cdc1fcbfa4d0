"""Which colour a painted picture has, judged by its pixels alone.

It must not ask any network: what trained the model must not also mark its work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core_server.pocket.data.tones import colour_shares

FloatImage = NDArray[np.float32]
"""(H, W, 3) sRGB, in [0, 1]."""

_BORDER = 1 / 32
_DIFFERENCE = 0.12
_SMALLEST = 0.02


def subject(image: FloatImage) -> NDArray[np.bool_]:
    """(H, W), True where a picture differs from the plain colour along its border."""
    height, width = image.shape[:2]
    rows, columns = max(1, round(height * _BORDER)), max(1, round(width * _BORDER))
    border = np.ones((height, width), bool)
    border[rows:-rows, columns:-columns] = False
    ground = np.median(image[border], axis=0)
    found: NDArray[np.bool_] = np.abs(image - ground).max(2) > _DIFFERENCE
    return found


def colour_of(image: FloatImage, is_texture: bool) -> str | None:
    """The colour word that fits more of the subject than any other; None where there is none.

    Of a texture the whole picture is judged, and the gray and black of joints and shadows count
    only where nothing is coloured.
    """
    everywhere = np.ones(image.shape[:2], bool)
    seen = everywhere if is_texture else subject(image)
    if seen.mean() < _SMALLEST:
        return None
    rgba = np.dstack([np.rint(image * 255), np.where(seen, 255, 0)]).astype(np.uint8)
    shares = colour_shares(rgba)
    if is_texture:
        for word in ("gray", "black", "white"):
            shares[word] *= 0.5
    best = max(shares, key=lambda word: shares[word])
    return best if shares[best] > 0 else None
