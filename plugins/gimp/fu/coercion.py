"""Values between GIMP 2's Python and GIMP 3: numbers for booleans, tuples for colours, names for
brushes, one layer for an array of them.

Every value is judged by the GParamSpec it is for. Calls no procedures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gi.repository import Gegl, Gimp, Gio, GLib, GObject

from plugins.gimp.fu import colors, parasites
from plugins.gimp.fu.errors import error

INTEGERS = frozenset({"gint", "guint", "gint64", "guint64", "guchar", "glong", "gulong"})
ARRAYS = frozenset(
    {
        "GimpCoreObjectArray",
        "GimpInt32Array",
        "GimpDoubleArray",
        "GimpColorArray",
        "GStrv",
        "GBytes",
    }
)


class ResourceName(str):
    """The name of a brush, font, … as GIMP 2 gave it, that still knows which one it names."""

    resource: Any

    def __new__(cls, resource: Any) -> ResourceName:
        made = super().__new__(cls, resource.get_name())
        made.resource = resource
        return made


class Array:
    """A value that GIMP's arrays need: `boxed` is what a property or a return value takes."""

    def __init__(self, kind: str, boxed: Any) -> None:
        self.kind = kind
        self.boxed = boxed


# ---- to GIMP -------------------------------------------------------------------------------------


def is_array(spec: Any) -> bool:
    return spec.value_type.name in ARRAYS


def to_gimp(value: Any, spec: Any, what: str) -> Any:
    """The value as an argument declared by `spec`. what: the argument, as messages name it.

    Raises error when it cannot be one, or is out of its range.
    """
    kind = spec.value_type
    try:
        if isinstance(spec, Gimp.ParamChoice):
            return _choice(value, spec, what)
        if kind.name in INTEGERS:
            return _in_range(_integer(value), spec, what)
        if kind.name in ("gdouble", "gfloat"):
            return _in_range(float(value), spec, what)
        if kind.name == "gboolean":
            return bool(value)
        for parent, convert in CONVERSIONS.items():
            if kind.name == parent or kind.is_a(GObject.type_from_name(parent)):
                return convert(value, spec)
        if kind.is_a(GObject.TYPE_ENUM):
            return _enumerated(value, spec, what)
    except (TypeError, ValueError) as wrong:
        raise error(f"{what} cannot be {value!r}: {wrong}.") from None
    return value


def _integer(value: Any) -> int:
    if hasattr(value, "get_id") and not isinstance(value, int):
        return int(value.get_id())  # procedures that still take an image's number
    return int(value)


def _in_range(value: Any, spec: Any, what: str) -> Any:
    if not spec.minimum <= value <= spec.maximum:
        raise error(f"{what} must be between {spec.minimum:g} and {spec.maximum:g}, not {value:g}.")
    return value


def _choice(value: Any, spec: Any, what: str) -> Any:
    """A nick, from a nick, a label, or the number that GIMP 2 had for it."""
    choice = Gimp.param_spec_choice_get_choice(spec)
    nicks = choice.list_nicks()
    if isinstance(value, str):
        for nick in nicks:
            if value in (nick, choice.get_label(nick)):
                return nick
    else:
        for nick in nicks:
            if choice.get_id(nick) == int(value):
                return nick
    known = ", ".join(f"{nick} ({choice.get_id(nick)})" for nick in nicks)
    raise error(f"{what} cannot be {value!r}: choose one of {known}.")


def _enumerated(value: Any, spec: Any, what: str) -> Any:
    kind, number = spec.value_type.pytype, int(value)
    try:
        known = getattr(kind, "__enum_values__", None)  # older PyGObjects take any number
        if kind is None or (known is not None and number not in known):
            raise ValueError
        return kind(number)
    except ValueError:
        raise error(f"{what} cannot be {value!r}.") from None


def _string(value: Any, _spec: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, Gio.File):
        return str(value.get_path() or value.get_uri())
    return str(value)


def _file(value: Any, _spec: Any) -> Any:
    """None for an empty name: GIMP 2 had empty strings where no file was meant."""
    if value is None or isinstance(value, Gio.File):
        return value
    name = os.fspath(value) if not isinstance(value, bytes) else os.fsdecode(value)
    if not name:
        return None
    if "://" in name:
        return Gio.File.new_for_uri(name)
    return Gio.File.new_for_path(os.path.expanduser(name))


