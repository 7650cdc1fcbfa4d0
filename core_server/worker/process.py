"""A worker process: takes jobs from the daemon one at a time and tells what becomes of them.

Must not import torch or an operation before a job needs it, and must not outlive the daemon.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from core_server.execution.seams import Engines, Report
from core_server.operations.rehearse import REHEARSE
from core_server.worker import devices, failures, heap
from core_server.worker.engines import LoadedEngines
from core_server.worker.reporting import PipeReport
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
    receive,
    send,
)
from protocol.messages import ErrorInfo

LEFT = 0
DEVICE_BROKEN = 70
"""Exit code (EX_SOFTWARE) of a worker whose GPU context is beyond repair; the daemon starts
another and tries the job again."""


def worker_main(pipe: Connection, device: str, home: str) -> None:
    """Entry of a worker process. device: torch's name or "auto". home: Impasto's folder.

    Returns only by ending the process: on Exit, or when the daemon is gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the daemon's business
    heap.keep_freed()
    inbox = Inbox(pipe)
    threading.Thread(target=inbox.listen, name="impasto-inbox", daemon=True).start()
    device = devices.chosen(device)
    engines = LoadedEngines(Path(home), device)
    total_mb = round(devices.memory_total_mb(device))
    _say(pipe, Ready(os.getpid(), devices.title(device), total_mb))
    while True:
        message = inbox.next()
        if isinstance(message, Run):
            outcome = carry_out(message, engines, PipeReport(pipe, message.job, inbox.is_stopped))
            _say(pipe, outcome)
            if isinstance(outcome, RunFailed):  # only now: collecting takes longer than a step
                devices.give_back(device)
        else:
            engines.release()
            _say(pipe, Released(_memory_mb(device)))


class Inbox:
    """What the daemon says. `listen` runs in a thread of its own; the rest in the main thread."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._work: queue.SimpleQueue[Run | Release] = queue.SimpleQueue()
        self._stopped: set[str] = set()

    def listen(self) -> None:
        """Read until Exit or until the daemon is gone, then end the process, whatever it does."""
        while True:
            try:
                message, _ = receive(self._pipe)
            except (EOFError, OSError):
                os._exit(LEFT)
            if isinstance(message, Exit):
                os._exit(LEFT)
            if isinstance(message, Stop):
                self._stopped.add(message.job)
                continue
            if isinstance(message, Run):
                self._stopped.discard(message.job)  # meant for an earlier attempt
            self._work.put(message)

    def next(self) -> Run | Release:
        """Waits for the next thing to do."""
        return self._work.get()

    def is_stopped(self, job: str) -> bool:
        return job in self._stopped


def carry_out(run: Run, engines: Engines, report: Report) -> Finished | RunFailed:
    """Do one job. Every failure becomes a sentence, and the worker can take the next job."""
    try:
        report.check()
        finished = _execute(run, engines, report)
        return replace(finished, memory_mb=_memory_mb(engines.device))
    except Exception as error:
        if failures.is_device_broken(error):
            failures.log(error)
            os._exit(DEVICE_BROKEN)
        return RunFailed(run.job, ErrorInfo.of(failures.explained(error)))


def _execute(run: Run, engines: Engines, report: Report) -> Finished:
    if run.submit.operation == REHEARSE:
        from core_server.execution.rehearse import rehearse

        return rehearse(run, report)
    from core_server.execution.job import execute

    return execute(run, engines, report)


def _memory_mb(device: str) -> float:
    return round(devices.memory_mb(device), 1)


def _say(pipe: Connection, message: FromWorker) -> None:
    try:
        send(pipe, message)
    except OSError:
        os._exit(LEFT)
