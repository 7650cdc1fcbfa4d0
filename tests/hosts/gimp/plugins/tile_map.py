#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Goes through a layer tile by tile: frames each tile, and tells what it found."""

import math

from gimpfu import *


def tile_map(image, drawable):
    width, height = gimp.tile_width(), gimp.tile_height()
    columns = math.ceil(drawable.width / width)
    rows = math.ceil(drawable.height / height)
    gimp.tile_cache_ntiles(2 * columns)
    gimp.progress_init("Tiles")
    report = []
    for row in range(rows):
        for column in range(columns):
            tile = drawable.get_tile(False, row, column)
            total = sum(tile[at][0] for at in range(len(tile)))
            report.append(f"{tile.tile_num}:{tile.ewidth}x{tile.eheight}={total}")
            edge = bytes([row * 10 + column] * tile.bpp)
            for x in range(tile.ewidth):
                tile[x, 0] = edge
                tile[x, tile.eheight - 1] = edge
            tile.flush()
            gimp.progress_update((row * columns + column + 1) / float(rows * columns))
    corner = drawable.get_tile2(False, drawable.width - 1, drawable.height - 1)
    corner[len(corner) - 1] = b"\x01" * corner.bpp
    corner.flush()
    drawable.flush()
    drawable.update(0, 0, drawable.width, drawable.height)
    return " ".join(report), corner.dirty


register(
    "tile_map",
    "Frames the tiles of a layer",
    "Reads and writes tiles.",
    "Impasto",
    "Impasto",
    "2026",
    "_Tile Map",
    "RGB*, GRAY*",
    [(PF_IMAGE, "image", "Image", None), (PF_DRAWABLE, "drawable", "Drawable", None)],
    [(PF_STRING, "report", "What was found"), (PF_BOOL, "dirty", "Whether a tile is not flushed")],
    tile_map,
    menu="<Image>/Filters/Map",
)

main()
