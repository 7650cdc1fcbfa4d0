"""`python -m benchmarks [NAME ...] [--json FILE]`: all of them, or those named.

Must not judge beyond the targets that the rows carry; it ends with 0 whatever they say.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.measuring import Table, load, machine
from benchmarks.printing import as_json, print_table
from tests.hosts.programs import Unavailable

NAMES = ("transport", "start", "overhead", "cancel", "seams", "krita", "blender", "material")
SEAMS = "seams"
PIPE_WIDTH = 120


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {min(unknown)!r}; there are: {', '.join(NAMES)}")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    report = _run([name for name in NAMES if name in asked.names or not asked.names])
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1), "utf-8")


def _run(names: list[str]) -> dict[str, object]:
    """Run and print the named benchmarks; everything found, as JSON."""
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    begun, at_start = time.monotonic(), load()
    console.print(f"{machine()}\nat the start: {at_start}\n")
    tables: list[Table] = []
    for name in names:
        if name == SEAMS:  # it prints a table of its own
            subprocess.run([sys.executable, "-m", "benchmarks.seams"], check=True)
            continue
        try:
            tables.append(import_module(f"benchmarks.{name}").run())
        except Unavailable as why:  # a paint program: the others are measured all the same
            console.print(f"\n{name}: not measured. {why}")
            continue
        print_table(console, tables[-1])
    seconds, at_end = round(time.monotonic() - begun), load()
    console.print(f"\nat the end, after {seconds} s: {at_end}")
    return {
        "machine": machine(),
        "at_start": at_start,
        "at_end": at_end,
        "seconds": seconds,
        "tables": as_json(tables),
    }


if __name__ == "__main__":
    main()
