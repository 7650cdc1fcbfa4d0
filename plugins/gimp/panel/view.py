"""What the panel shows: the image, intent, prompt and button, the jobs, the candidates, and below
them what is changed less often. Every click becomes a deed of the `Desk`.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Sequence

from plugins.common.desk import Desk
from plugins.common.host import HostError
from plugins.common.phrases import say
from plugins.common.session import Notice
from plugins.common.tasks import Candidate, Task
from plugins.gimp.panel.album_view import AlbumView
from plugins.gimp.panel.fields import FormView
from plugins.gimp.panel.form_part import FormPart
from plugins.gimp.panel.gtk import GLib, Gtk, show
from plugins.gimp.panel.history_window import HistoryWindow
from plugins.gimp.panel.images import ImageChooser, ImageHost
from plugins.gimp.panel.more_menu import more_button
from plugins.gimp.panel.notice_bar import NoticeBar
from plugins.gimp.panel.pump import Pump
from plugins.gimp.panel.results import Deeds, Results
from plugins.gimp.panel.rows import TaskRows
from protocol.messages import HistoryEntry

BUSY_MS, IDLE_MS = 20, 400
_IMAGE, _ON_CANVAS = "image", "shows_on_canvas"


class PanelView(Gtk.Box):
    """host: the desk's own. cure: what only the program can do about a notice (see `Desk.press`);
    what it says is shown."""

    def __init__(self, desk: Desk, host: ImageHost, cure: Callable[[Notice], str]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=8, border_width=8)
        self.desk, self.host, self._cure = desk, host, cure
        self.pump = Pump(self.report)
        self._preferences = desk.session.preferences
        self._note = ""
        self._looked_at = 0.0
        self._reported = ""
        self._interval = IDLE_MS
        self._build()
        self.show_all()
        self._source = GLib.timeout_add(self._interval, self._poll)
        self.draw()

    def close(self) -> None:
        """Leave the images as they were; the daemon paints on."""
        if self._source:
            GLib.source_remove(self._source)
            self._source = 0
        self.pump.stop()
        self.desk.preview(None)

    def report(self, error: BaseException) -> None:
        """Something that should not have happened: one sentence here, all of it to stderr."""
        if isinstance(error, HostError):  # closed just now; the next look finds out
            return
        text = "".join(traceback.format_exception(error))
        if text != self._reported:
            self._reported = text
            sys.stderr.write(text)
            self.desk.trouble = Notice(say("Something unexpected happened: {what}", what=error))
            self._draw_notice()

    # ---- deeds -----------------------------------------------------------------------------------

    def paint(self) -> None:
        """What the large button does. A second click hands in a second job."""
        if self.pump.is_busy or not self.form.button.get_sensitive():
            return
        self._note = ""
        self.desk.dismiss()
        for form in (self._basic, self._advanced):
            form.commit()
        if self.desk.trouble is None:
            self.pump.start(self.desk.paint(), lambda _task: self.draw())
        self.draw()

    def apply(self) -> None:
        chosen = self.results.strip.chosen
        if chosen:
            self.pump.start(self.desk.apply(chosen), lambda _: self.refresh())

    def vary_this(self) -> None:
        for candidate in self.results.strip.chosen[:1]:
            self.desk.vary(candidate)
        self.draw()

    def discard(self) -> None:
        """The chosen candidates; a job goes with its last one."""
        for candidate in self.results.strip.chosen:
            self.desk.discard(candidate)
        self.draw()

    def cancel(self) -> None:
        """The job that is being painted, else the one that was handed in last."""
        self.desk.cancel()
        self.draw()

    def leave(self) -> None:
        """What Escape does: nothing is chosen any more, and nothing is on the canvas."""
        self.results.strip.choose([])

    def refresh(self) -> None:
        """Images may have changed while the artist was elsewhere."""
        self._images.refresh()
        self.draw()

    # ---- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        """Everything as it is now; cheap where nothing changed. Looks first, since images are
        closed meanwhile."""
        desk = self.desk
        self._images.look()
        desk.look()
        self._draw_notice()
        has_form = bool(desk.offered)
        show(self.form, has_form)
        show(self._options, has_form)
        if has_form:
            self.form.draw(self.pump.is_busy)
            self._draw_options()
        unfinished = desk.unfinished
        self._rows.draw(unfinished)
        candidates = desk.candidates
        self.results.draw(candidates)
        self._album.draw(desk.album, shown={each.ticket.job for each in candidates})
        busy = bool(unfinished) or desk.session.is_starting or self.pump.is_busy
        self._turn_at(BUSY_MS if busy else IDLE_MS)

    def _draw_notice(self) -> None:
        notice = self.desk.notice
        if notice is None and self._note:
            notice = Notice(self._note, is_error=False)
        if notice is None and self.desk.document is None:
            notice = Notice("Open or create an image to paint in.", is_error=False)
        can_dismiss = notice is not None and (notice is self.desk.trouble or bool(self._note))
        self.notice.draw(notice, can_dismiss)

    def _draw_options(self) -> None:
        desk = self.desk
        form, intent, models = desk.form, desk.intent, desk.session.models
        for fields in (self._basic, self._advanced):
            fields.draw(form, intent, models, desk.last_seed)
        show(self.fold, bool(form.fields(intent, "advanced")))

    # ---- news ------------------------------------------------------------------------------------

    def _turn_at(self, interval: int) -> None:
        if interval != self._interval and self._source:
            self._interval = interval
            GLib.source_remove(self._source)
            self._source = GLib.timeout_add(interval, self._poll)

    def _poll(self) -> bool:
        """News at once; what the artist did in GIMP meanwhile, a few times a second."""
        source = self._source
        try:
            is_time = time.monotonic() - self._looked_at > IDLE_MS / 1000
            if is_time:
                self._looked_at = time.monotonic()
                self._images.look()
                self.desk.look()  # also while minimized: results are kept with the image
            if self.desk.poll() or is_time:
                self.draw()
        except Exception as error:  # GLib would forget the timer
            self.report(error)
        return self._source == source

    def _picked(self, chosen: Sequence[Candidate]) -> None:
        self._show_on_canvas()
        if chosen:
            self._note = " ".join(self.desk.notes_of(chosen[0]))
            self._draw_notice()

    def _on_canvas_wanted(self, is_wanted: bool) -> None:
        self._preferences.keep_setting(_ON_CANVAS, is_wanted)
        self._show_on_canvas()

    def _show_on_canvas(self) -> None:
        chosen = self.results.strip.chosen if self.results.on_canvas.get_active() else []
        self.desk.preview(chosen[0].layer if chosen else None)

    def _dismissed(self) -> None:
        self._note = ""
        self.desk.dismiss()
        self.draw()

    def _refused(self, text: str) -> None:
        self.desk.trouble = Notice(text)
        self._draw_notice()

    def _image_chosen(self, key: str | None) -> None:
        self._preferences.keep_setting(_IMAGE, key or "")
        GLib.idle_add(self._draw_once)

    def _draw_once(self) -> bool:
        self.draw()
        return False

    def _cure_pressed(self) -> None:
        self.desk.press(self._show_field, self._cure_here)
        self.draw()

    def _cure_here(self, notice: Notice) -> None:
        self._note = self._cure(notice)

    def _show_field(self, name: str, is_changed: bool) -> None:
        """With its value, and the cursor in it."""
        if is_changed:
            for form in (self._basic, self._advanced):
                form.forget()
        self.draw()
        if name == "prompt":
            self.form.prompt.focus()
        elif not self._basic.focus(name):
            self.fold.set_expanded(True)
            self._advanced.focus(name)

    # ---- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        key = self._preferences.setting(_IMAGE, "")
        self.notice = NoticeBar(self._cure_pressed, self._dismissed)
        self._images = ImageChooser(self.host, key, self._image_chosen)
        self.form = FormPart(self.desk, self.paint, self._refused, self.draw)
        self._rows = TaskRows(self._cancel_task)
        deeds = Deeds(
            self._picked, self._on_canvas_wanted, self.apply, self.vary_this, self.discard
        )
        self.results = Results(deeds, self._preferences.setting(_ON_CANVAS, False))
        self._options = self._built_options()
        self._album = AlbumView(self._open_page)
        for part in (
            self.notice, self._images, self.form, self._rows, self.results, self._options,
            self._album,
        ):  # fmt: skip
            self.pack_start(part, False, False, 0)

    def _built_options(self) -> Gtk.Widget:
        labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        before = self._preferences.prompts
        self._basic = FormView("basic", self._refused, before, labels)
        self._advanced = FormView("advanced", self._refused, before, labels)
        self._advanced.set_margin_top(4)
        self.fold = Gtk.Expander(label=say("Advanced"), no_show_all=True, valign=Gtk.Align.CENTER)
        self.fold.connect(
            "notify::expanded", lambda fold, _: self._advanced.unfold(fold.get_expanded())
        )
        self._advanced.set_no_show_all(True)
        line = Gtk.Box()
        line.pack_start(self.fold, True, True, 0)
        line.pack_end(
            more_button(self.desk.session, self._reset, self._show_history), False, False, 0
        )
        column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        for part in (self._basic, line, self._advanced):
            column.pack_start(part, False, False, 0)
        return column

    def _show_history(self) -> None:
        def found(entries: tuple[HistoryEntry, ...]) -> None:
            if not window.is_gone:
                window.show_entries(entries)

        def search(words: str) -> None:
            self.desk.session.load_history(words, found)

        window = HistoryWindow(self.get_toplevel(), self._open_entry, search)
        search("")
        window.show_all()

    def _open_entry(self, entry: HistoryEntry) -> None:
        self.desk.open_entry(entry)
        self.draw()

    def _cancel_task(self, task: Task) -> None:
        self.desk.session.cancel(task)
        self.draw()

    def _open_page(self, job: str) -> None:
        self.desk.open_page(job)
        self.draw()

    def _reset(self) -> None:
        self.desk.form.reset(self.desk.intent)
        for form in (self._basic, self._advanced):
            form.forget()
        self.draw()
