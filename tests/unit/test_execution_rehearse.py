"""A rehearsal through a real worker process over a real pipe: every way a job can end."""

import multiprocessing
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from core_server.operations.rehearse import rehearse
from core_server.worker.process import worker_main
from core_server.worker.wire import (
    Exit,
    Finished,
    Finishing,
    FromWorker,
    Ready,
    Release,
    Released,
    Run,
    RunFailed,
    Stepped,
    Stop,
    input_path,
    output_path,
    receive,
    send,
)
from protocol.geometry import Rect
from protocol.messages import Input, Submit
from protocol.pixels import ColorSpace, PixelLayout, Rows

PATIENCE_S = 60


@dataclass
class Worker:
    process: BaseProcess
    pipe: Connection
    folder: Path
    heard: list[FromWorker] = field(default_factory=list)

    def run(self, *inputs: tuple[Input, bytes], **params: Any) -> str:
        """Send a rehearsal; returns its job id."""
        job = str(uuid.uuid4())
        folder = self.folder / job
        folder.mkdir()
        for index, (_, blob) in enumerate(inputs):
            input_path(folder, index).write_bytes(blob)
        submit = Submit("1", job, "rehearse", params, tuple(entry for entry, _ in inputs))
        send(self.pipe, Run(job, str(folder), submit))
        return job

    def next(self) -> FromWorker:
        assert self.pipe.poll(PATIENCE_S), "the worker is silent"
        message: FromWorker = receive(self.pipe)[0]
        self.heard.append(message)
        return message

    def until(self, kind: type[Any]) -> Any:
        while not isinstance(message := self.next(), kind):
            assert not isinstance(message, (Finished, RunFailed)), message
        return message


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Worker]]:
    context = multiprocessing.get_context("spawn")
    started: list[Worker] = []

    def begin() -> Worker:
        folder = tmp_path_factory.mktemp("worker")
        ours, theirs = context.Pipe()
        process = context.Process(target=worker_main, args=(theirs, "cpu", str(folder)))
        process.start()
        theirs.close()
        started.append(Worker(process, ours, folder))
        return started[-1]

    yield begin
    for worker in started:
        worker.process.kill()
        worker.process.join()
        worker.process.close()
        worker.pipe.close()


@pytest.fixture(scope="module")
def worker(start: Callable[[], Worker]) -> Worker:
    worker = start()
    ready = worker.next()
    assert isinstance(ready, Ready)
    assert ready.pid == worker.process.pid
    assert ready.title
    assert ready.memory_total_mb
    return worker


def picture(
    layout: PixelLayout = PixelLayout.RGBA8, role: str = "image", **more: Any
) -> tuple[Input, bytes]:
    rect = Rect(-3, 7, 20, 10)
    return Input(role, rect, layout, 0, **more), os.urandom(layout.byte_length(20, 10))


def test_pictures_come_back_bit_for_bit(worker: Worker) -> None:
    first = picture(name="one")
    mask = picture(PixelLayout.GRAY8, "mask")
    second = picture(PixelLayout.BGRA16, rows=Rows.BOTTOM, space=ColorSpace.LINEAR)
    job = worker.run(first, mask, second)
    finished = worker.until(Finished)
    assert finished.job == job
    assert [item.blob for item in finished.items] == [0, 1]
    for item, (sent, blob) in zip(finished.items, (first, second), strict=True):
        assert output_path(worker.folder / job, item.blob).read_bytes() == blob
        assert (item.rect, item.layout, item.rows) == (sent.rect, sent.layout, sent.rows)
        assert (item.space, item.name) == (sent.space, sent.name)
    assert finished.memory_mb > 1


def test_without_pictures_a_gradient_comes(worker: Worker) -> None:
    job = worker.run()
    (item,) = worker.until(Finished).items
    pixels = output_path(worker.folder / job, 0).read_bytes()
    assert item.rect == Rect(0, 0, 64, 64)
    assert pixels[:4] == bytes((0, 0, 128, 255))
    assert pixels[-4:] == bytes((255, 255, 128, 255))


def test_every_step_is_reported_in_order_and_then_finishing(worker: Worker) -> None:
    worker.heard.clear()
    worker.run(steps=7)
    worker.until(Finished)
    steps = [m for m in worker.heard if isinstance(m, Stepped)]
    assert [(m.step, m.steps) for m in steps] == [(n, 7) for n in range(1, 8)]
    assert isinstance(worker.heard[-2], Finishing)


