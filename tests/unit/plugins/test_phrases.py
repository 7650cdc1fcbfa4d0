"""Every text of the plugins has a Chinese one with the same values in it; none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core_server.operations import catalogue, load_styles
from plugins.blender.commands import BLENDER_INTENTS, COMMANDS
from plugins.common.intents import INTENTS
from plugins.common.phrases import choose_language, say
from plugins.common.phrases_zh import PHRASES
from plugins.common.wording import REMEDIES, STATES
from protocol.params import Choice

ROOT = Path(__file__).parents[3]
HOSTS = ("krita", "gimp", "blender")
SPEAKERS = {
    "say", "Notice", "BadRequest", "EmptySelection", "HostError", "DocumentGone", "NotFound",
}  # fmt: skip
"""What is given a text as its first argument that an artist will read."""

NAMED = {"text", "_REFUSED", "_REMARKS"}
"""Variables, and tables, whose texts `say` gets later."""


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    choose_language("en")


@cache
def spoken() -> set[str]:
    """Every text in the sources, the tables and the catalogue."""
    texts = {text for path in sources() for text in literals(path)}
    texts |= set(REMEDIES.values()) | set(STATES.values())
    for named in (*INTENTS, *BLENDER_INTENTS, *COMMANDS):
        texts |= {named.label, named.help}
    return texts


def sources() -> list[Path]:
    folders = [ROOT / "plugins/common", *(ROOT / "plugins" / host for host in HOSTS)]
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in SPEAKERS and isinstance(first, ast.Constant) and first.value:
                yield str(first.value)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMED:
            values = getattr(node.value, "values", [node.value])
            texts = (str(each.value) for each in values if isinstance(each, ast.Constant))
            yield from (text for text in texts if " " in text.strip())
    if path.name == "actions.py":
        yield from re.findall(r'\("(Impasto: [^"]+)"', path.read_text("utf-8"))


def declared() -> set[str]:
    """Labels and help of the daemon's own operations; an artist's styles keep their names."""
    texts = set()
    for operation in catalogue(load_styles()).operations:
        for parameter in operation.params:
            texts |= {parameter.label, parameter.help}
            if isinstance(parameter, Choice) and parameter.name != "sampler":
                for option in parameter.options:
                    texts |= {option.label, option.help}
    return texts - {""}


def test_every_text_has_a_chinese_one() -> None:
    missing = sorted((spoken() | declared()) - set(PHRASES))
    assert missing == []


def test_no_chinese_text_is_left_over() -> None:
    assert sorted(set(PHRASES) - spoken() - declared()) == []


def test_the_same_values_are_filled_in() -> None:
    def names(text: str) -> list[str]:
        return sorted(re.findall(r"{(\w+)}", text))

    assert [text for text in PHRASES if names(PHRASES[text]) != names(text)] == []


@pytest.mark.parametrize("locale", ["zh", "zh_CN", "zh-Hans-CN"])
def test_the_locale_chooses_the_language(locale: str) -> None:
    assert choose_language(locale) == "zh"
    assert say("Apply") == PHRASES["Apply"] != "Apply"


def test_other_languages_hear_english_and_what_is_not_known_stays_as_it_came() -> None:
    assert choose_language("de_AT") == "en"
    assert say("Apply") == "Apply"
    choose_language("zh")
    assert say("A label of a newer daemon") == "A label of a newer daemon"
