"""What a job inside Krita has at hand: arguments, waiting, documents, screenshots, a stall meter.

Knows nothing about the plugin under test.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from krita import Krita

try:
    from PyQt5.QtCore import QObject, Qt, QTimer
    from PyQt5.QtWidgets import QAbstractItemView, QWidget
except ImportError:
    from PyQt6.QtCore import QObject, Qt, QTimer
    from PyQt6.QtWidgets import QAbstractItemView, QWidget

Waiting = Generator[int, None, Any]
"""Used with `yield from`."""


class StallMeter:
    """The longest time that Krita's event loop did not turn, in ms, between `start` and `stop`."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self.stalls_ms: list[float] = []  # those above 50
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> StallMeter:
        self._last = time.perf_counter()
        self._timer.start(2)
        return self

    def _tick(self) -> None:
        now = time.perf_counter()
        stall_ms = (now - self._last) * 1000
        self._last = now
        self.longest_ms = max(self.longest_ms, stall_ms)
        if stall_ms > 50:
            self.stalls_ms.append(stall_ms)

    def stop(self) -> float:
        self._tick()
        self._timer.stop()
        return self.longest_ms


class Tools:
    """arguments: what the test passed. uncaught: tracebacks that nobody caught, which fail the job
    at its end; a job that expects one clears the list."""

    def __init__(self, folder: Path, arguments: dict[str, Any]) -> None:
        self.app = Krita.instance()
        self.folder = folder
        self.arguments = arguments
        self.uncaught: list[str] = []

    @property
    def window(self) -> Any:
        """Krita's first window (its QMainWindow is `.qwindow()`)."""
        return self.app.windows()[0]

    # ---- waiting ---------------------------------------------------------------------------------

    def until(self, true: Callable[[], Any], what: str, timeout_s: float = 30) -> Waiting:
        """Let Krita's event loop turn until `true()` is; gives what it returned."""
        deadline = time.monotonic() + timeout_s
        while not (value := true()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout_s:g} s in vain for {what}")
            yield 20
        return value

    def say(self, word: str, about: object = None) -> None:
        """Tell the test, which waits in `run.hear(word)`."""
        part = self.folder / f"said-{word}.part"
        part.write_text(json.dumps(about), "utf-8")
        part.rename(self.folder / f"said-{word}.json")

    def hear(self, word: str, timeout_s: float = 60) -> Waiting:
        """Wait for `run.say(word)` of the test; gives what it came with. It is heard once."""
        path = self.folder / f"told-{word}.json"
        yield from self.until(path.exists, f"the test to say {word!r}", timeout_s)
        about = json.loads(path.read_text("utf-8"))
        path.unlink()
        return about

    # ---- documents -------------------------------------------------------------------------------

    def new_document(
        self,
        width: int,
        height: int,
        model: str = "RGBA",
        depth: str = "U8",
        profile: str = "sRGB-elle-V2-srgbtrc.icc",
        name: str = "test",
    ) -> Waiting:
        """A document in a view, once its first layer is active; gives the Document."""
        document = self.app.createDocument(width, height, name, model, depth, profile, 72.0)
        self.window.addView(document)
        yield from self.until(document.activeNode, "the new document's layer")
        return document

    def open_document(self, path: str | Path) -> Waiting:
        """Opens a file in a view; gives the Document."""
        document = self.app.openDocument(str(path))
        assert document is not None, f"Krita cannot open {path}"
        self.window.addView(document)
        yield from self.until(document.activeNode, "the opened document's layer")
        return document

    def undo_steps(self) -> Waiting:
        """Texts of the active document's undo steps, oldest first (the History docker's rows)."""
        docker = next(d for d in self.app.dockers() if d.objectName() == "History")
        docker.setVisible(True)
        yield 200
        model = docker.findChildren(QAbstractItemView)[0].model()
        return [str(model.index(row, 0).data()) for row in range(1, model.rowCount())]

    def trigger(self, action: str) -> None:
        """A Krita action by its id, `edit_undo` for one; then yield, it works in the event loop."""
        self.app.action(action).trigger()

    # ---- seeing ----------------------------------------------------------------------------------

    def docker(self, name: str) -> Any:
        """The docker of that object name, made visible."""
        docker = next((d for d in self.app.dockers() if d.objectName() == name), None)
        names = sorted(d.objectName() for d in self.app.dockers())
        assert docker is not None, f"no docker {name!r} among {names}"
        docker.setVisible(True)
        docker.raise_()
        return docker

    def widget(self, name: str, inside: QObject | None = None) -> QWidget:
        """The widget of that object name."""
        parent = inside if inside is not None else self.window.qwindow()
        widget = parent.findChild(QWidget, name)
        assert widget is not None, f"no widget is named {name!r}"
        return widget

    def screenshot(self, path: str | Path, widget: QWidget | None = None) -> str:
        """The whole window (or one widget) as PNG; gives the path."""
        target = widget if widget is not None else self.window.qwindow()
        assert target.grab().save(str(path)), f"cannot save {path}"
        return str(path)

    def stall_meter(self) -> StallMeter:
        return StallMeter()
