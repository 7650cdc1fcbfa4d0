#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Signs pictures: a line of text in a corner, as a layer that can be moved later."""

import os

from gimpfu import *

TEXTS = ("watermark", os.path.join(os.path.dirname(os.path.abspath(__file__)), "locale"))
CORNERS = ("Top left", "Top right", "Bottom left", "Bottom right")
MARGIN = 4


def sign(image, drawable, text, font, size, color, corner, blend, opacity):
    if not text.strip():
        raise RuntimeError("There is no text:\nwrite one, then try again.")
    gimp.context_push()
    try:
        gimp.set_foreground(color)
        layer = pdb.gimp_text_layer_new(image, text, font, size, UNIT_PIXEL)
        image.add_layer(layer, 0)
        layer.name = "Signature"
        layer.opacity = float(opacity)
        layer.mode = {"normal": NORMAL_MODE, "screen": SCREEN_MODE}[blend]
        x = MARGIN if corner in (0, 2) else drawable.width - layer.width - MARGIN
        y = MARGIN if corner in (0, 1) else drawable.height - layer.height - MARGIN
        layer.set_offsets(x, y)
    finally:
        gimp.context_pop()
    return layer


def sign_all(text, count):
    """Signs every open image; gives how many, and the layers."""
    layers = []
    for image in gimp.image_list()[:count]:
        layers.append(
            pdb.python_fu_sign(image, image.layers[-1], text, "Sans", 12, "white", 3, "normal", 50)
        )
    return len(layers), layers


def more_menus():
    gimp.domain_register(*TEXTS)
    gimp.menu_register("python_fu_sign", "<Image>/Image")


register(
    "python_fu_sign",
    "Sign a picture",
    "Puts a line of text into a corner.",
    "A. Painter",
    "A. Painter",
    "2019",
    N_("_Sign..."),
    "RGB*, GRAY*",
    [
        (PF_IMAGE, "image", "Image", None),
        (PF_DRAWABLE, "drawable", "Drawable", None),
        (PF_TEXT, "text", "_Text", "© me"),
        (PF_FONT, "font", "_Font", "Sans"),
        (PF_ADJUSTMENT, "size", "Si_ze", 18, (6, 200, 1)),
        (PF_COLOUR, "color", "_Colour", "white"),
        (PF_OPTION, "corner", "C_orner", 3, CORNERS),
        (PF_RADIO, "blend", "_Blend", "normal", (("Normal", "normal"), ("Screen", "screen"))),
        (PF_SLIDER, "opacity", "O_pacity", 80, (0, 100, 0.5)),
    ],
    [(PF_LAYER, "signature", "The layer with the text")],
    sign,
    menu="<Image>/Filters/Decor",
    domain=TEXTS,
    on_query=more_menus,
)

register(
    "python-fu-sign-all",
    "Sign every open image",
    "",
    "A. Painter",
    "A. Painter",
    "2019",
    "Sign _All",
    "",
    [(PF_STRING, "text", "_Text", "© me"), (PF_INT, "count", "At _most", 10)],
    [(PF_INT, "count", "How many"), (PF_LAYERARRAY, "layers", "The layers")],
    sign_all,
    menu="<Image>/Filters/Decor",
)

main()
