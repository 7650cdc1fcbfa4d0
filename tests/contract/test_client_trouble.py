"""The client with a daemon that dies, talks nonsense, or takes less than was hoped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from protocol.client import Link, Picture, connect_to
from protocol.errors import (
    BadRequest,
    Internal,
    NotRunning,
    TooLarge,
)
from protocol.geometry import Rect
from protocol.messages import (
    Accepted,
    Attach,
    Hello,
    Input,
    JobState,
    Limits,
    Status,
    Submit,
)
from protocol.pixels import PixelLayout
from tests.client_calls import (
    IMAGE,
    SOON_S,
    VARY,
    Make,
    Start,
    ask_status,
    connect_either,
    painted,
    paints,
    raw,
    settled,
    until,
)
from tests.scripted_daemon import welcome

EITHER = pytest.mark.parametrize("kind", ["zmtp", "pyzmq"])


# ---- a daemon that goes away -----------------------------------------------------------------


@EITHER
def test_a_job_survives_the_death_of_the_daemon(kind: str, make: Make, start: Start) -> None:
    daemon = start()
    client = make(connect=connect_either(kind, daemon))
    job = client.submit(VARY, [IMAGE])
    until(lambda: job.is_accepted)
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    again = start(
        {Attach: lambda attach: [Accepted(attach.id, attach.job), painted(attach.job)]},
        endpoint=daemon.endpoint,
    )
    assert job.wait(SOON_S).items
    assert again.seen(Submit) == []


@EITHER
def test_a_submit_that_was_not_accepted_is_repeated_unchanged(
    kind: str, make: Make, start: Start
) -> None:
    daemon = start({Submit: lambda _: ()})
    client = make(connect=connect_either(kind, daemon))
    job = client.submit(VARY, [IMAGE])
    daemon.wait_for(Submit)
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    again = start({Submit: paints}, endpoint=daemon.endpoint)
    assert job.wait(SOON_S).items
    assert again.arrived[1] == daemon.arrived[1]


def test_jobs_submitted_while_the_daemon_is_away_are_sent_after_it(
    make: Make, start: Start
) -> None:
    daemon = start()
    client = make(daemon)
    client.wait_ready(SOON_S)
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    job = client.submit(VARY)
    start({Submit: paints}, endpoint=daemon.endpoint)
    assert job.wait(SOON_S).items


def test_jobs_that_ended_are_not_asked_after(make: Make, start: Start) -> None:
    daemon = start({Submit: paints})
    client = make(daemon)
    client.submit(VARY).wait(SOON_S)
    daemon.stop()
    again = start(endpoint=daemon.endpoint)
    again.wait_for(Hello)
    client.wait_ready(SOON_S)
    settled(client, again)
    assert not again.seen(Attach)
    assert not again.seen(Submit)


def test_patience_with_a_daemon_that_stays_away_ends(make: Make, start: Start) -> None:
    daemon = start()
    client = make(daemon)
    job = client.submit(VARY)
    until(lambda: job.is_accepted)
    daemon.stop()
    with pytest.raises(NotRunning):
        job.wait(SOON_S, patience_s=0.2)
    assert job.state is JobState.QUEUED


# ---- unreadable messages ---------------------------------------------------------------------


UNREADABLE: dict[str, list[bytes]] = {
    "noise": [b"\xff\xfe\x00\x01"],
    "empty": [b""],
    "no object": [b"[1, 2]"],
    "no version": [b'{"type": "result"}'],
    "too deep": [b"[" * 50_000],
    "not finite": [b'{"v": 1, "type": "progress", "job": "j", "eta_s": NaN}'],
    "unknown type": raw(type="weather", job="j", reply_to="r"),
    "type is no text": raw(type=["result"], job="j"),
    "a request": raw(type="submit", job="else", id="1"),
    "progress of the job": raw(type="progress", job="j", phase="dreaming"),
    "preview without a blob": raw(
        type="progress", job="j", phase="painting", preview={"width": 1, "height": 1, "blob": 7}
    ),
    "result of another job": raw(type="result", job="else"),
    "job is no text": raw(type="result", job=["j"], items=[]),
    "too many blobs": [b'{"v": 1, "type": "done", "reply_to": "x"}', *[b""] * 40],
}


@pytest.mark.parametrize("frames", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_message_harms_neither_connection_nor_job(
    frames: list[bytes], make: Make, start: Start
) -> None:
    daemon = start()
    client = make(daemon)
    job = client.submit(VARY, job="j")
    daemon.wait_for(Submit)
    daemon.push(frames)
    settled(client, daemon)
    assert (job.error, job.progress, client.link) == (None, None, Link.READY)
    daemon.push(painted("j"))
    assert job.wait(SOON_S).items
    assert len(daemon.seen(Hello)) == 1


@pytest.mark.parametrize(
    "frames",
    [
        raw(type="result", job="j"),
        raw(type="result", job="j", items=[{"role": "layer"}]),
        raw(
            type="result",
            job="j",
            items=[{"role": "layer", "rect": [0, 0, 1, 1], "layout": "rgba8", "blob": 3}],
        ),
        raw(type="failed", job="j", error="no"),
        [*raw(type="result", job="j", items=[]), *[b""] * 40],
        raw(type="accepted", job="j", reply_to="x", position="first"),
    ],
)
def test_an_unreadable_end_of_a_job_is_its_end(
    frames: list[bytes], make: Make, start: Start
) -> None:
    daemon = start()
    client = make(daemon)
    job, other = client.submit(VARY, job="j"), client.submit(VARY, job="other")
    daemon.wait_for(Submit, 2)
    daemon.push(frames, painted("other"))
    with pytest.raises(Internal, match=r"answer cannot be read\. "):
        job.wait(SOON_S)
    assert other.wait(SOON_S).items
    assert len(daemon.seen(Hello)) == 1


def test_an_unreadable_answer_ends_the_question(make: Make, start: Start) -> None:
    daemon = start({Status: lambda status: [raw(type="status_report", reply_to=status.id)]})
    client = make(daemon)
    with pytest.raises(Internal, match="daemon_version is missing"):
        ask_status(client)
    settled(client, daemon)


# ---- too large -------------------------------------------------------------------------------


def small(hello: Hello) -> list[Any]:
    return [welcome(hello, Limits(frame_bytes=1000, message_bytes=1200, blobs=2))]


@pytest.mark.parametrize("sizes", [[1001], [700, 700], [1, 1, 1]])
def test_too_large_a_job_is_refused_before_anything_is_sent(
    sizes: list[int], make: Make, start: Start
) -> None:
    daemon = start({Hello: small})
    client = make(daemon)
    client.wait_ready(SOON_S)
    pictures = [
        Picture(Input("image", Rect(0, 0, size, 1), PixelLayout.GRAY8, 0), bytes(size))
        for size in sizes
    ]
    with pytest.raises(TooLarge, match="the limit is"):
        client.submit(VARY, pictures)
    settled(client, daemon)
    assert daemon.seen(Submit) == []
    assert client.poll().jobs == []


def test_too_large_a_job_ends_when_the_daemon_that_comes_allows_less(
    make: Make, start: Start
) -> None:
    daemon = start()
    client = make(daemon)
    client.wait_ready(SOON_S)
    daemon.stop()
    until(lambda: client.link is Link.LOST)
    large = Picture(Input("image", Rect(0, 0, 1100, 1), PixelLayout.GRAY8, 0), bytes(1100))
    job, other = client.submit(VARY, [large]), client.submit(VARY, [IMAGE])
    again = start({Hello: small, Submit: paints}, endpoint=daemon.endpoint)
    with pytest.raises(TooLarge):
        job.wait(SOON_S)
    assert other.wait(SOON_S).items
    assert len(again.seen(Submit)) == 1


def test_what_json_cannot_say_is_refused_before_anything_is_sent(make: Make, start: Start) -> None:
    client = make(start())
    with pytest.raises(BadRequest, match="not finite"):
        client.submit(replace(VARY, params={"strength": float("nan")}))


def test_a_job_the_transport_will_not_send_is_not_kept(make: Make, start: Start) -> None:
    daemon = start({Submit: paints})
    client = make(connect=lambda: connect_to(daemon.connection, frame_bytes=500))
    client.wait_ready(SOON_S)
    large = Picture(Input("image", Rect(0, 0, 600, 1), PixelLayout.GRAY8, 0), bytes(600))
    with pytest.raises(TooLarge):
        client.submit(VARY, [large], job="j")
    assert client.submit(VARY, job="j").wait(SOON_S).items
