"""Drawings of every concept in several styles, 64 by 64 with straight alpha.

It must not choose which concepts exist (see `concepts` and `clipart`) nor paint backgrounds
(see `dataset`).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from core_server.pocket.data import sources
from core_server.pocket.data.concepts import Concept, normalize_code
from core_server.pocket.data.sources import Source, fetch, read_members

SIDE = 64
FILL = 0.92
STYLES: tuple[str, ...] = (
    "3d style", "cartoon style", "flat style", "gradient style", "blob style", "line style",
    "silhouette", "3d model",
)  # fmt: skip
_RENDER_SIDE = 256
# Packages that state code points come first: the others' names are understood through theirs.
_EMOJI_PACKS: tuple[tuple[Source, str], ...] = (
    (sources.NOTO, "cartoon style"),
    (sources.TWEMOJI, "flat style"),
    (sources.FLUENT_FLAT, "flat style"),
    (sources.FLUENT_GRADIENT, "gradient style"),
    (sources.FLUENT_LINE, "line style"),
    (sources.NOTO_BLOB, "blob style"),
    (sources.EMOJIONE, "flat style"),
    (sources.STREAMLINE_EMOJI, "cartoon style"),
)
# Names that mean another thing where they come from: here a flag.
_OTHER_THINGS = frozenset({(sources.STREAMLINE_EMOJI, "turkey")})
# Kameleon lays every subject on a disc, which is no part of it.
_DISC = re.compile(r'<path [^>]*d="M24 47\.99\d*c13\.25[^"]*"/>')

Pixels = npt.NDArray[np.uint8]


class Icon(NamedTuple):
    """Where a clip-art concept is drawn: package, icon in it, and the style it counts as."""

    source: Source
    name: str
    style: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing: index of its concept, index in `STYLES`, and (64, 64, 4) straight RGBA."""

    concept: int
    style: int
    rgba: Pixels


@dataclass(frozen=True, slots=True)
class Pack:
    """An icon package in memory: icons as SVG text by name, and names by code point if stated."""

    svgs: Mapping[str, str]
    names: Mapping[str, str]


def draw_emoji(concepts: Sequence[Concept], folder: Path) -> Iterator[Drawing]:
    """Yield each concept's drawings, style by style; a style that lacks a concept is skipped.

    Packages are fetched into `folder` when absent. Raises as `sources.fetch` does.
    """
    places = {concept.code: index for index, concept in enumerate(concepts)}
    for code, content in _read_fluent(folder).items():
        if code in places:
            with Image.open(io.BytesIO(content)) as opened:
                yield Drawing(places[code], 0, fit(opened.convert("RGBA")))
    codes: dict[str, str] = {}
    for source, style in _EMOJI_PACKS:
        pack = read_pack(source, folder)
        for code, name in pack.names.items():
            codes.setdefault(name, code)
        for code, name in by_code(pack, codes).items():
            if code in places and (svg := pack.svgs[name]):
                yield Drawing(places[code], STYLES.index(style), fit(render(svg)))


def draw_icons(icons: Sequence[tuple[int, Icon]], folder: Path) -> Iterator[Drawing]:
    """Yield a drawing for each (concept index, icon). Raises KeyError for an unknown icon."""
    packs = {source: read_pack(source, folder) for source in {icon.source for _, icon in icons}}
    for concept, icon in icons:
        svg = packs[icon.source].svgs[icon.name]
        if icon.source is sources.KAMELEON:
            svg = _DISC.sub("", svg, count=1)
        yield Drawing(concept, STYLES.index(icon.style), fit(render(svg)))


def by_code(pack: Pack, codes: Mapping[str, str]) -> dict[str, str]:
    """Icon name for each code point of `pack`, as it states or as `codes` (name → code) tells."""
    if pack.names:
        return dict(pack.names)
    found: dict[str, str] = {}
    for name in pack.svgs:
        # "cactus-1" and "cactus-2" are two drawings (often two sexes) of one thing.
        code = codes.get(name) or codes.get(name.removesuffix("-1"))
        if code is not None:
            found.setdefault(code, name)
    return found


def fit(picture: Image.Image, side: int = SIDE, fill: float = FILL) -> Pixels:
    """Trim `picture` (RGBA) to its subject and centre that in `side` by `side` pixels.

    The subject's longer side takes `fill` of the frame. Returns (side, side, 4) straight RGBA;
    colour under full transparency is 0.
    """
    box = picture.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox()
    subject = picture.crop(box) if box else picture
    scale = side * fill / max(subject.size)
    size = (max(1, round(subject.width * scale)), max(1, round(subject.height * scale)))
    # Resizing in premultiplied "RGBa" keeps hidden colour from bleeding into the edge.
    small = subject.convert("RGBa").resize(size, Image.Resampling.LANCZOS)
    # Pasting would undo the premultiplication in some versions of Pillow and not in others.
    frame = np.zeros((side, side, 4), np.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    frame[top : top + size[1], left : left + size[0]] = np.asarray(small)
    return _unpremultiply(frame)


def _unpremultiply(premultiplied: Pixels) -> Pixels:
    alpha = premultiplied[..., 3:].astype(np.float32)
    # Lanczos overshoot may leave colour above alpha, so the quotient is clamped to white.
    colour = premultiplied[..., :3] * 255.0 / np.maximum(alpha, 1.0)
    colour = np.where(alpha > 0, np.minimum(colour, 255.0), 0.0)
    return np.concatenate([np.rint(colour), alpha], axis=-1).astype(np.uint8)


def render(svg: str) -> Image.Image:
    """`svg` as a 256 by 256 RGBA picture."""
    import resvg_py  # only drawing needs it: reading a finished archive must work without

    png = resvg_py.svg_to_bytes(svg_string=svg, width=_RENDER_SIDE, height=_RENDER_SIDE)
    with Image.open(io.BytesIO(bytes(png))) as opened:
        return opened.convert("RGBA")


def _read_fluent(folder: Path) -> dict[str, bytes]:
    members = read_members(fetch(sources.FLUENT_3D, folder), "assets/")
    return {normalize_code(Path(name).stem): content for name, content in members.items()}


def read_pack(source: Source, folder: Path) -> Pack:
    """The icons of a package of Iconify's form, fetched into `folder` when absent."""
    archive = fetch(source, folder)
    icons = json.loads(read_members(archive, "icons.json")["icons.json"])
    chars: Mapping[str, str] = json.loads(read_members(archive, "chars.json")["chars.json"])
    svgs: dict[str, str] = {}
    for name, icon in icons["icons"].items():
        width = icon.get("width", icons.get("width", 16))
        height = icon.get("height", icons.get("height", 16))
        svgs[name] = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{icon["body"]}</svg>'
        )
    for alias, icon in icons.get("aliases", {}).items():
        if icon["parent"] in svgs and "hFlip" not in icon:
            svgs[alias] = svgs[icon["parent"]]
    for stray in _OTHER_THINGS:
        if stray[0] is source:
            svgs.pop(stray[1], None)
    return Pack(svgs, {normalize_code(code): name for code, name in chars.items()})


def on_white(rgba: Pixels) -> npt.NDArray[np.float32]:
    """(…, H, W, 4) straight, as (…, H, W, 3) in 0..1."""
    pixels = rgba.astype(np.float32) / np.float32(255)
    alpha = pixels[..., 3:]
    laid: npt.NDArray[np.float32] = pixels[..., :3] * alpha + (1 - alpha)
    return laid
