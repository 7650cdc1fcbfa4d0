"""Non-blocking stream sockets, tcp and ipc, with deadlines and a wake-up for every system.

Must not know what the bytes mean.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from .transport import Closed

# Of ipc; tcp adjusts itself. Linux caps it at 208 KiB by default, which is as fast; macOS starts
# with 8 KiB, and at 64 KiB a round trip of 4 MiB takes twice as long (measured).
_BUFFER_SIZE = 1 << 20
_MAX_WRITE = 1 << 22
_MAX_READ = 1 << 30
_MAX_PIECES = 64
_HAS_POLL = hasattr(select, "poll")
_HAS_SENDMSG = hasattr(socket.socket, "sendmsg")
_MSG_NOSIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)
_DARWIN_SO_NOSIGPIPE = 0x1022
_BACKLOG_PAUSE_S = 0.01
_IN_PROGRESS = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY}


class Address(NamedTuple):
    """Where a socket connects to: a family of the socket module and its kind of address."""

    family: int
    target: str | tuple[str, int]
    is_local: bool


def check_endpoint(endpoint: str) -> None:
    """Raise ValueError unless it has the form `tcp://host:port` or `ipc://path`."""
    scheme, _, path = endpoint.partition("://")
    is_tcp = scheme == "tcp" and urlsplit(endpoint).hostname and urlsplit(endpoint).port
    if not is_tcp and not (scheme == "ipc" and path):
        raise ValueError(
            f"{endpoint!r} is not an endpoint of the form tcp://host:port or ipc://path"
        )


def addresses(endpoint: str) -> list[Address]:
    """What an endpoint stands for; raises OSError where that is nothing this system can reach."""
    if endpoint.startswith("ipc://"):
        if not hasattr(socket, "AF_UNIX"):
            raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))
        return [Address(socket.AF_UNIX, endpoint[len("ipc://") :], is_local=True)]
    parts = urlsplit(endpoint)
    found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    return [Address(kind, (str(at[0]), int(at[1])), is_local=False) for kind, _, _, _, at in found]


def time_left(deadline: float | None) -> float | None:
    """Seconds until a `time.monotonic` deadline, at least 0; None for no deadline."""
    return None if deadline is None else max(0.0, deadline - time.monotonic())


class Latch:
    """A switch that any thread sets once and that a wait on sockets notices.

    A socket pair, because closing a socket does not wake a thread that waits for it.
    """

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self.is_set = False

    def set(self) -> None:
        self.is_set = True
        self._far.close()

    def fileno(self) -> int:
        return self._near.fileno()

    def release(self) -> None:
        """Give the socket back, once nobody waits for it any more."""
        self._near.close()


class Stream:
    """A connected non-blocking socket: one thread may read while another writes.

    Raises OSError for everything that ends a connection, the peer's end of stream included, and
    Closed once the latch is set.
    """

    def __init__(self, sock: socket.socket, latch: Latch) -> None:
        self._sock = sock
        self._latch = latch

    def read_into(self, space: memoryview) -> int:
        """Read what is there, at least one byte; 0 when there is nothing yet."""
        try:
            count = self._sock.recv_into(space[:_MAX_READ])
        except (BlockingIOError, InterruptedError):
            return 0
        if not count:
            raise ConnectionResetError(errno.ECONNRESET, "end of stream")
        return count

    def write_some(self, pieces: list[memoryview]) -> int:
        """Write the beginning of the pieces, as much as fits; 0 when nothing does."""
        try:
            if not _HAS_SENDMSG:  # Windows
                return self._sock.send(pieces[0][:_MAX_WRITE])
            return self._sock.sendmsg(_portion(pieces), (), _MSG_NOSIGNAL)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            if error.errno == errno.ENOBUFS:  # macOS, when its buffers are full
                return 0
            raise

    def write_all(self, pieces: list[memoryview], stall_s: float) -> None:
        """Write all pieces; raises TimeoutError when the peer takes nothing for `stall_s`."""
        while pieces:
            count = self.write_some(pieces)
            if count:
                drop_written(pieces, count)
            elif not self.wait(write=True, timeout_s=stall_s):
                raise TimeoutError("the peer does not read")

    def wait(self, *, read: bool = False, write: bool = False, timeout_s: float | None) -> bool:
        """Wait until it is worth trying again; False after `timeout_s`. Raises Closed."""
        socket_fd = self._sock.fileno()
        readable = [self._latch.fileno()] + ([socket_fd] if read else [])
        ready = wait_for(readable, [socket_fd] if write else [], timeout_s)
        _check(self._latch, is_over=False)
        return ready

    def shut_down(self) -> None:
        """End the connection in both directions, which wakes its reader and its writer."""
        with suppress(OSError):  # the peer was faster
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back, once no other thread uses it."""
        self._sock.close()


