"""Daemons that answer as a test tells them, and clients of theirs, ended after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from protocol import client as client_module
from protocol.client import Client, Identity, connect_to
from protocol.transport import Transport
from tests.client_calls import Make, Start
from tests.scripted_daemon import Script, ScriptedDaemon


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "RECONNECT_FIRST_S", 0.02)
    monkeypatch.setattr(client_module, "RECONNECT_LAST_S", 0.1)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts daemons that are stopped after the test."""
    started: list[ScriptedDaemon] = []

    def start_one(on: Script | None = None, **options: Any) -> ScriptedDaemon:
        started.append(ScriptedDaemon(on, **options))
        return started[-1]

    yield start_one
    for daemon in started:
        daemon.stop()


@pytest.fixture
def make(short_waits: None) -> Iterator[Make]:
    """Makes clients that are closed after the test."""
    made: list[Client] = []

    def make_one(
        daemon: ScriptedDaemon | None = None, connect: Callable[[], Transport] | None = None
    ) -> Client:
        def to_daemon() -> Transport:
            assert daemon is not None
            return connect_to(daemon.connection)

        made.append(Client(connect or to_daemon, Identity("c", "krita", "9.9", "de")))
        return made[-1]

    yield make_one
    for client in made:
        client.close()
