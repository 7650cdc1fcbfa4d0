"""Writes the golden frames: `python -m tests.golden.write`, after a deliberate change of protocol.

Must not run in the tests: they compare the code with the files as they were checked in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from protocol.codec import encode
from tests.golden.examples import EXAMPLES

FOLDER = Path(__file__).parent


class Golden(TypedDict):
    """One message as it travels: the header's text, and the blobs in hexadecimal."""

    case: str
    header: str
    blobs: list[str]


def read(kind: str) -> list[Golden]:
    """The golden frames of a message type."""
    found: list[Golden] = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    return found


def main() -> None:
    kinds: dict[str, list[Golden]] = {}
    for example in EXAMPLES:
        header, *blobs = encode(example.message, example.blobs)
        golden = Golden(
            case=example.case,
            header=bytes(header).decode(),
            blobs=[bytes(blob).hex() for blob in blobs],
        )
        kinds.setdefault(example.message.type, []).append(golden)
    for kind, entries in kinds.items():
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        (FOLDER / f"{kind}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
