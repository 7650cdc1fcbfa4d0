"""The client's `Transport` over pyzmq: the same behaviour as `protocol.zmtp.ZmtpDealer`, by libzmq.

Must not know what the messages mean; libzmq's own reconnecting is off (see `protocol.transport`).
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import or_

import zmq
from zmq.utils.monitor import recv_monitor_message

from protocol.errors import ConnectionFailed
from protocol.transport import (
    DEFAULT_MAX_FRAME_BYTES,
    Buffer,
    Closed,
    Disconnected,
    Frame,
    flat_views,
    nobody_at,
    not_connected,
    refused,
    silence_at,
)
from protocol.zmtp import ZmtpDealer
from protocol.zmtp_handshake import Plain
from protocol.zmtp_stream import check_endpoint, time_left, wait_for

_SMALL_FRAME = 1 << 14
_OUTCOMES = (
    zmq.EVENT_CLOSED,
    zmq.EVENT_DISCONNECTED,
    zmq.EVENT_HANDSHAKE_SUCCEEDED,
    zmq.EVENT_HANDSHAKE_FAILED_AUTH,
    zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL,
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL,
)
_WATCHED = reduce(or_, _OUTCOMES, zmq.EVENT_CONNECTED)


@dataclass
class _Link:
    """One connection: a socket and the monitor that tells of its end, in a context of their own."""

    context: zmq.Context[zmq.Socket[bytes]]
    dealer: zmq.Socket[bytes]
    monitor: zmq.Socket[bytes]
    is_over: bool = False

    def next_event(self) -> int:
        """The oldest event not yet seen, 0 for none."""
        with suppress(zmq.Again):
            return int(recv_monitor_message(self.monitor, zmq.NOBLOCK)["event"])
        return 0

    def next_message(self) -> list[Frame] | None:
        with suppress(zmq.Again):
            parts = self.dealer.recv_multipart(zmq.NOBLOCK, copy=False)
            return [part.bytes if len(part) <= _SMALL_FRAME else part.buffer for part in parts]
        return None

    def descriptors(self) -> list[int]:
        """What becomes readable when there may be an event or a message."""
        return [int(of.getsockopt(zmq.FD)) for of in (self.dealer, self.monitor)]

    def close(self, linger_s: float) -> None:
        """Wait up to `linger_s` until what was sent is out."""
        self.dealer.disable_monitor()
        self.monitor.close(linger=0)
        self.dealer.close(linger=round(linger_s * 1000))
        self.context.term()


class ZmqDealer:
    """A `Transport` over libzmq, with mechanism PLAIN or NULL.

    Threads: as `Transport` says. zmq sockets may change threads but not be used by two at once: all
    use is under `_lock`, never held while waiting. The reader waits on libzmq's descriptors, which
    tell of news only once; a writer that may have taken such news rings `_bell`.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        username: str = "",
        password: str | None = None,
        identity: bytes = b"",
        max_frame_bytes: int = DEFAULT_MAX_FRAME_BYTES,
        linger_s: float = 1.0,
    ) -> None:
        """As `ZmtpDealer`; `close` waits up to `linger_s` until what was sent is out."""
        check_endpoint(endpoint)
        self._endpoint = endpoint
        self._plain = None if password is None else Plain(username, password)
        self._identity = identity
        self._max_frame_bytes = max_frame_bytes
        self._linger_s = linger_s
        self._reading = threading.Lock()
        self._lock = threading.Lock()
        self._link: _Link | None = None
        self._is_closed = False
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)

    def connect(self, timeout_s: float) -> None:
        with self._reading:
            self._drop(linger_s=0)
            self._check_open()
            deadline = time.monotonic() + timeout_s
            link = self._open()
            try:
                outcome = self._outcome(link, deadline)
                if outcome != zmq.EVENT_HANDSHAKE_SUCCEEDED:
                    raise self._refusal(outcome, deadline)
                with self._lock:
                    self._check_open()
                    self._link = link
            except BaseException:
                link.close(linger_s=0)
                raise

    def send(self, frames: Sequence[Buffer]) -> None:
        views = flat_views(frames, self._max_frame_bytes)
        with self._lock:
            dealer = self._current_link().dealer
            try:
                dealer.send_multipart(views, zmq.NOBLOCK, copy=False)
            except zmq.Again:  # without a limit to the queue: there is no peer
                raise Disconnected from None
            if int(dealer.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
                self._ring()

    def receive(self, timeout_s: float | None) -> list[Frame] | None:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        with self._reading:
            self._check_open()
            while True:
                self._hush()
                with self._lock:
                    link = self._current_link()
                    # The event first: what came before the end of a connection is still read.
                    link.is_over |= link.next_event() in _OUTCOMES
                    message = link.next_message()
                    news = link.descriptors()
                if message is not None:
                    return message
                if link.is_over:
                    self._drop(linger_s=0)
                    raise Disconnected
                left = time_left(deadline)
                if left == 0 or not wait_for([self._bell.fileno(), *news], [], left):
                    return None

    def close(self) -> None:
        self._is_closed = True
        self._ring()
        self._drop(self._linger_s)
        with self._reading:
            self._bell.close()
            self._rope.close()

    def _open(self) -> _Link:
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        dealer = context.socket(zmq.DEALER)
        dealer.setsockopt(zmq.RECONNECT_IVL, -1)
        dealer.setsockopt(zmq.SNDHWM, 0)
        dealer.setsockopt(zmq.MAXMSGSIZE, self._max_frame_bytes)
        if self._identity:
            dealer.setsockopt(zmq.ROUTING_ID, self._identity)
        if self._plain:
            dealer.setsockopt_string(zmq.PLAIN_USERNAME, self._plain.username)
            dealer.setsockopt_string(zmq.PLAIN_PASSWORD, self._plain.password)
        link = _Link(context, dealer, dealer.get_monitor_socket(_WATCHED))
        try:
            dealer.connect(self._endpoint)
        except zmq.ZMQError as error:
            link.close(linger_s=0)
            raise nobody_at(self._endpoint) from error
        return link

    def _outcome(self, link: _Link, deadline: float) -> int:
        """How connecting ended; at the deadline, EVENT_CONNECTED or 0 for how far it came."""
        last = 0
        news = [self._bell.fileno(), int(link.monitor.getsockopt(zmq.FD))]
        while True:
            self._check_open()
            event = link.next_event()
            if event in _OUTCOMES:
                return event
            last = event or last
            left = time_left(deadline)
            if left == 0 or (not event and not wait_for(news, [], left)):
                return last

    def _refusal(self, outcome: int, deadline: float) -> ConnectionFailed:
        if outcome == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
            return refused()
        if outcome == zmq.EVENT_CONNECTED:
            return silence_at(self._endpoint)
        if outcome in (0, zmq.EVENT_CLOSED):
            return nobody_at(self._endpoint)
        return self._diagnosis(deadline)

    def _diagnosis(self, deadline: float) -> ConnectionFailed:
        """Why a handshake failed for which libzmq gives no reason, such as another mechanism."""
        plain = self._plain
        dealer = ZmtpDealer(
            self._endpoint,
            username=plain.username if plain else "",
            password=plain.password if plain else None,
        )
        try:
            dealer.connect(time_left(deadline) or 0.0)
        except ConnectionFailed as error:
            return error
        finally:
            dealer.close()
        return Disconnected()

    def _drop(self, linger_s: float) -> None:
        with self._lock:
            link, self._link = self._link, None
        if link:
            link.close(linger_s)

    def _ring(self) -> None:
        with suppress(OSError):  # full: it rings already; closed: nobody listens
            self._rope.send(b"!")

    def _hush(self) -> None:
        with suppress(BlockingIOError):
            self._bell.recv(4096)

    def _check_open(self) -> None:
        if self._is_closed:
            raise Closed

    def _current_link(self) -> _Link:
        self._check_open()
        if self._link is None:
            raise not_connected()
        return self._link
