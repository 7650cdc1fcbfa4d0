"""The twelve colour words pocket obeys, and the range of colours each one names.

Words and numbers only; drawing happens elsewhere.
"""

from __future__ import annotations

import colorsys

import numpy as np
import numpy.typing as npt

Colour = npt.NDArray[np.float32]

# Hue range in turns, saturation range, value range: wide enough to look natural, never so wide
# that two people would call a sample by different words.
_RANGES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "red": ((-0.02, 0.012), (0.80, 0.95), (0.72, 0.92)),
    "orange": ((0.065, 0.09), (0.85, 1.00), (0.92, 1.00)),
    "yellow": ((0.130, 0.155), (0.72, 0.95), (0.94, 1.00)),
    "green": ((0.29, 0.39), (0.60, 0.90), (0.50, 0.75)),
    "turquoise": ((0.475, 0.510), (0.60, 0.85), (0.72, 0.88)),
    "blue": ((0.58, 0.635), (0.72, 0.92), (0.68, 0.92)),
    "purple": ((0.755, 0.795), (0.58, 0.85), (0.55, 0.75)),
    "pink": ((0.91, 0.95), (0.32, 0.55), (0.94, 1.00)),
    "brown": ((0.055, 0.075), (0.58, 0.75), (0.38, 0.52)),
    "black": ((0.0, 1.0), (0.0, 0.12), (0.09, 0.17)),
    "gray": ((0.0, 1.0), (0.0, 0.05), (0.46, 0.62)),
    "white": ((0.0, 1.0), (0.0, 0.03), (0.95, 1.00)),
}
COLOURS: tuple[str, ...] = tuple(_RANGES)


def pick(rng: np.random.Generator, word: str) -> Colour:
    """A random sRGB colour, (3,) in 0 to 1, that people call `word` (one of COLOURS)."""
    hue, saturation, value = (rng.uniform(low, high) for low, high in _RANGES[word])
    return np.array(colorsys.hsv_to_rgb(hue % 1.0, saturation, value), np.float32)
