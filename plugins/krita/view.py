"""What the docker shows: intent, prompt and button, the jobs, the candidates, and below them what
is changed less often. Every click becomes a deed of the `Desk`; nothing here knows a document.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from plugins.common.desk import Desk
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.session import STARTS_DAEMON, Notice
from plugins.common.tasks import Candidate, Task
from plugins.common.wording import REMEDIES
from plugins.krita.album_view import AlbumView
from plugins.krita.fields import FormView
from plugins.krita.fold import Fold
from plugins.krita.history_window import HistoryWindow
from plugins.krita.intent_buttons import IntentButtons
from plugins.krita.prompt import PromptBox
from plugins.krita.pump import Pump
from plugins.krita.qt import QtCore, QtWidgets, is_deleted
from plugins.krita.rows import TaskRows
from plugins.krita.strip import CandidateStrip
from protocol.messages import HistoryEntry

BUSY_MS, IDLE_MS = 20, 400


class DeskView(QtWidgets.QWidget):
    """cure: what only the program can do about a notice (see `Desk.press`)."""

    def __init__(self, desk: Desk, cure: Callable[[Notice], None]) -> None:
        super().__init__()
        self.desk, self._cure = desk, cure
        self.pump = Pump(self)
        self._note = ""
        self._looked_at = 0.0
        self._build()
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._poll)
        self._timer.start(IDLE_MS)
        self.draw()

    # ---- deeds -------------------------------------------------------------------------------

    def paint(self) -> None:
        """What the large button does. A second click hands in a second job."""
        self._note = ""
        self.desk.dismiss()
        self._button.setEnabled(False)
        self.pump.start(self.desk.paint(), self._painted)

    def apply(self) -> None:
        chosen = self._strip.chosen
        if chosen:
            self.pump.start(self.desk.apply(chosen), lambda _: self.draw())

    def vary_this(self) -> None:
        for candidate in self._strip.chosen[:1]:
            self.desk.vary(candidate)
        self.draw()

    def discard(self) -> None:
        """The chosen candidates; a job goes with its last one."""
        for candidate in self._strip.chosen:
            self.desk.discard(candidate)
        self.draw()

    def cancel(self) -> None:
        """The job that is being painted, else the one that was handed in last."""
        self.desk.cancel()
        self.draw()

    def choose(self, intent: Intent) -> None:
        self.desk.choose(intent)
        self.draw()

    def choose_next(self, step: int) -> None:
        """The next candidate, or the one before."""
        self._strip.step(step)

    def focus_prompt(self) -> None:
        self._prompt.focus()

    # ---- drawing -----------------------------------------------------------------------------

    def draw(self) -> None:
        """Everything as it is now; cheap where nothing changed. Looks first, since the document
        that was in front may have been closed."""
        desk = self.desk
        desk.look()
        self._draw_notice()
        has_form = bool(desk.offered)
        self._form.setVisible(has_form)
        self._options.setVisible(has_form)
        if has_form:
            self._intents.draw(desk.offered, desk.intent)
            self._draw_form()
        unfinished = desk.unfinished
        self._rows.draw(unfinished)
        candidates = desk.candidates
        self._strip.draw(candidates)
        self._results.setVisible(bool(candidates))
        self._album.draw(desk.album, shown={each.ticket.job for each in candidates})
        busy = bool(unfinished) or desk.session.is_starting or self.pump.is_busy
        self._timer.setInterval(BUSY_MS if busy else IDLE_MS)

    def _draw_notice(self) -> None:
        notice = self.desk.notice
        if notice is None and self._note:
            notice = Notice(self._note, is_error=False)
        if notice is None and self.desk.document is None:
            notice = Notice("Open or create a document to paint in.", is_error=False)
        self._notice_frame.setVisible(notice is not None)
        if notice is None:
            return
        self._notice_text.setText(notice.spoken)
        action = notice.remedy.action if notice.remedy else ""
        self._notice_button.setVisible(action in REMEDIES)
        self._notice_button.setText(say(REMEDIES.get(action, "")))
        self._notice_read.setVisible(notice is self.desk.trouble or bool(self._note))
        color = "#b8433a" if notice.is_error else "palette(mid)"
        self._notice_frame.setStyleSheet(f"#notice {{ border-left: 3px solid {color}; }}")

    def _draw_form(self) -> None:
        desk = self.desk
        form, intent, models = desk.form, desk.intent, desk.session.models
        has_prompt = "prompt" not in intent.fixed
        self._prompt.setVisible(has_prompt)
        if has_prompt:
            self._prompt.draw(form, intent, desk.session.preferences.prompts("prompt"))
        self._basic.draw(form, intent, models, desk.last_seed)
        self._advanced.draw(form, intent, models, desk.last_seed)
        self._fold.setVisible(bool(form.fields(intent, "advanced")))
        self._source.setVisible(intent.layers > 0)
        self._source.setCurrentIndex(1 if desk.reads_visible else 0)
        self._draw_other()
        self._button.setText(say(intent.label))
        self._button.setToolTip(say(intent.help))
        self._button.setEnabled(desk.document is not None and not self.pump.is_busy)

    def _draw_other(self) -> None:
        desk = self.desk
        is_mix = desk.intent.layers > 1
        self._other.setVisible(is_mix)
        if not is_mix or desk.document is None:
            return
        wanted = [("", say("the prompt")), *((each.id, each.name) for each in desk.mixable)]
        if wanted != self._others:
            self._others = wanted
            self._other.blockSignals(True)
            self._other.clear()
            for name, label in wanted:
                self._other.addItem(say("Mix with: {what}", what=label), name)
            self._other.blockSignals(False)
        chosen = desk.other.id if desk.other else ""
        self._other.setCurrentIndex(max(0, self._other.findData(chosen)))

    # ---- news --------------------------------------------------------------------------------

    def _poll(self) -> None:
        """News at once; what the artist did in Krita meanwhile, a few times a second."""
        is_time = time.monotonic() - self._looked_at > IDLE_MS / 1000
        if is_time:
            self._looked_at = time.monotonic()
            self.desk.look()  # also while the docker is hidden: results are kept with the document
        if self.desk.poll() or (is_time and self.isVisible()):
            self.draw()

    def _painted(self, task: Task | None) -> None:
        self.draw()

    def _picked(self, chosen: Sequence[Candidate]) -> None:
        self._apply.setEnabled(bool(chosen))
        self._vary.setEnabled(len(chosen) == 1)
        self._discard.setEnabled(bool(chosen))
        several = say("Apply {count} layers", count=len(chosen))
        self._apply.setText(several if len(chosen) > 1 else say("Apply"))
        self.desk.preview(chosen[0].layer if chosen else None)
        if chosen:
            notes = self.desk.notes_of(chosen[0])
            self._note = " ".join(notes)
            self._draw_notice()

    def _dismissed(self) -> None:
        self._note = ""
        self.desk.dismiss()
        self.draw()

    def _refused(self, text: str) -> None:
        self.desk.trouble = Notice(text)
        self._draw_notice()

    def _cure_pressed(self) -> None:
        self.desk.press(self._show_field, self._cure)
        self.draw()

    def _show_field(self, name: str, is_changed: bool) -> None:
        """With its value, and the cursor in it."""
        if is_changed:
            for form in (self._basic, self._advanced):
                form.forget()
        self.draw()
        if name == "prompt":
            self._prompt.focus()
        elif not self._basic.focus(name):
            self._fold.setChecked(True)
            self._advanced.focus(name)

    # ---- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.setSpacing(6)
        column.addWidget(self._built_notice())
        self._form = self._built_form()
        column.addWidget(self._form)
        self._rows = TaskRows(self._cancel_task)
        column.addWidget(self._rows)
        column.addWidget(self._built_results())
        self._options = self._built_options()
        column.addWidget(self._options)
        self._album = AlbumView(self._open_page)
        column.addWidget(self._album)
        column.addStretch(1)

    def _built_notice(self) -> QtWidgets.QWidget:
        self._notice_frame = QtWidgets.QFrame()
        self._notice_frame.setObjectName("notice")
        self._notice_text = QtWidgets.QLabel()
        self._notice_text.setWordWrap(True)
        self._notice_text.setTextInteractionFlags(
            QtCore.Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self._notice_button = QtWidgets.QPushButton()
        self._notice_button.clicked.connect(self._cure_pressed)
        self._notice_read = QtWidgets.QToolButton()
        self._notice_read.setText("✕")
        self._notice_read.setAutoRaise(True)
        self._notice_read.setToolTip(say("Dismiss"))
        self._notice_read.clicked.connect(self._dismissed)
        row = QtWidgets.QHBoxLayout(self._notice_frame)
        row.setContentsMargins(6, 2, 2, 2)
        row.addWidget(self._notice_text, 1)
        row.addWidget(self._notice_button)
        row.addWidget(self._notice_read)
        return self._notice_frame

    def _built_form(self) -> QtWidgets.QWidget:
        self._intents = IntentButtons(self.choose)
        self._prompt = PromptBox(self.paint, self._refused)
        self._source = QtWidgets.QComboBox()
        self._source.addItems([say("From the active layer"), say("From what is visible")])
        self._source.activated.connect(self._source_chosen)
        self._others: list[tuple[str, str]] = []
        self._other = QtWidgets.QComboBox()
        self._other.activated.connect(self._other_chosen)
        self._button = QtWidgets.QPushButton()
        self._button.setObjectName("paint")
        self._button.setMinimumHeight(30)
        bold = self._button.font()
        bold.setBold(True)
        self._button.setFont(bold)
        self._button.clicked.connect(self.paint)
        return _stacked(self._intents, self._prompt, self._source, self._other, self._button)

    def _built_options(self) -> QtWidgets.QWidget:
        before = self.desk.session.preferences.prompts
        self._basic = FormView("basic", self._refused, before)
        self._advanced = FormView("advanced", self._refused, before)
        self._fold = Fold(self._advanced, say("Advanced"))
        below = QtWidgets.QWidget()
        row = QtWidgets.QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._fold)
        row.addStretch(1)
        row.addWidget(self._built_menu())
        return _stacked(self._basic, below, self._advanced)

    def _built_menu(self) -> QtWidgets.QToolButton:
        button = QtWidgets.QToolButton()
        button.setText("⋯")
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setAutoRaise(True)
        button.setToolTip(say("More"))
        button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(button)
        menu.addAction(say("Reset these fields")).triggered.connect(self._reset)
        menu.addAction(say("Free GPU memory")).triggered.connect(self.desk.session.free_memory)
        menu.addAction(say("Restart Impasto")).triggered.connect(self.desk.session.restart_daemon)
        menu.addAction(say("Painted by Impasto …")).triggered.connect(self._show_history)
        menu.addSeparator()
        starts = menu.addAction(say("Start Impasto together with this program"))
        starts.setCheckable(True)
        preferences = self.desk.session.preferences
        starts.setChecked(preferences.setting(STARTS_DAEMON, False))
        starts.toggled.connect(lambda now: preferences.keep_setting(STARTS_DAEMON, bool(now)))
        button.setMenu(menu)
        return button

    def _built_results(self) -> QtWidgets.QWidget:
        self._results = QtWidgets.QWidget()
        self._strip = CandidateStrip()
        self._apply = QtWidgets.QPushButton(say("Apply"))
        self._vary = QtWidgets.QPushButton(say("Vary this"))
        self._discard = QtWidgets.QPushButton(say("Discard"))
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(4)
        for button, deed in (
            (self._apply, self.apply),
            (self._vary, self.vary_this),
            (self._discard, self.discard),
        ):
            button.clicked.connect(deed)
            policy = QtWidgets.QSizePolicy.Policy
            button.setSizePolicy(policy.Ignored, policy.Fixed)
            row.addWidget(button, 1)
        column = QtWidgets.QVBoxLayout(self._results)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._strip)
        column.addLayout(row)
        self._strip.picked.connect(self._picked)
        self._strip.wanted.connect(self.apply)
        return self._results

    def _show_history(self) -> None:
        def found(entries: tuple[HistoryEntry, ...]) -> None:
            if not is_deleted(window):  # it may have been closed meanwhile
                window.show_entries(entries)

        def search(words: str) -> None:
            self.desk.session.load_history(words, found)

        window = HistoryWindow(self.window(), self.desk.open_entry)
        window.searched.connect(search)
        search("")
        window.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        window.show()

    def _cancel_task(self, task: Task) -> None:
        self.desk.session.cancel(task)
        self.draw()

    def _open_page(self, job: str) -> None:
        self.desk.open_page(job)
        self.draw()

    def _source_chosen(self, index: int) -> None:
        self.desk.choose_source(reads_visible=index == 1)
        self.draw()

    def _other_chosen(self, _index: int) -> None:
        self.desk.choose_other(self._other.currentData())
        self.draw()

    def _reset(self) -> None:
        self.desk.form.reset(self.desk.intent)
        for form in (self._basic, self._advanced):
            form.forget()
        self.draw()


def _stacked(*widgets: QtWidgets.QWidget) -> QtWidgets.QWidget:
    """One below the other."""
    box = QtWidgets.QWidget()
    column = QtWidgets.QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    for widget in widgets:
        column.addWidget(widget)
    return box
