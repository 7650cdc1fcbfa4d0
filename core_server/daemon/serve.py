"""Starting and ending the daemon process: lock, sockets, connection file, signals, log."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler

from core_server.config import Settings, load_settings, models_path, styles_path
from core_server.daemon.daemon import Daemon
from core_server.daemon.router import Router
from core_server.daemon.store import Store
from core_server.daemon.worker_link import LocalWorker
from core_server.models.registry import ModelRegistry
from core_server.operations import catalogue, load_styles
from core_server.version import VERSION
from protocol.connection import (
    Connection,
    Lock,
    home,
    log_path,
    new_token,
    read_connection,
    remove_connection,
    write_connection,
    write_launcher,
)
from protocol.errors import Busy, NotRunning
from protocol.messages import PROTOCOL_VERSION

log = logging.getLogger("impasto.daemon")

REHEARSE_VARIABLE = "IMPASTO_REHEARSE"
"""When set, the catalogue has the operation that paints nothing, for tests and benchmarks."""

Announce = Callable[[tuple[str, ...]], None]


def serve(settings: Settings | None = None, announce: Announce = lambda endpoints: None) -> None:
    """Run the daemon until it is told to stop. announce: called with the endpoints once ready.

    Raises Busy when a daemon of this user runs already (the sentence says where it listens),
    BadRequest for wrong settings, OSError when the port is taken.
    """
    settings = settings or load_settings()
    home().mkdir(parents=True, exist_ok=True, mode=0o700)
    with Lock() as lock:
        if not lock.acquire():
            raise Busy(f"The daemon already runs; it listens on {_where()}.")
        _log_to_file()
        write_launcher()
        if sys.platform == "win32":
            asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
        asyncio.run(_serve(settings, announce))


async def _serve(settings: Settings, announce: Announce) -> None:
    token = new_token()
    router = Router(token, settings.limits)
    store = Store(home(), settings.results_mb)
    try:
        router.bind(settings.bind, settings.port, settings.curve_keys)
        with_rehearse = bool(os.environ.get(REHEARSE_VARIABLE))
        operations = catalogue(load_styles(styles_path()), with_rehearse=with_rehearse)
        daemon = Daemon(settings, operations, ModelRegistry(models_path()), store, router)
        daemon.jobs.links += [LocalWorker(name, daemon.jobs) for name in settings.devices]
        _stop_on_signals(daemon.stopping)
        write_connection(
            Connection(router.endpoints, token, PROTOCOL_VERSION, VERSION, os.getpid())
        )
        log.info("listening on %s", ", ".join(router.endpoints))
        announce(router.endpoints)
        await daemon.run()
        log.info("ended")
    finally:
        remove_connection()
        router.close()
        store.close()


def _stop_on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stopping.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopping.set))


def _log_to_file() -> None:
    handler = RotatingFileHandler(log_path(), maxBytes=2 << 20, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    root = logging.getLogger("impasto")
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def _where() -> str:
    with contextlib.suppress(NotRunning):
        return " and ".join(read_connection().endpoints)
    return "(it is just starting)"
