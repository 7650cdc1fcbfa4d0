#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Goes wrong in every way that plug-ins do."""

import sys

from gimpfu import *


def fail(image, drawable, how):
    drawable.name = how
    if how == "sentence":
        raise RuntimeError("The layer is too small:\n  make it larger.")
    if how == "slip":
        return drawable.width / 0
    if how == "open groups":
        image.undo_group_start()
        pdb.gimp_image_undo_group_start(image)
        gimp.Layer(image, "new", 4, 4, RGBA_IMAGE, 100, NORMAL_MODE).nothing_like_it()
    if how == "forgotten group":
        image.undo_group_start()
        return 7
    if how == "procedure":
        pdb.gimp_layer_set_opacity(drawable, 200)
    if how == "refused":
        pdb.gimp_image_scale(image, 0, 0)
    if how == "removed":
        pdb.gimp_brushes_get_brush()
    if how == "unknown":
        pdb.gimp_no_such_thing(drawable)
    if how == "exit":
        sys.exit("The scanner is not connected.")
    if how == "quit":
        gimp.quit()
    if how == "wrong result":
        return "seven"
    if how == "no result":
        return None
    if how == "caught":
        try:
            pdb.gimp_image_get_layer_by_name(image, 5, 6, 7)
        except error as wrong:
            return len(str(wrong)) > 0
    if how == "not text":
        raise KeyError("layer")
    if how == "cancelled":
        raise CancelError
    if how == "a tuple of one":
        return (5,)
    if how == "warning":
        gimp.message("Only a word.")
    return 1


def on_run():
    gimp.set_data("troubles", "were run")


register(
    "fail", "Goes wrong", "", "", "", "", "_Fail...", "*",
    [
        (PF_IMAGE, "image", "", None),
        (PF_DRAWABLE, "drawable", "", None),
        (PF_STRING, "how", "_How", "sentence"),
    ],
    [(PF_INT, "number", "A number")],
    fail, menu="<Image>/Filters/Decor", on_run=on_run,
)  # fmt: skip

main()
