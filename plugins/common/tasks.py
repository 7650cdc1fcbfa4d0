"""A job as an artist sees it: what it is doing now, and the candidates that came of it.

Data; `session` keeps it up to date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from plugins.common.host import NewLayer
from plugins.common.record import LayerRecord
from plugins.common.request import Request
from plugins.common.store import Ticket
from protocol.errors import ImpastoError
from protocol.jobs import Job, Painted
from protocol.messages import JobState, Phase, Progress


class State(str, Enum):
    """sending: on its way to the daemon, or waiting for one. The last three are final."""

    SENDING = "sending"
    QUEUED = "queued"
    LOADING = "loading"
    PAINTING = "painting"
    FINISHING = "finishing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (State.DONE, State.FAILED, State.CANCELLED)


_PHASES = {
    Phase.QUEUED: State.QUEUED,
    Phase.LOADING: State.LOADING,
    Phase.PAINTING: State.PAINTING,
    Phase.FINISHING: State.FINISHING,
}


@dataclass(eq=False)
class Candidate:
    """One picture that came out, in order of rank. layer: where it lies once it is applied."""

    ticket: Ticket
    place: int
    layer: NewLayer
    score: float | None = None
    seed: int | None = None
    is_applied: bool = False


@dataclass(eq=False)
class Task:
    """request: None when it came from an earlier life, so that it cannot be sent again."""

    ticket: Ticket
    request: Request | None = None
    job: Job | None = None
    error: ImpastoError | None = None
    candidates: list[Candidate] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    is_cancelling: bool = False
    is_done: bool = False
    """Whether its candidates are here."""

    is_seen: bool = False
    """Whether its end has been shown, and kept with its document."""

    @property
    def state(self) -> State:
        job = self.job
        if self.is_done:
            return State.DONE
        if job is not None and job.state is JobState.CANCELLED:
            return State.CANCELLED
        if self.error is not None or (job is not None and job.error is not None):
            return State.FAILED
        progress = self.progress
        if job is not None and job.state is JobState.DONE:
            return State.FINISHING  # its pictures come with the next poll
        if progress is not None:
            return _PHASES[progress.phase]
        return State.QUEUED if job is not None and job.is_accepted else State.SENDING

    @property
    def progress(self) -> Progress | None:
        return self.job.progress if self.job is not None else None

    @property
    def failure(self) -> ImpastoError | None:
        return self.error or (self.job.error if self.job is not None else None)

    @property
    def share(self) -> float | None:
        """How much of the painting is done, in 0..1; None before and after it."""
        progress = self.progress
        if progress is None or progress.phase is not Phase.PAINTING or not progress.steps:
            return None
        return progress.step / progress.steps


def candidates_of(
    ticket: Ticket, painted: Sequence[Painted], record: dict[str, Any]
) -> list[Candidate]:
    """A result's layers, moved to where they belong in the document. record: the daemon's own."""
    candidates = []
    for place, (item, pixels) in enumerate(painted):
        if item.role != "layer":
            continue
        rect = item.rect.shifted(*ticket.origin)
        kept = LayerRecord(
            ticket.job, ticket.intent, ticket.title, rect, item.layout, item.space,
            ticket.origin, item.seed, record,
        )  # fmt: skip
        layer = NewLayer(ticket.title, rect, item.layout, item.space, pixels, kept.to_text())
        candidates.append(Candidate(ticket, place, layer, item.score, item.seed))
    return candidates
