"""ZMTP byte layouts against golden bytes of RFC 37, and a decoder that no cutting confuses."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import TooLarge
from protocol.transport import MAX_FRAMES, flat_views
from protocol.zmtp_handshake import Plain
from protocol.zmtp_stream import drop_written
from protocol.zmtp_wire import (
    JOINED_SIZE,
    MAX_COMMAND,
    STAGING_SIZE,
    Command,
    FrameDecoder,
    Message,
    WireError,
    check_greeting,
    command,
    error_reason,
    frame_header,
    greeting,
    mechanism_of,
    message_pieces,
    metadata,
    parse_metadata,
    plain_hello,
    pong,
)

SIGNATURE = bytes.fromhex("ff 0000000000000000 7f")
LIBZMQ_GREETING = bytes.fromhex(
    "ff 0000000000000001 7f 03 01504c41494e 00000000000000000000000000000000" + 31 * "00"
)


def decode(stream: bytes, cuts: list[int] | None = None, limit: int = 1 << 20) -> list[object]:
    """What a decoder makes of the stream when it arrives in pieces of the given sizes."""
    decoder, events = FrameDecoder(limit), list[object]()
    sizes = iter(cuts or [])
    while stream:
        space = decoder.space()
        count = min(next(sizes, len(stream)), len(space), len(stream))
        space[:count] = stream[:count]
        stream = stream[count:]
        decoder.advance(count)
        while (event := decoder.next()) is not None:
            events.append(plain(event))
    return events


def plain(event: Command | Message) -> object:
    return event if isinstance(event, Command) else [bytes(part) for part in event]


def encode(*frames: bytes) -> bytes:
    return b"".join(message_pieces([memoryview(frame) for frame in frames]))


def test_the_greeting_is_64_bytes_of_signature_version_mechanism_and_zeros() -> None:
    assert greeting("NULL") == SIGNATURE + b"\x03\x01NULL" + bytes(16) + bytes(32)
    assert greeting("PLAIN") == SIGNATURE + b"\x03\x01PLAIN" + bytes(15) + bytes(32)


def test_the_mechanism_of_libzmq_is_read_from_its_greeting() -> None:
    assert len(LIBZMQ_GREETING) == 64
    check_greeting(LIBZMQ_GREETING)
    assert mechanism_of(LIBZMQ_GREETING) == "PLAIN"


@pytest.mark.parametrize(
    ("start", "complaint"),
    [
        (b"HTTP/1.1 400 Bad Request", "does not speak ZeroMQ"),
        (b"S", "does not speak ZeroMQ"),
        (b"\xff" + bytes(8) + b"\x7e", "does not speak ZeroMQ"),
        (SIGNATURE + b"\x01", "older than 3.0"),
        (SIGNATURE + b"\x00", "older than 3.0"),
    ],
)
def test_a_wrong_greeting_is_known_by_its_first_wrong_byte(start: bytes, complaint: str) -> None:
    with pytest.raises(WireError, match=complaint):
        check_greeting(start)


@pytest.mark.parametrize("length", range(65))
def test_no_beginning_of_a_right_greeting_is_complained_of(length: int) -> None:
    check_greeting(LIBZMQ_GREETING[:length])
    check_greeting(greeting("NULL")[:length])


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (command("READY", metadata({"Socket-Type": b"DEALER"})),
         b"\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"),
        (command("READY", metadata({"Socket-Type": b"DEALER", "Identity": b"me"})),
         b"\x04\x2b\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x02me"),
        (plain_hello("admin", "secret"), b"\x04\x13\x05HELLO\x05admin\x06secret"),
        (plain_hello("a", "b"), b"\x04\x0a\x05HELLO\x01a\x01b"),
        (command("INITIATE"), b"\x04\x09\x08INITIATE"),
        (pong(b"\x00\x0actx"), b"\x04\x08\x04PONGctx"),
        (pong(b"\x00\x00"), b"\x04\x05\x04PONG"),
        (pong(b"\x00\x00" + b"c" * 20), b"\x04\x15\x04PONG" + b"c" * 16),
        (command("X", bytes(300)), b"\x06\x00\x00\x00\x00\x00\x00\x01\x2e\x01X" + bytes(300)),
    ],
)  # fmt: skip
def test_commands_have_the_bytes_of_the_specification(frame: bytes, expected: bytes) -> None:
    assert frame == expected


@pytest.mark.parametrize(
    ("size", "more", "expected"),
    [
        (0, False, "00 00"),
        (1, True, "01 01"),
        (255, False, "00 ff"),
        (256, False, "02 0000000000000100"),
        (1 << 32, True, "03 0000000100000000"),
    ],
)
def test_a_frame_is_long_from_256_bytes_on(size: int, more: bool, expected: str) -> None:
    assert frame_header(size, more=more) == bytes.fromhex(expected)


def test_a_message_is_its_frames_with_more_set_on_all_but_the_last() -> None:
    assert encode(b"ab", b"", b"c") == b"\x01\x02ab\x01\x00\x00\x01c"


def test_large_bodies_are_written_without_a_copy() -> None:
    large = memoryview(bytes(JOINED_SIZE + 1))
    pieces = message_pieces([memoryview(b"{}"), large, large, memoryview(b"tail")])
    assert [piece.nbytes for piece in pieces] == [4 + 9, len(large), 9, len(large), 6]
    assert pieces[1] is large
    assert pieces[3] is large


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 6])
def test_a_partial_write_leaves_exactly_the_rest(count: int) -> None:
    pieces = [memoryview(b"ab"), memoryview(b"c"), memoryview(b"def")]
    drop_written(pieces, count)
    assert b"".join(pieces) == b"abcdef"[count:]
    assert all(pieces)


def test_metadata_is_read_back_whatever_the_case_of_its_names() -> None:
    body = metadata({"SOCKET-type": b"ROUTER", "Identity": b"", "X-Note": bytes(300)})
    assert parse_metadata(body) == {
        "socket-type": b"ROUTER",
        "identity": b"",
        "x-note": bytes(300),
    }
    assert parse_metadata(b"") == {}


@pytest.mark.parametrize(
    "body", [b"\x05", b"\x01a\0\0", b"\x01a\0\0\0\x02x", b"\x01a\xff\xff\xff\xff"]
)
def test_metadata_cut_short_is_refused(body: bytes) -> None:
    with pytest.raises(WireError, match="cut short"):
        parse_metadata(body)


@pytest.mark.parametrize(
    ("body", "reason"), [(b"\x03400", "400"), (b"", ""), (b"\x00", ""), (b"\x09abc", "abc")]
)
def test_the_reason_of_an_error_is_read_even_if_cut_short(body: bytes, reason: str) -> None:
    assert error_reason(body) == reason


@given(
    messages=st.lists(
        st.lists(
            st.one_of(
                st.binary(max_size=40),
                st.sampled_from(
                    [0, 255, 256, STAGING_SIZE - 2, STAGING_SIZE, 3 * STAGING_SIZE]
                ).map(lambda size: bytes(size)),
            ),
            min_size=1,
            max_size=4,
        ),
        max_size=5,
    ),
    cuts=st.lists(st.integers(1, 300), max_size=400),
)
def test_messages_survive_any_cutting_of_the_stream(
    messages: list[list[bytes]], cuts: list[int]
) -> None:
    assert decode(b"".join(encode(*frames) for frames in messages), cuts) == messages


@given(stream=st.binary(max_size=400), cuts=st.lists(st.integers(1, 9), max_size=50))
def test_noise_is_read_or_refused_and_nothing_else(stream: bytes, cuts: list[int]) -> None:
    with suppress(WireError):
        decode(stream, cuts, limit=100)
    with suppress(WireError):
        parse_metadata(stream)
    with suppress(WireError):
        check_greeting(stream)


def test_a_command_between_two_parts_of_a_message_comes_first() -> None:
    stream = b"\x01\x01a" + command("PING", b"\0\0ctx") + b"\x00\x01b"
    assert decode(stream, [1] * 99) == [Command("PING", b"\0\0ctx"), [b"a", b"b"]]


@pytest.mark.parametrize(
    ("stream", "complaint"),
    [
        (b"\x08\x00", "unknown flags"),
        (b"\xff\x00", "unknown flags"),
        (b"\x05\x00", "unknown flags"),
        (b"\x02" + (1 << 62).to_bytes(8, "big"), "above the limit of 1,048,576"),
        (b"\x02" + b"\xff" * 8, "above the limit"),
        (b"\x06" + (MAX_COMMAND + 1).to_bytes(8, "big"), "above the limit of 65,536"),
        (b"\x04\x00", "cut short"),
        (b"\x04\x02\x05R", "cut short"),
        (b"\x01\x00" * MAX_FRAMES + b"\x00\x00", "more than 4,096 parts"),
    ],
)
def test_what_the_specification_forbids_is_refused(stream: bytes, complaint: str) -> None:
    with pytest.raises(WireError, match=complaint):
        decode(stream)


def test_what_came_before_an_error_is_still_given() -> None:
    decoder = FrameDecoder(10)
    stream = b"\x00\x02ok" + b"\x02" + b"\xff" * 8
    decoder.space()[: len(stream)] = stream
    decoder.advance(len(stream))
    assert decoder.next() == [b"ok"]
    assert decoder.has_next
    with pytest.raises(WireError):
        decoder.next()


def test_a_frame_as_large_as_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    assert decode(encode(bytes(300)), limit=300) == [[bytes(300)]]
    with pytest.raises(WireError, match="301 bytes"):
        decode(encode(bytes(301)), limit=300)


def test_what_is_too_large_to_send_is_told_in_megabytes() -> None:
    with pytest.raises(TooLarge, match=r"3\.0 MB cannot be sent at once; the limit is 2\.0 MB"):
        flat_views([b"{}", bytes(3 << 20)], 2 << 20)
    with pytest.raises(TooLarge, match="4096 parts"):
        flat_views([b""] * (MAX_FRAMES + 1), 1)


def test_views_of_any_item_size_are_sent_as_bytes() -> None:
    numbers = memoryview(bytes(16)).cast("I", (2, 2))
    assert [view.nbytes for view in flat_views([numbers], 16)] == [16]
    with pytest.raises(ValueError, match="at least one"):
        flat_views([], 16)


def test_a_password_is_never_shown_and_never_longer_than_plain_allows() -> None:
    assert "secret" not in repr(Plain("impasto", "secret"))
    for useless in ("", "x" * 256, "é" * 128):
        with pytest.raises(ValueError, match="255"):
            Plain("impasto", useless)
    with pytest.raises(WireError, match="PING"):
        pong(b"\x00")
