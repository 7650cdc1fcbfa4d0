"""Folder, connection file, lock and launcher: on real files, locks and processes."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from protocol import connection
from protocol.connection import (
    IPC_PATH_LIMIT,
    Connection,
    Launcher,
    Lock,
    connection_path,
    home,
    ipc_endpoint,
    launcher_path,
    lock_path,
    log_path,
    new_token,
    read_connection,
    read_launcher,
    remove_connection,
    start_daemon,
    write_connection,
    write_launcher,
    write_private,
)
from protocol.errors import NotRunning, Remedy

ROOT = Path(__file__).parents[3]
HERE = Connection(("ipc:///x/daemon.sock", "tcp://127.0.0.1:4242"), "s3cret", 1, "0.1.0", 4711)
START = Remedy("start_daemon")
GARBAGE = {
    "empty": b"",
    "cut off": b'{"endpoints": ["tcp://127.0.0.1:1"], "tok',
    "no object": b"[]",
    "incomplete": b'{"endpoints": []}',
    "mistyped": b'{"endpoints": "x", "token": 1, "protocol": 1, "daemon_version": "", "pid": 1}',
    "no text": b"\xff\xfe\x00",
    "too deep": b"[" * 100_000,
}


@pytest.fixture
def running(impasto_home: Path) -> Iterator[Path]:
    """A home whose lock is held, as by a living daemon."""
    with Lock() as lock:
        assert lock.acquire()
        yield impasto_home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def python(code: str) -> list[str]:
    """A command that runs the code with `protocol.connection` as `c`."""
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
    return [sys.executable, "-c", f"{path}\nfrom protocol import connection as c\n{code}"]


# ---- folder ----------------------------------------------------------------------------------


def test_the_variable_moves_everything(impasto_home: Path) -> None:
    assert home() == impasto_home
    for path in (connection_path(), launcher_path(), lock_path(), log_path()):
        assert path.parent == impasto_home
    assert ipc_endpoint() == f"ipc://{impasto_home}/daemon.sock"


def test_the_home_of_the_account_counts_and_not_that_of_a_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("IMPASTO_HOME", raising=False)
    monkeypatch.setenv("HOME", "/nowhere/snap/krita")
    monkeypatch.setenv("XDG_DATA_HOME", "/nowhere/else")
    assert not str(home()).startswith("/nowhere")
    assert home().parts[-3:] == (".local", "share", "impasto")


def test_a_user_without_an_account_has_the_home_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unknown(user: int) -> object:
        raise KeyError(user)

    monkeypatch.delenv("IMPASTO_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home() == tmp_path / ".local/share/impasto"


@pytest.mark.parametrize(
    ("system", "tail"), [("win32", "Impasto"), ("darwin", "Library/Application Support/Impasto")]
)
def test_other_systems_have_their_own_places(
    system: str, tail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMPASTO_HOME", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", "/C/Users/ada/AppData/Local")
    monkeypatch.setattr(connection, "sys", SimpleNamespace(platform=system))
    assert home().as_posix().endswith(tail)
    assert (ipc_endpoint() is None) == (system == "win32")


def test_a_socket_whose_path_is_too_long_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = IPC_PATH_LIMIT - len(os.fsencode("/tmp//daemon.sock"))
    for length, fits in ((room, True), (room + 1, False)):
        monkeypatch.setenv("IMPASTO_HOME", "/tmp/" + "h" * length)
        assert (ipc_endpoint() is not None) is fits
    monkeypatch.setenv("IMPASTO_HOME", "/tmp/" + "ä" * (room // 2 + 1))  # two bytes each
    assert ipc_endpoint() is None


def test_the_limit_of_a_sockets_path_is_the_systems(impasto_home: Path) -> None:
    folder = impasto_home.parent
    for length, fits in ((IPC_PATH_LIMIT, True), (IPC_PATH_LIMIT + 1, False)):
        path = folder / ("s" * (length - len(os.fsencode(folder)) - 1))
        with socket.socket(socket.AF_UNIX) as listener:
            try:
                listener.bind(str(path))
            except OSError:
                assert not fits
            else:
                assert fits


# ---- connection file -------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["plain", "Jörgs Rechner 🗼", "with space"])
def test_the_connection_file_comes_back_as_it_was_in_any_folder(
    folder: str, impasto_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_HOME", str(impasto_home / folder))
    with Lock() as lock:
        assert lock.acquire()
        write_connection(HERE)
        assert read_connection() == HERE
        remove_connection()
        remove_connection()
        with pytest.raises(NotRunning, match=r"is not running\.") as caught:
            read_connection()
    assert caught.value.remedy == START


def test_only_the_user_can_read_it(running: Path) -> None:
    before = os.umask(0)
    try:
        write_connection(HERE)
        write_connection(HERE)
    finally:
        os.umask(before)
    assert mode(connection_path()) == 0o600


def test_the_token_is_long_random_and_not_shown() -> None:
    assert len({new_token() for _ in range(50)}) == 50
    assert len(new_token()) >= 43  # 256 bits in base 64
    assert HERE.token not in repr(HERE)


def test_fields_of_a_newer_daemon_are_ignored(running: Path) -> None:
    write_connection(HERE)
    data = json.loads(connection_path().read_text("utf-8"))
    write_private(connection_path(), {**data, "curve": "x"})
    assert read_connection() == HERE


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_file_nobody_can_read_is_no_daemon(content: bytes, running: Path) -> None:
    connection_path().write_bytes(content)
    with pytest.raises(NotRunning, match="cannot be read; restart the daemon") as caught:
        read_connection()
    assert caught.value.remedy == START


def test_a_folder_in_its_place_is_no_daemon(running: Path) -> None:
    connection_path().mkdir()
    with pytest.raises(NotRunning):
        read_connection()


def test_the_file_of_a_dead_daemon_is_no_daemon(impasto_home: Path) -> None:
    code = "lock = c.Lock(); print(lock.acquire(), flush=True); sys.stdin.read()"
    daemon = subprocess.Popen(
        python(code), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with daemon:
        assert daemon.stdout
        assert daemon.stdout.readline() == "True\n"
        write_connection(HERE)
        assert read_connection() == HERE
        assert not Lock().acquire(patience_s=0)
        daemon.kill()
    with pytest.raises(NotRunning, match="no longer running") as caught:
        read_connection()
    assert caught.value.remedy == START
    with Lock() as lock:
        assert lock.acquire()


def test_readers_never_see_half_a_file(running: Path) -> None:
    long = Connection(("tcp://127.0.0.1:1",) * 2000, "t", 1, "0", 1)
    write_connection(HERE)
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            write_connection(long)
            write_connection(HERE)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        found = [read_connection() for _ in range(100)]
    finally:
        stop.set()
        writer.join()
    assert all(entry in (HERE, long) for entry in found)


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(impasto_home: Path) -> None:
    path = impasto_home / "x.json"
    write_private(path, {"a": 1})
    with pytest.raises(TypeError):
        write_private(path, {"a": object()})
    assert json.loads(path.read_text("utf-8")) == {"a": 1}
    assert list(impasto_home.iterdir()) == [path]


# ---- lock ------------------------------------------------------------------------------------


def test_only_one_holds_the_lock_and_testing_it_does_not_take_it(impasto_home: Path) -> None:
    assert not Lock.is_held()
    with Lock() as lock:
        assert lock.acquire()
        assert Lock.is_held()
        assert Lock.is_held()
        assert not Lock().acquire(patience_s=0)
    assert not Lock.is_held()
    assert mode(lock_path()) == 0o600
    with Lock() as again:
        assert again.acquire(patience_s=0)


def test_a_daemon_waits_for_a_client_that_tests_the_lock_just_now(impasto_home: Path) -> None:
    with Lock() as lock:
        assert lock.acquire()
        threading.Timer(0.05, lock.release).start()
        with Lock() as patient:
            assert patient.acquire(patience_s=5)


def test_releasing_twice_is_harmless(impasto_home: Path) -> None:
    lock = Lock()
    lock.release()
    assert lock.acquire()
    lock.release()
    lock.release()


# ---- launcher --------------------------------------------------------------------------------


def test_the_launcher_starts_this_python_with_its_variables(
    impasto_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/cuda")
    monkeypatch.delenv("PYTHONHOME", raising=False)
    write_launcher()
    launcher = read_launcher()
    assert launcher.command == (sys.executable, "-P", "-m", "core_server", "serve")
    assert launcher.environment["LD_LIBRARY_PATH"] == "/opt/cuda"
    assert launcher.environment["PYTHONHOME"] is None
    assert mode(launcher_path()) == 0o600


def test_the_launcher_is_written_only_when_it_changes(
    impasto_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_launcher()
    first = launcher_path().stat().st_ino, launcher_path().stat().st_mtime_ns
    write_launcher()
    assert first == (launcher_path().stat().st_ino, launcher_path().stat().st_mtime_ns)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    write_launcher()
    assert read_launcher().environment["PYTHONPATH"] == "/elsewhere"


@pytest.mark.parametrize("content", [*GARBAGE.values(), b'{"command": []}'])
def test_an_unusable_launcher_says_what_to_do_and_is_replaced(
    content: bytes, impasto_home: Path
) -> None:
    impasto_home.mkdir()
    launcher_path().write_bytes(content)
    with pytest.raises(NotRunning, match="install it and run `impasto doctor` once"):
        read_launcher()
    write_launcher()
    assert read_launcher().command[0] == sys.executable


def test_without_a_launcher_nothing_can_be_started(impasto_home: Path) -> None:
    with pytest.raises(NotRunning, match="not been set up on this account"):
        start_daemon(1)


# ---- starting --------------------------------------------------------------------------------

DAEMON = """
import os, time
lock = c.Lock()
if not lock.acquire():
    sys.exit(0)