def _object(value: Any, spec: Any) -> Any:
    """An image, item or display: itself, or by its number; None for None and -1."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    kind = spec.value_type
    if isinstance(value, int) and not isinstance(value, bool):
        value = _numbered(value, kind) if value > 0 else None
    if value is None and not _may_be_none(spec):
        raise ValueError(f"it must be a {kind.name.removeprefix('Gimp').lower()}")
    is_one = isinstance(value, GObject.GObject) and value.__gtype__.is_a(kind)
    if value is not None and not is_one:
        raise ValueError(f"it is no {kind.name.removeprefix('Gimp').lower()}")
    if value is not None and not value.is_valid():
        raise ValueError("it was deleted, or closed")
    return value


def _numbered(number: int, kind: Any) -> Any:
    for parent, find in (
        ("GimpImage", Gimp.Image.get_by_id),
        ("GimpDisplay", Gimp.Display.get_by_id),
        ("GimpItem", Gimp.Item.get_by_id),
    ):
        if kind.is_a(GObject.type_from_name(parent)):
            found = find(number)
            if found is None:
                raise ValueError("nothing has that number")
            return found
    return number


def _may_be_none(spec: Any) -> bool:
    if isinstance(spec, Gimp.ParamItem):
        return bool(Gimp.param_spec_item_none_allowed(spec))
    if isinstance(spec, Gimp.ParamImage):
        return bool(Gimp.param_spec_image_none_allowed(spec))
    return True


def resource(value: Any, kind: Any) -> Any:
    """A brush, font, gradient, palette or pattern, from itself or its name.

    Raises error when GIMP has none of that name.
    """
    if isinstance(value, ResourceName):
        return value.resource
    if not isinstance(value, str):
        return value
    if not value:
        return None
    of = kind.pytype
    found = of.get_by_name(value)
    if found is None and of is Gimp.Font:
        found = _font(value)
    if found is None:
        raise error(f"GIMP has no {of.__name__.lower()} called {value!r}.")
    return found


def _font(name: str) -> Any:
    """GIMP 2 knew "Sans" and "Sans Bold", GIMP 3 knows "Sans-serif" and "Sans-serif Bold"."""
    first, _, rest = name.partition(" ")
    if first == "Sans":
        return Gimp.Font.get_by_name(f"Sans-serif {rest}".strip())
    wanted = name.casefold()
    fonts = Gimp.fonts_get_list("")
    same = [font for font in fonts if font.get_name().casefold() == wanted]
    starting = [font for font in fonts if font.get_name().casefold().startswith(wanted)]
    return next(iter(same or starting), None)


def _unit(value: Any, _spec: Any) -> Any:
    if isinstance(value, int):
        return Gimp.Unit.percent() if value == 65536 else Gimp.Unit.get_by_id(value)
    return value


def _color_or_none(value: Any, _spec: Any) -> Any:
    return colors.to_gegl(value)


CONVERSIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "gchararray": _string,
    "GFile": _file,
    "GeglColor": _color_or_none,
    "GimpImage": _object,
    "GimpItem": _object,
    "GimpDisplay": _object,
    "GimpResource": lambda value, spec: resource(value, spec.value_type),
    "GimpUnit": _unit,
    "GimpParasite": lambda value, _spec: parasites.to_gimp(value),
    "GBytes": lambda value, _spec: _bytes(value),
    "GStrv": lambda value, _spec: [str(each) for each in _sequence(value)],
    "GimpInt32Array": lambda value, _spec: int32_array(value),
    "GimpDoubleArray": lambda value, _spec: double_array(value),
    "GimpColorArray": lambda value, _spec: [colors.to_gegl(each) for each in _sequence(value)],
    "GimpCoreObjectArray": lambda value, spec: objects(value, object_type(spec)),
}
"""The type, or one it inherits from → how a value becomes one."""


def object_type(spec: Any) -> Any:
    """The type of the elements of an array of objects."""
    return Gimp.param_spec_core_object_array_get_object_type(spec)


def objects(value: Any, kind: Any) -> list[Any]:
    """Items or resources, from one, several, their numbers or names."""
    is_resource = kind.is_a(GObject.type_from_name("GimpResource"))
    given = [resource(each, kind) if is_resource else _by_number(each) for each in _sequence(value)]
    return [each for each in given if each is not None]


def _by_number(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    return Gimp.Item.get_by_id(value) if value > 0 else None


def _sequence(value: Any) -> Sequence[Any]:
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return [value]
    return list(value)


def _bytes(value: Any) -> Any:
    if isinstance(value, GLib.Bytes):
        return value
    if isinstance(value, str):
        return GLib.Bytes.new(value.encode("utf-8"))
    return GLib.Bytes.new(bytes(value if value is not None else b""))


def int32_array(values: Any) -> Array:
    holder = GObject.Value()
    holder.init(GObject.type_from_name("GimpInt32Array"))
    Gimp.value_set_int32_array(holder, [int(each) for each in _sequence(values)])
    return Array("GimpInt32Array", holder.get_value())


def double_array(values: Any) -> Array:
    holder = GObject.Value()
    holder.init(GObject.type_from_name("GimpDoubleArray"))
    Gimp.value_set_double_array(holder, [float(each) for each in _sequence(values)])
    return Array("GimpDoubleArray", holder.get_value())


def set_argument(config: Any, spec: Any, value: Any) -> None:
    """Put a value that `to_gimp` made into a procedure's configuration."""
    if isinstance(value, Array):
        config.set_property(spec.name, value.boxed)
    elif spec.value_type.name == "GimpCoreObjectArray":
        if not value:
            return  # it is empty anyhow, and GIMP complains when told so
        config.set_core_object_array(spec.name, value)
    elif spec.value_type.name == "GimpColorArray":
        config.set_color_array(spec.name, value)
    else:
        config.set_property(spec.name, value)


