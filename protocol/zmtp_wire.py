"""The bytes of ZMTP 3.1 (RFC 37, mechanisms NULL and PLAIN): greeting, commands, frames.

Must not touch sockets, clocks or threads: bytes in, bytes and values out.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .transport import MAX_FRAMES, Frame

MORE = 0x01
LONG = 0x02
COMMAND = 0x04

GREETING_SIZE = 64
OPENING_SIZE = 11
MAX_COMMAND = 1 << 16
STAGING_SIZE = 1 << 14
JOINED_SIZE = 1 << 12

_SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
_VERSION = b"\x03\x01"
_MAX_PING_CONTEXT = 16


class WireError(Exception):
    """The peer's bytes are not what ZMTP allows; the message is a clause without a subject."""


def greeting(mechanism: str) -> bytes:
    """The 64 bytes a client opens with; the first `OPENING_SIZE` suffice to get the peer's own."""
    head = _SIGNATURE + _VERSION + mechanism.encode("ascii").ljust(20, b"\0")
    return head.ljust(GREETING_SIZE, b"\0")


def check_greeting(start: bytes) -> None:
    """Raise WireError as soon as `start` cannot be how a ZMTP 3 greeting begins.

    Bytes 1 to 8 are padding; libzmq fills them with a length for the sake of older peers.
    """
    if start[:1] not in (b"", b"\xff") or (len(start) > 9 and not start[9] & 1):
        raise WireError("does not speak ZeroMQ")
    if len(start) > 10 and start[10] < 3:
        raise WireError("speaks a ZeroMQ protocol older than 3.0")


def mechanism_of(peer_greeting: bytes) -> str:
    """The security mechanism named in a whole greeting."""
    return peer_greeting[12:32].rstrip(b"\0").decode("ascii", "replace")


def frame_header(size: int, *, more: bool = False, command: bool = False) -> bytes:
    """Flags and length of a frame of `size` bytes: 2 bytes long up to 255, else 9."""
    flags = (MORE if more else 0) | (COMMAND if command else 0)
    if size > 255:
        return struct.pack(">BQ", flags | LONG, size)
    return bytes((flags, size))


def message_pieces(views: Sequence[memoryview]) -> list[memoryview]:
    """The bytes of a message to write in turn; only bodies up to `JOINED_SIZE` are copied."""
    pieces: list[memoryview] = []
    joined = bytearray()
    for index, view in enumerate(views):
        joined += frame_header(view.nbytes, more=index + 1 < len(views))
        if view.nbytes <= JOINED_SIZE:
            joined += view
        else:
            pieces += [memoryview(joined), view]
            joined = bytearray()
    return [*pieces, memoryview(joined)] if joined else pieces


def command(name: str, body: bytes = b"") -> bytes:
    """A whole command frame."""
    content = bytes((len(name),)) + name.encode("ascii") + body
    return frame_header(len(content), command=True) + content


def metadata(properties: Mapping[str, bytes]) -> bytes:
    """Body of READY and INITIATE: name length 1 byte, name, value length 4 bytes, value."""
    return b"".join(
        bytes((len(name),)) + name.encode("ascii") + struct.pack(">I", len(value)) + value
        for name, value in properties.items()
    )


def parse_metadata(body: bytes) -> dict[str, bytes]:
    """Properties by lower-case name, since ZMTP compares names without case."""
    properties: dict[str, bytes] = {}
    at = 0
    while at < len(body):
        value_at = at + 1 + body[at] + 4
        if value_at > len(body):
            raise WireError("sent a handshake that is cut short")
        name = body[at + 1 : value_at - 4].decode("ascii", "replace").lower()
        at = value_at + int.from_bytes(body[value_at - 4 : value_at], "big")
        if at > len(body):
            raise WireError("sent a handshake that is cut short")
        properties[name] = body[value_at:at]
    return properties


def plain_hello(username: str, password: str) -> bytes:
    """The HELLO command frame of PLAIN; raises ValueError unless both have 1 to 255 bytes."""
    parts = [text.encode("utf-8") for text in (username, password)]
    if not all(1 <= len(part) <= 255 for part in parts):
        raise ValueError("PLAIN takes 1 to 255 bytes of user name and of password")
    return command("HELLO", b"".join(bytes((len(part),)) + part for part in parts))


