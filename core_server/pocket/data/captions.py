"""Wordings of a caption, chosen afresh each time a picture is sampled.

Grammar only: it knows no concept, colour or picture.
"""

from __future__ import annotations

import re

import numpy as np

from core_server.pocket.data.colours import COLOURS

_STYLE_WORDINGS: dict[str, tuple[str, ...]] = {
    "3d style": ("{x}, 3d style", "3d {x}", "{x} in 3d style", "3d render of {a}", "{x}, 3d"),
    "cartoon style": (
        "{x}, cartoon style", "{x} in cartoon style", "cartoon {x}", "flat drawing of {a}",
        "{x}, flat style",
    ),
}  # fmt: skip
_EMOJI_WORDINGS = (
    "{x}", "{x}", "{x}", "{a}", "{a}", "{x} icon", "picture of {a}", "{x} emoji",
    "a drawing of {a}", "clip art of {a}",
)  # fmt: skip
_TEXTURE_WORDINGS = (
    "{x}", "{x}", "{a}", "{x} texture", "{x} texture", "seamless {x} texture", "texture of {a}",
    "seamless {x}",
)  # fmt: skip
_SHAPE_WORDINGS = ("{x}", "{a}", "{a}", "picture of {a}", "{x} icon")
_STYLE_SHARE = 0.4
_COLOUR_SHARE = 0.3
_FIRST_NAME_SHARE = 0.55

# Nouns that take no article although they do not end in s.
_MASS = frozenset(
    {
        "rice", "bread", "bacon", "popcorn", "spaghetti", "pasta", "sushi", "milk", "coffee",
        "fire", "rain", "butter", "salt", "ice", "soap", "cheese", "money", "corn", "meat",
        "camping", "applause", "lightning", "wheat", "garlic", "broccoli", "lettuce", "chocolate",
        "candy", "yarn", "wool", "thread", "sunshine", "lava", "glitter", "confetti", "yoga",
        "tempura", "cutlery", "luggage", "mail", "beer", "whiskey", "champagne", "coral",
        "lavender", "fog", "curry", "stew", "dna", "ramen", "earth", "saturn", "sake", "red wine",
        "fuji", "liberty", "claus", "christmas", "dracula", "clothes", "art", "cloth", "wood",
        "tennis", "bowling", "baseball", "badminton", "lacrosse", "hockey", "pong", "football",
        "softball", "basketball", "volleyball", "tea",
        "ginger root", "leather", "honey", "porridge", "salad",
    }
)  # fmt: skip
_SINGULAR_IN_S = ("ss", "us", "bus", "lens", "cactus", "octopus", "rhinoceros", "lis")
# What follows the head noun, which alone decides number.
_AFTER_HEAD = re.compile(
    r" (?:with|of|in|on|at|from|over|behind|inside|covering|making|taking|playing|out|blowing|"
    r"licking|holding|lifting|raising|facepalming|shrugging) "
)
_SOUNDS_LIKE_YOU = ("uni", "ufo", "one-")
_HAS_DETERMINER = ("a ", "an ", "the ", "two ", "one ", "mrs ", "santa ", "mount ", "planet earth")


_COLOUR_WORDS = frozenset(COLOURS) | {"grey", "golden", "gold", "colorful", "silver", "bronze"}
# Names that are more than one noun phrase, or proper names: an adjective in front would misread.
_NO_ADJECTIVE = frozenset(
    {"and", "the", "its", "statue", "rain", "sunshine", "bunch", "pair", "taking", "landing"}
)


def with_article(phrase: str) -> str:
    """`phrase` after "a" or "an"; unchanged where English wants none (plurals, masses, names)."""
    head = _AFTER_HEAD.split(f"{phrase} ")[0]
    last = head.split()[-1]
    is_plural = last.endswith("s") and not last.endswith(_SINGULAR_IN_S)
    if is_plural or last in _MASS or head in _MASS or phrase.startswith(_HAS_DETERMINER):
        return phrase
    is_vowel = phrase[0] in "aeiou" and not phrase.startswith(_SOUNDS_LIKE_YOU)
    return f"{'an' if is_vowel or phrase.startswith('hour') else 'a'} {phrase}"


def emoji_caption(
    rng: np.random.Generator, names: tuple[str, ...], style: str, colour: str | None = None
) -> str:
    """A wording for a concept called `names` (plainest first), sometimes naming its `style`.

    `colour` is the drawing's own; it is mentioned at times where the name has no colour word.
    """
    name = names[0]
    if len(names) > 1 and rng.random() >= _FIRST_NAME_SHARE:
        name = names[int(rng.integers(1, len(names)))]
    if colour and rng.random() < _COLOUR_SHARE and _takes_colour(name):
        name = f"{colour} {name}"
    wordings = _STYLE_WORDINGS[style] if rng.random() < _STYLE_SHARE else _EMOJI_WORDINGS
    return _word(rng, wordings, name, with_article(name))


def _takes_colour(name: str) -> bool:
    words = set(name.replace("-", " ").split())
    return not words & (_COLOUR_WORDS | _NO_ADJECTIVE) and not name.startswith(_HAS_DETERMINER)


def texture_caption(rng: np.random.Generator, phrase: str, is_mass: bool) -> str:
    """A wording for the material `phrase`; masses take no article."""
    articled = phrase if is_mass else with_article(phrase)
    return _word(rng, _TEXTURE_WORDINGS, phrase, articled)


def shape_caption(rng: np.random.Generator, phrase: str) -> str:
    """A wording for a shape, or unchanged for a two-shape scene, which is a sentence already."""
    if phrase.startswith(("a ", "an ")):
        return phrase
    return _word(rng, _SHAPE_WORDINGS, phrase, with_article(phrase))


def on_background(caption: str, colour: str) -> str:
    """`caption` with the flat background's colour named."""
    return f"{caption} on {with_article(f'{colour} background')}"


def _word(rng: np.random.Generator, wordings: tuple[str, ...], name: str, articled: str) -> str:
    return wordings[int(rng.integers(len(wordings)))].format(x=name, a=articled)
