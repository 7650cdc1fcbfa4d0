"""The codec under random messages, mutated golden headers and plain noise (hypothesis)."""

from __future__ import annotations

import json
import types
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from protocol.codec import Buffer, Decoded, decode, encode
from protocol.errors import ImpastoError
from protocol.geometry import Rect
from protocol.messages import MESSAGES, HistoryPage, Input, Item, Message, Progress, Result, Submit
from tests.golden.write import read

KEYS = st.text(max_size=5)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
SCALARS: dict[Any, SearchStrategy[Any]] = {
    Any: JSON,
    str: st.text(max_size=12),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Rect: st.builds(Rect, *2 * [st.integers(-(2**30), 2**30)], *2 * [st.integers(1, 5)]),
}
JOBS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)


def values(kind: Any) -> SearchStrategy[Any]:
    """Values of an annotated type, as `codec.from_json` would make them."""
    if kind in SCALARS:
        return SCALARS[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of([values(option) for option in inner])
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(KEYS, values(inner[1]), max_size=3)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: values(hints[f.name]) for f in fields(kind)})
    assert issubclass(kind, Enum)
    return st.sampled_from(list(kind))


def with_blobs(message: Message) -> tuple[Message, list[Buffer]]:
    """The message with its pictures numbered, and a blob of the right length for each."""
    blobs: list[Buffer] = []

    def numbered(parts: Sequence[Any]) -> tuple[Any, ...]:
        found = []
        for part in parts:
            assert isinstance(part, (Input, Item))
            found.append(replace(part, blob=len(blobs)))
            blobs.append(bytes(part.layout.byte_length(part.rect.width, part.rect.height)))
        return tuple(found)

    if isinstance(message, Submit):
        message = replace(message, inputs=numbered(message.inputs))
    elif isinstance(message, Result):
        message = replace(message, items=numbered(message.items))
    elif isinstance(message, HistoryPage):
        message = replace(message, items=numbered(message.items))
        if message.submit is not None:
            inner = replace(message.submit, inputs=numbered(message.submit.inputs))
            message = replace(message, submit=inner)
    elif isinstance(message, Progress) and message.preview is not None:
        message = replace(message, preview=replace(message.preview, width=2, height=3, blob=0))
        blobs.append(bytes(24))
    return message, blobs


@pytest.mark.parametrize("kind", MESSAGES)
@given(data=st.data())
def test_any_message_comes_back_as_it_was(kind: str, data: DataObject) -> None:
    drawn = data.draw(values(MESSAGES[kind]))
    if getattr(drawn, "job", None) is not None:
        drawn = replace(drawn, job=data.draw(JOBS))
    message, blobs = with_blobs(drawn)
    assert decode(encode(message, blobs)) == Decoded(message, blobs)


def outcome(frames: Sequence[bytes]) -> Decoded | ImpastoError:
    """What `decode` makes of the frames; any error but an ImpastoError fails the test."""
    try:
        return decode(frames)
    except ImpastoError as error:
        refusal = error
    assert 0 < len(refusal.message) < 1000
    return refusal


@given(st.lists(st.binary(max_size=64), max_size=4))
def test_noise_is_refused(frames: list[bytes]) -> None:
    assert isinstance(outcome(frames), ImpastoError)


@given(JSON)
def test_any_json_is_read_or_refused(header: Any) -> None:
    outcome([json.dumps(header).encode()])


GOLDEN = [(golden["header"], golden["blobs"]) for kind in MESSAGES for golden in read(kind)]
NUMBERS: list[Any] = [-1, 0, 2**31, 2**63, 10**400, 0.5, 1e308]
SHAPES: list[Any] = [[], {}, [0, 0, 1, 1], [0, 0, 2**30, 2**30], [[[[]]]], {"": {}}]
ODD = st.sampled_from([None, True, "", "\x00", "🗼", "../x", *NUMBERS, *SHAPES])


def paths(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside a JSON value."""
    keys: Any = ()
    if isinstance(value, (dict, list)):
        keys = value if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    return found + [deeper for key in keys for deeper in paths(value[key])]


@given(st.sampled_from(GOLDEN), st.data())
def test_a_golden_message_with_a_changed_field_is_read_or_refused(
    golden: tuple[str, list[str]], data: DataObject
) -> None:
    header = json.loads(golden[0])
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(paths(header)))
        if data.draw(st.booleans()):
            container[key] = deepcopy(data.draw(ODD | JSON))  # the next change may be inside
        else:
            del container[key]
        if not header:
            break
    found = outcome([json.dumps(header).encode(), *map(bytes.fromhex, golden[1])])
    if isinstance(found, Decoded):
        assert decode(encode(found.message, found.blobs)) == found


@given(st.sampled_from(GOLDEN), st.data())
def test_a_golden_message_with_changed_bytes_is_read_or_refused(
    golden: tuple[str, list[str]], data: DataObject
) -> None:
    header = bytearray(golden[0].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(header)))
        end = start + data.draw(st.integers(0, 3))
        header[start:end] = data.draw(st.binary(max_size=3))
    blobs = [bytes.fromhex(blob) for blob in golden[1]]
    kept = data.draw(st.integers(0, len(blobs)))
    outcome([bytes(header), *blobs[:kept]])


@given(st.sampled_from(GOLDEN), st.integers(0, 400))
def test_a_golden_message_cut_off_anywhere_is_refused(
    golden: tuple[str, list[str]], length: int
) -> None:
    header = golden[0].encode()
    assert isinstance(outcome([header[: min(length, len(header) - 1)]]), ImpastoError)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"v":1,"type":"submit","params":['])
@given(depth=st.integers(1, 20_000))
def test_depth_never_exhausts_the_stack(opening: bytes, depth: int) -> None:
    assert isinstance(outcome([opening * depth]), ImpastoError)
    closing = {b"[": b"]", b'{"a":': b"}"}.get(opening, b"]}")
    assert isinstance(outcome([opening * depth + b"1" + closing * depth]), ImpastoError)
