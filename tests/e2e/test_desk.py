"""A plugin's whole logic, and a real daemon that paints with Pocket; only the program is fake."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from plugins.common import intents
from plugins.common.album import Album
from plugins.common.desk import Desk
from plugins.common.host import Work
from plugins.common.phrases import choose_language
from plugins.common.record import LayerRecord, again, same_picture
from plugins.common.session import Session
from plugins.common.tasks import State, Task
from protocol.client import Client, connect_to_daemon
from protocol.errors import NotFound, UnsupportedByModel
from protocol.geometry import Rect
from protocol.jobs import Identity
from tests.daemons import DaemonProcess, fresh_daemon
from tests.unit.plugins.fake_host import Document, FakeHost, Layer

pytestmark = pytest.mark.e2e

T = TypeVar("T")
PAINTING_S = 120.0


@pytest.fixture(scope="module")
def daemon() -> Iterator[DaemonProcess]:
    with fresh_daemon() as process:
        yield process


@pytest.fixture
def home(daemon: DaemonProcess, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the session finds this daemon."""
    monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
    return daemon.home


@pytest.fixture
def open_desk(home: Path, tmp_path: Path) -> Iterator[Callable[[FakeHost], Desk]]:
    sessions: list[Session] = []

    def opened(host: FakeHost) -> Desk:
        session = Session("test", "0", folder=tmp_path / "plugins")
        sessions.append(session)
        desk = Desk(host, session)
        until(desk, lambda: bool(desk.session.catalogue.operations))
        desk.look()
        return desk

    yield opened
    for session in sessions:
        session.close()


def document(key: str = "doc") -> Document:
    layers = [Layer("sky", "Sky", Rect(0, 0, 128, 128), (70, 120, 220, 255))]
    return Document(key, f"/{key}.kra", Rect(0, 0, 128, 128), layers)


def until(desk: Desk, claim: Callable[[], bool], timeout_s: float = PAINTING_S) -> None:
    limit = time.monotonic() + timeout_s
    while not claim():
        assert time.monotonic() < limit, (desk.notice, [task.state for task in desk.tasks])
        desk.poll()
        time.sleep(0.02)


def finish(work: Work[T]) -> T:
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def asked(desk: Desk, intent: str, prompt: str = "a red heart", **values: object) -> Task:
    desk.choose(intents.find(intent))
    for name, value in {"prompt": prompt, **values}.items():
        field = desk.form.field_named(desk.intent, name)
        assert field is not None
        desk.form.set(field, value)
    task = finish(desk.paint())
    assert task is not None, desk.notice
    return task


