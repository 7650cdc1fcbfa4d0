"""The seam between the client and a connection: multi-part messages of bytes, in and out.

Must not know what the messages mean, nor reconnect by itself: after a lost connection the client
has to read the connection file and say `hello` again, so only the client decides when to connect.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Protocol, TypeAlias

from .errors import NotRunning, Remedy, TimedOut, TooLarge, Unauthorized

Buffer: TypeAlias = bytes | bytearray | memoryview
"""What can be sent as one frame; must be C-contiguous."""

Frame: TypeAlias = bytes | memoryview
"""What is received as one frame: `bytes` when small, a flat view of unsigned bytes when large."""

DEFAULT_MAX_FRAME_BYTES = 1 << 29
MAX_FRAMES = 4096


class Disconnected(NotRunning):
    """The connection that stood is lost; `connect` may be called again."""

    def __init__(self, message: str = "The connection to Impasto was lost.") -> None:
        super().__init__(message)


class ProtocolViolation(Disconnected):
    """The peer sent what the protocol does not allow; connecting again is unlikely to help."""


class Closed(NotRunning):
    """`close` was called on this side; the transport is of no further use."""

    def __init__(self) -> None:
        super().__init__("The connection to Impasto was closed.")


def not_connected() -> NotRunning:
    """For use before `connect`, or after a loss that was reported."""
    return NotRunning("There is no connection to Impasto.")


def nobody_at(endpoint: str) -> NotRunning:
    return NotRunning(
        f"Impasto is not running: nobody answers at {endpoint}.", remedy=Remedy("start_daemon")
    )


def stranger_at(endpoint: str, clause: str) -> NotRunning:
    return NotRunning(
        f"What listens at {endpoint} is not Impasto: it {clause}.", remedy=Remedy("start_daemon")
    )


def silence_at(endpoint: str) -> TimedOut:
    return TimedOut(
        f"Impasto does not answer at {endpoint}; restart it if this goes on.",
        remedy=Remedy("restart_daemon"),
    )


def refused(reason: str = "") -> Unauthorized:
    return Unauthorized(
        f"Impasto refused this program's access token{reason and f' ({reason})'}; restart both.",
        remedy=Remedy("restart_daemon"),
    )


class Transport(Protocol):
    """One connection to a daemon, re-established only when its owner says so.

    Threads: `send` and `close` may be called from any thread at any time. `connect` and `receive`
    belong to one thread, the reader; before the reader starts, another thread may call them.
    Not connected, connected and closed are the three states; a new transport is not connected.
    """

    def connect(self, timeout_s: float) -> None:
        """Make one attempt to connect and authenticate; an existing connection is dropped first.

        Raises NotRunning (nobody listens, or something that is no daemon), Unauthorized (do not
        retry), TimedOut (someone listens but does not answer), Closed.
        """
        ...

    def send(self, frames: Sequence[Buffer]) -> None:
        """Send one message, whole or not at all; the frames must not be changed afterwards.

        Raises TooLarge before a byte goes out, Disconnected or NotRunning without a connection,
        TimedOut when the peer stopped reading (the connection is then lost), Closed.
        """
        ...

    def receive(self, timeout_s: float | None) -> list[Frame] | None:
        """Return the next message, or None after `timeout_s` (None waits for ever).

        Raises Disconnected once per lost connection, NotRunning while there is none, Closed.
        """
        ...

    def close(self) -> None:
        """Give up the connection and wake a `connect`, `send` or `receive` in progress."""
        ...


def flat_views(frames: Sequence[Buffer], max_frame_bytes: int) -> list[memoryview]:
    """The frames as flat byte views, checked against the limits of a message.

    Raises TooLarge for a frame over `max_frame_bytes` bytes or over `MAX_FRAMES` frames.
    """
    if not frames:
        raise ValueError("a message has at least one frame")
    if len(frames) > MAX_FRAMES:
        raise TooLarge(f"A message may have {MAX_FRAMES} parts; this one has {len(frames)}.")
    views = [memoryview(frame).cast("B") for frame in frames]
    largest = max(view.nbytes for view in views)
    if largest > max_frame_bytes:
        raise TooLarge(
            f"{_megabytes(largest)} cannot be sent at once; the limit is"
            f" {_megabytes(max_frame_bytes)}. Select a smaller area."
        )
    return views


def _megabytes(count: int) -> str:
    return f"{count / 2**20:,.1f} MB" if count >= 2**20 else f"{count:,} bytes"


class MemoryTransport:
    """One end of a pair in the same process, for tests of what lies above a transport.

    Any thread may call any method. Frames are copied, as a wire would.
    """

    def __init__(self, wire: threading.Condition, max_frame_bytes: int) -> None:
        self._wire = wire
        self._max_frame_bytes = max_frame_bytes
        self._peer: MemoryTransport = self
        self._inbox: deque[list[Frame]] = deque()
        self._is_connected = False
        self._is_lost = False
        self._is_closed = False

    def connect(self, timeout_s: float) -> None:
        with self._wire:
            self._check_open()
            if self._peer._is_closed:
                raise nobody_at("the other end of this pair")
            self._is_connected = self._peer._is_connected = True
            self._is_lost = False
            self._inbox.clear()
            self._wire.notify_all()

    def send(self, frames: Sequence[Buffer]) -> None:
        copies: list[Frame] = [bytes(view) for view in flat_views(frames, self._max_frame_bytes)]
        with self._wire:
            self._check_open()
            if not self._is_connected:
                raise not_connected()
            self._peer._inbox.append(copies)
            self._wire.notify_all()

    def receive(self, timeout_s: float | None) -> list[Frame] | None:
        with self._wire:
            self._wire.wait_for(self._has_news, timeout_s)
            self._check_open()
            if self._inbox:
                return self._inbox.popleft()
            if self._is_lost:
                self._is_lost = False
                raise Disconnected
            if not self._is_connected:
                raise not_connected()
            return None

    def drop(self) -> None:
        """Lose the connection, for both ends, as a crash of the peer would."""
        with self._wire:
            for end in (self, self._peer):
                end._is_lost |= end._is_connected
                end._is_connected = False
            self._wire.notify_all()

    def close(self) -> None:
        self.drop()
        with self._wire:
            self._is_closed = True
            self._wire.notify_all()

    def _has_news(self) -> bool:
        return bool(self._inbox) or self._is_lost or self._is_closed or not self._is_connected

    def _check_open(self) -> None:
        if self._is_closed:
            raise Closed


def memory_pair(
    max_frame_bytes: int = DEFAULT_MAX_FRAME_BYTES,
) -> tuple[MemoryTransport, MemoryTransport]:
    """Two ends, client and daemon, not yet connected; either one's `connect` connects both."""
    wire = threading.Condition()
    client, daemon = MemoryTransport(wire, max_frame_bytes), MemoryTransport(wire, max_frame_bytes)
    client._peer, daemon._peer = daemon, client
    return client, daemon
