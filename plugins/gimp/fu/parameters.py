"""What a plug-in takes and gives back: GIMP 2's PF_… types as arguments of GIMP 3's procedures.

Declares and reads values only; draws nothing and runs nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gi.repository import Gegl, Gimp, GObject

from plugins.gimp.fu import coercion, colors
from plugins.gimp.fu.errors import NotSupported, error

PF_INT32, PF_INT16, PF_INT8, PF_FLOAT, PF_STRING = range(5)
PF_INT32ARRAY, PF_INT16ARRAY, PF_INT8ARRAY, PF_FLOATARRAY, PF_STRINGARRAY = range(5, 10)
PF_COLOR, PF_ITEM, PF_DISPLAY, PF_IMAGE, PF_LAYER, PF_CHANNEL, PF_DRAWABLE = range(10, 17)
PF_SELECTION, PF_COLORARRAY, PF_VECTORS, PF_PARASITE = range(17, 21)
PF_INT, PF_VALUE, PF_COLOUR = PF_INT32, PF_STRING, PF_COLOR
PF_INTARRAY, PF_REGION, PF_PATH = PF_INT32ARRAY, PF_ITEM, PF_VECTORS
PF_TOGGLE, PF_SLIDER, PF_SPINNER, PF_FONT, PF_FILE = range(1000, 1005)
PF_BRUSH, PF_PATTERN, PF_GRADIENT, PF_RADIO, PF_TEXT = range(1005, 1010)
PF_PALETTE, PF_FILENAME, PF_DIRNAME, PF_OPTION = range(1010, 1014)
PF_CUSTOM, PF_LAYERARRAY, PF_DRAWABLEARRAY, PF_IMAGEARRAY = 1100, 1101, 1102, 1103
PF_BOOL, PF_ADJUSTMENT = PF_TOGGLE, PF_SPINNER

NAMES: Mapping[str, int] = {
    name: value for name, value in list(globals().items()) if name.startswith("PF_")
}
"""Every type's name → the number that stands for it in `register`; the first are the PDB's own."""

__all__ = sorted(NAMES)

FLAGS = GObject.ParamFlags.READWRITE
# GIMP_PARAM_NO_VALIDATE, of which the introspected constant is wrong: arrays may be empty then.
MAY_BE_EMPTY = GObject.ParamFlags(int(FLAGS) | 1 << 8)
INT32_LIMITS = (-(2**31), 2**31 - 1)
LIMITS: Mapping[int, tuple[int, int]] = {
    PF_INT8: (0, 255),
    PF_INT16: (-(2**15), 2**15 - 1),
    PF_INT32: INT32_LIMITS,
}
ADJUSTABLE = (PF_SLIDER, PF_SPINNER)
FLOAT_LIMIT = 1e9  # of numbers without a range: a double's own would make its entry as wide
DOUBLE_LIMIT = sys.float_info.max
RESOURCES: Mapping[int, tuple[str, Any]] = {
    PF_FONT: ("font", Gimp.Font),
    PF_BRUSH: ("brush", Gimp.Brush),
    PF_PATTERN: ("pattern", Gimp.Pattern),
    PF_GRADIENT: ("gradient", Gimp.Gradient),
    PF_PALETTE: ("palette", Gimp.Palette),
}
ITEMS: Mapping[int, str] = {
    PF_IMAGE: "image",
    PF_ITEM: "item",
    PF_LAYER: "layer",
    PF_CHANNEL: "channel",
    PF_DRAWABLE: "drawable",
    PF_VECTORS: "path",
    PF_SELECTION: "selection",
    PF_DISPLAY: "display",
}
OBJECT_ARRAYS: Mapping[int, Any] = {
    PF_LAYERARRAY: Gimp.Layer,
    PF_DRAWABLEARRAY: Gimp.Drawable,
    PF_IMAGEARRAY: Gimp.Image,
}
FILES = (PF_FILE, PF_FILENAME, PF_DIRNAME)


@dataclass(frozen=True)
class Option:
    """An entry of a PF_OPTION or PF_RADIO. value: what the function gets. number: id in GIMP."""

    nick: str
    label: str
    value: Any
    number: int


@dataclass(frozen=True)
class Parameter:
    """An argument or a return value. key: its name in GIMP 3. advanced: in an expander."""

    kind: int
    name: str
    key: str
    label: str
    help: str = ""
    default: Any = None
    extra: Any = None
    options: tuple[Option, ...] = ()
    advanced: bool = False

    @property
    def needs_one(self) -> bool:
        """Whether a dialog must begin with some image or layer: GIMP 2's always did."""
        return self.default != -1 and not self.help

    @property
    def is_whole(self) -> bool:
        """Whether a slider or spinner has whole numbers: all that was said of it is whole."""
        lower, upper, step = self.span
        return all(_is_whole(each) for each in (lower, upper, step, self.default or 0))

    @property
    def span(self) -> tuple[float, float, float]:
        """The lower and upper limit, and the step, of a number."""
        if isinstance(self.extra, Sequence) and len(self.extra) >= 2:
            step = self.extra[2] if len(self.extra) > 2 else 1
            return self.extra[0], self.extra[1], step
        if self.kind in LIMITS:
            return (*LIMITS[self.kind], 1)
        return (0, 100, 1) if self.kind in ADJUSTABLE else (-FLOAT_LIMIT, FLOAT_LIMIT, 0.1)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


