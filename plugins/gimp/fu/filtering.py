"""Applies a GEGL operation to a drawable for good, inside the selection: one step to undo.

Knows no operation; the modules named filters_*.py do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gi.repository import Gegl, Gimp

from plugins.gimp.fu import pages
from plugins.gimp.fu.colors import RGB, from_gegl, to_gegl
from plugins.gimp.fu.errors import error
from plugins.gimp.fu.stand_ins import Function
from plugins.gimp.fu.stored_numbers import is_with_gamma, on_stored_numbers

FILTER_STAND_INS: dict[str, Callable[..., object]] = {}


@dataclass(frozen=True)
class Step:
    """An operation, its properties (with _ for -), and the drawables at its other inputs.

    stored: on the numbers as they are stored, with their gamma, as GIMP 2 did; else in the light
    that they stand for.
    """

    operation: str
    properties: Mapping[str, Any]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    stored: bool = False


def step(operation: str, **properties: Any) -> Step:
    return Step(operation, properties)


def stored_step(operation: str, **properties: Any) -> Step:
    return Step(operation, properties, stored=True)


def filter_for(*names: str) -> Callable[[Function], Function]:
    """Make a function of (drawable, old arguments…) that gives steps stand for old filters."""

    def keep(function: Function) -> Function:
        @functools.wraps(function)
        def call(_image: Any, drawable: Any, *given: Any) -> None:
            if isinstance(drawable, list | tuple):
                (drawable,) = drawable
            image = drawable.get_image()
            image.undo_group_start()
            try:
                steps = function(drawable, *given)
                for each in [steps] if isinstance(steps, Step) else steps:
                    apply(drawable, each)
            finally:
                image.undo_group_end()

        for name in names:
            FILTER_STAND_INS[name] = call
        return function

    return keep


# ---- applying ------------------------------------------------------------------------------------


def apply(drawable: Any, of: Step) -> None:
    """Raises error."""
    pages.settle()
    if of.stored and is_with_gamma(drawable) and not drawable.is_indexed():
        on_stored_numbers(drawable, lambda layer: _apply(layer, of))
    else:
        _apply(drawable, of)


def _apply(drawable: Any, of: Step) -> None:
    try:
        made = Gimp.DrawableFilter.new(drawable, of.operation, "")
    except TypeError:  # PyGObject's word for "it gave nothing"
        if Gegl.has_operation(of.operation):  # GIMP 3.2 hides some from plug-ins
            _apply_here(drawable, of)
            return
        said = Gimp.get_pdb().get_last_error()
        raise error(said or f"This GIMP cannot apply {of.operation}.") from None
    config = made.get_config()
    specs = {spec.name: spec for spec in config.list_properties()}
    for name, value in of.properties.items():
        spec = specs.get(name.replace("_", "-"))
        if spec is None:
            raise error(f"{of.operation} has no {name} in this GIMP.")
        config.set_property(spec.name, _fitting(value, spec))
    for name, other in of.inputs.items():
        made.set_aux_input(name, other)
    drawable.merge_filter(made)
    if Gimp.get_pdb().get_last_status() != Gimp.PDBStatusType.SUCCESS:
        raise error(Gimp.get_pdb().get_last_error())


def _apply_here(drawable: Any, of: Step) -> None:
    """In this process, on all of the drawable; the selection counts when the answer is merged."""
    whole = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    graph = Gegl.Node()
    source = graph.create_child("gegl:buffer-source")
    source.set_property("buffer", drawable.get_buffer())
    operation = graph.create_child(of.operation)
    for name, value in of.properties.items():
        operation.set_property(name.replace("_", "-"), value)
    crop = graph.create_child("gegl:crop")
    for name, value in (("width", float(whole.width)), ("height", float(whole.height))):
        crop.set_property(name, value)
    shadow = drawable.get_shadow_buffer()
    sink = graph.create_child("gegl:write-buffer")
    sink.set_property("buffer", shadow)
    source.connect_to("output", operation, "input")
    operation.connect_to("output", crop, "input")
    crop.connect_to("output", sink, "input")
    sink.process()
    shadow.flush()
    drawable.merge_shadow(True)
    drawable.update(0, 0, whole.width, whole.height)


def _fitting(value: Any, spec: Any) -> Any:
    """The value as the property takes it; numbers a little out of range go to its end."""
    kind = spec.value_type.name
    if kind == "GeglColor":
        return to_gegl(value)
    if isinstance(spec, Gimp.ParamChoice):
        return value if isinstance(value, str) else _nick(spec, int(value))
    if kind == "gboolean":
        return bool(value)
    if kind in ("gint", "guint", "gdouble", "gfloat"):
        number = float(value) if kind in ("gdouble", "gfloat") else int(value)
        return min(spec.maximum, max(spec.minimum, number))
    return value


def _nick(spec: Any, number: int) -> str:
    choice = Gimp.param_spec_choice_get_choice(spec)
    for word in choice.list_nicks():
        if choice.get_id(word) == number:
            return str(word)
    known = ", ".join(str(choice.get_id(word)) for word in choice.list_nicks())
    raise error(f"{spec.name} cannot be {number}: it is one of {known}.")


# ---- what many filters need ----------------------------------------------------------------------


def selected_area(drawable: Any) -> tuple[int, int, int, int]:
    """x, y, width and height of what a filter changes."""
    area = tuple(drawable.mask_intersect)
    return area if len(area) == 4 else (0, 0, drawable.width, drawable.height)


def background() -> Any:
    return Gimp.context_get_background()


def foreground() -> Any:
    return Gimp.context_get_foreground()


def with_alpha(color: Any, alpha: float) -> RGB:
    made = from_gegl(to_gegl(color)) or RGB()
    return RGB(made.r, made.g, made.b, float(alpha))
