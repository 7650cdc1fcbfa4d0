#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""A photograph as an instant print: white border, thicker below, a caption, a little tilt.

Written as in GIMP 2.4's days: the menu path in the label, image and drawable come by themselves.
"""

import gettext

from gimpfu import *

gettext.install("gimp20-python", gimp.locale_directory)


def python_fu_polaroid(img, drawable, border, paper, caption, tilt, shadow):
    pdb.gimp_context_push()
    img.undo_group_start()
    gimp.progress_init(_("Developing..."))

    width, height = drawable.width, drawable.height
    below = border * 3
    pdb.gimp_image_resize(img, width + 2 * border, height + border + below, border, border)

    frame = gimp.Layer(img, "Print", img.width, img.height, RGBA_IMAGE, 100, NORMAL_MODE)
    img.add_layer(frame, len(img.layers))
    gimp.set_background(paper)
    pdb.gimp_drawable_fill(frame, BACKGROUND_FILL)
    gimp.progress_update(0.5)

    if caption:
        frame.name = "Print: " + caption
    if shadow:
        edge = gimp.Layer(img, "Edge", img.width, img.height, RGBA_IMAGE, 40.0, MULTIPLY_MODE)
        img.add_layer(edge, 0)
        pdb.gimp_drawable_fill(edge, TRANSPARENT_FILL)
        pdb.gimp_context_set_foreground((0, 0, 0))
        pdb.gimp_image_select_rectangle(img, CHANNEL_OP_REPLACE, border, border, width, 1)
        pdb.gimp_edit_fill(edge, FOREGROUND_FILL)
        pdb.gimp_selection_none(img)
    if tilt:
        pdb.gimp_item_transform_rotate(frame, tilt * math.pi / 180, True, 0, 0)

    gimp.progress_update(1.0)
    img.undo_group_end()
    pdb.gimp_context_pop()
    gimp.displays_flush()


register(
    "polaroid",
    "Frame a photograph as an instant print",
    "Adds paper around the picture, three times as much below.",
    "A. Painter",
    "A. Painter",
    "2009",
    "<Image>/Filters/Decor/_Polaroid...",
    "RGB*",
    [
        (PF_SPINNER, "border", "_Border:", 10, (1, 200, 1)),
        (PF_COLOR, "paper", "_Paper:", (250, 248, 240)),
        (PF_STRING, "caption", "C_aption:", ""),
        (PF_SLIDER, "tilt", "_Tilt:", 0, (-15, 15, 0.5)),
        (PF_TOGGLE, "shadow", "_Shadow", False),
    ],
    [],
    python_fu_polaroid,
)

main()
