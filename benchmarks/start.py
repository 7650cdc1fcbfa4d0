"""How long starts take and how much the idle daemon weighs, beside importing torch.

Must not count as the daemon's what belongs to its workers: those are other processes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.in_process import executed_here
from benchmarks.measuring import Row, Table, Target, interleaved, row, timed
from benchmarks.transport import there_and_back
from core_server.models.registry import embedded_card
from protocol.messages import Submit
from tests.daemons import DaemonProcess, fresh_daemon

ROUNDS = 4
WARM_ROUNDS = 3
LIMIT_S = 20
BUSY_SIDE = 1024

HELLO_TARGET = Target(0.7, of_value=True)
MEMORY_TARGET = Target(90, of_value=True)
FIRST_TARGET = Target(15, of_value=True)
WARM_TARGET = Target(4, of_value=True)

TORCH = "import torch"
_SCRIPT = "import torch, psutil; print(psutil.Process().memory_info().rss)"
_HEART = Submit("", "", "generate", {"prompt": "a red heart", "seed": 1})


def run() -> Table:
    """Start to `hello`, idle memory, and, where the embedded model is there, its first pictures."""
    found: dict[str, list[float]] = {"idle": [], "used": [], "torch": []}
    seconds = interleaved(
        {"hello": lambda: _hello(found), TORCH: timed(lambda: _import_torch(found))},
        ROUNDS,
        limit_s=LIMIT_S,
    )
    torch_mb = (TORCH, found["torch"])
    rows = [
        row("exec → hello answered", seconds["hello"], (TORCH, seconds[TORCH]),
            target=HELLO_TARGET),
        row("idle daemon, never used", found["idle"], torch_mb, unit="MB", target=MEMORY_TARGET),
        row(f"idle daemon, after a {BUSY_SIDE}² job", found["used"], torch_mb, unit="MB",
            target=MEMORY_TARGET),
    ]  # fmt: skip
    notes: tuple[str, ...] = ("Memory is resident memory (RSS) of the daemon process alone.",)
    if embedded_card() is None:
        notes += (
            "The embedded model is not in this checkout, so its first pictures are not measured.",
        )
    else:
        rows += _first_pictures(seconds[TORCH][-1])
    return Table("Start: from nothing, beside `python -c 'import torch'`", tuple(rows), notes)


def _hello(found: dict[str, list[float]]) -> float:
    with tempfile.TemporaryDirectory(prefix="imp-") as folder:
        daemon = DaemonProcess(Path(folder))
        begun = time.perf_counter()
        try:
            with daemon.start().client() as client:
                seconds = time.perf_counter() - begun
                found["idle"].append(_resident_mb(daemon.pid))
                there_and_back(client, BUSY_SIDE)()
                found["used"].append(_resident_mb(daemon.pid))
        finally:
            daemon.stop()
    return seconds


def _import_torch(found: dict[str, list[float]]) -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], check=True, capture_output=True)
    found["torch"].append(int(done.stdout) / 2**20)


def _resident_mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 2**20


def _first_pictures(torch_s: float) -> list[Row]:
    begun = time.perf_counter()
    with fresh_daemon(IMPASTO_PRELOAD="") as daemon, daemon.client() as client:
        client.submit(_HEART).wait(120)
        first = time.perf_counter() - begun
        ways = {
            "daemon": timed(lambda: client.submit(_HEART).wait(60)),
            "here": executed_here(_HEART, daemon.home),
        }
        warm = interleaved(ways, WARM_ROUNDS, limit_s=LIMIT_S)
    return [
        row("nothing → first picture, pocket", [first], (TORCH, [torch_s]), target=FIRST_TARGET),
        row("picture, pocket, warm", warm["daemon"], ("in this process", warm["here"]),
            target=WARM_TARGET),
    ]  # fmt: skip
