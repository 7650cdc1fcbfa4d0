"""PNG with what an artist's file needs and common writers lose together: 16 bits and Unicode text.

Must not read pixels; `files` does that. Chunks by the PNG specification, third edition.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import imagecodecs
import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MAX_TEXT_BYTES = 16 * 2**20
_KEYWORD = re.compile(r"[!-~\xa1-\xff]+( [!-~\xa1-\xff]+)*")


class BrokenPng(ValueError):
    """The bytes are not a well-formed PNG; the message ends a sentence."""


class Header(NamedTuple):
    """IHDR: size in pixels, bits per channel, and the kind of colour (0, 2, 3, 4 or 6)."""

    width: int
    height: int
    depth: int
    colour: int


def encode(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    text: Mapping[str, str] | None = None,
    level: int = 6,
    is_colour: bool = True,
) -> bytes:
    """(H, W, C) of 8 or 16 bit, C = 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA, as an sRGB PNG.

    is_colour: False for data, such as heights, which no reader shall convert: it gets no sRGB mark.
    text: keyword (1 to 79 characters of Latin-1, PNG's own rule) → any Unicode. level: 0 to 9.
    Raises ValueError for another array or keyword.
    """
    shape = pixels.shape
    if pixels.dtype not in (np.uint8, np.uint16) or len(shape) != 3 or not 1 <= shape[2] <= 4:
        raise ValueError(f"A PNG holds 1 to 4 channels of 8 or 16 bit, not {pixels.dtype} {shape}.")
    # A copy: a contiguous view with sides of 1 may keep strides that the encoder refuses.
    plain = np.array(pixels[..., 0] if shape[2] == 1 else pixels, order="C")
    encoded = bytes(imagecodecs.png_encode(plain, level=level))
    after_header = len(SIGNATURE) + 25
    extra = _chunk(b"sRGB", b"\x00") if is_colour else b""  # perceptual
    extra += b"".join(_text_chunk(keyword, value) for keyword, value in (text or {}).items())
    return encoded[:after_header] + extra + encoded[after_header:]


def header(data: bytes) -> Header:
    """The size and kind of a PNG, from its first bytes. Raises BrokenPng."""
    name, body = next(chunks(data), (b"", b""))
    if name != b"IHDR" or len(body) != 13:
        raise BrokenPng("it has no header")
    return Header(*struct.unpack(">IIBB", body[:10]))


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of every chunk, checksums checked. Raises BrokenPng."""
    if not data.startswith(SIGNATURE):
        raise BrokenPng("it does not begin like a PNG")
    at = len(SIGNATURE)
    while at < len(data):
        if at + 12 > len(data):
            raise BrokenPng("it is cut short")
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        end = at + 12 + length
        if end > len(data):
            raise BrokenPng("it is cut short")
        if struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(name + body):
            raise BrokenPng("a checksum is wrong")
        yield name, body
        if name == b"IEND":
            return
        at = end


def text_of(data: bytes) -> dict[str, str]:
    """All text in a PNG by keyword: tEXt and zTXt (Latin-1) and iTXt (UTF-8); the last one counts.

    Raises BrokenPng, also for text of more than 16 MiB.
    """
    readers = {b"tEXt": _read_text, b"zTXt": _read_compressed, b"iTXt": _read_international}
    return dict(readers[name](body) for name, body in chunks(data) if name in readers)


def profile_of(data: bytes) -> bytes | None:
    """The ICC profile in a PNG, if it has one and no sRGB mark. Raises BrokenPng."""
    found = None
    for name, body in chunks(data):
        if name == b"sRGB":
            return None
        if name == b"iCCP":
            found = _inflate(body.partition(b"\0")[2][1:])
        if name == b"IDAT":
            break
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _text_chunk(keyword: str, value: str) -> bytes:
    if not _KEYWORD.fullmatch(keyword) or len(keyword) > 79:
        raise ValueError(
            f"'{keyword}' cannot name text in a PNG: 1 to 79 characters of Latin-1, single spaces."
        )
    plain = value.encode("utf-8", "replace")
    return _chunk(b"iTXt", keyword.encode("latin-1") + b"\0\0\0\0\0" + plain)


def _read_text(body: bytes) -> tuple[str, str]:
    keyword, _, value = body.partition(b"\0")
    return keyword.decode("latin-1"), value.decode("latin-1")


def _read_compressed(body: bytes) -> tuple[str, str]:
    keyword, _, rest = body.partition(b"\0")
    return keyword.decode("latin-1"), _inflate(rest[1:]).decode("latin-1")


def _read_international(body: bytes) -> tuple[str, str]:
    keyword, _, rest = body.partition(b"\0")
    if len(rest) < 4:
        raise BrokenPng("a text in it is cut short")
    _, _, after_language = rest[2:].partition(b"\0")
    _, _, value = after_language.partition(b"\0")
    plain = _inflate(value) if rest[0] else value
    return keyword.decode("latin-1"), plain.decode("utf-8", "replace")


def _inflate(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(packed, _MAX_TEXT_BYTES)
    except zlib.error as error:
        raise BrokenPng("compressed text in it is damaged") from error
    if stream.unconsumed_tail:
        raise BrokenPng("text in it is longer than 16 MiB")
    return plain
