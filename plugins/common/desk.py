"""What an artist has in front of them: one document's form, tasks and candidates, and the deeds.

The docker in Krita and the panel in GIMP draw this and call it; it draws nothing itself.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from plugins.common import intents
from plugins.common.album import Album
from plugins.common.cures import field_to_correct
from plugins.common.form import Form
from plugins.common.host import DocumentInfo, Host, HostError, LayerInfo, NewLayer, Work
from plugins.common.intents import Intent, expands
from plugins.common.request import Order, request, shortened, variation
from plugins.common.session import Notice, Session
from plugins.common.store import Ticket, Values
from plugins.common.tasks import Candidate, State, Task
from protocol.errors import ImpastoError, JsonScalar, Remedy
from protocol.geometry import Rect
from protocol.messages import HistoryEntry
from protocol.params import Catalogue, Parameter

REMEMBER_S = 2.0

_INTENT, _VISIBLE = "intent", "reads_visible"


class Desk:
    """document: the one in front; None when nothing is open.

    `look()` after anything may have changed in the program, `poll()` from a timer.
    """

    def __init__(self, host: Host, session: Session) -> None:
        self.host, self.session = host, session
        self.document: DocumentInfo | None = None
        self.intent: Intent = intents.find("generate")
        self.form = Form(session.catalogue, {})
        self.album = Album([])
        self.reads_visible = False
        self.other: LayerInfo | None = None
        self.trouble: Notice | None = None
        self._catalogue: Catalogue = session.catalogue
        self._revision = -1
        self._remembered: tuple[str, Values] | None = None
        self._remembered_at = 0.0

    # ---- what to draw ------------------------------------------------------------------------

    @property
    def offered(self) -> list[Intent]:
        return intents.offered(self._has_selection, self.session.catalogue)

    @property
    def notice(self) -> Notice | None:
        """The one sentence to show: what went wrong here, else the connection's."""
        return self.trouble or self.session.notice

    @property
    def tasks(self) -> list[Task]:
        """Of this document; those of a document that is not open any more are shown too."""
        document = self.document
        if document is None:
            return list(self.session.tasks)
        others = set(self.host.open_documents()) - {document.key}
        return [
            task
            for task in self.session.tasks
            if task.ticket.document not in others
            and (not task.ticket.path or task.ticket.path == document.path)
        ]

    @property
    def unfinished(self) -> list[Task]:
        return [task for task in self.tasks if not task.state.is_final]

    @property
    def candidates(self) -> list[Candidate]:
        return [candidate for task in self.tasks for candidate in task.candidates]

    @property
    def last_seed(self) -> int | None:
        """Of the best of the newest pictures."""
        return next((each.seed for each in self.candidates if each.seed is not None), None)

    @property
    def mixable(self) -> list[LayerInfo]:
        """What the active layer can be mixed with."""
        if self.document is None:
            return []
        active = self._active_id()
        return [each for each in self.host.layers(self.document.key) if each.id != active]

    # ---- what happens ------------------------------------------------------------------------

    def look(self) -> None:
        """Take in which document is in front, and what is selected in it."""
        found = self.host.active_document()
        if self._catalogue is not self.session.catalogue:
            self._catalogue = self.session.catalogue
            self.form = Form(self._catalogue, self.form.to_json())
        if found is None:
            self._remember()
            self.document, self.album = None, Album([])
            return
        is_other = self.document is None or self.document.key != found.key
        if is_other:
            self._remember()
            self.preview(None)
        self.document = found
        if is_other:
            self._open(found)
        if self.intent not in self.offered:
            self._fall_back()

    def poll(self) -> bool:
        """Bring in what the daemon said; whether anything has to be drawn again."""
        self.session.poll()
        changed, self._revision = self._revision != self.session.revision, self.session.revision
        if self._catalogue is not self.session.catalogue:
            self.look()
            changed = True
        for task in list(self.session.tasks):
            if task.state is State.DONE and not task.is_seen and self._keep(task):
                task.is_seen = changed = True
            elif task.state in (State.FAILED, State.CANCELLED):
                self.session.forget(task)
                changed = True
                if task.failure is not None and task.state is State.FAILED:
                    remedy = task.failure.remedy or (Remedy("retry") if task.request else None)
                    self.trouble = Notice(task.failure.message, remedy, task=task)
        if time.monotonic() - self._remembered_at > REMEMBER_S:
            self._remember()
        return changed

    def choose(self, intent: Intent) -> None:
        self.intent = intent
        self._remember()

    def choose_source(self, reads_visible: bool) -> None:
        self.reads_visible = reads_visible
        self._remember()

    def choose_other(self, layer: str) -> None:
        """The second layer of a mix, by its id; empty mixes with the prompt."""
        layers = self.host.layers(self.document.key) if self.document else []
        self.other = next((each for each in layers if each.id == layer), None)

    # ---- deeds -------------------------------------------------------------------------------

    def paint(self) -> Work[Task | None]:
        """Hand in what the form says; None with a notice when that cannot be done."""
        self.trouble = None
        self.look()
        if self.document is None:
            self.trouble = Notice("Open or create a document first.")
            return None
        if self.other is not None:
            self.choose_other(self.other.id)  # it may have been painted on, or be gone
        order = Order(self.intent, self.document, self.reads_visible, self.other)
        try:
            asked = yield from request(self.host, self.form, order)
        except ImpastoError as error:
            self.trouble = Notice(error.message, error.remedy)
            return None
        except HostError as error:
            self.trouble = Notice(str(error), error.remedy)
            return None
        self._remember()
        for field in ("prompt", "negative_prompt"):
            text = asked.submit.params.get(field)
            self.session.preferences.keep_prompt(field, str(text or ""))
        return self.session.submit(asked)

    def vary(self, candidate: Candidate) -> Task | None:
        """More like this one, at the same place."""
        if self.document is None:
            return None
        canvas = self.document.canvas
        try:
            asked = variation(self.form, canvas, candidate.ticket, candidate.layer)
        except ImpastoError as error:
            self.trouble = Notice(error.message, error.remedy)
            return None
        return self.session.submit(asked)

    def apply(self, candidates: Sequence[Candidate]) -> Work[list[str]]:
        """Make real layers of them, in one undo step; [] with a notice when that cannot be done."""
        self.trouble = None
        document = self.document
        if document is None or not candidates:
            return []
        first = candidates[0].ticket
        layers = [candidate.layer for candidate in candidates]
        try:
            above = first.above if first.document == document.key else None
            album = self.album  # another document may be in front when the layers are in
            canvas = room_for(document.canvas, layers) if expands(first.intent) else None
            added = yield from self.host.add_layers(
                document.key, layers, above or self._active_id(), first.title, canvas
            )
            if canvas is not None:
                self._move_candidates(document, canvas)
            for candidate in candidates:
                candidate.is_applied = True
                album.mark_applied(candidate)
            album.save(self.host, document.key)
            self.host.show_preview(document.key, None)
        except HostError as error:
            self.trouble = Notice(str(error), error.remedy)
            return []
        return added

    def preview(self, layer: NewLayer | None) -> None:
        """Show a candidate over the canvas, or nothing."""
        if self.document is not None:
            with contextlib.suppress(HostError):  # it may just have been closed
                self.host.show_preview(self.document.key, layer)

    def cancel(self) -> None:
        """The job that is being painted, else the one that was handed in last."""
        unfinished = self.unfinished
        painting = [task for task in unfinished if task.state is State.PAINTING]
        for task in (painting or unfinished)[:1]:
            self.session.cancel(task)

    def discard(self, candidate: Candidate) -> None:
        """Off the list; with its last candidate a job leaves the document's album too. The
        daemon's history still has it."""
        self.preview(None)
        for task in list(self.session.tasks):
            if candidate in task.candidates:
                task.candidates.remove(candidate)
                if not task.candidates:
                    self.session.forget(task)
                    self.album.remove(task.ticket.job)
                    self._save_album()

    def open_page(self, job: str) -> None:
        """Bring the pictures of a job in the album back as candidates."""
        document = self.document
        page = next((page for page in self.album.pages if page.ticket.job == job), None)
        if document is None or page is None:
            return
        ticket = replace(page.ticket, document=document.key, path=document.path)
        applied = [picture.is_applied for picture in page.pictures]
        self.session.reopen(ticket, applied)

    def open_entry(self, entry: HistoryEntry) -> None:
        """Bring the pictures of any job in the daemon's history to this document."""
        document = self.document
        if document is None:
            return
        title = shortened(entry.prompt) or entry.operation.capitalize()
        self.session.reopen(Ticket(entry.job, "", title, document.key, document.path))

    def notes_of(self, candidate: Candidate) -> tuple[str, ...]:
        """What the daemon said about the job that this came of."""
        return next((t.notes for t in self.session.tasks if candidate in t.candidates), ())

    def cure(self, notice: Notice) -> bool:
        """Do what the notice's button promises; False where only the user interface can."""
        action = notice.remedy.action if notice.remedy else ""
        if action == "start_daemon":
            self.session.start_daemon()
        elif action == "restart_daemon":
            self.session.restart_daemon()
        elif action == "free_memory":
            self.session.free_memory()
        elif action not in ("retry", "wait"):
            return False
        self.dismiss()
        if notice.task is not None:
            self.session.retry(notice.task)
        return True

    def press(self, show: Callable[[str, bool], None], own: Callable[[Notice], None]) -> None:
        """Do what the button beside the notice promises.

        show: a field by its name, and whether the value that is allowed was put there.
        own: what only the program itself can do.
        """
        notice = self.notice
        if notice is None or self.cure(notice):
            return
        self.trouble = None
        name = field_to_correct(notice.remedy) if notice.remedy else ""
        if notice.remedy and name:
            show(name, self._correct(name, notice.remedy.value))
        else:
            own(notice)

    def dismiss(self) -> None:
        """The notice has been read."""
        self.trouble = None
        self.session.dismiss()

    # ---- inside ------------------------------------------------------------------------------

    @property
    def _has_selection(self) -> bool:
        return self.document is not None and self.host.selection(self.document.key) is not None

    def _correct(self, name: str, value: JsonScalar) -> bool:
        """Whether there was something to put into the field."""
        field = self.form.field_named(self.intent, name)
        if field is None or value is None:
            return False
        self._put(field, value)
        return True

    def _put(self, field: Parameter, value: JsonScalar) -> None:
        self.form.set(field, value)

    def _active_id(self) -> str | None:
        active = self.host.active_layer(self.document.key) if self.document else None
        return active.id if active else None

    def _open(self, document: DocumentInfo) -> None:
        remembered = self.session.preferences.values(document.path)
        self.form = Form(self._catalogue, remembered)
        self.reads_visible = remembered.get(_VISIBLE) is True
        name = remembered.get(_INTENT)
        self.intent = next(
            (each for each in intents.INTENTS if each.name == name), intents.find("generate")
        )
        self.other = None
        self._remembered = (document.path, remembered)
        self.album = Album.open(self.host, document.key)

    def _fall_back(self) -> None:
        """From Fill to Generate and back as the selection comes and goes."""
        if self.offered:
            self.intent = self.offered[0]

    def _remember(self) -> None:
        """Where anything changed: what was typed is there again, painted or not."""
        self._remembered_at = time.monotonic()
        if self.document is None:
            return
        values = {**self.form.to_json(), _INTENT: self.intent.name}
        if self.reads_visible:
            values[_VISIBLE] = True
        if (self.document.path, values) != self._remembered:
            self._remembered = (self.document.path, values)
            self.session.preferences.keep_values(self.document.path, values)

    def _keep(self, task: Task) -> bool:
        """Into the album of its document, when that is in front."""
        if self.document is None or task not in self.tasks:
            return False
        self.album.add(task)
        if not self._save_album():
            return False
        self.session.settled(task)
        return True

    def _save_album(self) -> bool:
        if self.document is None:
            return False
        try:
            self.album.save(self.host, self.document.key)
        except HostError:
            return False
        return True

    def _move_candidates(self, document: DocumentInfo, canvas: Rect) -> None:
        """Pixels count from the new corner now, also those of what has not been applied yet."""
        tasks = [each for each in self.session.tasks if each.ticket.document == document.key]
        for candidate in (each for task in tasks for each in task.candidates):
            moved = candidate.layer.rect.shifted(-canvas.x, -canvas.y)
            candidate.layer = replace(candidate.layer, rect=moved)


def room_for(canvas: Rect, layers: Sequence[NewLayer]) -> Rect | None:
    """The canvas that has room for them all; None where it has it already."""
    wanted = canvas
    for layer in layers:
        wanted = wanted.union(layer.rect)
    return None if wanted == canvas else wanted
