"""What the docker costs inside the real Krita: its start, the way from click to layer, its stalls.

Must not count painting: the daemon's `rehearse` gives the picture back as it came.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measuring import Table, Target, row
from tests.daemons import fresh_daemon
from tests.hosts.krita_program import install_krita

JOB = Path(__file__).with_name("krita_job.py")
STALLS_JOB = Path(__file__).with_name("krita_stalls_job.py")
TRIP_TARGET = Target(0.12, of_value=True)
START_TARGET = Target(0.1, of_value=True)
STALL_TARGET = Target(0.05, of_value=True)
WORKING = ("reading", "there and back", "applying", "letting go")

SRGB, LINEAR = "sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc"
CASES = {  # model, depth, profile; side of the square that is worked on, in a document of 8192²
    "8 bit, all of 8192²": ("RGBA", "U8", SRGB, 8192),
    "16 bit, 4096² of 8192²": ("RGBA", "U16", SRGB, 4096),
    "32-bit float, 4096² of 8192²": ("RGBA", "F32", LINEAR, 4096),
    "wide gamut (converted), 2048² of 8192²": ("RGBA", "U8", "ClayRGB-elle-V2-g22.icc", 2048),
}


def run() -> Table:
    """Raises Unavailable where there is no Krita."""
    with fresh_daemon() as daemon, tempfile.TemporaryDirectory() as folder:
        krita = install_krita(Path(folder))
        env, shared = {"IMPASTO_HOME": str(daemon.home)}, [daemon.home]
        found = krita.run(JOB, env=env, shared=shared, timeout_s=240)
        cases = list(CASES.items())
        stalls = krita.run(STALLS_JOB, env=env, shared=shared, timeout_s=600, cases=cases)
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
        *(
            row(f"longest stall, {name}", [max(stalls[name][phase] for phase in WORKING)],
                ("Krita's addChildNode", [stalls[name]["addChildNode"]]), target=STALL_TARGET)
            for name in CASES
        ),
        row("longest stall, thumbnails and previews of these", _longest(stalls, "showing"),
            ("looking at the document", _longest(stalls, "looking")), target=STALL_TARGET),
    ]  # fmt: skip
    notes = (
        "Click → layer: read, sent, given back by a daemon that paints nothing, filled, added. Its "
        "own share is all of it less Krita's addChildNode, which no plugin can avoid.",
        "Stall: how long the docker's own code kept Krita's event loop from turning, in a row.",
    )
    return Table("Krita: what the plugin adds", tuple(rows), notes)


def _own_share(found: dict[str, list[float]]) -> list[float]:
    return [whole - own for whole, own in zip(found["whole"], found["krita"], strict=True)]


def _longest(stalls: dict[str, dict[str, float]], phase: str) -> list[float]:
    return [max(found[phase] for found in stalls.values())]
