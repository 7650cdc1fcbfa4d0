"""A real daemon with a real worker process, spoken to by the real client over real sockets.

The jobs are rehearsals: everything is as in production but the painting.
"""

import os
import time
import uuid

import pytest

from protocol import PixelLayout, Rect, errors
from protocol.client import Client, Job, Picture, new_id
from protocol.messages import (
    Deliver,
    History,
    HistoryPage,
    Input,
    JobState,
    Lane,
    Memory,
    MemoryReport,
    ModelList,
    Models,
    OnDisconnect,
    Phase,
    Progress,
    Result,
    Shutdown,
    Status,
    StatusReport,
    Submit,
)
from tests.daemons import DaemonProcess, fresh_daemon

SETTINGS = "stop_s = 0.5\nvanished_s = 0.3\n"


@pytest.fixture(scope="module")
def daemon():
    with fresh_daemon(SETTINGS) as running:
        yield running


@pytest.fixture
def client(daemon: DaemonProcess):
    with daemon.client() as connected:
        yield connected


def rehearse(client: Client, *pictures: Picture, **params: object) -> Job:
    return client.submit(rehearsal(**params), pictures)


def rehearsal(**params: object) -> Submit:
    options = {
        name: params.pop(name)
        for name in ("lane", "replaces", "on_disconnect", "deliver", "job")
        if name in params
    }
    return Submit("", options.pop("job", ""), "rehearse", params, **options)


def picture(layout: PixelLayout, width: int = 5, height: int = 3) -> Picture:
    area = Rect(-7, 11, width, height)
    return Picture(Input("image", area, layout, 0), os.urandom(layout.byte_length(width, height)))


def status(client: Client) -> StatusReport:
    reply = client.request(Status(new_id())).message
    assert isinstance(reply, StatusReport)
    return reply


