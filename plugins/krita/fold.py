"""A line with an arrow that shows or hides what lies below it. Knows nothing of what that is."""

from __future__ import annotations

from plugins.krita.qt import QtCore, QtWidgets


class Fold(QtWidgets.QToolButton):
    """Checked: open. Starts closed."""

    def __init__(self, below: QtWidgets.QWidget, text: str = "") -> None:
        super().__init__()
        self._below = below
        self.setText(text)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggled.connect(self._turn)
        self._turn(False)

    def _turn(self, is_open: bool) -> None:
        arrows = QtCore.Qt.ArrowType
        self.setArrowType(arrows.DownArrow if is_open else arrows.RightArrow)
        self._below.setVisible(is_open)
