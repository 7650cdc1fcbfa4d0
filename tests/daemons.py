"""A real daemon process in a folder of its own, for tests and benchmarks."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protocol.client import Client, Identity, connect_to
from protocol.codec import from_json
from protocol.connection import Connection
from protocol.errors import NotRunning

REPOSITORY = Path(__file__).parents[1]


class DaemonProcess:
    """`impasto serve` with IMPASTO_HOME = `home`. Workers preload nothing unless asked."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = {
            "IMPASTO_REHEARSE": "1",
            "IMPASTO_PRELOAD": "none",
            "IMPASTO_DEVICE": "cpu",
            "OMP_NUM_THREADS": "1",
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self, timeout_s: float = 20) -> "DaemonProcess":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core_server", "serve"],
            cwd=REPOSITORY,
            env={**os.environ, **self.environment, "IMPASTO_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + timeout_s
        while not (self.home / "connection.json").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                said, _ = self.process.communicate()
                raise RuntimeError(f"the daemon did not start: {said}")
            time.sleep(0.01)
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def connection(self) -> Connection:
        """Raises NotRunning while there is none, as `read_connection` does."""
        path = self.home / "connection.json"
        if not path.exists():
            raise NotRunning("The daemon is not running.")
        data = json.loads(path.read_text("utf-8"))
        connection: Connection = from_json(Connection, data, "")
        return connection

    def client(self, client_id: str | None = None, name: str = "test") -> Client:
        """A connected client over the standard-library transport."""
        identity = Identity(client_id or uuid.uuid4().hex, name)
        client = Client(lambda: connect_to(self.connection()), identity)
        client.wait_ready(10)
        return client

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def log(self) -> str:
        return (self.home / "daemon.log").read_text("utf-8")


@contextmanager
def fresh_daemon(settings: str = "", **environment: str) -> Iterator[DaemonProcess]:
    """A started daemon in a new folder (short, so that ipc paths fit); ended and wiped after."""
    home = Path(tempfile.mkdtemp(prefix="imp-"))
    (home / "settings.toml").write_text(settings, "utf-8")
    daemon = DaemonProcess(home, **environment)
    try:
        yield daemon.start()
    finally:
        if daemon.process is not None:
            daemon.stop()
        shutil.rmtree(home, ignore_errors=True)
