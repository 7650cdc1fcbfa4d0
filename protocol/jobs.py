"""What a client holds: its jobs, the pictures that go in and come out, its connection's state.

Data, and one thin handle; `client` does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from .codec import Buffer
from .errors import Cancelled, ImpastoError
from .messages import Input, Item, JobState, Phase, Progress, Result

if TYPE_CHECKING:
    from .client import Client


class Link(str, Enum):
    """The client's connection. broken: it stopped trying; `Client.error` says why."""

    CONNECTING = "connecting"
    READY = "ready"
    LOST = "lost"
    BROKEN = "broken"
    CLOSED = "closed"


class Picture(NamedTuple):
    """An input to send: its description (the blob index is filled in) and its pixels."""

    input: Input
    pixels: Buffer


class Painted(NamedTuple):
    """A picture that came out, with its pixels in `item.layout`."""

    item: Item
    pixels: Buffer


class Job:
    """A job of this client. Thread: fields are written by the reader, read by anyone."""

    def __init__(self, client: Client, job: str, frames: list[Buffer] | None) -> None:
        self.id = job
        self.progress: Progress | None = None
        self.preview: Buffer | None = None
        self.result: Result | None = None
        self.items: list[Painted] = []
        self.error: ImpastoError | None = None
        self.is_accepted = False
        self._client = client
        self._unsent = frames
        """The submit's frames until `accepted`: sent again after a lost connection."""
        self._cancelling = False

    @property
    def state(self) -> JobState:
        if self.result is not None:
            return JobState.DONE
        if isinstance(self.error, Cancelled):
            return JobState.CANCELLED
        if self.error is not None:
            return JobState.FAILED
        working = self.progress is not None and self.progress.phase is not Phase.QUEUED
        return JobState.RUNNING if working else JobState.QUEUED

    def wait(
        self,
        timeout_s: float | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        patience_s: float = 30.0,
    ) -> Result:
        """Block until the terminal message. Raises what the job failed with, Cancelled, TimedOut,
        or NotRunning when the daemon has been gone for `patience_s`."""
        return self._client._wait(self, timeout_s, on_progress, patience_s)

    def cancel(self) -> None:
        """Ask the daemon to stop it; the job then ends as cancelled."""
        self._client._cancel(self)


class Changes(NamedTuple):
    """What is new since the last `poll()`. link: None if the connection is as it was."""

    jobs: list[Job]
    link: Link | None


@dataclass(frozen=True)
class Identity:
    """Who this client is. client_id: random, kept across restarts; it owns the jobs."""

    client_id: str
    client_name: str
    client_version: str = ""
    locale: str = "en"
