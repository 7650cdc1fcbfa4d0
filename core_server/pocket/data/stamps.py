"""Shapes and drawings at many sizes, cut to their edges, ready to be laid into a scene.

It prepares each once per process and must not decide what stands where (see `layouts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from core_server.pocket.data.captions import with_article
from core_server.pocket.data.colours import COLOURS, Colour
from core_server.pocket.data.shapes import SHAPES, Master, draw_master

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.floating]
Index = npt.NDArray[np.intp]

SIZES: tuple[int, ...] = (16, 20, 24, 28, 32, 40)
"""Frame sides that drawings are kept at, in pixels."""

_EDGE = 0.06  # less alpha than this is not part of a thing's box
# Where in its frame a cube touches what it stands on, and where things stand on a cube: the
# middles of its lower and its upper face, as seen from above.
_CUBE_FOOT, _CUBE_SEAT = 0.745, 0.27
_CHUNK = 256
_WORDS_AT_MOST = 3
# Words of names that are no single thing, have no plain plural, or would say a relation.
_UNFIT = frozenset(COLOURS) | frozenset(SHAPES) | frozenset({
    "grey", "golden", "gold", "silver", "colorful", "and", "with", "on", "in", "at", "from",
    "over", "under", "behind", "inside", "between", "left", "right", "up", "down", "the", "no",
    "its", "two", "three", "pair", "couple", "bunch", "ball", "box", "dot", "moon", "sign",
    "symbol", "button", "mark", "small", "big", "large", "little", "stack", "man", "woman",
    "person", "people", "boy", "girl", "family", "beach", "city", "desert", "park", "track",
    "motorway", "way", "construction", "thunderstorm", "wind", "taking", "pouring", "without",
    "call", "exploding", "explosion", "selfie", "game", "liberty", "tokyo", "paper", "polish",
    "fleur", "vomiting", "sky", "night", "sunset", "sunrise", "cityscape", "scenery", "landscape",
    "field", "wave", "milk", "root", "first", "second", "third", "place",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamp:
    """A thing cut to its edges: (h, w, 4) premultiplied, 0 to 255, and where it is touched.

    `foot` is the row that rests on something below; `seat` the row on which others rest, None
    where they simply touch the outline.
    """

    pixels: Plane
    foot: int
    seat: int | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """Drawings that may stand in a scene: small premultiplied copies with their words.

    `thumbs` maps a frame side (SIZES) to (m, side, side, 4) uint8, `boxes` to the (m, 4) edges
    top, bottom, left, right; `members` a style to its drawings.
    """

    nouns: tuple[str, ...]
    colours: tuple[str | None, ...]
    styles: tuple[str, ...]
    thumbs: dict[int, Pixels]
    boxes: dict[int, Index]
    members: dict[str, Index]

    def __len__(self) -> int:
        return len(self.nouns)


def reads_well(noun: str) -> bool:
    """Whether `noun` is a short countable name that can stand in a list with others."""
    words = noun.replace("-", " ").split()
    return (
        0 < len(words) <= _WORDS_AT_MOST
        and not _UNFIT & set(words)
        and noun.replace("-", " ").replace(" ", "").isascii()
        and not any(char.isdigit() for char in noun)
        and not (words[-1].endswith("ing") and len(words[-1]) > 5)
        and with_article(noun) in {f"a {noun}", f"an {noun}"}
    )


def cast_of(
    rgba: Pixels, nouns: Sequence[str], colours: Sequence[str | None], styles: Sequence[str]
) -> Cast:
    """The cast of (m, 64, 64, 4) straight uint8 drawings with a name, colour word, style each.

    Names that read badly in a list are left out. Held-out drawings must not be passed in. Raises
    ValueError where the lengths differ.
    """
    if not len(rgba) == len(nouns) == len(colours) == len(styles):
        raise ValueError("Every drawing of a cast needs one name, colour and style.")
    kept = [i for i, noun in enumerate(nouns) if reads_well(noun)]
    pictures = rgba[kept]
    thumbs = {side: _shrink_all(pictures, side) for side in SIZES}
    kept_styles = [styles[i] for i in kept]
    return Cast(
        nouns=tuple(nouns[i] for i in kept),
        colours=tuple(colours[i] for i in kept),
        styles=tuple(kept_styles),
        thumbs=thumbs,
        boxes={side: _boxes(copies[..., 3]) for side, copies in thumbs.items()},
        members={
            style: np.flatnonzero(np.array(kept_styles) == style)
            for style in dict.fromkeys(kept_styles)
        },
    )


def drawing_stamp(cast: Cast, index: int, side: int) -> Stamp:
    """Drawing `index` in a frame of the kept side nearest to `side` pixels."""
    kept = min(SIZES, key=lambda size: abs(size - side))
    top, bottom, left, right = cast.boxes[kept][index].tolist()
    pixels = cast.thumbs[kept][index, top:bottom, left:right].astype(np.float32)
    return Stamp(pixels, bottom - top)


def shape_stamp(shape: str, shading: str, side: int, colour: Colour) -> Stamp:
    """`shape` in a frame of `side` pixels, painted in `colour`, (3,) in 0 to 1."""
    tone, sheen, mask, foot, seat = _shape_planes(shape, shading, side)
    pixels = np.empty((*mask.shape[:2], 4), np.float32)
    body = np.minimum(tone * colour, mask)
    if sheen is not None:
        body += (mask - body) * sheen
    np.multiply(body, 255, out=pixels[..., :3])
    np.multiply(mask, 255, out=pixels[..., 3:])
    return Stamp(pixels, foot, seat)


@cache
def _master(shape: str, shading: str) -> Master:
    return draw_master(shape, shading)


@cache
def _shape_planes(
    shape: str, shading: str, side: int
) -> tuple[Plane, Plane | None, Plane, int, int | None]:
    """Tone times mask, sheen (None where there is none) and mask, (h, w, 1), with foot and seat."""
    master = _master(shape, shading)
    fine = np.stack([master.tone * master.mask, master.sheen * master.mask, master.mask], axis=-1)
    (small,) = _shrink(fine[None], side)
    top, bottom, left, right = _boxes(small[None, ..., 2] * 255)[0].tolist()
    tone, sheen, mask = np.split(np.ascontiguousarray(small[top:bottom, left:right]), 3, axis=-1)
    is_cube = shape == "cube"
    return (
        tone,
        sheen / np.maximum(mask, 1e-3) if master.sheen.any() else None,
        mask,
        round(_CUBE_FOOT * side) - top if is_cube else bottom - top,
        round(_CUBE_SEAT * side) - top if is_cube else None,
    )


@cache
def _weights(source: int, target: int) -> Plane:
    """(target, source) shares of the source pixels in each target pixel: exact area averaging."""
    edges = np.arange(target + 1) * source / target
    starts, ends = edges[:-1, None], edges[1:, None]
    pixel = np.arange(source)
    covered = np.minimum(pixel + 1, ends) - np.maximum(pixel, starts)
    return np.asarray(np.clip(covered, 0, None) * target / source, np.float32)


def _shrink(pictures: Plane, side: int) -> Plane:
    """(m, s, s, c) averaged to (m, side, side, c)."""
    count, size, _, channels = pictures.shape
    weights = _weights(size, side)
    lower = weights @ pictures.reshape(count, size, size * channels)
    turned = lower.reshape(count, side, size, channels).swapaxes(1, 2)
    small = weights @ turned.reshape(count, size, side * channels)
    return np.asarray(small.reshape(count, side, side, channels).swapaxes(1, 2), np.float32)


def _shrink_all(pictures: Pixels, side: int) -> Pixels:
    copies = np.zeros((len(pictures), side, side, 4), np.uint8)
    for start in range(0, len(pictures), _CHUNK):
        chunk = pictures[start : start + _CHUNK].astype(np.float32)
        chunk[..., :3] *= chunk[..., 3:] / 255
        copies[start : start + _CHUNK] = np.rint(np.clip(_shrink(chunk, side), 0, 255))
    return copies


def _boxes(alpha: Pixels | Plane) -> Index:
    """(m, 4) first and last-plus-one rows and columns that (m, s, s) `alpha` of 255 fills."""
    seen: npt.NDArray[np.bool_] = alpha > np.float32(_EDGE * 255)
    side = alpha.shape[-1]
    edges = []
    for axis in (2, 1):
        line = np.asarray(seen.any(axis))
        edges += [line.argmax(1), side - line[:, ::-1].argmax(1)]
    return np.stack(edges, axis=1).astype(np.intp)
