#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Applies filters of GIMP 2 with their old arguments, and colour calls that counted to 255."""

from gimpfu import *


def blur(image, layer):
    pdb.plug_in_gauss_rle(image, layer, 9, 1, 1)


def blur_left_half(image, layer):
    pdb.gimp_rect_select(image, 0, 0, layer.width // 2, layer.height, CHANNEL_OP_REPLACE, False, 0)
    pdb.plug_in_gauss(image, layer, 20, 20, 0)
    pdb.gimp_selection_none(image)


def pixelize(image, layer):
    pdb.plug_in_pixelize(image, layer, 8)


def relief(image, layer):
    bump = layer.copy()
    image.add_layer(bump, 0)
    pdb.plug_in_bump_map(image, layer, bump, 135, 45, 10, 0, 0, 0, 0, True, False, 0)
    image.remove_layer(bump)


def sketch(image, layer):
    pdb.plug_in_edge(image, layer, 2.0, 2, 0)
    pdb.gimp_invert(layer)


def sepia(image, layer):
    pdb.plug_in_colorify(image, layer, (255, 128, 0))


def levels(image, layer):
    pdb.gimp_levels(layer, HISTOGRAM_VALUE, 0, 255, 1.0, 100, 200)


def curves(image, layer):
    pdb.gimp_curves_explicit(layer, HISTOGRAM_VALUE, 256, [255 - at for at in range(256)])


def threshold(image, layer):
    pdb.gimp_threshold(layer, 128, 255)


def brighter(image, layer):
    pdb.gimp_brightness_contrast(layer, 64, 0)


def gray(image, layer):
    pdb.gimp_desaturate_full(layer, DESATURATE_AVERAGE)


def sharpen(image, layer):
    pdb.plug_in_sharpen(image, layer, 50)


def clear_white(image, layer):
    pdb.plug_in_colortoalpha(image, layer, (255, 255, 255))


def plasma(image, layer):
    pdb.plug_in_plasma(image, layer, 42, 2.5, run_mode=RUN_NONINTERACTIVE)


def grid(image, layer):
    pdb.plug_in_grid(
        *(image, layer, 1, 8, 0, (255, 0, 0), 255, 1, 8, 0, (255, 0, 0), 255),
        *(0, 2, 6, (0, 0, 0), 0),
    )


EFFECTS = [
    *(blur, blur_left_half, pixelize, relief, sketch, sepia, levels, curves, threshold, brighter),
    *(gray, sharpen, clear_white, plasma, grid),
]
NAMES = [each.__name__ for each in EFFECTS]


def effects(image, drawable, effect):
    pdb.gimp_image_undo_group_start(image)
    try:
        EFFECTS[effect](image, drawable)
    finally:
        pdb.gimp_image_undo_group_end(image)
        gimp.displays_flush()


register(
    "effects",
    "Applies an effect",
    "Applies one of GIMP 2's filters.",
    "Impasto",
    "Impasto",
    "2026",
    "_Effects...",
    "*",
    [
        (PF_IMAGE, "image", "Image", None),
        (PF_DRAWABLE, "drawable", "Drawable", None),
        (PF_OPTION, "effect", "Effect", 0, NAMES),
    ],
    [],
    effects,
    menu="<Image>/Filters/Artistic",
)

main()
