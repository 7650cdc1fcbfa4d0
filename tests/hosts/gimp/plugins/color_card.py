#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Makes a card of colour fields from nothing, and measures pictures against it."""

from gimpfu import *


def make_card(size, columns, colors, background, kind):
    """A new image: a field for every three numbers of `colors`."""
    fields = [tuple(int(c) for c in colors[i : i + 3]) for i in range(0, len(colors), 3)]
    rows = (len(fields) + columns - 1) // columns
    image = gimp.Image(columns * size, rows * size, [RGB, GRAY][kind])
    types = [RGB_IMAGE, GRAY_IMAGE]
    layer = gimp.Layer(image, "Card", image.width, image.height, types[kind], 100, NORMAL_MODE)
    image.add_layer(layer, 0)
    image.disable_undo()
    pdb.gimp_context_push()
    gimp.set_background(background)
    pdb.gimp_edit_fill(layer, BACKGROUND_FILL)
    for at, color in enumerate(fields):
        x, y = at % columns * size, at // columns * size
        pdb.gimp_rect_select(image, x, y, size, size, CHANNEL_OP_REPLACE, False, 0)
        gimp.set_foreground(*color)
        pdb.gimp_edit_fill(layer, FOREGROUND_FILL)
        gimp.progress_update(float(at) / len(fields))
    pdb.gimp_selection_none(image)
    pdb.gimp_context_pop()
    image.enable_undo()
    return image


def measure(image, drawable):
    """What a picture has: its mean, whether it has alpha, the middle colour, a report."""
    mean = pdb.gimp_drawable_histogram(drawable, HISTOGRAM_VALUE, 0.0, 1.0)[0]
    middle = pdb.gimp_image_pick_color(
        image, drawable, drawable.width / 2, drawable.height / 2, False, False, 0
    )
    sizes = [layer.width for layer in image.layers] + [layer.height for layer in image.layers]
    names = [layer.name for layer in image.layers]
    return (
        mean,
        drawable.has_alpha,
        middle,
        sizes,
        [mean / 255.0, mean],
        names,
        f"{len(names)} layers",
        image,
        drawable,
        None,
    )


def forget(image):
    pdb.gimp_image_undo_freeze(image)
    pdb.gimp_image_undo_thaw(image)


register(
    "plug_in_color_card",
    "A card of colours",
    "",
    "A. Painter",
    "A. Painter",
    "2015",
    "Color _Card...",
    None,
    [
        (PF_INT8, "size", "Si_ze", 16),
        (PF_INT16, "columns", "_Columns", 3),
        (PF_INT32ARRAY, "colors", "Colors", [255, 0, 0, 0, 255, 0, 0, 0, 255]),
        (PF_COLOR, "background", "_Background", (1.0, 1.0, 1.0)),
        (PF_RADIO, "kind", "_Kind", 0, (("Color", 0), ("Gray", 1))),
    ],
    [(PF_IMAGE, "image", "The card")],
    make_card,
    menu="<Toolbox>/Create",
)

register(
    "measure-picture",
    "Measure a picture",
    "",
    "A. Painter",
    "A. Painter",
    "2015",
    "_Measure",
    "*",
    [(PF_IMAGE, "image", "", None), (PF_LAYER, "drawable", "", None)],
    [
        (PF_FLOAT, "mean", "Mean"),
        (PF_BOOL, "alpha", "Has alpha"),
        (PF_COLOR, "middle", "The middle"),
        (PF_INTARRAY, "sizes", "Widths and heights"),
        (PF_FLOATARRAY, "means", "Means"),
        (PF_STRINGARRAY, "names", "Names"),
        (PF_STRING, "report", "Report"),
        (PF_IMAGE, "same-image", "The image"),
        (PF_DRAWABLE, "same-drawable", "The drawable"),
        (PF_CHANNEL, "nothing", "None"),
    ],
    measure,
    menu="<Image>/Colors/Info",
)

register(
    "plug-in-forget", "", "", "", "", "", "_Forget", "*",
    [(PF_IMAGE, "image", "Image", None)], [], forget, menu="<Image>/Edit",
)  # fmt: skip

main()
