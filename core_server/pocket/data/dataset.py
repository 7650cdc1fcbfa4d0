"""The finished data set in memory: load it, and draw captioned, composited, augmented batches.

It must not draw new pictures (see `cache`) and never returns a held-out picture from `sample`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core_server.pocket.data.captions import (
    emoji_caption,
    on_background,
    shape_caption,
    texture_caption,
)
from core_server.pocket.data.colours import COLOURS, pick

Pixels = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int64]
Plane = npt.NDArray[np.float32]

SHARES: tuple[float, float, float] = (0.62, 0.20, 0.18)  # emoji, textures, shapes
_WHITE_SHARE, _NAMED_SHARE = 0.65, 0.20  # the rest stands on unnamed very light tones
_WHITE_RESCUE = 0.75
_FLIP_SHARE = 0.3
_SCALES = (0.85, 1.05)
_SHIFT = 3.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Sampled pictures: rgb (n, 64, 64, 3), alpha (n, 64, 64), a caption and concept id each.

    Ids below `len(Dataset.concepts)` are emoji concepts; every distinct texture or shape phrase
    has its own id above, so equal ids always mean "the same thing".
    """

    rgb: Pixels
    alpha: Pixels
    captions: list[str]
    concept_ids: Index


@dataclass(frozen=True, slots=True)
class Dataset:
    """All pictures, uint8, straight alpha, with their words; see `Batch` for concept ids."""

    emoji: Pixels  # (e, 64, 64, 4)
    emoji_concept: Index  # (e,) index into concepts
    emoji_style: Index  # (e,) index into styles
    emoji_heldout: npt.NDArray[np.bool_]  # (e,)
    emoji_colours: list[str | None]  # the colour word that fits a drawing as a whole
    concepts: list[tuple[str, ...]]  # names of each concept, plainest first
    concept_groups: list[str]
    concept_mirrorable: npt.NDArray[np.bool_]
    styles: tuple[str, ...]
    textures: Pixels  # (t, 64, 64, 3)
    texture_phrases: list[str]
    texture_is_mass: npt.NDArray[np.bool_]
    texture_ids: Index
    shapes: Pixels  # (s, 64, 64, 4)
    shape_phrases: list[str]
    shape_ids: Index
    heldout_textures: list[str]
    heldout_shapes: list[str]

    @property
    def heldout(self) -> Index:
        """Indices into `emoji` of the pictures that `sample` never returns."""
        return np.flatnonzero(self.emoji_heldout)

    @property
    def concept_count(self) -> int:
        """Number of distinct concept ids over emoji, textures and shapes."""
        highest = [int(ids.max()) for ids in (self.texture_ids, self.shape_ids) if len(ids)]
        return max([len(self.concepts) - 1, *highest]) + 1

    def sample(self, rng: np.random.Generator, n: int) -> Batch:
        """Draw `n` fresh training pictures: 62 % emoji, 20 % textures, 18 % shapes, shuffled."""
        counts = rng.multinomial(n, SHARES)
        parts = (
            self._sample_emoji(rng, int(counts[0])),
            self._sample_textures(rng, int(counts[1])),
            self._sample_shapes(rng, int(counts[2])),
        )
        order = rng.permutation(n)
        captions = [caption for part in parts for caption in part.captions]
        return Batch(
            np.concatenate([part.rgb for part in parts])[order],
            np.concatenate([part.alpha for part in parts])[order],
            [captions[i] for i in order],
            np.concatenate([part.concept_ids for part in parts])[order],
        )

    def _sample_emoji(self, rng: np.random.Generator, n: int) -> Batch:
        which = rng.choice(np.flatnonzero(~self.emoji_heldout), n)
        concept = self.emoji_concept[which]
        rgba = self.emoji[which]
        flips = (rng.random(n) < _FLIP_SHARE) & self.concept_mirrorable[concept]
        rgba[flips] = rgba[flips, :, ::-1]
        colours = [self.emoji_colours[i] for i in which]
        captions = [
            emoji_caption(rng, self.concepts[c], self.styles[s], colour)
            for c, s, colour in zip(concept, self.emoji_style[which], colours, strict=True)
        ]
        return _composite(rng, _move(rng, rgba), captions, colours, concept)

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
        whites = ["white" if "white " in caption else None for caption in captions]
        return _composite(rng, premultiplied, captions, whites, self.shape_ids[which])


def load_dataset(path: Path) -> Dataset:
    """Read what `cache.build` wrote. Raises FileNotFoundError or KeyError when it is not that."""
    with np.load(path) as stored:
        words = json.loads(stored["words"].tobytes().decode())
        return Dataset(
            emoji=stored["emoji"],
            emoji_concept=stored["emoji_concept"].astype(np.int64),
            emoji_style=stored["emoji_style"].astype(np.int64),
            emoji_heldout=stored["emoji_heldout"],
            emoji_colours=words["emoji_colours"],
            concepts=[tuple(concept["captions"]) for concept in words["concepts"]],
            concept_groups=[concept["group"] for concept in words["concepts"]],
            concept_mirrorable=np.array([c["is_mirrorable"] for c in words["concepts"]], bool),
            styles=tuple(words["styles"]),
            textures=stored["textures"],
            texture_phrases=words["textures"],
            texture_is_mass=stored["texture_is_mass"],
            texture_ids=stored["texture_ids"].astype(np.int64),
            shapes=stored["shapes"],
            shape_phrases=words["shapes"],
            shape_ids=stored["shape_ids"].astype(np.int64),
            heldout_textures=words["heldout_textures"],
            heldout_shapes=words["heldout_shapes"],
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
    rng: np.random.Generator,
    premultiplied: Plane,
    captions: list[str],
    subjects: list[str | None],
    ids: Index,
) -> Batch:
    """Lay pictures on white, on a colour that the caption then names, or on a light tone.

    `subjects` are the pictures' own colours: none is laid on a named background of the same, and
    what is white mostly gets a background it can be seen on.
    """
    ground = np.ones((len(captions), 3), np.float32)
    worded = list(captions)
    for i, (caption, subject) in enumerate(zip(captions, subjects, strict=True)):
        lot = rng.random()
        if subject == "white" and rng.random() < _WHITE_RESCUE:
            lot = _WHITE_SHARE
        if lot < _WHITE_SHARE:
            continue
        if lot < _WHITE_SHARE + _NAMED_SHARE:
            word = _background(rng, f"{caption} {subject}")
            ground[i] = pick(rng, word)
            worded[i] = on_background(caption, word)
        else:
            ground[i] = rng.uniform(0.91, 0.98) * np.array([1, 1, rng.uniform(0.93, 1.0)])
    alpha = premultiplied[..., 3:]
    rgb = premultiplied[..., :3] + (255 - alpha) * ground[:, None, None, :]
    return Batch(
        np.rint(np.clip(rgb, 0, 255)).astype(np.uint8),
        np.rint(alpha[..., 0]).astype(np.uint8),
        worded,
        ids,
    )


def _background(rng: np.random.Generator, taken: str) -> str:
    free = [word for word in COLOURS if word not in taken]
    return free[int(rng.integers(len(free)))]
