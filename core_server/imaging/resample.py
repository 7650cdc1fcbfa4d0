"""Resizing of float pictures and masks, in premultiplied colour.

Must not overshoot: what lay within a range before lies within it after.
"""

from __future__ import annotations

import numpy as np
from PIL import Image as Pillow

from core_server.imaging.arrays import Image, Mask, Plane, size_of

_FAINTEST_ALPHA = 1e-4


def resize_image(image: Image, size: tuple[int, int]) -> Image:
    """(H, W, 4) straight-alpha RGBA → the size (width, height): Lanczos to shrink, bicubic to grow.

    Filters premultiplied colour, so transparent pixels lend no colour to their neighbours; pixels
    that come out transparent are (0, 0, 0, 0). The same size returns an equal copy.
    """
    if size == size_of(image):
        return image.copy()
    alpha = image[..., 3]
    if (alpha == 1).all():
        result = np.ones((size[1], size[0], 4), np.float32)
        result[..., :3] = _sharp(image[..., :3], size)
        return result
    scaled = _sharp(np.concatenate([image[..., :3] * alpha[..., None], alpha[..., None]], 2), size)
    cover = np.clip(scaled[..., 3:], 0, 1)
    seen = cover > _FAINTEST_ALPHA
    colour = np.where(seen, scaled[..., :3] / np.where(seen, cover, 1), 0)
    visible = image[..., :3][alpha > 0]
    if visible.size:
        colour = np.where(seen, np.clip(colour, visible.min(axis=0), visible.max(axis=0)), 0)
    return np.concatenate([colour, np.where(seen, cover, 0)], 2).astype(np.float32, copy=False)


def resize_wrapped(image: Image, size: tuple[int, int], axes: str) -> Image:
    """Like `resize_image`, for a picture that wraps around on `axes` (none, x, y or both).

    The filter reads across the border there, so that a seamless texture stays seamless.
    """
    if size == size_of(image) or axes == "none":
        return resize_image(image, size)
    across, down = int(axes in ("x", "both")), int(axes in ("y", "both"))
    height, width = image.shape[:2]
    around = np.pad(image, ((down * height,) * 2, (across * width,) * 2, (0, 0)), mode="wrap")
    larger = resize_image(around, (size[0] * (1 + 2 * across), size[1] * (1 + 2 * down)))
    left, top = across * size[0], down * size[1]
    return larger[top : top + size[1], left : left + size[0]].copy()


def resize_plane(plane: Mask, size: tuple[int, int]) -> Mask:
    """(H, W) → the size (width, height) by a triangle filter, which never overshoots."""
    if size == size_of(plane):
        return plane.copy()
    return _resized(plane, size, Pillow.Resampling.BILINEAR)


def resize_planes(planes: Plane, size: tuple[int, int]) -> Plane:
    """(H, W, C) → the size (width, height), every channel as by `resize_plane`."""
    channels = [resize_plane(planes[..., c], size) for c in range(planes.shape[2])]
    return np.stack(channels, axis=2)


def _sharp(planes: Plane, size: tuple[int, int]) -> Plane:
    width, height = size_of(planes)
    shrinks = size[0] * size[1] < width * height
    kernel = Pillow.Resampling.LANCZOS if shrinks else Pillow.Resampling.BICUBIC
    result = np.empty((size[1], size[0], planes.shape[2]), np.float32)
    for channel in range(planes.shape[2]):
        plane = planes[..., channel]
        scaled = _resized(plane, size, kernel)
        np.clip(scaled, plane.min(), plane.max(), out=result[..., channel])
    return result


def _resized(plane: Mask, size: tuple[int, int], kernel: Pillow.Resampling) -> Mask:
    picture = Pillow.fromarray(np.ascontiguousarray(plane, np.float32))
    return np.array(picture.resize(size, kernel), np.float32)