@pytest.mark.parametrize(
    ("outcome", "code", "action"),
    [
        ("fail", "internal", "open_log"),
        ("oom", "out_of_memory", "free_memory"),
        ("disk_full", "disk_full", "free_disk"),
    ],
)
def test_a_failure_is_a_sentence_and_the_worker_lives_on(
    worker: Worker, outcome: str, code: str, action: str
) -> None:
    worker.run(steps=1, outcome=outcome)
    error = worker.until(RunFailed).error
    assert error.code == code
    assert error.remedy.action == action
    assert "Traceback" not in error.message
    assert (error.log_id is not None) == (code == "internal")
    worker.run()
    worker.until(Finished)


def test_stop_takes_effect_within_a_slow_step(worker: Worker) -> None:
    job = worker.run(steps=2, step_s=60)
    begun = time.monotonic()
    send(worker.pipe, Stop(job))
    assert worker.until(RunFailed).error.code == "cancelled"
    assert time.monotonic() - begun < 5


def test_stop_of_another_or_a_finished_job_changes_nothing(worker: Worker) -> None:
    done = worker.run()
    worker.until(Finished)
    send(worker.pipe, Stop(done))
    send(worker.pipe, Stop("another"))
    worker.run(steps=3, step_s=0.01)
    worker.until(Finished)


def test_a_job_that_is_tried_again_is_not_stopped_by_what_stopped_it_before(
    worker: Worker,
) -> None:
    job = worker.run(steps=1, step_s=60)
    send(worker.pipe, Stop(job))
    worker.until(RunFailed)
    submit = Submit("1", job, "rehearse", {})
    send(worker.pipe, Run(job, str(worker.folder / job), submit))
    worker.until(Finished)


def test_release_is_answered(worker: Worker) -> None:
    send(worker.pipe, Release())
    assert worker.until(Released).memory_mb > 1


def test_an_operation_that_nobody_carries_out_fails_with_a_sentence(worker: Worker) -> None:
    send(worker.pipe, Run("1", str(worker.folder), Submit("1", "1", "sculpt")))
    assert worker.until(RunFailed).error.code == "unknown_operation"


def test_no_model_library_is_imported_without_need(worker: Worker) -> None:
    assert worker.process.pid is not None
    maps = Path(f"/proc/{worker.process.pid}/maps")
    if not maps.exists():
        pytest.skip("this system does not list a process's libraries")
    assert "libtorch" not in maps.read_text()


def test_a_crash_ends_the_process_without_a_word(start: Callable[[], Worker]) -> None:
    worker = start()
    worker.until(Ready)
    worker.run(outcome="crash")
    with pytest.raises(EOFError):
        worker.next()
    worker.process.join(PATIENCE_S)
    assert worker.process.exitcode == 3


def test_a_hanging_worker_ignores_stop_and_dies_with_the_daemon(
    start: Callable[[], Worker],
) -> None:
    worker = start()
    worker.until(Ready)
    job = worker.run(steps=1, outcome="hang")
    worker.until(Stepped)
    send(worker.pipe, Stop(job))
    assert not worker.pipe.poll(0.5)
    worker.pipe.close()  # as if the daemon had died
    worker.process.join(5)
    assert worker.process.exitcode == 0


def test_exit_leaves_at_once(start: Callable[[], Worker]) -> None:
    worker = start()
    worker.until(Ready)
    worker.run(steps=1000, step_s=60)
    send(worker.pipe, Exit())
    worker.process.join(5)
    assert worker.process.exitcode == 0


def test_a_large_picture_costs_less_than_a_millisecond_and_a_half(worker: Worker) -> None:
    """Best of many, pipe and all, on a machine that may be busy."""
    rect = Rect(0, 0, 1024, 1024)
    entry = (Input("image", rect, PixelLayout.RGBA8, 0), bytes(rect.area * 4))
    times = []
    for _ in range(15):
        job = str(uuid.uuid4())
        folder = worker.folder / job
        folder.mkdir()
        input_path(folder, 0).write_bytes(entry[1])
        message = Run(job, str(folder), Submit("1", job, "rehearse", {}, (entry[0],)))
        begun = time.perf_counter()
        send(worker.pipe, message)
        worker.until(Finished)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.0015 * (1 + os.getloadavg()[0])


def test_the_declaration_knows_every_outcome() -> None:
    operation = rehearse()
    assert operation.visibility == "hidden"
    params = {"steps": 1000, "step_s": 0.5, "outcome": "hang"}
    assert operation.check(params) == params
