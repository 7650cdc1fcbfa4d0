"""Layers sampled down to 8-bit sRGB, row by row in plain Python: for the eye, from any layout.

By tables of all channel values, as reckoning with each pixel would take seconds. Shows nothing
beyond sRGB, and keeps three digits of 32-bit floats.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Generator
from functools import cache, partial

from plugins.common.host import NewLayer
from protocol.pixels import ColorSpace, PixelLayout


def sampled_size(layer: NewLayer, step: int) -> tuple[int, int]:
    """(columns, rows) of what `sampled` gives."""
    return -(-layer.rect.width // step), -(-layer.rect.height // step)


def sampled(layer: NewLayer, step: int) -> Generator[bytes, None, None]:
    """Every `step`th pixel of every `step`th row, a row at a time: red, green, blue and alpha."""
    layout = layer.layout
    columns, rows = sampled_size(layer, step)
    stride = layer.rect.width * layout.bytes_per_pixel
    pixels = memoryview(layer.pixels).cast("B")
    color = _table(layout, layer.space is ColorSpace.LINEAR)
    alpha = _table(layout, False)
    order = (0, 0, 0) if layout.is_gray else (2, 1, 0) if layout.is_bgr else (0, 1, 2)
    every = layout.channels * step
    for row in range(rows):
        start = row * step * stride
        codes = _codes(bytes(pixels[start : start + stride]), layout)
        line = bytearray(b"\xff" * (4 * columns))
        for place, channel in enumerate(order):
            line[place::4] = _look_up(codes[channel::every], color)
        if layout.has_alpha:
            line[3::4] = _look_up(codes[layout.channels - 1 :: every], alpha)
        yield bytes(line)


def _codes(row: bytes, layout: PixelLayout) -> bytes | array[int]:
    """One number a channel, 16 bits at most: of 32-bit floats the upper half."""
    if layout.bytes_per_channel == 1:
        return row
    codes = array("H", row)
    return codes[1::2] if layout.bytes_per_channel == 4 else codes


def _look_up(codes: bytes | array[int], table: bytes) -> bytes:
    if isinstance(codes, bytes):
        return codes.translate(table)
    return bytes(map(table.__getitem__, codes))


@cache
def _table(layout: PixelLayout, is_linear: bool) -> bytes:
    """The 8-bit sRGB value (or alpha) of every code. Values grow with the codes up to infinity, so
    where each begins is searched for: in 3 ms, where working out all 65536 takes 25 to 50."""
    count, rising = _rising_codes(layout)
    decoded = partial(_decoded, layout)

    def value(code: int) -> int:
        inside = min(1.0, decoded(code))
        return int(255 * (_encoded(inside) if is_linear else inside) + 0.5)

    starts = [bisect_left(range(rising), each, key=value) for each in range(256)]
    parts = zip(range(256), starts, [*starts[1:], rising], strict=True)
    values = b"".join(bytes([each]) * (end - start) for each, start, end in parts)
    return values.ljust(count, b"\0")  # no numbers, and those below zero


def _rising_codes(layout: PixelLayout) -> tuple[int, int]:
    """(how many codes there are, how many of them stand for 0 and above)"""
    if layout.bytes_per_channel == 1:
        return 256, 256
    if not layout.is_float:
        return 65536, 65536
    infinity = 0x7C00 if layout.bytes_per_channel == 2 else 0x7F80
    return 65536, infinity + 1


def _decoded(layout: PixelLayout, code: int) -> float:
    if not layout.is_float:
        return code / (255 if layout.bytes_per_channel == 1 else 65535)
    if layout.bytes_per_channel == 2:
        number = struct.unpack("<e", code.to_bytes(2, "little"))[0]
    else:
        number = struct.unpack("<f", bytes(2) + code.to_bytes(2, "little"))[0]
    return float(number)


def _encoded(value: float) -> float:
    """IEC 61966-2-1."""
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
