"""Impasto in this Blender: the one session, what is under way, and the timer that drives it all.

Made when it is first needed: a Blender that only renders never talks to the daemon. Everything
here is the main thread's.
"""

from __future__ import annotations

import atexit
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import bpy

from plugins.blender import memory
from plugins.blender.blender_host import BlenderHost
from plugins.blender.commands import Command
from plugins.blender.landing import Landings
from plugins.blender.properties import FORMS, PROGRAM, command_of, intent_of
from plugins.common.about import VERSION
from plugins.common.desk import Desk
from plugins.common.host import HostError, NewLayer, Work
from plugins.common.intents import Intent
from plugins.common.phrases import choose_language, say, say_sentence
from plugins.common.request import Request
from plugins.common.session import Notice, Session
from plugins.common.tasks import Candidate, State, Task
from plugins.common.wording import REMEDIES
from protocol.connection import start_daemon
from protocol.errors import Cancelled, ImpastoError, JobFailed, JsonScalar, NotRunning, Remedy
from protocol.messages import ModelInfo
from protocol.params import Parameter

BUSY_S, IDLE_S, BLOCKING_S = 0.05, 0.3, 0.01
PIECE_S = 0.03
"""How long work in pieces may go on in one tick: the viewport stays alive."""

CONNECT_S, PATIENCE_S = 20.0, 4.0
"""How long a script waits for the daemon to greet, and for one that is lost to come back."""


@dataclass(eq=False)
class Run:
    """One command under way. task: the job that is painted now. frame, frames: of an animation;
    0 of 0 for a single picture. names: of the images or files that came of it."""

    command: Command
    work: Work[list[str]] | None = None
    plan: Callable[[Run], Work[list[str]]] | None = None
    task: Task | None = None
    frame: int = 0
    frames: int = 0
    is_idle: bool = False
    """Whether it waits for the daemon to say something."""

    keeps: bool = False
    """Whether the best candidate is put on the object for good, as a script wants it."""

    is_stopping: bool = False
    is_done: bool = False
    trouble: Notice | None = None
    names: list[str] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        """Whether its next piece has nothing to do before there is news."""
        return self.is_idle or (self.task is not None and not self.task.state.is_final)


_TRIES_AGAIN = ("retry", "wait", "free_memory")
_CURES_IN_WORDS = ("start_daemon", "restart_daemon", "free_memory")


