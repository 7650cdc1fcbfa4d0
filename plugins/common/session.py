"""A plugin's life with the daemon: connection, catalogue, models, tasks, and what cures trouble.

It must not touch a document or a widget. Thread: everything from the user interface's; `poll()`
from its timer brings what happened meanwhile.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from plugins.common.background import Background
from plugins.common.phrases import say_sentence
from plugins.common.request import Request
from plugins.common.snapshot import known_catalogue
from plugins.common.store import Preferences, Slot, Ticket, plugin_folder
from plugins.common.tasks import Candidate, Task, candidates_of
from protocol.client import Client, connect_to_daemon, new_id
from protocol.connection import Connection, Lock, read_connection, start_daemon
from protocol.errors import ConnectionFailed, ImpastoError, NotFound, NotRunning, Remedy
from protocol.jobs import Identity, Link, Painted
from protocol.messages import (
    History,
    HistoryEntry,
    HistoryPage,
    Memory,
    ModelInfo,
    ModelList,
    Models,
    Shutdown,
)
from protocol.params import Catalogue

TITLES = {"blender": "Blender", "gimp": "GIMP", "krita": "Krita"}
"""What the history and the queue call the programs."""

STARTS_DAEMON = "starts_daemon"
HISTORY_TIMEOUT_S = 30.0
RESTART_TIMEOUT_S = 15.0
TASKS_KEPT = 12


@dataclass(frozen=True)
class Notice:
    """One sentence to show, and what a button beside it would do about it. task: what failed."""

    text: str
    remedy: Remedy | None = None
    is_error: bool = True
    task: Task | None = None

    @property
    def spoken(self) -> str:
        """The text in the artist's language."""
        return say_sentence(self.text)


