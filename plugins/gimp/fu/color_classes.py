"""GIMP 2's gimpcolor: RGB, HSV, HSL and CMYK, and their conversions. Knows no images.

All 0.0 to 1.0, hue too, as in GIMP 2; whole numbers given to RGB count to 255.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from typing import Any

from plugins.gimp.fu.colors import RGB, from_gegl, to_gegl
from plugins.gimp.fu.errors import error

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


class _Channels:
    """A colour as numbers by name and by place. names: of the channels, alpha last."""

    names: tuple[str, ...] = ()

    def __init__(self, *values: float, a: float = 1.0) -> None:
        given = [*map(float, values)]
        if len(given) == len(self.names) - 1:
            given.append(float(a))
        if len(given) != len(self.names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.names)}.")
        for name, value in zip(self.names, given, strict=True):
            setattr(self, name, value)

    def __iter__(self) -> Iterator[float]:
        return iter([getattr(self, name) for name in self.names])

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return all(abs(x - y) < 1e-6 for x, y in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__} ({', '.join(f'{value:g}' for value in self)})"


class HSV(_Channels):
    """Hue, saturation, value, alpha: 0.0 to 1.0."""

    names = ("h", "s", "v", "a")
    h: float
    s: float
    v: float
    a: float

    def to_rgb(self) -> RGB:
        return RGB(
            *colorsys.hsv_to_rgb(self.h % 1.0 if self.h != 1.0 else 1.0, self.s, self.v), self.a
        )


class HSL(_Channels):
    """Hue, saturation, lightness, alpha: 0.0 to 1.0."""

    names = ("h", "s", "l", "a")
    h: float
    s: float
    l: float  # noqa: E741 - GIMP 2's name for it
    a: float

    def to_rgb(self) -> RGB:
        return RGB(*colorsys.hls_to_rgb(self.h, self.l, self.s), self.a)


class CMYK(_Channels):
    """Cyan, magenta, yellow, black, alpha: 0.0 to 1.0."""

    names = ("c", "m", "y", "k", "a")
    c: float
    m: float
    y: float
    k: float
    a: float

    def to_rgb(self) -> RGB:
        light = 1.0 - self.k
        return RGB((1.0 - self.c) * light, (1.0 - self.m) * light, (1.0 - self.y) * light, self.a)


def _to_hsv(color: RGB) -> HSV:
    return HSV(*colorsys.rgb_to_hsv(color.r, color.g, color.b), a=color.a)


def _to_hsl(color: RGB) -> HSL:
    hue, lightness, saturation = colorsys.rgb_to_hls(color.r, color.g, color.b)
    return HSL(hue, saturation, lightness, a=color.a)


def _to_cmyk(color: RGB, pullout: float = 1.0) -> CMYK:
    black = 1.0 - max(color.r, color.g, color.b)
    if black >= 1.0:
        return CMYK(0.0, 0.0, 0.0, 1.0, a=color.a)
    taken = black * pullout
    light = 1.0 - taken
    inks = [(light - value) / light for value in (color.r, color.g, color.b)]
    return CMYK(*inks, taken, a=color.a)


def rgb_from_hsv(hsv: HSV) -> RGB:
    return hsv.to_rgb()


def rgb_from_hsl(hsl: HSL) -> RGB:
    return hsl.to_rgb()


def rgb_parse_css(text: str) -> RGB:
    """From "red", "#ff0000", "rgb(255, 0, 0)". Raises error."""
    return _known(from_gegl(to_gegl(text)), text)


def rgb_parse_hex(text: str) -> RGB:
    """From "ff0000" or "#ff0000". Raises error."""
    return rgb_parse_css(text if text.startswith("#") else f"#{text}")


rgb_parse_name = rgb_parse_css


def rgb_names() -> tuple[tuple[str, RGB], ...]:
    """The colours that have names."""
    from gi.repository import Gimp

    names, colors = Gimp.color_list_names()
    return tuple(
        (name, _known(from_gegl(color), name)) for name, color in zip(names, colors, strict=True)
    )


def _known(color: RGB | None, text: str) -> RGB:
    if color is None:
        raise error(f"{text!r} is no colour that GIMP knows.")
    return color


def _add_conversions() -> None:
    """RGB is of `colors.py`, which needs no other kinds of colour."""
    for name, function in (
        ("to_hsv", _to_hsv),
        ("to_hsl", _to_hsl),
        ("to_cmyk", _to_cmyk),
        ("luminance", lambda color: 0.2126 * color.r + 0.7152 * color.g + 0.0722 * color.b),
        ("luminance_uchar", lambda color: round(255 * color.luminance())),
    ):
        if not hasattr(RGB, name):
            setattr(RGB, name, function)


_add_conversions()