# ---- reading what `register` was given -----------------------------------------------------------


def parameter(entry: Sequence[Any]) -> Parameter:
    """From (type, name, description, default[, extra[, help]]). Raises error, NotSupported."""
    if len(entry) < 4:
        raise error(
            f"A parameter needs at least 4 elements (type, name, text, default), not {entry}."
        )
    kind, name, label, default = entry[:4]
    _require_kind(kind, name)
    made = Parameter(
        kind,
        name,
        key_of(name),
        str(label or name),
        str(entry[5]) if len(entry) > 5 and entry[5] else "",
        default,
        entry[4] if len(entry) > 4 else None,
    )
    if kind in (PF_OPTION, PF_RADIO):
        return replace(made, options=_options(made))
    return made


def result(entry: Sequence[Any]) -> Parameter:
    """From (type, name, description). Raises error, NotSupported."""
    if len(entry) < 3:
        raise error(f"A result needs at least 3 elements (type, name, description), not {entry}.")
    kind, name, label = entry[:3]
    _require_kind(kind, name)
    return Parameter(kind, name, key_of(name), str(label or name))


def _require_kind(kind: Any, name: Any) -> None:
    if not isinstance(kind, int) or kind not in NAMES.values():
        raise error(f"The type of {name!r} must be one of the PF_… constants, not {kind!r}.")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_ -]+", name):
        raise error(f"A parameter's name has letters, digits, - and _ only, not {name!r}.")
    if kind == PF_CUSTOM:
        raise NotSupported(
            f"PF_CUSTOM ({name}) is not supported: use another PF_… type, or open a window of your "
            "own with Gtk 3 in the plug-in's function."
        )
    if kind == PF_COLORARRAY:
        raise NotSupported(f"PF_COLORARRAY ({name}) is not supported: use several PF_COLOR.")