# ---- from GIMP -----------------------------------------------------------------------------------


def from_gimp(value: Any) -> Any:
    """A value as GIMP 2's Python had it: paths and names as str, colours as RGB, numbers."""
    if isinstance(value, Gegl.Color):
        return colors.from_gegl(value)
    if isinstance(value, Gio.File):
        return value.get_path() or value.get_uri()
    if isinstance(value, Gimp.Resource):
        return ResourceName(value)
    if isinstance(value, Gimp.Unit):
        return value.get_id()
    if isinstance(value, Gimp.Parasite):
        return parasites.from_gimp(value)
    if isinstance(value, GLib.Bytes):
        return bytes(value.get_data() or b"")
    if isinstance(value, list | tuple):
        return [from_gimp(each) for each in value]
    return value


def returned(values: Any, index: int, spec: Any) -> Any:
    """One of the values that a procedure returned."""
    kind = spec.value_type.name
    if kind == "GimpCoreObjectArray":
        return from_gimp(list(values.get_core_object_array(index) or []))
    if kind == "GimpColorArray":
        return from_gimp(list(values.get_color_array(index) or []))
    if kind in ("GimpInt32Array", "GimpDoubleArray"):
        return unboxed(values.index(index), kind)
    return from_gimp(values.index(index))


def unboxed(boxed: Any, kind: str) -> list[Any]:
    """The numbers in an array."""
    if boxed is None:
        return []
    holder = GObject.Value()
    holder.init(GObject.type_from_name(kind))
    holder.set_boxed(boxed)
    read = Gimp.value_get_int32_array if kind == "GimpInt32Array" else Gimp.value_get_double_array
    return list(read(holder) or [])


def setting(config: Any, spec: Any) -> Any:
    """A procedure's argument, as it was given to it."""
    kind = spec.value_type.name
    if kind == "GimpCoreObjectArray":
        return from_gimp(list(config.get_core_object_array(spec.name) or []))
    if kind == "GimpColorArray":
        return from_gimp(list(config.get_color_array(spec.name) or []))
    value = config.get_property(spec.name)
    if kind in ("GimpInt32Array", "GimpDoubleArray"):
        return unboxed(value, kind)
    return from_gimp(value)
