"""Draws painted pictures side by side with their prompts underneath, misses and all.

It must not judge or choose.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core_server.pocket.finish import FloatImage

_GAP, _TEXT, _LINES = 8, 13, 2
_CHECK = 8


def contact_sheet(
    images: Sequence[FloatImage], captions: Sequence[str], columns: int = 8, side: int = 144
) -> Image.Image:
    """One cell per square picture, row by row; long captions run over two lines.

    What is clear in a picture with alpha shows a checkerboard. side: of a cell in pixels. Raises
    ValueError where pictures and captions differ in number.
    """
    if len(images) != len(captions):
        raise ValueError(f"{len(images)} pictures, but {len(captions)} captions")
    rows = -(-len(images) // columns)
    cell = side + _LINES * (_TEXT + 3) + _GAP
    size = (columns * (side + _GAP) + _GAP, rows * cell + _GAP)
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=_TEXT)
    for index, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left = _GAP + index % columns * (side + _GAP)
        top = _GAP + index // columns * cell
        sheet.paste(_cell(image, side), (left, top))
        lines = _wrap(caption, font, side)
        for number, line in enumerate(lines[:_LINES]):
            at = (left, top + side + 1 + number * (_TEXT + 2))
            draw.text(at, line, fill="black", font=font)
    return sheet


def _cell(image: FloatImage, side: int) -> Image.Image:
    levels = np.rint(image.clip(0, 1) * 255).astype(np.uint8)
    if image.shape[2] == 3:
        return Image.fromarray(levels).resize((side, side), Image.Resampling.LANCZOS)
    y, x = np.mgrid[:side, :side] // _CHECK
    board = np.where((x + y)[..., None] % 2, 255, 204).repeat(4, 2).astype(np.uint8)
    board[..., 3] = 255
    # Resizing premultiplied keeps hidden colour from bleeding into the edge.
    clear = Image.fromarray(levels).convert("RGBa")
    small = clear.resize((side, side), Image.Resampling.LANCZOS).convert("RGBA")
    return Image.alpha_composite(Image.fromarray(board), small).convert("RGB")


def _wrap(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