def key_of(name: str) -> str:
    """What GIMP 3 takes as a name: letters, digits and hyphens, a letter first."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return key if key[:1].isalpha() else f"n{key}"


def unique(parameters: Iterable[Parameter], taken: Iterable[str]) -> list[Parameter]:
    """The same with other keys where one is taken already."""
    used, done = set(taken), []
    for each in parameters:
        key, count = each.key, 2
        while key in used:
            key, count = f"{each.key}-{count}", count + 1
        used.add(key)
        done.append(replace(each, key=key))
    return done


def _options(made: Parameter) -> tuple[Option, ...]:
    entries = list(made.extra or ((("Yes", 1), ("No", 0)) if made.kind == PF_RADIO else ()))
    if not entries:
        raise error(f"{made.name} has nothing to choose from: give the entries as fifth element.")
    options: list[Option] = []
    for number, entry in enumerate(entries):
        label, value = entry if isinstance(entry, list | tuple) else (entry, number)
        nick = value if isinstance(value, str) and value else _slug(str(label)) or f"n{number}"
        while nick in [each.nick for each in options]:
            nick += "-"
        is_number = isinstance(value, int) and INT32_LIMITS[0] <= value <= INT32_LIMITS[1]
        options.append(Option(nick, str(label), value, int(value) if is_number else number))
    return tuple(options)


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower().replace("_", "")).strip("-")


def chosen(of: Parameter, value: Any) -> Option:
    """The entry that a value names; the first if none."""
    for option in of.options:
        if value == option.value and type(value) is type(option.value):
            return option
    for option in of.options:
        if value in (option.value, option.label, option.nick):
            return option
    return of.options[0]


# ---- declaring -----------------------------------------------------------------------------------


def declare(procedure: Any, of: Parameter, at_query: bool) -> None:
    """Add the argument. at_query: GIMP is only asking what there is, and has no fonts yet."""
    key, label, blurb = of.key, of.label, of.help or _plain(of.label)
    said = (key, label, blurb)
    if of.kind in ARGUMENTS:
        ARGUMENTS[of.kind](procedure, said, of)
    elif of.kind in RESOURCES:
        kind, cls = RESOURCES[of.kind]
        default = None if at_query else resource_called(of.default, cls)
        add = getattr(procedure, f"add_{kind}_argument")
        add(*said, True, default, False, FLAGS)  # None: what `values` puts in its place
    elif of.kind in FILES:
        procedure.add_file_argument(
            *said, Gimp.FileChooserAction.ANY, True, _default_file(of.default), FLAGS
        )
    elif of.kind in OBJECT_ARRAYS:
        procedure.add_core_object_array_argument(
            *said, OBJECT_ARRAYS[of.kind].__gtype__, MAY_BE_EMPTY
        )
    else:
        _declare_item(procedure, said, of.kind)


def _plain(label: str) -> str:
    return label.replace("_", "")


def _declare_item(procedure: Any, said: Sequence[str], kind: int) -> None:
    getattr(procedure, f"add_{ITEMS[kind]}_argument")(*said, True, FLAGS)


def resource_called(name: Any, cls: Any) -> Any:
    try:
        return coercion.resource(name, cls.__gtype__) if isinstance(name, str) else None
    except error:
        return None  # the artist has none of that name: GIMP's own current one will do


def resource_or_current(of: Parameter) -> Any:
    """The brush, font, … that is the default's, or else GIMP's current one."""
    kind, cls = RESOURCES[of.kind]
    return resource_called(of.default, cls) or getattr(Gimp, f"context_get_{kind}")()


def _default_file(default: Any) -> Any:
    return coercion.CONVERSIONS["GFile"](default, None) if isinstance(default, str) else None


def _declare_number(procedure: Any, said: Sequence[str], of: Parameter) -> None:
    lower, upper, _ = of.span
    given = of.default if isinstance(of.default, int | float) else float(of.default or 0)
    default = min(upper, max(lower, given))
    whole = of.kind in LIMITS or (of.kind in ADJUSTABLE and of.is_whole)
    if whole and INT32_LIMITS[0] <= lower and upper <= INT32_LIMITS[1]:
        procedure.add_int_argument(*said, int(lower), int(upper), int(default), FLAGS)
    else:
        procedure.add_double_argument(*said, float(lower), float(upper), float(default), FLAGS)


def _declare_string(procedure: Any, said: Sequence[str], of: Parameter) -> None:
    procedure.add_string_argument(*said, "" if of.default is None else str(of.default), FLAGS)


def _declare_boolean(procedure: Any, said: Sequence[str], of: Parameter) -> None:
    procedure.add_boolean_argument(*said, bool(of.default), FLAGS)


def _declare_color(procedure: Any, said: Sequence[str], of: Parameter) -> None:
    default = colors.to_gegl(of.default) if of.default is not None else Gegl.Color.new("black")
    procedure.add_color_argument(*said, True, default, FLAGS)


def _declare_choice(procedure: Any, said: Sequence[str], of: Parameter) -> None:
    choice = Gimp.Choice.new()
    for option in of.options:
        choice.add(option.nick, option.number, option.label, "")
    procedure.add_choice_argument(*said, choice, chosen(of, of.default).nick, FLAGS)


def _declare_array(name: str) -> Callable[[Any, Sequence[str], Parameter], None]:
    def declare_array(procedure: Any, said: Sequence[str], _of: Parameter) -> None:
        getattr(procedure, f"add_{name}_argument")(*said, MAY_BE_EMPTY)

    return declare_array


ARGUMENTS: Mapping[int, Callable[[Any, Sequence[str], Parameter], None]] = {
    PF_INT8: _declare_number,
    PF_INT16: _declare_number,
    PF_INT32: _declare_number,
    PF_FLOAT: _declare_number,
    PF_SLIDER: _declare_number,
    PF_SPINNER: _declare_number,
    PF_STRING: _declare_string,
    PF_TEXT: _declare_string,
    PF_TOGGLE: _declare_boolean,
    PF_COLOR: _declare_color,
    PF_OPTION: _declare_choice,
    PF_RADIO: _declare_choice,
    PF_INT32ARRAY: _declare_array("int32_array"),
    PF_INT16ARRAY: _declare_array("int32_array"),
    PF_INT8ARRAY: _declare_array("bytes"),
    PF_FLOATARRAY: _declare_array("double_array"),
    PF_STRINGARRAY: _declare_array("string_array"),
    PF_PARASITE: _declare_array("parasite"),
}


def declare_result(procedure: Any, of: Parameter) -> None:
    said = (of.key, of.label, of.label)
    kind = of.kind
    if kind in LIMITS:
        procedure.add_int_return_value(*said, *INT32_LIMITS, 0, FLAGS)
    elif kind in (PF_FLOAT, *ADJUSTABLE):
        procedure.add_double_return_value(*said, -DOUBLE_LIMIT, DOUBLE_LIMIT, 0.0, FLAGS)
    elif kind == PF_OPTION:
        procedure.add_int_return_value(*said, *INT32_LIMITS, 0, FLAGS)
    elif kind == PF_TOGGLE:
        procedure.add_boolean_return_value(*said, False, FLAGS)
    elif kind == PF_COLOR:
        procedure.add_color_return_value(*said, True, Gegl.Color.new("black"), FLAGS)
    elif kind in OBJECT_ARRAYS:
        procedure.add_core_object_array_return_value(*said, OBJECT_ARRAYS[kind].__gtype__, FLAGS)
    elif kind in RETURNED_ARRAYS:
        getattr(procedure, f"add_{RETURNED_ARRAYS[kind]}_return_value")(*said, FLAGS)
    elif kind in ITEMS:
        getattr(procedure, f"add_{ITEMS[kind]}_return_value")(*said, True, FLAGS)
    else:  # texts, and names of files and resources, which GIMP 2 gave as texts
        procedure.add_string_return_value(*said, "", FLAGS)


RETURNED_ARRAYS: Mapping[int, str] = {
    PF_INT32ARRAY: "int32_array",
    PF_INT16ARRAY: "int32_array",
    PF_INT8ARRAY: "bytes",
    PF_FLOATARRAY: "double_array",
    PF_STRINGARRAY: "string_array",
    PF_PARASITE: "parasite",
}
