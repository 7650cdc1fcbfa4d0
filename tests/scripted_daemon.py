"""A ROUTER in a thread that answers as a test tells it to, also wrongly: the client's peer.

Is no daemon: it schedules, stores and paints nothing.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

import zmq

from protocol.codec import decode, encode
from protocol.connection import USERNAME, Connection
from protocol.errors import ImpastoError
from protocol.messages import (
    Accepted,
    Attach,
    Cancel,
    Done,
    Hello,
    Limits,
    Message,
    Submit,
    WasCancelled,
    Welcome,
)

TOKEN = "correct horse"
FRAMES = Sequence[bytes]
Answer = Message | tuple[Message, FRAMES] | list[bytes] | float
"""A message, one with blobs, raw frames, or so many seconds to wait before the next."""
Script = dict[type[Any], Callable[[Any], Iterable[Answer]]]
M = TypeVar("M")

POLITE: Script = {
    Hello: lambda hello: [welcome(hello)],
    Submit: lambda submit: [Accepted(submit.id, submit.job)],
    Attach: lambda attach: [Accepted(attach.id, attach.job)],
    Cancel: lambda cancel: [Done(cancel.id), WasCancelled(cancel.job)],
}


def welcome(hello: Hello, limits: Limits = Limits(), **fields: Any) -> Welcome:
    """A welcome with the catalogue, if the client has another digest."""
    catalogue: dict[str, Any] | None = (
        None if hello.catalogue_digest == "digest" else {"operations": []}
    )
    return Welcome(hello.id, "0", 1, ("attach",), limits, "digest", catalogue, **fields)


def frames_of(answer: Message | tuple[Message, FRAMES] | list[bytes]) -> list[bytes]:
    if isinstance(answer, list):
        return answer
    message, blobs = answer if isinstance(answer, tuple) else (answer, ())
    return [bytes(frame) for frame in encode(message, blobs)]


class ScriptedDaemon:
    """Binds, authenticates (PLAIN) and answers each message by the script until `stop`.

    on: answers by message type, in place of the polite ones. Thread: the sockets belong to `_run`.
    """

    def __init__(
        self, on: Script | None = None, endpoint: str = "tcp://127.0.0.1:*", echo: bool = False
    ) -> None:
        self.script: Script = {**POLITE, **(on or {})}
        self.arrived: list[list[bytes]] = []
        self.peers: list[bytes] = []
        self._echo = echo
        self._outbox: deque[tuple[bytes, list[bytes]]] = deque()
        self._news = threading.Condition()
        self._is_stopping = False
        self._bell, self._rope = socket.socketpair()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._zap = self._context.socket(zmq.REP)
        self._zap.bind("inproc://zeromq.zap.01")
        self._router = self._context.socket(zmq.ROUTER)
        self._router.setsockopt(zmq.PLAIN_SERVER, 1)
        self._router.setsockopt_string(zmq.ZAP_DOMAIN, "impasto")
        self._router.bind(endpoint)
        self.endpoint = self._router.getsockopt_string(zmq.LAST_ENDPOINT)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def connection(self) -> Connection:
        return Connection((self.endpoint,), TOKEN, 1, "0", 1)

    def push(self, *answers: Message | tuple[Message, FRAMES] | list[bytes]) -> None:
        """Send to the client that spoke last."""
        self._outbox += [(self.peers[-1], frames_of(answer)) for answer in answers]
        self._rope.send(b"!")

    def seen(self, kind: type[M]) -> list[M]:
        """What arrived so far of a message type; unreadable messages do not count."""
        found: list[M] = []
        for frames in list(self.arrived):
            with suppress(ImpastoError):
                message = decode(frames).message
                found += [message] if isinstance(message, kind) else []
        return found

    def wait_for(self, kind: type[M], count: int = 1, timeout_s: float = 10.0) -> list[M]:
        with self._news:
            came = self._news.wait_for(lambda: len(self.seen(kind)) >= count, timeout_s)
        assert came, f"{len(self.seen(kind))} instead of {count} {kind.__name__} came"
        return self.seen(kind)

    def stop(self) -> None:
        """Hang up on all clients and free the endpoint; twice is harmless."""
        if not self._is_stopping:
            self._is_stopping = True
            self._rope.send(b"!")
            self._thread.join()
            self._context.destroy(linger=0)
            self._bell.close()
            self._rope.close()

    def __enter__(self) -> ScriptedDaemon:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        poller = zmq.Poller()
        for source in (self._router, self._zap, self._bell.fileno()):
            poller.register(source, zmq.POLLIN)
        while not self._is_stopping:
            ready = dict(poller.poll())
            if self._zap in ready:
                self._authenticate()
            if self._bell.fileno() in ready:
                self._bell.recv(4096)
            while self._outbox:
                peer, frames = self._outbox.popleft()
                self._router.send_multipart([peer, *frames])
            if self._router in ready:
                self._answer()

    def _authenticate(self) -> None:
        version, request, _, _, _, _, *credentials = self._zap.recv_multipart()
        code = b"200" if credentials == [USERNAME.encode(), TOKEN.encode()] else b"400"
        self._zap.send_multipart([version, request, code, b"", b"", b""])

    def _answer(self) -> None:
        peer, *frames = self._router.recv_multipart()
        with self._news:
            self.arrived.append(frames)
            self.peers.append(peer)
            self._news.notify_all()
        for answer in [frames] if self._echo else self._scripted(frames):
            if isinstance(answer, float):
                time.sleep(answer)
            else:
                self._router.send_multipart([peer, *frames_of(answer)])

    def _scripted(self, frames: list[bytes]) -> Iterable[Answer]:
        message = decode(frames).message
        return self.script.get(type(message), lambda _: ())(message)
