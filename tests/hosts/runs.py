"""One process of a paint program with a job inside: looking at it from outside, and its failures.

Knows nothing about any one program, nor how a job gets inside.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.hosts.programs import Place, program_environment, wait_until

INSIDE = Path(__file__).with_name("inside.py")
"""What the programs' drivers share, to be laid beside each."""

QUIT_S = 30
TRACEBACK = "Traceback (most recent call last)"


class JobFailed(AssertionError):
    """A job inside a program failed; the message has its traceback, and where to look further."""


class Run:
    """A process, the folder of its job, and the screen that it is on ("" when on none)."""

    program = "the program"

    def __init__(
        self, place: Place, process: subprocess.Popen[bytes], folder: Path, display: str
    ) -> None:
        self.place = place
        self.process = process
        self.folder = folder
        self.display = display

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        """As a crash would: nothing is saved."""
        self.process.kill()
        self.process.wait()

    # ---- looking from outside --------------------------------------------------------------------

    def tool(self, *command: str) -> str:
        """What a program on the same screen prints: xdotool, import. Raises CalledProcessError."""
        environment = program_environment(self.folder / "tool", self.display, {})
        line = self.place.command(command, [self.folder])
        done = subprocess.run(line, env=environment, check=True, capture_output=True, timeout=60)
        return done.stdout.decode()

    def screenshot(self, path: Path) -> Path:
        """The whole screen as PNG, dialogs too; works while the program hangs."""
        self.tool("import", "-window", "root", str(path))
        return path

    @property
    def log_path(self) -> Path:
        return self.folder / f"{self.program.lower()}.log"

    def log(self) -> str:
        return self.log_path.read_text("utf-8", "replace")

    def failure(self, text: str, screenshot: str | None = None) -> JobFailed:
        if screenshot is None and self.display and not self.ended:
            try:
                screenshot = str(self.screenshot(self.folder / "failure.png"))
            except (OSError, subprocess.SubprocessError) as error:
                screenshot = f"none, {error}"
        log = "\n".join(self.log().splitlines()[-30:])
        return JobFailed(
            f"{text.rstrip()}\n\n--- {self.program}'s log, its end; all of it: {self.log_path}\n"
            f"{log}\n--- screenshot: {screenshot}"
        )


# ---- jobs ----------------------------------------------------------------------------------------


def write_job(
    parent: Path, job: str | Path, arguments: Mapping[str, object], timeout_s: float
) -> Path:
    """A folder with what jobs.py wants."""
    folder = Path(tempfile.mkdtemp(prefix=f"run-{time.time_ns()}-", dir=parent))
    source = job.read_text("utf-8") if isinstance(job, Path) else job
    (folder / "job.py").write_text(source, "utf-8")
    order = json.dumps({"arguments": arguments, "timeout_s": timeout_s}, default=str)
    (folder / "order.json").write_text(order, "utf-8")
    return folder


def read_answer(run: Run, folder: Path) -> dict[str, Any]:
    """What the job of a folder returned. Raises JobFailed with its traceback."""
    answer = json.loads((folder / "answer.json").read_text("utf-8"), object_hook=bytes_again)
    if "error" in answer:
        raise run.failure(answer["error"])
    value: dict[str, Any] = answer["value"]
    return value


def bytes_again(value: dict[str, Any]) -> object:
    return base64.b64decode(value["base64"]) if value.keys() == {"base64"} else value


class Pending:
    """A job that may still run. folder: its own, with `job.py` and `answer.json`."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self.folder = folder

    @property
    def done(self) -> bool:
        return (self.folder / "answer.json").exists()

    def wait(self, timeout_s: float = 60) -> dict[str, Any]:
        """What the job returned. Raises JobFailed: it failed or hangs, or the program
        ended."""
        wait_until(lambda: self.done or self.run.ended, timeout_s)
        if self.done:
            return read_answer(self.run, self.folder)
        ended = f"{self.run.program} ended with code {self.run.process.returncode}"
        late = f"The job did not answer within {timeout_s:g} s"
        raise self.run.failure(f"{ended if self.run.ended else late}.")


class BatchRun(Run):
    """A process without a window, with its one job."""

    def answer(self, timeout_s: float, *, tracebacks: bool) -> dict[str, Any]:
        """What the job returned. Raises JobFailed: it failed, hung, or it ended the program.

        tracebacks: whether anything in the program may have written one.
        """
        path, name = self.folder / "answer.json", self.program
        in_time = wait_until(lambda: path.exists() or self.ended, timeout_s)
        if not path.exists():
            if in_time:
                code = self.process.returncode
                raise self.failure(f"{name} ended with code {code} before the job answered.")
            raise self.failure(f"The job did not answer within {timeout_s:g} s.")
        value = read_answer(self, self.folder)
        if not wait_until(lambda: self.ended, QUIT_S):
            raise self.failure(f"The job answered, but {name} did not end within {QUIT_S} s.")
        if self.process.returncode != 0:
            code = self.process.returncode
            raise self.failure(f"The job answered, but {name} ended with {code}.")
        if TRACEBACK in self.log() and not tracebacks:
            raise self.failure("The job answered, but something wrote a traceback.")
        return value


# ---- profiles ------------------------------------------------------------------------------------


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """What several test processes must not do at once in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def own_homes() -> str:
    return f"home-{os.getpid()}-"


def remove_homes(folder: Path) -> None:
    """Remove the profiles that this process made; what runs left stays."""
    for home in folder.glob(f"{own_homes()}*"):
        shutil.rmtree(home, ignore_errors=True)
