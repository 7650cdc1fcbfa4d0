"""What the docker costs inside the real Krita: its start, and the way from click to layer.

Must not count painting: the daemon's `rehearse` gives the picture back as it came.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measuring import Table, Target, row
from tests.daemons import fresh_daemon
from tests.hosts.krita_program import install_krita

JOB = Path(__file__).with_name("krita_job.py")
TRIP_TARGET = Target(0.12, of_value=True)
START_TARGET = Target(0.1, of_value=True)


def run() -> Table:
    """Raises Unavailable where there is no Krita."""
    with fresh_daemon() as daemon, tempfile.TemporaryDirectory() as folder:
        krita = install_krita(Path(folder))
        found = krita.run(
            JOB, env={"IMPASTO_HOME": str(daemon.home)}, shared=[daemon.home], timeout_s=240
        )
    start = found["start"]
    both = [sum(pair) for pair in zip(start["import"], start["docker"], strict=True)]
    rows = [
        row("docker: imported and made", both, ("the import alone", start["import"]),
            target=START_TARGET),
        *(
            row(f"click → layer, 1024² {depth}, own share", _own_share(found[depth]),
                ("Krita's addChildNode", found[depth]["krita"]), target=TRIP_TARGET)
            for depth in ("U8", "U16")
        ),
    ]  # fmt: skip
    notes = (
        "Click → layer: read, sent, given back by a daemon that paints nothing, filled, added. Its "
        "own share is all of it less Krita's addChildNode, which no plugin can avoid.",
    )
    return Table("Krita: what the plugin adds", tuple(rows), notes)


def _own_share(found: dict[str, list[float]]) -> list[float]:
    return [whole - own for whole, own in zip(found["whole"], found["krita"], strict=True)]
