"""Bad input gets its own code, a sentence naming the field and the limit; others are served on."""

import json
import socket
import struct
import uuid
from collections.abc import Sequence

import pytest

from protocol.client import connect_to, new_id
from protocol.codec import decode, encode, to_json
from protocol.messages import Error, Failed, Hello, Result, Welcome
from tests.contract.test_daemon import rehearse
from tests.daemons import DaemonProcess, fresh_daemon


@pytest.fixture(scope="module")
def daemon():
    with fresh_daemon() as running:
        yield running


class RawPeer:
    """A peer that sends whatever it is told."""

    def __init__(self, daemon: DaemonProcess, greet: bool = True) -> None:
        self.transport = connect_to(daemon.connection())
        if greet:
            self.transport.send(encode(Hello(new_id(), uuid.uuid4().hex, "raw")))
            assert isinstance(self.next(), Welcome)

    def send(self, *frames: bytes) -> None:
        self.transport.send(frames)

    def next(self):
        frames = self.transport.receive(10)
        assert frames is not None, "no answer"
        return decode(frames).message


@pytest.fixture
def peer(daemon: DaemonProcess):
    raw = RawPeer(daemon)
    yield raw
    raw.transport.close()


def header(**fields: object) -> bytes:
    return json.dumps({"v": 1, "id": "r1", **fields}).encode()


def submit(**fields: object) -> bytes:
    job = str(uuid.uuid4())
    return header(**{"type": "submit", "job": job, "operation": "rehearse", **fields})


def image(width: object, height: object, layout: str = "rgba8", blob: object = 0) -> list[object]:
    return [{"role": "image", "rect": [0, 0, width, height], "layout": layout, "blob": blob}]


REQUESTS = [
    ("not JSON", [b"hello?"], "bad_frame", None),
    ("not UTF-8", [b"\xff\xfe{}"], "bad_frame", None),
    ("not an object", [b"[1, 2]"], "bad_frame", None),
    ("NaN", [b'{"v": NaN}'], "bad_frame", None),
    ("deep nesting", [b"[" * 5000 + b"]" * 5000], "bad_frame", None),
    ("an empty frame", [b""], "bad_frame", None),
    ("another version", [json.dumps({"v": 2, "type": "status", "id": "r1"}).encode()],
     "version_mismatch", "v"),
    ("no version", [b'{"type": "status", "id": "r1"}'], "bad_frame", "v"),
    ("a path as job id", [submit(job="../../tmp/x")], "bad_request", "job"),
    ("unknown type", [header(type="dance")], "bad_request", "type"),
    ("a daemon's message", [header(type="done", reply_to="x")], "bad_request", "type"),
    ("missing field", [header(type="attach")], "bad_request", "job"),
    ("mistyped field", [header(type="history", limit="many")], "bad_request", "limit"),
    ("unknown job", [header(type="attach", job=str(uuid.uuid4()))], "not_found", "job"),
    ("cancel of an unknown job", [header(type="cancel", job="x")], "not_found", "job"),
]  # fmt: skip

SUBMITS = [
    ("unknown operation", {"operation": "sculpt"}, [], "unknown_operation", "operation"),
    ("unknown parameter", {"params": {"stpes": 3}}, [], "unknown_parameter", "params.stpes"),
    ("out of range", {"params": {"steps": 5000}}, [], "out_of_range", "params.steps"),
    ("mistyped parameter", {"params": {"steps": "3"}}, [], "bad_request", "params.steps"),
    ("an unknown lane", {"lane": "express"}, [], "bad_request", "lane"),
    ("no blob", {"inputs": image(2, 2)}, [], "bad_blob", "inputs.0.blob"),
    ("a short blob", {"inputs": image(2, 2)}, [b"123"], "bad_blob", "inputs.0.blob"),
    ("a long blob", {"inputs": image(2, 2)}, [bytes(17)], "bad_blob", "inputs.0.blob"),
    ("a negative blob index", {"inputs": image(2, 2, blob=-1)}, [bytes(16)], "bad_blob",
     "inputs.0.blob"),
    ("0 × 0 pixels", {"inputs": image(0, 0)}, [b""], "bad_size", "inputs.0.rect"),
    ("a negative side", {"inputs": image(-2, 2)}, [bytes(16)], "bad_size", "inputs.0.rect"),
    ("a side of 100 000", {"inputs": image(100_000, 1)}, [bytes(400_000)], "bad_size",
     "inputs.0.rect"),
    ("half pixels", {"inputs": image(1.5, 2)}, [bytes(12)], "bad_request", "inputs.0.rect"),
    ("an unknown layout", {"inputs": image(2, 2, "cmyk8")}, [bytes(16)], "bad_request",
     "inputs.0.layout"),
    ("a missing model", {"operation": "generate", "params": {"prompt": "x", "model": "dream"}},
     [], "missing_model", "params.model"),
]  # fmt: skip


