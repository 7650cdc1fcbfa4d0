"""Everything the daemon ever painted, for all programs: a list to search and to bring back from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from plugins.common.phrases import say
from plugins.krita.qt import QtCore, QtWidgets
from protocol.messages import HistoryEntry, JobState

_ENTRY = QtCore.Qt.ItemDataRole.UserRole
_TYPING_MS = 300


class HistoryWindow(QtWidgets.QDialog):
    """Stays open beside the canvas. reopen: gets the entry that is chosen, to bring its pictures
    to the candidates. searched: words are typed; what is found goes to `show_entries`.
    """

    searched = QtCore.pyqtSignal(str)

    def __init__(self, parent: QtWidgets.QWidget, reopen: Callable[[HistoryEntry], None]) -> None:
        super().__init__(parent)
        self._reopen = reopen
        self.setWindowTitle(say("Painted by Impasto"))
        self.setModal(False)
        self.resize(480, 420)
        self._words = QtWidgets.QLineEdit()
        self._words.setPlaceholderText(say("Search"))
        self._words.setClearButtonEnabled(True)
        self._wait = QtCore.QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(lambda: self.searched.emit(self._words.text()))
        self._words.textChanged.connect(lambda _: self._wait.start(_TYPING_MS))
        self._list = QtWidgets.QTreeWidget()
        self._list.setHeaderLabels([say("Prompt"), say("Program"), say("When")])
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setColumnWidth(0, 250)
        self._list.itemActivated.connect(self._chosen)
        show = QtWidgets.QPushButton(say("Show these pictures"))
        show.clicked.connect(self._chosen)
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self._words)
        column.addWidget(self._list, 1)
        column.addWidget(show)

    def show_entries(self, entries: Sequence[HistoryEntry]) -> None:
        """Those with pictures, the newest first."""
        self._list.clear()
        for entry in entries:
            if entry.state is not JobState.DONE or not entry.items:
                continue
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.created))
            texts = [entry.prompt or entry.operation, entry.client_name, when]
            row = QtWidgets.QTreeWidgetItem(texts)
            row.setData(0, _ENTRY, entry)
            row.setToolTip(0, entry.prompt)
            self._list.addTopLevelItem(row)

    def _chosen(self) -> None:
        row = self._list.currentItem()
        if row is not None:
            self._reopen(row.data(0, _ENTRY))
