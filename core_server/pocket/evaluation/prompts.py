"""What is asked of pocket: every prompt, subject and pair of the evaluation, as tables.

They were written before any picture was painted; it must not choose by what came out.
"""

from __future__ import annotations

from dataclasses import dataclass

from core_server.pocket.data.captions import with_article
from core_server.pocket.data.colours import COLOURS
from core_server.pocket.data.shapes import HELDOUT_SHAPES
from core_server.pocket.data.textures import HELDOUT_TEXTURES, KINDS

SHEET = (
    "a red heart",
    "smiling cat face",
    "slice of pizza",
    "brick wall texture",
    "seamless wooden planks",
    "a blue star",
    "green apple",
    "rocket",
    "sunflower",
    "happy dog face",
    "grinning face with sunglasses",
    "cup of coffee",
    "snowman",
    "fire engine",
    "purple heart on a yellow background",
    "cobblestone texture",
    "a kitty",
    "automobile",
    "chess board pattern",
    "blue brick wall",
    "strawberry, 3d style",
    "owl in cartoon style",
    "birthday cake",
    "green circle",
    "penguin",
    "crescent moon",
    "rainbow",
    "red mushroom",
    "soccer ball",
    "guitar",
    "yellow star",
    "a red cube on a green cube",
)
"""What the sample sheet shows, each painted once with its place as the seed."""

UNSEEN_WORDS = {
    "feline": ("cat",),
    "canine": ("dog", "wolf"),
    "infant": ("baby", "child"),
    "physician": ("doctor",),
    "beverage": ("cup", "glass", "beer", "juice"),
    "vessel": ("boat", "ship"),
    "footwear": ("shoe", "boot", "sandal"),
    "dwelling": ("house", "hut"),
    "timber": ("wood",),
    "rodent": ("mouse", "rat", "hamster"),
    "reptile": ("snake", "lizard", "crocodile", "turtle"),
    "monarch": ("crown", "king", "queen", "prince"),
    "pastry": ("cake", "croissant", "pie", "doughnut", "cookie"),
    "blaze": ("fire",),
    "attorney": ("judge", "scale"),
    "crimson": ("red",),
}
"""Words of no caption, and words in names that would be right for them."""

LANGUAGES = {"de": "German", "fr": "French", "es": "Spanish", "zh": "Chinese", "ja": "Japanese"}

SUBJECTS = ("red apple", "cat face", "sunflower", "rocket", "owl", "guitar")
"""Drawings that are varied and mixed: plain or other names in the data."""

PAIRS = (
    ("red apple", "tangerine"),
    ("cat face", "dog face"),
    ("sunflower", "rocket"),
    ("owl", "penguin"),
    ("guitar", "mushroom"),
    ("fire engine", "tractor"),
)
VARIATIONS = (0.2, 0.5, 0.8)

SEAMLESS = (
    "brick wall texture",
    "seamless wooden planks",
    "cobblestone texture",
    "grass texture",
    "blue and white checkerboard",
    "knitted wool texture",
    "marble texture",
    "clouds",
)


@dataclass(frozen=True)
class ColourTask:
    """One prompt with the colour that it asks for. is_new: never trained together."""

    prompt: str
    colour: str
    subject: str
    is_texture: bool
    is_new: bool


@dataclass(frozen=True)
class InpaintTask:
    """A prompt for a hole in a ground (sRGB in 0..1), and what must stand in it."""

    prompt: str
    ground: tuple[float, float, float]
    name: str
    colour: str


_WHITE, _CREAM, _SKY = (1.0, 1.0, 1.0), (0.97, 0.94, 0.86), (0.70, 0.85, 0.97)
INPAINTS = tuple(
    InpaintTask(with_article(f"{colour} {name}"), ground, name, colour)
    for colour, name, ground in (
        ("red", "heart", _WHITE),
        ("blue", "star", _WHITE),
        ("green", "circle", _WHITE),
        ("purple", "square", _WHITE),
        ("yellow", "triangle", _SKY),
        ("orange", "star", _SKY),
        ("pink", "heart", _CREAM),
        ("blue", "hexagon", _CREAM),
        ("green", "cross", _WHITE),
        ("red", "diamond", _SKY),
        ("brown", "ring", _CREAM),
        ("turquoise", "crescent", _WHITE),
    )
)

_SHAPES = ("heart", "star", "circle", "square")
_TEXTURES = ("brick wall", "wooden planks")
_UNJUDGED = {"shape": {"white"}, "texture": {"white", "orange"}}
"""White on white shows nothing, and shaded orange is brown: pixels cannot tell these."""


def colour_tasks() -> list[ColourTask]:
    """Every judged colour with every judged shape and texture, then the held-out pairs left."""
    subjects = [(name, False) for name in _SHAPES] + [(name, True) for name in _TEXTURES]
    pairs = [
        (subject, colour, is_texture) for subject, is_texture in subjects for colour in COLOURS
    ]
    held_out = [(*pair, False) for pair in HELDOUT_SHAPES]
    held_out += [(*pair, True) for pair in HELDOUT_TEXTURES]
    tasks = []
    for pair in dict.fromkeys([*pairs, *held_out]):
        subject, colour, is_texture = pair
        if colour not in _UNJUDGED["texture" if is_texture else "shape"]:
            phrase = f"{colour} {subject}"
            prompt = f"{phrase} texture" if is_texture else with_article(phrase)
            tasks.append(ColourTask(prompt, colour, subject, is_texture, pair in held_out))
    return tasks


def texture_tasks() -> list[tuple[str, str]]:
    """(prompt, plain name) of every kind, two-colour patterns in two colours."""
    tasks = []
    for place, kind in enumerate(KINDS):
        name = kind.names[0]
        colours = {"a": COLOURS[place % 8], "b": COLOURS[(place + 3) % 8]}
        phrase = kind.pair.format(**colours, name=name) if kind.pair else name
        tasks.append((f"{phrase} texture", name))
    return tasks
