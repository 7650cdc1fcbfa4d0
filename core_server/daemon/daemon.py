"""The daemon's front: requests in, replies and refusals out.

Sees frames only through `codec`; what becomes of a job is `Jobs`' business.
"""

import asyncio
import errno
import logging
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core_server.config import Settings
from core_server.daemon import admission
from core_server.daemon.jobs import Jobs, LiveJob
from core_server.daemon.router import Peer, Router
from core_server.daemon.store import Store, StoredJob
from core_server.daemon.worker_link import WorkerLink
from core_server.models.listing import model_infos
from core_server.models.registry import ModelRegistry
from core_server.operations import REHEARSE
from core_server.version import VERSION
from protocol.codec import Buffer, decode, encode, is_job_id, read_header
from protocol.errors import (
    BadRequest,
    Busy,
    DiskFull,
    ImpastoError,
    Internal,
    NotFound,
    NotOwner,
    Remedy,
)
from protocol.messages import (
    Accepted,
    Attach,
    Cancel,
    DeviceStatus,
    Done,
    Error,
    ErrorInfo,
    Failed,
    Hello,
    History,
    HistoryPage,
    JobStatus,
    Memory,
    MemoryReport,
    Message,
    ModelList,
    Models,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Welcome,
)
from protocol.params import Catalogue

log = logging.getLogger("impasto.daemon")

FEATURES = ("attach", "history", "live", "preview")
"""Optional parts of the protocol that this daemon has; `rehearse` comes with its operation."""
TICK_S = 1.0
WRITE_AT_ONCE = 8 << 20
"""Bytes whose writing keeps the loop for less time than handing them to another thread."""


@dataclass
class Session:
    """One connection that said hello. turn: its requests are answered one after another."""

    client_id: str
    client_name: str
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


Handler = Callable[[Peer, Session, Any, list[Buffer]], Awaitable[None]]


