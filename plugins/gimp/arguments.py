"""A daemon's operation as arguments of a GIMP procedure, and their values back as its parameters.

GIMP's numbers cannot be empty: -1 stands for "as the model has it" and for a new seed. Knows
neither images nor the daemon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from plugins.common.form import belongs_to_picture
from plugins.common.intents import INTENTS
from plugins.common.phrases import say
from plugins.gimp.gimpfu import (
    PF_LAYER,
    PF_OPTION,
    PF_SLIDER,
    PF_SPINNER,
    PF_STRING,
    PF_TEXT,
    PF_TOGGLE,
)
from protocol.params import Choice, Model, Number, Operation, Parameter, Seed, Text, Toggle

UNSET = -1
OWN = "default"
"""The choice that leaves it to the model."""


@dataclass(frozen=True)
class Argument:
    """declared: as `gimpfu.register` takes it (type, name, label, default, range or options, help).

    value: makes what the daemon wants of what GIMP gives.
    """

    name: str
    declared: tuple[Any, ...]
    value: Callable[[Any], Any]
    is_advanced: bool = False


def arguments(operation: Operation) -> list[Argument]:
    """In the order of the form: what to do first, then the daemon's own parameters.

    A parameter of a kind that this plugin does not know keeps its default, and so does one that
    belongs to a picture which GIMP has none of.
    """
    ways = [each for each in INTENTS if each.operation == operation.name]
    found = [_intent([(each.name, each.label) for each in ways])] if len(ways) > 1 else []
    if any(each.layers for each in ways):
        found.append(_source())
    if any(each.layers > 1 for each in ways):
        found.append(_other())
    known = {each.name for each in found}
    declared = [
        _argument(each)
        for each in operation.params
        if each.name not in known and not belongs_to_picture(operation, each)
    ]
    return [*found, *(each for each in declared if each is not None)]


def values_of(known: Sequence[Argument], given: Sequence[Any]) -> dict[str, Any]:
    """What a procedure was called with, by the names of the parameters."""
    return {each.name: each.value(value) for each, value in zip(known, given, strict=True)}


# ---- one by one ------------------------------------------------------------------------------


def _argument(parameter: Parameter) -> Argument | None:
    kind, default, extra, value = _declared(parameter)
    if kind is None:
        return None
    declared = (kind, parameter.name, say(parameter.label), default, extra, _help(parameter))
    is_advanced = parameter.visibility != "basic" or bool(parameter.when)
    return Argument(parameter.name, declared, value, is_advanced)


def _declared(parameter: Parameter) -> tuple[int | None, Any, Any, Callable[[Any], Any]]:
    """Type, default, range or options, and the way back; no type for a kind that is not known."""
    if isinstance(parameter, Number):
        return _number(parameter)
    if isinstance(parameter, Seed):
        return PF_SPINNER, UNSET, (UNSET, parameter.maximum, 1), _whole
    if isinstance(parameter, Choice):
        options = [(say(each.label), each.value) for each in parameter.options]
        if parameter.nullable:
            options.insert(0, (say("As the model has it"), OWN))
        return PF_OPTION, parameter.default or OWN, tuple(options), _chosen
    if isinstance(parameter, Toggle):
        return PF_TOGGLE, parameter.default, None, bool
    if isinstance(parameter, Text):
        return PF_TEXT if parameter.multiline else PF_STRING, parameter.default, None, str
    if isinstance(parameter, Model):
        return PF_STRING, "", None, _named
    return None, None, None, str


def _number(parameter: Number) -> tuple[int, Any, Any, Callable[[Any], Any]]:
    default = UNSET if parameter.default is None else parameter.default
    lowest = UNSET if parameter.nullable else parameter.minimum
    kind = PF_SPINNER if parameter.integer or parameter.nullable else PF_SLIDER
    way = _whole if parameter.integer else _real
    return kind, default, (lowest, parameter.maximum, parameter.step), way


def _help(parameter: Parameter) -> str:
    """The daemon's, where forms leave a field empty, says so: here it is -1."""
    text = say(parameter.help)
    if isinstance(parameter, Seed):
        return f"{text} {say('-1: a new one each time.')}".strip()
    if isinstance(parameter, Number) and parameter.nullable:
        empty = say("Empty:")
        return (
            text.replace(empty, f"-1{empty[-1]}")
            if empty in text
            else f"{text} {say('-1: by itself.')}"
        )
    return text


def _whole(given: float) -> int | None:
    return None if given < 0 else int(given)


def _real(given: float) -> float | None:
    return None if given < 0 else float(given)


def _chosen(given: str) -> str | None:
    return None if given == OWN else given


def _named(given: str) -> str | None:
    return given.strip() or None


def _intent(ways: Sequence[tuple[str, str]]) -> Argument:
    options = tuple((say(label), name) for name, label in ways)
    declared = (
        PF_OPTION, "intent", say("Intent"), ways[0][0], options,
        say("What shall happen in the selection."),
    )  # fmt: skip
    return Argument("intent", declared, str)


def _source() -> Argument:
    options = ((say("From the active layer"), "layer"), (say("From what is visible"), "visible"))
    declared = (
        PF_OPTION, "source", say("Source"), "layer", options, say("Which pixels are read."),
    )  # fmt: skip
    return Argument("source", declared, str)


def _other() -> Argument:
    label, text = say("Mix with"), say("The second layer; none: the prompt.")
    return Argument("other", (PF_LAYER, "other", label, None, None, text), lambda given: given)
