#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Saves each layer as a picture of its own and loads it again, as slicing scripts did."""

import os

from gimpfu import *


def exporter(image, folder):
    sizes = []
    for layer in image.layers:
        for ending, save in (
            ("png", lambda i, d, n: pdb.file_png_save(i, d, n, n, 0, 9, 0, 0, 0, 0, 0)),
            ("jpg", lambda i, d, n: pdb.file_jpeg_save(i, d, n, n, 1.0, 0, 1, 0, "", 2, 1, 0, 0)),
            ("bmp", lambda i, d, n: pdb.gimp_file_save(i, d, n, n)),
            ("xcf", lambda i, d, n: pdb.gimp_file_save(i, d, n, n)),
        ):
            name = os.path.join(folder, layer.name + "." + ending)
            save(image, layer, name)
            loaded = pdb.gimp_file_load(name, name)
            size = f"{loaded.width}x{loaded.height}/{len(loaded.layers)}"
            sizes.append(f"{layer.name}.{ending}:{size}")
            pdb.gimp_image_delete(loaded)
    return " ".join(sizes)


register(
    "exporter",
    "Saves the layers",
    "Saves each layer by itself.",
    "Impasto",
    "Impasto",
    "2026",
    "_Exporter...",
    "*",
    [(PF_IMAGE, "image", "Image", None), (PF_DIRNAME, "folder", "Folder", "/tmp")],
    [(PF_STRING, "sizes", "What was saved")],
    exporter,
    menu="<Image>/File",
)

main()
