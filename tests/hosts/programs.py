"""Where the real paint programs are, and how their processes are started and ended for certain.

Knows nothing about any one program. Mounts live in a mount namespace of the started process alone,
and every process dies with the one that started it: nothing is left behind, even after SIGKILL.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STABLE, NEXT = "trixie", "forky"
"""Debian's suites, each with versions of the programs of its own."""

INSTALLER = Path(__file__).with_name("install.sh")
REPOSITORY = Path(__file__).parents[2]
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SCREEN = "1400x900x24"

# $1: the folder; then places to share up to `--`; then the command. /proc, /dev and /sys let the
# programs run; a place that ends in ":ro" cannot be written to.
ENTER = r"""
set -e
root=$1; shift
for place in /proc /dev /sys; do mount --rbind "$place" "$root$place"; done
while [ "$1" != -- ]; do
  place=${1%:ro}
  mkdir -p "$root$place"
  mount --rbind "$place" "$root$place"
  [ "$place" = "$1" ] || mount -o remount,bind,ro "$root$place"
  shift
done
shift
exec chroot "$root" "$@"
"""


class Unavailable(Exception):
    """The real program is not on this machine; the message says what was looked for."""


@dataclass(frozen=True)
class Place:
    """Where programs are run. root: a Debian folder to change into; None: this system itself."""

    root: Path | None

    def command(self, command: Sequence[str], shared: Sequence[Path] = ()) -> list[str]:
        """`command` as it is run here, with this repository (read only), the temporary folder and
        the folders `shared` visible under their own paths."""
        mortal = ["setpriv", "--pdeathsig", "KILL", *command]
        if self.root is None:
            return mortal
        folders = {Path("/tmp"), Path(tempfile.gettempdir()).resolve(), *shared}  # /tmp: X sockets
        places = [f"{REPOSITORY}:ro", *sorted(map(str, folders))]
        enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter", str(self.root)]
        return [*enter, *places, "--", *mortal]

    def outside(self, command: Sequence[str]) -> list[str]:
        """A command that, said by a program inside, is run outside: a launcher's, for one."""
        if self.root is None:
            return list(command)
        return ["nsenter", "--target", str(os.getpid()), "--mount", "--root", "--", *command]


def hosts_root(suite: str) -> Path | None:
    """The folder that install.sh makes; None when HOSTS_ROOT is empty: use this system's own."""
    given = os.environ.get("HOSTS_ROOT")
    if given is not None:
        return Path(given).absolute() / suite if given else None
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "impasto-hosts" / suite


def find_place(program: str, suite: str = STABLE) -> Place:
    """Where `program` and a virtual screen can be run: for the stable suite, this system's own
    programs will do. Raises Unavailable."""
    root = hosts_root(suite)
    reason = why_not(root, program) if root else "HOSTS_ROOT is empty"
    if not reason:
        return Place(root)
    missing = [name for name in (program, "Xvfb", "setpriv") if shutil.which(name) is None]
    if missing or suite != STABLE:
        where = f", and {', '.join(missing)} cannot be found here" if missing else ""
        raise Unavailable(
            f"The real {program} is not available: {reason}{where}. "
            f"Run tests/hosts/install.sh {suite} as root."
        )
    return Place(None)


def why_not(root: Path, program: str) -> str:
    """What keeps `program` from being run in `root`; empty when nothing does."""
    stamp = root / ".impasto-stamp"
    if not stamp.exists():
        return f"there is no {root}"
    if stamp.read_text().strip() != hashlib.sha256(INSTALLER.read_bytes()).hexdigest():
        return f"{root} was made by another tests/hosts/install.sh"
    if os.geteuid() != 0:
        return f"only root can use {root}"
    if not (root / "usr/bin" / program).exists():
        return f"{root} has no {program}"
    return ""


# ---- processes -----------------------------------------------------------------------------------


def stop(process: subprocess.Popen[bytes], patience_s: float = 3) -> None:
    """End a process and the group it leads: politely, then for certain."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def wait_until(true: Callable[[], bool], timeout_s: float) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def virtual_screen(place: Place) -> Iterator[str]:
    """An X server without a screen; gives its DISPLAY."""
    reading, writing = os.pipe()  # the server chooses a free number, and tells it when it is ready
    # Looking for an OpenGL, Krita comes and goes as a client; a server that starts anew whenever
    # its last client has gone would now and then refuse the next one.
    options = ["-displayfd", str(writing), "-screen", "0", SCREEN, "-noreset", "-nolisten", "tcp"]
    process = subprocess.Popen(
        place.command(["Xvfb", *options]),
        pass_fds=[writing],
        env={"PATH": SYSTEM_PATH},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()  # empty when it died
        if not number:
            _, said = process.communicate(timeout=10)
            raise RuntimeError(f"Xvfb did not start: {said.decode(errors='replace')}")
        yield f":{number}"
    finally:
        stop(process)
        if process.stderr is not None:
            process.stderr.close()


def program_environment(home: Path, display: str, more: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a program: nothing of this process's own goes in."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "PATH": SYSTEM_PATH,
        "HOME": str(home),
        "IMPASTO_HOME": str(home / "impasto"),
        "XDG_RUNTIME_DIR": str(runtime),
        "DISPLAY": display,
        "LANG": "C.UTF-8",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",  # else a bus is started that outlives everything
        **more,
    }
