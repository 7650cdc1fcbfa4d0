"""Blender in a window runs this at its start: from then on it runs any job it finds in its folder.

Jobs that wait run side by side, so that one can look at what another waits for.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

import bpy  # noqa: E402
from jobs import Job  # noqa: E402

POLL_S = 0.02
INBOX = Path(os.environ["IMPASTO_DRIVER"])
KEPT: dict[str, Any] = {}
RUNNING: list[Job] = []


def look() -> float:
    for ready in sorted(INBOX.glob("*/ready")):
        ready.unlink()
        RUNNING.append(Job(ready.parent, KEPT))
    for job in list(RUNNING):
        if job.due <= time.monotonic():
            job.step()
        if job.is_done:
            RUNNING.remove(job)
    return POLL_S


def begin() -> float:
    """Once the window is drawn: before, Blender would not answer to keys."""
    (INBOX / "here").touch()
    bpy.app.timers.register(look, persistent=True)
    return POLL_S


faulthandler.register(signal.SIGUSR1, all_threads=True)  # the test asks where it hangs
bpy.app.timers.register(lambda: begin() and None, first_interval=0.5, persistent=True)
