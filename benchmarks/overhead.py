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

ROUNDS = 10
LIMIT_S = 25
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
    with fresh_daemon() as daemon, daemon.client() as client:
        card = ModelRegistry(daemon.home / "models.json").add_folder(tiny_model(MODEL_NAME))
        submit = Submit("", "", "generate", {**PARAMS, "model": card.name})
        ways = {
            "daemon": timed(lambda: client.submit(submit).wait(120)),
            "here": executed_here(submit, daemon.home),
        }
        found = interleaved(ways, ROUNDS, limit_s=LIMIT_S)
    what = f"tiny {MODEL_NAME}, 512², {PARAMS['steps']} steps"
    return Table(
        "Overhead: painting through the daemon, beside the same call in this process",
        (row(what, found["daemon"], ("in this process", found["here"]), target=TARGET),),
        ("Random weights; submit → result, layers written, one thread on either side.",),
    )
