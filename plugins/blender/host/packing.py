"""Byte images packed into the .blend without a stall.

Blender's own `pack()` compresses in the user interface's thread: seconds for 4096². Here a thread
compresses, while Blender goes on. Images that are there already are never touched.
PNG: ISO/IEC 15948, colour type 6, filters none and sub.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from threading import Thread
from typing import NamedTuple

import bpy

from plugins.blender.host.floats import floats as f
from plugins.common.host import Work

_STRIP = 1 << 16
"""Pixels that the thread takes at once."""

_STORED, _QUICK = 0, 1
"""zlib's levels. The higher ones take twice the time for a file that is a hundredth smaller."""

_PAUSE_S = 0.002


class Files(NamedTuple):
    """The same picture as PNG twice: one that is read at once, and a small one to be kept."""

    plain: bytes
    small: bytes


def files_of(numbers: f.Floats, width: int, height: int) -> Work[Files]:
    """Of an image's floats, the bottom row first, as bytes are shown and straight."""
    thread = _Encoding(numbers, width, height)
    thread.start()
    try:
        while thread.is_alive():
            yield
            thread.join(_PAUSE_S)
    finally:
        thread.is_wanted = False
    if thread.error is not None:
        raise thread.error
    assert thread.files is not None
    return thread.files


def files_at_once(numbers: f.Floats, width: int, height: int) -> Files:
    """Not compressed: for a small picture that is soon gone."""
    file = _Encoder(width, height, is_small=False)
    for rows in _rows(numbers, width, height):
        file.add(rows)
    plain = file.end()
    return Files(plain, plain)


def fill(image: bpy.types.Image, files: Files) -> None:
    """What a new image of one pixel shows, and has packed; its colour space is set before.

    It is as `pack()` leaves one: of a file, unchanged since, and redo brings the pixels back. Its
    source changes here, and Blender then reads the packed file again: the plain one takes no
    longer than writing the pixels would.
    """
    image.pack(data=files.plain, data_len=len(files.plain))
    image.source = "FILE"
    tuple(image.size)  # now it is read
    if files.small is not files.plain:
        image.pack(data=files.small, data_len=len(files.small))


class _Encoding(Thread):
    """Touches nothing of Blender's. is_wanted: set to False by whom it is of no use to any more."""

    def __init__(self, numbers: f.Floats, width: int, height: int) -> None:
        super().__init__(name="impasto-packing", daemon=True)
        self._picture = numbers, width, height
        self.is_wanted = True
        self.files: Files | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.files = self._encoded()
        except Exception as error:  # raised again where it can be shown
            self.error = error

    def _encoded(self) -> Files | None:
        _, width, height = self._picture
        files = [_Encoder(width, height, is_small) for is_small in (False, True)]
        for rows in _rows(*self._picture):
            if not self.is_wanted:
                return None
            for each in files:
                each.add(rows)
        return Files(*(each.end() for each in files))


class _Encoder:
    """A PNG file, made of a few rows at a time: of 8-bit RGBA, from the top."""

    def __init__(self, width: int, height: int, is_small: bool) -> None:
        self._width, self._is_small = width, is_small
        self._packer = zlib.compressobj(_QUICK if is_small else _STORED)
        header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
        self._parts = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header)]

    def add(self, rgba: bytes) -> None:
        packed = self._packer.compress(f.scanlines(rgba, self._width, self._is_small))
        if packed:
            self._parts.append(_chunk(b"IDAT", packed))

    def end(self) -> bytes:
        last = _chunk(b"IDAT", self._packer.flush()), _chunk(b"IEND", b"")
        return b"".join([*self._parts, *last])


def _rows(numbers: f.Floats, width: int, height: int) -> Iterator[bytes]:
    """As 8 bits, from the top, a few at a time."""
    high = max(1, _STRIP // width)
    for top in range(height, 0, -high):
        low = max(0, top - high)
        yield f.to_bytes(f.flipped(f.cut(numbers, width, 0, low, width, top - low), width))


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(name))
    return b"".join([struct.pack(">I", len(content)), name, content, struct.pack(">I", checksum)])
