"""Command-line options made from the catalogue's declarations: names, ranges, defaults, help.

Must not know any operation: a parameter that is declared there appears here by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from protocol.errors import ImpastoError
from protocol.params import (
    Choice,
    Image,
    Model,
    Number,
    Operation,
    Parameter,
    Seed,
    Text,
    Toggle,
)

SHORT = {"count": "-n", "seed": "-s", "model": "-m"}
"""The few parameters that have a letter."""

SECTIONS = {"basic": "Options", "advanced": "Advanced", "hidden": "Advanced"}


class SectionOption(click.Option):
    """An option that `--help` lists under a heading of its own."""

    section = "Options"


class SectionCommand(click.Command):
    """A command whose `--help` has its options under headings, in the order they first occur."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                title = param.section if isinstance(param, SectionOption) else "Command"
                sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


def options_for(operation: Operation, skip: Iterable[str] = ()) -> list[click.Option]:
    """One option per parameter, basic ones first; pictures and `skip` are left to the command.

    An option that is not given is None and not sent: the daemon fills in the default.
    """
    left_out = set(skip)
    params = [p for p in operation.params if not isinstance(p, Image) and p.name not in left_out]
    params.sort(key=lambda p: p.visibility != "basic")
    pictures = {image.name for image in operation.images}
    return [_option(p, help_line(p, pictures)) for p in params]


def _option(parameter: Parameter, help_text: str) -> click.Option:
    flag = parameter.name.replace("_", "-")
    if isinstance(parameter, Toggle):
        names = [f"--{flag}/--no-{flag}"]
    else:
        names = [*([SHORT[parameter.name]] if parameter.name in SHORT else []), f"--{flag}"]
    option = SectionOption(
        [*names, parameter.name],
        default=None,
        type=None if isinstance(parameter, Toggle) else str,
        metavar=metavar(parameter),
        help=help_text,
        callback=_checker(parameter),
        hidden=parameter.visibility == "hidden",
    )
    option.section = SECTIONS[parameter.visibility]
    return option


def metavar(parameter: Parameter) -> str | None:
    """What stands behind the option in the help; None for a switch."""
    match parameter:
        case Toggle():
            return None
        case Number(integer=True) | Seed():
            return "N"
        case Number():
            return "X"
        case Choice():
            return "WORD"
        case Text():
            return "TEXT"
        case Model():
            return "NAME"
        case _:
            return "JSON"


def help_line(parameter: Parameter, pictures: Iterable[str] = ()) -> str:
    """Help, range and default of a parameter in one line.

    pictures: names of pictures; what they may be are options of their own.
    """
    # "Empty: …" is said of a form's field; here it is the default, when the option is left out.
    text, _, empty = (part.strip() for part in parameter.help.partition("Empty:"))
    facts = [_range(parameter), _default(parameter, empty.rstrip("."))]
    for name, values in parameter.when.items():
        words = [f"--{value}" for value in values] if name in pictures else values
        facts.append(f"only with {'' if name in pictures else f'--{name} '}{' or '.join(words)}")
    facts = [fact for fact in facts if fact]
    text = text or f"{parameter.label}."
    return f"{text} [{'; '.join(facts)}]" if facts else text


def _range(parameter: Parameter) -> str:
    if isinstance(parameter, Number):
        unit = f" {parameter.unit}" if parameter.unit else ""
        return f"{parameter.minimum:g} to {parameter.maximum:g}{unit}"
    if isinstance(parameter, Choice):
        return ", ".join(option.value for option in parameter.options)
    return ""


def _default(parameter: Parameter, empty: str) -> str:
    default = getattr(parameter, "default", None)
    match default:
        case bool():
            return f"default: {'yes' if default else 'no'}"
        case int() | float():
            return f"default: {default:g}"
        case str() if default:
            return f"default: {default}"
    if isinstance(parameter, Seed):
        return "default: a new one"
    return f"default: {empty}" if empty else ""


def _checker(parameter: Parameter) -> Any:
    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value is None:
            return None
        try:
            return parameter.check(parse(parameter, value), f"params.{parameter.name}")
        except ImpastoError as error:
            raise click.BadParameter(error.message, ctx, param) from error

    return check


def parse(parameter: Parameter, value: Any) -> Any:
    """What was typed, as the kind of value the parameter has; it is checked afterwards."""
    if isinstance(parameter, Toggle):
        return value
    if isinstance(parameter, (Number, Seed)):
        for number in (int, float):
            try:
                return number(value)
            except ValueError:
                continue
        return value  # the check says what it must be
    if isinstance(parameter, (Text, Choice, Model)):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
