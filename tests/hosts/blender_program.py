"""The real Blender, as a program and as a Python module: a private profile with the extension as it
ships, jobs without a window, and a Blender in a window that runs jobs at any time.

Never touches the user's own profile or daemon: every run has an environment of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.build import build
from tests.hosts.blender_window import BlenderWindow
from tests.hosts.programs import (
    STABLE,
    Place,
    Unavailable,
    find_place,
    hosts_root,
    program_environment,
    stop,
    virtual_screen,
    wait_until,
)
from tests.hosts.runs import (
    INSIDE,
    BatchRun,
    JobFailed,
    Pending,
    only_one,
    own_homes,
    remove_homes,
    write_job,
)
from tests.hosts.windows import SCREEN_SIZE, window_manager

__all__ = [
    "Blender",
    "BlenderWindow",
    "Pending",
    "install_blender",
    "install_bpy",
    "remove_homes",
]

DRIVER = Path(__file__).with_name("blender_driver")
BPY_INSTALLER = Path(__file__).with_name("install_bpy.sh")
MODULE = "bl_ext.user_default.impasto"
"""What the extension is called in Blender's Python."""

FIRST_S = 120
PLAIN = ("-noaudio", "--python-exit-code", "1")


class BlenderRun(BatchRun):
    """A Blender without a window, with its one job."""

    program = "Blender"


