"""The golden frames, checked in: what this code writes and reads today is what it always did.

After a deliberate change of the protocol: `python -m tests.golden.write`, and read the difference.
"""

from __future__ import annotations

import pytest

from protocol.codec import decode, encode
from protocol.messages import MESSAGES
from tests.golden.examples import EXAMPLES, Example
from tests.golden.write import FOLDER, Golden, read


def golden_of(example: Example) -> Golden:
    (found,) = [g for g in read(example.message.type) if g["case"] == example.case]
    return found


EACH = pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.message.type}-{example.case}"
)


@EACH
def test_encode_writes_the_golden_bytes(example: Example) -> None:
    golden = golden_of(example)
    frames = encode(example.message, example.blobs)
    assert frames == [golden["header"].encode(), *map(bytes.fromhex, golden["blobs"])]


@EACH
def test_decode_reads_the_golden_bytes(example: Example) -> None:
    golden = golden_of(example)
    found = decode([golden["header"].encode(), *map(bytes.fromhex, golden["blobs"])])
    assert found.message == example.message
    assert tuple(found.blobs) == example.blobs


def test_every_message_has_golden_frames_and_every_golden_frame_an_example() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(MESSAGES)
    known = {(example.message.type, example.case) for example in EXAMPLES}
    assert known == {(kind, golden["case"]) for kind in MESSAGES for golden in read(kind)}
