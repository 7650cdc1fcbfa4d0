"""Carries out `rehearse`: steps that do nothing, then the pictures as they came, or a failure.

Must not read a picture: a hard link gives it back, so that what is measured is everything else.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from core_server.execution.seams import Report
from core_server.worker.wire import Finished, Run, input_path, output_path
from protocol.geometry import Rect
from protocol.messages import Item
from protocol.pixels import PixelLayout

GRADIENT_SIDE = 64
CRASH_EXIT_CODE = 3


def rehearse(run: Run, report: Report) -> Finished:
    """Report `steps` steps of `step_s` seconds, then end as `outcome` says.

    Raises Cancelled between steps; MemoryError, OSError or RuntimeError where asked to.
    """
    params = run.submit.params
    steps, step_s = int(params.get("steps", 0)), float(params.get("step_s", 0))
    for step in range(1, steps + 1):
        _wait(step_s, report.check)
        report.stepped(step, steps)
    outcome = str(params.get("outcome", "ok"))
    if outcome != "ok":
        _end_badly(outcome)
    if steps:  # what did not paint does not finish painting: one message less to measure
        report.finishing()
    items = _copies(run) or (_gradient(Path(run.folder)),)
    return Finished(run.job, items, {"operation": run.submit.operation, "params": params})


def _wait(seconds: float, check: Callable[[], None]) -> None:
    """Sleep, looking up often enough that cancelling a slow step is quick."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))
        check()


def _end_badly(outcome: str) -> NoReturn:
    if outcome == "crash":
        os._exit(CRASH_EXIT_CODE)
    while outcome == "hang":
        time.sleep(3600)
    if outcome == "oom":
        raise MemoryError
    if outcome == "disk_full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise RuntimeError("the rehearsal failed, as asked")


def _copies(run: Run) -> tuple[Item, ...]:
    folder = Path(run.folder)
    items: list[Item] = []
    for index, picture in enumerate(run.submit.inputs):
        if picture.role != "image":
            continue
        place = len(items)
        _give_back(input_path(folder, index), output_path(folder, place))
        items.append(
            Item(
                "layer",
                picture.rect,
                picture.layout,
                place,
                picture.name,
                picture.rows,
                picture.space,
            )
        )
    return tuple(items)


def _give_back(source: Path, target: Path) -> None:
    """Both are written once and only read afterwards, so they may be one file."""
    target.unlink(missing_ok=True)  # of an attempt that did not end well
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _gradient(folder: Path) -> Item:
    """64 × 64 rgba8: red grows rightwards, green downwards."""
    side = GRADIENT_SIDE
    pixels = bytes(
        channel
        for y in range(side)
        for x in range(side)
        for channel in (x * 255 // (side - 1), y * 255 // (side - 1), 128, 255)
    )
    output_path(folder, 0).write_bytes(pixels)
    return Item("layer", Rect(0, 0, side, side), PixelLayout.RGBA8, 0, "Gradient")
