"""Every deed as an action of Krita, so that artists can put it on a key.

The ids and default keys are in impasto.action; here is what they do.
"""

from __future__ import annotations

from collections.abc import Callable

from plugins.common.intents import INTENTS
from plugins.common.phrases import say
from plugins.krita.docker import ImpastoDocker, session
from plugins.krita.qt import QtWidgets, krita
from plugins.krita.view import DeskView

DOCKER_ID = "impasto"
_MENU = "tools/scripts"

DEEDS: dict[str, tuple[str, Callable[[DeskView], None]]] = {
    "impasto_prompt": ("Impasto: type a prompt", DeskView.focus_prompt),
    "impasto_paint": ("Impasto: paint", DeskView.paint),
    "impasto_cancel": ("Impasto: cancel", DeskView.cancel),
    "impasto_apply": ("Impasto: apply", DeskView.apply),
    "impasto_vary_this": ("Impasto: vary this", DeskView.vary_this),
    "impasto_discard": ("Impasto: discard", DeskView.discard),
    "impasto_next": ("Impasto: next candidate", lambda view: view.choose_next(1)),
    "impasto_previous": ("Impasto: previous candidate", lambda view: view.choose_next(-1)),
}


class ImpastoExtension(krita.Extension):
    """Krita makes one, and asks it for actions once per window."""

    def __init__(self, parent: object) -> None:
        super().__init__(parent)

    def setup(self) -> None:
        """Nothing to prepare."""

    def createActions(self, window: krita.Window) -> None:
        session()  # before any text: it decides the language
        for name, (text, deed) in DEEDS.items():
            action = window.createAction(name, say(text), _MENU)
            action.triggered.connect(lambda _=False, deed=deed: _do(deed))
        for intent in INTENTS:
            action = window.createAction(f"impasto_{intent.name}", _label(intent.label), _MENU)
            action.triggered.connect(
                lambda _=False, chosen=intent: _do(lambda view: view.choose(chosen))
            )


def _label(intent: str) -> str:
    return f"Impasto: {say(intent)}"


def _do(deed: Callable[[DeskView], None]) -> None:
    """In the docker of the window in front, which is shown if it was hidden."""
    window = krita.Krita.instance().activeWindow()
    found = window.qwindow().findChild(QtWidgets.QDockWidget, DOCKER_ID) if window else None
    if isinstance(found, ImpastoDocker):
        found.setVisible(True)
        deed(found.view)
