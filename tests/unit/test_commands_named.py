"""Every command that a text tells somebody to type is there, with the options it is given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from core_server.cli.main import impasto
from plugins.common.cures import COMMANDS

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("core_server", "plugins", "protocol")
IN_TEXT = re.compile(r"`impasto ([^`\n]+)`")
IN_README = re.compile(r"^    (?:\S*/)?impasto (.+?)(?:\s+#.*)?$", re.M)
ANY_WORD = re.compile(r"[A-Z]+|\{.*\}|COMMAND|VERB")


def named() -> Iterator[str]:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    yield from IN_README.findall(readme)
    yield from IN_TEXT.findall(readme)
    for folder in FOLDERS:
        for path in (REPOSITORY / folder).rglob("*.py"):
            yield from IN_TEXT.findall(path.read_text("utf-8"))
    for command in COMMANDS.values():
        yield command.format(program="krita").removeprefix("impasto ")


@pytest.mark.parametrize("words", sorted(set(named())))
def test_what_a_text_says_to_type_is_a_command(words: str) -> None:
    command: click.Command = impasto
    given = shlex.split(words)
    while given and isinstance(command, click.Group) and not given[0].startswith("-"):
        if ANY_WORD.fullmatch(given[0]):
            break
        below = command.get_command(click.Context(command), given.pop(0))
        assert below is not None, f"there is no: impasto {words}"
        command = below
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    typed = {word for word in given if word.startswith("-")}
    assert typed <= options | {"--help"}, f"an option is unknown: impasto {words}"


def test_commands_were_found() -> None:
    found = set(named())
    assert {"install krita", "models add FOLDER", "doctor"} <= found
    assert len(found) > 20
