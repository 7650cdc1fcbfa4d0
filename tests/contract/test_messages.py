"""Every golden message over every transport, real sockets: what arrives is what was sent."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core_server.transport_zmq import ZmqDealer
from protocol.codec import decode, encode
from protocol.connection import USERNAME
from protocol.errors import NotRunning
from protocol.geometry import Rect
from protocol.messages import Input, Submit
from protocol.pixels import PixelLayout
from protocol.transport import MemoryTransport, Transport, memory_pair
from protocol.zmtp import ZmtpDealer
from tests.golden.examples import EXAMPLES, Example
from tests.scripted_daemon import TOKEN, ScriptedDaemon

SOON_S = 20.0
DEALERS: dict[str, type[ZmtpDealer] | type[ZmqDealer]] = {"zmtp": ZmtpDealer, "pyzmq": ZmqDealer}


@dataclass
class Line:
    """A connected client, and what arrived at the other end, which sends everything back."""

    client: Transport
    arrived: list[list[bytes]]


def echo(end: MemoryTransport, arrived: list[list[bytes]]) -> None:
    try:
        while True:
            frames = end.receive(None)
            if frames is not None:
                arrived.append([bytes(frame) for frame in frames])
                end.send(frames)
    except NotRunning:
        pass


@pytest.fixture(scope="module", params=["memory", "zmtp-tcp", "zmtp-ipc", "pyzmq-tcp", "pyzmq-ipc"])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    kind, _, wire = str(request.param).partition("-")
    if kind == "memory":
        yield from memory_line()
        return
    with tempfile.TemporaryDirectory(prefix="im") as folder:
        endpoint = f"ipc://{Path(folder) / 'socket'}" if wire == "ipc" else "tcp://127.0.0.1:*"
        with ScriptedDaemon(endpoint=endpoint, echo=True) as daemon:
            client = DEALERS[kind](daemon.endpoint, username=USERNAME, password=TOKEN)
            client.connect(SOON_S)
            yield Line(client, daemon.arrived)
            client.close()


def memory_line() -> Iterator[Line]:
    client, end = memory_pair()
    client.connect(SOON_S)
    arrived: list[list[bytes]] = []
    thread = threading.Thread(target=echo, args=(end, arrived))
    thread.start()
    yield Line(client, arrived)
    client.close()
    thread.join()


def there_and_back(line: Line, example: Example) -> None:
    sent = encode(example.message, example.blobs)
    line.client.send(sent)
    received = line.client.receive(SOON_S)
    assert received is not None
    assert line.arrived[-1] == sent
    for frames in (line.arrived[-1], received):
        found = decode(frames)
        assert found.message == example.message
        assert [bytes(blob) for blob in found.blobs] == list(example.blobs)


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.message.type}-{example.case}"
)
def test_a_message_arrives_as_it_was_sent_in_both_directions(line: Line, example: Example) -> None:
    there_and_back(line, example)


@pytest.mark.parametrize(
    ("layout", "width", "height"),
    [(PixelLayout.GRAY8, 1, 1), (PixelLayout.RGBA16, 640, 31), (PixelLayout.RGBA32F, 512, 512)],
)
def test_pictures_of_every_size_arrive_whole(
    line: Line, layout: PixelLayout, width: int, height: int
) -> None:
    length = layout.byte_length(width, height)
    pixels = (bytes(range(251)) * (length // 251 + 1))[:length]
    rect = Rect(-3, 5, width, height)
    inputs = tuple(Input("image", rect, layout, n) for n in range(2))
    message = Submit("1", "j", "vary", inputs=inputs)
    there_and_back(line, Example("large", message, (pixels, pixels[::-1])))
