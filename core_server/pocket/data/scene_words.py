"""What scenes say: relations, their wordings, plurals, and which relations are held out.

Words only: it knows no pixel and no position (see `layouts`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from core_server.pocket.data.captions import with_article
from core_server.pocket.data.shapes import SHAPES, choose

HELDOUT_ONE_IN = 10

# relation: (the relation that it is judged by, whether first and second change places)
_FAMILIES: dict[str, tuple[str, bool]] = {
    "on": ("above", False), "on top of": ("above", False), "above": ("above", False),
    "over": ("above", False), "under": ("above", True), "underneath": ("above", True),
    "below": ("above", True), "beneath": ("above", True),
    "left of": ("left of", False), "to the left of": ("left of", False),
    "right of": ("left of", True), "to the right of": ("left of", True),
    "in front of": ("in front of", False), "behind": ("in front of", True),
    "inside": ("inside", False), "in": ("inside", False), "around": ("inside", True),
    "next to": ("next to", False), "beside": ("next to", False), "and": ("next to", False),
}  # fmt: skip

WORDINGS: dict[str, tuple[str, ...]] = {
    "on": (
        "{a} on {b}", "{a} on {b}", "{a} on {b}", "{a} on top of {b}", "{a} on top of {b}",
        "{a} standing on {b}", "{b} under {a}", "{b} underneath {a}", "{b} with {a} on top",
    ),
    "above": (
        "{a} above {b}", "{a} above {b}", "{a} above {b}", "{a} over {b}", "{b} below {a}",
        "{b} below {a}", "{b} under {a}", "{b} beneath {a}", "{a} at the top and {b} at the bottom",
    ),
    "left of": (
        "{a} left of {b}", "{a} left of {b}", "{a} to the left of {b}", "{a} on the left of {b}",
        "{b} right of {a}", "{b} right of {a}", "{b} to the right of {a}",
        "{b} on the right of {a}", "{a} on the left and {b} on the right",
    ),
    "next to": (
        "{a} next to {b}", "{a} next to {b}", "{a} beside {b}", "{a} and {b} side by side",
        "{a} and {b} next to each other",
    ),
    "and": ("{a} and {b}", "{a} and {b}", "{a} with {b}", "{a} together with {b}"),
    "in front of": ("{a} in front of {b}", "{a} in front of {b}", "{b} behind {a}"),
    "inside": (
        "{a} inside {b}", "{a} inside {b}", "{a} inside of {b}", "{a} in {b}",
        "{b} with {a} inside", "{b} around {a}",
    ),
    "between": ("{a} between {b} and {c}", "{a} in between {b} and {c}"),
    "between two": ("{a} between two {b}", "{a} between two {b}", "two {b} with {a} between them"),
    "stack": ("{a} on {b} on {c}", "{a} on {b} on {c}", "{a} on top of {b} on top of {c}"),
    "list": ("{a}, {b} and {c}", "{a}, {b} and {c}", "{a} and {b} and {c}"),
    "two and": ("two {a} and {b}", "{b} and two {a}"),
}  # fmt: skip
SIZE_WORDS: dict[str, tuple[str, ...]] = {
    "small": ("small", "small", "little", "tiny"),
    "big": ("big", "big", "large", "huge"),
}
NUMBERS: dict[int, tuple[str, ...]] = {
    2: ("two", "two", "two", "2", "a pair of"),
    3: ("three", "three", "three", "3"),
    4: ("four", "four", "four", "4"),
}

_IRREGULAR = {
    "mouse": "mice", "goose": "geese", "wolf": "wolves", "leaf": "leaves", "knife": "knives",
    "tooth": "teeth", "foot": "feet", "ox": "oxen", "child": "children", "sheep": "sheep",
    "deer": "deer", "squid": "squid", "shrimp": "shrimp", "loaf": "loaves",
    "bison": "bison", "moose": "moose", "elf": "elves", "scarf": "scarves", "fairy": "fairies",
    "calf": "calves",
    "policeman": "policemen", "fireman": "firemen", "snowman": "snowmen", "santa": "santas",
    "hero": "heroes", "potato": "potatoes", "tomato": "tomatoes", "mango": "mangoes",
    "torpedo": "torpedoes", "axe": "axes",
}  # fmt: skip
_PROMPTED = ("on", "above", "below", "left of", "right of", "inside", "next to")
# In the order of the colour circle; neighbours may be called by each other's word when shaded,
# and the words left out (orange and brown, the grays) even more so.
_PROMPT_COLOURS = ("red", "yellow", "green", "turquoise", "blue", "purple", "pink")
HOSTS: dict[str, tuple[str, ...]] = {
    "on": ("cube", "cube", "square", "hexagon", "circle", "sphere", "oval", "cross"),
    "inside": ("circle", "square", "hexagon", "diamond", "oval", "ring", "heart"),
}
"""Second shapes that a relation makes sense with, where it does not with every one."""


@dataclass(frozen=True, slots=True)
class BindingPrompt:
    """A held-out prompt and its meaning: the first thing is `relation` the second."""

    prompt: str
    first_colour: str
    first_shape: str
    relation: str
    second_colour: str
    second_shape: str


def is_held_out(first: str, relation: str, second: str) -> bool:
    """Whether no training scene shows `first` ("red cube") in `relation` to `second`.

    One triple in ten, by a hash of the words. A relation and its inverse fall together, and so
    do on and above; "next to" has no order. Raises ValueError for a relation it does not know.
    """
    if relation not in _FAMILIES:
        raise ValueError(f"relation must be one of {', '.join(_FAMILIES)}, not {relation!r}.")
    family, is_swapped = _FAMILIES[relation]
    pair = [_plain(first), _plain(second)]
    if is_swapped:
        pair.reverse()
    if family == "next to":
        pair.sort()
    digest = hashlib.sha256(f"{pair[0]}|{family}|{pair[1]}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELDOUT_ONE_IN == 0


def _plain(words: str) -> str:
    return words.replace("ball", "sphere") if words.endswith(" ball") else words


def binding_prompts(count: int, seed: int) -> list[BindingPrompt]:
    """`count` different held-out prompts of two shapes in colours that pixels tell apart."""
    rng = np.random.default_rng(seed)
    found: dict[str, BindingPrompt] = {}
    while len(found) < count:
        relation = _PROMPTED[len(found) % len(_PROMPTED)]
        first = choose(rng, SHAPES, _PROMPT_COLOURS)
        second = choose(rng, HOSTS.get(relation, SHAPES), _PROMPT_COLOURS)
        places = [_PROMPT_COLOURS.index(colour) for _, colour in (first, second)]
        apart = abs(places[0] - places[1])
        words = f"{first[1]} {first[0]}", f"{second[1]} {second[0]}"
        if min(apart, len(_PROMPT_COLOURS) - apart) < 2 or not is_held_out(
            words[0], relation, words[1]
        ):
            continue
        prompt = f"{with_article(words[0])} {relation} {with_article(words[1])}"
        found[prompt] = BindingPrompt(prompt, first[1], first[0], relation, second[1], second[0])
    return list(found.values())


def plural(noun: str) -> str:
    """The English plural of a countable name ("slice of pizza" gives "slices of pizza")."""
    head, of, rest = noun.partition(" of ")
    *before, last = head.split()
    return " ".join([*before, _plural_word(last)]) + of + rest


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("fish"):
        return word
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
