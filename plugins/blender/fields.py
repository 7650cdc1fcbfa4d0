"""A parameter of the daemon's catalogue as one of Blender's properties, and its value back.

Knows neither scenes nor operators. Seeds are text, since Blender's whole numbers end at 2^31; a
number that may be empty is -1 for scripts, and in the panel has a switch beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zlib import crc32

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from plugins.common.phrases import say
from protocol.params import Choice, Model, Number, Parameter, Seed, Text, Toggle

OWN = "default"
"""The choice that leaves it to the model."""

UNSET = -1
_MANY = 2**31 - 1


def number_of(value: str) -> int:
    """What an enum's value is in a .blend: the same whatever others there are."""
    return crc32(value.encode()) & 0x3FFFFFFF


def has_own_switch(field: Parameter) -> bool:
    return isinstance(field, Number) and field.nullable


def is_share(field: Number) -> bool:
    """Drawn as a slider from one end to the other."""
    return not field.integer and not field.nullable and field.maximum <= 4.0


# ---- for operators -------------------------------------------------------------------------------


def argument(field: Parameter) -> Any:
    """The property of an operator; None for a kind that this extension does not know.

    Never remembered from one call to the next: what is not given is the scene's.
    """
    more: dict[str, Any] = {
        "name": say(field.label),
        "description": say(field.help),
        "options": {"SKIP_SAVE"},
    }
    if isinstance(field, Number):
        lowest = min(UNSET, field.minimum) if field.nullable else field.minimum
        default = UNSET if field.default is None else field.default
        if field.nullable:
            more["description"] += " " + say("-1: by itself.")
        return _number(field, lowest, default=default, **more)
    if isinstance(field, Choice):
        return EnumProperty(items=options(field), default=field.default or OWN, **more)
    if isinstance(field, Toggle):
        return BoolProperty(default=field.default, **more)
    if isinstance(field, (Text, Seed, Model)):
        return StringProperty(default=str(getattr(field, "default", None) or ""), **more)
    return None


def value_of(field: Parameter, given: Any) -> Any:
    """What the daemon wants of what a property holds."""
    if isinstance(field, Number):
        if field.nullable and given < field.minimum:
            return None
        return int(given) if field.integer else round(float(given), 6)
    if isinstance(field, Choice):
        return None if given == OWN and field.nullable else given
    if isinstance(field, Seed):
        text = str(given).strip()
        return (int(text) if text.isascii() and text.isdigit() else text) if text else None
    if isinstance(field, Model):
        return str(given).strip() or None
    return given


def options(field: Choice) -> list[tuple[str, str, str, int]]:
    """(value, label, help, number), the model's own first where that may be chosen."""
    own = [(OWN, say("automatic"), "", number_of(OWN))] if field.nullable else []
    return own + [
        (each.value, say(each.label), say(each.help) if each.help else "", number_of(each.value))
        for each in field.options
    ]


def _number(field: Number, lowest: float, **more: Any) -> Any:
    if field.integer:
        subtype = "PIXEL" if field.unit == "px" else "NONE"
        highest = int(min(field.maximum, _MANY))
        more["default"] = int(more.get("default", lowest))
        step = max(1, int(field.step))
        return IntProperty(min=int(lowest), max=highest, step=step, subtype=subtype, **more)
    subtype = "FACTOR" if is_share(field) else "NONE"
    digits = 2 if field.step < 0.1 else 1
    return FloatProperty(
        min=lowest, max=field.maximum, step=max(1, round(field.step * 100)), precision=digits,
        subtype=subtype, **more,
    )  # fmt: skip


# ---- for panels ----------------------------------------------------------------------------------

Get, Set = Callable[[Any], Any], Callable[[Any, Any], None]
"""Of the group that has the property: the value as the daemon has it, and a new one."""

Items = Callable[[Any], Sequence[tuple[str, str, str, str, int]]]


def members(
    name: str, field: Parameter, get: Get, set_: Set, models: Items, typed: Callable[[str], Any]
) -> Iterator[tuple[str, Any]]:
    """The properties that draw it, by name. They keep nothing: `get` and `set_` do.

    models: those to choose from, for a group. typed: what was typed into a field before.
    """
    more: dict[str, Any] = {"name": say(field.label), "description": say(field.help)}
    if isinstance(field, Number):
        yield from _number_members(name, field, get, set_, more)
    elif isinstance(field, Choice):
        yield name, _choice_member(field, get, set_, more)
    elif isinstance(field, Toggle):
        yield name, BoolProperty(get=lambda me: bool(get(me)), set=set_, **more)
    elif isinstance(field, Model):
        yield name, _model_member(get, set_, models, more)
    elif isinstance(field, (Text, Seed)):
        if isinstance(field, Text):
            more["search"] = lambda me, context, text: typed(field.name)
            more["search_options"] = {"SUGGESTION"}
        yield (
            name,
            StringProperty(
                get=lambda me: "" if get(me) is None else str(get(me)),
                set=lambda me, text: set_(me, value_of(field, text)),
                **more,
            ),
        )


def switch_of(name: str) -> str:
    """The property that says whether a number is the artist's own."""
    return f"{name}_own"


def _number_members(
    name: str, field: Number, get: Get, set_: Set, more: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    kind = int if field.integer else float
    suggested = field.minimum if field.default is None else field.default

    def shown(me: Any) -> Any:
        value = get(me)
        return kind(suggested if value is None else value)

    yield (
        name,
        _number(
            field, field.minimum, get=shown, set=lambda me, now: set_(me, value_of(field, now)),
            **more,
        ),
    )  # fmt: skip
    if field.nullable:

        def switched(me: Any, is_own: bool) -> None:
            set_(me, (get(me) or kind(_first(field))) if is_own else None)

        yield (
            switch_of(name),
            BoolProperty(
                get=lambda me: get(me) is not None, set=switched, name=more["name"],
                description=say("Off: the model decides."),
            ),
        )  # fmt: skip


def _first(field: Number) -> float:
    """A number to begin with where the model's own is not known."""
    return {"steps": 20, "guidance_scale": 5, "width": 1024, "height": 1024}.get(
        field.name, field.minimum
    )


def _choice_member(field: Choice, get: Get, set_: Set, more: dict[str, Any]) -> Any:
    known = {number: value for value, _, _, number in options(field)}

    def chosen(me: Any, number: int) -> None:
        set_(me, value_of(field, known[number]))

    return EnumProperty(
        items=options(field), get=lambda me: number_of(get(me) or OWN), set=chosen, **more
    )


def _model_member(get: Get, set_: Set, models: Items, more: dict[str, Any]) -> Any:
    def chosen(me: Any, number: int) -> None:
        value = next((each[0] for each in models(me) if each[4] == number), OWN)
        set_(me, None if value == OWN else value)

    return EnumProperty(
        items=lambda me, context: models(me),
        get=lambda me: number_of(get(me) or OWN),
        set=chosen,
        **more,
    )
