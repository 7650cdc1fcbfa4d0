"""Pictures there and back through daemon and worker, beside a bare echo and beside HTTP.

Must not shorten the daemon's way: a real worker gives the pictures back, and they lie on disk.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

import numpy as np
import zmq
from PIL import Image

from benchmarks.measuring import Row, Table, Target, Way, interleaved, row, timed
from benchmarks.peers import echo, http_server, over_http
from core_server.transport_zmq import ZmqDealer
from protocol.client import Client, Identity, Picture
from protocol.codec import Buffer, encode
from protocol.connection import USERNAME, Connection
from protocol.geometry import Rect
from protocol.messages import Input, Submit
from protocol.pixels import PixelLayout
from protocol.transport import Transport
from protocol.zmtp import ZmtpDealer
from tests.daemons import REPOSITORY, fresh_daemon

ROUNDS = {512: 40, 1024: 40, 2048: 12}
HTTP_ROUNDS = {512: 5, 1024: 5, 2048: 1}
WARM_UP = 4
LIMIT_S = 10
JUDGED_SIDE = 1024

SETTINGS = "results_mb = 64\n"
"""The history is full at once, so that every job also deletes an old one, as in a daemon that has
run for long; and no disk is measured, since the pictures go before the system writes them out."""

OWN_IPC, OWN_TCP, PYZMQ = "own ZMTP, ipc", "own ZMTP, tcp", "pyzmq, ipc"
Dealer = type[ZmtpDealer] | type[ZmqDealer]
WAYS: dict[str, tuple[Dealer, str]] = {
    OWN_IPC: (ZmtpDealer, "ipc"),
    OWN_TCP: (ZmtpDealer, "tcp"),
    PYZMQ: (ZmqDealer, "ipc"),
}
TARGETS = {OWN_IPC: Target(5), OWN_TCP: Target(5), PYZMQ: Target(2.5)}
HTTP_TARGET = Target(50, at_least=True)


def run() -> Table:
    """All sizes through all transports."""
    with ExitStack() as stack:
        daemon = stack.enter_context(fresh_daemon(SETTINGS))
        clients = {
            name: stack.enter_context(_client(daemon.connection(), *kind))
            for name, kind in WAYS.items()
        }
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imp-"))
        dealer = stack.enter_context(echo(f"ipc://{folder}/echo"))
        server = stack.enter_context(http_server())
        rows = [line for side in ROUNDS for line in _rows(side, clients, dealer, server)]
    return Table(
        "RGBA there and back: submit → result of `rehearse` in a worker process",
        tuple(rows),
        (
            "Echo: the same message through a bare pyzmq ROUTER over ipc, in another process.",
            "HTTP: base64 PNG in JSON both ways, as A1111's API does, with http.server and Pillow;"
            f" its ratio is to {OWN_IPC}.",
        ),
    )


def photograph(side: int) -> bytes:
    """side × side RGBA pixels of a real photograph, mirrored as often as it takes."""
    with Image.open(REPOSITORY / "tests" / "data" / "astronaut.jpg") as file:
        small = np.asarray(file.convert("RGBA"))
    pad = max(0, side - small.shape[0])
    return np.pad(small, ((0, pad), (0, pad), (0, 0)), "symmetric")[:side, :side].tobytes()


def _rows(
    side: int, clients: dict[str, Client], dealer: zmq.Socket[bytes], server: HTTPConnection
) -> Iterator[Row]:
    pixels = photograph(side)
    jobs = {name: there_and_back(client, side) for name, client in clients.items()}
    http = timed(lambda: _check(over_http(server, pixels, side), pixels))
    found = interleaved(
        {"echo": _echoed(dealer, pixels, side), **jobs}, ROUNDS[side], WARM_UP, LIMIT_S
    )
    for name in jobs:
        target = TARGETS[name] if side == JUDGED_SIDE else None
        yield row(f"{side}² {name}", found[name], ("echo", found["echo"]), target=target)
    slow = interleaved({"http": http, OWN_IPC: jobs[OWN_IPC]}, HTTP_ROUNDS[side], warm_up=0)
    target = HTTP_TARGET if side == JUDGED_SIDE else None
    yield row(f"{side}² PNG over HTTP", slow["http"], (OWN_IPC, slow[OWN_IPC]), target=target)


def there_and_back(client: Client, side: int) -> Way:
    """A photograph to a worker and back, bit for bit (which is checked once, beforehand)."""
    pixels = photograph(side)
    picture = Picture(_input(side), pixels)
    _check(_rehearsed(client, picture), pixels)
    return timed(lambda: _rehearsed(client, picture))


def _rehearsed(client: Client, picture: Picture) -> Buffer:
    job = client.submit(Submit("", "", "rehearse"), [picture])
    job.wait(60)
    return job.items[0].pixels


def _echoed(dealer: zmq.Socket[bytes], pixels: bytes, side: int) -> Way:
    message = encode(
        Submit(uuid.uuid4().hex, str(uuid.uuid4()), "rehearse", inputs=(_input(side),)), [pixels]
    )

    def there_and_back() -> None:
        dealer.send_multipart(message, copy=False)
        dealer.recv_multipart(copy=False)

    return timed(there_and_back)


def _input(side: int) -> Input:
    return Input("image", Rect(0, 0, side, side), PixelLayout.RGBA8, 0)


def _check(found: Buffer, sent: bytes) -> None:
    if found != sent:
        raise AssertionError("other pixels came back than were sent")


@contextmanager
def _client(connection: Connection, kind: Dealer, scheme: str) -> Iterator[Client]:
    endpoint = next(name for name in connection.endpoints if name.startswith(scheme))

    def connect() -> Transport:
        dealer = kind(endpoint, username=USERNAME, password=connection.token)
        dealer.connect(5)
        return dealer

    with Client(connect, Identity(uuid.uuid4().hex, "benchmark")) as client:
        client.wait_ready()
        yield client