def pong(ping_body: bytes) -> bytes:
    """The PONG frame that answers a PING: its context, without the two bytes of its TTL."""
    if len(ping_body) < 2:
        raise WireError("sent a PING that is cut short")
    return command("PONG", ping_body[2 : 2 + _MAX_PING_CONTEXT])


def error_reason(body: bytes) -> str:
    """The reason in an ERROR command."""
    return body[1 : 1 + body[0]].decode("ascii", "replace") if body else ""


@dataclass(frozen=True)
class Command:
    """A command frame from the peer, split at its name."""

    name: str
    body: bytes


Message: TypeAlias = list[Frame]


def _parse_command(content: bytes) -> Command:
    if not content or len(content) < 1 + content[0]:
        raise WireError("sent a command that is cut short")
    end = 1 + content[0]
    return Command(content[1:end].decode("ascii", "replace"), content[end:])


class FrameDecoder:
    """Turns a byte stream into commands and multi-part messages, whatever its pieces.

    The caller reads into `space()` and says how much with `advance`; `next` then gives what is
    complete. A large frame's bytes are read straight into the buffer that is handed out, which is
    not allocated before its length is within `max_frame_bytes`. Not thread-safe.
    """

    def __init__(self, max_frame_bytes: int) -> None:
        self._max_frame_bytes = max_frame_bytes
        self._staging = memoryview(bytearray(STAGING_SIZE))
        self._start = 0
        self._end = 0
        self._flags = 0
        self._body: memoryview | None = None
        self._filled = 0
        self._parts: Message = []
        self._ready: deque[Command | Message] = deque()
        self._error: WireError | None = None

    @property
    def has_next(self) -> bool:
        """Whether `next` has something to give or to raise."""
        return bool(self._ready) or self._error is not None

    def space(self) -> memoryview:
        """Where the next bytes of the stream belong; never empty."""
        if self._body is not None:
            return self._body[self._filled :]
        return self._staging[self._end :]

    def advance(self, count: int) -> None:
        """Take in `count` bytes written at `space()`."""
        if self._body is None:
            self._end += count
        else:
            self._filled += count
            if self._filled < self._body.nbytes:
                return
        try:
            if self._body is not None:
                body, self._body = self._body, None
                self._finish(self._flags, body)
            while self._parse_one():
                pass
        except WireError as error:
            self._error = error
        self._compact()

    def next(self) -> Command | Message | None:
        """The oldest complete command or message, if any; raises WireError after the last one."""
        if self._ready:
            return self._ready.popleft()
        if self._error:
            raise self._error
        return None

    def _parse_one(self) -> bool:
        """Take one frame off the staging area; False when more bytes are needed."""
        have = self._end - self._start
        if not have:
            return False
        flags = self._staging[self._start]
        if flags > 0x07 or (flags & COMMAND and flags & MORE):
            raise WireError("sent a frame with unknown flags")
        header = 9 if flags & LONG else 2
        if have < header:
            return False
        size = int.from_bytes(self._staging[self._start + 1 : self._start + header], "big")
        self._check_size(flags, size)
        body_at = self._start + header
        if have >= header + size:
            body = bytes(self._staging[body_at : body_at + size])
            self._start = body_at + size
            self._finish(flags, body)
            return True
        self._body = memoryview(bytearray(size))
        self._filled = self._end - body_at
        self._body[: self._filled] = self._staging[body_at : self._end]
        self._flags = flags
        self._start = self._end
        return False

    def _check_size(self, flags: int, size: int) -> None:
        limit = MAX_COMMAND if flags & COMMAND else self._max_frame_bytes
        if size > limit:
            raise WireError(f"sent {size:,} bytes at once, above the limit of {limit:,}")
        if len(self._parts) >= MAX_FRAMES:
            raise WireError(f"sent a message of more than {MAX_FRAMES:,} parts")

    def _finish(self, flags: int, body: Frame) -> None:
        # libzmq may put a PING between two parts of a message, though RFC 37 does not foresee it.
        if flags & COMMAND:
            self._ready.append(_parse_command(bytes(body)))
            return
        self._parts.append(body)
        if not flags & MORE:
            self._ready.append(self._parts)
            self._parts = []

    def _compact(self) -> None:
        """Move an unfinished header to the front, so that `space` never runs out."""
        left = self._end - self._start
        if self._start and left:
            self._staging[:left] = bytes(self._staging[self._start : self._end])
        self._start, self._end = 0, left
