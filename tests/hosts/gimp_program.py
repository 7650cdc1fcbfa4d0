"""The real GIMP: a private profile with the plugin as it ships, jobs in batch, and a GIMP in a
window that runs jobs at any time.

Never touches the user's own profile or daemon: every run has an environment of its own.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core_server.hosts import gimp
from tests.hosts.gimp_window import DRIVER, GimpWindow, lay_driver
from tests.hosts.programs import (
    NEXT,
    STABLE,
    Place,
    Unavailable,
    find_place,
    program_environment,
    stop,
    virtual_screen,
)
from tests.hosts.runs import (
    BatchRun,
    JobFailed,
    Pending,
    only_one,
    own_homes,
    remove_homes,
    write_job,
)
from tests.hosts.windows import SCREEN_SIZE, window_manager

__all__ = ["NEXT", "STABLE", "Gimp", "GimpWindow", "Pending", "install_gimp", "remove_homes"]

FIRST_S = 180  # the first start asks every plug-in what it can do: 15 to 20 s on two cores
BATCH = (
    "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, {!r}); "
    "import jobs; jobs.run_batch()"
)
GIMPRC = """\
(show-welcome-dialog no)
(check-updates no)
(last-release-timestamp 0)
(save-session-info no)
"""
CONTEXTRC = """\
(tool "gimp-paintbrush-tool")
(paint-info "gimp-paintbrush")
(brush "2. Hardness 050")
"""
QUICK = ("--no-data", "--no-fonts")
PLAIN = ("--no-splash", "--console-messages", "--batch-interpreter=python-fu-eval")


class GimpRun(BatchRun):
    """A gimp-console with its one job."""

    program = "GIMP"


@dataclass
class Gimp:
    """A GIMP with a profile of its own. home: the profile's HOME; version: "3.0" or "3.2";
    folder: where runs are kept."""

    place: Place
    version: str
    home: Path
    folder: Path
    last_log: str = ""

    @property
    def profile(self) -> Path:
        """The folder of `plug-ins`, `environ`, `gimprc`."""
        return self.home / ".config/GIMP" / self.version

    def run(
        self,
        job: str | Path,
        *,
        timeout_s: float = 120,
        env: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        data: bool = False,
        tracebacks: bool = False,
        **arguments: object,
    ) -> dict[str, Any]:
        """What the job returned, after its gimp-console ended. Raises JobFailed.

        job: a file or its text, with `def job(tools)` that returns a dict (`tools`:
        gimp_driver/tools.py); bytes come back as bytes. arguments: its `tools.arguments`, as JSON.
        shared: folders it must see beside the temporary one and this repository (read only).
        data: with brushes, patterns and fonts, which take a second more. tracebacks: whether a
        plug-in may write one. What GIMP and its plug-ins wrote is `last_log` afterwards.
        """
        folder = write_job(self.folder, job, arguments, timeout_s)
        more = {"IMPASTO_JOB": str(folder), **(env or {})}
        options = [*PLAIN, *(() if data else QUICK), "--no-interface"]
        command = [
            "gimp-console",
            *options,
            "-b",
            BATCH.format(str(self.profile / "plug-ins" / DRIVER)),
            "--quit",
        ]
        process = self._begin(command, folder, "", more, shared)
        run = GimpRun(self.place, process, folder, "")
        try:
            return run.answer(timeout_s, tracebacks=tracebacks)
        finally:
            stop(process)
            self.last_log = run.log()

    @contextmanager
    def start(
        self,
        *files: Path,
        env: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        shortcuts: Mapping[str, str] | None = None,
        data: bool = True,
        timeout_s: float = 90,
    ) -> Iterator[GimpWindow]:
        """GIMP on a screen of its own with these pictures open; it is killed at the end.

        shortcuts: keys of actions, as GTK writes them ({"impasto-panel": "<Primary><Shift>F9"}); a
        procedure's action has its name. timeout_s: until the window is there.
        """
        folder = Path(tempfile.mkdtemp(prefix="window-", dir=self.folder))
        lines = [f'(action "{name}" "{key}")' for name, key in (shortcuts or {}).items()]
        shortcut_path = self.profile / "shortcutsrc"
        shortcut_path.write_text("\n".join(["(file-version 1)", *lines]), "utf-8")
        with virtual_screen(self.place) as display, window_manager(self.place, folder, display):
            more = {"IMPASTO_DRIVER": str(folder), **(env or {})}
            options = [*PLAIN, *(() if data else QUICK), "--new-instance"]
            command = [f"gimp-{self.version}", *options, *map(str, files)]
            process = self._begin(command, folder, display, more, shared)
            window = GimpWindow(self.place, process, folder, display)
            try:
                window.wait_ready(timeout_s)
                yield window
            finally:
                stop(process)
                self.last_log = window.log()
                shortcut_path.unlink(missing_ok=True)

    def _begin(
        self,
        command: Sequence[str],
        folder: Path,
        display: str,
        env: Mapping[str, str],
        shared: Sequence[Path],
    ) -> subprocess.Popen[bytes]:
        more = {"GIMP3_DIRECTORY": str(self.profile), **env}
        with open(folder / "gimp.log", "wb") as log:
            return subprocess.Popen(
                self.place.command(command, [self.home, self.folder, *shared]),
                env=program_environment(self.home, display, more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def first_log(self) -> str:
        """What GIMP and its plug-ins wrote at the first start, when it asks what they can do."""
        log: str = json.loads((self.folder / "ready").read_text("utf-8"))["log"]
        return log

    def fresh(self) -> Gimp:
        """The same GIMP with another profile, as it was after its first start."""
        home = Path(tempfile.mkdtemp(prefix=own_homes(), dir=self.folder))
        shutil.copytree(self.folder / "first", home, symlinks=True, dirs_exist_ok=True)
        return Gimp(self.place, self.version, home, self.folder)


# ---- the profile ---------------------------------------------------------------------------------


def install_gimp(folder: Path, suite: str = STABLE) -> Gimp:
    """A GIMP whose profile has the plugin as it ships, and was started once.

    folder: may be shared by several test processes; the first of them does the work.
    Raises Unavailable, and JobFailed when GIMP cannot be started.
    """
    place = find_place("gimp-console", suite)
    version = version_of(place)
    if version.startswith("2"):
        raise Unavailable(f"This system's GIMP is {version}. Run tests/hosts/install.sh as root.")
    with only_one(folder):
        first = Gimp(place, version, folder / "first", folder)
        if not (folder / "ready").exists():
            shutil.rmtree(first.home, ignore_errors=True)
            lay_profile(first.profile, place)
            started = time.monotonic()
            said = first.run(FIRST_JOB, timeout_s=FIRST_S, tracebacks=True)
            said["seconds"] = round(time.monotonic() - started, 1)
            said["log"] = first.last_log
            (folder / "ready").write_text(json.dumps(said), "utf-8")
    return first.fresh()


FIRST_JOB = """
def job(tools):
    return {"version": tools.Gimp.version()}
