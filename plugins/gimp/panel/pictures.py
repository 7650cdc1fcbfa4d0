"""Candidates as the panel shows them: small, in eight bits, on a checkerboard.

Only for looking at: what becomes a layer never passes through here.
"""

from __future__ import annotations

from plugins.common.host import NewLayer
from plugins.common.thumbnails import thumbnail
from plugins.gimp.panel.gtk import GdkPixbuf, GLib
from protocol.pixels import ColorSpace, PixelLayout

LARGEST = 1 << 22
"""Pixels that are copied and scaled well; of larger pictures every n-th is taken."""

CHECK, LIGHT, DARK = 6, 0xB8B8B8, 0x9A9A9A


def small_picture(layer: NewLayer, width: int, height: int) -> GdkPixbuf.Pixbuf:
    """The picture in sRGB, as large as fits into `width` × `height`; its alpha is kept."""
    is_plain = layer.layout is PixelLayout.RGBA8 and layer.space is ColorSpace.SRGB
    if is_plain and layer.rect.area <= LARGEST:
        full = from_rgba(layer.rect.width, layer.rect.height, layer.pixels)
    else:
        full = from_rgba(*thumbnail(layer, 2 * max(width, height)))
    return fitted(full, width, height)


def from_rgba(width: int, height: int, pixels: object) -> GdkPixbuf.Pixbuf:
    """8-bit sRGB pixels with straight alpha; they are copied."""
    content = GLib.Bytes.new(bytes(pixels))  # type: ignore[call-overload]  # any buffer
    rgb = GdkPixbuf.Colorspace.RGB
    return GdkPixbuf.Pixbuf.new_from_bytes(content, rgb, True, 8, width, height, 4 * width)


def from_file(content: bytes) -> GdkPixbuf.Pixbuf | None:
    """A PNG; None for one that cannot be read."""
    loader = GdkPixbuf.PixbufLoader()
    try:
        loader.write(content)
        loader.close()
    except GLib.Error:
        return None
    return loader.get_pixbuf()


def fitted(picture: GdkPixbuf.Pixbuf, width: int, height: int) -> GdkPixbuf.Pixbuf:
    """Scaled in proportion, so that it just fits."""
    factor = min(width / picture.get_width(), height / picture.get_height())
    across = max(1, round(picture.get_width() * factor))
    down = max(1, round(picture.get_height() * factor))
    return picture.scale_simple(across, down, GdkPixbuf.InterpType.BILINEAR)


def on_checks(picture: GdkPixbuf.Pixbuf) -> GdkPixbuf.Pixbuf:
    """Where it is transparent a checkerboard shows through."""
    nearest = GdkPixbuf.InterpType.NEAREST
    across, down = picture.get_width(), picture.get_height()
    return picture.composite_color_simple(across, down, nearest, 255, CHECK * 2, LIGHT, DARK)
