"""Which colours a painted picture has, and where, judged by its pixels alone.

It must not ask any network: what trained the model must not also mark its work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core_server.pocket.data.tones import colour_shares

FloatImage = NDArray[np.float32]
"""(H, W, 3) sRGB, in [0, 1]."""

Where = NDArray[np.bool_]
"""(H, W), True where to look."""

_BORDER = 1 / 32
_DIFFERENCE = 0.12
_SMALLEST = 0.02


def border(height: int, width: int) -> Where:
    """The thin frame along the edges."""
    rows, columns = max(1, round(height * _BORDER)), max(1, round(width * _BORDER))
    found = np.ones((height, width), bool)
    found[rows:-rows, columns:-columns] = False
    return found


def subject(image: FloatImage) -> Where:
    """True where a picture differs from the plain colour along its border."""
    ground = np.median(image[border(*image.shape[:2])], axis=0)
    found: Where = np.abs(image - ground).max(2) > _DIFFERENCE
    return found


def colour_of(image: FloatImage, is_texture: bool) -> str | None:
    """The colour word that fits more of the subject than any other; None where there is none.

    Of a texture the whole picture is judged, and the gray and black of joints and shadows count
    only where nothing is coloured.
    """
    if is_texture:
        return main_colour(image, np.ones(image.shape[:2], bool), ("gray", "black", "white"))
    return main_colour(image, subject(image))


def main_colour(image: FloatImage, where: Where, halved: tuple[str, ...] = ()) -> str | None:
    """The colour word that fits more of `where` than any other; None where there is too little.

    halved: words that count half.
    """
    if where.mean() < _SMALLEST:
        return None
    shares = colours_in(image, where)
    for word in halved:
        shares[word] *= 0.5
    best = max(shares, key=lambda word: shares[word])
    return best if shares[best] > 0 else None


def colours_in(image: FloatImage, where: Where) -> dict[str, float]:
    """How much of `where` each colour word fits, 0 to 1."""
    levels = np.rint(image[..., :3].clip(0, 1) * 255)
    return colour_shares(np.dstack([levels, np.where(where, 255, 0)]).astype(np.uint8))


@dataclass(frozen=True)
class Seam:
    """ratio: mean step across the wrapped borders over the mean step inside.

    is_hidden: some line inside has as strong a step as the border along it, on both axes.
    """

    ratio: float
    is_hidden: bool


def seam(image: FloatImage) -> Seam:
    """How much the borders show when a picture is tiled; a blank one's ratio is 1."""
    steps = [
        np.abs(np.diff(image, axis=axis, append=image.take([0], axis))).mean((1 - axis, 2))
        for axis in (0, 1)
    ]
    across, inside = [line[-1] for line in steps], [line[:-1] for line in steps]
    is_hidden = all(one <= line.max() for one, line in zip(across, inside, strict=True))
    mean = float(np.mean([line.mean() for line in inside]))
    return Seam(float(np.mean(across)) / mean if mean else 1.0, is_hidden)
