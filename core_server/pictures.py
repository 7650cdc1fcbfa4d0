"""Pictures that came out of a job: their pixels, how they lie on their original, saving them.

Must not talk to the daemon.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core_server.imaging.arrays import slices
from core_server.imaging.composite import composite
from core_server.imaging.files import write_png
from core_server.imaging.layouts import Native, from_working, to_working
from core_server.imaging.ora import OraLayer, write_ora
from protocol.geometry import Rect
from protocol.pixels import PixelLayout

SUFFIXES = (".png", ".ora")

RECORD_KEY = "impasto"
"""The PNG text chunk that has the record as JSON."""

ORA_RECORD = "impasto.json"
"""The file in an .ora that has the records of its layers."""


@dataclass(frozen=True, eq=False)
class Original:
    """The picture a job was about: (H, W, 4) in its own type, at a rectangle of the document.

    notes: what was to say when it was read.
    """

    pixels: Native
    rect: Rect
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Picture:
    """One candidate.

    pixels: (H, W, 4) straight-alpha RGBA, sRGB-encoded: uint8 or uint16 as what was sent, float
    for floats. rect: where it lies, in the pixels of the original. score: CLIP's cosine between
    prompt and picture. record: everything that paints it again. is_map: the numbers are no colour
    but data, such as heights, and `name` says which.
    """

    pixels: Native
    rect: Rect
    name: str = ""
    seed: int | None = None
    score: float | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    original: Original | None = None
    is_map: bool = False

    def flattened(self) -> Native:
        """The original with this layer laid over it; without an original, the picture itself.

        Outside the layer's alpha not one bit changes. Where the layer reaches beyond the
        original (expand) the result is larger.
        """
        if self.original is None:
            return self.pixels
        whole = self.original.rect.union(self.rect)
        height, width = whole.height, whole.width
        result = np.zeros((height, width, 4), self.original.pixels.dtype)
        result[slices(_inside(self.original.rect, whole))] = self.original.pixels
        here = slices(_inside(self.rect, whole))
        alpha = np.ones(self.pixels.shape[:2], np.float32)
        result[here] = composite(result[here], to_working(self.pixels), alpha)
        return result

    def save(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write a .png (flattened) or an .ora (original and layer), with the record inside.

        Raises ValueError for another suffix, FileExistsError, OSError.
        """
        return Pictures([self], record=self.record).save(path, overwrite=overwrite)[0]

    def moved(self, dx: int, dy: int) -> Picture:
        """The same picture elsewhere."""
        return replace(self, rect=self.rect.shifted(dx, dy))

    @property
    def metadata(self) -> str:
        """The record with this picture's own seed and score, as JSON."""
        own = {"name": self.name, "seed": self.seed, "score": self.score}
        return json.dumps({**self.record, **own}, ensure_ascii=False)


class Pictures(list[Picture]):
    """The candidates of one job, the best first. job: its id. notes: what the daemon had to say."""

    def __init__(
        self,
        pictures: Iterable[Picture] = (),
        *,
        job: str = "",
        record: Mapping[str, Any] | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(pictures)
        self.job = job
        self.record = dict(record or {})
        self.notes = notes

    @property
    def best(self) -> Picture:
        """The first: with ranking, the one that fits the prompt best."""
        return self[0]

    def save(self, path: str | Path, *, overwrite: bool = False) -> list[Path]:
        """Write all: `name.png`, numbered if there are several, or one `name.ora` with all layers.

        Maps are `name-height.png`, `name-normal.png` and so on.

        Returns one path per picture. Raises ValueError for another suffix, FileExistsError
        (nothing is written then), OSError.
        """
        path = Path(path)
        if path.suffix.lower() not in SUFFIXES:
            raise ValueError(f"Impasto writes .png and .ora files, not {path.name}.")
        files = self.files(path)
        for file in files:
            if file.exists() and not overwrite:
                raise FileExistsError(17, "the file is already there", str(file))
        if path.suffix.lower() == ".ora":
            _save_layers(self, path)
            return [path] * len(self)
        for picture, file in zip(self, files, strict=True):
            _save_flat(picture, file)
        return files

    def files(self, path: Path) -> list[Path]:
        """Where `save` writes each to."""
        if path.suffix.lower() == ".ora" or not all(picture.is_map for picture in self):
            return numbered(path, len(self))
        return named(path, [picture.name for picture in self])


def named(path: Path, names: Iterable[str]) -> list[Path]:
    """brick.png → brick-height.png, brick-normal.png …"""
    return [path.with_stem(f"{path.stem}-{name}") for name in names]


def numbered(path: Path, count: int) -> list[Path]:
    """One path for one picture, else name-1.png, name-2.png …; an .ora takes all."""
    if count == 1 or path.suffix.lower() == ".ora":
        return [path]
    return [path.with_stem(f"{path.stem}-{n}") for n in range(1, count + 1)]


def _inside(rect: Rect, whole: Rect) -> Rect:
    return rect.shifted(-whole.x, -whole.y)


def _save_flat(picture: Picture, path: Path) -> None:
    pixels = as_integers(picture.flattened())
    if (pixels[..., 3] == np.iinfo(pixels.dtype).max).all():
        pixels = pixels[..., :3]
    if picture.is_map and (pixels[..., :1] == pixels[..., 1:3]).all():
        pixels = pixels[..., :1]
    write_png(path, pixels, {RECORD_KEY: picture.metadata}, is_colour=not picture.is_map)


def _save_layers(pictures: Pictures, path: Path) -> None:
    """The best candidate over the original; the others are there, but hidden."""
    layers = [*pictures]
    original = pictures[0].original if pictures else None
    if original is not None:
        layers.append(Picture(original.pixels, original.rect, original.name or "Original"))
    shown = {0, len(pictures)}
    save_layers(path, layers, [index in shown for index in range(len(layers))])
    records = [json.loads(picture.metadata) for picture in pictures]
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(ORA_RECORD, json.dumps(records, ensure_ascii=False, indent=1))


def save_layers(
    path: Path, pictures: Sequence[Picture], visible: Sequence[bool] | None = None
) -> None:
    """Write pictures as layers at their places, the first on top, on a canvas around them all."""
    canvas = Rect(0, 0, 0, 0)
    for picture in pictures:
        canvas = canvas.union(picture.rect)
    shown = visible or [True] * len(pictures)
    layers = [
        OraLayer(
            picture.name or "Layer",
            as_integers(picture.pixels),
            picture.rect.x - canvas.x,
            picture.rect.y - canvas.y,
            is_visible,
        )
        for picture, is_visible in zip(pictures, shown, strict=True)
    ]
    write_ora(path, (canvas.width, canvas.height), layers)


def as_integers(pixels: Native) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """8 and 16 bit as they are; floats as 16 bit, held to [0, 1]."""
    if pixels.dtype == np.uint8:
        return pixels.view(np.uint8)
    if pixels.dtype == np.uint16:
        return pixels.view(np.uint16)
    return from_working(to_working(pixels), PixelLayout.RGBA16).view(np.uint16)
