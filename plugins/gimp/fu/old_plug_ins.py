"""GIMP 2's plug-ins that GIMP 3 still has, where an argument changed or went away.

Every function stands for what it is decorated with; the first line says what changed.
"""

from __future__ import annotations

from typing import Any

from plugins.gimp.fu.calls import native
from plugins.gimp.fu.colors import RGB, from_gegl, to_gegl
from plugins.gimp.fu.stand_ins import stands_for

KINDS = {
    "rgb": "rgb",
    "red": "rgb",
    "green": "rgb",
    "blue": "rgb",
    "rgba": "rgba",
    "alpha": "alpha",
    "hsv": "hsv",
    "hue": "hsv",
    "saturation": "hsv",
    "value": "hsv",
    "hsl": "hsl",
    "cmy": "cmyk",
    "cmyk": "cmyk",
    "lab": "lab",
    "lch": "lch",
    "ycbcr_itu_r470": "ycbcr470",
    "ycbcr_itu_r709": "ycbcr709",
    "ycbcr_itu_r470_256": "ycbcr470f",
    "ycbcr_itu_r709_256": "ycbcr709f",
}
"""What GIMP 2 called the ways to take an image apart, in lower case → what GIMP 3 does."""


def _kind(given: Any) -> Any:
    return KINDS.get(given.lower(), given) if isinstance(given, str) else given


@stands_for("plug-in-decompose", "plug-in-decompose-registered")
def decompose(image: Any, drawable: Any, kind: Any, layers_mode: object = True, *_: Any) -> Any:
    """ "RGB" became "rgb", and so on."""
    return native("plug-in-decompose")(image, [drawable], _kind(kind), layers_mode)


@stands_for("plug-in-compose")
def compose(image: Any, drawable: Any, image2: Any, image3: Any, image4: Any, kind: Any) -> Any:
    """ "RGB" became "rgb", and so on."""
    return native("plug-in-compose")(image, drawable, image2, image3, image4, _kind(kind))


@stands_for("plug-in-drawable-compose")
def drawable_compose(
    image: Any, drawable: Any, second: Any, third: Any, fourth: Any, kind: Any
) -> Any:
    """ "RGB" became "rgb", and so on."""
    return native("plug-in-drawable-compose")(image, drawable, second, third, fourth, _kind(kind))


def _faded(color: Any, opacity: float) -> RGB:
    """GIMP 2's opacity, 0 to 255, as the colour's alpha."""
    made = from_gegl(to_gegl(color)) or RGB()
    return RGB(made.r, made.g, made.b, float(opacity) / 255.0)


@stands_for("plug-in-grid")
def grid(image: Any, drawable: Any, *given: Any) -> None:
    """The opacities, 0 to 255, became the alpha of the colours."""
    if len(given) != 15:
        native("plug-in-grid")(image, [drawable], *given)
        return
    lines: list[Any] = []
    for start in (0, 5, 10):
        width, space, offset, color, opacity = given[start : start + 5]
        lines += [width, space, offset, _faded(color, opacity)]
    native("plug-in-grid")(image, [drawable], *lines)
