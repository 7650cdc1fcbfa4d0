"""A DEALER socket speaking ZMTP 3.1 with the standard library alone: the plugins' transport.

Must not know what the messages mean, nor reconnect by itself (see `transport`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from .errors import ConnectionFailed, TimedOut
from .transport import (
    DEFAULT_MAX_FRAME_BYTES,
    Buffer,
    Closed,
    Disconnected,
    Frame,
    ProtocolViolation,
    flat_views,
    nobody_at,
    not_connected,
)
from .zmtp_handshake import Handshake, Plain
from .zmtp_stream import Latch, Stream, check_endpoint, drop_written, open_stream, time_left
from .zmtp_wire import Command, FrameDecoder, Message, WireError, error_reason, message_pieces, pong

_MAX_UNSENT_PONGS = 64


@dataclass(frozen=True)
class _Link:
    """One connection. `pongs` are whole or begun answers to PING that go out before all else."""

    stream: Stream
    decoder: FrameDecoder
    pongs: deque[memoryview] = field(default_factory=deque)


class ZmtpDealer:
    """A `Transport` over tcp or ipc, with mechanism PLAIN or NULL.

    Threads: as `Transport` says. The reader holds `_reading` and never waits for `_sending` while
    connected, so that two peers that both send much cannot block one another; writers hold
    `_sending`, whole messages at a time. `_link` changes only under both.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        username: str = "",
        password: str | None = None,
        identity: bytes = b"",
        max_frame_bytes: int = DEFAULT_MAX_FRAME_BYTES,
        stall_s: float = 30.0,
    ) -> None:
        """A password means PLAIN, none means NULL.

        Frames over `max_frame_bytes` are neither sent nor received; a peer that takes no byte for
        `stall_s` is given up. Raises ValueError for an endpoint, a name, a password or an identity
        that cannot be used.
        """
        check_endpoint(endpoint)
        if len(identity) > 255 or identity[:1] == b"\0":
            raise ValueError("an identity is at most 255 bytes and does not start with a zero")
        self._endpoint = endpoint
        self._plain = None if password is None else Plain(username, password)
        self._identity = identity
        self._max_frame_bytes = max_frame_bytes
        self._stall_s = stall_s
        self._latch = Latch()
        self._reading = threading.Lock()
        self._sending = threading.Lock()
        self._link: _Link | None = None

    def connect(self, timeout_s: float) -> None:
        with self._reading:
            self._check_open()
            self._drop()
            deadline = time.monotonic() + timeout_s
            try:
                stream = open_stream(self._endpoint, deadline, self._latch)
            except OSError as error:
                raise nobody_at(self._endpoint) from error
            decoder = FrameDecoder(self._max_frame_bytes)
            try:
                Handshake(stream, decoder, deadline, self._endpoint).run(
                    self._plain, self._identity
                )
            except BaseException:
                stream.close()
                raise
            with self._sending:
                self._link = _Link(stream, decoder)

    def send(self, frames: Sequence[Buffer]) -> None:
        self._write(message_pieces(flat_views(frames, self._max_frame_bytes)))
        # A PING that came while this thread wrote was left for it to answer. The message itself is
        # out; if the connection ends here, the reader reports it.
        with suppress(ConnectionFailed):
            while (link := self._link) and link.pongs:
                self._write([])

    def receive(self, timeout_s: float | None) -> list[Frame] | None:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        with self._reading:
            link = self._current_link()
            try:
                return self._next_message(link, deadline)
            except WireError as error:
                self._drop()
                raise ProtocolViolation(f"What listens at {self._endpoint} {error}.") from None
            except OSError as error:
                self._drop()
                raise Disconnected from error

    def close(self) -> None:
        self._latch.set()
        with self._reading:
            self._drop()
            self._latch.release()

    def _next_message(self, link: _Link, deadline: float | None) -> Message | None:
        while True:
            event = link.decoder.next()
            if isinstance(event, list):
                return event
            if event is not None:
                self._obey(event, link)
                continue
            if count := link.stream.read_into(link.decoder.space()):
                link.decoder.advance(count)
                if time_left(deadline) == 0 and not link.decoder.has_next:
                    return None
                continue
            self._flush_pongs(link)
            # While a writer is at work, it sends the PONGs.
            write = bool(link.pongs) and not self._sending.locked()
            if not link.stream.wait(read=True, write=write, timeout_s=time_left(deadline)):
                return None

    def _obey(self, received: Command, link: _Link) -> None:
        if received.name == "ERROR":
            raise WireError(f"ended the connection: {error_reason(received.body)}")
        if received.name == "PING" and len(link.pongs) < _MAX_UNSENT_PONGS:
            link.pongs.append(memoryview(pong(received.body)))

    def _flush_pongs(self, link: _Link) -> None:
        """Thread: reader; so it writes what fits and waits for nobody."""
        if not link.pongs or not self._sending.acquire(blocking=False):
            return
        try:
            while link.pongs:
                rest = [link.pongs[0]]
                drop_written(rest, link.stream.write_some(rest))
                if rest:
                    link.pongs[0] = rest[0]
                    return
                link.pongs.popleft()
        finally:
            self._sending.release()

    def _write(self, pieces: list[memoryview]) -> None:
        """Write the pieces after all PONGs due; a failure between two bytes ends the connection."""
        with self._sending:
            link = self._current_link()
            due: list[memoryview] = []
            while link.pongs:
                due.append(link.pongs.popleft())
            try:
                link.stream.write_all(due + pieces, self._stall_s)
            except BaseException as error:
                link.stream.shut_down()
                if isinstance(error, TimeoutError):
                    raise TimedOut("Impasto stopped reading what it is sent.") from None
                if isinstance(error, OSError):
                    raise Disconnected from error
                raise

    def _drop(self) -> None:
        """Thread: reader, or `close` in its place. A writer in progress fails."""
        if link := self._link:
            link.stream.shut_down()
            with self._sending:
                link.stream.close()
                self._link = None

    def _check_open(self) -> None:
        if self._latch.is_set:
            raise Closed

    def _current_link(self) -> _Link:
        self._check_open()
        if self._link is None:
            raise not_connected()
        return self._link
