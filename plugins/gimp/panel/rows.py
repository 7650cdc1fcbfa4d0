"""The jobs under way, one row each: what they are doing, how far they are, and a cancel button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.phrases import say
from plugins.common.tasks import Task
from plugins.common.wording import describe
from plugins.gimp.panel.gtk import Gtk, icon_button, label, show
from plugins.gimp.panel.pictures import fitted, from_rgba, on_checks

PREVIEW = 56


class TaskRows(Gtk.Box):
    """cancel: what the button of a row does."""

    def __init__(self, cancel: Callable[[Task], None]) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        self._cancel = cancel
        self._rows: dict[str, _Row] = {}

    def draw(self, tasks: Sequence[Task]) -> None:
        """One row for each, the first to be painted on top."""
        wanted = {task.ticket.job: task for task in reversed(tasks)}
        for job in [job for job in self._rows if job not in wanted]:
            self._rows.pop(job).destroy()
        for job, task in wanted.items():
            if job not in self._rows:
                self._rows[job] = _Row(task, self._cancel)
                self.pack_start(self._rows[job], False, False, 0)
            self._rows[job].draw()
        show(self, bool(wanted))


class _Row(Gtk.Box):
    def __init__(self, task: Task, cancel: Callable[[Task], None]) -> None:
        super().__init__(spacing=6)
        self._task = task
        self._shown: object = None
        self._preview = Gtk.Image(no_show_all=True)
        self._title = label(task.ticket.title, tooltip_text=task.ticket.title)
        self._bar = Gtk.ProgressBar()
        self._doing = label()
        self._stop = icon_button("window-close-symbolic", say("Cancel"), lambda _: cancel(task))
        self._stop.set_valign(Gtk.Align.CENTER)
        texts = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=2)
        for widget in (self._title, self._bar, self._doing):
            texts.pack_start(widget, False, False, 0)
        self.pack_start(self._preview, False, False, 0)
        self.pack_start(texts, True, True, 0)
        self.pack_start(self._stop, False, False, 0)
        self.show_all()

    def draw(self) -> None:
        task = self._task
        self._doing.set_text(describe(task))
        self._bar.set_fraction(task.share or 0.0)
        self._stop.set_sensitive(not task.is_cancelling)
        self._draw_preview()

    def _draw_preview(self) -> None:
        job, progress = self._task.job, self._task.progress
        if job is None or job.preview is None or progress is None or progress.preview is None:
            return
        if self._shown is job.preview:
            return
        self._shown, size = job.preview, progress.preview
        picture = fitted(from_rgba(size.width, size.height, job.preview), PREVIEW, PREVIEW)
        self._preview.set_from_pixbuf(on_checks(picture))
        self._preview.show()
