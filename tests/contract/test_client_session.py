"""How the client says hello, finds its endpoint, and hangs up."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core_server.transport_zmq import ZmqDealer
from protocol import client as client_module
from protocol.client import Link, connect_to
from protocol.codec import encode
from protocol.connection import USERNAME, Connection
from protocol.errors import (
    ImpastoError,
    Internal,
    NotRunning,
    Remedy,
    TimedOut,
    Unauthorized,
    VersionMismatch,
)
from protocol.messages import (
    Accepted,
    Done,
    Error,
    ErrorInfo,
    Hello,
    Status,
    Submit,
)
from protocol.transport import Transport
from tests.client_calls import (
    IMAGE,
    PIXEL,
    SOON_S,
    SPOT,
    VARY,
    Make,
    Start,
    ask_status,
    outcome,
    painted,
    paints,
    raw,
    until,
)
from tests.scripted_daemon import TOKEN, ScriptedDaemon, welcome

EITHER = pytest.mark.parametrize("kind", ["zmtp", "pyzmq"])


# ---- session ---------------------------------------------------------------------------------


def test_hello_comes_first_and_says_who_speaks(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    found = client.wait_ready(SOON_S)
    (hello,) = daemon.seen(Hello)
    assert len(daemon.arrived) == 1
    assert hello == Hello(hello.id, "c", "krita", "9.9", "de", None)
    assert found.reply_to == hello.id
    assert found.catalogue == {"operations": []}
    assert client.link is Link.READY


def test_a_known_catalogue_is_kept_over_a_reconnection(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    client.wait_ready(SOON_S)
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    again = start(endpoint=daemon.endpoint)
    assert again.wait_for(Hello)[0].catalogue_digest == "digest"
    assert client.wait_ready(SOON_S).catalogue == {"operations": []}


@pytest.mark.parametrize("answer", ["raw", "error"])
def test_another_version_is_final(answer: str, make: Make, start: Start) -> None:
    error = ErrorInfo("version_mismatch", "Update.", remedy=Remedy("update_plugin"))
    other = [json.dumps({"v": 2, "type": "welcome"}).encode()]
    daemon = start({Hello: lambda hello: [other if answer == "raw" else Error(hello.id, error)]})
    client = make(daemon)
    job = client.submit(VARY)
    with pytest.raises(VersionMismatch) as caught:
        client.wait_ready(SOON_S)
    assert caught.value.remedy == Remedy("update_plugin")
    assert isinstance(outcome(job), VersionMismatch)
    time.sleep(0.15)
    assert client.link is Link.BROKEN
    assert len(daemon.arrived) == 1


def test_another_version_later_is_final_too(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    client.wait_ready(SOON_S)
    daemon.push([b'{"v": 3}'])
    until(lambda: client.link is Link.BROKEN)
    assert isinstance(client.error, VersionMismatch)


@EITHER
def test_a_wrong_token_is_final(kind: str, make: Make, start: Start) -> None:
    daemon = start()

    def connect() -> Transport:
        if kind == "zmtp":
            return connect_to(replace(daemon.connection, token="wrong"))
        dealer = ZmqDealer(daemon.endpoint, username=USERNAME, password="wrong")
        try:
            dealer.connect(SOON_S)
        finally:
            dealer.close()
        return dealer

    client = make(connect=connect)
    with pytest.raises(Unauthorized):
        client.wait_ready(SOON_S)
    assert client.link is Link.BROKEN
    assert daemon.arrived == []


STRANGERS: dict[str, list[Any]] = {
    "noise": [[b"\xff\x00"]],
    "nothing": [[b""]],
    "another message": [Done("1")],
    "an unknown message": [raw(type="bonjour")],
    "half a welcome": [raw(type="welcome", reply_to="1")],
}


@pytest.mark.parametrize("answers", STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_no_welcome_is_no_daemon_until_there_is_one(
    answers: list[Any], make: Make, start: Start
) -> None:
    polite = threading.Event()
    daemon = start({Hello: lambda hello: [welcome(hello)] if polite.is_set() else answers})
    client = make(daemon)
    until(lambda: client.link is Link.LOST)
    error = client.error
    assert isinstance(error, NotRunning)
    assert "Something else answers" in error.message
    polite.set()
    until(lambda: client.link is Link.READY)


def test_a_daemon_that_never_answers_is_given_up_and_tried_again(
    make: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_TIMEOUT_S", 0.1)
    silent = threading.Event()
    silent.set()
    daemon = start({Hello: lambda hello: () if silent.is_set() else [welcome(hello)]})
    client = make(daemon)
    with pytest.raises(NotRunning, match="does not answer"):
        client.wait_ready(0.05)
    until(lambda: client.link is Link.LOST)
    assert isinstance(client.error, TimedOut)
    silent.clear()
    until(lambda: client.link is Link.READY)
    assert len(daemon.seen(Hello)) > 1


def test_a_slow_daemon_is_waited_for(make: Make, start: Start) -> None:
    daemon = start(
        {
            Hello: lambda hello: [0.1, welcome(hello)],
            Submit: lambda submit: [0.1, Accepted(submit.id, submit.job), 0.1, painted(submit.job)],
        }
    )
    client = make(daemon)
    assert client.submit(VARY).wait(SOON_S).items


def test_before_there_is_a_daemon_a_client_waits_for_it(make: Make, start: Start) -> None:
    running: list[ScriptedDaemon] = []

    def connect() -> Transport:
        if not running:
            raise NotRunning("The Impasto daemon is not running.")
        return connect_to(running[0].connection)

    client = make(connect=connect)
    job = client.submit(VARY)
    with pytest.raises(NotRunning, match="is not running"):
        client.wait_ready(0.1)
    running.append(start({Submit: paints}))
    assert job.wait(SOON_S).items


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_reader_that_broke_down(make: Make) -> None:
    def connect() -> Transport:
        raise RuntimeError("unforeseen")

    client = make(connect=connect)
    with pytest.raises(Internal, match="broke down"):
        client.wait_ready(SOON_S)
    assert client.link is Link.BROKEN
    assert isinstance(outcome(client.submit(VARY)), Internal)


# ---- endpoints -------------------------------------------------------------------------------


def test_endpoints_are_tried_in_order_and_useless_ones_skipped(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        dead = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    live = start().endpoint
    endpoints = ("inproc://x", "pgm://y", "ipc:///nowhere/daemon.sock", dead, live)
    connect_to(Connection(endpoints, TOKEN, 1, "0", 1)).close()


@pytest.mark.parametrize("endpoints", [(), ("inproc://x",), ("ipc:///nowhere/daemon.sock",)])
def test_without_a_usable_endpoint_there_is_no_daemon(endpoints: tuple[str, ...]) -> None:
    with pytest.raises(NotRunning):
        connect_to(Connection(endpoints, TOKEN, 1, "0", 1))


def test_a_refusal_is_not_taken_to_the_next_endpoint(start: Start) -> None:
    first, second = start(), start()
    connection = Connection((first.endpoint, second.endpoint), "wrong", 1, "0", 1)
    with pytest.raises(Unauthorized):
        connect_to(connection)


# ---- close -----------------------------------------------------------------------------------


def test_closing_wakes_whoever_waits(make: Make, start: Start) -> None:
    daemon = start({Status: lambda _: ()})
    client = make(daemon)
    job = client.submit(VARY)
    ends: list[object] = []

    def collect(call: Callable[[], object]) -> None:
        try:
            ends.append(call())
        except ImpastoError as error:
            ends.append(error)

    calls = (lambda: job.wait(SOON_S), lambda: ask_status(client))
    threads = [threading.Thread(target=collect, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    daemon.wait_for(Status)
    began = time.monotonic()
    client.close()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 4
    assert [type(end) for end in ends] == [NotRunning, NotRunning]


def test_a_closed_client_stays_closed(make: Make, start: Start) -> None:
    daemon = start()
    with make(daemon) as client:
        client.wait_ready(SOON_S)
    client.close()
    assert client.link is Link.CLOSED
    assert client.poll().link is Link.CLOSED
    with pytest.raises(NotRunning):
        client.wait_ready(SOON_S)
    with pytest.raises(NotRunning):
        ask_status(client)
    job = client.submit(VARY)
    job.cancel()
    assert isinstance(outcome(job), NotRunning)
    assert len(daemon.seen(Hello)) == 1
    assert daemon.seen(Submit) == []


def test_closing_does_not_wait_for_a_peer_that_never_speaks(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "CLOSE_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        endpoint = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        client = make(connect=lambda: connect_to(Connection((endpoint,), TOKEN, 1, "0", 1)))
        mute.accept()[0].close()
        peer = mute.accept()[0]
        began = time.monotonic()
        client.close()
        assert time.monotonic() - began < 4
        peer.close()
        client._thread.join(SOON_S)
    assert client.link is Link.CLOSED


def test_closing_while_the_daemon_is_silent_is_quick(make: Make, start: Start) -> None:
    daemon = start({Hello: lambda _: ()})
    client = make(daemon)
    daemon.wait_for(Hello)
    began = time.monotonic()
    client.close()
    assert time.monotonic() - began < 4
    assert not client._thread.is_alive()


def test_what_is_sent_is_what_encode_makes(make: Make, start: Start) -> None:
    daemon = start()
    make(daemon).submit(replace(VARY, canvas=SPOT), [IMAGE], job="j")
    (submit,) = daemon.wait_for(Submit)
    assert daemon.arrived[-1] == encode(submit, [PIXEL])