class Daemon:
    """Thread: loop only. `stopping` is set when the process shall end."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        registry: ModelRegistry,
        store: Store,
        router: Router,
    ) -> None:
        self.stopping = asyncio.Event()
        self.jobs = Jobs(settings, store, self._send)
        self._limits = settings.limits
        self._catalogue = catalogue
        self._catalogue_json = catalogue.to_json()
        self._digest = catalogue.digest
        names = [operation.name for operation in catalogue.operations]
        self._features = (*FEATURES, REHEARSE) if REHEARSE in names else FEATURES
        self._registry = registry
        self._store = store
        self._router = router
        self._sessions: dict[Peer, Session] = {}
        self._arriving: dict[str, asyncio.Event] = {}
        """Jobs whose inputs are being written; who asks for them waits."""
        self._started = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._handlers: dict[type[Any], Handler] = {
            Submit: self._on_submit,
            Attach: self._on_attach,
            Cancel: self._on_cancel,
            Status: self._on_status,
            Models: self._on_models,
            History: self._on_history,
            Memory: self._on_memory,
            Shutdown: self._on_shutdown,
        }

    async def run(self) -> None:
        """Serve until `stopping`; then put the running jobs back and let the workers go."""
        self.jobs.restore()
        loops = [asyncio.create_task(self._serve(socket)) for socket in self._router.sockets]
        loops.append(asyncio.create_task(self._tick()))
        await self.stopping.wait()
        for task in (*loops, *self._tasks):
            task.cancel()
        await self.jobs.close()

    async def _serve(self, socket: int) -> None:
        while True:
            peer, frames = await self._router.receive(socket)
            task = asyncio.create_task(self._answer(peer, frames))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.jobs.watch()

    # ---- requests ----------------------------------------------------------------------------

    async def _answer(self, peer: Peer, frames: list[Buffer]) -> None:
        """Decode, dispatch, and turn whatever goes wrong into one `error` or `failed`."""
        try:
            message, blobs = decode(frames, self._limits)
            if isinstance(message, Hello):
                self._on_hello(peer, message)
                return
            session = self._sessions.get(peer)
            if session is None:
                raise BadRequest("Say hello first.", field="type")
            handler = self._handlers.get(type(message))
            if handler is None:
                raise BadRequest(f"A client does not send {message.type!r}.", field="type")
            async with session.turn:
                await handler(peer, session, message, blobs)
        except ImpastoError as error:
            self._refuse(peer, frames, error)
        except Exception:
            log_id = f"{time.time_ns():x}"
            log.exception("request failed, log id %s", log_id)
            sentence = "Something went wrong in the daemon; its log knows more."
            self._refuse(peer, frames, Internal(sentence, remedy=Remedy("open_log"), log_id=log_id))

    def _refuse(self, peer: Peer, frames: Sequence[Buffer], error: ImpastoError) -> None:
        """A rejected submit gets `failed` alone; everything else, as far as readable, `error`.

        Not under the id of a job that exists: `failed` would end that one in its client.
        """
        try:
            header = read_header(frames, self._limits)
        except ImpastoError:
            header = {}
        info = ErrorInfo.of(error)
        job, request = header.get("job"), header.get("id")
        is_submit = header.get("type") == "submit"
        if is_submit and is_job_id(job) and self._store.find(job) is None:
            self._send(peer, Failed(job, info))
        else:
            self._send(peer, Error(request if isinstance(request, str) else "", info))

    def _on_hello(self, peer: Peer, hello: Hello) -> None:
        self._sessions[peer] = Session(hello.client_id, hello.client_name)
        unfinished = tuple(
            name for name, job in self.jobs.live.items() if job.ticket.client == hello.client_id
        )
        same = hello.catalogue_digest == self._digest
        self._send(
            peer,
            Welcome(
                reply_to=hello.id,
                daemon_version=VERSION,
                pid=os.getpid(),
                features=self._features,
                limits=self._limits,
                catalogue_digest=self._digest,
                catalogue=None if same else self._catalogue_json,
                jobs=unfinished,
            ),
        )

    async def _on_submit(
        self, peer: Peer, session: Session, asked: Submit, blobs: list[Buffer]
    ) -> None:
        await self._arrived(asked.job)
        stored = self._store.find(asked.job)
        if stored is not None:
            self._repeat(peer, session, asked, blobs, stored)
            return
        admitted = admission.admit(asked, self._catalogue, self._registry, self._limits)
        self._check_room(session)
        arriving = self._arriving[asked.job] = asyncio.Event()
        try:
            stored = await self._keep(session, asked, admitted, blobs)
        finally:
            del self._arriving[asked.job]
            arriving.set()
        position = self.jobs.add(stored, peer)
        self._send(peer, Accepted(asked.id, asked.job, position))
        self.jobs.kick()

    async def _keep(
        self,
        session: Session,
        asked: Submit,
        admitted: admission.Admitted,
        blobs: list[Buffer],
    ) -> StoredJob:
        """Inputs to disk, then the row: only then the job exists."""
        loop = asyncio.get_running_loop()
        try:
            if sum(memoryview(blob).nbytes for blob in blobs) <= WRITE_AT_ONCE:
                size = self._store.write_inputs(asked.job, blobs)
            else:
                size = await loop.run_in_executor(None, self._store.write_inputs, asked.job, blobs)
        except OSError as error:
            raise _disk_error(error) from error
        return self._store.add(
            admitted.submit,
            admission.digest(asked),
            (session.client_id, session.client_name),
            admitted.model,
            size,
        )

    def _repeat(
        self,
        peer: Peer,
        session: Session,
        asked: Submit,
        blobs: list[Buffer],
        stored: StoredJob,
    ) -> None:
        """The same submit again is the same job; another one under its id is a mistake."""
        same = (
            stored.client_id == session.client_id
            and stored.asked == admission.digest(asked)
            and (not stored.has_pictures or self._store.has_inputs(stored, blobs))
        )
        if not same:
            self._send(
                peer,
                Error(
                    asked.id,
                    ErrorInfo.of(
                        BadRequest("Another job has this id already; make a new id.", field="job")
                    ),
                ),
            )
            return
        self._send(peer, Accepted(asked.id, stored.job))
        self.jobs.replay(stored, peer)

    async def _on_attach(
        self, peer: Peer, session: Session, request: Attach, blobs: list[Buffer]
    ) -> None:
        await self._arrived(request.job)
        stored = self._owned(session, request.job)
        self._send(peer, Accepted(request.id, stored.job))
        self.jobs.replay(stored, peer)

    async def _on_cancel(
        self, peer: Peer, session: Session, request: Cancel, blobs: list[Buffer]
    ) -> None:
        await self._arrived(request.job)
        stored = self._owned(session, request.job)
        self._send(peer, Done(request.id))
        job = self.jobs.live.get(stored.job)
        if job is not None:
            self.jobs.cancel(job)

    async def _on_status(
        self, peer: Peer, session: Session, request: Status, blobs: list[Buffer]
    ) -> None:
        order = [ticket.job for ticket in self.jobs.scheduler.order()]
        running = [name for name in self.jobs.live if name not in order]
        jobs = tuple(_job_status(self.jobs.live[name], session) for name in running + order)
        self._send(
            peer,
            StatusReport(
                reply_to=request.id,
                daemon_version=VERSION,
                pid=os.getpid(),
                uptime_s=round(time.monotonic() - self._started, 1),
                memory_mb=_own_memory_mb(),
                endpoints=self._router.endpoints,
                devices=tuple(_device_status(link) for link in self.jobs.links),
                jobs=jobs,
            ),
        )

    async def _on_models(
        self, peer: Peer, session: Session, request: Models, blobs: list[Buffer]
    ) -> None:
        self._send(peer, ModelList(request.id, model_infos(self._registry)))

    async def _on_history(
        self, peer: Peer, session: Session, request: History, blobs: list[Buffer]
    ) -> None:
        if request.job is None:
            limit = max(1, min(request.limit, 500))
            rows = self._store.page(limit, request.before, request.search)
            self._send(peer, HistoryPage(request.id, tuple(row.entry() for row in rows)))
            return
        stored = self._find(request.job)
        page = HistoryPage(request.id, (stored.entry(),), submit=stored.submit)
        if not stored.has_pictures:
            bare = replace(stored.submit, inputs=())
            self._send(peer, replace(page, submit=bare))
            return
        outputs, inputs = self._store.outputs(stored), self._store.inputs(stored)
        shifted = tuple(
            replace(picture, blob=len(outputs) + n)
            for n, picture in enumerate(stored.submit.inputs)
        )
        submit = replace(stored.submit, inputs=shifted)
        self._send(peer, replace(page, items=stored.items, submit=submit), outputs + inputs)

    async def _on_memory(
        self, peer: Peer, session: Session, request: Memory, blobs: list[Buffer]
    ) -> None:
        if request.action != "release":
            raise BadRequest(
                f"There is no memory action {request.action!r}; there is: release.", field="action"
            )
        self._send(peer, MemoryReport(request.id, self.jobs.release_idle()))

    async def _on_shutdown(
        self, peer: Peer, session: Session, request: Shutdown, blobs: list[Buffer]
    ) -> None:
        self._send(peer, Done(request.id, "The daemon ends; queued jobs run after its restart."))
        self.stopping.set()

    # ---- helpers of requests -----------------------------------------------------------------

    async def _arrived(self, job: str) -> None:
        arriving = self._arriving.get(job)
        if arriving is not None:
            await arriving.wait()

    def _find(self, job: str) -> StoredJob:
        stored = self._store.find(job)
        if stored is None:
            raise NotFound(f"There is no job {job!r}.", field="job")
        return stored

    def _owned(self, session: Session, job: str) -> StoredJob:
        stored = self._find(job)
        if stored.client_id != session.client_id:
            raise NotOwner(f"That job belongs to {stored.client_name}.", field="job")
        return stored

    def _check_room(self, session: Session) -> None:
        mine = self.jobs.count_of(session.client_id)
        if mine >= self._limits.jobs_per_client:
            raise Busy(
                f"{mine} jobs of this program are waiting; the limit is "
                f"{self._limits.jobs_per_client}. Cancel some, or wait.",
                remedy=Remedy("wait"),
            )

    def _send(self, peer: Peer, message: Message, blobs: Sequence[Buffer] = ()) -> None:
        if not self._router.send(peer, encode(message, blobs)):
            self._sessions.pop(peer, None)
            self.jobs.forget(peer)


def _job_status(job: LiveJob, session: Session) -> JobStatus:
    progress = job.progress
    return JobStatus(
        job=job.submit.job,
        client_name=job.client_name,
        operation=job.submit.operation,
        state=job.state,
        mine=job.ticket.client == session.client_id,
        position=progress.position if progress else 0,
        eta_s=progress.eta_s if progress else None,
        lane=job.submit.lane,
    )


def _disk_error(error: OSError) -> ImpastoError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            "The disk is full: the job could not be stored; free some space and try again.",
            remedy=Remedy("free_disk"),
        )
    return Internal(f"The job could not be stored: {error.strerror}.", remedy=Remedy("open_log"))


def _device_status(link: WorkerLink) -> DeviceStatus:
    return DeviceStatus(
        link.device,
        link.state,
        link.title,
        link.pid,
        link.job,
        link.model or None,
        link.memory_mb,
        link.memory_total_mb,
    )


def _own_memory_mb() -> float:
    import psutil  # only when asked: it would slow the start

    return round(float(psutil.Process().memory_info().rss) / 2**20, 1)
