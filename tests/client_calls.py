"""What the tests of the client share: messages to send, and ways to ask and to wait.

Holds no tests; the fixtures are in `contract/conftest.py`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core_server.transport_zmq import ZmqDealer
from protocol.client import Client, Job, Picture, connect_to, new_id
from protocol.codec import Decoded
from protocol.connection import USERNAME
from protocol.errors import (
    ImpastoError,
)
from protocol.geometry import Rect
from protocol.messages import (
    Accepted,
    Error,
    ErrorInfo,
    Input,
    Item,
    Result,
    Status,
    StatusReport,
    Submit,
)
from protocol.pixels import PixelLayout
from protocol.transport import Transport
from tests.scripted_daemon import TOKEN, ScriptedDaemon

SOON_S = 10.0
SPOT = Rect(0, 0, 1, 1)
PIXEL = b"rgba"
IMAGE = Picture(Input("image", SPOT, PixelLayout.RGBA8, 99), PIXEL)
VARY = Submit("", "", "vary", {"prompt": "x"})
REPORT = StatusReport("", "0", 1, 0.0, 0.0, ())

Make = Callable[..., Client]
Start = Callable[..., ScriptedDaemon]


def painted(job: str) -> tuple[Result, list[bytes]]:
    return Result(job, (Item("layer", SPOT, PixelLayout.RGBA8, 0),)), [PIXEL[::-1]]


def refused(reply_to: str, code: str = "bad_request") -> Error:
    return Error(reply_to, ErrorInfo(code, "No."))


def paints(submit: Submit) -> list[Any]:
    return [Accepted(submit.id, submit.job), painted(submit.job)]


def raw(**header: Any) -> list[bytes]:
    return [json.dumps({"v": 1, **header}).encode()]


def by_libzmq(daemon: ScriptedDaemon) -> Callable[[], Transport]:
    def connect() -> Transport:
        dealer = ZmqDealer(daemon.endpoint, username=USERNAME, password=TOKEN)
        try:
            dealer.connect(SOON_S)
        except ImpastoError:
            dealer.close()
            raise
        return dealer

    return connect


def connect_either(kind: str, daemon: ScriptedDaemon) -> Callable[[], Transport]:
    return by_libzmq(daemon) if kind == "pyzmq" else lambda: connect_to(daemon.connection)


def ask_status(client: Client, timeout_s: float = SOON_S) -> Decoded:
    return client.request(Status(new_id()), timeout_s=timeout_s)


def settled(client: Client, daemon: ScriptedDaemon) -> None:
    """Everything the daemon sent so far has been read: an answer to a later question came."""
    daemon.script[Status] = lambda status: [replace(REPORT, reply_to=status.id)]
    ask_status(client)


def until(claim: Callable[[], bool], timeout_s: float = SOON_S) -> None:
    deadline = time.monotonic() + timeout_s
    while not claim():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.005)


def outcome(job: Job) -> Result | ImpastoError:
    try:
        return job.wait(SOON_S)
    except ImpastoError as error:
        return error
