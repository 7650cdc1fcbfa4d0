"""Pictures of everyday 3-D models from six sides, 64 by 64 with straight alpha.

It must not paint backgrounds nor merge concepts with those of other sources (see `dataset`).
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import numpy as np

from core_server.pocket.data.concepts import Concept
from core_server.pocket.data.model_catalogues import (
    FURNITURE,
    Entry,
    fetch_package,
    read_entries,
    unpack,
)
from core_server.pocket.data.model_meshes import place, read_mesh
from core_server.pocket.data.model_words import (
    captions_of,
    foreign_names,
    group_of,
    is_dropped,
    is_mirrorable,
)
from core_server.pocket.data.rendering import Pixels, render

CACHE_NAME = "model-views-1.npz"  # the number grows when the same model would be drawn otherwise
# Side → (azimuth, elevation) in degrees. The left side is the model's own, as a car has one:
# its front then points to the left of the picture.
SIDES: dict[str, tuple[float, float]] = {
    "front": (0, 14),
    "back": (180, 14),
    "left side": (90, 14),
    "right side": (-90, 14),
    "above": (0, 70),
    "corner": (35, 24),
}
_LEVEL = ("front", "back", "left side", "right side")
_LYING = 0.2  # height by the longer ground measure: below it a thing does not show from the sides
_FLAT = 0.06  # and below this, from above only
_EDGE = 0.3  # of the widest level view's area, below which another is a mere edge
_TRANSLATIONS = 3


@dataclass(frozen=True, slots=True)
class ModelView:
    """One picture: index of its concept, which side is seen, (64, 64, 4) straight RGBA."""

    concept: int
    side: str
    rgba: Pixels


def draw_models(folder: Path, processes: int = 1) -> tuple[list[Concept], list[ModelView]]:
    """Concepts of all kept models and their views; models of one name share a concept.

    Reads `CACHE_NAME` in `folder` when it is there; else fetches the package, draws every model
    (minutes) and writes it. Raises as `model_catalogues.fetch_package` and `unpack` do.
    """
    entries, views = load_views(folder, processes)
    concepts, owner = name_models(entries)
    pictures: list[ModelView] = []
    for entry, concept, six in zip(entries, owner, views, strict=True):
        telling = telling_sides(entry, six) if concept >= 0 else ()
        pictures += [ModelView(concept, side, six[list(SIDES).index(side)]) for side in telling]
    return concepts, pictures


def load_views(folder: Path, processes: int = 1) -> tuple[list[Entry], Pixels]:
    """Entries of the models that were drawn, and their (n, 6, 64, 64, 4) views in `SIDES` order."""
    path = folder / CACHE_NAME
    if not path.exists():
        _write(path, *_draw_all(folder, processes))
    with np.load(path) as stored:
        listed = json.loads(stored["entries"].tobytes().decode())
        views: Pixels = stored["views"]
    return [_restore(fields) for fields in listed], views


def read_credits(folder: Path) -> dict[str, tuple[str, ...]]:
    """The makers that each catalogue names for the drawn models, sorted, as its licence asks."""
    makers: dict[str, set[str]] = {}
    for entry in load_views(folder)[0]:
        makers.setdefault(entry.catalogue, set()).add(entry.creator)
    return {name: tuple(sorted(people - {""})) for name, people in sorted(makers.items())}


def name_models(entries: Sequence[Entry]) -> tuple[list[Concept], list[int]]:
    """Concepts in order of first appearance, and the concept of every entry (-1: left out)."""
    members: dict[str, list[Entry]] = {}
    labels = [None if is_dropped(entry) else captions_of(entry)[0] for entry in entries]
    for entry, label in zip(entries, labels, strict=True):
        if label is not None:
            members.setdefault(label, []).append(entry)
    number = {label: index for index, label in enumerate(members)}
    concepts = [_concept(label, group) for label, group in members.items()]
    return concepts, [-1 if label is None else number[label] for label in labels]


def telling_sides(entry: Entry, views: Pixels) -> tuple[str, ...]:
    """Sides from which the model can be recognised, given its (6, 64, 64, 4) views.

    Flat things lie on the ground and show themselves from above only; a door seen from its edge
    tells nothing.
    """
    cover = dict(zip(SIDES, views[..., 3].mean(axis=(1, 2)) / 255, strict=True))
    width, height, depth = entry.size
    flatness = height / max(width, depth)
    widest = max(cover[side] for side in _LEVEL)
    chosen: list[str] = []
    for side in SIDES:
        least = {"above": 0.0, "corner": _FLAT}.get(side, _LYING)
        is_edge = side in _LEVEL and cover[side] < _EDGE * widest
        if flatness >= least and not is_edge and cover[side] > 0:
            chosen.append(side)
    return tuple(chosen)


def draw_entry(entry: Entry, catalogue: Path) -> Pixels:
    """The (6, 64, 64, 4) views of one model; all zero when it has no face that can be seen."""
    with zipfile.ZipFile(catalogue) as opened:
        names = frozenset(opened.namelist())
        home = PurePosixPath(entry.member).parent

        def open_beside(name: str) -> bytes | None:
            member = str(home / name)
            return opened.read(member) if member in names else None

        mesh = read_mesh(opened.read(entry.member).decode("latin-1"), open_beside)
    placed = place(mesh, entry.matrix, entry.size)
    return np.stack([render(placed, azimuth, elevation) for azimuth, elevation in SIDES.values()])


def _concept(label: str, entries: Sequence[Entry]) -> Concept:
    captions = dict.fromkeys(word for entry in entries for word in captions_of(entry))
    return Concept(
        code=f"model:{label}",
        captions=tuple(captions),
        group=group_of(entries[0]),
        is_mirrorable=is_mirrorable(label),
        translations=_translations(entries),
    )


def _translations(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """The commonest names of the entries in each language, at most `_TRANSLATIONS` of each."""
    counts: dict[str, Counter[str]] = {}
    for entry in entries:
        for language, name in foreign_names(entry).items():
            counts.setdefault(language, Counter())[name] += 1
    return {
        language: tuple(name for name, _ in names.most_common(_TRANSLATIONS))
        for language, names in sorted(counts.items())
    }


def _draw_all(folder: Path, processes: int) -> tuple[list[Entry], Pixels]:
    archive = fetch_package(FURNITURE, folder)
    with TemporaryDirectory(dir=folder) as scratch:
        files = unpack(archive, FURNITURE, Path(scratch))
        listed = [entry for name, path in files.items() for entry in read_entries(name, path)]
        entries = [entry for entry in listed if not is_dropped(entry)]
        draw = partial(_draw_from, files)
        if processes == 1:
            views = list(map(draw, entries))
        else:
            with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
                views = list(pool.map(draw, entries, chunksize=4))
    return entries, np.stack(views)


def _draw_from(files: dict[str, Path], entry: Entry) -> Pixels:
    return draw_entry(entry, files[entry.catalogue])


def _write(path: Path, entries: Sequence[Entry], views: Pixels) -> None:
    words = json.dumps([asdict(entry) for entry in entries]).encode()
    partial_file = path.with_name(f"{path.name}.partial.npz")
    np.savez_compressed(partial_file, views=views, entries=np.frombuffer(words, np.uint8))
    partial_file.replace(path)


def _restore(fields: dict[str, object]) -> Entry:
    # JSON has no tuples, and `Entry` promises them.
    restored = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    return Entry(**restored)  # type: ignore[arg-type]  # `_write` wrote an Entry's own fields
