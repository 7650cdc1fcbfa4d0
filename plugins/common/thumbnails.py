"""Small pictures in plain Python: any layout sampled down to 8 bit, and as PNG.

For what is kept with a document; a program's own toolkit shows full pictures better and faster.
PNG: ISO/IEC 15948, colour type 6, no filter.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode

from plugins.common.host import NewLayer
from plugins.common.sampling import sampled, sampled_size
from protocol.codec import Buffer


def thumbnail(layer: NewLayer, side: int) -> tuple[int, int, bytes]:
    """(width, height, rgba8 pixels), the longer side at most `side` pixels.

    Every n-th pixel of every n-th row: cheap, and good enough to know a picture again.
    """
    step = max(1, -(-max(layer.rect.width, layer.rect.height) // side))
    return *sampled_size(layer, step), b"".join(sampled(layer, step))


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
