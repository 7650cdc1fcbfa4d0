#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Selects, fills, strokes, copies and pastes with GIMP 2's calls."""

from gimpfu import *


def rectangle(image, layer):
    pdb.gimp_rect_select(image, 10, 10, 20, 10, CHANNEL_OP_REPLACE, False, 0)
    pdb.gimp_edit_fill(layer, FOREGROUND_FILL)


def soft_rectangle(image, layer):
    pdb.gimp_rect_select(image, 20, 20, 24, 24, CHANNEL_OP_REPLACE, True, 8)
    pdb.gimp_edit_fill(layer, BACKGROUND_FILL)


def ring(image, layer):
    pdb.gimp_ellipse_select(image, 8, 8, 48, 48, CHANNEL_OP_REPLACE, False, False, 0)
    pdb.gimp_ellipse_select(image, 20, 20, 24, 24, CHANNEL_OP_SUBTRACT, False, False, 0)
    pdb.gimp_edit_bucket_fill(layer, FG_BUCKET_FILL, NORMAL_MODE, 100, 0, False, 0, 0)


def bucket(image, layer):
    pdb.gimp_selection_none(image)
    pdb.gimp_edit_bucket_fill(layer, BG_BUCKET_FILL, NORMAL_MODE, 100, 10, False, 5, 5)


def by_color(image, layer):
    pdb.gimp_by_color_select(layer, (0, 0, 255), 10, CHANNEL_OP_REPLACE, False, False, 0, False)
    pdb.gimp_edit_clear(layer)


def fuzzy(image, layer):
    pdb.gimp_fuzzy_select(layer, 40, 40, 10, CHANNEL_OP_REPLACE, False, False, 0, False)
    pdb.gimp_selection_grow(image, 1)
    pdb.gimp_edit_fill(layer, WHITE_FILL)


def polygon(image, layer):
    corners = [0, 0, 64, 0, 64, 32, 0, 32]
    pdb.gimp_free_select(image, len(corners), corners, CHANNEL_OP_REPLACE, False, False, 0)
    pdb.gimp_selection_invert(image)
    pdb.gimp_edit_fill(layer, FOREGROUND_FILL)


def gradient(image, layer):
    pdb.gimp_selection_none(image)
    pdb.gimp_edit_blend(
        *(layer, FG_BG_RGB_MODE, NORMAL_MODE, GRADIENT_LINEAR, 100, 0, REPEAT_NONE, False),
        *(False, 0, 0, False, 0, 32, 64, 32),
    )


def paste(image, layer):
    pdb.gimp_rect_select(image, 0, 0, 16, 16, CHANNEL_OP_REPLACE, False, 0)
    pdb.gimp_edit_copy(layer)
    floating = pdb.gimp_edit_paste(layer, False)
    floating.set_offsets(40, 40)
    pdb.gimp_floating_sel_anchor(floating)


def channel(image, layer):
    pdb.gimp_rect_select(image, 4, 4, 8, 8, CHANNEL_OP_REPLACE, False, 0)
    kept = pdb.gimp_selection_save(image)
    pdb.gimp_selection_none(image)
    pdb.gimp_selection_load(kept)
    pdb.gimp_drawable_fill(layer, 3)
    pdb.gimp_edit_fill(layer, 2)


def pencil(image, layer):
    pdb.gimp_selection_none(image)
    pdb.gimp_context_set_brush_size(3)
    pdb.gimp_pencil(layer, 4, [0, 32, 63, 32])


WAYS = {
    each.__name__: each
    for each in (
        *(rectangle, soft_rectangle, ring, bucket, by_color, fuzzy, polygon, gradient, paste),
        *(channel, pencil),
    )
}


def cutouts(image, drawable, way):
    gimp.context_push()
    try:
        gimp.set_foreground(255, 0, 0)
        gimp.set_background((0, 255, 0))
        WAYS[way](image, drawable)
    finally:
        gimp.context_pop()
    return pdb.gimp_selection_bounds(image)[0]


register(
    "cutouts",
    "Selects and fills",
    "Selects and fills.",
    "Impasto",
    "Impasto",
    "2026",
    "_Cutouts...",
    "RGB*",
    [
        (PF_IMAGE, "image", "Image", None),
        (PF_DRAWABLE, "drawable", "Drawable", None),
        (PF_RADIO, "way", "Way", "rectangle", tuple((name, name) for name in WAYS)),
    ],
    [(PF_BOOL, "selected", "Whether something is selected")],
    cutouts,
    menu="<Image>/Select",
)

main()
