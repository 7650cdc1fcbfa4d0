"""Candidates as the docker shows them: small, and in eight bits.

Only for looking at: what becomes a layer never passes through here, and what is previewed on the
canvas is `screen`'s.
"""

from __future__ import annotations

from plugins.common.host import NewLayer
from plugins.common.thumbnails import thumbnail
from plugins.krita.qt import QtCore, QtGui
from protocol.pixels import ColorSpace, PixelLayout

LARGEST = 1 << 22
"""Pixels that are copied and scaled well; of larger pictures every n-th is taken."""

_PLAIN = {
    PixelLayout.RGBA8: QtGui.QImage.Format.Format_RGBA8888,
    PixelLayout.BGRA8: QtGui.QImage.Format.Format_ARGB32,
}


def small_image(layer: NewLayer, side: int) -> QtGui.QImage:
    """The picture in sRGB, its longer side `side` pixels."""
    is_plain = layer.layout in _PLAIN and layer.space is ColorSpace.SRGB
    is_plain = is_plain and layer.rect.area <= LARGEST
    finer = 1 if layer.layout.is_float else 2  # floats are slow in plain Python
    image = _plain(layer) if is_plain else _sampled(layer, finer * side)
    ratio = QtCore.Qt.AspectRatioMode.KeepAspectRatio
    smooth = QtCore.Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, ratio, smooth)


def _plain(layer: NewLayer) -> QtGui.QImage:
    width, height = layer.rect.width, layer.rect.height
    # `copy`: a QImage does not keep the bytes that it is made on.
    pixels = bytes(layer.pixels)
    return QtGui.QImage(pixels, width, height, 4 * width, _PLAIN[layer.layout]).copy()


def _sampled(layer: NewLayer, side: int) -> QtGui.QImage:
    width, height, pixels = thumbnail(layer, side)
    shape = QtGui.QImage.Format.Format_RGBA8888
    return QtGui.QImage(pixels, width, height, 4 * width, shape).copy()