def test_candidates_come_ranked_and_become_layers_in_one_step(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    page = document()
    desk = open_desk(FakeHost(page))
    task = asked(desk, "generate", count=3, seed=5)
    until(desk, lambda: task.state is State.DONE)
    scores = [candidate.score or 0.0 for candidate in desk.candidates]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert {candidate.seed for candidate in desk.candidates} == {5, 6, 7}
    finish(desk.apply(desk.candidates[:2]))
    assert page.undo_steps == 1
    assert page.groups == ["a red heart"]
    assert [layer.name for layer in page.added] == ["a red heart"] * 2
    assert page.added[0].rect == page.canvas


def test_what_was_painted_is_kept_with_the_document_and_can_be_had_again(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    page = document()
    desk = open_desk(FakeHost(page))
    task = asked(desk, "generate", seed=9)
    until(desk, lambda: task.is_seen)
    finish(desk.apply(desk.candidates))
    painted = bytes(desk.candidates[0].layer.pixels)
    # The program was closed and opened again: the document has another key.
    page.key = "again"
    later = open_desk(FakeHost(page))
    (entry,) = Album.open(later.host, "again").pages
    assert entry.pictures[0].is_applied
    assert later.candidates == []
    later.open_page(entry.ticket.job)
    until(later, lambda: bool(later.candidates))
    (candidate,) = later.candidates
    assert bytes(candidate.layer.pixels) == painted
    assert candidate.is_applied


def test_a_selection_is_filled_where_it_is(open_desk: Callable[[FakeHost], Desk]) -> None:
    page = document()
    page.selection = Rect(40, 30, 50, 60)
    desk = open_desk(FakeHost(page))
    task = asked(desk, "fill", "a red heart", grow=0, feather=0)
    until(desk, lambda: task.state.is_final)
    assert task.failure is None
    assert desk.candidates[0].layer.rect == page.selection


def test_expanding_makes_the_canvas_larger_when_it_is_applied(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    page = document()
    desk = open_desk(FakeHost(page))
    task = asked(desk, "expand", "a red heart", left=32)
    until(desk, lambda: task.state.is_final)
    assert task.failure is None
    finish(desk.apply(desk.candidates))
    assert page.canvas == Rect(0, 0, 160, 128)


def test_more_like_this_one_comes_at_the_same_place(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    page = document()
    desk = open_desk(FakeHost(page))
    first = asked(desk, "generate")
    until(desk, lambda: first.state is State.DONE)
    again = desk.vary(first.candidates[0])
    assert again is not None
    until(desk, lambda: again.state.is_final)
    assert again.failure is None
    assert again.candidates[0].layer.rect == first.candidates[0].layer.rect


def test_what_the_daemon_refuses_is_said_in_the_artists_language(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    choose_language("zh_CN")
    try:
        desk = open_desk(FakeHost(document()))
        task = asked(desk, "generate", sampler="lcm")
        until(desk, lambda: task.state is State.FAILED and desk.trouble is not None)
        assert isinstance(task.failure, UnsupportedByModel)
        assert desk.notice is not None
        assert desk.notice.spoken == "pocket 没有采样器 lcm，可用的有：euler、heun。"
    finally:
        choose_language("en")


def test_cancelling_leaves_nothing_behind(open_desk: Callable[[FakeHost], Desk]) -> None:
    desk = open_desk(FakeHost(document()))
    task = asked(desk, "generate", steps=150, count=10)
    until(desk, lambda: task.state is State.PAINTING)
    desk.session.cancel(task)
    until(desk, lambda: task.state is State.CANCELLED)
    assert desk.candidates == []


def test_discarding_the_last_candidate_takes_the_job_out_of_the_album(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    page = document()
    desk = open_desk(FakeHost(page))
    task = asked(desk, "generate")
    until(desk, lambda: task.is_seen)
    assert desk.album.pages
    desk.discard(desk.candidates[0])
    assert desk.tasks == []
    assert Album.open(desk.host, "doc").pages == []


def test_a_program_that_was_closed_finds_its_result_when_it_comes_back(
    open_desk: Callable[[FakeHost], Desk],
) -> None:
    page = document("left")
    desk = open_desk(FakeHost(page))
    task = asked(desk, "generate", seed=3)
    until(desk, lambda: task.job is not None and task.job.is_accepted)
    desk.session.close()
    page.key = "opened again"
    later = open_desk(FakeHost(page))
    until(later, lambda: bool(later.candidates))
    assert later.candidates[0].ticket.job == task.ticket.job


def test_results_of_another_document_wait_for_it(open_desk: Callable[[FakeHost], Desk]) -> None:
    host = FakeHost(document("one"), document("two"))
    desk = open_desk(host)
    task = asked(desk, "generate")
    host.front = "two"
    desk.look()
    until(desk, lambda: task.state is State.DONE)
    assert desk.candidates == []
    host.front = "one"
    desk.look()
    assert len(desk.candidates) == 1


def test_a_daemon_killed_in_mid_job_can_be_started_again_and_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_daemon() as daemon:
        monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
        session = Session("test", "0", folder=tmp_path / "plugins")
        desk = Desk(FakeHost(document()), session)
        until(desk, lambda: bool(session.catalogue.operations))
        desk.look()
        task = asked(desk, "generate", steps=100, seed=1)
        until(desk, lambda: task.state is State.PAINTING)
        daemon.stop(signal.SIGKILL)
        until(desk, lambda: desk.notice is not None)
        assert desk.notice is not None
        assert desk.notice.remedy is not None
        assert desk.notice.remedy.action == "start_daemon"
        daemon.start()
        until(desk, lambda: task.state.is_final)
        assert task.failure is None
        assert desk.candidates
        session.close()


@pytest.mark.parametrize("intent", ["fill", "generate"])
def test_a_layers_record_paints_the_same_layer_again(
    home: Path, open_desk: Callable[[FakeHost], Desk], intent: str
) -> None:
    page = document()
    page.selection = Rect(32, 32, 64, 64) if intent == "fill" else None
    desk = open_desk(FakeHost(page))
    task = asked(desk, intent, count=2, seed=5)
    until(desk, lambda: task.state is State.DONE)
    for candidate in desk.candidates:
        kept = LayerRecord.from_text(candidate.layer.record)
        with Client(connect_to_daemon, Identity("rerun", "Test")) as client:
            request = again(client, kept, "doc")
            job = client.submit(request.submit, request.pictures, job=request.ticket.job)
            job.wait(PAINTING_S)
        same = same_picture(kept, job.items)
        assert same.item.rect == candidate.layer.rect
        assert bytes(same.pixels) == bytes(candidate.layer.pixels)


def test_a_record_whose_job_is_unknown_paints_from_its_words_alone(
    home: Path, open_desk: Callable[[FakeHost], Desk]
) -> None:
    desk = open_desk(FakeHost(document()))
    task = asked(desk, "generate", seed=5)
    until(desk, lambda: task.state is State.DONE)
    (candidate,) = desk.candidates
    kept = replace(LayerRecord.from_text(candidate.layer.record), job=str(uuid.uuid4()))
    with Client(connect_to_daemon, Identity("rerun", "Test")) as client:
        request = again(client, kept, "doc")
        job = client.submit(request.submit, request.pictures, job=request.ticket.job)
        job.wait(PAINTING_S)
        assert bytes(same_picture(kept, job.items).pixels) == bytes(candidate.layer.pixels)
        filled = replace(kept, record={**kept.record, "inputs": [{"role": "image"}]})
        with pytest.raises(NotFound, match="not in this daemon's history"):
            again(client, filled, "doc")
