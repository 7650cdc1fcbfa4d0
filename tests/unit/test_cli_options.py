"""Options come from the catalogue: names, ranges, defaults and checks, none written by hand."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from core_server.cli.main import COMMANDS, impasto
from core_server.cli.options import SectionCommand, help_line, options_for
from core_server.operations import catalogue, load_styles
from protocol.params import Choice, Image, List, Model, Number, Operation, Seed, Text, Toggle

pytestmark = pytest.mark.usefixtures("impasto_home")

OPERATIONS = catalogue(load_styles()).operations
EVERY_KIND = Operation(
    "try",
    "Try",
    "",
    (
        Number("steps", "Steps", "How many.", minimum=1, maximum=9, integer=True, nullable=True),
        Number("strength", "Strength", "How much.", minimum=0, maximum=1, default=0.5),
        Choice("sampler", "Sampler", "How. Empty: its own.", options=(), nullable=True),
        Toggle("rank", "Rank", "Sort.", default=True, visibility="advanced"),
        Text("negative_prompt", "Negative prompt", "Not this.", visibility="advanced"),
        Seed("seed", "Seed", "Noise."),
        Model("model", "Model", "Which. Empty: the default."),
        List("sizes", "Sizes", "Several.", item=Number("size", "Size", maximum=8)),
        Number("left", "Left", "", maximum=8, default=0, when={"intent": ("expand",)}, unit="px"),
        Image("image", "Image"),
        Image("control", "Depth", role="control", min_count=0, names=("depth",)),
        Number("hold", "Hold", "", default=1, when={"control": ("depth",)}),
    ),
)


@pytest.fixture
def given() -> dict[str, object]:
    return {}


@pytest.fixture
def command(given: dict[str, object]) -> click.Command:
    return SectionCommand(
        "try", callback=lambda **values: given.update(values), params=[*options_for(EVERY_KIND)]
    )


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["--steps", "3"], "steps", 3),
        (["--steps", "3.0"], "steps", 3),
        (["--strength", "1"], "strength", 1.0),
        (["--no-rank"], "rank", False),
        (["--rank"], "rank", True),
        (["--negative-prompt", "a dog"], "negative_prompt", "a dog"),
        (["-s", "4294967295"], "seed", 2**32 - 1),
        (["-m", "sdxl"], "model", "sdxl"),
        (["--sizes", "[1, 2]"], "sizes", [1.0, 2.0]),
        ([], "strength", None),
        ([], "rank", None),
    ],
)
def test_what_is_typed_arrives_as_the_declared_kind(
    command: click.Command,
    given: dict[str, object],
    arguments: list[str],
    name: str,
    value: object,
) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert given[name] == value
    assert type(given[name]) is type(value)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--steps", "10"], "Steps is 10; it must be from 1 to 9."),
        (["--steps", "2.5"], "Steps must be a whole number, not 2.5."),
        (["--strength", "much"], "Strength must be a number."),
        (["--strength", "nan"], "Strength must be a number."),
        (["--seed", "-1"], "Seed is -1; it must be from 0 to 4294967295."),
        (["--sizes", "1"], "Sizes must be a list."),
    ],
)
def test_a_wrong_value_is_refused_with_the_declarations_sentence(
    command: click.Command, arguments: list[str], sentence: str
) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert sentence in result.output


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("steps", "How many. [1 to 9]"),
        ("strength", "How much. [0 to 1; default: 0.5]"),
        ("rank", "Sort. [default: yes]"),
        ("seed", "Noise. [default: a new one]"),
        ("model", "Which. [default: the default]"),
        ("left", "Left. [0 to 8 px; default: 0; only with --intent expand]"),
        ("hold", "Hold. [0 to 1; default: 1; only with --depth]"),
    ],
)
def test_help_has_range_default_and_condition(name: str, line: str) -> None:
    assert help_line(EVERY_KIND.param(name), {"control"}) == line
    (option,) = (each for each in options_for(EVERY_KIND) if each.name == name)
    assert option.help == line


def test_advanced_parameters_stand_under_their_own_heading(command: click.Command) -> None:
    text = CliRunner().invoke(command, ["--help"]).output
    assert text.index("Options:") < text.index("--steps") < text.index("Advanced:")
    assert text.index("Advanced:") < text.index("--negative-prompt") < text.index("Command:")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_declared_parameter_is_an_option_or_an_argument(operation: Operation) -> None:
    context = click.Context(impasto)
    command = impasto.get_command(context, operation.name)
    assert command is not None
    names = {param.name for param in command.params}
    declared = {p.name for p in operation.params if not isinstance(p, Image)}
    assert declared <= names


@pytest.mark.parametrize("name", [name for entries in COMMANDS.values() for name in entries])
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(impasto, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_help_lists_all_commands_without_loading_one(impasto_home: Path) -> None:
    program = (
        "import sys; from core_server.cli.main import run; run(['--help']);"
        "print([n for n in ('numpy', 'torch', 'rich', 'zmq', 'core_server.cli.paint')"
        " if n in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "IMPASTO_HOME": str(impasto_home)},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip().endswith("[]")
    assert all(name in answer.stdout for entries in COMMANDS.values() for name in entries)
