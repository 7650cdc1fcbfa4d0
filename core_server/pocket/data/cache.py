"""Draw every training picture once and write them to one compressed archive.

It must not compose or augment: that happens afresh for each batch, in `dataset`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from core_server.pocket.data import heldout
from core_server.pocket.data.clipart import name_clip_art
from core_server.pocket.data.concepts import Concept, is_new, load_concepts
from core_server.pocket.data.drawings import STYLES, Drawing, draw_emoji, draw_icons
from core_server.pocket.data.models import ModelView, draw_models
from core_server.pocket.data.shapes import HELDOUT_SHAPES, Shape, make_shape
from core_server.pocket.data.shares import drawing_weights
from core_server.pocket.data.sources import SOURCES, cache_folder
from core_server.pocket.data.textures import HELDOUT_TEXTURES, Texture, make_texture
from core_server.pocket.data.tones import dominant_colour

FILE_NAME = "pocket-data-2.npz"
TEXTURE_COUNT = 6000
SHAPE_COUNT = 5000
_SEED = 20240229
_CHUNK = 250  # pictures drawn from one seed, so the number of processes changes nothing
CLIP_ART = frozenset({"clip-art", "silhouette"})
_COLOURLESS = frozenset({"line style", "silhouette"})

Picture = TypeVar("Picture", Texture, Shape)


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive holds: arrays by name, and everything in words (plain JSON)."""

    arrays: dict[str, npt.NDArray[Any]]
    words: dict[str, Any]


def build(folder: Path, processes: int = 1) -> Archive:
    """Draw the drawings from the packages in `folder` (fetched when absent), with their words.

    Raises as `sources.fetch` does.
    """
    emoji = load_concepts(folder)
    clip_art, icons = name_clip_art(emoji)
    concepts, drawings = [*emoji, *clip_art], [*draw_emoji(emoji, folder)]
    drawings += draw_icons(icons, folder)
    models, views = draw_models(folder, processes)
    concepts, places = merge(concepts, models)
    sides: list[str | None] = [None] * len(drawings) + [view.side for view in views]
    drawings += [_as_drawing(view, places) for view in views]
    return assemble(concepts, drawings, sides)


def merge(
    concepts: Sequence[Concept], others: Sequence[Concept]
) -> tuple[list[Concept], list[int]]:
    """All concepts, those that share a name as one, and the place of each of `others`.

    Clip art may be found by any name of the other, and takes its names up: both are of things.
    """
    merged = list(concepts)
    by_name: dict[str, int] = {}
    for rank in (1, None):
        for index, concept in enumerate(concepts):
            for name in concept.captions[:rank]:
                by_name.setdefault(name, index)
    clip_art = {c.label: i for i, c in enumerate(concepts) if c.group in CLIP_ART}
    places: list[int] = []
    for other in others:
        found = [by_name[other.label]] if other.label in by_name else []
        found += [clip_art[name] for name in other.captions if name in clip_art]
        place = found[0] if found else len(merged)
        if found:
            merged[place] = _joined(merged[place], other)
        else:
            merged.append(other)
            by_name[other.label] = place
        places.append(place)
    return merged, places


def _joined(own: Concept, other: Concept) -> Concept:
    captions = own.captions
    if own.group in CLIP_ART:
        captions = tuple(dict.fromkeys([*own.captions, *other.captions]))
    translations = {**other.translations, **own.translations}
    return replace(own, captions=captions, translations=translations)


def assemble(
    concepts: Sequence[Concept], drawings: Sequence[Drawing], sides: Sequence[str | None]
) -> Archive:
    """The drawings' part of an archive: colours are named, held-out ones marked, all weighed."""
    new = np.array([is_new(concept) for concept in concepts], bool)
    unseen = heldout.choose_concepts(concepts, drawings, new)
    styles = [STYLES[drawing.style] for drawing in drawings]
    groups = [concepts[drawing.concept].group for drawing in drawings]
    arrays: dict[str, npt.NDArray[Any]] = {
        "drawings": np.stack([drawing.rgba for drawing in drawings]),
        "drawing_concept": np.array([drawing.concept for drawing in drawings], np.int16),
        "drawing_style": np.array([drawing.style for drawing in drawings], np.int8),
        "drawing_heldout": heldout.choose_drawings(concepts, drawings, new, unseen),
        "drawing_weight": drawing_weights(
            [concepts[drawing.concept].captions for drawing in drawings], groups, styles
        ),
        "concept_heldout": unseen,
    }
    words = {
        "concepts": [asdict(concept) for concept in concepts],
        "drawing_colours": [
            _colour(*lot) for lot in zip(arrays["drawings"], groups, styles, strict=True)
        ],
        "drawing_sides": list(sides),
        "styles": list(STYLES),
        "sources": [asdict(source) for source in SOURCES],
    }
    return Archive(arrays, words)


def write(
    target: Path,
    drawn: Archive,
    *,
    texture_count: int = TEXTURE_COUNT,
    shape_count: int = SHAPE_COUNT,
    seed: int = _SEED,
    processes: int = 1,
) -> None:
    """Draw textures and shapes and write everything to `target`, whole or not at all.

    The same drawings, counts and seed give the same archive on any number of `processes`.
    """
    textures = _draw(make_texture, texture_count, seed, processes)
    shapes = _draw(make_shape, shape_count, seed + 1, processes)
    phrases = [texture.phrase for texture in textures], [shape.phrase for shape in shapes]
    texture_ids, shape_ids = _number(*phrases, start=len(drawn.words["concepts"]))
    words = drawn.words | {
        "textures": phrases[0],
        "shapes": phrases[1],
        "heldout_textures": [f"{colour} {name}" for name, colour in HELDOUT_TEXTURES],
        "heldout_shapes": [f"{colour} {shape}" for shape, colour in HELDOUT_SHAPES],
    }
    arrays = drawn.arrays | {
        "textures": np.array([t.rgb for t in textures], np.uint8).reshape(-1, 64, 64, 3),
        "texture_is_mass": np.array([texture.is_mass for texture in textures], bool),
        "texture_ids": texture_ids,
        "shapes": np.array([s.rgba for s in shapes], np.uint8).reshape(-1, 64, 64, 4),
        "shape_ids": shape_ids,
    }
    save(target, Archive(arrays, words))


def save(target: Path, archive: Archive) -> None:
    """Write `archive` to `target`, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial_file = target.with_name(f"{target.name}.partial")
    packed = np.frombuffer(json.dumps(archive.words).encode(), np.uint8)
    contents: dict[str, Any] = {**archive.arrays, "words": packed}
    with partial_file.open("wb") as stream:
        np.savez_compressed(stream, **contents)
    partial_file.replace(target)


def read(path: Path) -> Archive:
    """What `save` wrote. Raises FileNotFoundError, KeyError or ValueError when it is not that."""
    with np.load(path) as stored:
        words = json.loads(stored["words"].tobytes().decode())
        return Archive({name: stored[name] for name in stored.files if name != "words"}, words)


def default_path() -> Path:
    """Where the finished archive lies unless told otherwise."""
    return cache_folder() / FILE_NAME


def _as_drawing(view: ModelView, places: Sequence[int]) -> Drawing:
    return Drawing(places[view.concept], STYLES.index("3d model"), view.rgba)


def _colour(rgba: npt.NDArray[np.uint8], group: str, style: str) -> str | None:
    # Skin is not a colour the subject was painted in, nor is ink.
    if group.startswith("person") or style in _COLOURLESS:
        return None
    return dominant_colour(rgba)


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
