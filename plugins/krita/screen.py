"""A layer's pixels as a QImage for the screen, made in pieces: 8-bit sRGB with straight alpha.

For the eye alone: samples large pictures down, shows nothing beyond sRGB, knows no monitor profile.
"""

from __future__ import annotations

import struct
import time
from array import array
from collections.abc import Generator
from functools import cache

from plugins.common.host import NewLayer
from plugins.krita.qt import QtGui
from protocol.pixels import ColorSpace, PixelLayout

MAX_SIDE = 1024  # of what is not 8-bit sRGB: plain Python converts it
MAX_PLAIN = 1 << 23  # pixels that are copied whole, in about 10 ms
_PLAIN = {
    PixelLayout.BGRA8: QtGui.QImage.Format.Format_ARGB32,
    PixelLayout.RGBA8: QtGui.QImage.Format.Format_RGBA8888,
}


class ScreenPicture:
    """`image` is there at once, and complete when `advance` says so. Views may share one."""

    def __init__(self, layer: NewLayer) -> None:
        width, height = layer.size or (layer.rect.width, layer.rect.height)
        self._work: Generator[None, None, None] | None = None
        is_plain = layer.layout in _PLAIN and layer.space is ColorSpace.SRGB
        if is_plain and width * height <= MAX_PLAIN:
            self._pixels = bytes(layer.pixels)  # a QImage does not keep what it is made on
            format_ = _PLAIN[layer.layout]
            self.image = QtGui.QImage(self._pixels, width, height, 4 * width, format_)
        else:
            step = -(-max(width, height) // MAX_SIDE)
            size = (-(-width // step), -(-height // step))
            self.image = QtGui.QImage(*size, QtGui.QImage.Format.Format_ARGB32)
            self.image.fill(0)
            self._work = _convert(layer, width, step, self.image)

    def advance(self, seconds: float) -> bool:
        """Convert for about so long; True when the picture is complete."""
        end = time.perf_counter() + seconds
        while self._work is not None and time.perf_counter() < end:
            if next(self._work, self) is self:
                self._work = None
        return self._work is None


def _convert(
    layer: NewLayer, width: int, step: int, image: QtGui.QImage
) -> Generator[None, None, None]:
    """Every `step`th pixel of every `step`th row into `image`; a pause after each row."""
    layout = layer.layout
    stride = width * layout.bytes_per_pixel
    pixels = memoryview(layer.pixels).cast("B")
    color = _table(layout, layer.space is ColorSpace.LINEAR)
    alpha = _table(layout, False)
    order = (0, 0, 0) if layout.is_gray else (0, 1, 2) if layout.is_bgr else (2, 1, 0)
    for row in range(image.height()):
        codes = _codes(bytes(pixels[row * step * stride : (row * step + 1) * stride]), layout)
        every = layout.channels * step
        line = bytearray(b"\xff" * (4 * image.width()))
        for place, channel in enumerate(order):
            line[place::4] = _look_up(codes[channel::every], color)
        if layout.has_alpha:
            line[3::4] = _look_up(codes[layout.channels - 1 :: every], alpha)
        bits = image.scanLine(row)
        bits.setsize(len(line))
        bits[:] = bytes(line)
        yield


def _codes(row: bytes, layout: PixelLayout) -> bytes | array[int]:
    """One number a channel, 16 bits at most: of 32-bit floats the upper half, 3 digits."""
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
    """The 8-bit sRGB value (or alpha) of every code."""
    if layout.bytes_per_channel == 1:
        values = [code / 255 for code in range(256)]
    elif not layout.is_float:
        values = [code / 65535 for code in range(65536)]
    elif layout.bytes_per_channel == 2:
        values = list(struct.unpack("<65536e", array("H", range(65536)).tobytes()))
    else:
        values = list(array("f", array("I", range(0, 1 << 32, 1 << 16)).tobytes()))
    inside = (min(1.0, max(0.0, value)) for value in values)  # in this order, NaN becomes 0
    return bytes(int(255 * (_encoded(each) if is_linear else each) + 0.5) for each in inside)


def _encoded(value: float) -> float:
    """IEC 61966-2-1."""
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
