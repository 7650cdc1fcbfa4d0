"""One way to the daemon for the command line and for Python: adopt it, or start it.

Must stay light: `impasto status` needs neither numpy nor a model.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core_server.version import VERSION
from protocol.client import Client, Identity, connect_to_daemon
from protocol.connection import read_connection, start_daemon, write_launcher

READY_TIMEOUT_S = 20.0


def open_client(
    name: str,
    *,
    start: bool = True,
    device: str | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Client:
    """A client that the daemon has welcomed. Close it.

    start: start a daemon where none runs, on `device` if given (a torch name, or several with
    commas); a running daemon keeps the devices it has. waiting: called while it starts.
    Every client has an id of its own, so that commands side by side never meet.
    Raises NotRunning, Unauthorized, VersionMismatch.
    """
    if start:
        write_launcher()
        with _environment("IMPASTO_DEVICE", device):
            start_daemon(waiting=waiting)
    else:
        read_connection()
    client = Client(connect_to_daemon, Identity(uuid.uuid4().hex, name, VERSION))
    try:
        client.wait_ready(READY_TIMEOUT_S)
    except BaseException:
        client.close()
        raise
    return client


@contextmanager
def _environment(name: str, value: str | None) -> Iterator[None]:
    """An environment variable for as long as the daemon is being started."""
    before = os.environ.get(name)
    if value:
        os.environ[name] = value
    try:
        yield
    finally:
        if value and before is None:
            del os.environ[name]
        elif value and before is not None:
            os.environ[name] = before
