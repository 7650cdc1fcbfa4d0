"""How GIMP 2 saw the pixels of a drawable: 8 bits a channel, whatever the image is made of.

Names of formats and counts of bytes only; moves no pixel.

- RGB, RGBA, GRAY, GRAYA: 3, 4, 1 or 2 bytes, in the image's own colour space, with its gamma.
- INDEXED: the index, and alpha if there is one, as stored.
- Channels, layer masks, the selection: 1 byte, linear, as stored.

In an image of more than 8 bits reading rounds. Writing changes only the pixels whose bytes really
change, so that all others keep their precision (`pages.py`).
"""

from __future__ import annotations

from typing import NamedTuple

from gi.repository import Babl, Gimp

PERCEIVED = {
    Gimp.ImageType.RGB_IMAGE: (3, "R'G'B' u8"),
    Gimp.ImageType.RGBA_IMAGE: (4, "R'G'B'A u8"),
    Gimp.ImageType.GRAY_IMAGE: (1, "Y' u8"),
    Gimp.ImageType.GRAYA_IMAGE: (2, "Y'A u8"),
}
INDEXED = {Gimp.ImageType.INDEXED_IMAGE: 1, Gimp.ImageType.INDEXEDA_IMAGE: 2}
STORED_AS_THEY_ARE = (Gimp.Channel,)  # with layer masks and the selection, which are channels


class Layout(NamedTuple):
    """bpp: bytes a pixel. format: Babl's name for them. exact: whether GIMP stores just these."""

    bpp: int
    format: str
    exact: bool


def layout_of(drawable: Gimp.Drawable) -> Layout:
    """Raises RuntimeError when the drawable is gone."""
    stored = drawable.get_format()
    if stored is None:
        raise RuntimeError("This layer or channel does not exist any more.")
    native = Babl.get_name(stored)
    if isinstance(drawable, STORED_AS_THEY_ARE):
        return Layout(1, "Y u8", native == "Y u8")
    kind = _type_of(drawable)
    if kind in INDEXED:
        return Layout(INDEXED[kind], native, True)
    bpp, name = PERCEIVED[kind]
    own = Babl.get_name(Babl.format_with_space(name, Babl.format_get_space(stored)))
    return Layout(bpp, own, own == native)


def _type_of(drawable: Gimp.Drawable) -> Gimp.ImageType:
    """Not `drawable.type()`, which a script sees as a number."""
    is_rgb, is_gray = drawable.is_rgb(), drawable.is_gray()
    has_alpha = bool(drawable.has_alpha())
    if is_rgb:
        return Gimp.ImageType.RGBA_IMAGE if has_alpha else Gimp.ImageType.RGB_IMAGE
    if is_gray:
        return Gimp.ImageType.GRAYA_IMAGE if has_alpha else Gimp.ImageType.GRAY_IMAGE
    return Gimp.ImageType.INDEXEDA_IMAGE if has_alpha else Gimp.ImageType.INDEXED_IMAGE
