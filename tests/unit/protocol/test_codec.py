"""The codec: what it leaves out, ignores and refuses, and with which path it says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol.codec import DEPTH, check_rect, check_size, decode, encode, read_header
from protocol.errors import (
    BadBlob,
    BadFrame,
    BadRequest,
    BadSize,
    ImpastoError,
    Remedy,
    TooLarge,
    VersionMismatch,
)
from protocol.geometry import Rect
from protocol.messages import (
    Accepted,
    Error,
    ErrorInfo,
    Hello,
    Input,
    Lane,
    Limits,
    Phase,
    Preview,
    Progress,
    Status,
    Submit,
)
from protocol.pixels import PixelLayout


def frame(**header: Any) -> bytes:
    return json.dumps({"v": 1, **header}).encode()


def submit_frame(**fields: Any) -> bytes:
    return frame(**{"type": "submit", "id": "1", "job": "j", "operation": "vary", **fields})


def picture(**fields: Any) -> dict[str, Any]:
    return {"role": "image", "rect": [0, 0, 1, 1], "layout": "rgba8", "blob": 0, **fields}


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_fields_that_hold_their_default_are_left_out() -> None:
    (header,) = encode(Submit("1", "j", "vary"))
    assert json.loads(bytes(header)) == {
        "v": 1,
        "type": "submit",
        "id": "1",
        "job": "j",
        "operation": "vary",
    }


def test_unknown_fields_are_ignored_everywhere() -> None:
    header = submit_frame(colour="red", inputs=[picture(depth={"a": 1})])
    message = decode([header, bytes(4)]).message
    assert message == Submit(
        "1", "j", "vary", inputs=(Input("image", Rect(0, 0, 1, 1), PixelLayout.RGBA8, 0),)
    )


def test_a_whole_number_is_taken_for_a_number_and_becomes_one() -> None:
    message = decode([frame(type="progress", job="j", phase="queued", eta_s=3)]).message
    assert isinstance(message, Progress)
    assert type(message.eta_s) is float


def test_unused_blobs_are_ignored_and_one_blob_may_be_used_twice() -> None:
    inputs = [picture(), picture(role="reference")]
    decoded = decode([submit_frame(inputs=inputs), bytes(4), b"unused"])
    assert isinstance(decoded.message, Submit)
    assert [part.blob for part in decoded.message.inputs] == [0, 0]


def test_a_blob_may_be_any_buffer_of_the_right_number_of_bytes() -> None:
    wide = memoryview(bytes(8)).cast("H")
    inputs = [picture(rect=[0, 0, 2, 1]), picture(blob=1)]
    decoded = decode([submit_frame(inputs=inputs), wide, bytearray(4)])
    assert decoded.blobs[0] is wide


@pytest.mark.parametrize("value", [None, True, "", 0, -1, 2.5, "x"])
def test_the_value_of_a_remedy_keeps_its_type(value: Any) -> None:
    message = Error("1", ErrorInfo("busy", "Busy.", remedy=Remedy("set_param", "steps", value)))
    found = decode(encode(message)).message
    assert isinstance(found, Error)
    assert found.error.remedy is not None
    assert repr(found.error.remedy.value) == repr(value)


def test_half_a_character_is_sent_as_a_question_mark() -> None:
    found = decode(encode(Hello("1", "c", "krita", locale="a\udc80b"))).message
    assert isinstance(found, Hello)
    assert found.locale == "a?b"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_cannot_be_sent(number: float) -> None:
    with pytest.raises(BadRequest):
        encode(Submit("1", "j", "vary", {"strength": number}))


UNREADABLE = {
    "no frames": [],
    "empty": [b""],
    "not JSON": [b"\x80\x00\xff"],
    "cut off": [b'{"v": 1, "type": "sta'],
    "a list": [b"[1]"],
    "a number": [b"1"],
    "nothing": [b"null"],
    "UTF-16": ['{"v": 1}'.encode("utf-16")],
    "byte order mark": [b'\xef\xbb\xbf{"v": 1}'],
    "surrogate in UTF-8": [b'{"v": 1, "type": "status", "id": "\xed\xa0\x80"}'],
    "surrogate escaped": [rb'{"v": 1, "type": "status", "id": "\ud800"}'],
    "surrogate in a key": [rb'{"v": 1, "type": "status", "id": "", "\uDFFF": 1}'],
    "NaN": [b'{"v": 1, "type": "status", "id": "1", "x": NaN}'],
    "infinite": [b'{"v": 1, "type": "status", "id": "1", "x": -Infinity}'],
    "overflow": [b'{"v": 1, "type": "status", "id": "1", "x": 1e999}'],
    "too many digits": [b'{"v": ' + b"1" * 5000 + b"}"],
    "too deep for Python": [b"[" * 100_000],
    "too deep": [frame(type="submit", x=nested(DEPTH))],
    "no version": [b'{"type": "status", "id": "1"}'],
    "version as text": [b'{"v": "1", "type": "status", "id": "1"}'],
    "version true": [b'{"v": true, "type": "status", "id": "1"}'],
}


@pytest.mark.parametrize("frames", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_header_is_a_bad_frame(frames: list[bytes]) -> None:
    with pytest.raises(BadFrame):
        decode(frames)


def test_a_whole_character_in_two_escapes_is_one() -> None:
    assert read_header([rb'{"v": 1, "x": "\ud83d\uddfc"}'])["x"] == "🗼"


def test_the_deepest_header_allowed_can_be_read() -> None:
    assert read_header([frame(x=nested(DEPTH - 1))])["x"] == nested(DEPTH - 1)


@pytest.mark.parametrize("version", [0, 2, -1, 10**40])
def test_another_generation_is_refused_before_anything_else_is_read(version: int) -> None:
    with pytest.raises(VersionMismatch, match="update the older") as caught:
        decode([json.dumps({"v": version, "type": 5}).encode()])
    assert caught.value.field == "v"
    assert len(caught.value.message) < 200


REFUSED: dict[str, tuple[bytes, str]] = {
    "unknown type": (frame(type="dance"), "type"),
    "no type": (frame(), "type"),
    "type is a list": (frame(type=["submit"]), "type"),
    "missing": (frame(type="status"), "id"),
    "not text": (frame(type="status", id=1), "id"),
    "null for text": (frame(type="status", id=None), "id"),
    "boolean for integer": (frame(type="history", id="1", limit=True), "limit"),
    "fraction for integer": (frame(type="history", id="1", limit=1.0), "limit"),
    "over 64 bits": (frame(type="history", id="1", limit=1 << 63), "limit"),
    "text for number": (frame(type="history", id="1", before="now"), "before"),
    "huge integer for number": (frame(type="history", id="1", before=10**400), "before"),
    "boolean for number": (frame(type="history", id="1", before=False), "before"),
    "unknown enumeration": (submit_frame(lane="fast"), "lane"),
    "list for enumeration": (submit_frame(lane=[["live"]]), "lane"),
    "not an object": (submit_frame(params=[]), "params"),
    "not a list": (submit_frame(inputs={}), "inputs"),
    "part not an object": (submit_frame(inputs=[1]), "inputs.0"),
    "part incomplete": (submit_frame(inputs=[picture(), {"role": "x"}]), "inputs.1.rect"),
    "rect short": (submit_frame(canvas=[0, 0, 1]), "canvas"),
    "rect of fractions": (submit_frame(canvas=[0, 0, 1.0, 1]), "canvas"),
    "rect of booleans": (submit_frame(canvas=[0, 0, True, True]), "canvas"),
    "rect too far": (submit_frame(canvas=[1 << 31, 0, 1, 1]), "canvas"),
    "layout unknown": (submit_frame(inputs=[picture(layout="cmyk")]), "inputs.0.layout"),
    "nested path": (submit_frame(output={"layout": "rgba8", "rows": 1}), "output.rows"),
    "job empty": (submit_frame(job=""), "job"),
    "job is a path": (submit_frame(job="../../etc/passwd"), "job"),
    "job of another script": (submit_frame(job="ä"), "job"),
    "job ends in a line": (submit_frame(job="a\n"), "job"),
    "job too long": (submit_frame(job="a" * 65), "job"),
    "job asked for": (frame(type="history", id="1", job="a/b"), "job"),
}


@pytest.mark.parametrize(("header", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_a_field_at_fault_is_named_by_its_path(header: bytes, path: str) -> None:
    with pytest.raises(BadRequest) as caught:
        decode([header, bytes(4)])
    assert caught.value.field == path


@pytest.mark.parametrize(
    "header",
    [frame(type="x" * 100_000), submit_frame(lane="x" * 100_000), submit_frame(lane=nested(28))],
)
def test_an_error_does_not_repeat_a_whole_book(header: bytes) -> None:
    with pytest.raises(BadRequest) as caught:
        decode([header])
    assert len(caught.value.message) < 300


BLOBS: dict[str, tuple[dict[str, Any], type[ImpastoError], str]] = {
    "no such blob": (picture(blob=1), BadBlob, "inputs.0.blob"),
    "counted from the end": (picture(blob=-1), BadBlob, "inputs.0.blob"),
    "too short": (picture(layout="rgba16"), BadBlob, "inputs.0.blob"),
    "too long": (picture(layout="gray8"), BadBlob, "inputs.0.blob"),
    "no width": (picture(rect=[0, 0, 0, 1]), BadSize, "inputs.0.rect"),
    "negative height": (picture(rect=[0, 0, 1, -1]), BadSize, "inputs.0.rect"),
    "two negatives": (picture(rect=[0, 0, -1, -1]), BadSize, "inputs.0.rect"),
    "too wide": (picture(rect=[0, 0, 16385, 1]), BadSize, "inputs.0.rect"),
}


@pytest.mark.parametrize(("part", "error", "path"), BLOBS.values(), ids=BLOBS.keys())
def test_pictures_and_blobs_must_fit(
    part: dict[str, Any], error: type[ImpastoError], path: str
) -> None:
    with pytest.raises(error) as caught:
        decode([submit_frame(inputs=[part]), bytes(4)])
    assert caught.value.field == path


def test_the_pictures_of_a_submit_in_the_history_are_checked_too() -> None:
    submit = {"id": "1", "job": "j", "operation": "vary", "inputs": [picture(blob=3)]}
    header = frame(type="history_page", reply_to="1", submit=submit)
    with pytest.raises(BadBlob) as caught:
        decode([header, bytes(4)])
    assert caught.value.field == "submit.inputs.0.blob"


@pytest.mark.parametrize(
    ("preview", "error"),
    [
        (Preview(1, 1, 1), BadBlob),
        (Preview(1, 1, -1), BadBlob),
        (Preview(2, 1, 0), BadBlob),
        (Preview(0, 1, 0), BadSize),
        (Preview(-1, -1, 0), BadSize),
    ],
)
def test_a_preview_must_fit_its_blob(preview: Preview, error: type[ImpastoError]) -> None:
    with pytest.raises(error, match=r"."):
        decode(encode(Progress("j", Phase.PAINTING, preview=preview), [bytes(4)]))


SMALL = Limits(frame_bytes=60, message_bytes=100, header_bytes=50, blobs=2, side=9)


@pytest.mark.parametrize(
    ("sizes", "names"),
    [
        ([51], "header has 51 bytes; the limit is 50"),
        ([10, 61], "61 bytes; the limit is 60"),
        ([10, 1, 1, 1], "3 pictures; the limit is 2"),
        ([10, 46, 45], "101 bytes together; the limit is 100"),
    ],
)
def test_more_than_the_limits_is_too_large_on_both_sides(sizes: list[int], names: str) -> None:
    frames = [bytes(size) for size in sizes]
    with pytest.raises(TooLarge, match=names):
        check_size(frames, SMALL)
    with pytest.raises(TooLarge, match=names):
        decode(frames, SMALL)


def test_what_just_meets_the_limits_passes() -> None:
    check_size([bytes(50), bytes(0), bytes(50)], SMALL)
    check_size([bytes(1), memoryview(bytes(60)).cast("I")], SMALL)
    check_rect(Rect(-5, -5, 9, 1), "rect", SMALL)
    with pytest.raises(BadSize, match="10×1 pixels; each side must be from 1 to 9"):
        check_rect(Rect(0, 0, 10, 1), "rect", SMALL)


def test_values_of_enumerations_come_back_as_members() -> None:
    message = decode([submit_frame(lane="live")]).message
    assert isinstance(message, Submit)
    assert message.lane is Lane.LIVE


def test_messages_without_pictures_need_no_blobs() -> None:
    assert decode(encode(Status("1"))) == (Status("1"), [])
    assert decode(encode(Accepted("1", "j", 2))).message == Accepted("1", "j", 2)
