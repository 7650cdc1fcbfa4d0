#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Loads and saves pictures as text: a line for each row, a digit for each gray."""

from gimpfu import *

PROCEDURE = "file-sketch-load"


def load(filename, raw_filename):
    with open(filename) as file:
        rows = [line.strip() for line in file if line.strip()]
    image = gimp.Image(len(rows[0]), len(rows), GRAY)
    layer = gimp.Layer(image, "Sketch", image.width, image.height, GRAY_IMAGE, 100, NORMAL_MODE)
    image.add_layer(layer, 0)
    for y, row in enumerate(rows):
        for x, digit in enumerate(row):
            layer.set_pixel(x, y, (int(digit) * 28,) * 1)
    image.filename = filename
    return image


def save(image, drawable, filename, raw_filename, mark):
    with open(filename, "w") as file:
        for y in range(drawable.height):
            grays = [drawable.get_pixel(x, y)[0] for x in range(drawable.width)]
            file.write("".join(str(gray // 28) for gray in grays) + mark + "\n")


def handlers():
    gimp.register_load_handler(PROCEDURE, "txt", "")
    gimp.register_magic_load_handler(PROCEDURE, "sketch", "", "0,string,0")
    gimp.register_save_handler("file-sketch-save", "sketch", "")


register(
    PROCEDURE, "Loads sketches", "", "", "", "", "Sketch", None,
    [(PF_STRING, "filename", "", ""), (PF_STRING, "raw-filename", "", "")],
    [(PF_IMAGE, "image", "The image")],
    load, menu="<Load>", on_query=handlers,
)  # fmt: skip
register(
    "file-sketch-save", "Saves sketches", "", "", "", "", "<Save>/Sketch", "GRAY",
    [(PF_STRING, "mark", "_Mark", "")], [], save,
)  # fmt: skip

main()
