"""Values of a plug-in's arguments and results, as its function has them and as GIMP has them.

Declares nothing; the types are `parameters`' own.
"""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp, GObject

from plugins.gimp.fu import coercion, colors
from plugins.gimp.fu.errors import NotSupported, error
from plugins.gimp.fu.parameters import (
    FILES,
    OBJECT_ARRAYS,
    PF_COLOR,
    PF_STRING,
    PF_TEXT,
    PF_TOGGLE,
    RESOURCES,
    RETURNED_ARRAYS,
    Parameter,
    resource_or_current,
)


def value_of(of: Parameter, config: Any, spec: Any, was_asked: bool = False) -> Any:
    """What the plug-in's function gets for an argument. was_asked: in a dialog."""
    if of.options:
        nick = config.get_property(of.key)
        return next((each.value for each in of.options if each.nick == nick), of.default)
    value = coercion.setting(config, spec)
    if of.kind == PF_TOGGLE:
        return bool(value)
    if of.kind == PF_COLOR and not was_asked and (value is None or not any(value.floats())):
        # GIMP forgets the default of a colour, and gives nothing instead when it is left out.
        return colors.from_gegl(colors.to_gegl(of.default))
    if of.kind in RESOURCES:
        return _resource_name(of, value)
    if of.kind in FILES or of.kind in (PF_STRING, PF_TEXT):
        return "" if value is None else value
    if value in (None, [], b"") and of.kind in RETURNED_ARRAYS and of.default is not None:
        return of.default
    return value


def _resource_name(of: Parameter, value: Any) -> Any:
    if value is not None:
        return value
    found = resource_or_current(of)
    return "" if found is None else coercion.ResourceName(found)


def returned(of: Parameter, value: Any, spec: Any) -> GObject.Value:
    """A value of the function's as GIMP takes it. Raises error when it is of another type."""
    what = f"The result {of.name}"
    holder = GObject.Value()
    holder.init(spec.value_type)
    if of.kind in OBJECT_ARRAYS:
        holder.set_boxed(_boxed_objects(coercion.objects(value, OBJECT_ARRAYS[of.kind].__gtype__)))
        return holder
    made = coercion.to_gimp(value, spec, what)
    if isinstance(made, coercion.Array):
        holder.set_boxed(made.boxed)
    else:
        try:
            holder.set_value(made)
        except TypeError as wrong:
            raise error(f"{what} cannot be {value!r}: {wrong}.") from None
    return holder


def _boxed_objects(objects: list[Any]) -> Any:
    """An array of objects as a value: no call makes one, but a configuration does."""
    if objects and isinstance(objects[0], Gimp.Image):
        raise NotSupported("A list of images cannot be returned: return one PF_IMAGE each.")
    config = Gimp.get_pdb().lookup_procedure("gimp-edit-copy").create_config()
    config.set_core_object_array("drawables", objects)
    return config.get_property("drawables")
