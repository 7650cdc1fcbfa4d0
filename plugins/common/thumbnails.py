"""Small pictures in plain Python: any layout sampled down to 8 bit, and as PNG.

For what is kept with a document; a program's own toolkit shows full pictures better and faster.
PNG: ISO/IEC 15948, colour type 6, no filter.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from typing import Any, Literal

from plugins.common.host import NewLayer
from protocol.codec import Buffer
from protocol.pixels import ColorSpace, PixelLayout

_CODES: dict[int, Literal["B", "H", "f"]] = {1: "B", 2: "H", 4: "f"}


def thumbnail(layer: NewLayer, side: int) -> tuple[int, int, bytes]:
    """(width, height, rgba8 pixels), the longer side at most `side` pixels.

    Every n-th pixel of every n-th row: cheap, and good enough to know a picture again.
    """
    width, height, layout = layer.rect.width, layer.rect.height, layer.layout
    step = max(1, -(-max(width, height) // side))
    columns, rows = -(-width // step), -(-height // step)
    opaque = layout.channels - layout.has_alpha
    channels = _rgba_order(layout)
    values = memoryview(layer.pixels).cast("B").cast(_CODES[layout.bytes_per_channel])
    out = bytearray(b"\xff") * (columns * rows * 4)
    for row in range(rows):
        first = row * step * width * layout.channels
        end = first + width * layout.channels
        for place, channel in enumerate(channels):
            some = list(values[first + channel : end : step * layout.channels])
            is_linear = layer.space is ColorSpace.LINEAR and channel < opaque
            at = (row * columns) * 4 + place
            out[at : at + columns * 4 : 4] = _to_bytes(some, layout, is_linear)
    return columns, rows, bytes(out)


def png(width: int, height: int, rgba: Buffer) -> bytes:
    """An 8-bit RGBA picture, rows from the top."""
    pixels = memoryview(rgba).cast("B")
    rows = b"".join(
        b"\0" + bytes(pixels[y * width * 4 : (y + 1) * width * 4]) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def png_text(layer: NewLayer, side: int) -> str:
    """A thumbnail as base64 text, to be kept in JSON."""
    return b64encode(png(*thumbnail(layer, side))).decode("ascii")


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def _rgba_order(layout: PixelLayout) -> tuple[int, ...]:
    """Which channel is red, green, blue and, if there is one, alpha."""
    if layout.is_gray:
        return (0, 0, 0, 1) if layout.has_alpha else (0, 0, 0)
    return (2, 1, 0, 3) if layout.is_bgr else (0, 1, 2, 3)


def _to_bytes(values: list[Any], layout: PixelLayout, is_linear: bool) -> bytes:
    if layout is PixelLayout.RGBA16F:
        count = len(values)
        units = struct.unpack(f"{count}e", struct.pack(f"{count}H", *values))
    elif layout.is_float:
        units = tuple(values)
    else:
        largest = 256**layout.bytes_per_channel - 1
        if not is_linear:
            return bytes(values) if largest == 255 else bytes(value >> 8 for value in values)
        units = tuple(value / largest for value in values)
    return bytes(_to_byte(value, is_linear) for value in units)


def _to_byte(value: float, is_linear: bool) -> int:
    value = min(max(value, 0.0), 1.0)
    if is_linear:
        value = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(value * 255)
