"""Phrases that the text tower imitates its teacher on: words, small templates, and captions.

It must not see pictures.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from core_server.pocket.data.colours import COLOURS
from core_server.pocket.data.dataset import Dataset
from core_server.pocket.data.translations import coloured, names_colour

_COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown",
    "black", "white", "grey", "golden", "silver", "turquoise", "dark", "bright",
)  # fmt: skip
_TEMPLATES = (
    "{a}", "a {a}", "the {a}", "{c} {a}", "a {c} {a}", "{c} {a} on a {d} background",
    "{a} and {b}", "a {a} with a {b}", "{a}, 3d style", "{a} texture", "seamless {c} {a} texture",
    "a small {a}", "a happy {a}", "an emoji of a {a}", "a drawing of a {a}", "cartoon {a}",
    "picture of {a} {b}",
)  # fmt: skip


def dictionary(entries: Sequence[str]) -> list[str]:
    """Whole lower-case words of three letters or more among the tokenizer's vocabulary entries."""
    return [
        entry.strip()
        for entry in entries
        if entry.endswith(" ")
        and entry.strip().isascii()
        and entry.strip().isalpha()
        and len(entry) > 3
    ]


def foreign_phrases(data: Dataset) -> list[tuple[str, str]]:
    """Every translated name of a concept, plain and coloured, with what it means in English."""
    found = []
    for names, translations in zip(data.concepts, data.concept_translations, strict=True):
        for language, foreign in translations.items():
            for name in foreign:
                found.append((name, names[0]))
                for colour in () if names_colour(language, name) else COLOURS:
                    found.append((coloured(language, colour, name), f"{colour} {names[0]}"))
    return list(dict.fromkeys(found))


def phrases(words: Sequence[str], known: Sequence[str], count: int, seed: int) -> list[str]:
    """``count`` phrases: every word and every known caption first, then templates.

    Half of the templates' nouns are known ones.
    """
    draw = random.Random(seed)
    found = list(dict.fromkeys([*known, *words]))
    while len(found) < count:
        template = draw.choice(_TEMPLATES)
        subject = draw.choice(known if draw.random() < 0.5 else words)
        found.append(
            template.format(
                a=subject, b=draw.choice(words), c=draw.choice(_COLOURS), d=draw.choice(_COLOURS)
            )
        )
    draw.shuffle(found)
    return found[:count]
