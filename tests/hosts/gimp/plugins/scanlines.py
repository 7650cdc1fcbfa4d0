#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Works on pixels through regions, in every way that GIMP 2's scripts did."""

from array import array

from gimpfu import *


def mirror_rows(layer, shadow):
    """Row by row, each turned round."""
    width, height, bpp = layer.width, layer.height, layer.bpp
    source = layer.get_pixel_rgn(0, 0, width, height, False, False)
    target = layer.get_pixel_rgn(0, 0, width, height, True, shadow)
    for y in range(height):
        row = source[0:width, y]
        pixels = [row[at : at + bpp] for at in range(0, len(row), bpp)]
        target[0:width, y] = b"".join(reversed(pixels))


def mirror_columns(layer, shadow):
    """Column by column, upside down."""
    rgn = layer.get_pixel_rgn(0, 0, layer.width, layer.height, True, shadow)
    for x in range(layer.width):
        column = rgn[x, :]
        pixels = [column[at : at + rgn.bpp] for at in range(0, len(column), rgn.bpp)]
        rgn[x, :] = b"".join(reversed(pixels))


def negative(layer, shadow):
    """All at once, by an array of numbers; alpha stays."""
    source = layer.get_pixel_rgn(0, 0, layer.width, layer.height, False, False)
    target = layer.get_pixel_rgn(0, 0, layer.width, layer.height, True, shadow)
    numbers = array("B", source[0 : layer.width, 0 : layer.height])
    colors = layer.bpp - 1 if layer.has_alpha else layer.bpp
    for at in range(0, len(numbers), layer.bpp):
        for channel in range(colors):
            numbers[at + channel] = 255 - numbers[at + channel]
    target[0 : layer.width, 0 : layer.height] = numbers.tobytes()


def swap_pixel_by_pixel(layer, shadow):
    """The first byte of each pixel last, written as text, as GIMP 2's scripts did with chr."""
    rgn = layer.get_pixel_rgn(0, 0, layer.width, layer.height, True, shadow)
    for x in range(rgn.x, rgn.x + rgn.w):
        for y in range(rgn.y, rgn.y + rgn.h):
            pixel = rgn[x, y]
            rgn[x, y] = "".join(chr(value) for value in (*pixel[1:], pixel[0]))


def stamp(layer, shadow):
    """A square in the middle of the layer alone."""
    rgn = layer.get_pixel_rgn(10, 10, 8, 8, True, shadow)
    rgn[10:18, 10:18] = bytes(range(rgn.bpp)) * 64


WAYS = {
    each.__name__: each
    for each in (mirror_rows, mirror_columns, negative, swap_pixel_by_pixel, stamp)
}


def scanlines(image, drawable, way, shadow):
    image.undo_group_start()
    WAYS[way](drawable, shadow)
    drawable.flush()
    if shadow:
        drawable.merge_shadow(True)
    drawable.update(0, 0, drawable.width, drawable.height)
    image.undo_group_end()
    gimp.displays_flush()


register(
    "scanlines",
    "Works on rows of pixels",
    "Reads and writes pixel regions.",
    "Impasto",
    "Impasto",
    "2026",
    "_Scanlines...",
    "*",
    [
        (PF_IMAGE, "image", "Image", None),
        (PF_DRAWABLE, "drawable", "Drawable", None),
        (PF_STRING, "way", "Way", "mirror_rows"),
        (PF_BOOL, "shadow", "Undoable", True),
    ],
    [],
    scanlines,
    menu="<Image>/Filters/Distorts",
)

main()
