"""Emoji pictures of every concept in two drawing styles, 64 by 64 with straight alpha.

It must not choose which concepts exist (see `concepts`) nor paint backgrounds (see `dataset`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core_server.pocket.data.concepts import Concept, normalize_code, read_concepts
from core_server.pocket.data.sources import EMOJIBASE, FLUENT_3D, NOTO, fetch, read_members

SIDE = 64
FILL = 0.92
STYLES: tuple[str, ...] = ("3d style", "cartoon style")
_RENDER_SIDE = 256

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class EmojiPicture:
    """One drawing: index of its concept, index in `STYLES`, and (64, 64, 4) straight RGBA."""

    concept: int
    style: int
    rgba: Pixels


def load_concepts(folder: Path) -> list[Concept]:
    """Concepts from the pinned emojibase archive, fetched into `folder` when absent."""
    archive = fetch(EMOJIBASE, folder)
    english = read_members(archive, "en/data.json")["en/data.json"]
    groups = read_members(archive, "meta/groups.json")["meta/groups.json"]
    return read_concepts(english, groups)


def draw_emoji(concepts: list[Concept], folder: Path) -> Iterator[EmojiPicture]:
    """Yield each concept's drawings, 3-d style first; a style that lacks the concept is skipped."""
    fluent = _read_fluent(folder)
    noto = _read_noto(folder)
    for index, concept in enumerate(concepts):
        if concept.code in fluent:
            with Image.open(io.BytesIO(fluent[concept.code])) as opened:
                yield EmojiPicture(index, 0, fit(opened.convert("RGBA")))
        if concept.code in noto:
            yield EmojiPicture(index, 1, fit(_render(noto[concept.code])))


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
    frame = Image.new("RGBa", (side, side))
    frame.paste(small, ((side - size[0]) // 2, (side - size[1]) // 2))
    return _unpremultiply(np.asarray(frame))


def _unpremultiply(premultiplied: Pixels) -> Pixels:
    alpha = premultiplied[..., 3:].astype(np.float32)
    # Lanczos overshoot may leave colour above alpha, so the quotient is clamped to white.
    colour = premultiplied[..., :3] * 255.0 / np.maximum(alpha, 1.0)
    colour = np.where(alpha > 0, np.minimum(colour, 255.0), 0.0)
    return np.concatenate([np.rint(colour), alpha], axis=-1).astype(np.uint8)


def _render(svg: str) -> Image.Image:
    import resvg_py  # only drawing needs it: reading a finished archive must work without

    png = resvg_py.svg_to_bytes(svg_string=svg, width=_RENDER_SIDE, height=_RENDER_SIDE)
    with Image.open(io.BytesIO(bytes(png))) as opened:
        return opened.convert("RGBA")


def _read_fluent(folder: Path) -> dict[str, bytes]:
    members = read_members(fetch(FLUENT_3D, folder), "assets/")
    return {normalize_code(Path(name).stem): content for name, content in members.items()}


def _read_noto(folder: Path) -> dict[str, str]:
    archive = fetch(NOTO, folder)
    icons = json.loads(read_members(archive, "icons.json")["icons.json"])
    names: Mapping[str, str] = json.loads(read_members(archive, "chars.json")["chars.json"])
    svgs: dict[str, str] = {}
    for code, name in names.items():
        # chars.json may name an alias, whose picture is its parent's.
        name = name if name in icons["icons"] else icons["aliases"][name]["parent"]
        icon = icons["icons"][name]
        width = icon.get("width", icons["width"])
        height = icon.get("height", icons["height"])
        svgs[normalize_code(code)] = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{icon["body"]}</svg>'
        )
    return svgs
