"""Pictures of the protocol as Qt shows them: any layout to a QImage of the screen's eight bits.

Only for looking at: what becomes a layer never passes through here.
"""

from __future__ import annotations

from plugins.common.host import NewLayer
from plugins.common.thumbnails import thumbnail
from plugins.krita.qt import QtGui
from protocol.pixels import ColorSpace, PixelLayout

_FLOAT_SIDE = 512
"""Floats are converted in plain Python, so only so many pixels of them."""

_FORMATS = {
    PixelLayout.RGBA8: QtGui.QImage.Format.Format_RGBA8888,
    PixelLayout.BGRA8: QtGui.QImage.Format.Format_ARGB32,
    PixelLayout.GRAY8: QtGui.QImage.Format.Format_Grayscale8,
    PixelLayout.RGBA16: QtGui.QImage.Format.Format_RGBA64,
    PixelLayout.BGRA16: QtGui.QImage.Format.Format_RGBA64,
}


def image_of(layer: NewLayer, side: int = 2048) -> QtGui.QImage:
    """The picture in sRGB; the longer side may be cut down to `side` where that is cheaper."""
    shape = _FORMATS.get(layer.layout)
    if shape is None or layer.space is not ColorSpace.SRGB:
        return _sampled(layer, min(side, _FLOAT_SIDE))
    width, height = layer.rect.width, layer.rect.height
    stride = width * layer.layout.bytes_per_pixel
    image = QtGui.QImage(bytes(layer.pixels), width, height, stride, shape)
    # `copy`: the image does not keep the bytes that it was made of.
    return image.rgbSwapped() if layer.layout is PixelLayout.BGRA16 else image.copy()


def _sampled(layer: NewLayer, side: int) -> QtGui.QImage:
    width, height, pixels = thumbnail(layer, side)
    shape = QtGui.QImage.Format.Format_RGBA8888
    return QtGui.QImage(pixels, width, height, width * 4, shape).copy()
