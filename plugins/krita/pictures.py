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
    if is_plain:
        width, height = layer.rect.width, layer.rect.height
        pixels, shape = bytes(layer.pixels), _PLAIN[layer.layout]
    else:
        width, height, pixels = thumbnail(layer, 2 * side)
        shape = QtGui.QImage.Format.Format_RGBA8888
    image = QtGui.QImage(pixels, width, height, 4 * width, shape)  # does not keep the pixels
    ratio = QtCore.Qt.AspectRatioMode.KeepAspectRatio
    smooth = QtCore.Qt.TransformationMode.SmoothTransformation
    small = image.scaled(side, side, ratio, smooth)
    return small.copy() if small.cacheKey() == image.cacheKey() else small
