"""A Blender in a window on a virtual screen: jobs run inside it at any time, keys and clicks from
outside.

The jobs run in a timer of Blender's main loop (blender_driver/window.py), beside the extension
under test.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

from tests.hosts.programs import wait_until
from tests.hosts.runs import TRACEBACK, Pending, write_job
from tests.hosts.windows import WindowRun


class BlenderWindow(WindowRun):
    """One Blender with a window. Leave it through `Blender.start` alone."""

    program = "Blender"
    tracebacks = False

    @property
    def main(self) -> str:
        return r"Blender \d\.\d"

    @property
    def inbox(self) -> Path:
        return self.folder / "jobs"

    def wait_ready(self, timeout_s: float) -> None:
        """Until the window is drawn and jobs are taken. Raises JobFailed."""
        here = self.inbox / "here"
        if not wait_until(lambda: here.exists() or self.ended, timeout_s) or self.ended:
            raise self.failure("Blender did not start.")
        self.execute("def job(tools):\n    yield 300\n", timeout_s=timeout_s)

    # ---- jobs ------------------------------------------------------------------------------------

    def execute(
        self, job: str | Path, *, timeout_s: float = 60, **arguments: object
    ) -> dict[str, Any]:
        """What a job returned that ran inside now: as for `Blender.run`; `tools.kept` lasts from
        one to the next. Blender stands still while it runs, but not while it waits in a `yield`.
        Raises JobFailed."""
        pending = self.begin(job, **arguments)
        if not wait_until(lambda: pending.done or self.ended, timeout_s) and not self.ended:
            self.process.send_signal(signal.SIGUSR1)  # Blender writes where it is
            time.sleep(0.5)
            raise self.failure(f"The job did not answer within {timeout_s:g} s.")
        return pending.wait(0)

    def begin(self, job: str | Path, **arguments: object) -> Pending:
        """A job that waits in its `yield`s; `execute` and all else works beside it."""
        folder = write_job(self.inbox, job, arguments, 3600)
        (folder / "ready").touch()
        return BlenderPending(self, folder)

    def quit(self, timeout_s: float = 30) -> int:
        """Quit as File ▸ Quit does, unsaved; the exit code. Raises JobFailed when it hangs."""
        self.begin("def job(tools):\n    tools.bpy.ops.wm.quit_blender()\n")
        if not wait_until(lambda: self.ended, timeout_s):
            raise self.failure(f"Blender did not quit within {timeout_s:g} s.")
        code: int = self.process.returncode
        return code


class BlenderPending(Pending):
    """A job in the window."""

    def wait(self, timeout_s: float = 60) -> dict[str, Any]:
        value = super().wait(timeout_s)
        assert isinstance(self.run, BlenderWindow)
        if TRACEBACK in self.run.log() and not self.run.tracebacks:
            raise self.run.failure("The job answered, but something wrote a traceback.")
        return value
