"""The finished data set in memory: draw captioned, composited, augmented batches from it.

It must not make new drawings (see `cache`) and never returns a held-out picture from `sample`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core_server.pocket.data import translations
from core_server.pocket.data.cache import Archive, read
from core_server.pocket.data.captions import (
    can_paint,
    drawing_caption,
    foreign_caption,
    on_background,
    painted_caption,
    shape_caption,
    texture_caption,
)
from core_server.pocket.data.colours import COLOURS, pick
from core_server.pocket.data.scenes import Cast, cast_of, compose
from core_server.pocket.data.shares import is_everyday

Pixels = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int64]
Plane = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

SHARES: tuple[float, ...] = (0.60, 0.14, 0.10, 0.16)  # drawings, textures, shapes, scenes
CAST_STYLES = ("3d style", "cartoon style", "flat style")
_WHITE_SHARE, _NAMED_SHARE = 0.65, 0.20  # the rest stands on unnamed very light tones
_WHITE_RESCUE = 0.75
_FLIP_SHARE = 0.3
_FOREIGN_SHARE = 0.08
_PAINTED_SHARE = 0.35  # of line drawings and silhouettes
_SCALES = (0.85, 1.05)
_SHIFT = 3.0
_ENGLISH = "en"
_INK = "black"  # what line drawings and silhouettes are drawn in


class Wording(NamedTuple):
    """A caption, the colour words of its subject if known, and the language it is in."""

    caption: str
    subject: str | None
    language: str = _ENGLISH


@dataclass(frozen=True, slots=True)
class Batch:
    """Sampled pictures: rgb (n, 64, 64, 3), alpha (n, 64, 64), a caption and concept id each.

    Ids below `len(Dataset.concepts)` are concepts of drawings; every distinct texture or shape
    phrase has its own id above, and every scene's caption one above `Dataset.concept_count`, so
    equal ids always mean "the same thing".
    """

    rgb: Pixels
    alpha: Pixels
    captions: list[str]
    concept_ids: Index


@dataclass(frozen=True, slots=True)
class Dataset:
    """All pictures, uint8, straight alpha, with their words; see `Batch` for concept ids."""

    drawings: Pixels  # (d, 64, 64, 4)
    drawing_concept: Index  # (d,) index into concepts
    drawing_style: Index  # (d,) index into styles
    drawing_heldout: Flags  # (d,) a (concept, style) pair that is never sampled
    drawing_colours: list[str | None]  # the colour word that fits a drawing as a whole
    drawing_sides: list[str | None]  # what a 3-d model is seen from
    drawing_weight: Plane  # (d,) how often it is sampled, relative
    concepts: list[tuple[str, ...]]  # names of each concept, plainest first
    concept_groups: list[str]
    concept_mirrorable: Flags
    concept_heldout: Flags  # (c,) the whole concept is never sampled
    concept_translations: list[dict[str, tuple[str, ...]]]
    styles: tuple[str, ...]
    cast: Cast  # what may stand in a scene
    textures: Pixels  # (t, 64, 64, 3)
    texture_phrases: list[str]
    texture_is_mass: Flags
    texture_ids: Index
    shapes: Pixels  # (s, 64, 64, 4)
    shape_phrases: list[str]
    shape_ids: Index
    heldout_textures: list[str]
    heldout_shapes: list[str]

    @property
    def heldout(self) -> Index:
        """Indices into `drawings` of held-out pairs, whose concepts are seen in other styles."""
        return np.flatnonzero(self.drawing_heldout)

    @property
    def unseen(self) -> Index:
        """Indices into `drawings` of concepts that are held out whole."""
        return np.flatnonzero(self.concept_heldout[self.drawing_concept])

    @property
    def concept_count(self) -> int:
        """Number of distinct concept ids over drawings, textures and shapes."""
        highest = [int(ids.max()) for ids in (self.texture_ids, self.shape_ids) if len(ids)]
        return max([len(self.concepts) - 1, *highest]) + 1

    def sample(self, rng: np.random.Generator, n: int) -> Batch:
        """Draw `n` fresh training pictures, shuffled: drawings, textures, shapes and scenes."""
        counts = rng.multinomial(n, SHARES)
        parts = (
            self._sample_drawings(rng, int(counts[0])),
            self._sample_textures(rng, int(counts[1])),
            self._sample_shapes(rng, int(counts[2])),
            self._sample_scenes(rng, int(counts[3])),
        )
        order = rng.permutation(n)
        captions = [caption for part in parts for caption in part.captions]
        return Batch(
            np.concatenate([part.rgb for part in parts])[order],
            np.concatenate([part.alpha for part in parts])[order],
            [captions[i] for i in order],
            np.concatenate([part.concept_ids for part in parts])[order],
        )

    def choose_drawings(self, rng: np.random.Generator, n: int) -> Index:
        """Indices of `n` drawings by their weights; held-out ones never."""
        is_unseen = self.drawing_heldout | self.concept_heldout[self.drawing_concept]
        chances = np.cumsum(np.where(is_unseen, 0, self.drawing_weight), dtype=np.float64)
        which: Index = np.searchsorted(chances, rng.random(n) * chances[-1], side="right")
        return which

    def _sample_drawings(self, rng: np.random.Generator, n: int) -> Batch:
        which = self.choose_drawings(rng, n)
        concept = self.drawing_concept[which]
        rgba = self.drawings[which]
        words = [self._word(rng, picture, i) for picture, i in zip(rgba, which, strict=True)]
        # A mirrored view would be seen from the other side than it says.
        turned = np.array([self.drawing_sides[i] is not None for i in which], bool)
        flips = (rng.random(n) < _FLIP_SHARE) & self.concept_mirrorable[concept] & ~turned
        rgba[flips] = rgba[flips, :, ::-1]
        return _composite(rng, _move(rng, rgba), words, concept)

    def _word(self, rng: np.random.Generator, picture: Pixels, i: int) -> Wording:
        """A caption for drawing `i`, of which `picture` is a copy that may be painted."""
        concept = int(self.drawing_concept[i])
        names, style = self.concepts[concept], self.styles[self.drawing_style[i]]
        colour = self.drawing_colours[i]
        if can_paint(style):
            if rng.random() < _PAINTED_SHARE:
                colour = _paintable(rng)
                picture[..., :3] = np.rint(pick(rng, colour) * 255)
                return Wording(painted_caption(rng, names, style, colour), colour)
            return Wording(drawing_caption(rng, names, style), _INK)
        if self.concept_translations[concept] and rng.random() < _FOREIGN_SHARE:
            language, said = foreign_caption(rng, self.concept_translations[concept], colour)
            return Wording(said, colour, language)
        side = self.drawing_sides[i]
        return Wording(drawing_caption(rng, names, style, colour, side), colour)

    def _sample_textures(self, rng: np.random.Generator, n: int) -> Batch:
        which = rng.integers(len(self.textures), size=n)
        side = self.textures.shape[1]
        shift = rng.integers(side, size=(2, n))
        rows = (np.arange(side) + shift[0, :, None]) % side
        columns = (np.arange(side) + shift[1, :, None]) % side
        rgb = self.textures[which[:, None, None], rows[:, :, None], columns[:, None, :]]
        captions = [
            texture_caption(rng, self.texture_phrases[i], bool(self.texture_is_mass[i]))
            for i in which
        ]
        alpha = np.full(rgb.shape[:3], 255, np.uint8)
        return Batch(rgb, alpha, captions, self.texture_ids[which])

    def _sample_shapes(self, rng: np.random.Generator, n: int) -> Batch:
        which = rng.integers(len(self.shapes), size=n)
        captions = [shape_caption(rng, self.shape_phrases[i]) for i in which]
        rgba = self.shapes[which]
        premultiplied = rgba.astype(np.float32)
        premultiplied[..., :3] *= premultiplied[..., 3:] / 255
        words = [Wording(text, "white" if "white " in text else None) for text in captions]
        return _composite(rng, premultiplied, words, self.shape_ids[which])

    def _sample_scenes(self, rng: np.random.Generator, n: int) -> Batch:
        scenes = compose(rng, self.cast, n)
        first = self.concept_count
        ids = [first + zlib.crc32(caption.encode()) for caption in scenes.captions]
        words = [Wording(*lot) for lot in zip(scenes.captions, scenes.subjects, strict=True)]
        return _composite(rng, scenes.premultiplied, words, np.array(ids, np.int64))


def load_dataset(path: Path) -> Dataset:
    """Read what `cache.write` wrote. Raises FileNotFoundError or KeyError when it is not that."""
    archive = read(path)
    arrays, words = archive.arrays, archive.words
    concepts = words["concepts"]
    styles, colours = tuple(words["styles"]), words["drawing_colours"]
    return Dataset(
        drawings=arrays["drawings"],
        drawing_concept=arrays["drawing_concept"].astype(np.int64),
        drawing_style=arrays["drawing_style"].astype(np.int64),
        drawing_heldout=arrays["drawing_heldout"],
        drawing_colours=colours,
        drawing_sides=words["drawing_sides"],
        drawing_weight=arrays["drawing_weight"],
        concepts=[tuple(concept["captions"]) for concept in concepts],
        concept_groups=[concept["group"] for concept in concepts],
        concept_mirrorable=np.array([c["is_mirrorable"] for c in concepts], bool),
        concept_heldout=arrays["concept_heldout"],
        concept_translations=[_tuples(concept["translations"]) for concept in concepts],
        styles=styles,
        cast=_cast(archive),
        textures=arrays["textures"],
        texture_phrases=words["textures"],
        texture_is_mass=arrays["texture_is_mass"],
        texture_ids=arrays["texture_ids"].astype(np.int64),
        shapes=arrays["shapes"],
        shape_phrases=words["shapes"],
        shape_ids=arrays["shape_ids"].astype(np.int64),
        heldout_textures=words["heldout_textures"],
        heldout_shapes=words["heldout_shapes"],
    )


def _tuples(translations: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(names) for language, names in translations.items() if names}


def _cast(archive: Archive) -> Cast:
    """Everyday things in the styles that artists ask for; nothing held out."""
    arrays, words = archive.arrays, archive.words
    concept, style = arrays["drawing_concept"], arrays["drawing_style"]
    everyday = np.array([is_everyday(c["captions"]) for c in words["concepts"]], bool)
    wanted = np.array([name in CAST_STYLES for name in words["styles"]], bool)
    seen = ~(arrays["drawing_heldout"] | arrays["concept_heldout"][concept])
    rows = np.flatnonzero(everyday[concept] & wanted[style] & seen)
    return cast_of(
        arrays["drawings"][rows],
        [words["concepts"][concept[i]]["captions"][0] for i in rows],
        [words["drawing_colours"][i] for i in rows],
        [words["styles"][style[i]] for i in rows],
    )


def _move(rng: np.random.Generator, rgba: Pixels) -> Plane:
    """Scale and shift each picture a little, bilinearly, returning premultiplied 0 to 255."""
    n, side = len(rgba), rgba.shape[1]
    pixels = rgba.astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    pixels = np.pad(pixels, ((0, 0), (1, 1), (1, 1), (0, 0)))
    scale = rng.uniform(*_SCALES, (n, 1)).astype(np.float32)
    picture = np.arange(n)[:, None]
    for axis in (1, 2):
        shift = rng.uniform(-_SHIFT, _SHIFT, (n, 1)).astype(np.float32)
        middle = np.float32((side - 1) / 2)
        wanted = (np.arange(side, dtype=np.float32) - middle - shift) / scale + middle + 1
        wanted = np.clip(wanted, 0, side + 1 - 1e-3)
        low = np.floor(wanted).astype(np.intp)
        weight = (wanted - low)[..., None, None]
        rows = pixels if axis == 1 else pixels.swapaxes(1, 2)
        mixed = rows[picture, low] * (1 - weight) + rows[picture, low + 1] * weight
        pixels = mixed if axis == 1 else mixed.swapaxes(1, 2)
    return np.asarray(pixels, np.float32)


def _composite(
    rng: np.random.Generator, premultiplied: Plane, words: list[Wording], ids: Index
) -> Batch:
    """Lay pictures on white, on a colour that the caption then names, or on a light tone.

    None is laid on a named background of its own colour, and what is white mostly gets a
    background it can be seen on.
    """
    ground = np.ones((len(words), 3), np.float32)
    captions = [wording.caption for wording in words]
    for i, (caption, subject, language) in enumerate(words):
        lot = rng.random()
        if subject == "white" and rng.random() < _WHITE_RESCUE:
            lot = _WHITE_SHARE
        if lot < _WHITE_SHARE:
            continue
        if lot < _WHITE_SHARE + _NAMED_SHARE:
            word = _background(rng, f"{caption} {subject}")
            ground[i] = pick(rng, word)
            captions[i] = (
                on_background(caption, word)
                if language == _ENGLISH
                else translations.on_background(language, caption, word)
            )
        else:
            ground[i] = rng.uniform(0.91, 0.98) * np.array([1, 1, rng.uniform(0.93, 1.0)])
    alpha = premultiplied[..., 3:]
    rgb = premultiplied[..., :3] + (255 - alpha) * ground[:, None, None, :]
    return Batch(
        np.rint(np.clip(rgb, 0, 255)).astype(np.uint8),
        np.rint(alpha[..., 0]).astype(np.uint8),
        captions,
        ids,
    )


def _background(rng: np.random.Generator, taken: str) -> str:
    free = [word for word in COLOURS if word not in taken]
    return free[int(rng.integers(len(free)))]


def _paintable(rng: np.random.Generator) -> str:
    """A colour that is neither a line drawing's own nor the paper's."""
    free = [word for word in COLOURS if word not in {_INK, "white"}]
    return free[int(rng.integers(len(free)))]
