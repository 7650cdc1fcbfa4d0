"""Where daemon and clients find each other: folder, lock, connection file, launcher file.

Touches files only when a function is called. The token in the connection file is a password:
it is readable by the user alone and must never be logged.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from .codec import from_json, to_json
from .errors import ImpastoError, NotRunning, Remedy

IPC_PATH_LIMIT = 103 if sys.platform == "darwin" else 107
"""Bytes in a Unix socket's path (`sockaddr_un` less the closing zero)."""

USERNAME = "impasto"
"""User name of ZMTP PLAIN; the token is the password."""


def home() -> Path:
    """The folder of everything that is this user's: `IMPASTO_HOME`, else one per system.

    The user's real home is asked of the system, because sandboxed hosts (Flatpak, Snap) change
    HOME and XDG_DATA_HOME, and must still find the same daemon.
    """
    override = os.environ.get("IMPASTO_HOME")
    if override:
        return Path(override).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "Impasto"
    if sys.platform == "darwin":
        return _user_home() / "Library/Application Support/Impasto"
    return _user_home() / ".local/share/impasto"


def _user_home() -> Path:
    if sys.platform != "win32":
        import pwd  # absent on Windows

        try:
            return Path(pwd.getpwuid(os.getuid()).pw_dir)
        except KeyError:  # a user id without an account, as in some containers
            pass
    return Path.home()


def connection_path() -> Path:
    return home() / "connection.json"


def launcher_path() -> Path:
    return home() / "launcher.json"


def lock_path() -> Path:
    return home() / "daemon.lock"


def log_path() -> Path:
    return home() / "daemon.log"


def ipc_endpoint() -> str | None:
    """`ipc://…` inside `home()`, or None where Unix sockets or a short enough path are missing."""
    path = home() / "daemon.sock"
    if sys.platform == "win32" or len(os.fsencode(path)) > IPC_PATH_LIMIT:
        return None
    return f"ipc://{path}"


# ---- connection file -------------------------------------------------------------------------


@dataclass(frozen=True)
class Connection:
    """What a client needs to reach the daemon. endpoints: best first."""

    endpoints: tuple[str, ...]
    token: str = field(repr=False)
    protocol: int
    daemon_version: str
    pid: int


def new_token() -> str:
    return secrets.token_urlsafe(32)


def write_connection(connection: Connection) -> None:
    """Call after binding, so that whoever can read the file can connect."""
    write_private(connection_path(), to_json(connection))


def read_connection() -> Connection:
    """Raises NotRunning: no file, a file nobody can read, or the leftover of a dead daemon."""
    start = Remedy("start_daemon")
    try:
        data = json.loads(connection_path().read_text(encoding="utf-8"))
        connection: Connection = from_json(Connection, data, "connection")
    except FileNotFoundError:
        raise NotRunning("The Impasto daemon is not running.", remedy=start) from None
    except (OSError, ValueError, RecursionError, ImpastoError) as error:
        raise NotRunning(
            f"The connection file {connection_path()} cannot be read; restart the daemon.",
            remedy=start,
        ) from error
    if not Lock.is_held():
        raise NotRunning("The Impasto daemon is no longer running.", remedy=start)
    return connection


def remove_connection() -> None:
    connection_path().unlink(missing_ok=True)


def write_private(path: Path, data: object) -> None:
    """Write JSON that only this user can read (mode 0600), all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mkstemp: 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=1)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# ---- lock ------------------------------------------------------------------------------------


class Lock:
    """Held by one process for as long as it lives; the system frees it at death.

    A lock rather than a process id: sandboxed hosts see other process ids, and ids are reused.
    path: None is the lock of the user's one daemon.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or lock_path()
        self._file: int | None = None

    def acquire(self, patience_s: float = 0.3) -> bool:
        """False if another process holds it. Patience: a client may be testing it just now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience_s
        while not _try_lock(descriptor, exclusive=True):
            if time.monotonic() > deadline:
                os.close(descriptor)
                return False
            time.sleep(0.02)
        self._file = descriptor
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    @staticmethod
    def is_held() -> bool:
        """Whether a daemon lives."""
        try:
            descriptor = os.open(lock_path(), os.O_RDWR)
        except FileNotFoundError:
            return False
        except OSError:
            return True  # not ours to write (read-only sandbox): let connecting decide
        try:
            return not _try_lock(descriptor, exclusive=False)
        finally:
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int, exclusive: bool) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int, exclusive: bool) -> bool:
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


# ---- launcher file ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Launcher:
    """How to start the daemon from a program with another Python (or none).

    environment: values that hosts are known to change (AppImages set LD_LIBRARY_PATH, hosts set
    PYTHONHOME); None = unset.
    """

    command: tuple[str, ...]
    environment: dict[str, str | None] = field(default_factory=dict)


_HOST_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "PYTHONSTARTUP")


def write_launcher() -> None:
    """Record this Python as the one that has the daemon. Called by every `impasto` command."""
    launcher = Launcher(
        (sys.executable, "-P", "-m", "core_server", "serve"),
        {name: os.environ.get(name) for name in _HOST_VARIABLES},
    )
    data = to_json(launcher)
    try:
        if json.loads(launcher_path().read_text(encoding="utf-8")) == data:
            return
    except (OSError, ValueError, RecursionError):
        pass
    write_private(launcher_path(), data)


def read_launcher() -> Launcher:
    """Raises NotRunning with what to do when Impasto was never run on this account."""
    try:
        data = json.loads(launcher_path().read_text(encoding="utf-8"))
        launcher: Launcher = from_json(Launcher, data, "launcher")
        if not launcher.command:
            raise ValueError("no command")
    except (OSError, ValueError, RecursionError, ImpastoError) as error:
        raise NotRunning(
            "Impasto has not been set up on this account yet; install it and run "
            "`impasto doctor` once."
        ) from error
    return launcher


def start_daemon(timeout_s: float = 20.0, waiting: Callable[[], None] = lambda: None) -> Connection:
    """Adopt the running daemon, or start one and wait until it can be reached.

    waiting: called about 20 times a second while waiting (to keep a window alive).
    Raises NotRunning if it does not come up; the sentence has the last line of its log.
    """
    try:
        return read_connection()
    except NotRunning:
        launcher = read_launcher()
    old_log = log_path().stat().st_size if log_path().exists() else 0
    process = _spawn(launcher)
    # Reaps it, should it end before the program that started it.
    threading.Thread(target=process.wait, name="impasto-daemon", daemon=True).start()
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            return read_connection()
        except NotRunning:
            if process.poll() not in (None, 0):
                break
            waiting()
            time.sleep(0.05)
    raise NotRunning(
        f"The daemon did not start: {_last_log_line(old_log)}", remedy=Remedy("open_log")
    )


def _spawn(launcher: Launcher) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    environment["IMPASTO_HOME"] = str(home())
    for name, value in launcher.environment.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    home().mkdir(parents=True, exist_ok=True)
    with open(log_path(), "ab") as log:
        try:
            return subprocess.Popen(
                launcher.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=home(),
                start_new_session=True,  # survives the program that started it
                creationflags=0x08000008 if sys.platform == "win32" else 0,  # NO_WINDOW, DETACHED
            )
        except OSError as error:
            raise NotRunning(
                f"The daemon's Python {launcher.command[0]} is gone; install Impasto again."
            ) from error


def _last_log_line(start: int) -> str:
    """Of what was written after the first `start` bytes: an older line would mislead."""
    try:
        with open(log_path(), "rb") as log:
            log.seek(start)
            lines = log.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1][-300:] if lines else "it wrote no log."
