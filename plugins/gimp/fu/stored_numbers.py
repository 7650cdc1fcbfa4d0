"""Does to the stored numbers of pixels what GIMP 3 would do to the light that they stand for.

GIMP 2 counted with the stored numbers; some of GIMP 3's calls do, others take the gamma away first.
Must not know any old name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from gi.repository import Babl, Gegl, Gimp

from plugins.gimp.fu import pages
from plugins.gimp.fu.calls import done

Action = Callable[[Any], object]


def is_with_gamma(drawable: Any) -> bool:
    """Whether its numbers are not light themselves. GIMP numbers linear precisions in hundreds."""
    if isinstance(drawable, Gimp.Channel):
        return False
    return bool(int(drawable.get_image().get_precision()) % 100)


def on_stored_numbers(drawable: Any, action: Action) -> None:
    """Let `action` work on a layer that takes the same numbers for light; one step to undo.

    The selection counts when the answer is merged. Raises what the action raises.
    """
    pages.settle()
    image = drawable.get_image()
    width, height = drawable.get_width(), drawable.get_height()
    whole = Gegl.Rectangle.new(0, 0, width, height)
    precision = int(image.get_precision()) // 100 * 100
    base = Gimp.ImageBaseType.GRAY if drawable.is_gray() else Gimp.ImageBaseType.RGB
    made = done(Gimp.Image.new_with_precision(width, height, base, Gimp.Precision(precision)))
    try:
        kind = Gimp.ImageType(int(drawable.type()))
        layer = Gimp.Layer.new(made, "", width, height, kind, 100.0, Gimp.LayerMode.NORMAL)
        done(made.insert_layer(layer, None, 0))
        own, linear = Babl.get_name(drawable.get_format()), Babl.get_name(layer.get_format())
        buffer = layer.get_buffer()
        none = Gegl.AbyssPolicy.NONE
        buffer.set(whole, linear, drawable.get_buffer().get(whole, 1.0, own, none))
        buffer.flush()
        action(layer)
        answer = layer.get_buffer().get(whole, 1.0, linear, none)
    finally:
        made.delete()
    shadow = drawable.get_shadow_buffer()
    shadow.set(whole, own, answer)
    shadow.flush()
    drawable.merge_shadow(True)
    drawable.update(0, 0, width, height)


def as_in_gimp_2(call: str, drawable: Any, action: Action) -> None:
    """Apply one of CALLS so that it works on the stored numbers, whichever this GIMP's own does."""
    pages.settle()
    if is_with_gamma(drawable) and not drawable.is_indexed() and sees_light(call):
        on_stored_numbers(drawable, action)
    else:
        action(drawable)


# ---- what this GIMP does -------------------------------------------------------------------------

VALUE = Gimp.HistogramChannel.VALUE
MIDDLE = 0.5

CALLS: Mapping[str, tuple[Action, int]] = {
    "levels": (
        lambda layer: layer.levels(VALUE, 0.0, 1.0, False, 1.0, MIDDLE, MIDDLE, False),
        128,
    ),
    "curves": (lambda layer: layer.curves_spline(VALUE, [0.0, MIDDLE, 1.0, MIDDLE]), 128),
    "brightness": (lambda layer: layer.brightness_contrast(1.0, 0.0), 128),
    "colorize": (lambda layer: layer.colorize_hsl(0.0, 100.0, 0.0), 0),
    "equalize": (lambda layer: layer.equalize(False), 0),
}
"""A call whose answer tells: what it is tried with on black, and the red that it gives then if it
works on stored numbers."""

PROBES = {"colorize": (100, 200), "equalize": (100, 128)}
"""For calls that leave black as it is: another gray, and the red that it becomes."""


@functools.cache
def sees_light(call: str) -> bool:
    """Whether this GIMP's own call takes the gamma away: 3.0 and 3.2 differ."""
    action, wanted = CALLS[call]
    gray, wanted = PROBES.get(call, (0, wanted))
    image = Gimp.Image.new(2, 1, Gimp.ImageBaseType.RGB)
    try:
        kind, mode = Gimp.ImageType.RGB_IMAGE, Gimp.LayerMode.NORMAL
        layer = Gimp.Layer.new(image, "", 2, 1, kind, 100.0, mode)
        done(image.insert_layer(layer, None, 0))
        both = Gegl.Rectangle.new(0, 0, 2, 1)
        buffer = layer.get_buffer()
        buffer.set(both, "R'G'B' u8", bytes([gray] * 3 + [200] * 3))
        buffer.flush()
        action(layer)
        answer = layer.get_buffer().get(both, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)
    finally:
        image.delete()
    return abs(answer[0] - wanted) > 8