def wait_until(condition, timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("layout", PixelLayout, ids=lambda layout: layout.value)
def test_pixels_come_back_bit_for_bit_in_every_layout(client, layout):
    sent = picture(layout)
    job = rehearse(client, sent)
    job.wait(20)
    assert bytes(job.items[0].pixels) == sent.pixels
    assert job.items[0].item.rect == sent.input.rect


def test_a_job_reports_its_phases_in_order(client):
    seen: list[Progress] = []
    rehearse(client, steps=4, step_s=0.05).wait(20, on_progress=seen.append)
    phases = [progress.phase for progress in seen]
    assert phases == sorted(phases, key=list(Phase).index)
    assert seen[-1].phase is Phase.FINISHING or seen[-1].step == 4


def test_the_same_submit_twice_is_one_job(daemon, client):
    name = str(uuid.uuid4())
    sent = picture(PixelLayout.RGBA8)
    first = rehearse(client, sent, steps=3, step_s=0.05, job=name)
    with daemon.client(client.identity.client_id) as twin:
        second = rehearse(twin, sent, steps=3, step_s=0.05, job=name)
        assert second.wait(20).items == first.wait(20).items
    page = client.request(History(new_id(), job=name)).message
    assert isinstance(page, HistoryPage)
    assert len(page.entries) == 1


@pytest.mark.parametrize("change", ["params", "pixels"])
def test_another_submit_under_a_used_id_is_refused_and_the_job_goes_on(daemon, client, change):
    name = str(uuid.uuid4())
    sent = picture(PixelLayout.RGBA8)
    job = rehearse(client, sent, steps=10, step_s=0.05, job=name)
    other = Picture(sent.input, os.urandom(60)) if change == "pixels" else sent
    with daemon.client(client.identity.client_id) as twin, pytest.raises(errors.BadRequest) as no:
        rehearse(twin, other, steps=10 + (change == "params"), step_s=0.05, job=name).wait(20)
    assert no.value.field == "job"
    assert isinstance(job.wait(20), Result)


def test_a_queued_job_is_cancelled_at_once(client):
    running = rehearse(client, steps=40, step_s=0.05)
    queued = rehearse(client)
    queued.cancel()
    with pytest.raises(errors.Cancelled):
        queued.wait(5)
    assert not running.state.is_terminal
    running.cancel()


def test_a_job_is_cancelled_while_its_worker_is_being_started():
    with fresh_daemon() as slow, slow.client() as client:  # which waits 10 s for a deaf worker
        job = rehearse(client, steps=1000, step_s=0.05)
        wait_until(lambda: job.progress is not None and job.progress.phase is Phase.LOADING)
        job.cancel()
        with pytest.raises(errors.Cancelled):
            job.wait(8)


def test_a_running_job_is_cancelled_at_its_next_step(client):
    job = rehearse(client, steps=400, step_s=0.05)
    wait_until(lambda: job.progress is not None and job.progress.step > 0)
    job.cancel()
    with pytest.raises(errors.Cancelled):
        job.wait(5)
    rehearse(client).wait(20)


def test_a_job_is_cancelled_by_its_owner_only(daemon, client):
    job = rehearse(client, steps=10, step_s=0.05)
    with daemon.client() as stranger:
        wait_until(lambda: job.is_accepted)
        foreign = stranger.attach(job.id)
        with pytest.raises(errors.NotOwner):
            foreign.wait(5)
    assert isinstance(job.wait(20), Result)


def test_an_unknown_job_is_not_found(client):
    with pytest.raises(errors.NotFound):
        client.attach(str(uuid.uuid4())).wait(5)


def test_a_client_that_comes_back_gets_its_result(daemon):
    with daemon.client() as first:
        running = rehearse(first, steps=10, step_s=0.05)
        finished = rehearse(first)
        wait_until(lambda: finished.is_accepted and running.is_accepted)
    with daemon.client(first.identity.client_id) as again:
        assert running.id in again.welcome.jobs
        assert isinstance(again.attach(running.id).wait(20), Result)
        assert isinstance(again.attach(finished.id).wait(20), Result)


def test_a_job_that_kills_its_worker_is_tried_twice_then_lost(client):
    with pytest.raises(errors.WorkerLost) as lost:
        rehearse(client, outcome="crash").wait(30)
    assert lost.value.remedy is not None
    assert isinstance(rehearse(client).wait(20), Result)


@pytest.mark.parametrize(
    ("outcome", "error"),
    [("fail", errors.Internal), ("oom", errors.OutOfMemory), ("disk_full", errors.DiskFull)],
)
def test_a_job_that_fails_says_why_and_the_worker_lives_on(client, outcome, error):
    rehearse(client).wait(20)
    before = status(client).devices[0].pid
    with pytest.raises(error) as failed:
        rehearse(client, outcome=outcome).wait(20)
    assert "Traceback" not in failed.value.message
    assert status(client).devices[0].pid == before


def test_a_worker_that_hangs_is_replaced_when_its_job_is_cancelled(client):
    job = rehearse(client, outcome="hang")
    wait_until(lambda: status(client).devices[0].state == "busy")
    job.cancel()
    with pytest.raises(errors.Cancelled):
        job.wait(20)
    assert isinstance(rehearse(client).wait(20), Result)


def test_clients_take_turns(daemon, client):
    blocker = rehearse(client, steps=1000, step_s=0.05)
    many = [rehearse(client, steps=1, step_s=0.05) for _ in range(4)]
    with daemon.client() as other:
        wait_until(lambda: all(job.is_accepted for job in many))
        single = rehearse(other, steps=1, step_s=0.05)
        wait_until(lambda: single.is_accepted)
        blocker.cancel()
        single.wait(30)
        assert not many[-1].state.is_terminal
    for job in many:
        job.wait(30)


def test_queued_jobs_are_told_their_position(client):
    blocker = rehearse(client, steps=100, step_s=0.05)
    waiting = [rehearse(client) for _ in range(3)]
    wait_until(lambda: all(job.progress is not None for job in waiting))
    assert [job.progress.position for job in waiting] == [1, 2, 3]
    waiting[0].cancel()
    wait_until(lambda: waiting[1].progress.position == 1)
    for job in (blocker, *waiting):
        job.cancel()


def test_a_live_job_supersedes_its_predecessors(client):
    jobs = [
        rehearse(client, steps=100, step_s=0.02, lane=Lane.LIVE, replaces="canvas")
        for _ in range(3)
    ]
    last = rehearse(client, steps=1, lane=Lane.LIVE, replaces="canvas")
    assert isinstance(last.wait(20), Result)
    for job in jobs:
        with pytest.raises(errors.Cancelled):
            job.wait(5)


def test_jobs_of_a_vanished_client_end_with_it_when_asked(daemon, client):
    with daemon.client() as leaving:
        doomed = rehearse(leaving, steps=1000, step_s=0.05, on_disconnect=OnDisconnect.CANCEL)
        wait_until(lambda: doomed.is_accepted)
    wait_until(lambda: not status(client).jobs)
    page = client.request(History(new_id(), job=doomed.id)).message
    assert page.entries[0].state is JobState.CANCELLED


def test_history_has_the_pictures_the_record_and_the_submit(client):
    sent = picture(PixelLayout.RGBA16)
    job = rehearse(client, sent, deliver=Deliver.LAYER)
    job.wait(20)
    reply = client.request(History(new_id(), job=job.id))
    page = reply.message
    assert page.entries[0].state is JobState.DONE
    assert bytes(reply.blobs[page.items[0].blob]) == sent.pixels
    assert bytes(reply.blobs[page.submit.inputs[0].blob]) == sent.pixels
    newest = client.request(History(new_id(), limit=1)).message.entries[0]
    assert newest.job == job.id


def test_history_is_readable_by_other_clients(daemon, client):
    job = rehearse(client)
    job.wait(20)
    with daemon.client() as other:
        page = other.request(History(new_id(), job=job.id)).message
    assert page.entries[0].job == job.id


def test_too_many_jobs_of_one_client_are_refused():
    with fresh_daemon() as small, small.client() as client:
        limit = client.welcome.limits.jobs_per_client
        jobs = [rehearse(client, steps=1000, step_s=0.05) for _ in range(limit + 1)]
        with pytest.raises(errors.Busy, match=str(limit)):
            jobs[-1].wait(20)


def test_status_models_and_memory_are_answered(client):
    rehearse(client).wait(20)
    report = status(client)
    assert report.devices[0].state == "idle"
    assert any(endpoint.startswith("tcp://127.0.0.1:") for endpoint in report.endpoints)
    assert isinstance(client.request(Models(new_id())).message, ModelList)
    released = client.request(Memory(new_id())).message
    assert isinstance(released, MemoryReport)
    assert released.released == ("cpu",)
    with pytest.raises(errors.BadRequest):
        client.request(Memory(new_id(), action="double"))


def test_shutdown_ends_the_daemon_cleanly():
    with fresh_daemon() as brief:
        with brief.client() as client:
            client.request(Shutdown(new_id()))
            assert brief.process.wait(10) == 0
        assert not (brief.home / "connection.json").exists()


def test_a_client_that_only_waits_keeps_no_finished_pictures(client):
    for _ in range(3):
        rehearse(client, picture(PixelLayout.RGBA8)).wait(20)
    assert client.poll().jobs == []