class Session:
    """program: "krita", "gimp", … names the files. folder: where they are."""

    def __init__(
        self, program: str, version: str, locale: str = "en", folder: Path | None = None
    ) -> None:
        folder = folder or plugin_folder()
        self.preferences = Preferences(folder / f"{program}.json")
        self.tasks: list[Task] = []
        self.models: tuple[ModelInfo, ...] = ()
        self.catalogue = known_catalogue(self.preferences)
        self.is_starting = False
        self.revision = 0
        """Counts up with every news, for several windows that draw the same session."""
        self._slot = Slot.take(folder, program)
        title = TITLES.get(program, program)
        self._identity = Identity(self._slot.client_id, title, version, locale)
        self._background = Background()
        self._trouble: ImpastoError | None = None
        self._client = self._connected()
        for ticket in self._slot.tickets:
            self.tasks.append(Task(ticket, job=self._client.attach(ticket.job)))
        if self.preferences.setting(STARTS_DAEMON, False):
            self.start_daemon()

    # ---- what the user interface asks --------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        return self._client.link is Link.READY

    @property
    def notice(self) -> Notice | None:
        """What stands between the artist and painting, or None."""
        if self.is_starting:
            return Notice("Impasto is starting …", is_error=False)
        if self._trouble is not None:
            return Notice(self._trouble.message, self._trouble.remedy)
        if self._client.link in (Link.READY, Link.CONNECTING, Link.CLOSED):
            return None
        error = self._client.error
        if error is None or isinstance(error, NotRunning):
            return Notice("Impasto is not running.", Remedy("start_daemon"))
        return Notice(error.message, error.remedy or Remedy("restart_daemon"))

    def poll(self) -> bool:
        """Bring in what happened; whether anything did. Never blocks."""
        brought = self._background.poll()
        changes = self._client.poll()
        if changes.link is Link.READY:
            self._greeted()
        for task in self.tasks:
            job = task.job
            if job is not None and job in changes.jobs and job.state.is_terminal:
                self._ended(task)
        has_news = brought or bool(changes.jobs) or changes.link is not None
        self.revision += has_news
        return has_news

    def close(self) -> None:
        """Jobs go on in the daemon; the next session of this slot brings their results."""
        self._client.close()
        self._slot.release()

    # ---- tasks -------------------------------------------------------------------------------

    def submit(self, request: Request) -> Task:
        """Hand a job in; without a daemon it waits for one. What can be wrong with it comes as
        the task's failure."""
        task = Task(request.ticket, request)
        self.tasks.insert(0, task)
        self._send(task, request)
        return task

    def retry(self, task: Task) -> Task | None:
        """The same job once more; None if its pixels are not here any more."""
        if task.request is None:
            return None
        self.forget(task)
        return self.submit(task.request.again())

    def cancel(self, task: Task) -> None:
        task.is_cancelling = True
        if task.job is not None:
            task.job.cancel()

    def forget(self, task: Task) -> None:
        """Take it off the list; the daemon's history still has what came of it."""
        if not task.state.is_final:
            self.cancel(task)
        self._slot.drop(task.ticket.job)
        if task in self.tasks:
            self.tasks.remove(task)

    def settled(self, task: Task) -> None:
        """Its result is kept with the document now, and need not be fetched after a restart."""
        self._slot.drop(task.ticket.job)

    # ---- cures -------------------------------------------------------------------------------

    def start_daemon(self) -> None:
        """Adopt the running daemon or start one, in the background; `notice` tells how it went."""
        if self.is_starting:
            return
        self.is_starting, self._trouble = True, None
        self._background.run(start_daemon, self._started, self._not_started)

    def restart_daemon(self) -> None:
        """Ends the daemon, whose jobs wait on disk meanwhile, and starts this account's own."""
        if self.is_starting:
            return
        self.is_starting, self._trouble = True, None
        self._background.run(_restart, self._started, self._not_started)

    def free_memory(self) -> None:
        self._ask(lambda: self._client.request(Memory(new_id())), lambda _reply: None)

    def dismiss(self) -> None:
        """The trouble that `notice` shows has been read."""
        self._trouble = None

    # ---- the daemon's history ----------------------------------------------------------------

    def load_history(self, search: str, then: Callable[[tuple[HistoryEntry, ...]], None]) -> None:
        """All programs' entries, the newest first."""

        def asked() -> tuple[HistoryEntry, ...]:
            question = History(new_id(), search=search)
            page = self._client.request(question, timeout_s=HISTORY_TIMEOUT_S).message
            return page.entries if isinstance(page, HistoryPage) else ()

        self._ask(asked, then)

    def reopen(self, ticket: Ticket, applied: Sequence[bool] = ()) -> None:
        """Bring a finished job's pictures back from the history, as a task that is done.

        applied: which of them are layers already, in order.
        """
        if any(task.ticket.job == ticket.job for task in self.tasks):
            return
        task = Task(ticket, is_done=True, is_seen=True)
        self.tasks.append(task)

        def asked() -> list[Candidate]:
            question = History(new_id(), job=ticket.job)
            page, blobs = self._client.request(question, timeout_s=HISTORY_TIMEOUT_S)
            items = page.items if isinstance(page, HistoryPage) else ()
            if not items:
                raise NotFound("This picture is no longer in the history.")
            record = page.entries[0].record if isinstance(page, HistoryPage) else {}
            painted = [Painted(item, blobs[item.blob]) for item in items]
            return candidates_of(ticket, painted, record)

        def brought(candidates: list[Candidate]) -> None:
            for candidate, is_applied in zip(candidates, applied):  # noqa: B905 - may be shorter
                candidate.is_applied = is_applied
            task.candidates = candidates

        def failed(error: ImpastoError) -> None:
            self.forget(task)
            self._failed(error)

        self._background.run(asked, brought, failed)

    # ---- inside ------------------------------------------------------------------------------

    def _connected(self) -> Client:
        return Client(connect_to_daemon, self._identity, self.catalogue.digest)

    def _greeted(self) -> None:
        self._trouble = None
        welcome = self._client.welcome
        if welcome is not None and welcome.catalogue:
            try:
                self.catalogue = Catalogue.from_json(welcome.catalogue)
            except ImpastoError as error:
                self._trouble = error
                return
            self.preferences.keep_catalogue(welcome.catalogue)
        self.refresh_models()

    def refresh_models(self) -> None:
        def asked() -> tuple[ModelInfo, ...]:
            reply = self._client.request(Models(new_id())).message
            return reply.models if isinstance(reply, ModelList) else ()

        self._ask(asked, self._know_models)

    def _know_models(self, models: tuple[ModelInfo, ...]) -> None:
        self.models = models

    def _send(self, task: Task, request: Request) -> None:
        """Encoding and sending some hundred megabytes takes a while: not in this thread."""
        client = self._client
        self._slot.keep(task.ticket)

        def handed_in(job: object) -> None:
            if task.is_cancelling and task.job is not None:
                task.job.cancel()

        def handing_in() -> None:
            task.job = client.submit(request.submit, request.pictures, job=task.ticket.job)

        self._background.run(handing_in, handed_in, partial(self._refused, task))

    def _refused(self, task: Task, error: ImpastoError) -> None:
        task.error = error
        self._slot.drop(task.ticket.job)

    def _ended(self, task: Task) -> None:
        job = task.job
        if job is None or job.result is None:
            self._slot.drop(task.ticket.job)
            return
        task.notes = job.result.notes
        task.candidates = candidates_of(task.ticket, job.items, job.result.record)
        task.is_done, task.request = True, None
        done = [each for each in self.tasks if each.is_done and each.is_seen]
        for old in done[TASKS_KEPT:]:
            self.tasks.remove(old)  # its pictures take memory, and the history has them

    def _started(self, _connection: Connection) -> None:
        self.is_starting = False
        if self._client.link is Link.BROKEN:
            old, self._client = self._client, self._connected()
            old.close()
            for task in self.tasks:
                if task.state.is_final:
                    continue
                if task.request is not None:  # it may never have arrived; twice is harmless
                    self._send(task, task.request)
                else:
                    task.job = self._client.attach(task.ticket.job)

    def _not_started(self, error: ImpastoError) -> None:
        self.is_starting, self._trouble = False, error

    def _ask(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        self._background.run(work, then, self._failed)

    def _failed(self, error: ImpastoError) -> None:
        """Of a question; a lost connection has a notice of its own."""
        if not isinstance(error, NotRunning):
            self._trouble = error


def _named(program: str) -> str:
    """As the program writes itself."""
    return "GIMP" if program == "gimp" else program.capitalize()


def _restart() -> Connection:
    """Raises NotRunning when the old one does not end."""
    try:
        with Client(connect_to_daemon, Identity("restart", "Impasto")) as client:
            client.request(Shutdown(new_id()))
    except NotRunning:
        pass
    except ConnectionFailed:  # of another version: it does not understand, so the system says it
        os.kill(read_connection().pid, signal.SIGTERM)
    deadline = time.monotonic() + RESTART_TIMEOUT_S
    while Lock.is_held():
        if time.monotonic() > deadline:
            raise NotRunning("The old Impasto daemon does not end.", remedy=Remedy("retry"))
        time.sleep(0.05)
    return start_daemon()
