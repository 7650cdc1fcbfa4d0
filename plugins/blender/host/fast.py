"""Arithmetic on the floats of images by numpy, which the official Blender has.

Numbers only, no datablocks. `plain` has the same functions for a Python without numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from protocol.codec import Buffer
from protocol.geometry import Rect
from protocol.pixels import PixelLayout

Floats = Any
"""float32 numbers, R G B A by pixel, as `foreach_get` and `foreach_set` want them: flat."""


def empty(count: int) -> Floats:
    return np.empty(count, np.float32)


def filled(pixel: tuple[float, float, float, float], count: int) -> Floats:
    return np.tile(np.asarray(pixel, np.float32), count)


def cut(floats: Floats, across: int, x: int, y: int, width: int, rows: int) -> Floats:
    """A copy of a part. across: pixels in a row of the whole; y counts as the rows lie."""
    return np.ascontiguousarray(floats.reshape(-1, across, 4)[y : y + rows, x : x + width]).ravel()


def paste(
    floats: Floats, across: int, x: int, y: int, width: int, rows: int, piece: Floats
) -> None:
    floats.reshape(-1, across, 4)[y : y + rows, x : x + width] = piece.reshape(rows, width, 4)


def flipped(piece: Floats, width: int) -> Floats:
    """With the rows in the other order."""
    return np.ascontiguousarray(piece.reshape(-1, width, 4)[::-1]).ravel()


def to_bytes(piece: Floats) -> bytes:
    """As 8 bits: exact for what a byte image gave."""
    return np.rint(np.clip(piece, 0, 1) * np.float32(255)).astype(np.uint8).tobytes()


def to_floats(piece: Floats) -> bytes:
    return np.ascontiguousarray(piece, "<f4").tobytes()


def straight(piece: Floats) -> Floats:
    """Colours divided by their alpha; where that is 0 they stay."""
    pixels = piece.reshape(-1, 4)
    alpha = pixels[:, 3:]
    partly = (alpha > 0) & (alpha != 1)
    pixels[:, :3] = np.divide(pixels[:, :3], alpha, out=pixels[:, :3].copy(), where=partly)
    return piece


def premultiplied(piece: Floats) -> Floats:
    pixels = piece.reshape(-1, 4)
    pixels[:, :3] *= pixels[:, 3:]
    return piece


def rgba(pixels: Buffer, layout: PixelLayout) -> Floats:
    """Packed pixels of any layout as floats: integers in 0..1, gray in all three."""
    kind = np.dtype(f"<{'f' if layout.is_float else 'u'}{layout.bytes_per_channel}")
    given = np.frombuffer(pixels, kind).reshape(-1, layout.channels)
    result = np.empty((len(given), 4), np.float32)
    result[:, :3] = given[:, :1] if layout.is_gray else given[:, :3]
    result[:, 3] = given[:, -1] if layout.has_alpha else 1
    if not layout.is_float:
        top = np.float32(256**layout.bytes_per_channel - 1)
        result[:, : 3 + layout.has_alpha] /= top
    if layout.is_bgr:
        result[:, :3] = result[:, 2::-1]
    return result.ravel()


def encode(piece: Floats) -> Floats:
    """Linear light to sRGB."""
    colour = piece.reshape(-1, 4)[:, :3]
    curve = 1.055 * np.maximum(colour, 0.0031308) ** np.float32(1 / 2.4) - 0.055
    colour[:] = np.where(colour <= 0.0031308, colour * 12.92, curve)
    return piece


def decode(piece: Floats) -> Floats:
    """sRGB to linear light."""
    colour = piece.reshape(-1, 4)[:, :3]
    curve = ((np.maximum(colour, 0.04045) + 0.055) / 1.055) ** np.float32(2.4)
    colour[:] = np.where(colour <= 0.04045, colour / 12.92, curve)
    return piece


def laid_over(base: Floats, piece: Floats, is_premultiplied: bool) -> Floats:
    """A piece with straight alpha over what is there. Where its alpha is 0 not one bit changes;
    where it is 1 the piece's own numbers are taken. is_premultiplied: how the base is."""
    below, above = base.reshape(-1, 4), piece.reshape(-1, 4)
    alpha = above[:, 3:]
    rest = 1 - alpha
    mixed = np.empty_like(below)
    if is_premultiplied:
        mixed[:, :3] = above[:, :3] * alpha + below[:, :3] * rest
        mixed[:, 3:] = alpha + below[:, 3:] * rest
    else:
        under = below[:, 3:] * rest
        total = alpha + under
        safe = np.where(total > 0, total, 1)
        mixed[:, :3] = (above[:, :3] * alpha + below[:, :3] * under) / safe
        mixed[:, 3:] = total
    mixed = np.where(alpha <= 0, below, mixed)
    return np.where(alpha >= 1, above, mixed).ravel()


