"""The seam to workers, and its first implementation: a process on this machine.

A link owns one device. It knows jobs only as messages; what a lost worker means for a job is
the daemon's business.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import sys
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Protocol

from core_server.worker.process import worker_main
from core_server.worker.wire import (
    Exit,
    Finished,
    FromWorker,
    Ready,
    Release,
    Released,
    Run,
    RunFailed,
    Stop,
    ToWorker,
    receive,
    send,
)
from protocol.connection import home

log = logging.getLogger("impasto.worker")

PRELOAD_MODULE = "core_server.worker.preload"


class WorkerEvents(Protocol):
    """What a link reports. Called on the loop."""

    def on_message(self, link: "WorkerLink", message: FromWorker, preview: bytes) -> None: ...

    def on_lost(self, link: "WorkerLink") -> None:
        """The worker died or was killed; the link is stopped and may be started again."""
        ...


class WorkerLink(Protocol):
    """One worker on one device: local process, later a Ray actor or a remote daemon.

    state: stopped, starting, idle or busy.
    """

    device: str
    state: str
    job: str | None
    model: str
    title: str
    pid: int | None
    memory_mb: float | None
    memory_total_mb: float | None
    last_sign: float
    """Loop time of the last message while busy."""

    def submit(self, run: Run) -> None:
        """Carry out a job; starts a worker if there is none. Only while state is not busy."""
        ...

    def cancel(self, job: str) -> None: ...

    def release(self) -> None:
        """Unload models; only while idle."""
        ...

    def kill(self) -> None:
        """End the worker at once; `on_lost` follows."""
        ...

    async def close(self) -> None:
        """End the worker for good; no event follows."""
        ...


class LocalWorker:
    """A worker process born of a forkserver that preloads torch (Linux), else spawned.

    Thread: loop, except `_start` (a pool thread) and `_read` (the link's reader thread).
    """

    def __init__(self, device: str, events: WorkerEvents) -> None:
        self.device = device
        self.state = "stopped"
        self.job: str | None = None
        self.model = ""
        self.title = ""
        self.pid: int | None = None
        self.memory_mb: float | None = None
        self.memory_total_mb: float | None = None
        self.last_sign = 0.0
        self._events = events
        self._loop = asyncio.get_running_loop()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._waiting: list[Run | Stop] = []
        """For a worker that is being started."""
        self._starting: asyncio.Task[None] | None = None
        self._generation = 0
        """Counts processes, so that the last words of a dead one are not taken for its heir's."""

    def submit(self, run: Run) -> None:
        self.job = run.job
        self.last_sign = self._loop.time()
        if self._pipe is None:
            self.state = "starting"
            self._waiting = [run]
            if self._starting is None:
                self._starting = self._loop.create_task(self._start_worker())
        else:
            self.state = "busy"
            self._send(run)

    def cancel(self, job: str) -> None:
        if self._pipe is None:
            self._waiting.append(Stop(job))
        else:
            self._send(Stop(job))

    def release(self) -> None:
        self._send(Release())
        self.model = ""

    def kill(self) -> None:
        if self._process is not None and self._process.pid is not None:
            self._process.kill()

    async def close(self) -> None:
        self._generation += 1
        if self._starting is not None:
            self._starting.cancel()
        self._send(Exit())
        process, self._process = self._process, None
        if process is not None:
            await self._loop.run_in_executor(None, _end, process)
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        self.state = "stopped"

    async def _start_worker(self) -> None:
        try:
            process, pipe = await self._loop.run_in_executor(None, _launch, self.device)
        except (OSError, EOFError, RuntimeError):
            log.exception("the worker for %s did not start", self.device)
            self._starting = None
            self._lost(self._generation)
            return
        self._starting = None
        self._process, self._pipe = process, pipe
        self.pid = process.pid
        self._generation += 1
        threading.Thread(
            target=self._read, args=(pipe, self._generation), name="impasto-worker", daemon=True
        ).start()
        waiting, self._waiting = self._waiting, []
        self.state = "busy" if waiting else "idle"
        for message in waiting:
            self._send(message)

    def _send(self, message: ToWorker) -> None:
        if self._pipe is not None:
            with contextlib.suppress(OSError):  # a dead worker is noticed by the reader
                send(self._pipe, message)

    def _read(self, pipe: Connection, generation: int) -> None:
        while True:
            try:
                message, preview = receive(pipe)
            except (EOFError, OSError, ValueError):
                break
            with contextlib.suppress(RuntimeError):  # the loop is closed: the daemon is ending
                self._loop.call_soon_threadsafe(self._hear, generation, message, preview)
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._lost, generation)

    def _hear(self, generation: int, message: FromWorker, preview: bytes) -> None:
        if generation != self._generation:
            return
        self.last_sign = self._loop.time()
        if isinstance(message, Ready):
            self.title, self.memory_total_mb = message.title, message.memory_total_mb
        elif isinstance(message, (Finished, RunFailed)):
            self.state, self.job = "idle", None
        if isinstance(message, (Finished, Released)):
            self.memory_mb = message.memory_mb
        self._events.on_message(self, message, preview)

    def _lost(self, generation: int) -> None:
        if generation != self._generation:
            return
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        if self._pipe is not None:
            self._pipe.close()
        self._pipe, self._waiting, self.pid = None, [], None
        self.state, self.model, self.memory_mb = "stopped", "", None
        self._events.on_lost(self)
        if self.state == "stopped":
            self.job = None


def _launch(device: str) -> tuple[BaseProcess, Connection]:
    """A new worker and our end of its pipe. Blocks while the forkserver preloads."""
    context = _context()
    ours, theirs = context.Pipe()
    process = context.Process(
        target=worker_main,
        args=(theirs, device, str(home())),
        name=f"impasto-{device}",
        daemon=True,
    )
    try:
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


def _context() -> ForkServerContext | SpawnContext:
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    if os.environ.get("IMPASTO_PRELOAD") != "none":
        context.set_forkserver_preload([PRELOAD_MODULE])
    return context


def _end(process: BaseProcess) -> None:
    process.join(timeout=0.5)
    if process.is_alive():
        process.kill()
        process.join(timeout=5)
