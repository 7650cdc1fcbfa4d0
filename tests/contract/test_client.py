"""The client's jobs and questions, against a ROUTER that answers as told."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from protocol.client import Link, Picture, new_id
from protocol.errors import (
    BadRequest,
    Blocked,
    Cancelled,
    ImpastoError,
    NotFound,
    NotOwner,
    NotRunning,
    OutOfMemory,
    OutOfRange,
    Remedy,
    TimedOut,
)
from protocol.messages import (
    Accepted,
    Attach,
    Cancel,
    Done,
    ErrorInfo,
    Failed,
    Input,
    JobState,
    Models,
    Phase,
    Preview,
    Progress,
    Status,
    StatusReport,
    Submit,
    WasCancelled,
)
from protocol.pixels import PixelLayout
from tests.client_calls import (
    IMAGE,
    PIXEL,
    REPORT,
    SOON_S,
    SPOT,
    VARY,
    Make,
    Start,
    ask_status,
    connect_either,
    outcome,
    painted,
    paints,
    raw,
    refused,
    settled,
    until,
)

EITHER = pytest.mark.parametrize("kind", ["zmtp", "pyzmq"])


# ---- jobs ------------------------------------------------------------------------------------


@EITHER
def test_a_job_is_submitted_and_its_pictures_come_back(kind: str, make: Make, start: Start) -> None:
    daemon = start({Submit: paints})
    client = make(connect=connect_either(kind, daemon))
    mask = Picture(Input("mask", SPOT, PixelLayout.GRAY8, 0), memoryview(b"\xff"))
    job = client.submit(VARY, [IMAGE, mask])
    result = job.wait(SOON_S)
    (submit,) = daemon.seen(Submit)
    assert submit.job == job.id
    assert submit.id
    assert [part.blob for part in submit.inputs] == [0, 1]
    assert daemon.arrived[-1][1:] == [PIXEL, b"\xff"]
    assert (job.result, job.error, job.state) == (result, None, JobState.DONE)
    assert [bytes(entry.pixels) for entry in job.items] == [PIXEL[::-1]]
    assert job.is_accepted


def test_a_job_may_bring_its_own_id(make: Make, start: Start) -> None:
    client = make(start({Submit: paints}))
    assert client.submit(VARY, job="mine").wait(SOON_S).job == "mine"
    assert client.submit(replace(VARY, job="mine-2")).wait(SOON_S).job == "mine-2"


def test_progress_is_told_and_kept(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    job = client.submit(VARY)
    daemon.wait_for(Submit)
    told: list[Progress] = []
    steps = [
        Progress(job.id, Phase.QUEUED, position=2),
        Progress(job.id, Phase.PAINTING, step=1, steps=2, preview=Preview(1, 1, 0)),
        Progress(job.id, Phase.PAINTING, step=1, steps=2),
    ]
    daemon.push(steps[0])
    until(lambda: job.progress == steps[0])
    assert job.state is JobState.QUEUED

    def on_progress(progress: Progress) -> None:
        told.append(progress)
        daemon.push((steps[1], [PIXEL]) if progress == steps[0] else painted(job.id))

    job.wait(SOON_S, on_progress)
    assert told == steps[:2]
    assert job.preview is not None
    assert bytes(job.preview) == PIXEL


def test_poll_tells_each_change_once_and_never_blocks(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    client.wait_ready(SOON_S)
    assert client.poll() == ([], Link.READY)
    assert client.poll() == ([], None)
    one, two = client.submit(VARY), client.submit(VARY)
    until(lambda: one.is_accepted and two.is_accepted)
    assert set(client.poll().jobs) == {one, two}
    assert client.poll().jobs == []
    daemon.push(painted(two.id))
    until(lambda: two.state is JobState.DONE)
    assert client.poll().jobs == [two]
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    assert client.poll() == ([], Link.LOST)


def test_a_failed_job_raises_what_it_failed_with(make: Make, start: Start) -> None:
    info = ErrorInfo("out_of_memory", "Too large.", "params.width", Remedy("free_memory"), "77")
    daemon = start({Submit: lambda s: [Accepted(s.id, s.job), Failed(s.job, info)]})
    job = make(daemon).submit(VARY)
    with pytest.raises(OutOfMemory, match="Too large") as caught:
        job.wait(SOON_S)
    assert ErrorInfo.of(caught.value) == info
    assert job.state is JobState.FAILED


def test_a_rejected_submit_ends_with_failed_alone(make: Make, start: Start) -> None:
    error = ErrorInfo("out_of_range", "Steps is 151.", "params.steps")
    job = make(start({Submit: lambda s: [Failed(s.job, error)]})).submit(VARY)
    with pytest.raises(OutOfRange):
        job.wait(SOON_S)
    assert not job.is_accepted


def test_a_submit_refused_by_its_request_id_ends_too(make: Make, start: Start) -> None:
    job = make(start({Submit: lambda s: [refused(s.id)]})).submit(VARY)
    with pytest.raises(BadRequest):
        job.wait(SOON_S)


def test_only_the_first_terminal_message_counts(make: Make, start: Start) -> None:
    failed = ErrorInfo("internal", "No.")
    daemon = start(
        {Submit: lambda s: [*paints(s), WasCancelled(s.job), Failed(s.job, failed), painted(s.job)]}
    )
    client = make(daemon)
    job = client.submit(VARY)
    result = job.wait(SOON_S)
    settled(client, daemon)
    client.poll()
    daemon.push(Progress(job.id, Phase.QUEUED), Failed(job.id, failed))
    settled(client, daemon)
    assert (job.result, job.error, job.progress) == (result, None, None)
    assert client.poll().jobs == []


def test_messages_about_other_jobs_and_unknown_fields_are_ignored(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    job = client.submit(VARY)
    daemon.wait_for(Submit)
    daemon.push(
        painted("someone-elses"),
        Progress("someone-elses", Phase.LOADING),
        Accepted("unasked", "someone-elses"),
        refused("unasked"),
        refused(""),
        raw(type="progress", job=job.id, phase="loading", mood="good"),
    )
    settled(client, daemon)
    assert job.progress == Progress(job.id, Phase.LOADING)
    assert job.error is None


def test_waiting_gives_up_after_its_time_but_the_job_goes_on(make: Make, start: Start) -> None:
    daemon = start()
    job = make(daemon).submit(VARY)
    began = time.monotonic()
    with pytest.raises(TimedOut, match=r"within 0\.1 seconds"):
        job.wait(0.1)
    assert time.monotonic() - began < 4
    daemon.wait_for(Submit)
    daemon.push(painted(job.id))
    assert job.wait(SOON_S)


def test_clients_do_not_hear_each_other(make: Make, start: Start) -> None:
    daemon = start({Submit: paints})
    jobs = [make(daemon).submit(VARY, job=name) for name in ("a", "b", "c")]
    assert [job.wait(SOON_S).job for job in jobs] == ["a", "b", "c"]


# ---- cancel ----------------------------------------------------------------------------------


def test_a_cancelled_job_ends_as_cancelled(make: Make, start: Start) -> None:
    daemon = start()
    job = make(daemon).submit(VARY)
    daemon.wait_for(Submit)
    job.cancel()
    with pytest.raises(Cancelled):
        job.wait(SOON_S)
    assert job.state is JobState.CANCELLED
    assert [cancel.job for cancel in daemon.seen(Cancel)] == [job.id]


def test_a_job_that_finishes_before_it_is_cancelled_has_its_result(
    make: Make, start: Start
) -> None:
    daemon = start({Cancel: lambda cancel: [painted(cancel.job), Done(cancel.id)]})
    job = make(daemon).submit(VARY)
    daemon.wait_for(Submit)
    job.cancel()
    assert job.wait(SOON_S).items


def test_a_refused_cancel_leaves_the_job_alone(make: Make, start: Start) -> None:
    daemon = start({Cancel: lambda cancel: [refused(cancel.id, "not_owner")]})
    client = make(daemon)
    job = client.submit(VARY)
    daemon.wait_for(Submit)
    job.cancel()
    daemon.wait_for(Cancel)
    settled(client, daemon)
    assert job.error is None
    daemon.push(painted(job.id))
    assert job.wait(SOON_S)


def test_a_job_cancelled_while_the_daemon_is_away_is_cancelled_after_it(
    make: Make, start: Start
) -> None:
    daemon = start()
    client = make(daemon)
    known, unknown = client.submit(VARY, job="known"), client.submit(VARY, job="unknown")
    until(lambda: known.is_accepted and unknown.is_accepted)
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    never = client.submit(VARY, job="never")
    for job in (known, unknown, never):
        job.cancel()
    again = start(
        {
            Attach: lambda a: [
                Accepted(a.id, a.job) if a.job == "known" else refused(a.id, "not_found")
            ]
        },
        endpoint=daemon.endpoint,
    )
    for job in (known, unknown, never):
        assert isinstance(outcome(job), Cancelled)
    assert again.seen(Submit) == []


# ---- attach ----------------------------------------------------------------------------------


def test_attaching_replays_a_job_of_a_former_life(make: Make, start: Start) -> None:
    def replay(attach: Attach) -> list[Any]:
        now = Progress(attach.job, Phase.PAINTING, step=3, steps=9)
        return [Accepted(attach.id, attach.job), now, painted(attach.job)]

    client = make(start({Attach: replay}))
    client.wait_ready(SOON_S)
    job = client.attach("earlier")
    assert job.wait(SOON_S).job == "earlier"
    assert job.progress is not None
    assert job.progress.step == 3


@pytest.mark.parametrize(
    ("code", "kind"), [("not_found", NotFound), ("not_owner", NotOwner), ("blocked", Blocked)]
)
def test_a_refused_attach_ends_the_job(
    code: str, kind: type[ImpastoError], make: Make, start: Start
) -> None:
    client = make(start({Attach: lambda attach: [refused(attach.id, code)]}))
    with pytest.raises(kind):
        client.attach("earlier").wait(SOON_S)


def test_a_job_followed_already_is_not_asked_for_again(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    job = client.submit(VARY)
    assert client.attach(job.id) is job
    settled(client, daemon)
    assert daemon.seen(Attach) == []


# ---- requests --------------------------------------------------------------------------------


def test_a_request_is_answered(make: Make, start: Start) -> None:
    daemon = start({Status: lambda status: [replace(REPORT, reply_to=status.id, pid=7)]})
    found = ask_status(make(daemon)).message
    assert isinstance(found, StatusReport)
    assert found.pid == 7


def test_a_refused_request_raises_the_refusal(make: Make, start: Start) -> None:
    client = make(start({Status: lambda status: [refused(status.id, "not_found")]}))
    with pytest.raises(NotFound, match=r"No\."):
        ask_status(client)


def test_answers_find_their_questions_in_any_order(make: Make, start: Start) -> None:
    daemon = start({Status: lambda status: [0.1, replace(REPORT, reply_to=status.id)]})
    client = make(daemon)
    client.wait_ready(SOON_S)
    ids = [new_id() for _ in range(6)]
    found: dict[str, object] = {}

    def ask(name: str) -> None:
        found[name] = getattr(client.request(Status(name)).message, "reply_to", None)

    daemon.script[Status] = lambda _: ()
    threads = [threading.Thread(target=ask, args=(name,)) for name in ids]
    for thread in threads:
        thread.start()
    daemon.wait_for(Status, len(ids))
    daemon.push(*[replace(REPORT, reply_to=name) for name in reversed(ids)])
    for thread in threads:
        thread.join()
    assert found == {name: name for name in ids}


def test_a_request_nobody_answers_times_out_and_may_be_asked_again(
    make: Make, start: Start
) -> None:
    daemon = start({Models: lambda _: ()})
    client = make(daemon)
    client.wait_ready(SOON_S)
    began = time.monotonic()
    with pytest.raises(TimedOut, match=r"within 0\.1 seconds"):
        client.request(Models(new_id()), timeout_s=0.1)
    assert time.monotonic() - began < 4
    settled(client, daemon)


def test_a_request_ends_with_the_connection(make: Make, start: Start) -> None:
    daemon = start({Status: lambda _: ()})
    client = make(daemon)
    client.wait_ready(SOON_S)
    threading.Timer(0.1, daemon.stop).start()
    with pytest.raises(NotRunning):
        ask_status(client)
