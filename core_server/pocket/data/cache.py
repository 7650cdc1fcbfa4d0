"""Draw every training picture once and write them to one compressed archive.

It must not compose or augment: that happens afresh for each batch, in `dataset`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core_server.pocket.data.concepts import Concept
from core_server.pocket.data.emoji import STYLES, EmojiPicture, draw_emoji, load_concepts
from core_server.pocket.data.shapes import HELDOUT_SHAPES, Shape, make_shape
from core_server.pocket.data.sources import SOURCES, cache_folder
from core_server.pocket.data.textures import HELDOUT_TEXTURES, Texture, make_texture
from core_server.pocket.data.tones import dominant_colour

FILE_NAME = "pocket-data.npz"
TEXTURE_COUNT = 6000
SHAPE_COUNT = 5000
HELDOUT_PAIRS = 60
_SEED = 20240229
_CHUNK = 250  # pictures drawn from one seed, so the number of processes changes nothing

Arrays = dict[str, npt.NDArray[np.generic]]
Picture = TypeVar("Picture", Texture, Shape)


def build(folder: Path) -> tuple[Arrays, dict[str, object]]:
    """Draw the emoji part from the packages in `folder` (fetched when absent): arrays and words.

    Raises as `sources.fetch` does.
    """
    concepts = load_concepts(folder)
    drawings = list(draw_emoji(concepts, folder))
    # Skin is not a colour the subject was painted in.
    colours = [
        None if concepts[d.concept].group.startswith("person") else dominant_colour(d.rgba)
        for d in drawings
    ]
    arrays: Arrays = {
        "emoji": np.stack([drawing.rgba for drawing in drawings]),
        "emoji_concept": np.array([drawing.concept for drawing in drawings], np.int16),
        "emoji_style": np.array([drawing.style for drawing in drawings], np.int8),
        "emoji_heldout": choose_heldout(concepts, drawings),
    }
    words: dict[str, object] = {
        "concepts": [asdict(concept) for concept in concepts],
        "emoji_colours": colours,
        "styles": STYLES,
        "sources": [asdict(source) for source in SOURCES],
    }
    return arrays, words


def read_emoji(path: Path) -> tuple[Arrays, dict[str, object]]:
    """The emoji part of an archive written before: what `build` returns, without any package."""
    with np.load(path) as stored:
        words = json.loads(stored["words"].tobytes().decode())
        return {name: stored[name] for name in stored.files if name.startswith("emoji")}, words


def write(
    target: Path,
    emoji: tuple[Arrays, Mapping[str, object]],
    *,
    texture_count: int = TEXTURE_COUNT,
    shape_count: int = SHAPE_COUNT,
    seed: int = _SEED,
    processes: int = 1,
) -> None:
    """Draw textures and shapes and write everything to `target`, whole or not at all.

    The same emoji, counts and seed give the same archive on any number of `processes`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    textures = _draw(make_texture, texture_count, seed, processes)
    shapes = _draw(make_shape, shape_count, seed + 1, processes)
    phrases = [texture.phrase for texture in textures], [shape.phrase for shape in shapes]
    texture_ids, shape_ids = _number(*phrases, start=_concept_count(emoji[0]))
    words = dict(emoji[1]) | {
        "textures": phrases[0],
        "shapes": phrases[1],
        "heldout_textures": [f"{colour} {name}" for name, colour in HELDOUT_TEXTURES],
        "heldout_shapes": [f"{colour} {shape}" for shape, colour in HELDOUT_SHAPES],
    }
    partial_file = target.with_name(f"{target.name}.partial.npz")
    np.savez_compressed(
        partial_file,
        emoji=emoji[0]["emoji"],
        emoji_concept=emoji[0]["emoji_concept"],
        emoji_style=emoji[0]["emoji_style"],
        emoji_heldout=emoji[0]["emoji_heldout"],
        textures=np.array([t.rgb for t in textures], np.uint8).reshape(-1, 64, 64, 3),
        texture_is_mass=np.array([texture.is_mass for texture in textures], bool),
        texture_ids=texture_ids,
        shapes=np.array([s.rgba for s in shapes], np.uint8).reshape(-1, 64, 64, 4),
        shape_ids=shape_ids,
        words=np.frombuffer(json.dumps(words).encode(), np.uint8),
    )
    partial_file.replace(target)


def default_path() -> Path:
    """Where the finished archive lies unless told otherwise."""
    return cache_folder() / FILE_NAME


def choose_heldout(
    concepts: Sequence[Concept], drawings: Sequence[EmojiPicture], count: int = HELDOUT_PAIRS
) -> npt.NDArray[np.bool_]:
    """Mark `count` drawings of concepts that keep another style to learn from, (len(drawings),).

    The choice hangs on a hash of code point and style alone, so that a longer or shorter concept
    table moves few of them.
    """
    per_concept = np.bincount([drawing.concept for drawing in drawings], minlength=len(concepts))
    keyed: dict[int, tuple[str, int]] = {}
    for index, drawing in enumerate(drawings):
        if per_concept[drawing.concept] < 2:
            continue
        text = f"{concepts[drawing.concept].code}/{STYLES[drawing.style]}"
        key = hashlib.sha256(text.encode()).hexdigest(), index
        keyed[drawing.concept] = min(keyed.get(drawing.concept, key), key)
    marked = np.zeros(len(drawings), bool)
    marked[[index for _, index in sorted(keyed.values())[:count]]] = True
    return marked


def _concept_count(arrays: Arrays) -> int:
    return int(np.max(arrays["emoji_concept"].astype(np.int64))) + 1


def _draw(
    make: Callable[[np.random.Generator], Picture], count: int, seed: int, processes: int
) -> list[Picture]:
    starts = range(0, count, _CHUNK)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))
    sizes = [min(_CHUNK, count - start) for start in starts]
    if processes == 1:
        chunks = [_draw_chunk(make, *lot) for lot in zip(seeds, sizes, strict=True)]
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            chunks = list(pool.map(partial(_draw_chunk, make), seeds, sizes))
    return [picture for chunk in chunks for picture in chunk]


def _draw_chunk(
    make: Callable[[np.random.Generator], Picture], seed: np.random.SeedSequence, size: int
) -> list[Picture]:
    rng = np.random.default_rng(seed)
    return [make(rng) for _ in range(size)]


def _number(
    first: list[str], second: list[str], start: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    numbers: dict[str, int] = {}
    for phrase in first + second:
        numbers.setdefault(phrase, start + len(numbers))
    return (
        np.array([numbers[phrase] for phrase in first], np.int32),
        np.array([numbers[phrase] for phrase in second], np.int32),
    )
