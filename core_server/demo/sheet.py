"""The contact sheet: pictures in rows, captioned, on neutral grey, as one PNG.

Must not know what the pictures are; it only lays them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core_server.imaging.layouts import Native, to_working

WIDTH = 1480
MARGIN, GAP = 56, 20
TALLEST = 340
ROW_GAP = 34
PAPER, INK, FAINT, FRAME = (38, 38, 40), (236, 236, 236), (158, 158, 162), (62, 62, 66)
TITLE_PX, HEADING_PX, TEXT_PX = 46, 27, 17
CHECKER = ((84, 84, 86), (104, 104, 106))
CHECKER_PX = 12


@dataclass(frozen=True)
class Tile:
    """One picture, (H, W, 4) of any layout's type, and the words under it."""

    pixels: Native
    caption: str = ""


@dataclass(frozen=True)
class Row:
    """A heading, a line in smaller letters, and tiles side by side that fill the width."""

    heading: str
    text: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Sheet:
    title: str
    subtitle: str
    rows: tuple[Row, ...] = field(default_factory=tuple)


def draw(sheet: Sheet) -> Image.Image:
    """The sheet as an RGB picture, WIDTH pixels wide and as high as it needs."""
    blocks = [_title(sheet), *(_row(row) for row in sheet.rows)]
    height = 2 * MARGIN + sum(b.height for b in blocks) + ROW_GAP * (len(blocks) - 1)
    paper = Image.new("RGB", (WIDTH, height), PAPER)
    y = MARGIN
    for block in blocks:
        paper.paste(block, (MARGIN, y))
        y += block.height + ROW_GAP
    return paper


def _title(sheet: Sheet) -> Image.Image:
    block = _blank(TITLE_PX + TEXT_PX + 26)
    pen = ImageDraw.Draw(block)
    pen.text((0, 0), sheet.title, INK, _font(TITLE_PX))
    pen.text((2, TITLE_PX + 16), sheet.subtitle, FAINT, _font(TEXT_PX))
    return block


def _row(row: Row) -> Image.Image:
    top = HEADING_PX + TEXT_PX + 30
    height = _height(row.tiles)
    has_captions = any(tile.caption for tile in row.tiles)
    block = _blank(top + height + (TEXT_PX + 18 if has_captions else 0))
    pen = ImageDraw.Draw(block)
    pen.text((0, 0), row.heading, INK, _font(HEADING_PX))
    pen.text((0, HEADING_PX + 10), row.text, FAINT, _font(TEXT_PX))
    x = 0
    for tile in row.tiles:
        picture = _picture(tile.pixels, height)
        block.paste(picture, (x, top))
        pen.rectangle((x, top, x + picture.width - 1, top + height - 1), outline=FRAME)
        caption = _shortened(pen, tile.caption, picture.width)
        pen.text((x, top + height + 9), caption, FAINT, _font(TEXT_PX))
        x += picture.width + GAP
    return block


def _height(tiles: tuple[Tile, ...]) -> int:
    """At which the tiles, side by side, fill the sheet's width; never higher than TALLEST."""
    room = WIDTH - 2 * MARGIN - GAP * (len(tiles) - 1)
    aspects = sum(tile.pixels.shape[1] / tile.pixels.shape[0] for tile in tiles)
    return min(TALLEST, round(room / aspects)) if tiles else 0


def _picture(pixels: Native, height: int) -> Image.Image:
    """Scaled to the row's height, transparency on a chequered ground."""
    image = Image.fromarray(
        np.rint(np.clip(to_working(pixels), 0, 1) * 255).astype(np.uint8), "RGBA"
    )
    width = max(1, round(image.width * height / image.height))
    image = image.resize((width, height), Image.Resampling.LANCZOS)
    ground = _checker(width, height)
    ground.paste(image, (0, 0), image)
    return ground


def _checker(width: int, height: int) -> Image.Image:
    rows, columns = np.ogrid[:height, :width]
    odd = (rows // CHECKER_PX + columns // CHECKER_PX) % 2
    return Image.fromarray(np.array(CHECKER, np.uint8)[odd], "RGB")


def _shortened(pen: ImageDraw.ImageDraw, text: str, width: int) -> str:
    if pen.textlength(text, _font(TEXT_PX)) <= width:
        return text
    while text and pen.textlength(f"{text}…", _font(TEXT_PX)) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _blank(height: int) -> Image.Image:
    return Image.new("RGB", (WIDTH - 2 * MARGIN, height), PAPER)


def _font(px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, so that the sheet looks the same everywhere."""
    return ImageFont.load_default(px)
