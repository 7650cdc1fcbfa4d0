"""Seconds and memory that pictures of each size take, measured in a process of their own.

It must import nothing that painting does not need: what it imports is counted.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import torch

from core_server.pocket.sample import SIZE, PaintRequest, Pocket
from core_server.pocket.superres import ENLARGEMENTS
from core_server.pocket.weights import WEIGHTS

SIDES = (64, 256, 512, 1024)
PROMPT = "a red heart"


def measured(weights: Path, device: str, threads: int) -> dict[str, object]:
    """Wall seconds of loading and of one picture alone at the defaults, and peaks of memory.

    The peak is the whole process's so far, in megabytes of 10⁶ bytes, sizes in rising order.
    """
    order = [sys.executable, "-m", __name__, str(weights), device, str(threads)]
    done = subprocess.run(order, stdout=subprocess.PIPE, text=True, check=True)
    return {**_object(json.loads(done.stdout)), "CPU threads": threads}


def main(arguments: list[str] | None = None) -> int:
    """Measure in this process and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m core_server.pocket.evaluation.resources")
    parser.add_argument("weights", type=Path, nargs="?", default=WEIGHTS)
    parser.add_argument("device", nargs="?", default="cpu")
    parser.add_argument("threads", type=int, nargs="?", default=torch.get_num_threads())
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    print(json.dumps(_measure(options.weights, options.device)))
    return 0


def _measure(weights: Path, device: str) -> dict[str, object]:
    started = time.monotonic()
    pocket = Pocket.load(weights, device)
    figures: dict[str, object] = {"loading": f"{time.monotonic() - started:.2f} s"}
    pocket.paint(PaintRequest(PROMPT, (0,), steps=1, enlargement=1))
    for side in SIDES:
        enlargement = min(factor for factor in ENLARGEMENTS if factor * SIZE >= side)
        started = time.monotonic()
        pocket.paint(PaintRequest(PROMPT, (0,), enlargement=enlargement))
        seconds, peak = time.monotonic() - started, peak_megabytes()
        memory = "" if peak is None else f", {peak:.0f} MB"
        figures[f"{side} pixels"] = f"{seconds:.2f} s{memory}"
    return figures


def peak_megabytes() -> float | None:
    """Most memory this process ever held, in 10⁶ bytes; None where the system does not tell.

    Linux only: what `getrusage` says includes the memory of the process that started this one.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else None


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value)


if __name__ == "__main__":
    sys.exit(main())
