"""The panel's process: GIMP starts it, and it stays until its window is closed or GIMP ends.

Everything runs in the main thread, since GIMP's procedures can be called from no other one.
"""

from __future__ import annotations

import sys
from types import TracebackType

from plugins.common.about import VERSION
from plugins.common.desk import Desk
from plugins.common.phrases import choose_language, say
from plugins.common.session import Session
from plugins.common.store import plugin_folder
from plugins.gimp.fu.errors import error
from plugins.gimp.host import GimpHost, session
from plugins.gimp.panel.cures import PROGRAM, cure
from plugins.gimp.panel.gtk import Gdk, GimpUi, GLib, Gtk
from plugins.gimp.panel.single import Single
from plugins.gimp.panel.style import apply_style
from plugins.gimp.panel.view import PanelView
from plugins.gimp.panel.window import PanelWindow
from plugins.gimp.registered import follow

NAME = "impasto-panel"
LOOK_S = 2


def open_panel() -> None:
    """Show the panel, and return when it is closed. Raises `error` where there is no screen."""
    if Gdk.Display.get_default() is None:
        raise error(say("The panel can be opened only where GIMP has its windows."))
    GimpUi.init(NAME)
    single = Single(plugin_folder(), session())
    if not single.acquire():
        return
    try:
        panel = Panel()
        single.listen(panel.window.bring_to_front)
        panel.run()
    finally:
        single.release()


class Panel:
    """The window with all that it needs. Nothing is shown before `run`."""

    def __init__(self) -> None:
        language = GLib.get_language_names()[0]
        choose_language(language)
        apply_style()
        self.host = GimpHost()
        self.host.sweep()
        self.session = Session(PROGRAM, VERSION, language)
        self.view = PanelView(
            Desk(self.host, self.session), self.host, lambda notice: cure(self.host, notice)
        )
        self.window = PanelWindow(self.view, self.session.preferences)
        self.window.connect("destroy", lambda _: Gtk.main_quit())
        self._catalogue = self.session.catalogue
        GLib.timeout_add_seconds(LOOK_S, self._follow_catalogue)

    def run(self) -> None:
        """Until the window is closed. What a callback raises becomes a notice."""
        before, sys.excepthook = sys.excepthook, self._failed
        try:
            GimpUi.window_set_transient(self.window)  # else it is lost behind a large image window
            self.window.show()
            self.view.form.prompt.focus()
            Gtk.main()
        finally:
            self.close()
            sys.excepthook = before

    def close(self) -> None:
        """Jobs go on in the daemon, and their results are fetched the next time."""
        try:
            self.view.close()
        finally:
            self.session.close()

    def _follow_catalogue(self) -> bool:
        if self.session.catalogue is not self._catalogue:
            self._catalogue = self.session.catalogue
            follow(self._catalogue)
        return True

    def _failed(
        self, kind: type[BaseException], what: BaseException, trace: TracebackType | None
    ) -> None:
        """PyGObject hands every exception of a callback to Python's own hook."""
        self.view.report(what.with_traceback(trace))
