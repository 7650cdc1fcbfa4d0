"""Runs one job inside Krita: a generator resumed by a timer, whose answer is written as JSON.

Only in the main event loop does Krita deliver its layer updates, so a job never waits: it yields
milliseconds. Runs in Krita's own Python; imports nothing of the repository.
"""

from __future__ import annotations

import faulthandler
import inspect
import json
import os
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from krita import Extension, Krita

from .inside import seen_at
from .tools import QTimer, Tools

FOLDER = os.environ.get("IMPASTO_JOB", "")
SETTLE_MS = 200  # until the window has given itself the size that it remembers
QUIT_S = 20.0  # a Krita that does not end by then shows on stderr where it hangs


class Runner:
    """One job's life. Errors that nobody caught, anywhere in Krita's Python, are the job's too."""

    def __init__(self, folder: Path) -> None:
        order = json.loads((folder / "order.json").read_text("utf-8"))
        self.answer_path = folder / "answer.json"
        self.source = folder / "job.py"
        self.tools = Tools(folder, order["arguments"])
        faulthandler.enable(all_threads=True)
        faulthandler.dump_traceback_later(max(1.0, order["timeout_s"] - 5), exit=False)
        sys.excepthook = self.uncaught  # without one, PyQt would abort Krita
        threading.excepthook = lambda arguments: self.uncaught(*arguments[:3])
        sys.unraisablehook = lambda raised: self.uncaught(
            raised.exc_type, raised.exc_value, raised.exc_traceback
        )

    def uncaught(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        self.tools.uncaught.append(text)

    def begin(self) -> None:
        fill_screen(self.tools.window.qwindow())
        try:
            names: dict[str, object] = {"__name__": "job", "__file__": str(self.source)}
            exec(compile(self.source.read_text("utf-8"), str(self.source), "exec"), names)
            self.steps = names["job"](self.tools)  # type: ignore[operator]  # the job's contract
        except BaseException as error:
            self.fail(error)
            return
        if inspect.isgenerator(self.steps):
            self.step()
        else:
            self.finish(self.steps)

    def step(self) -> None:
        try:
            milliseconds = next(self.steps)
        except StopIteration as stop:
            self.finish(stop.value)
        except BaseException as error:
            self.fail(error)
        else:
            QTimer.singleShot(int(milliseconds or 0), self.step)

    def fail(self, error: BaseException) -> None:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        text += seen_at(error.__traceback__, str(self.source))
        self.write({"error": text, "screenshot": self.last_look()})

    def finish(self, value: object) -> None:
        if self.tools.uncaught:
            text = "\n".join(["Nobody caught:", *self.tools.uncaught])
            self.write({"error": text, "screenshot": self.last_look()})
        elif not isinstance(value, dict | None):
            self.write({"error": f"A job returns a dict, not {type(value).__name__}."})
        else:
            self.write({"value": value or {}})

    def last_look(self) -> str | None:
        try:
            return self.tools.screenshot(self.tools.folder / "failure.png")
        except Exception:  # the failure itself is what matters
            traceback.print_exc()
            return None

    def write(self, answer: dict[str, object]) -> None:
        try:
            text = json.dumps(answer)
        except (TypeError, ValueError) as error:
            text = json.dumps({"error": f"The job's answer is no JSON: {error}"})
        part = self.answer_path.with_suffix(".part")
        part.write_text(text, "utf-8")
        part.rename(self.answer_path)
        faulthandler.cancel_dump_traceback_later()
        faulthandler.dump_traceback_later(QUIT_S, exit=False)
        QTimer.singleShot(0, quit_krita)


def quit_krita() -> None:
    app = Krita.instance()
    for document in app.documents():
        document.setModified(False)
        document.close()
    for window in app.windows():
        window.qwindow().close()


def fill_screen(window: Any) -> None:
    """There is no window manager that would: screenshots always show the same part of Krita."""
    window.setGeometry(window.screen().geometry())


class Driver(Extension):
    """Starts the job named by the environment when Krita's first window is there."""

    runner: Runner | None = None

    def setup(self) -> None:
        """Krita asks for it; the window is not there yet."""

    def createActions(self, window: Any) -> None:  # noqa: N802 - Krita's name
        if FOLDER and Driver.runner is None:
            Driver.runner = Runner(Path(FOLDER))
            QTimer.singleShot(SETTLE_MS, Driver.runner.begin)


Krita.instance().addExtension(Driver(Krita.instance()))
