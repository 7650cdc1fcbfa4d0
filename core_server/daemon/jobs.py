"""The life of jobs: queued, run on a worker, ended exactly once.

Knows peers only as who watches a job, and sends messages only through the function it is given.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core_server.config import Settings
from core_server.daemon.router import Peer
from core_server.daemon.scheduler import Scheduler, Ticket
from core_server.daemon.store import Store, StoredJob
from core_server.daemon.worker_link import WorkerLink
from core_server.worker.wire import (
    Finished,
    Finishing,
    FromWorker,
    Loading,
    Ready,
    Released,
    Run,
    RunFailed,
    Stepped,
)
from protocol.codec import Buffer
from protocol.errors import ImpastoError, NotFound, Remedy, WorkerLost
from protocol.messages import (
    ErrorInfo,
    Failed,
    JobState,
    Lane,
    Message,
    OnDisconnect,
    Phase,
    Preview,
    Progress,
    Result,
    Submit,
    WasCancelled,
)

log = logging.getLogger("impasto.jobs")

MAX_ATTEMPTS = 2

Send = Callable[[Peer, Message, Sequence[Buffer]], None]


@dataclass
class LiveJob:
    """A job that has not ended. watchers: the owner's connections that follow it.

    alone_since: when the last watcher left. cancelled_at: when its worker was told to stop.
    first_step: when its worker told its first step, and which.
    """

    submit: Submit
    ticket: Ticket
    client_name: str
    watchers: set[Peer] = field(default_factory=set)
    state: JobState = JobState.QUEUED
    progress: Progress | None = None
    link: WorkerLink | None = None
    cancelled_at: float | None = None
    first_step: tuple[float, int] | None = None
    alone_since: float | None = None

    @property
    def id(self) -> str:
        return self.submit.job


class Jobs:
    """All jobs that have not ended, and the workers. Thread: loop only."""

    def __init__(self, settings: Settings, store: Store, send: Send) -> None:
        self.links: list[WorkerLink] = []
        self.live: dict[str, LiveJob] = {}
        self.scheduler = Scheduler()
        self._settings = settings
        self._store = store
        self._send = send
        self._idle_since = time.monotonic()

    # ---- start and end of the daemon -----------------------------------------------------------

    def restore(self) -> None:
        """Queue what the last daemon left; what was running when it died gets one more try."""
        for stored in self._store.unfinished():
            job = self._enlist(stored)
            job.alone_since = time.monotonic()
            if stored.state is JobState.RUNNING:
                if stored.attempts >= MAX_ATTEMPTS:
                    self._fail(job, _worker_lost())
                    continue
                self._store.put_back(stored.job)
            self.scheduler.add(job.ticket)
        self.kick()

    async def close(self) -> None:
        """Put the running jobs back for the next daemon, and let the workers go."""
        for job in self.live.values():
            if job.state is JobState.RUNNING:
                self._store.put_back(job.id, forgive=True)
        await asyncio.gather(*(link.close() for link in self.links))

    # ---- what requests do ------------------------------------------------------------------------

    def add(self, stored: StoredJob, watcher: Peer) -> int:
        """Queue a stored job; its position. Live predecessors give way."""
        job = self._enlist(stored)
        job.watchers.add(watcher)
        for superseded in self.scheduler.add(job.ticket):
            self._end(self.live[superseded], JobState.CANCELLED)
        for other in self._running_predecessors(job):
            self.cancel(other)
        order = [ticket.job for ticket in self.scheduler.order()]
        return order.index(job.id) + 1

    def replay(self, stored: StoredJob, peer: Peer) -> None:
        """Tell a (new) watcher where the job stands."""
        job = self.live.get(stored.job)
        if job is None:
            self._send_terminal({peer}, stored)
            return
        job.watchers.add(peer)
        job.alone_since = None
        if job.progress is not None:
            self._send(peer, replace(job.progress, preview=None), ())

    def cancel(self, job: LiveJob) -> None:
        if job.link is None:
            self.scheduler.remove(job.id)
            self._end(job, JobState.CANCELLED)
            self._announce_queue()
        elif job.cancelled_at is None:
            job.cancelled_at = time.monotonic()
            job.link.cancel(job.id)

    def forget(self, peer: Peer) -> None:
        """That connection is gone; its client may come back on another."""
        for job in self.live.values():
            job.watchers.discard(peer)

    def count_of(self, client_id: str) -> int:
        return sum(job.ticket.client == client_id for job in self.live.values())

    def release_idle(self) -> tuple[str, ...]:
        """Let idle workers unload their models; the names of their devices."""
        idle = [link for link in self.links if link.state == "idle"]
        for link in idle:
            link.release()
        return tuple(link.device for link in idle)

    def kick(self) -> None:
        """Give every free worker something to do, then tell the others where they stand."""
        for link in self.links:
            if link.state in ("idle", "stopped"):
                ticket = self.scheduler.take(link.model)
                if ticket is not None:
                    self._start(link, self.live[ticket.job])
        self._announce_queue()

    # ---- the way of a job ------------------------------------------------------------------------

    def _enlist(self, stored: StoredJob) -> LiveJob:
        submit = stored.submit
        ticket = Ticket(stored.job, stored.client_id, submit.lane, stored.model, submit.replaces)
        job = self.live[stored.job] = LiveJob(submit, ticket, stored.client_name)
        return job

    def _start(self, link: WorkerLink, job: LiveJob) -> None:
        self._store.start(job.id)
        job.state, job.link, job.first_step = JobState.RUNNING, link, None
        self._report(job, Progress(job.id, Phase.LOADING, eta_s=self._typical(job)))
        link.submit(Run(job.id, str(self._store.folder(job.id)), job.submit))

    def _announce_queue(self) -> None:
        """Push position and ETA to the owners of queued jobs, where either changed."""
        ahead = sum(self._typical(job) or 0.0 for job in self.live.values() if job.link)
        for position, ticket in enumerate(self.scheduler.order(), 1):
            job = self.live[ticket.job]
            own = self._typical(job)
            eta = round(ahead / max(1, len(self.links)) + own, 1) if own is not None else None
            ahead += own or 0.0
            now = Progress(ticket.job, Phase.QUEUED, position=position, eta_s=eta)
            if now != job.progress:
                self._report(job, now)

    def _typical(self, job: LiveJob) -> float | None:
        return self._store.typical_seconds(job.submit.operation, job.ticket.model)

    def _report(self, job: LiveJob, progress: Progress, preview: Sequence[Buffer] = ()) -> None:
        job.progress = progress
        for peer in list(job.watchers):
            self._send(peer, progress, preview)

    def _running_predecessors(self, new: LiveJob) -> list[LiveJob]:
        if new.submit.lane is not Lane.LIVE or not new.ticket.replaces:
            return []
        key = (new.ticket.client, new.ticket.replaces)
        return [
            job
            for job in self.live.values()
            if job.link is not None and (job.ticket.client, job.ticket.replaces) == key
        ]

    def _fail(self, job: LiveJob, error: ImpastoError) -> None:
        self._end(job, JobState.FAILED, error=ErrorInfo.of(error))

    def _end(self, job: LiveJob, state: JobState, **outcome: Any) -> None:
        """The one place where a job ends: written down, then told once to each watcher."""
        del self.live[job.id]
        stored = self._store.finish(job.id, state, **outcome)
        self._send_terminal(job.watchers, stored)
        self._store.make_room()

    def _send_terminal(self, watchers: set[Peer], stored: StoredJob) -> None:
        message: Message
        blobs: list[Buffer] = []
        if stored.state is JobState.CANCELLED:
            message = WasCancelled(stored.job)
        elif stored.error is not None:
            message = Failed(stored.job, stored.error)
        elif not stored.has_pictures:
            sentence = "The pictures of this job were deleted to make room; run it again."
            message = Failed(stored.job, ErrorInfo.of(NotFound(sentence, field="job")))
        else:
            message = Result(stored.job, stored.items, stored.record, stored.notes)
            blobs = self._store.outputs(stored)
        for peer in list(watchers):
            self._send(peer, message, blobs)

    # ---- what workers say ------------------------------------------------------------------------

    def on_message(self, link: WorkerLink, message: FromWorker, preview: bytes) -> None:
        if isinstance(message, (Ready, Released)):
            return
        job = self.live.get(message.job)
        if job is not None and job.link is link:
            self._hear(job, link, message, preview)
        if isinstance(message, (Finished, RunFailed)):
            self._idle_since = time.monotonic()
            self.kick()

    def _hear(
        self,
        job: LiveJob,
        link: WorkerLink,
        message: Loading | Stepped | Finishing | Finished | RunFailed,
        preview: bytes,
    ) -> None:
        if isinstance(message, Loading):
            link.model = message.model
            self._report(job, Progress(job.id, Phase.LOADING, eta_s=self._typical(job)))
        elif isinstance(message, Stepped):
            self._report_step(job, message, preview)
        elif isinstance(message, Finishing):
            self._report(job, Progress(job.id, Phase.FINISHING))
        elif isinstance(message, Finished):
            done = {"items": message.items, "record": message.record, "notes": message.notes}
            self._end(job, JobState.DONE, **done)
        elif message.error.code == "cancelled":
            self._end(job, JobState.CANCELLED)
        else:
            self._end(job, JobState.FAILED, error=message.error)

    def _report_step(self, job: LiveJob, message: Stepped, preview: bytes) -> None:
        size = (message.preview_width, message.preview_height)
        progress = Progress(
            job.id,
            Phase.PAINTING,
            eta_s=self._left_s(job, message),
            step=message.step,
            steps=message.steps,
            preview=Preview(*size, 0) if preview else None,
        )
        self._report(job, progress, [preview] if preview else [])

    def _left_s(self, job: LiveJob, message: Stepped) -> float | None:
        """By the job's own pace where no model is at work, since then its size decides; else by
        what such jobs took."""
        typical = self._typical(job)
        if job.ticket.model and typical is not None:
            return round(typical * (1 - message.step / max(1, message.steps)), 1)
        now = time.monotonic()
        if job.first_step is None:
            job.first_step = now, message.step
        begun, first = job.first_step
        if message.step <= first:
            return None
        return round((now - begun) / (message.step - first) * (message.steps - message.step), 1)

    def on_lost(self, link: WorkerLink) -> None:
        """A worker died: its job is tried once more, on a new one."""
        job = self.live.get(link.job or "")
        link.job = None
        if job is not None and job.link is link:
            job.link = None
            stored = self._store.find(job.id)
            if job.cancelled_at is not None:
                self._end(job, JobState.CANCELLED)
            elif stored is None or stored.attempts >= MAX_ATTEMPTS:
                self._fail(job, _worker_lost())
            else:
                log.warning("the worker on %s was lost; its job is tried again", link.device)
                self._store.put_back(job.id)
                job.state = JobState.QUEUED
                self.scheduler.put_back(job.ticket)
        self.kick()

    # ---- once a second ---------------------------------------------------------------------------

    def watch(self) -> None:
        """Replace workers that do not react, release idle memory, drop jobs of the vanished."""
        self._watch_owners()
        for link in self.links:
            self._watch_worker(link)
        idle_for = time.monotonic() - self._idle_since
        limit = self._settings.idle_release_s
        if not self.live and 0 < limit < idle_for and any(link.model for link in self.links):
            self.release_idle()

    def _watch_worker(self, link: WorkerLink) -> None:
        if link.state != "busy":
            return
        job = self.live.get(link.job or "")
        silent = asyncio.get_running_loop().time() - link.last_sign
        cancelled_at = job.cancelled_at if job is not None else None
        deaf = cancelled_at is not None and time.monotonic() - cancelled_at > self._settings.stop_s
        if deaf or silent > self._settings.hang_s:
            log.warning("the worker on %s does not react and is replaced", link.device)
            link.kill()

    def _watch_owners(self) -> None:
        """A vanished client is one we cannot send to; jobs that end with it are cancelled."""
        now = time.monotonic()
        for job in list(self.live.values()):
            if job.submit.on_disconnect is not OnDisconnect.CANCEL:
                continue
            if job.progress is not None:
                self._report(job, replace(job.progress, preview=None))
            if job.watchers:
                job.alone_since = None
            elif job.alone_since is None:
                job.alone_since = now
            elif now - job.alone_since > self._settings.vanished_s:
                self.cancel(job)


def _worker_lost() -> WorkerLost:
    return WorkerLost(
        "The painting process died twice on this job; try a smaller picture or another model.",
        remedy=Remedy("retry"),
    )
