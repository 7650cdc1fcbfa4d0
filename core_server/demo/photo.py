"""The demonstration's photograph and the region that is repainted in it.

Must not be anything but public domain: PHOTO-LICENCE.txt beside it says where it is from.
"""

from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core_server.imaging.layouts import Native
from core_server.reading import original_of

ROCKET = (242, 92, 276, 331)
"""left, top, right, bottom of a rounded rectangle around the rocket."""

SCAFFOLD = ((242, 268), (276, 268), (288, 290), (284, 329), (228, 329), (226, 290))
"""Corners of what stands around its foot."""

SOFTNESS = 4
"""The mask is drawn so many times larger and made smaller again, so that its edge is smooth."""


def photograph() -> Native:
    """(H, W, 4) uint8."""
    with as_file(files("core_server.demo").joinpath("photo.jpg")) as path:
        return original_of(path).pixels


def mask(width: int, height: int) -> NDArray[np.uint8]:
    """(height, width), 255 where the rocket and its scaffold are."""
    large = Image.new("L", (width * SOFTNESS, height * SOFTNESS))
    pen = ImageDraw.Draw(large)
    pen.rounded_rectangle([edge * SOFTNESS for edge in ROCKET], radius=14 * SOFTNESS, fill=255)
    pen.polygon([(x * SOFTNESS, y * SOFTNESS) for x, y in SCAFFOLD], fill=255)
    return np.asarray(large.resize((width, height), Image.Resampling.BOX))


def outlined(pixels: Native, cover: NDArray[np.uint8]) -> Native:
    """The photograph with the mask shown as artists know it: the rest dimmed, a bright edge."""
    inside = cover >= 128
    edge = inside & ~_shrunk(inside)
    shown = pixels.copy()
    shown[~inside, :3] = shown[~inside, :3] // 2
    shown[edge, :3] = 255
    return shown


def _shrunk(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    core = inside.copy()
    core[1:] &= inside[:-1]
    core[:-1] &= inside[1:]
    core[:, 1:] &= inside[:, :-1]
    core[:, :-1] &= inside[:, 1:]
    return core
