"""How soon a cancelled job ends and its worker is idle, beside the time one step takes.

Must not cancel between steps on purpose: a cancel comes when it comes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress

from benchmarks.measuring import MIN_ROUNDS, Row, Table, Target, row
from core_server.models.registry import ModelRegistry
from protocol.client import Client, Job, new_id
from protocol.errors import Cancelled
from protocol.messages import Progress, Status, StatusReport, Submit
from tests.daemons import fresh_daemon
from tests.tiny_models import tiny_model

ROUNDS = 10
LIMIT_S = 12
STEP_S = 0.05
STEPS_WATCHED = 3
"""Steps that are let pass, and timed, before a job is cancelled."""

TARGET = Target(2)
PATIENCE_S = 60

REHEARSAL = Submit("", "", "rehearse", {"steps": 1000, "step_s": STEP_S})
TINY = {"prompt": "a red heart", "seed": 1, "steps": 150}


def run() -> Table:
    """A rehearsal with 50 ms steps, and a tiny pipeline."""
    with fresh_daemon() as daemon, daemon.client() as client:
        card = ModelRegistry(daemon.home / "models.json").add_folder(tiny_model("sd15"))
        tiny = Submit("", "", "generate", {**TINY, "model": card.name})
        rows = [
            *_rows("rehearse", client, REHEARSAL),
            *_rows("tiny sd15", client, tiny),
        ]
    return Table(
        "Cancel: from cancel() until the job has ended and the worker is idle",
        tuple(rows),
        ("Cancelling takes effect at the next step; a step is one of the same job.",),
    )


def _rows(name: str, client: Client, submit: Submit) -> Iterator[Row]:
    _cancelled(client, submit)  # the first one loads the model
    rounds: list[tuple[float, float, float]] = []
    end = time.monotonic() + LIMIT_S
    while len(rounds) < ROUNDS and (len(rounds) < MIN_ROUNDS or time.monotonic() < end):
        rounds.append(_cancelled(client, submit))
    step, told, idle = ([one[n] for one in rounds] for n in range(3))
    yield row(f"{name}: → `cancelled`", told, ("one step", step), target=TARGET)
    yield row(f"{name}: → worker idle", idle, ("one step", step), target=TARGET)


def _cancelled(client: Client, submit: Submit) -> tuple[float, float, float]:
    """Seconds of one step, from cancel() to `cancelled`, and from cancel() to an idle worker."""
    job = client.submit(submit)
    step_s = _step_seconds(job)
    time.sleep(random.uniform(0, step_s))
    begun = time.perf_counter()
    job.cancel()
    try:
        job.wait(PATIENCE_S)
    except Cancelled:
        told = time.perf_counter() - begun
    else:
        raise AssertionError("the job ended before it was cancelled")
    while not _is_idle(client):
        time.sleep(0.001)
    return step_s, told, time.perf_counter() - begun


class _Enough(Exception):
    """Enough steps were seen."""


def _step_seconds(job: Job) -> float:
    """Let some steps pass; the seconds that one of them takes."""
    seen: list[tuple[int, float]] = []

    def on_progress(progress: Progress) -> None:
        if progress.step:
            seen.append((progress.step, time.perf_counter()))
        if seen and seen[-1][0] > seen[0][0] + STEPS_WATCHED:
            raise _Enough

    with suppress(_Enough):
        job.wait(PATIENCE_S, on_progress)
    (first, begun), (last, ended) = seen[0], seen[-1]
    return (ended - begun) / (last - first)


def _is_idle(client: Client) -> bool:
    report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    return all(device.state == "idle" for device in report.devices)