"""


def version_of(place: Place) -> str:
    """Of the gimp there: 3.0 or 3.2."""
    command = place.command(["gimp-console", "--version"])
    environment = program_environment(Path(tempfile.gettempdir()) / "gimp-version", "", {})
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    found = re.search(r"version (\d+\.\d+)\.", said.stdout)
    if found is None:
        raise JobFailed(f"gimp-console --version said {said.stdout!r} and {said.stderr!r}.")
    return found[1]


def lay_profile(profile: Path, place: Place) -> None:
    """Lay the built plugin, the driver and settings that suit tests into a new profile."""
    plug_ins = profile / "plug-ins"
    plug_ins.mkdir(parents=True)
    (profile / "gimprc").write_text(GIMPRC, "utf-8")
    (profile / "contextrc").write_text(CONTEXTRC, "utf-8")
    session = ((place.root or Path("/")) / "etc/gimp/3.0/sessionrc").read_text("utf-8")
    width, height = SCREEN_SIZE
    session = session.replace("(size 800 600)", f"(size {width} {height})")
    (profile / "sessionrc").write_text(session.replace('ed "no"', 'ed "yes"'), "utf-8")
    lay_driver(plug_ins)
    lay_plugin(profile)


def lay_plugin(profile: Path) -> None:
    """Put the plugin where `impasto install gimp` puts it."""
    gimp.install(gimp.Place("GIMP", profile))


def install_plugins(profile: Path, paths: Iterable[Path]) -> None:
    """Put plug-ins of one file each where GIMP finds them at its next start, as artists do."""
    for path in paths:
        folder = profile / "plug-ins" / path.stem
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / path.name)
        (folder / path.name).chmod(0o755)