class Studio(Desk):
    """The desk of this Blender, whose document is the active image, and whose form is the
    scene's."""

    def __init__(self) -> None:
        super().__init__(BlenderHost(), Session(PROGRAM, VERSION, speak()))
        self.host: BlenderHost
        self.runs: list[Run] = []
        self.landings = Landings()
        self.chosen: Candidate | None = None
        self.is_dirty = True
        self._advancing = False
        self._failed: Run | None = None
        FORMS.session = self.session

    # ---- what is in front --------------------------------------------------------------------

    @property
    def offered(self) -> list[Intent]:
        return [self.intent]

    @property
    def tasks(self) -> list[Task]:
        """All: textures belong to no document but the object that they are put on."""
        return list(self.session.tasks)

    def look(self) -> None:
        scene = bpy.context.scene
        self.intent = intent_of(scene, command_of(scene))
        self.form = FORMS.of(scene)
        self._catalogue = self.session.catalogue
        self.document = self.host.active_document()

    # ---- work in pieces ----------------------------------------------------------------------

    def start(self, run: Run, work: Callable[[Run], Work[list[str]]]) -> None:
        """From now on each tick brings it on."""
        self.dismiss()
        run.plan, run.work = work, work(run)
        self.runs.append(run)
        self.is_dirty = True
        self.advance()

    def advance(self) -> None:
        """Every piece of work that is due, for a short while."""
        if self._advancing:  # a piece of work may make Blender draw, and that may come here
            return
        self._advancing = True
        try:
            end = time.monotonic() + PIECE_S
            for run in list(self.runs):
                while not run.is_done and self._step(run) and time.monotonic() < end:
                    pass
                if run.is_done:
                    self.runs.remove(run)
                    self.is_dirty = True
        finally:
            self._advancing = False

    def finish(self, run: Run, work: Callable[[Run], Work[list[str]]]) -> Run:
        """The same, all at once, for scripts: blocks. What goes wrong is `trouble` of the run."""
        run.keeps, run.work = True, work(run)
        try:
            self._finish(run)
        except BaseException:  # Ctrl+C, for one
            self.stop(run)
            raise
        return run

    def _finish(self, run: Run) -> None:
        lost = 0.0
        while not run.is_done:
            is_waiting = run.is_waiting
            self._step(run)
            self.poll()
            if self.session.is_ready or not is_waiting:
                lost = time.monotonic()
            elif time.monotonic() - lost > PATIENCE_S:
                try:
                    self.require_daemon()
                except ImpastoError as error:
                    run.trouble, run.is_done = Notice(error.message, error.remedy), True
            if is_waiting:
                time.sleep(BLOCKING_S)

    def require_daemon(self) -> None:
        """Adopt the running daemon or start one. Blocks. Raises ImpastoError."""
        if self.session.is_ready:
            return
        start_daemon()
        end = time.monotonic() + CONNECT_S
        while not self.session.is_ready:
            self.poll()
            if time.monotonic() > end:
                notice = self.session.notice
                raise NotRunning(notice.text if notice else "The daemon does not answer.")
            time.sleep(BLOCKING_S)

    def models_now(self, run: Run) -> Work[tuple[ModelInfo, ...]]:
        """Asked anew, since one may have been added: waits for a daemon, as jobs do; where that
        says nothing, they are as last known. Raises Cancelled."""
        before, since = self.session.models, time.monotonic()
        if self.session.is_ready:  # else they are asked for when it greets
            self.session.refresh_models()
        run.is_idle = True
        while self.session.models is before and time.monotonic() - since < PATIENCE_S:
            if not self.session.is_ready:
                since = time.monotonic()
            if run.is_stopping:
                raise Cancelled("Cancelled.")
            yield
        run.is_idle = False
        return self.session.models

    def painted(self, run: Run, request: Request) -> Work[Task]:
        """Hand a job in and wait for it. Raises what it failed with, and Cancelled."""
        task = run.task = self.session.submit(request)
        self.is_dirty = True
        while not task.state.is_final:
            if run.is_stopping and not task.is_cancelling:
                self.session.cancel(task)
            yield
        if task.state is State.CANCELLED:
            raise Cancelled("Cancelled.")
        if task.failure is not None:
            raise task.failure
        return task

    def stop(self, run: Run) -> None:
        """The daemon stops at its next step; what was painted until then is dropped."""
        run.is_stopping = True
        if run.task is not None and not run.task.state.is_final:
            self.session.cancel(run.task)
        self.is_dirty = True

    # ---- candidates --------------------------------------------------------------------------

    def remember(self, asked: Request) -> None:
        """What was typed, to be offered again."""
        for name in ("prompt", "negative_prompt"):
            text = str(asked.submit.params.get(name) or "")
            self.session.preferences.keep_prompt(name, text)

    def choose_candidate(self, candidate: Candidate | None) -> None:
        """It is on the object for a look; None: what was there before is."""
        self.trouble, self.is_dirty = None, True
        self.chosen = candidate
        try:
            self.landings.show(candidate)
        except HostError as error:
            self.trouble = Notice(str(error), error.remedy)

    def put_on_again(self, candidate: Candidate) -> None:
        """After the file was saved without it."""
        try:
            self.landings.put_on_again(candidate)
        except HostError as error:
            self.trouble = Notice(str(error), error.remedy)

    def reconcile(self) -> None:
        """After an undo or redo."""
        self.chosen = self.landings.reconcile() or self.chosen
        self.is_dirty = True

    def preview(self, layer: NewLayer | None) -> None:
        """Called where the desk takes a preview away."""
        if layer is None:
            self.choose_candidate(None)

    def discard(self, candidate: Candidate) -> None:
        super().discard(candidate)
        self.is_dirty = True

    def cure(self, notice: Notice) -> bool:
        """Also what failed is done once more, where that is the cure."""
        failed, self._failed = self._failed, None
        is_done = super().cure(notice)
        action = notice.remedy.action if notice.remedy else ""
        if action in _TRIES_AGAIN and failed is not None and failed.plan is not None:
            self.start(Run(failed.command), failed.plan)
        return is_done

    # ---- news --------------------------------------------------------------------------------

    def tick(self) -> bool:
        """From the timer; whether the panels have to be drawn again."""
        changed = self.poll() or self.is_dirty
        self.advance()
        changed, self.is_dirty = changed or self.is_dirty, False
        if self.is_busy:
            changed = changed or any(run.task for run in self.runs)
        return changed

    @property
    def is_busy(self) -> bool:
        return bool(self.runs or self.unfinished or self.session.is_starting)

    def free_memory_now(self) -> None:
        """Blocks until it is free. Raises ImpastoError."""
        memory.release()

    def close(self) -> None:
        """Jobs go on in the daemon; the next Blender of this slot brings their results."""
        FORMS.session = None
        for run in self.runs:
            if run.work is not None:
                run.work.close()
        self.runs.clear()
        self.session.close()

    # ---- inside ------------------------------------------------------------------------------

    def _step(self, run: Run) -> bool:
        """One piece; whether the next one may follow at once."""
        assert run.work is not None
        is_waiting = run.is_waiting
        try:
            next(run.work)
            return not is_waiting
        except StopIteration as end:
            run.names = end.value or []
        except Cancelled:
            run.is_stopping = True
        except Exception as error:
            run.trouble = explained(error)
        run.is_done = True
        if run.trouble is not None and not run.keeps:
            self.trouble, self._failed = run.trouble, run
        return False

    def _put(self, field: Parameter, value: JsonScalar) -> None:
        FORMS.change(bpy.context.scene, field, value)

    def _open(self, document: object) -> None:
        """Nothing is kept for each image."""

    def _remember(self) -> None:
        """The scene keeps the values itself."""
        self._remembered_at = time.monotonic()

    def _keep(self, task: Task) -> bool:
        """Its candidates are in the strip now."""
        self.session.settled(task)
        return True


