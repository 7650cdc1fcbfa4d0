#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Counts how often it was called, and remembers what for: on the shelf, from run to run."""

import json

import gimpcolor
from gimpfu import *
from gimpshelf import shelf


def counter(image, drawable):
    known = shelf["counter"] if shelf.has_key("counter") else {"runs": 0, "layers": ()}
    known["runs"] += 1
    known["layers"] += (drawable,)
    known["color"] = gimpcolor.RGB(255, 128, 0)
    known["raw"] = b"\x00\xff"
    shelf["counter"] = known
    gimp.set_data("counter", str(known["runs"]))
    again = shelf["counter"]
    hue = again["color"].to_hsv()
    return json.dumps(
        {
            "runs": again["runs"],
            "names": [each.name for each in again["layers"]],
            "hue": round(hue.h * 360),
            "raw": list(again["raw"]),
            "keys": list(shelf).count("counter"),
            "data": gimp.get_data("counter").decode(),
        }
    )


def forget(image, drawable):
    del shelf["counter"]
    return shelf.has_key("counter")


for name, function, result in (
    ("counter", counter, (PF_STRING, "known", "What is known")),
    ("counter_forget", forget, (PF_BOOL, "known", "Whether it is still known")),
):
    register(
        name,
        "Counts",
        "Counts its runs.",
        "Impasto",
        "Impasto",
        "2026",
        "_Counter",
        "*",
        [(PF_IMAGE, "image", "Image", None), (PF_DRAWABLE, "drawable", "Drawable", None)],
        [result],
        function,
        menu="<Image>/Filters/Development",
    )

main()
