"""What a texture that is laid and packed costs inside the real Blender: the longest stall.

Must not count painting, nor what the daemon does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measuring import Table, row
from tests.hosts.blender_program import install_blender

JOB = Path(__file__).with_name("blender_job.py")
SIDES = (1024, 2048, 4096)
ROUNDS = 5


def run() -> Table:
    """Raises Unavailable where there is no Blender."""
    with tempfile.TemporaryDirectory() as folder:
        blender = install_blender(Path(folder))
        found = blender.run(JOB, timeout_s=300, sides=SIDES, rounds=ROUNDS)
    rows = tuple(
        row(f"longest stall, a new image of {side}², 8 bit, packed", each["ours"],
            ("written and packed by Blender itself", each["blender"]))
        for side, each in ((side, found[str(side)]) for side in SIDES)
    )  # fmt: skip
    notes = (
        "The rest of a stall is Blender's own reading of the pixels, which nothing can split.",
    )
    return Table("Blender: new textures", rows, notes)
