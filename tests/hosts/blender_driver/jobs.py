"""Runs jobs inside Blender: each is a file with `def job(tools)`, whose answer is written as JSON.

A job that waits is a generator of milliseconds: in the window Blender goes on meanwhile. Imports
nothing of the repository.
"""

from __future__ import annotations

import base64
import faulthandler
import inspect
import json
import sys
import time
import traceback
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any

from inside import seen_at
from tools import Tools


class Job:
    """One job from its folder, with `order.json` and `job.py`, to its `answer.json`. Nothing that
    goes wrong in it is raised here."""

    def __init__(self, folder: Path, kept: dict[str, Any]) -> None:
        self.folder = folder
        self.source = folder / "job.py"
        self.kept = kept
        self.due = time.monotonic()
        self.steps: Generator[int | None, None, dict[str, Any] | None] | None = None
        self.is_done = False

    def step(self) -> None:
        """Begin it, or go on where it waited."""
        try:
            if self.steps is None:
                started = self.begin()
                if not inspect.isgenerator(started):
                    self.finish(started)
                    return
                self.steps = started
            self.due = time.monotonic() + (next(self.steps) or 0) / 1000
        except StopIteration as end:
            self.finish(end.value)
        except BaseException as error:
            text = "".join(traceback.format_exception(error))
            self.write(json.dumps({"error": text + seen_at(error.__traceback__, str(self.source))}))

    def begin(self) -> Any:
        order = json.loads((self.folder / "order.json").read_text("utf-8"))
        module = ModuleType(f"job_{self.folder.name}")
        module.__file__ = str(self.source)
        sys.modules[module.__name__] = module  # where Blender looks up what annotations mean
        source = compile(self.source.read_text("utf-8"), str(self.source), "exec")
        exec(source, module.__dict__)
        return module.job(Tools(self.folder, order["arguments"], self.kept))

    def finish(self, value: object) -> None:
        if not isinstance(value, dict | None):
            text = f"a job returns a dict, not {type(value).__name__}"
            self.write(json.dumps({"error": text}))
            return
        try:
            self.write(json.dumps({"value": value or {}}, default=as_json))
        except (TypeError, ValueError) as error:
            self.write(json.dumps({"error": f"the job's answer is no JSON: {error}"}))

    def write(self, answer: str) -> None:
        part = self.folder / "answer.part"
        part.write_text(answer, "utf-8")
        part.rename(self.folder / "answer.json")
        self.is_done = True


def run_alone(folder: Path) -> None:
    """The one job of a Blender without a window; where it hangs is shown before it is ended."""
    order = json.loads((folder / "order.json").read_text("utf-8"))
    faulthandler.enable(all_threads=True)
    faulthandler.dump_traceback_later(max(1.0, order["timeout_s"] - 5), exit=False)
    job = Job(folder, {})
    while not job.is_done:
        time.sleep(max(0.0, job.due - time.monotonic()))
        job.step()
    faulthandler.cancel_dump_traceback_later()


def as_json(value: object) -> object:
    if isinstance(value, bytes | bytearray):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # numpy's own
        return value.tolist()
    try:
        return list(value)  # type: ignore[call-overload]  # Blender's vectors and arrays
    except TypeError:
        raise TypeError(f"it has a {type(value).__name__}, which JSON cannot say") from None
