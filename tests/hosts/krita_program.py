"""The real Krita: a private profile with the plugin as it ships, and runs of a job each.

Never touches the user's own profile or daemon: every run has an environment of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.build import build
from tests.hosts.programs import (
    STABLE,
    Place,
    find_place,
    program_environment,
    stop,
    virtual_screen,
    wait_until,
)
from tests.hosts.runs import INSIDE, JobFailed, Run, only_one, own_homes, remove_homes

__all__ = ["JobFailed", "Krita", "KritaRun", "install_krita", "remove_homes"]

DRIVER = Path(__file__).with_name("krita_driver")
START_S = 180  # the first start builds a database: 20 to 40 s on two cores, more on busy ones
QUIT_S = 30

KRITARC = """\
[python]
enable_impasto=true
enable_krita_driver=true
"""


class KritaRun(Run):
    """One Krita process with a job inside. Leave it through `Krita.start` alone."""

    program = "Krita"
    timeout_s = 0.0

    # ---- talking with the job --------------------------------------------------------------------

    def hear(self, word: str, timeout_s: float = 60) -> Any:
        """Wait for `tools.say(word)` in the job; gives what it was said with. Raises JobFailed."""
        path = self.folder / f"said-{word}.json"
        answer = self.folder / "answer.json"
        wait_until(lambda: path.exists() or answer.exists() or self.ended, timeout_s)
        if path.exists():
            about = json.loads(path.read_text("utf-8"))
            path.unlink()
            return about
        if answer.exists() or self.ended:
            self.wait()
        raise self.failure(f"The job did not say {word!r} within {timeout_s:g} s.")

    def say(self, word: str, about: object = None) -> None:
        """Tell the job, which waits in `yield from tools.hear(word)`."""
        part = self.folder / f"told-{word}.part"
        part.write_text(json.dumps(about, default=str), "utf-8")
        part.rename(self.folder / f"told-{word}.json")

    # ---- its end ---------------------------------------------------------------------------------

    def wait(self) -> dict[str, Any]:
        """What the job returned. Raises JobFailed: it failed, hung, or Krita did not end well."""
        path = self.folder / "answer.json"
        in_time = wait_until(lambda: path.exists() or self.ended, self.timeout_s)
        if not path.exists():
            if in_time:
                code = self.process.returncode
                raise self.failure(f"Krita ended with code {code} before the job answered.")
            raise self.failure(f"The job did not answer within {self.timeout_s:g} s.")
        answer = json.loads(path.read_text("utf-8"))
        wait_until(lambda: self.ended, QUIT_S)
        if "error" in answer:
            raise self.failure(answer["error"], answer.get("screenshot"))
        if not self.ended:
            raise self.failure(f"The job answered, but Krita did not end within {QUIT_S} s.")
        if self.process.returncode != 0:
            raise self.failure(f"The job answered, but Krita ended with {self.process.returncode}.")
        value: dict[str, Any] = answer["value"]
        return value


@dataclass(frozen=True)
class Krita:
    """A Krita with a profile of its own. home: the profile's HOME; folder: where runs are kept."""

    place: Place
    home: Path
    folder: Path

    def run(
        self,
        job: str | Path,
        *,
        timeout_s: float = 120,
        env: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        **arguments: object,
    ) -> dict[str, Any]:
        """What the job returned, after Krita ended. Raises JobFailed.

        job: a file or its text, with `def job(tools)`: a generator of milliseconds to wait that
        returns a dict (`tools`: krita_driver/tools.py). arguments: its `tools.arguments`, as JSON.
        shared: folders it must see beside the temporary one and this repository (read only).
        """
        with self.start(job, timeout_s=timeout_s, env=env, shared=shared, **arguments) as run:
            return run.wait()

    @contextmanager
    def start(
        self,
        job: str | Path,
        *,
        timeout_s: float = 120,
        env: Mapping[str, str] | None = None,
        shared: Sequence[Path] = (),
        **arguments: object,
    ) -> Iterator[KritaRun]:
        """Like `run`, for tests that do something meanwhile; Krita is killed at the end.

        Two at once need two profiles: `fresh`.
        """
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=self.folder))
        source = job.read_text("utf-8") if isinstance(job, Path) else job
        (folder / "job.py").write_text(source, "utf-8")
        order = json.dumps({"arguments": arguments, "timeout_s": timeout_s}, default=str)
        (folder / "order.json").write_text(order, "utf-8")
        with virtual_screen(self.place) as display:
            more = {"IMPASTO_JOB": str(folder), **(env or {})}
            visible = [self.home, self.folder, *shared]
            with open(folder / "krita.log", "wb") as log:
                process = subprocess.Popen(
                    self.place.command(["krita", "--nosplash"], visible),
                    env=program_environment(self.home, display, more),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            run = KritaRun(self.place, process, folder, display)
            run.timeout_s = timeout_s
            try:
                yield run
            finally:
                stop(process)

    def fresh(self) -> Krita:
        """The same Krita with another profile, as it was after its first start.

        A second Krita on the same profile would hand its arguments to the first one, and end.
        """
        home = Path(tempfile.mkdtemp(prefix=own_homes(), dir=self.folder))
        shutil.copytree(self.folder / "first", home, symlinks=True, dirs_exist_ok=True)
        return Krita(self.place, home, self.folder)


# ---- the profile ---------------------------------------------------------------------------------


def install_krita(folder: Path, suite: str = STABLE) -> Krita:
    """A Krita whose profile has the plugin as it ships, and was started once.

    folder: may be shared by several test processes; the first of them does the work.
    Raises Unavailable, and JobFailed when Krita cannot be started.
    """
    place = find_place("krita", suite)
    with only_one(folder):
        first = Krita(place, folder / "first", folder)
        if not (folder / "ready").exists():
            shutil.rmtree(first.home, ignore_errors=True)
            lay_profile(first.home)
            started = time.monotonic()
            said = first.run(FIRST_JOB, timeout_s=START_S)
            said["seconds"] = round(time.monotonic() - started, 1)
            (folder / "ready").write_text(json.dumps(said), "utf-8")
    return first.fresh()


FIRST_JOB = """
def job(tools):
    yield from tools.new_document(64, 64)
    return {"version": tools.app.version()}
"""


def lay_profile(home: Path) -> None:
    """Lay the built plugin and the driver into a new profile, both enabled."""
    data = home / ".local/share/krita"
    python = data / "pykrita"
    python.mkdir(parents=True)
    (home / ".config").mkdir()
    (home / ".config/kritarc").write_text(KRITARC, "utf-8")
    shutil.copytree(DRIVER, python / DRIVER.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(INSIDE, python / DRIVER.name / INSIDE.name)
    (python / DRIVER.name / "krita_driver.desktop").rename(python / "krita_driver.desktop")
    lay_plugin(data, home)


def lay_plugin(data: Path, scratch: Path) -> None:
    """Build the zip that artists import, and put its files where Krita's importer puts them."""
    python, actions = data / "pykrita", data / "actions"
    with zipfile.ZipFile(build("krita", scratch)) as archive:
        archive.extractall(python)
    actions.mkdir()
    for path in python.glob("*.action"):
        path.rename(actions / path.name)
