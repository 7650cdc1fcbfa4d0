"""The prompt: a few lines to type in, what was typed before, and Ctrl+Enter to paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.form import Form
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.krita.qt import QtCore, QtGui, QtWidgets
from protocol.errors import ImpastoError

_LINES = 3
_MENU_LENGTH, _MENU_ENTRIES = 60, 20


class PromptBox(QtWidgets.QWidget):
    """paint: called for Ctrl+Enter. refused: gets the sentence when the text is not allowed."""

    def __init__(self, paint: Callable[[], None], refused: Callable[[str], None]) -> None:
        super().__init__()
        self._form: Form | None = None
        self._intent: Intent | None = None
        self._refused = refused
        self._edit = _Edit(paint)
        self._edit.textChanged.connect(self._changed)
        self._before = QtWidgets.QToolButton()
        self._before.setArrowType(QtCore.Qt.ArrowType.DownArrow)
        self._before.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._before.setAutoRaise(True)
        self._before.setToolTip(say("Prompts from before"))
        self._before.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QtWidgets.QMenu(self._before)
        self._before.setMenu(self._menu)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._edit, 1)
        row.addWidget(self._before, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self._edit)

    def draw(self, form: Form, intent: Intent, before: Sequence[str]) -> None:
        self._form, self._intent = form, intent
        field = form.field_named(intent, "prompt")
        if field is None:
            return
        text = str(form.get(field))
        if text != self._edit.toPlainText():
            self._edit.blockSignals(True)
            self._edit.setPlainText(text)
            self._edit.blockSignals(False)
        self._edit.setPlaceholderText(say(field.help))
        self._edit.setToolTip(say("{label} — Ctrl+Enter paints", label=say(field.label)))
        self._before.setEnabled(bool(before))
        if [action.data() for action in self._menu.actions()] != list(before[:_MENU_ENTRIES]):
            self._menu.clear()
            for text in before[:_MENU_ENTRIES]:
                short = text if len(text) <= _MENU_LENGTH else f"{text[: _MENU_LENGTH - 1]}…"
                action = self._menu.addAction(short.replace("&", "&&"))
                action.setData(text)
                action.triggered.connect(lambda _, chosen=text: self._edit.setPlainText(chosen))

    def focus(self) -> None:
        self._edit.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def _changed(self) -> None:
        if self._form is None or self._intent is None:
            return
        field = self._form.field_named(self._intent, "prompt")
        if field is None:
            return
        try:
            self._form.set(field, self._edit.toPlainText())
        except ImpastoError as error:
            self._refused(error.message)


class _Edit(QtWidgets.QPlainTextEdit):
    def __init__(self, paint: Callable[[], None]) -> None:
        super().__init__()
        self._paint = paint
        self.setTabChangesFocus(True)
        height = self.fontMetrics().lineSpacing() * _LINES
        self.setFixedHeight(height + 2 * round(self.document().documentMargin()) + 4)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        enter = (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
        if event.key() in enter and event.modifiers() & QtCore.Qt.KeyboardModifier.ControlModifier:
            self._paint()
            return
        super().keyPressEvent(event)
