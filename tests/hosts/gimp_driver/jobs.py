"""Runs jobs inside GIMP: each is a file with `def job(tools)`, whose answer is written as JSON.

Imports nothing of the repository.
"""

from __future__ import annotations

import base64
import faulthandler
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from inside import seen_at
from tools import Tools


def run_batch() -> None:
    """The one job of a gimp-console, whose folder the environment names."""
    folder = Path(os.environ["IMPASTO_JOB"])
    order = json.loads((folder / "order.json").read_text("utf-8"))
    faulthandler.enable(all_threads=True)
    faulthandler.dump_traceback_later(max(1.0, order["timeout_s"] - 5), exit=False)
    run_job(folder, {})
    faulthandler.cancel_dump_traceback_later()


def run_job(folder: Path, kept: dict[str, Any]) -> None:
    """Answer `order.json` and `job.py` in a folder by an `answer.json`. Raises nothing."""
    source = folder / "job.py"
    try:
        order = json.loads((folder / "order.json").read_text("utf-8"))
        names: dict[str, Any] = {"__name__": "job", "__file__": str(source)}
        exec(compile(source.read_text("utf-8"), str(source), "exec"), names)
        value = names["job"](Tools(folder, order["arguments"], kept))
        assert isinstance(value, dict | None), f"a job returns a dict, not {type(value).__name__}"
        answer = json.dumps({"value": value or {}}, default=as_json)
    except BaseException as error:
        text = "".join(traceback.format_exception(error))
        answer = json.dumps({"error": text + seen_at(error.__traceback__, str(source))})
    part = folder / "answer.part"
    part.write_text(answer, "utf-8")
    part.rename(folder / "answer.json")


def as_json(value: object) -> object:
    if isinstance(value, bytes | bytearray):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"the job's answer has a {type(value).__name__}, which JSON cannot say")


if __name__ == "__main__":
    sys.exit("GIMP runs this.")
