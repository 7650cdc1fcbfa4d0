"""A small archive of the drawings alone, for a machine that has no packages and no network.

Pictures lie as WebP sheets of 16 by 16; textures and shapes are drawn anew where it arrives. It
must not change which drawings there are, nor their words.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core_server.pocket.data.cache import Archive, read, save

TILES = 16
QUALITY = 90
_ONLY_FULL = ("textures", "texture_is_mass", "texture_ids", "shapes", "shape_ids")
_SHEET = "sheet"

Pixels = npt.NDArray[np.uint8]


def pack(target: Path, drawn: Archive, quality: int = QUALITY) -> None:
    """Write the drawings of `drawn` to `target`: colour about `quality` of 100, alpha exact."""
    arrays = {
        name: array
        for name, array in drawn.arrays.items()
        if name != "drawings" and name not in _ONLY_FULL
    }
    for number, sheet in enumerate(_sheets(drawn.arrays["drawings"])):
        arrays[f"{_SHEET}{number}"] = np.frombuffer(_encode(sheet, quality), np.uint8)
    save(target, Archive(arrays, drawn.words))


def read_drawings(path: Path) -> Archive:
    """The drawings' part of an archive of either kind: what `cache.build` returns.

    Needs neither npm nor a network. Raises FileNotFoundError, KeyError or ValueError when it is no
    archive of this data.
    """
    archive = read(path)
    arrays = {name: array for name, array in archive.arrays.items() if name not in _ONLY_FULL}
    if "drawings" not in arrays:
        count = len(arrays["drawing_concept"])
        sheets = [arrays.pop(f"{_SHEET}{number}") for number in range(-(-count // TILES**2))]
        tiles = [_decode(sheet.tobytes()) for sheet in sheets]
        arrays["drawings"] = np.concatenate(tiles)[:count]
    return Archive(arrays, archive.words)


def _sheets(pictures: Pixels) -> Iterator[Pixels]:
    """(n, s, s, 4) pictures as (16 s, 16 s, 4) sheets, the last one filled up with nothing."""
    side = pictures.shape[1]
    for start in range(0, len(pictures), TILES**2):
        tiles = np.zeros((TILES**2, side, side, 4), np.uint8)
        chunk = pictures[start : start + TILES**2]
        tiles[: len(chunk)] = chunk
        rows = tiles.reshape(TILES, TILES, side, side, 4).swapaxes(1, 2)
        yield rows.reshape(TILES * side, TILES * side, 4)


def _encode(sheet: Pixels, quality: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(sheet, "RGBA").save(
        stream, "WEBP", quality=quality, alpha_quality=100, method=4
    )
    return stream.getvalue()


def _decode(sheet: bytes) -> Pixels:
    """(256, s, s, 4) tiles; colour under full transparency is 0 again."""
    with Image.open(io.BytesIO(sheet)) as opened:
        rgba = np.array(opened.convert("RGBA"))
    rgba[rgba[..., 3] == 0] = 0
    side = len(rgba) // TILES
    return rgba.reshape(TILES, side, TILES, side, 4).swapaxes(1, 2).reshape(-1, side, side, 4)
