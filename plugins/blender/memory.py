"""The daemon's memory given back, at once: so that Cycles has the graphics card to itself.

Blocks for a moment, through a connection of its own, so that any thread may ask.
"""

from __future__ import annotations

import uuid
from contextlib import suppress

from plugins.blender.properties import PROGRAM
from protocol.client import Client, connect_to_daemon, new_id
from protocol.connection import Lock
from protocol.errors import ImpastoError
from protocol.jobs import Identity
from protocol.messages import Memory

PATIENCE_S = 5.0


def release() -> None:
    """Done at once where no daemon lives: nothing is held then. Raises ImpastoError."""
    if not Lock.is_held():
        return
    identity = Identity(str(uuid.uuid4()), PROGRAM.capitalize())
    with Client(connect_to_daemon, identity) as client:
        client.wait_ready(PATIENCE_S)
        client.request(Memory(new_id()), timeout_s=PATIENCE_S)


def release_if_running() -> None:
    """Before a render, which starts in any case."""
    with suppress(ImpastoError):
        release()
