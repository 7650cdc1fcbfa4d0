"""The sRGB transfer curve (IEC 61966-2-1) and luminance, sign-preserving and unbounded.

Must not clip: float documents carry values below 0 and above 1, and they must survive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


def encode(linear: NDArray[np.floating]) -> NDArray[np.float32]:
    """Linear light → sRGB-encoded, any shape; encode(-x) = -encode(x)."""
    size = np.abs(linear, dtype=np.float32)
    curve = np.float32(1.055) * size ** np.float32(1 / 2.4) - np.float32(0.055)
    bent = np.where(size <= np.float32(0.0031308), size * np.float32(12.92), curve)
    encoded: NDArray[np.float32] = np.copysign(bent, linear).astype(np.float32, copy=False)
    return encoded


def decode(encoded: NDArray[np.floating]) -> NDArray[np.float32]:
    """sRGB-encoded → linear light, any shape; decode(-x) = -decode(x)."""
    size = np.abs(encoded, dtype=np.float32)
    curve = ((size + np.float32(0.055)) / np.float32(1.055)) ** np.float32(2.4)
    bent = np.where(size <= np.float32(0.04045), size / np.float32(12.92), curve)
    linear: NDArray[np.float32] = np.copysign(bent, encoded).astype(np.float32, copy=False)
    return linear


def luminance(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """(…, 3) sRGB-encoded → (…) sRGB-encoded gray of the same luminance; exact for grays."""
    gray = encode(decode(rgb) @ _LUMINANCE)
    red = rgb[..., 0]
    is_gray = (red == rgb[..., 1]) & (red == rgb[..., 2])
    return np.where(is_gray, red, gray)
