"""Wordings of a caption, chosen afresh each time a picture is sampled.

Grammar only: it knows no concept, colour or picture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from core_server.pocket.data.colours import COLOURS
from core_server.pocket.data.translations import coloured, names_colour

_STYLE_WORDINGS: dict[str, tuple[str, ...]] = {
    "3d style": ("{x}, 3d style", "3d {x}", "{x} in 3d style", "3d render of {a}", "{x}, 3d"),
    "cartoon style": (
        "{x}, cartoon style", "{x} in cartoon style", "cartoon {x}", "cartoon of {a}",
    ),
    "flat style": (
        "{x}, flat style", "{x} in flat style", "flat drawing of {a}", "flat {x} icon",
        "{x}, flat design",
    ),
    "gradient style": (
        "{x}, gradient style", "{x} in gradient style", "{x} with soft gradients",
        "glossy drawing of {a}",
    ),
    "blob style": ("{x}, blob style", "{x} in blob style", "blob {x}", "rounded drawing of {a}"),
    "line style": (
        "{x}, line style", "{x}, line drawing", "line drawing of {a}", "outline of {a}",
        "{x}, black and white line art",
    ),
    "silhouette": (
        "{x}, silhouette", "{x} silhouette", "silhouette of {a}", "black silhouette of {a}",
    ),
    "3d model": ("{x}, 3d model", "3d model of {a}", "3d render of {a}", "{x}, 3d"),
}  # fmt: skip
_PAINTED_WORDINGS: dict[str, tuple[str, ...]] = {
    "line style": ("{c} line drawing of {a}", "{c} outline of {a}", "{x}, {c} line style"),
    "silhouette": ("{c} silhouette of {a}", "{c} {x} silhouette", "{x}, {c} silhouette"),
}
_SIDE_WORDINGS: dict[str, tuple[str, ...]] = {
    "front": ("{x}, front view", "{a} seen from the front", "{x} from the front"),
    "back": ("{x}, back view", "{a} seen from the back", "{x} from behind"),
    "left side": ("{a} seen from the left side", "{x}, left side view", "{x} seen from the side"),
    "right side": (
        "{a} seen from the right side", "{x}, right side view", "{x} seen from the side",
    ),
    "above": ("{a} seen from above", "{x}, top view", "{x} from above"),
    "corner": ("{a} seen from a corner", "{x}, corner view", "{a} seen at an angle"),
}  # fmt: skip
_PLAIN_WORDINGS = (
    "{x}", "{x}", "{x}", "{a}", "{a}", "{x} icon", "picture of {a}", "{x} emoji",
    "a drawing of {a}", "clip art of {a}",
)  # fmt: skip
_TEXTURE_WORDINGS = (
    "{x}", "{x}", "{a}", "{x} texture", "{x} texture", "seamless {x} texture", "texture of {a}",
    "seamless {x}",
)  # fmt: skip
_SHAPE_WORDINGS = ("{x}", "{a}", "{a}", "picture of {a}", "{x} icon")
# How often the style is named. Where it is not, the words should mean the first two styles.
_STYLE_SHARE = {"3d style": 0.4, "cartoon style": 0.4, "3d model": 0.6}
_OTHER_STYLE_SHARE, _BLACK_STYLE_SHARE = 0.65, 0.95
_SIDE_SHARE = 0.75
_SIDE_MODEL_SHARE = 0.3  # of those, how many also say that it is a 3-d model
_COLOUR_SHARE, _FOREIGN_COLOUR_SHARE = 0.3, 0.5
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


def drawing_caption(
    rng: np.random.Generator,
    names: tuple[str, ...],
    style: str,
    colour: str | None = None,
    side: str | None = None,
) -> str:
    """A wording for a concept called `names` (plainest first), sometimes naming its `style`.

    `colour` is the drawing's own; it is mentioned at times where the name has no colour word.
    `side` is what a 3-d model is seen from, and mostly said.
    """
    name = _choose_name(rng, names)
    if colour and rng.random() < _COLOUR_SHARE and _takes_colour(name):
        name = f"{colour} {name}"
    articled = with_article(name)
    if side is not None and rng.random() < _SIDE_SHARE:
        if rng.random() < _SIDE_MODEL_SHARE:
            name, articled = f"3d model of {articled}", f"a 3d model of {articled}"
        return _word(rng, _SIDE_WORDINGS[side], name, articled)
    is_black = style in _PAINTED_WORDINGS
    share = _STYLE_SHARE.get(style, _BLACK_STYLE_SHARE if is_black else _OTHER_STYLE_SHARE)
    wordings = _STYLE_WORDINGS[style] if rng.random() < share else _PLAIN_WORDINGS
    return _word(rng, wordings, name, articled)


def painted_caption(
    rng: np.random.Generator, names: tuple[str, ...], style: str, colour: str
) -> str:
    """A wording for a line drawing or silhouette that was painted in `colour`."""
    name = _choose_name(rng, names)
    wordings = _PAINTED_WORDINGS[style]
    wording = wordings[int(rng.integers(len(wordings)))]
    return wording.format(x=name, a=with_article(name), c=colour)


def foreign_caption(
    rng: np.random.Generator, translations: Mapping[str, tuple[str, ...]], colour: str | None
) -> tuple[str, str]:
    """A language and a caption in it: the plain name, at times with the drawing's own colour."""
    languages = list(translations)
    language = languages[int(rng.integers(len(languages)))]
    name = _choose_name(rng, translations[language])
    if colour and rng.random() < _FOREIGN_COLOUR_SHARE and not names_colour(language, name):
        name = coloured(language, colour, name)
    return language, name


def can_paint(style: str) -> bool:
    """Whether a drawing of `style` is black alone and may be painted in another colour."""
    return style in _PAINTED_WORDINGS


def _choose_name(rng: np.random.Generator, names: tuple[str, ...]) -> str:
    if len(names) == 1 or rng.random() < _FIRST_NAME_SHARE:
        return names[0]
    return names[int(rng.integers(1, len(names)))]


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
