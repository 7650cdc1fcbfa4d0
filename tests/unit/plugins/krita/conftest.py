"""The plugin where Krita is absent: the shim in its place, under PyQt6, on no screen at all."""

from __future__ import annotations

import importlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core_server.operations import catalogue, load_styles
from plugins.common.store import Preferences, plugin_folder

WAIT_S = 10.0
SRGB = "sRGB-elle-V2-srgbtrc.icc"


class Turning:
    """Qt's event loop, turned by hand. uncaught: what slots raised, which fails the test."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.uncaught: list[str] = []

    def turn(self) -> None:
        from PyQt6.QtCore import QEvent

        self.application.processEvents()
        self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def until(self, true: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + WAIT_S
        while not (value := true()):
            assert time.monotonic() < deadline, "waited in vain"
            assert not self.uncaught, self.uncaught[0]
            self.turn()
            time.sleep(0.001)
        return value

    def drive(self, work: Any) -> Any:
        """Do work in pieces, as the pump does."""
        while True:
            try:
                next(work)
            except StopIteration as end:
                return end.value


@pytest.fixture(scope="session")
def qt() -> Turning:
    """One application for all tests of this process: Qt allows no second one."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    try:
        from PyQt6 import QtCore, QtWidgets
    except ImportError as missing:  # the system libraries that Qt wants are in .ci/run
        if os.environ.get("HOSTS_REQUIRED") == "1":
            pytest.fail(f"PyQt6 cannot be used here: {missing}", pytrace=False)
        pytest.skip(f"PyQt6 cannot be used here: {missing}")
    application = QtWidgets.QApplication([])
    QtCore.QLocale.setDefault(QtCore.QLocale("en_GB"))  # whatever this machine speaks
    sys.modules["krita"] = importlib.import_module("tests.krita_shim.krita")
    importlib.import_module("plugins.krita")  # registers itself, once, as in Krita
    return Turning(application)


@pytest.fixture
def turning(qt: Turning, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turning]:
    """Without a hook, PyQt would abort the whole process at the first error in a slot."""
    qt.uncaught.clear()

    def caught(*raised: Any) -> None:
        qt.uncaught.append("".join(traceback.format_exception(*raised)))

    monkeypatch.setattr(sys, "excepthook", caught)
    yield qt
    qt.turn()
    assert not qt.uncaught, qt.uncaught[0]


@pytest.fixture
def krita(turning: Turning, impasto_home: Path) -> Iterator[Any]:
    """The program, with nothing open; no daemon, but what is remembered of the last one's form."""
    module = sys.modules["krita"]
    docker = importlib.import_module("plugins.krita.docker")
    offered = catalogue(load_styles())
    Preferences(plugin_folder() / "krita.json").keep_catalogue(offered.to_json())
    yield module
    app = module.Krita.instance()
    for document in app.documents():
        document.close()
    for window in app.windows():
        window.close()
    if docker.session.cache_info().currsize:
        docker.session().close()
        docker.session.cache_clear()


@pytest.fixture
def page(krita: Any, turning: Turning) -> Any:
    """A window with one document, 64 × 48 and white."""
    app = krita.Krita.instance()
    window = app.openWindow()
    window.qwindow().resize(900, 900)
    document = app.createDocument(64, 48, "pond", "RGBA", "U8", SRGB, 300.0)
    window.addView(document)
    turning.until(document.activeNode)
    return document


@pytest.fixture
def view(krita: Any, page: Any, turning: Turning) -> Any:
    """The docker's own part, with the document in front."""
    from PyQt6.QtWidgets import QDockWidget

    window = krita.Krita.instance().activeWindow().qwindow()
    found = window.findChild(QDockWidget, "impasto").view
    turning.until(lambda: found.desk.document and found.desk.offered and found.desk.notice)
    return found


@pytest.fixture
def select(krita: Any, page: Any) -> Callable[[int, int, int, int], None]:
    def selected(x: int, y: int, width: int, height: int) -> None:
        selection = krita.Selection()
        selection.select(x, y, width, height, 255)
        page.setSelection(selection)

    return selected