def grays(piece: Floats) -> bytes:
    """How bright each pixel is times its alpha, as 8 bits: Blender reads stencils so."""
    pixels = piece.reshape(-1, 4)
    return (
        np.rint(np.clip(pixels[:, :3].mean(1) * pixels[:, 3], 0, 1) * 255)
        .astype(np.uint8)
        .tobytes()
    )


def bounds(mask: Buffer, width: int) -> tuple[int, int, int, int] | None:
    """(left, first row, right, row after the last) of what is not 0; None where all is."""
    given = np.frombuffer(mask, np.uint8).reshape(-1, width)
    rows, columns = np.flatnonzero(given.any(1)), np.flatnonzero(given.any(0))
    if not rows.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def gaps(mask: Buffer, width: int) -> tuple[list[bool], list[bool]]:
    """Which columns, and which rows, have something in them."""
    given = np.frombuffer(mask, np.uint8).reshape(-1, width)
    return given.any(0).tolist(), given.any(1).tolist()


def inverted(mask: Buffer) -> bytes:
    return (255 - np.frombuffer(mask, np.uint8)).tobytes()


def resized(piece: Floats, across: int, width: int, height: int) -> Floats:
    """The nearest pixels, at another size."""
    pixels = piece.reshape(-1, across, 4)
    rows = (np.arange(height) + 0.5) * len(pixels) / height
    columns = (np.arange(width) + 0.5) * across / width
    return pixels[rows.astype(np.intp)[:, None], columns.astype(np.intp)].ravel()


def enlarged(floats: Floats, whole: Rect, canvas: Rect) -> Floats:
    """An image on a canvas that reaches farther, transparent where it is not. canvas: as seen from
    the image's top left corner; `whole` is the image's own."""
    result = np.zeros((canvas.height, canvas.width, 4), np.float32)
    part = whole.intersect(canvas)
    source = floats.reshape(whole.height, whole.width, 4)[::-1]
    result[
        part.y - canvas.y : part.bottom - canvas.y, part.x - canvas.x : part.right - canvas.x
    ] = source[part.y : part.bottom, part.x : part.right]
    return np.ascontiguousarray(result[::-1]).ravel()


def every(pixels: Buffer, size: int, width: int, step: int) -> bytes:
    """Every so manieth pixel, of `size` bytes, of every so manieth row."""
    return np.frombuffer(pixels, f"V{size}").reshape(-1, width)[::step, ::step].tobytes()


def scanlines(rgba: bytes, width: int, as_differences: bool) -> bytes:
    """Rows of 8 bits as PNG has them: as they are, or as differences from the pixel to the left,
    which pack smaller and sooner."""
    given = np.frombuffer(rgba, np.uint8).reshape(-1, width * 4)
    rows = np.zeros((len(given), 1 + width * 4), np.uint8)
    rows[:, 1:] = given
    if as_differences:
        rows[:, 0] = 1
        rows[:, 5:] -= given[:, :-4]
    return rows.tobytes()


def edges_meet(floats: Floats, across: int) -> tuple[bool, bool]:
    """Whether an image goes on at its opposite edge as it does inside: along x, along y. Edges
    without anything on them, as an atlas has them, say nothing and do not count."""
    colour = floats.reshape(-1, across, 4)[..., :3]
    found = []
    for lines in (colour.swapaxes(0, 1), colour):
        places = np.linspace(0, len(lines) - 2, 9).astype(np.intp)
        inside = np.abs(lines[places] - lines[places + 1]).mean((1, 2))
        first, last = lines[0] - lines[0].mean(), lines[-1] - lines[-1].mean()
        likeness = (first * last).mean() / max(float(first.std() * last.std()), 1e-6)
        is_smooth = np.abs(lines[0] - lines[-1]).mean() <= 1.5 * inside.mean()
        found.append(bool(is_smooth and likeness > 0.5))
    return found[0], found[1]
