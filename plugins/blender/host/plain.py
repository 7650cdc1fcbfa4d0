"""The arithmetic of `fast` in plain Python: slower by a hundred times, and never needed in an
official Blender.

Numbers only, no datablocks. The functions do what their namesakes in `fast` do.
"""

from __future__ import annotations

import struct
import sys
from array import array
from statistics import mean, pstdev
from typing import Any

from protocol.codec import Buffer
from protocol.geometry import Rect
from protocol.pixels import PixelLayout

Floats = Any


def empty(count: int) -> Floats:
    return array("f", bytes(4 * count))


def filled(pixel: tuple[float, float, float, float], count: int) -> Floats:
    return array("f", pixel) * count


def cut(floats: Floats, across: int, x: int, y: int, width: int, rows: int) -> Floats:
    piece = array("f")
    for row in range(y, y + rows):
        start = (row * across + x) * 4
        piece += floats[start : start + width * 4]
    return piece


def paste(
    floats: Floats, across: int, x: int, y: int, width: int, rows: int, piece: Floats
) -> None:
    for row in range(rows):
        start = ((y + row) * across + x) * 4
        floats[start : start + width * 4] = piece[row * width * 4 : (row + 1) * width * 4]


def flipped(piece: Floats, width: int) -> Floats:
    rows = len(piece) // (width * 4) if width else 0
    turned = array("f")
    for row in range(rows - 1, -1, -1):
        turned += piece[row * width * 4 : (row + 1) * width * 4]
    return turned


def to_bytes(piece: Floats) -> bytes:
    return bytes(round(min(max(value, 0.0), 1.0) * 255) for value in piece)


def to_floats(piece: Floats) -> bytes:
    if sys.byteorder == "big":
        piece = array("f", piece)
        piece.byteswap()
    return bytes(piece.tobytes())


def straight(piece: Floats) -> Floats:
    for start in range(0, len(piece), 4):
        alpha = piece[start + 3]
        if alpha > 0 and alpha != 1:
            for place in range(start, start + 3):
                piece[place] /= alpha
    return piece


def premultiplied(piece: Floats) -> Floats:
    for start in range(0, len(piece), 4):
        for place in range(start, start + 3):
            piece[place] *= piece[start + 3]
    return piece


def rgba(pixels: Buffer, layout: PixelLayout) -> Floats:
    data = memoryview(pixels).cast("B")
    size, channels = layout.bytes_per_channel, layout.channels
    code = {1: "B", 2: "e" if layout.is_float else "H", 4: "f"}[size]
    given = struct.unpack(f"<{len(data) // size}{code}", data)
    top = 1.0 if layout.is_float else 256.0**size - 1
    order = (0, 0, 0) if layout.is_gray else (2, 1, 0) if layout.is_bgr else (0, 1, 2)
    result = array("f")
    for start in range(0, len(given), channels):
        result.extend(given[start + place] / top for place in order)
        result.append(given[start + channels - 1] / top if layout.has_alpha else 1.0)
    return result


def encode(piece: Floats) -> Floats:
    for place, value in enumerate(piece):
        if place % 4 < 3:
            small = value <= 0.0031308
            piece[place] = value * 12.92 if small else 1.055 * value ** (1 / 2.4) - 0.055
    return piece


def decode(piece: Floats) -> Floats:
    for place, value in enumerate(piece):
        if place % 4 < 3:
            piece[place] = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return piece


def laid_over(base: Floats, piece: Floats, is_premultiplied: bool) -> Floats:
    mixed = array("f", base)
    for start in range(0, len(piece), 4):
        alpha, below = piece[start + 3], base[start + 3]
        if alpha <= 0:
            continue
        under = (1.0 if is_premultiplied else below) * (1 - alpha)
        total = alpha + below * (1 - alpha)
        share = 1.0 if is_premultiplied else total
        for place in range(start, start + 3):
            sum_ = piece[place] * alpha + base[place] * under
            mixed[place] = piece[place] if alpha >= 1 else sum_ / share
        mixed[start + 3] = piece[start + 3] if alpha >= 1 else total
    return mixed


def grays(piece: Floats) -> bytes:
    values = (sum(piece[s : s + 3]) / 3 * piece[s + 3] for s in range(0, len(piece), 4))
    return bytes(round(min(max(value, 0.0), 1.0) * 255) for value in values)


def bounds(mask: Buffer, width: int) -> tuple[int, int, int, int] | None:
    columns, rows = gaps(mask, width)
    if not any(rows):
        return None
    right, last = len(columns) - columns[::-1].index(True), len(rows) - rows[::-1].index(True)
    return columns.index(True), rows.index(True), right, last


def gaps(mask: Buffer, width: int) -> tuple[list[bool], list[bool]]:
    data = bytes(mask)
    rows = [any(data[start : start + width]) for start in range(0, len(data), width)]
    return [any(data[column::width]) for column in range(width)], rows


def inverted(mask: Buffer) -> bytes:
    return bytes(mask).translate(bytes(range(255, -1, -1)))


def resized(piece: Floats, across: int, width: int, height: int) -> Floats:
    rows = len(piece) // (across * 4)
    result = array("f")
    for row in range(height):
        y = int((row + 0.5) * rows / height)
        for column in range(width):
            start = (y * across + int((column + 0.5) * across / width)) * 4
            result += piece[start : start + 4]
    return result


def enlarged(floats: Floats, whole: Rect, canvas: Rect) -> Floats:
    result = empty(canvas.area * 4)
    part = whole.intersect(canvas)
    low = whole.height - part.bottom
    piece = cut(floats, whole.width, part.x, low, part.width, part.height)
    x, y = part.x - canvas.x, canvas.bottom - part.bottom
    paste(result, canvas.width, x, y, part.width, part.height, piece)
    return result


def every(pixels: Buffer, size: int, width: int, step: int) -> bytes:
    data = memoryview(pixels).cast("B")
    rows = range(0, len(data) // (size * width), step)
    starts = ((row * width + column) * size for row in rows for column in range(0, width, step))
    return b"".join(data[start : start + size] for start in starts)


def scanlines(rgba: bytes, width: int, as_differences: bool) -> bytes:
    """As they are, always: differences would take longer than they save."""
    long = width * 4
    return b"".join(b"\0" + rgba[start : start + long] for start in range(0, len(rgba), long))


def edges_meet(floats: Floats, across: int) -> tuple[bool, bool]:
    rows = len(floats) // (across * 4)
    columns = [[(y * across + x) * 4 for y in range(rows)] for x in range(across)]
    lines = [[(y * across + x) * 4 for x in range(across)] for y in range(rows)]
    return _meet(floats, columns), _meet(floats, lines)


def _meet(floats: Floats, lines: list[list[int]]) -> bool:
    def values(line: list[int]) -> list[float]:
        return [floats[start + channel] for start in line for channel in range(3)]

    def differ(one: list[int], other: list[int]) -> float:
        return mean(abs(a - b) for a, b in zip(values(one), values(other), strict=True))

    inside = mean(
        differ(lines[place], lines[place + 1])
        for place in (int((len(lines) - 2) * part / 8) for part in range(9))
    )
    first, last = values(lines[0]), values(lines[-1])
    low, high = mean(first), mean(last)
    together = mean((a - low) * (b - high) for a, b in zip(first, last, strict=True))
    likeness = together / max(pstdev(first) * pstdev(last), 1e-6)
    return likeness > 0.5 and differ(lines[0], lines[-1]) <= 1.5 * inside