def names(rows: Sequence[tuple[object, ...]]) -> list[str]:
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize(
    ("frames", "code", "field"), [r[1:] for r in REQUESTS], ids=names(REQUESTS)
)
def test_a_bad_request_gets_an_error_with_its_code(daemon, peer, frames, code, field):
    peer.send(*frames)
    answer = peer.next()
    assert isinstance(answer, Error)
    assert (answer.error.code, answer.error.field) == (code, field)
    assert answer.error.message.endswith(".")
    peer.send(header(type="status"))
    assert peer.next().type == "status_report"


@pytest.mark.parametrize(
    ("fields", "blobs", "code", "field"), [r[1:] for r in SUBMITS], ids=names(SUBMITS)
)
def test_a_bad_submit_gets_failed_alone(daemon, peer, fields, blobs, code, field):
    peer.send(submit(**fields), *blobs)
    answer = peer.next()
    assert isinstance(answer, Failed)
    assert (answer.error.code, answer.error.field) == (code, field)
    peer.send(header(type="status"))
    assert peer.next().type == "status_report"


def test_who_does_not_say_hello_is_told_to(daemon):
    peer = RawPeer(daemon, greet=False)
    peer.send(header(type="status"))
    answer = peer.next()
    assert isinstance(answer, Error)
    assert "hello" in answer.error.message.lower()
    peer.transport.close()


def test_out_of_range_names_the_limit_and_a_value_that_would_do(daemon, peer):
    peer.send(submit(params={"steps": 5000}))
    error = peer.next().error
    assert "1000" in error.message
    assert to_json(error.remedy) == {"action": "set_param", "target": "steps", "value": 1000}


def test_too_many_blobs_are_refused(daemon, peer):
    peer.send(header(type="status"), *[b"x"] * 40)
    answer = peer.next()
    assert isinstance(answer, Error)
    assert answer.error.code == "too_large"


def read_until(stream: socket.socket, word: bytes) -> None:
    heard = b""
    while word not in heard:
        heard += (more := stream.recv(4096))
        assert more, f"the daemon hung up after {heard!r}"


def test_an_oversize_frame_closes_only_that_connection(daemon, peer):
    """libzmq closes it by itself when it has read the length, long before the frame."""
    endpoint = next(e for e in daemon.connection().endpoints if e.startswith("tcp"))
    host, port = endpoint.removeprefix("tcp://").split(":")
    token = daemon.connection().token.encode()
    hello = b"\x05HELLO" + bytes([7]) + b"impasto" + bytes([len(token)]) + token
    initiate = b"\x08INITIATE\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
    with socket.create_connection((host, int(port)), timeout=20) as plain:
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"PLAIN".ljust(20, b"\0") + bytes(32)
        plain.sendall(greeting)
        plain.sendall(bytes([4, len(hello)]) + hello)
        read_until(plain, b"WELCOME")
        plain.sendall(bytes([4, len(initiate)]) + initiate)
        read_until(plain, b"READY")
        plain.sendall(b"\x02" + struct.pack(">Q", 1 << 40))
        while plain.recv(4096):  # until the daemon hangs up
            pass
    peer.send(header(type="status"))
    assert peer.next().type == "status_report"


def test_a_client_that_vanishes_in_mid_job_leaves_it_to_the_history(daemon):
    leaving = daemon.client()
    job = rehearse(leaving, steps=3, step_s=0.05)
    while not job.is_accepted:
        pass
    leaving.close()
    with daemon.client(leaving.identity.client_id) as again:
        assert isinstance(again.attach(job.id).wait(20), Result)


def test_an_unreadable_repeat_does_not_end_the_job_it_names(daemon, peer):
    job = str(uuid.uuid4())
    peer.send(submit(job=job))
    while not isinstance(peer.next(), Result):
        pass
    peer.send(submit(job=job, lane="express"))
    answer = peer.next()
    assert isinstance(answer, Error)
    assert answer.reply_to == "r1"
