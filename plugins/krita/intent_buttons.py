"""One button per intent, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.krita.qt import QtGui, QtWidgets

_SPACING = 2
_CHOSEN = (
    "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }"
)


class IntentButtons(QtWidgets.QWidget):
    """choose: gets the intent whose button is pressed."""

    def __init__(self, choose: Callable[[Intent], None]) -> None:
        super().__init__()
        self._choose = choose
        self._names: list[str] = []
        self._buttons: list[QtWidgets.QToolButton] = []
        self.setStyleSheet(_CHOSEN)
        self._grid = QtWidgets.QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING)

    def draw(self, offered: Sequence[Intent], chosen: Intent) -> None:
        names = [intent.name for intent in offered]
        if names != self._names:
            self._names = names
            for button in self._buttons:
                self._grid.removeWidget(button)
                button.deleteLater()
            self._buttons = [self._button(intent) for intent in offered]
            self._arrange()
        for name, button in zip(names, self._buttons, strict=True):
            button.setChecked(name == chosen.name)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _button(self, intent: Intent) -> QtWidgets.QToolButton:
        button = QtWidgets.QToolButton()
        button.setText(say(intent.label))
        button.setToolTip(say(intent.help))
        button.setCheckable(True)
        policy = QtWidgets.QSizePolicy.Policy
        button.setSizePolicy(policy.Ignored, policy.Fixed)
        button.clicked.connect(lambda: self._choose(intent))
        return button

    def _arrange(self) -> None:
        """All in one row if every label fits, otherwise in two."""
        if not self._buttons:
            return
        count = len(self._buttons)
        widest = max(button.sizeHint().width() for button in self._buttons)
        fits = (widest + _SPACING) * count <= self.width()
        columns = count if fits else -(-count // 2)
        for place, button in enumerate(self._buttons):
            self._grid.addWidget(button, place // columns, place % columns)
        for column in range(count):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
