"""A layer's pixels as a QImage for the screen, made in pieces: 8-bit sRGB with straight alpha.

For the eye alone: samples large pictures down, shows nothing beyond sRGB, knows no monitor profile.
"""

from __future__ import annotations

import time
from collections.abc import Generator

from plugins.common.host import NewLayer
from plugins.common.sampling import sampled, sampled_size
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
        width, height = layer.rect.width, layer.rect.height
        self._work: Generator[None, None, None] | None = None
        is_plain = layer.layout in _PLAIN and layer.space is ColorSpace.SRGB
        if is_plain and width * height <= MAX_PLAIN:
            self._pixels = bytes(layer.pixels)  # a QImage does not keep what it is made on
            format_ = _PLAIN[layer.layout]
            self.image = QtGui.QImage(self._pixels, width, height, 4 * width, format_)
        else:
            step = -(-max(width, height) // MAX_SIDE)
            shape = QtGui.QImage.Format.Format_RGBA8888
            self.image = QtGui.QImage(*sampled_size(layer, step), shape)
            self.image.fill(0)
            self._work = _convert(layer, step, self.image)

    def advance(self, seconds: float) -> bool:
        """Convert for about so long; True when the picture is complete."""
        end = time.perf_counter() + seconds
        while self._work is not None and time.perf_counter() < end:
            if next(self._work, self) is self:
                self._work = None
        return self._work is None


def _convert(layer: NewLayer, step: int, image: QtGui.QImage) -> Generator[None, None, None]:
    """Every `step`th pixel of every `step`th row into `image`; a pause after each row."""
    for row, line in enumerate(sampled(layer, step)):
        bits = image.scanLine(row)
        bits.setsize(len(line))
        bits[:] = line
        yield
