"""A GIMP in a window on a virtual screen: jobs run inside it at any time, keys and clicks from
outside.

The jobs run in two plug-ins that GIMP starts with itself (gimp_driver/job_driver.py), never in
the plugin under test.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.hosts.programs import wait_until
from tests.hosts.runs import INSIDE, Pending, read_answer, write_job
from tests.hosts.windows import SCREEN_SIZE, WindowRun, window_manager

JOBS = Path(__file__).with_name("gimp_driver")
DRIVER, OPENER = "job_driver", "job_opener"
"""Plug-ins of the same code: one runs jobs at once, the other those that may take long."""

SETTLE_S = 0.25
MENU_BAR = "200x16+4+4"
MAIN = r"GNU Image Manipulation Program|– GIMP$"


class GimpWindow(WindowRun):
    """One GIMP with windows. Leave it through `Gimp.start` alone."""

    program = "GIMP"
    settled = 0

    @property
    def main(self) -> str:
        """A pattern that the main window's title fits."""
        return MAIN

    def wait_ready(self, timeout_s: float) -> None:
        """Until the drivers and the main window are there. Raises JobFailed."""
        inboxes = [self.folder / name for name in (DRIVER, OPENER)]
        there = lambda: self.ended or all(map(Path.is_dir, inboxes))  # noqa: E731
        if not wait_until(there, timeout_s) or self.ended:
            raise self.failure("GIMP did not start.")
        main = self.window(MAIN, timeout_s)
        if not wait_until(lambda: self._fills_screen(main.id), 20):
            raise self.failure("GIMP's window does not fill the screen.")
        if not wait_until(self._is_drawn, 30):
            raise self.failure("GIMP draws nothing.")

    def _fills_screen(self, window: str) -> bool:
        """Make it; whether it did, and stayed so. GIMP gives itself its size a little late."""
        self.tool("xdotool", "windowmove", window, "0", "0", "windowsize", window, *SCREEN_SIZE)
        time.sleep(SETTLE_S)
        shown = self._look(window)
        if shown is None or (shown.width, shown.height) != tuple(map(int, SCREEN_SIZE)):
            self.settled = 0
        else:
            self.settled += 1
        return self.settled >= 2

    def _is_drawn(self) -> bool:
        """Whether the menu bar has letters: until then the screen's corner has one colour."""
        looked = self.tool("import", "-window", "root", "-crop", MENU_BAR, "-format", "%k", "info:")
        return int(looked) > 8

    # ---- jobs ------------------------------------------------------------------------------------

    def execute(
        self, job: str | Path, *, timeout_s: float = 60, **arguments: object
    ) -> dict[str, Any]:
        """What a job returned that ran inside now: as for `Gimp.run`, `tools.kept` lasts from one
        to the next. GIMP is not blocked by it. Raises JobFailed."""
        return self._hand(DRIVER, job, arguments, timeout_s).wait(timeout_s)

    def begin(self, job: str | Path, **arguments: object) -> Pending:
        """For jobs that wait for something to be done meanwhile, a dialog for one: `execute` and
        all else works beside it. One such job at a time; its `tools.kept` is its own."""
        return self._hand(OPENER, job, arguments, 3600)

    def _hand(
        self, driver: str, job: str | Path, arguments: Mapping[str, object], timeout_s: float
    ) -> Pending:
        folder = write_job(self.folder / driver, job, arguments, timeout_s)
        (folder / "ready").touch()
        return Pending(self, folder)


def lay_driver(plug_ins: Path) -> None:
    """Put the plug-ins that run jobs into a profile: the same code twice."""
    for name in (DRIVER, OPENER):
        folder = plug_ins / name
        shutil.copytree(JOBS, folder, ignore=shutil.ignore_patterns("__pycache__", f"{DRIVER}.py"))
        shutil.copyfile(INSIDE, folder / INSIDE.name)
        shutil.copyfile(JOBS / f"{DRIVER}.py", folder / f"{name}.py")
        (folder / f"{name}.py").chmod(0o755)


__all__ = ["SCREEN_SIZE", "GimpWindow", "Pending", "read_answer", "window_manager", "write_job"]
