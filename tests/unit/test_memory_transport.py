"""The in-process pair behaves as a connection does, so that a client tested on it is tested."""

from __future__ import annotations

import threading

import pytest

from protocol.errors import NotRunning, TooLarge
from protocol.transport import Closed, Disconnected, MemoryTransport, memory_pair


@pytest.fixture
def pair() -> tuple[MemoryTransport, MemoryTransport]:
    client, daemon = memory_pair(max_frame_bytes=10)
    client.connect(0)
    return client, daemon


def test_messages_go_both_ways_as_copies(pair: tuple[MemoryTransport, MemoryTransport]) -> None:
    client, daemon = pair
    blob = bytearray(b"ab")
    client.send([b"question", blob])
    blob[0] = 0
    assert daemon.receive(0) == [b"question", b"ab"]
    daemon.send([b"answer"])
    assert client.receive(0) == [b"answer"]
    assert client.receive(0.01) is None
    with pytest.raises(TooLarge):
        client.send([bytes(11)])


def test_before_connecting_there_is_no_connection() -> None:
    for end in memory_pair():
        with pytest.raises(NotRunning, match="no connection"):
            end.send([b"x"])
        with pytest.raises(NotRunning, match="no connection"):
            end.receive(0)


def test_a_loss_is_told_once_after_what_was_still_there(
    pair: tuple[MemoryTransport, MemoryTransport],
) -> None:
    client, daemon = pair
    daemon.send([b"last"])
    daemon.drop()
    assert client.receive(0) == [b"last"]
    for end in pair:
        with pytest.raises(Disconnected):
            end.receive(0)
        with pytest.raises(NotRunning, match="no connection"):
            end.receive(0)
    client.connect(0)
    client.send([b"again"])
    assert daemon.receive(0) == [b"again"]


def test_closing_wakes_the_reader_and_ends_the_other_end(
    pair: tuple[MemoryTransport, MemoryTransport],
) -> None:
    client, daemon = pair
    outcome: list[type[Exception]] = []

    def read() -> None:
        try:
            client.receive(None)
        except NotRunning as error:
            outcome.append(type(error))

    thread = threading.Thread(target=read)
    thread.start()
    client.close()
    thread.join(5)
    assert outcome == [Closed]
    with pytest.raises(Disconnected):
        daemon.receive(0)
    with pytest.raises(NotRunning, match="not running"):
        daemon.connect(0)
    with pytest.raises(Closed):
        client.connect(0)
    with pytest.raises(Closed):
        client.send([b"x"])
