"""Krita, GIMP and Blender at the same time, each with several jobs, on one daemon."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from protocol.client import new_id
from protocol.messages import History, HistoryPage, JobState, Status, StatusReport
from tests.daemons import DaemonProcess, fresh_daemon
from tests.hosts.blender_program import Blender
from tests.hosts.gimp_program import Gimp
from tests.hosts.krita_program import Krita

JOBS = Path(__file__).with_name("krita") / "jobs"
PATIENCE_S = 400
PROGRAMS = ("Blender", "GIMP", "Krita")
EACH = 3

Answer = dict[str, Any]

IN_KRITA = """
import sys
sys.path.insert(0, {jobs!r})
from docker_tools import PAINTING_S, choose, fill_in, opened, press_paint

def job(tools):
    yield from tools.new_document(128, 128)
    view = yield from opened(tools)
    yield from choose(tools, view, "generate")
    tasks = []
    for prompt in ("a red heart", "a yellow star", "a blue circle"):
        fill_in(view, prompt=prompt, steps=12, count=2)
        tasks.append((yield from press_paint(tools, view)))
    fill_in(view, prompt="a green leaf", steps=150, count=8)
    unwanted = yield from press_paint(tools, view)
    yield from tools.until(lambda: unwanted.job and unwanted.job.is_accepted, "its place", 60)
    view.desk.session.cancel(unwanted)
    yield from tools.until(lambda: all(each.state.is_final for each in tasks), "all", PAINTING_S)
    yield from tools.until(lambda: unwanted.state.is_final, "the cancelling", PAINTING_S)
    return {{
        "painted": [[each.ticket.title, len(each.candidates)] for each in tasks],
        "cancelled": unwanted.state.value,
    }}
"""

IN_GIMP = """
def job(tools):
    image = tools.new_image(128, 128)
    (layer,) = image.get_layers()
    for prompt in ("a red heart", "a yellow star", "a blue circle"):
        answer = tools.call(
            "impasto-generate", image=image, drawables=[layer], prompt=prompt, steps=12, count=2
        )
        assert answer.status == "success", answer.message
    found = [each["name"] for each in tools.layers(image) if each["group"]]
    image.delete()
    return {"painted": found}
"""

IN_BLENDER = """
import bpy

def job(tools):
    tools.new_file()
    tools.add("cube")
    painted = []
    for prompt in ("a red heart", "a yellow star", "a blue circle"):
        before = set(bpy.data.images)
        done = bpy.ops.impasto.generate_texture(
            prompt=prompt, width=128, height=128, steps=12, count=1
        )
        assert done == {"FINISHED"}, done
        painted += [[each.name, list(each.size)] for each in set(bpy.data.images) - before]
    return {"painted": painted}
"""


class Turn(NamedTuple):
    """A job that began to be painted, whose it is, and who else had one waiting just before."""

    job: str
    program: str
    others_waiting: frozenset[str]


class Watch(threading.Thread):
    """Asks the daemon ten times a second whose job it paints."""

    def __init__(self, daemon: DaemonProcess) -> None:
        super().__init__(daemon=True)
        self.client = daemon.client(name="watch")
        self.turns: list[Turn] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        waiting: set[str] = set()
        while not self.is_over.wait(0.1):
            report = self.client.request(Status(new_id())).message
            assert isinstance(report, StatusReport)
            seen = {turn.job for turn in self.turns}
            for each in report.jobs:
                if each.state is JobState.RUNNING and each.job not in seen:
                    others = frozenset(waiting - {each.client_name})
                    self.turns.append(Turn(each.job, each.client_name, others))
            waiting = {job.client_name for job in report.jobs if job.state is JobState.QUEUED}


@pytest.fixture(scope="module")
def daemon() -> Iterator[DaemonProcess]:
    with fresh_daemon() as started:
        yield started


@pytest.fixture(scope="module")
def painted(
    krita: Krita, gimp: Gimp, blender: Blender, daemon: DaemonProcess
) -> tuple[dict[str, Answer], Watch]:
    """What each program answered, and what the queue looked like."""
    home = daemon.home
    given: dict[str, Any] = {
        "env": {"IMPASTO_HOME": str(home)}, "shared": [home], "timeout_s": PATIENCE_S
    }  # fmt: skip
    watch = Watch(daemon)
    watch.start()
    with ThreadPoolExecutor(len(PROGRAMS)) as pool:
        answers: dict[str, Future[Answer]] = {
            "Krita": pool.submit(krita.fresh().run, IN_KRITA.format(jobs=str(JOBS)), **given),
            "GIMP": pool.submit(gimp.fresh().run, IN_GIMP, **given),
            "Blender": pool.submit(blender.fresh().run, IN_BLENDER, **given),
        }
        found = {name: answer.result(PATIENCE_S) for name, answer in answers.items()}
    watch.is_over.set()
    watch.join(10)
    return found, watch


def test_every_program_gets_its_own_pictures(
    painted: tuple[dict[str, Answer], Watch],
) -> None:
    answers, _ = painted
    prompts = ["a red heart", "a yellow star", "a blue circle"]
    assert answers["Krita"]["painted"] == [[prompt, 2] for prompt in prompts]
    in_gimp = [name.partition(" #")[0] for name in answers["GIMP"]["painted"]]  # names are unique
    assert sorted(in_gimp) == sorted(prompts * 2)
    assert len(answers["Blender"]["painted"]) == EACH
    for prompt, (name, size) in zip(prompts, answers["Blender"]["painted"], strict=True):
        assert name.startswith(prompt)
        assert size == [128, 128]


def test_cancelling_in_one_program_touches_no_other_job(
    painted: tuple[dict[str, Answer], Watch], daemon: DaemonProcess
) -> None:
    answers, _ = painted
    assert answers["Krita"]["cancelled"] == "cancelled"
    with daemon.client() as client:
        page = client.request(History(new_id())).message
    assert isinstance(page, HistoryPage)
    ends: dict[str, list[JobState]] = {name: [] for name in PROGRAMS}
    for entry in page.entries:
        ends[entry.client_name].append(entry.state)
    done = [JobState.DONE] * EACH
    assert ends["GIMP"] == ends["Blender"] == done
    assert sorted(ends["Krita"]) == sorted([*done, JobState.CANCELLED])


def test_nobody_is_served_twice_while_another_program_waits(
    painted: tuple[dict[str, Answer], Watch],
) -> None:
    _, watch = painted
    assert any(turn.others_waiting for turn in watch.turns), "they were not at work together"
    for before, turn in pairwise(watch.turns):
        assert turn.program != before.program or not turn.others_waiting, watch.turns
