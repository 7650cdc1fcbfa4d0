"""The real pictures and the masks that the imaging tests share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy import ndimage

from core_server.imaging.arrays import Image, Mask
from core_server.imaging.layouts import to_working

DATA = Path(__file__).parents[2] / "data"

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")
PAINTING = "starry_night"
PICTURES = (*PHOTOGRAPHS, PAINTING)


@cache
def _pixels(name: str) -> NDArray[np.uint8]:
    with Pillow.open(DATA / f"{name}.jpg") as picture:
        return np.asarray(picture.convert("RGBA"))


def picture_8(name: str, side: int | None = None) -> NDArray[np.uint8]:
    """(H, W, 4) uint8; `side` cuts a square from the middle, which keeps a test fast."""
    pixels = _pixels(name)
    if side is None:
        return pixels.copy()
    y, x = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    return pixels[y : y + side, x : x + side].copy()


def picture_16(name: str, side: int | None = None) -> NDArray[np.uint16]:
    """(H, W, 4) uint16 whose low bits say something: blurred a little, with grain."""
    wide = picture_8(name, side).astype(np.float64) * 257
    soft = ndimage.gaussian_filter(wide[..., :3], (0.7, 0.7, 0))
    grain = np.random.default_rng(5).normal(0, 60, soft.shape)
    wide[..., :3] = np.clip(soft + grain, 0, 65535)
    return np.rint(wide).astype(np.uint16)


def working(name: str, side: int | None = None) -> Image:
    return to_working(picture_8(name, side))


def disc(shape: tuple[int, ...], x: float, y: float, radius: float) -> Mask:
    """1 inside, 0 outside; x, y and radius as shares of the width, height and shorter side."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    dx, dy = columns - x * shape[1], rows - y * shape[0]
    return (np.hypot(dx, dy) <= radius * min(shape[:2])).astype(np.float32)


def _hard(shape: tuple[int, ...]) -> Mask:
    return disc(shape, 0.5, 0.45, 0.15)


def _soft(shape: tuple[int, ...]) -> Mask:
    blurred = ndimage.gaussian_filter(disc(shape, 0.45, 0.5, 0.15), 5)
    return np.where(blurred < 0.01, 0, np.minimum(blurred, 1)).astype(np.float32)


def _thin(shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape[:2], np.float32)
    steps = np.linspace(0.2, 0.8, 4 * max(shape[:2]))
    mask[(steps * shape[0]).astype(int), (steps * shape[1]).astype(int)] = 1
    return mask


def _edge(shape: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape[:2], np.float32)
    mask[shape[0] // 4 : shape[0] // 2, : shape[1] // 5] = 1
    return mask


def _full(shape: tuple[int, ...]) -> Mask:
    return np.ones(shape[:2], np.float32)


def _empty(shape: tuple[int, ...]) -> Mask:
    return np.zeros(shape[:2], np.float32)


MASKS = {
    "hard": _hard,
    "soft": _soft,
    "thin": _thin,
    "edge": _edge,
    "full": _full,
    "empty": _empty,
}
