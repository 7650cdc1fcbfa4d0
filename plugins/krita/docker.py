"""The docker: a `DeskView` in Krita's frame, told by Krita when another document is in front."""

from __future__ import annotations

import locale
import webbrowser
from functools import cache

from plugins.common.about import VERSION
from plugins.common.cures import command_to_run
from plugins.common.desk import Desk
from plugins.common.phrases import choose_language, say
from plugins.common.session import Notice, Session
from plugins.krita.host import KritaHost
from plugins.krita.qt import QtCore, QtGui, QtWidgets, krita
from plugins.krita.sidedoc import SideDocument
from plugins.krita.view import DeskView
from protocol.connection import home, log_path
from protocol.errors import Remedy

PROGRAM = "krita"


@cache
def session() -> Session:
    """One for all windows of this Krita; made when the first docker is."""
    spoken = QtCore.QLocale().name() or locale.getlocale()[0] or "en"
    choose_language(spoken)
    opened = Session(PROGRAM, VERSION, spoken)
    notifier = krita.Krita.instance().notifier()
    notifier.setActive(True)
    notifier.applicationClosing.connect(opened.close)
    notifier.applicationClosing.connect(SideDocument.end)
    return opened


class ImpastoDocker(krita.DockWidget):
    """Krita makes one per window. Impasto's own part is in `view`."""

    def __init__(self) -> None:
        super().__init__()
        session()  # before any text: it decides the language
        self.setWindowTitle(say("Impasto"))
        self.view = DeskView(Desk(KritaHost(), session()), _cure)
        scroll = QtWidgets.QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        never = QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        scroll.setHorizontalScrollBarPolicy(never)
        scroll.setWidget(self.view)
        self.setWidget(scroll)

    def canvasChanged(self, canvas: object) -> None:
        """Krita calls this several times in a row, and while the old document is still in front."""
        QtCore.QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        self.view.draw()
        if self.view.desk.document is not None:
            SideDocument.prepare()  # one was just opened or chosen: no stroke is under way


def _cure(notice: Notice) -> None:
    """What only the program itself can do."""
    remedy = notice.remedy or Remedy("")
    action = remedy.action
    application = krita.Krita.instance()
    if action == "select_area":
        application.action("select_all").trigger()
    elif action == "open_log":
        webbrowser.open(log_path().as_uri())
    elif action == "free_disk":
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(home())))
    elif command := command_to_run(remedy, PROGRAM):
        QtWidgets.QApplication.clipboard().setText(command)
        window = application.activeWindow()
        if window is not None:
            view = window.activeView()
            text = say("Copied: {command} — run it in a terminal.", command=command)
            view.showFloatingMessage(text, QtGui.QIcon(), 6000, 1)
