"""What daemon, queue, processes and transport add to painting, beside the same call in-process.

Must not flatter the daemon: both sides load once, paint the same plan and write their layers.
"""

from __future__ import annotations

from benchmarks.in_process import executed_here
from benchmarks.measuring import Table, Target, interleaved, row, timed
from core_server.models.registry import ModelRegistry
from protocol.messages import Submit
from tests.daemons import fresh_daemon
from tests.tiny_models import tiny_model

DAEMONS = 3
"""Where its tensors happen to lie makes a process up to 3 % faster or slower for all its life."""
ROUNDS = 8
LIMIT_S = 20
TARGET = Target(1.05)
MODEL_NAME = "sd15"
PARAMS = {
    "prompt": "a red heart",
    "seed": 1,
    "steps": 6,
    "rank": False,
}


def run() -> Table:
    """A tiny diffusers pipeline, both ways, on the CPU with one thread."""
    found: dict[str, list[float]] = {"daemon": [], "here": []}
    for _ in range(DAEMONS):
        for way, seconds in _with_a_fresh_daemon().items():
            found[way] += seconds
    what = f"tiny {MODEL_NAME}, 512², {PARAMS['steps']} steps"
    return Table(
        "Overhead: painting through the daemon, beside the same call in this process",
        (row(what, found["daemon"], ("in this process", found["here"]), target=TARGET),),
        (
            "Random weights; submit → result, layers written, one thread on either side; "
            f"{DAEMONS} daemons after one another.",
        ),
    )


def _with_a_fresh_daemon() -> dict[str, list[float]]:
    with fresh_daemon() as daemon, daemon.client() as client:
        card = ModelRegistry(daemon.home / "models.json").add_folder(tiny_model(MODEL_NAME))
        submit = Submit("", "", "generate", {**PARAMS, "model": card.name})
        ways = {
            "daemon": timed(lambda: client.submit(submit).wait(120)),
            "here": executed_here(submit, daemon.home),
        }
        return interleaved(ways, ROUNDS, limit_s=LIMIT_S)
