"""What the judge learns from: real drawings, textures and shapes, each with its class, augmented.

It must not touch a generated picture, and keeps some real ones back to measure the judge with.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core_server.pocket.data.dataset import Dataset
from core_server.pocket.data.shapes import SHAPES
from core_server.pocket.data.textures import KINDS

Index = NDArray[np.int64]

SHARES = (0.12, 0.08)
"""Of textures and shapes in a batch; the rest is drawings."""

_KEPT_EVERY = 20
_SCALES, _SHIFT, _TURN = (0.70, 1.08), 0.14, math.radians(9)
_WHITE_SHARE, _SOFT_SHARE, _NOISY_SHARE, _NOISE = 0.6, 0.35, 0.3, 0.06


@dataclass(frozen=True)
class Classes:
    """All that a picture can be called: drawings' concepts, then texture kinds, then shapes.

    names: of each class, plainest first. Concepts with one plain name are one class.
    """

    names: tuple[tuple[str, ...], ...]
    concepts: range
    kinds: range
    shapes: range

    @classmethod
    def of(cls, data: Dataset) -> Classes:
        called: dict[str, dict[str, None]] = {}
        for words in data.concepts:
            called.setdefault(words[0], {}).update(dict.fromkeys(words))
        names = [tuple(words) for words in called.values()]
        names += [kind.names for kind in KINDS] + [(shape,) for shape in SHAPES]
        ends = len(called), len(called) + len(KINDS), len(names)
        return cls(tuple(names), range(ends[0]), range(*ends[:2]), range(*ends[1:]))

    @property
    def plain(self) -> list[str]:
        """The plainest name of each class."""
        return [names[0] for names in self.names]


@dataclass(frozen=True)
class Pictures:
    """Straight RGBA or RGB pictures (n,64,64,·) uint8 and their classes (n,)."""

    pixels: NDArray[np.uint8]
    classes: Index
    may_flip: NDArray[np.bool_]

    def rows(self, which: NDArray[np.bool_] | Index) -> Pictures:
        return Pictures(self.pixels[which], self.classes[which], self.may_flip[which])


@dataclass(frozen=True)
class Lessons:
    """Three kinds of pictures to learn from."""

    drawings: Pictures
    textures: Pictures
    shapes: Pictures

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
        """(count,3,64,64) in -1..1, differently placed and grounded each time; classes (count,).

        count: at least three.
        """
        textures, shapes = (max(1, round(portion * count)) for portion in SHARES)
        draw = torch.Generator().manual_seed(int(rng.integers(2**62)))
        drawn = _lot(rng, self.drawings, count - textures - shapes, evenly=True)
        shaped = _lot(rng, self.shapes, shapes, evenly=False)
        textured = _lot(rng, self.textures, textures, evenly=False)
        parts = [_laid(draw, drawn), _laid(draw, shaped), _rolled(rng, textured)]
        classes = np.concatenate([found.classes for found in (drawn, shaped, textured)])
        return _worn(draw, torch.cat(parts)) * 2 - 1, torch.from_numpy(classes)


def split(data: Dataset, classes: Classes) -> tuple[Lessons, Lessons]:
    """What the judge learns from, and what it is measured with.

    Kept back are `kept_drawings`, and each twentieth texture and shape.
    """
    parts = [(_drawings(data, classes), kept_drawings(data, classes))]
    for found in (_textures(data, classes), _shapes(data, classes)):
        parts.append((found, np.arange(len(found.classes)) % _KEPT_EVERY == 0))
    return (
        Lessons(*(pictures.rows(~held) for pictures, held in parts)),
        Lessons(*(pictures.rows(held) for pictures, held in parts)),
    )


def kept_drawings(data: Dataset, classes: Classes) -> NDArray[np.bool_]:
    """(d,): the concept × style pairs that pocket does not learn either.

    Not so concepts that pocket never sees: the judge must know them.
    """
    held = data.drawing_heldout & ~data.concept_heldout[data.drawing_concept]
    named = _drawings(data, classes).classes
    kept: NDArray[np.bool_] = held & np.isin(named, named[~held])
    return kept


def digest(pictures: Pictures) -> str:
    """Of the pixels: what is kept back today, and was in an earlier sitting, must be the same."""
    return hashlib.sha256(pictures.pixels.tobytes()).hexdigest()


def plain_pictures(found: Pictures) -> Tensor:
    """(n,3,64,64) in -1..1: as they are, on white."""
    rgba = torch.from_numpy(found.pixels).float() / 255
    if rgba.shape[-1] == 4:
        rgba = rgba[..., :3] * rgba[..., 3:] + 1 - rgba[..., 3:]
    return rgba.permute(0, 3, 1, 2) * 2 - 1


def kind_of(phrase: str) -> str | None:
    """The plain name of the texture kind that a caption names (the longest name in it wins)."""
    return _longest(phrase, {name: kind.names[0] for kind in KINDS for name in kind.names})


def _longest(phrase: str, names: dict[str, str]) -> str | None:
    found = [name for name in names if re.search(rf"\b{re.escape(name)}\b", phrase)]
    return names[max(found, key=len)] if found else None


def _drawings(data: Dataset, classes: Classes) -> Pictures:
    place = {name: index for index, name in enumerate(classes.plain[: len(classes.concepts)])}
    of_concept = np.array([place[names[0]] for names in data.concepts], np.int64)
    return Pictures(
        data.drawings,
        of_concept[data.drawing_concept],
        data.concept_mirrorable[data.drawing_concept],
    )


def _textures(data: Dataset, classes: Classes) -> Pictures:
    names = [kind_of(phrase) for phrase in data.texture_phrases]
    return _named(data.textures, names, classes, classes.kinds, may_flip=True)


def _shapes(data: Dataset, classes: Classes) -> Pictures:
    """Those of one shape alone."""
    alone = [None if phrase.startswith(("a ", "an ")) else phrase for phrase in data.shape_phrases]
    shapes = {shape: shape for shape in SHAPES}
    names = [phrase and _longest(phrase, shapes) for phrase in alone]
    return _named(data.shapes, names, classes, classes.shapes, may_flip=False)


def _named(
    pixels: NDArray[np.uint8],
    names: Iterable[str | None],
    classes: Classes,
    part: range,
    may_flip: bool,
) -> Pictures:
    place = {classes.plain[index]: index for index in part}
    found = np.array([place[name] if name else -1 for name in names], np.int64)
    rows = np.flatnonzero(found >= 0)
    return Pictures(pixels[rows], found[rows], np.full(len(rows), may_flip))


def _lot(rng: np.random.Generator, pictures: Pictures, count: int, evenly: bool) -> Pictures:
    """evenly: classes with few pictures come oftener than these alone would."""
    weight = None
    if evenly:
        weight = 1 / np.sqrt(np.bincount(pictures.classes)[pictures.classes])
        weight /= weight.sum()
    return pictures.rows(rng.choice(len(pictures.classes), count, p=weight))


def _laid(draw: torch.Generator, found: Pictures) -> Tensor:
    """Turned, scaled, shifted, flipped where that is true to it, on white or another colour."""
    n = len(found.classes)
    rgba = torch.from_numpy(found.pixels).permute(0, 3, 1, 2).float() / 255
    rgba = torch.cat([rgba[:, :3] * rgba[:, 3:], rgba[:, 3:]], 1)

    def between(low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(n, *shape, generator=draw) * (high - low) + low

    turn, scale = between(-_TURN, _TURN), 1 / between(*_SCALES)
    flip = torch.where(between(0, 1) < torch.from_numpy(found.may_flip) * 0.5, -1.0, 1.0)
    rows = [scale * turn.cos() * flip, -scale * turn.sin() * flip]
    rows += [scale * turn.sin(), scale * turn.cos()]
    matrix = torch.stack(rows, 1).view(n, 2, 2)
    theta = torch.cat([matrix, between(-_SHIFT, _SHIFT, 2, 1)], 2)
    grid = functional.affine_grid(theta, list(rgba.shape), align_corners=False)
    rgba = functional.grid_sample(rgba, grid, align_corners=False)
    is_white = between(0, 1, 1, 1, 1) < _WHITE_SHARE
    ground = torch.where(is_white, 1.0, between(0, 1, 3, 1, 1))
    return rgba[:, :3] + (1 - rgba[:, 3:]) * ground


def _rolled(rng: np.random.Generator, found: Pictures) -> Tensor:
    """Shifted around the wrapped borders, and mirrored at times."""
    n, side = len(found.classes), found.pixels.shape[1]
    shift = rng.integers(side, size=(2, n, 1))
    rows, columns = ((np.arange(side) + shift[axis]) % side for axis in (0, 1))
    columns = np.where(rng.random((n, 1)) < 0.5, columns, columns[:, ::-1])
    picture = np.arange(n)[:, None, None]
    pixels = found.pixels[picture, rows[:, :, None], columns[:, None, :]]
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def _worn(draw: torch.Generator, pictures: Tensor) -> Tensor:
    """Some softer, some noisy, in slightly other light: class must not hang on clean pixels."""
    n = len(pictures)

    def some(portion: float) -> Tensor:
        return (torch.rand(n, 1, 1, 1, generator=draw) < portion).float()

    soft = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), "replicate"), 3, 1)
    pictures = torch.lerp(pictures, soft, some(_SOFT_SHARE))
    noise = torch.randn(pictures.shape, generator=draw)
    pictures = pictures + noise * some(_NOISY_SHARE) * _NOISE
    light = 1 + 0.12 * (torch.rand(n, 3, 1, 1, generator=draw) - 0.5)
    return (pictures * light).clamp(0, 1)
