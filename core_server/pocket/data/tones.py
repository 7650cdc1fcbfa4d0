"""The one colour word, if any, that a drawing on a clear ground would be called by.

It judges pixels only and stays silent when in doubt: a wrong word would teach a wrong colour.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core_server.pocket.data.colours import COLOURS

_SHARE = 0.70  # of the drawing's opaque area that must agree
# Upper hue limits in degrees, in order; what lies above the last is red again.
_HUES: tuple[tuple[float, str], ...] = (
    (11, "red"),
    (40, "orange"),
    (66, "yellow"),
    (160, "green"),
    (195, "turquoise"),
    (252, "blue"),
    (292, "purple"),
    (342, "pink"),
    (361, "red"),
)


def dominant_colour(rgba: npt.NDArray[np.uint8]) -> str | None:
    """Colour word (one of COLOURS) of most of a straight RGBA picture, or None when mixed."""
    shares = colour_shares(rgba)
    best = max(shares, key=lambda word: shares[word])
    return best if shares[best] >= _SHARE else None


def colour_shares(rgba: npt.NDArray[np.uint8]) -> dict[str, float]:
    """How much of a straight RGBA picture's opaque area each colour word fits, 0 to 1."""
    rgb = rgba[rgba[..., 3] > 160][:, :3].astype(np.float32) / 255
    if len(rgb) == 0:
        return dict.fromkeys(COLOURS, 0.0)
    high, low = rgb.max(1), rgb.min(1)
    spread = np.maximum(high - low, 1e-6)
    red, green, blue = rgb.T
    hue = np.where(
        high == red,
        (green - blue) / spread % 6,
        np.where(high == green, (blue - red) / spread + 2, (red - green) / spread + 4),
    )
    saturation = (high - low) / np.maximum(high, 1e-6)
    words = np.array([word for _, word in _HUES])[
        np.searchsorted([limit for limit, _ in _HUES], hue * 60)
    ]
    is_tan = (words == "orange") & ((high < 0.85) | (saturation < 0.68))
    words = np.where(is_tan, np.where(high < 0.70, "brown", ""), words)
    words = np.where((words == "red") & (high < 0.42), "brown", words)
    words = np.where((words == "red") & (saturation < 0.55) & (high > 0.75), "pink", words)
    words = np.where((words != "pink") & (words != "brown") & (saturation < 0.42), "", words)
    words = np.where((saturation < 0.13) & (high < 0.90), "gray", words)
    words = np.where((saturation < 0.10) & (high >= 0.90), "white", words)
    words = np.where((high < 0.24) | ((high < 0.34) & (saturation < 0.25)), "black", words)
    return {word: float((words == word).mean()) for word in COLOURS}
