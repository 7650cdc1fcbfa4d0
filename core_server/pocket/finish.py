"""Brings what the decoder painted to its canvas: enlarged, continued, on request cut out.

It must not paint or decide sizes; every finished pixel comes from one picture and its alpha.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core_server.imaging.arrays import Mask, Plane
from core_server.pocket.decoder import Tile
from core_server.pocket.ground import (
    REACH,
    around,
    continued,
    cut_larger,
    cut_out,
    fills,
    ground_of,
    spread,
)
from core_server.pocket.superres import ENLARGEMENTS, SuperResolution, enlarge

FloatImage = NDArray[np.float32]
"""(H, W, 3) sRGB in [0, 1]; or (H, W, 4) with straight alpha, 0 in every channel where clear."""

_GUARD = 8
"""Pixels at a border that the net makes out of less than it should see."""

_NEAR_CLEAR = 0.02
"""Cover that the net leaves behind, or leaves out, in places that are wholly one or the other."""


@dataclass(frozen=True)
class Canvas:
    """size: (width, height) in decoder pixels. A picture that is smaller stands in the middle."""

    size: tuple[int, int]
    enlargement: int
    tile: Tile = "none"
    is_transparent: bool = False


def finished(
    net: SuperResolution, picture: Tensor, alpha: Tensor | None, canvas: Canvas
) -> FloatImage:
    """(height · e, width · e, 3 or 4) of one picture (3,h,w) in -1..1.

    alpha: (h,w); may be None where the canvas has the picture's size and its ground stays. A
    picture that fills its borders, as a texture does, is cut to the canvas's shape instead of
    standing in its middle. Three channels come back from a transparent canvas, too, where no
    ground was found that could be taken away.
    """
    small = to_image(picture)
    if alpha is None:
        return _enlarged(net, small, canvas)
    cover = alpha.cpu().float().numpy()
    width, height = canvas.size
    has_room = canvas.size != (small.shape[1], small.shape[0])
    if has_room and fills(cover, wider=width > height):
        return _cropped(net, small, canvas)
    if canvas.tile != "none":
        return _cut_wrapped(net, small, cover, canvas)
    near = _window(canvas.size, min(small.shape[:2])) if has_room else canvas.size
    large = _cut(net, small, cover, replace(canvas, size=near)) if canvas.is_transparent else None
    if large is None:
        large = _enlarged(net, continued(small, cover, near), canvas)
    return _beyond(large, near, canvas)


def to_image(picture: Tensor) -> FloatImage:
    """(3, H, W) in -1..1 as (H, W, 3) in 0..1."""
    image: FloatImage = ((picture + 1) / 2).clamp(0, 1).permute(1, 2, 0).cpu().float().numpy()
    return image


def _enlarged(net: SuperResolution, image: Plane, canvas: Canvas) -> FloatImage:
    device = next(net.parameters()).device
    planes = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].to(device)
    return to_image(enlarge(net, planes * 2 - 1, canvas.enlargement, canvas.tile)[0])


def _cut(net: SuperResolution, image: Plane, alpha: Mask, canvas: Canvas) -> FloatImage | None:
    """(H, W, 4) of the subject alone; None where it cannot be told from a ground.

    The net draws the picture and, as a grey one, its cover; so the outline is as sharp as any other
    line, and does not ring.
    """
    subject = cut_out(image, alpha)
    if subject is None:
        return None
    whole = spread(subject, canvas.size)
    drawn = _enlarged(net, continued(image, alpha, canvas.size), canvas)
    grey = np.repeat(whole.alpha[..., None], 3, axis=2)
    cover = _enlarged(net, grey, canvas).mean(axis=2)
    cover = np.clip((cover - _NEAR_CLEAR) / (1 - 2 * _NEAR_CLEAR), 0, 1)
    ground = around(ground_of(image, alpha), canvas.size)
    cut = cut_larger(drawn, cover, whole, ground)
    seen = cut.alpha[..., None]
    return np.concatenate([np.where(seen > 0, cut.colour, 0), seen], axis=2, dtype=np.float32)


def _cut_wrapped(net: SuperResolution, image: Plane, alpha: Mask, canvas: Canvas) -> FloatImage:
    """The subjects of a picture that wraps around, seen with what follows beyond its borders."""
    down = REACH if canvas.tile in ("y", "both") else 0
    across = REACH if canvas.tile in ("x", "both") else 0
    pad = ((down, down), (across, across))
    size = canvas.size[0] + 2 * across, canvas.size[1] + 2 * down
    larger = _cut(
        net,
        np.pad(image, (*pad, (0, 0)), mode="wrap"),
        np.pad(alpha, pad, mode="wrap"),
        Canvas(size, canvas.enlargement),
    )
    if larger is None:
        return _enlarged(net, image, canvas)
    e = canvas.enlargement
    inside = larger[down * e : (down + len(alpha)) * e, across * e :]
    return inside[:, : canvas.size[0] * e]


def _window(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The part of the canvas in which something goes on; beyond it is plain ground."""
    most = side + 2 * (REACH + _GUARD)
    return min(size[0], most), min(size[1], most)


def _beyond(large: FloatImage, near: tuple[int, int], canvas: Canvas) -> FloatImage:
    """The finished window with its plain ground continued to the canvas's size."""
    e = canvas.enlargement
    pad, kept = [], []
    for has, wanted in zip(near[::-1], canvas.size[::-1], strict=True):
        guard = _GUARD if wanted > has else 0
        first = wanted // 2 - has // 2
        pad.append(((first + guard) * e, (wanted - has - first + guard) * e))
        kept.append(slice(guard * e, (has - guard) * e))
    return np.pad(large[tuple(kept)], (*pad, (0, 0)), mode="edge")


def _cropped(net: SuperResolution, image: Plane, canvas: Canvas) -> FloatImage:
    """The middle of a picture in the canvas's shape, as fine as the net can make it."""
    height, width = image.shape[:2]
    wanted = canvas.size[0] * canvas.enlargement, canvas.size[1] * canvas.enlargement
    finer = max(wanted[0] / width, wanted[1] / height)
    enlargement = next((e for e in ENLARGEMENTS if e >= finer), ENLARGEMENTS[-1])
    large = _enlarged(net, image, Canvas((width, height), enlargement))
    scale = min(large.shape[1] / wanted[0], large.shape[0] / wanted[1])
    part = max(1, round(wanted[1] * scale)), max(1, round(wanted[0] * scale))
    top, left = (large.shape[0] - part[0]) // 2, (large.shape[1] - part[1]) // 2
    middle = large[top : top + part[0], left : left + part[1]]
    planes = torch.from_numpy(np.ascontiguousarray(middle)).permute(2, 0, 1)[None]
    sized = functional.interpolate(
        planes, size=wanted[::-1], mode="bicubic", antialias=True, align_corners=False
    )
    result: FloatImage = sized[0].clamp(0, 1).permute(1, 2, 0).numpy()
    return result