# ---- the one ---------------------------------------------------------------------------------

_studio: list[Studio] = []


def studio() -> Studio:
    """Of this Blender; made the first time."""
    if not _studio:
        _studio.append(Studio())
    return _studio[0]


def opened() -> Studio | None:
    """It, if there is one already."""
    return _studio[0] if _studio else None


def language() -> str:
    """Blender's own, such as `zh_HANS`; the system's where Blender came without languages."""
    if bpy.app.translations.locales:
        return str(bpy.app.translations.locale or "en")
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name for name in names if name), "en")


def speak() -> str:
    """From now on in Blender's language; which it is."""
    found = language()
    choose_language(found)
    return found


def explained(error: Exception) -> Notice:
    """What an artist is told; what nobody thought of is written to the console as well."""
    if isinstance(error, ImpastoError):
        return Notice(error.message, error.remedy or _again(error))
    if isinstance(error, HostError):
        return Notice(str(error), error.remedy)
    traceback.print_exception(error)
    return Notice(f"Something unexpected happened: {error}.")


def _again(error: ImpastoError) -> Remedy | None:
    return Remedy("retry") if isinstance(error, JobFailed) else None


def sentence(notice: Notice) -> str:
    """For Blender's own reports, which have no button: what to do follows in words."""
    action = notice.remedy.action if notice.remedy else ""
    said = say_sentence(notice.text)
    return f"{said} → {say(REMEDIES[action])}" if action in _CURES_IN_WORDS else said


def redraw() -> None:
    """The panels, in all windows."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("VIEW_3D", "IMAGE_EDITOR"):
                area.tag_redraw()


def close() -> None:
    while _studio:
        _studio.pop().close()


atexit.register(close)