c.write_connection(c.Connection(("tcp://127.0.0.1:1",), "t", 1, "0", os.getpid()))
ends = time.monotonic() + 60  # one that starts late outlives the test that removes the file
while c.connection_path().exists() and time.monotonic() < ends:
    time.sleep(0.02)
"""


def write_command(command: list[str], environment: dict[str, str | None] | None = None) -> None:
    launcher = Launcher(tuple(command), environment or {})
    write_private(
        launcher_path(), {"command": launcher.command, "environment": launcher.environment}
    )


def test_a_running_daemon_is_adopted(running: Path) -> None:
    write_connection(HERE)
    assert start_daemon(1) == HERE


def test_a_daemon_is_started_once_and_waited_for(impasto_home: Path) -> None:
    write_command(python(DAEMON))
    waited: list[int] = []
    try:
        first = start_daemon(20, lambda: waited.append(1))
        assert waited
        assert first.pid != os.getpid()
        assert start_daemon(20) == first
    finally:
        remove_connection()


def test_two_clients_that_start_at_once_get_the_same_daemon(impasto_home: Path) -> None:
    write_command(python(DAEMON))
    found: list[Connection] = []
    threads = [threading.Thread(target=lambda: found.append(start_daemon(20))) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({entry.pid for entry in found}) == 1
        assert len(found) == 2
    finally:
        remove_connection()


def test_the_daemon_is_freed_of_what_the_host_changed(
    impasto_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME_OF_HOST", "/snap/krita")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/snap/krita/lib")
    monkeypatch.setenv("KEPT", "1")
    code = "import json, os; print(json.dumps([dict(os.environ), os.getcwd()])); sys.exit(3)"
    write_command(python(code), {"PYTHONHOME_OF_HOST": None, "LD_LIBRARY_PATH": "/opt/cuda"})
    with pytest.raises(NotRunning):
        start_daemon(20)
    environment, folder = json.loads(log_path().read_text("utf-8").splitlines()[-1])
    assert "PYTHONHOME_OF_HOST" not in environment
    assert environment["LD_LIBRARY_PATH"] == "/opt/cuda"
    assert environment["KEPT"] == "1"
    assert environment["IMPASTO_HOME"] == str(impasto_home)
    assert Path(folder) == impasto_home.resolve()


def test_a_daemon_that_fails_is_reported_with_the_last_line_of_its_log(impasto_home: Path) -> None:
    write_command(python("print('No disk.\\nThe GPU is on fire.\\n'); sys.exit(3)"))
    with pytest.raises(NotRunning, match=r"did not start: The GPU is on fire\.$") as caught:
        start_daemon(20)
    assert caught.value.remedy == Remedy("open_log")


def test_a_daemon_that_fails_silently_is_not_reported_with_an_old_line(impasto_home: Path) -> None:
    write_command(python("sys.exit(3)"))
    log_path().write_text("All is well.\n", encoding="utf-8")
    with pytest.raises(NotRunning, match=r"did not start: it wrote no log\.$"):
        start_daemon(20)


def test_a_daemon_that_never_comes_up_is_not_waited_for_for_ever(impasto_home: Path) -> None:
    write_command(python("print('Loading.', flush=True); sys.stdin.read()"))
    with pytest.raises(NotRunning, match="did not start: "):
        start_daemon(0.3)


def test_a_python_that_is_gone_is_named(impasto_home: Path) -> None:
    write_command(["/nowhere/bin/python", "-m", "core_server"])
    with pytest.raises(NotRunning, match="Python /nowhere/bin/python is gone; install Impasto"):
        start_daemon(1)
