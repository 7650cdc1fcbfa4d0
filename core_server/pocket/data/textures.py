"""Named seamless textures with their colours, aliases and exact captions, fresh from a generator.

It must not paint: the painters are in `textures_built` and `textures_grown`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from core_server.pocket.data import textures_built as built
from core_server.pocket.data import textures_grown as grown
from core_server.pocket.data.colours import COLOURS, pick
from core_server.pocket.data.fields import Field, Pixels

Painter = Callable[[np.random.Generator, Field, Field], Pixels]


@dataclass(frozen=True, slots=True)
class TextureKind:
    """A material: its names (plainest first), painter, natural colours, and colour words it takes.

    `natural` are sRGB anchors used when the caption names no colour; `pair` says how a two-colour
    pattern's caption is worded, empty for one-colour materials. `is_mass` names take no article.
    """

    names: tuple[str, ...]
    paint: Painter
    natural: tuple[tuple[float, float, float], ...]
    colours: tuple[str, ...] = COLOURS
    pair: str = ""
    is_mass: bool = False


@dataclass(frozen=True, slots=True)
class Texture:
    """One seamless picture, (64, 64, 3) uint8, the phrase that names it, and its grammar."""

    rgb: Pixels
    phrase: str
    is_mass: bool


_EARTH = ("red", "orange", "yellow", "green", "blue", "brown", "gray", "black", "white", "purple")
_HIDE = ("red", "orange", "green", "blue", "brown", "black", "white", "pink", "purple")
_PAIR = "{a} and {b} {name}"

KINDS: tuple[TextureKind, ...] = (
    TextureKind(
        ("brick wall", "bricks"), built.brick_wall, ((0.66, 0.28, 0.20), (0.60, 0.33, 0.22))
    ),
    TextureKind(
        ("stone wall", "wall of stones"),
        built.stone_wall,
        ((0.56, 0.54, 0.50), (0.62, 0.55, 0.45)),
        _EARTH,
    ),
    TextureKind(
        ("wooden planks", "wood planks", "wooden boards"),
        built.wooden_planks,
        ((0.62, 0.42, 0.24), (0.72, 0.54, 0.33), (0.46, 0.30, 0.18)),
        is_mass=True,
    ),
    TextureKind(
        ("tiles", "ceramic tiles", "tiled floor"),
        built.ceramic_tiles,
        ((0.88, 0.90, 0.91), (0.72, 0.84, 0.88)),
        is_mass=True,
    ),
    TextureKind(
        ("roof tiles", "tiled roof", "shingles"),
        built.roof_tiles,
        ((0.72, 0.32, 0.20), (0.60, 0.28, 0.20)),
        is_mass=True,
    ),
    TextureKind(
        ("hexagons", "hexagon tiles", "hexagon pattern"),
        built.hexagons,
        ((0.55, 0.58, 0.62),),
        is_mass=True,
    ),
    TextureKind(
        ("honeycomb",), built.hexagons, ((0.96, 0.68, 0.14),), ("yellow", "orange"), is_mass=True
    ),
    TextureKind(
        ("diamond plate", "metal floor plate", "steel tread plate"),
        built.diamond_plate,
        ((0.66, 0.68, 0.71), (0.58, 0.60, 0.63)),
        ("gray", "red", "blue", "yellow", "black", "green"),
    ),
    TextureKind(
        ("fabric", "woven fabric", "cloth"),
        built.fabric_weave,
        ((0.80, 0.74, 0.62), (0.72, 0.66, 0.56)),
        is_mass=True,
    ),
    TextureKind(
        ("knitted wool", "knit pattern", "knitted sweater"),
        built.knitted_wool,
        ((0.86, 0.80, 0.70), (0.74, 0.26, 0.24)),
        is_mass=True,
    ),
    TextureKind(
        ("checkerboard", "chess board pattern", "checkered pattern"),
        built.checkerboard,
        (),
        pair=_PAIR,
    ),
    TextureKind(
        ("horizontal stripes",),
        partial(built.stripes, direction="horizontal"),
        (),
        pair=_PAIR,
        is_mass=True,
    ),
    TextureKind(
        ("vertical stripes",),
        partial(built.stripes, direction="vertical"),
        (),
        pair=_PAIR,
        is_mass=True,
    ),
    TextureKind(
        ("diagonal stripes",),
        partial(built.stripes, direction="diagonal"),
        (),
        pair=_PAIR,
        is_mass=True,
    ),
    TextureKind(
        ("polka dots", "polka dot pattern", "dots"),
        built.polka_dots,
        (),
        pair="{b} {name} on {a}",
        is_mass=True,
    ),
    TextureKind(("zigzag pattern", "zigzag", "chevron pattern"), built.zigzag, (), pair=_PAIR),
    TextureKind(("grid", "grid pattern"), built.grid, (), pair="{a} {name} on {b}"),
    TextureKind(("plaid", "tartan", "plaid pattern"), built.plaid, (), pair=_PAIR, is_mass=True),
    TextureKind(
        ("cobblestone", "cobblestones", "cobblestone pavement"),
        grown.cobblestone,
        ((0.52, 0.51, 0.50), (0.50, 0.47, 0.44)),
        _EARTH,
        is_mass=True,
    ),
    TextureKind(
        ("pebbles", "gravel", "small stones"),
        grown.pebbles,
        ((0.66, 0.61, 0.55), (0.58, 0.58, 0.59)),
        _EARTH,
        is_mass=True,
    ),
    TextureKind(
        ("rock surface", "rough stone", "rock face"),
        grown.rock,
        ((0.52, 0.49, 0.46), (0.55, 0.55, 0.56)),
        _EARTH,
        is_mass=True,
    ),
    TextureKind(
        ("sand", "desert sand", "sand dunes"),
        grown.sand,
        ((0.90, 0.76, 0.52), (0.86, 0.70, 0.46)),
        ("yellow", "orange", "white", "black", "red", "pink", "blue", "green", "purple"),
        is_mass=True,
    ),
    TextureKind(
        ("grass", "green grass", "lawn"),
        grown.grass,
        ((0.38, 0.66, 0.20), (0.30, 0.58, 0.18)),
        ("yellow", "blue", "red", "purple", "pink"),
        is_mass=True,
    ),
    TextureKind(
        ("water", "clear water", "water surface"),
        grown.water,
        ((0.16, 0.56, 0.80), (0.12, 0.62, 0.74)),
        ("blue", "turquoise", "green", "purple", "pink", "red"),
        is_mass=True,
    ),
    TextureKind(
        ("waves", "sea waves", "ocean"),
        grown.sea_waves,
        ((0.10, 0.40, 0.64), (0.08, 0.46, 0.62)),
        ("blue", "turquoise", "green", "purple", "pink", "red"),
        is_mass=True,
    ),
    TextureKind(("marble", "polished marble"), grown.marble, ((0.94, 0.93, 0.91),), is_mass=True),
    TextureKind(
        ("clouds", "cloudy sky", "sky with clouds"),
        grown.clouds,
        ((0.36, 0.62, 0.92), (0.45, 0.70, 0.95)),
        ("blue", "pink", "orange", "purple", "gray", "turquoise"),
        is_mass=True,
    ),
    TextureKind(
        ("starry sky", "night sky with stars", "stars in space"),
        grown.starry_sky,
        ((0.22, 0.24, 0.55), (0.14, 0.20, 0.50)),
        ("blue", "purple", "black", "green", "turquoise", "pink"),
    ),
    TextureKind(
        ("leather", "leather skin"),
        grown.leather,
        ((0.48, 0.28, 0.16), (0.36, 0.20, 0.12)),
        _HIDE,
        is_mass=True,
    ),
    TextureKind(
        ("fish scales", "scales", "dragon scales"),
        grown.fish_scales,
        ((0.26, 0.56, 0.58), (0.30, 0.60, 0.42)),
        is_mass=True,
    ),
    TextureKind(
        ("lava", "molten lava", "hot lava"),
        grown.lava,
        ((1.00, 0.40, 0.04), (1.00, 0.32, 0.02)),
        ("orange", "red", "yellow", "green", "blue", "purple"),
        is_mass=True,
    ),
    TextureKind(
        ("ice", "cracked ice", "frozen ice"),
        grown.ice,
        ((0.56, 0.80, 0.95), (0.48, 0.74, 0.92)),
        ("blue", "turquoise", "white", "green", "pink", "purple"),
        is_mass=True,
    ),
    TextureKind(
        ("rusty metal", "rust", "rusted iron"),
        grown.rust,
        ((0.50, 0.51, 0.52), (0.42, 0.44, 0.46)),
        ("blue", "green", "white", "yellow", "red", "gray"),
        is_mass=True,
    ),
    TextureKind(
        ("tree bark", "bark"),
        grown.tree_bark,
        ((0.48, 0.35, 0.25), (0.42, 0.33, 0.26)),
        ("brown", "gray", "black", "red", "white", "green", "blue"),
        is_mass=True,
    ),
    TextureKind(
        ("wood grain", "wood grain pattern", "wooden surface"),
        grown.wood_grain,
        ((0.70, 0.48, 0.28), (0.80, 0.62, 0.40), (0.48, 0.30, 0.18)),
        is_mass=True,
    ),
    TextureKind(("snow", "fresh snow"), grown.snow, ((0.97, 0.98, 1.0),), ("white",), is_mass=True),
    TextureKind(
        ("camouflage", "camouflage pattern"),
        grown.camouflage,
        ((0.42, 0.46, 0.26),),
        ("green", "brown", "gray", "blue", "pink"),
        is_mass=True,
    ),
    TextureKind(
        ("bamboo", "bamboo canes"),
        grown.bamboo,
        ((0.74, 0.70, 0.36), (0.56, 0.66, 0.30)),
        ("green", "yellow", "brown", "red", "black", "white"),
        is_mass=True,
    ),
)

# Never generated: the evaluation asks whether a known colour reaches a known material anyway.
HELDOUT_TEXTURES: tuple[tuple[str, str], ...] = (
    ("brick wall", "purple"),
    ("wooden planks", "turquoise"),
    ("cobblestone", "green"),
    ("sand", "blue"),
    ("waves", "pink"),
    ("tree bark", "green"),
    ("bamboo", "red"),
)
_NATURAL_SHARE = 0.4


def make_texture(rng: np.random.Generator, kind: TextureKind | None = None) -> Texture:
    """A new random texture of `kind`, or of any kind."""
    chosen = kind or KINDS[int(rng.integers(len(KINDS)))]
    name = chosen.names[0] if rng.random() < 0.6 else str(rng.choice(list(chosen.names)))
    if chosen.pair:
        return _paint_pair(rng, chosen, name)
    if rng.random() < _NATURAL_SHARE:
        anchor = np.array(chosen.natural[int(rng.integers(len(chosen.natural)))], np.float32)
        drift = rng.uniform(0.90, 1.08) * rng.uniform(0.98, 1.02, 3)
        base = np.asarray(np.clip(anchor * drift, 0, 1), np.float32)
        phrase = name
    else:
        banned = {colour for held, colour in HELDOUT_TEXTURES if held == chosen.names[0]}
        word = str(rng.choice([colour for colour in chosen.colours if colour not in banned]))
        base, phrase = pick(rng, word), _coloured(word, name)
    return Texture(chosen.paint(rng, base, base), phrase, chosen.is_mass)


def _coloured(word: str, name: str) -> str:
    return f"{word} {name.removeprefix('green ')}"


def _paint_pair(rng: np.random.Generator, kind: TextureKind, name: str) -> Texture:
    first, second = (str(word) for word in rng.choice(COLOURS, 2, replace=False))
    if rng.random() < 0.35:
        first, second = (first, "white") if first != "white" else ("black", "white")
    phrase = kind.pair.format(a=first, b=second, name=name)
    return Texture(kind.paint(rng, pick(rng, first), pick(rng, second)), phrase, kind.is_mass)