def _portion(pieces: list[memoryview]) -> list[memoryview]:
    """The first pieces, few and small enough for one system call anywhere."""
    portion: list[memoryview] = []
    room = _MAX_WRITE
    for piece in pieces[:_MAX_PIECES]:
        portion.append(piece[:room])
        room -= piece.nbytes
        if room <= 0:
            break
    return portion


def drop_written(pieces: list[memoryview], count: int) -> None:
    """Remove the first `count` bytes of the pieces, in place."""
    done = 0
    for piece in pieces:
        if count < piece.nbytes:
            break
        count -= piece.nbytes
        done += 1
    del pieces[:done]
    if count:
        pieces[0] = pieces[0][count:]


def wait_for(readable: Sequence[int], writable: Sequence[int], timeout_s: float | None) -> bool:
    """Wait until one of the sockets is ready or has failed; False after the timeout.

    Takes file descriptors (`fileno()`), as many as there are: no FD_SETSIZE where there is `poll`.
    """
    if not _HAS_POLL:  # Windows, which reports a failed connect as exceptional
        return any(map(bool, select.select(readable, writable, writable, timeout_s)))
    poll = select.poll()
    for descriptor in {*readable, *writable}:
        mask = select.POLLIN if descriptor in readable else 0
        poll.register(descriptor, mask | (select.POLLOUT if descriptor in writable else 0))
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))


def open_stream(endpoint: str, deadline: float, latch: Latch) -> Stream:
    """Connect to the first address of the endpoint that answers.

    Raises OSError when none does, TimeoutError among them; Closed.
    """
    failure = OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    for address in addresses(endpoint):
        sock = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            _configure(sock, address)
            _connect(sock, address, deadline, latch)
            return Stream(sock, latch)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
    raise failure


def _configure(sock: socket.socket, address: Address) -> None:
    sock.setblocking(False)
    if sys.platform == "darwin":
        sock.setsockopt(socket.SOL_SOCKET, _DARWIN_SO_NOSIGPIPE, 1)
    if address.is_local:
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            with suppress(OSError):  # macOS refuses what is over its maximum
                sock.setsockopt(socket.SOL_SOCKET, option, _BUFFER_SIZE)
    else:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _connect(sock: socket.socket, address: Address, deadline: float, latch: Latch) -> None:
    code = sock.connect_ex(address.target)
    while address.is_local and code == errno.EAGAIN:  # Linux: the daemon's backlog is full
        wait_for([latch.fileno()], [], _BACKLOG_PAUSE_S)
        _check(latch, is_over=time_left(deadline) == 0)
        code = sock.connect_ex(address.target)
    if code in _IN_PROGRESS:
        is_ready = wait_for([latch.fileno()], [sock.fileno()], time_left(deadline))
        _check(latch, is_over=not is_ready)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
    if not address.is_local and sock.getsockname() == sock.getpeername():
        # TCP may connect a free port of the ephemeral range to itself.
        raise OSError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))


def _check(latch: Latch, *, is_over: bool) -> None:
    if latch.is_set:
        raise Closed
    if is_over:
        raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