@dataclass
class Blender:
    """A Blender with a profile of its own. home: the profile's HOME; version: "4.3", "5.0"; folder:
    where runs are kept; python: the one that has Blender as a module, None where it is a program.
    """

    place: Place
    version: str
    home: Path
    folder: Path
    python: Path | None = None
    last_log: str = ""

    @property
    def profile(self) -> Path:
        """The folder of `config`, `extensions`, `scripts`: where Blender has it by itself."""
        return self.home / ".config/blender" / self.version

    @property
    def driver(self) -> Path:
        """What runs jobs inside."""
        return self.folder / DRIVER.name

    @property
    def extension(self) -> Path:
        """Where the extension lies once it is installed."""
        return self.profile / "extensions/user_default/impasto"

    def run(
        self,
        job: str | Path,
        *,
        file: Path | None = None,
        timeout_s: float = 120,
        env: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        tracebacks: bool = False,
        **arguments: object,
    ) -> dict[str, Any]:
        """What the job returned, after its Blender without a window ended. Raises JobFailed.

        job: a file or its text, with `def job(tools)` that returns a dict, or a generator of
        milliseconds to wait that does (`tools`: blender_driver/tools.py); bytes come back as bytes,
        arrays and vectors as lists. file: a .blend to open first. arguments: its `tools.arguments`,
        as JSON. shared: folders it must see beside the temporary one and this repository (read
        only). tracebacks: whether one may be written. Timers of Blender's (bpy.app.timers) never
        run here. What Blender wrote is `last_log` afterwards.
        """
        folder = write_job(self.folder, job, arguments, timeout_s)
        script, files = str(self.driver / "alone.py"), [str(file)] if file else []
        if self.python is None:
            command = ["blender", "-b", *files, *PLAIN, "-P", script]
        else:
            command = [str(self.python), script, *files]
        more = {"IMPASTO_JOB": str(folder), **(env or {})}
        process = self._begin(command, folder, "", more, shared)
        run = BlenderRun(self.place, process, folder, "")
        try:
            return run.answer(timeout_s, tracebacks=tracebacks)
        finally:
            stop(process)
            self.last_log = run.log()

    @contextmanager
    def start(
        self,
        *,
        file: Path | None = None,
        env: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        tracebacks: bool = False,
        timeout_s: float = 90,
    ) -> Iterator[BlenderWindow]:
        """Blender on a screen of its own, with its default scene or a file; killed at the end.

        tracebacks: whether anything in it may write one; else the next job fails. timeout_s: until
        the window is there. The module has no window.
        """
        assert self.python is None, "Blender as a module has no window"
        folder = Path(tempfile.mkdtemp(prefix="window-", dir=self.folder))
        inbox = folder / "jobs"
        inbox.mkdir()
        with virtual_screen(self.place) as display, window_manager(self.place, folder, display):
            more = {"IMPASTO_DRIVER": str(inbox), **(env or {})}
            files = [str(file)] if file else []
            size = ["--window-geometry", "0", "0", *SCREEN_SIZE]
            command = ["blender", *files, *size, *PLAIN, "-P", str(self.driver / "window.py")]
            process = self._begin(command, folder, display, more, shared)
            window = BlenderWindow(self.place, process, folder, display)
            window.tracebacks = tracebacks
            try:
                window.wait_ready(timeout_s)
                yield window
            finally:
                stop(process)
                self.last_log = window.log()

    def call(self, *command: str, timeout_s: float = 60) -> str:
        """What a command of the program's own prints (`blender --command …`), or of whatever else
        is run as it is. Raises JobFailed."""
        folder = Path(tempfile.mkdtemp(prefix="call-", dir=self.folder))
        process = self._begin(command, folder, "", {}, ())
        run = BlenderRun(self.place, process, folder, "")
        try:
            if not wait_until(lambda: run.ended, timeout_s):
                raise run.failure(f"{command} did not end within {timeout_s:g} s.")
            if process.returncode != 0:
                raise run.failure(f"{command} ended with code {process.returncode}.")
            return run.log()
        finally:
            stop(process)

    def _begin(
        self,
        command: Sequence[str],
        folder: Path,
        display: str,
        env: Mapping[str, str],
        shared: Sequence[Path],
    ) -> subprocess.Popen[bytes]:
        scratch = self.home / "tmp"  # else what it saves at its end would be in everybody's /tmp
        scratch.mkdir(exist_ok=True)
        more = {
            "BLENDER_USER_RESOURCES": str(self.profile),
            "TMPDIR": str(scratch),
            # Compiled once for all profiles: a window is there after 3 s instead of 10 to 20.
            "MESA_SHADER_CACHE_DIR": str(self.folder / "shaders"),
            **env,
        }
        with open(folder / "blender.log", "wb") as log:
            return subprocess.Popen(
                self.place.command(command, [self.home, self.folder, *shared]),
                env=program_environment(self.home, display, more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def fresh(self) -> Blender:
        """The same Blender with another profile, as it was after the extension was installed."""
        home = Path(tempfile.mkdtemp(prefix=own_homes(), dir=self.folder))
        shutil.copytree(self.folder / "first", home, symlinks=True, dirs_exist_ok=True)
        return Blender(self.place, self.version, home, self.folder, self.python)


# ---- the profile ---------------------------------------------------------------------------------


def install_blender(folder: Path, suite: str = STABLE) -> Blender:
    """Debian's Blender, whose profile has the extension, installed as an artist would.

    folder: may be shared by several test processes; the first of them does the work.
    Raises Unavailable, and JobFailed when Blender cannot be started.
    """
    place = find_place("blender", suite)
    return installed(place, version_of(place, ["blender", "--version"]), folder, None)


def install_bpy(folder: Path) -> Blender:
    """Blender's Python module, likewise. Raises Unavailable, JobFailed."""
    root, cure = hosts_root("bpy"), "Run tests/hosts/install_bpy.sh."
    python = root / "bin/python" if root else None
    stamp = root / ".impasto-stamp" if root else None
    if python is None or stamp is None or not stamp.exists() or not python.exists():
        raise Unavailable(
            f"Blender's module is not available: there is no {root or 'HOSTS_ROOT'}. {cure}"
        )
    if stamp.read_text().strip() != hashlib.sha256(BPY_INSTALLER.read_bytes()).hexdigest():
        raise Unavailable(f"{root} was made by another install_bpy.sh. {cure}")
    place = Place(None)
    ask = [str(python), "-c", "import bpy; print('Blender', bpy.app.version_string)"]
    return installed(place, version_of(place, ask), folder, python)


def installed(place: Place, version: str, folder: Path, python: Path | None) -> Blender:
    with only_one(folder):
        first = Blender(place, version, folder / "first", folder, python)
        if not (folder / "ready").exists():
            shutil.rmtree(first.home, ignore_errors=True)
            first.profile.mkdir(parents=True)
            lay_driver(first.driver)
            started = time.monotonic()
            archive = build("blender", folder)
            if python is None:
                install_file(first, archive)
            said = first.run(FIRST_JOB, timeout_s=FIRST_S, archive=archive, module=MODULE)
            said["seconds"] = round(time.monotonic() - started, 1)
            (folder / "ready").write_text(json.dumps(said), "utf-8")
    return first.fresh()


def lay_driver(folder: Path) -> None:
    """Put what runs jobs into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DRIVER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(INSIDE, folder / INSIDE.name)


def install_file(blender: Blender, archive: Path) -> str:
    """As Install from Disk does, switched on; what Blender said of it. Raises JobFailed."""
    install = ["blender", "--command", "extension", "install-file"]
    return blender.call(*install, "-r", "user_default", "--enable", str(archive))


FIRST_JOB = """
def job(tools):
    bpy = tools.bpy
    if tools.arguments["module"] not in bpy.context.preferences.addons:
        bpy.ops.extensions.package_install_files(
            filepath=tools.arguments["archive"], repo="user_default", enable_on_install=True)
    assert tools.arguments["module"] in bpy.context.preferences.addons
    bpy.context.preferences.view.show_splash = False
    bpy.ops.wm.save_userpref()
    return {"version": bpy.app.version_string}
"""


def version_of(place: Place, command: Sequence[str]) -> str:
    """Of the Blender there, as in 4.3. Raises JobFailed."""
    environment = program_environment(Path(tempfile.gettempdir()) / "blender-version", "", {})
    said = subprocess.run(
        place.command(command), env=environment, capture_output=True, text=True, timeout=60
    )
    found = re.search(r"^Blender (\d+\.\d+)\.", said.stdout, re.MULTILINE)
    if found is None:
        raise JobFailed(f"{command} said {said.stdout!r} and {said.stderr!r}.")
    return found[1]
