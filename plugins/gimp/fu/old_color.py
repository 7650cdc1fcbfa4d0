"""GIMP 2's colour calls, whose numbers went to 255, with their old arguments.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.calls import native
from plugins.gimp.fu.stand_ins import stands_for
from plugins.gimp.fu.stored_numbers import as_in_gimp_2

BYTE = 255.0
HALF = 0.5
"""Limits of GIMP 2 were inclusive, and a byte read as a float may be a little less."""


def _numbers(values: Sequence[float] | bytes | str) -> list[float]:
    """GIMP 2 gave arrays of bytes as a string, or as a sequence of numbers."""
    given = values.encode("latin-1") if isinstance(values, str) else values
    return [value / BYTE for value in given]


def _on_numbers(call: str, name: str, drawable: Any, *given: Any) -> None:
    """A call of GIMP 3, made to work on the stored numbers as GIMP 2's did."""
    as_in_gimp_2(call, drawable, lambda layer: native(name)(layer, *given))


@stands_for("gimp-drawable-brightness-contrast")
def drawable_brightness_contrast(drawable: Any, brightness: float, contrast: float) -> None:
    """The same, on the stored numbers."""
    name = "gimp-drawable-brightness-contrast"
    _on_numbers("brightness", name, drawable, brightness, contrast)


@stands_for("gimp-brightness-contrast")
def brightness_contrast(drawable: Any, brightness: float, contrast: float) -> None:
    """gimp-drawable-brightness-contrast; -127 to 127 became -1 to 1."""
    drawable_brightness_contrast(drawable, brightness / 127.0, contrast / 127.0)


@stands_for("gimp-drawable-levels")
def drawable_levels(drawable: Any, *given: Any) -> None:
    """The same, on the stored numbers."""
    _on_numbers("levels", "gimp-drawable-levels", drawable, *given)


@stands_for("gimp-drawable-levels-stretch")
def drawable_levels_stretch(drawable: Any) -> None:
    """The same, on the stored numbers."""
    _on_numbers("levels", "gimp-drawable-levels-stretch", drawable)


@stands_for("gimp-drawable-curves-spline")
def drawable_curves_spline(drawable: Any, channel: Any, *points: Any) -> None:
    """The same, on the stored numbers."""
    _on_numbers("curves", "gimp-drawable-curves-spline", drawable, channel, *points)


@stands_for("gimp-drawable-curves-explicit")
def drawable_curves_explicit(drawable: Any, channel: Any, *values: Any) -> None:
    """The same, on the stored numbers."""
    _on_numbers("curves", "gimp-drawable-curves-explicit", drawable, channel, *values)


@stands_for("gimp-drawable-colorize-hsl")
def drawable_colorize_hsl(drawable: Any, hue: float, saturation: float, lightness: float) -> None:
    """The same, on the stored numbers."""
    name = "gimp-drawable-colorize-hsl"
    _on_numbers("colorize", name, drawable, hue, saturation, lightness)


@stands_for("gimp-drawable-equalize")
def drawable_equalize(drawable: Any, mask_only: object) -> None:
    """The same, on the stored numbers."""
    _on_numbers("equalize", "gimp-drawable-equalize", drawable, mask_only)


@stands_for("gimp-levels")
def levels(
    drawable: Any,
    channel: Any,
    low_input: float,
    high_input: float,
    gamma: float,
    low_output: float,
    high_output: float,
) -> None:
    """gimp-drawable-levels; 0 to 255 became 0 to 1."""
    drawable_levels(
        drawable,
        channel,
        low_input / BYTE,
        high_input / BYTE,
        False,
        gamma,
        low_output / BYTE,
        high_output / BYTE,
        False,
    )


@stands_for("gimp-curves-spline")
def curves_spline(drawable: Any, channel: Any, count: int, points: Sequence[float]) -> None:
    """gimp-drawable-curves-spline; 0 to 255 became 0 to 1."""
    drawable_curves_spline(drawable, channel, _numbers(points)[:count])


@stands_for("gimp-curves-explicit")
def curves_explicit(drawable: Any, channel: Any, count: int, values: Sequence[float]) -> None:
    """gimp-drawable-curves-explicit; 0 to 255 became 0 to 1."""
    drawable_curves_explicit(drawable, channel, _numbers(values)[:count])


@stands_for("gimp-hue-saturation")
def hue_saturation(
    drawable: Any, hue_range: Any, hue: float, lightness: float, saturation: float
) -> None:
    """gimp-drawable-hue-saturation, without overlap."""
    native("gimp-drawable-hue-saturation")(drawable, hue_range, hue, lightness, saturation, 0.0)


@stands_for("gimp-desaturate")
def desaturate(drawable: Any) -> None:
    """gimp-drawable-desaturate, by lightness."""
    native("gimp-drawable-desaturate")(drawable, Gimp.DesaturateMode.LIGHTNESS)


@stands_for("gimp-invert")
def invert(drawable: Any) -> None:
    """gimp-drawable-invert, not linear."""
    native("gimp-drawable-invert")(drawable, False)


@stands_for("gimp-threshold")
def threshold(drawable: Any, low: float, high: float) -> None:
    """gimp-drawable-threshold by value; 0 to 255 became 0 to 1."""
    native("gimp-drawable-threshold")(
        drawable,
        Gimp.HistogramChannel.VALUE,
        max(0.0, (low - HALF) / BYTE),
        min(1.0, (high + HALF) / BYTE),
    )


@stands_for("gimp-histogram")
def histogram(drawable: Any, channel: Any, start: float, end: float) -> Any:
    """gimp-drawable-histogram; 0 to 255 became 0 to 1."""
    return native("gimp-drawable-histogram")(drawable, channel, start / BYTE, end / BYTE)
