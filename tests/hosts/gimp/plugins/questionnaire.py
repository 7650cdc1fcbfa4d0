#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Asks for everything that a plug-in can ask for, and says what it got."""

import json

from gimpfu import *


def plain(value):
    """The value as JSON can say it, with its type."""
    kind = type(value).__name__
    if isinstance(value, (gimp.Item, gimp.Image)):
        return [kind, value.name]
    if isinstance(value, gimpcolor.RGB):
        return [kind, list(value)]
    if isinstance(value, gimp.Parasite):
        return [kind, [value.name, value.flags, list(value.data)]]
    if isinstance(value, bytes):
        return [kind, list(value)]
    if isinstance(value, list):
        return [kind, [plain(each)[1] for each in value]]
    return [kind, value]


PARAMETERS = [
    (PF_INT8, "int8", "Int 8", 8),
    (PF_INT16, "int16", "Int 16", -16),
    (PF_INT32, "int32", "Int 32", -32),
    (PF_INT, "int", "Int", 7),
    (PF_FLOAT, "float", "Float", "1.25"),
    (PF_STRING, "string", "String", "text"),
    (PF_VALUE, "value", "Value", "value"),
    (PF_TEXT, "text", "Text", "two\nlines"),
    (PF_COLOR, "color", "Color", (255, 128, 0)),
    (PF_COLOUR, "colour", "Colour", "blue"),
    (PF_TOGGLE, "toggle", "Toggle", 1),
    (PF_BOOL, "bool", "Bool", False),
    (PF_SLIDER, "slider", "Slider", 50, (0, 100, 0.5)),
    (PF_SPINNER, "spinner", "Spinner", 3, (1, 9, 2)),
    (PF_ADJUSTMENT, "adjustment", "Adjustment", 0.5, (0, 1, 0.01)),
    (PF_FONT, "font", "Font", "Sans"),
    (PF_FILE, "file", "File", "/tmp/not there.png"),
    (PF_FILENAME, "filename", "File name", ""),
    (PF_DIRNAME, "dirname", "Folder", "/tmp"),
    (PF_BRUSH, "brush", "Brush", "2. Hardness 050"),
    (PF_PATTERN, "pattern", "Pattern", "Pine"),
    (PF_GRADIENT, "gradient", "Gradient", "Abstract 3"),
    (PF_PALETTE, "palette", "Palette", "Bears"),
    (PF_RADIO, "radio", "Radio", "b", (("A", "a"), ("B", "b"))),
    (PF_RADIO, "radio_number", "Radio of numbers", 40, (("Few", 4), ("Many", 40))),
    (PF_OPTION, "option", "Option", 1, ["Apple", "Pear", "Plum"]),
    (PF_IMAGE, "other image", "Image", None),
    (PF_LAYER, "layer", "Layer", None),
    (PF_CHANNEL, "channel", "Channel", None),
    (PF_DRAWABLE, "drawable", "Drawable", None),
    (PF_VECTORS, "vectors", "Path", None),
    (PF_DISPLAY, "display", "Display", None),
    (PF_REGION, "region", "Region", None),
    (PF_INT32ARRAY, "int32s", "Ints", [1, 2]),
    (PF_INTARRAY, "ints", "Ints", [3]),
    (PF_INT16ARRAY, "int16s", "Ints", [4]),
    (PF_INT8ARRAY, "int8s", "Bytes", b"\x00\xff"),
    (PF_FLOATARRAY, "floats", "Floats", [0.5]),
    (PF_STRINGARRAY, "strings", "Strings", ["a", "b"]),
    (PF_LAYERARRAY, "layers", "Layers", None),
    (PF_SELECTION, "selection", "Selection", None),
    (PF_DRAWABLEARRAY, "drawables", "Drawables", None),
    (PF_IMAGEARRAY, "images", "Images", None),
    (PF_PARASITE, "parasite", "Parasite", None),
]


def answer(*values):
    return json.dumps(
        {entry[1]: plain(value) for entry, value in zip(PARAMETERS, values, strict=True)}
    )


def echo(*values):
    return values


register(
    "questionnaire", "Everything", "", "", "", "", "_Questionnaire...", "", PARAMETERS,
    [(PF_STRING, "answers", "What it got")], answer, menu="<Image>/Filters/Decor",
)  # fmt: skip

RESULTS = [
    entry[:3] for entry in PARAMETERS if entry[0] not in (PF_DISPLAY, PF_PARASITE, PF_IMAGEARRAY)
]
register(
    "echo", "Gives back what it got", "", "", "", "", "", "",
    [entry for entry in PARAMETERS if entry[:3] in RESULTS], RESULTS, echo,
)  # fmt: skip

main()
