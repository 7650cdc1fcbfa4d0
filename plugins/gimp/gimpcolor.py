"""GIMP 2's gimpcolor, on GIMP 3: `from gimpcolor import RGB`."""

from plugins.gimp.fu.color import (
    CMYK,
    HSL,
    HSV,
    RGB,
    rgb_from_hsl,
    rgb_from_hsv,
    rgb_names,
    rgb_parse_css,
    rgb_parse_hex,
    rgb_parse_name,
)

__all__ = [
    "CMYK",
    "HSL",
    "HSV",
    "RGB",
    "rgb_from_hsl",
    "rgb_from_hsv",
    "rgb_names",
    "rgb_parse_css",
    "rgb_parse_hex",
    "rgb_parse_name",
]
