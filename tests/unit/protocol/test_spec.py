"""SPEC.md against the code: every table, default, code, layout, limit and example.

The specification is parsed, never written, here; where the two differ, one of them is wrong.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import pytest

import protocol
from protocol import connection
from protocol.codec import DEPTH, to_json
from protocol.connection import USERNAME, Connection, Launcher
from protocol.errors import (
    ERRORS,
    REMEDY_ACTIONS,
    ConnectionFailed,
    JobFailed,
    JsonScalar,
    Remedy,
    RequestRejected,
)
from protocol.geometry import ContextPolicy, Rect, context_rect
from protocol.messages import (
    MESSAGES,
    PROTOCOL_VERSION,
    REPLIES,
    REQUESTS,
    Deliver,
    DeviceStatus,
    ErrorInfo,
    HistoryEntry,
    Input,
    Item,
    JobState,
    JobStatus,
    Lane,
    Limits,
    ModelInfo,
    OnDisconnect,
    Output,
    Phase,
    Preview,
)
from protocol.params import KINDS, Catalogue, Operation, Option, Parameter
from protocol.pixels import ColorSpace, PixelLayout, Rows
from tests.golden.write import read

SPEC = (Path(protocol.__file__).parent / "SPEC.md").read_text(encoding="utf-8")

PARTS = (
    Limits,
    Input,
    Output,
    Item,
    Preview,
    ErrorInfo,
    Remedy,
    DeviceStatus,
    JobStatus,
    HistoryEntry,
    ModelInfo,
    Operation,
    ContextPolicy,
    Parameter,
    Option,
)
ENUMS = (Lane, Deliver, OnDisconnect, Phase, JobState, ColorSpace, Rows)
GROUPS = {"connection": ConnectionFailed, "request": RequestRejected, "job": JobFailed}
TYPES = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    Rect: "rect",
    Any: "value",
    type(None): "null",
}


class Row(NamedTuple):
    """A field as a table of the specification has it."""

    name: str
    type: str
    default: str


@cache
def section(title: str) -> str:
    """The text under a heading, up to the next heading of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", SPEC, re.M | re.S)
    assert found, f"SPEC.md has no section {title!r}"
    return found[1]


def tables(text: str) -> list[list[list[str]]]:
    """Every table of the text: its rows below the head, as cells without back quotes."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [
        [[cell.strip(" `") for cell in line.strip("|\n").split("|")] for line in rows[2:]]
        for rows in (block.splitlines() for block in blocks)
    ]


def table(title: str) -> list[list[str]]:
    """The first table of a section."""
    return tables(section(title))[0]


def field_rows(title: str) -> list[Row]:
    return [Row(*cells[:3]) for cells in table(title)]


def type_name(kind: Any) -> str:
    """An annotation in the words of §3."""
    if kind in (JsonScalar, JsonScalar | None):
        return "scalar"
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return f"{type_name(inner[0])} or null"
    if origin is tuple:
        return f"list of {type_name(inner[0])}"
    if origin is dict:
        return "object" if inner[1] is Any else f"object of {type_name(inner[1])}"
    return TYPES.get(kind) or str(kind.__name__)


def default_text(f: Field[Any]) -> str:
    if f.default is not MISSING:
        return json.dumps(to_json(f.default))
    return "required" if f.default_factory is MISSING else json.dumps(f.default_factory())


def code_rows(kind: type[Any], inherited: Iterable[str] = ()) -> list[Row]:
    hints = get_type_hints(kind)
    return [
        Row(f.name, type_name(hints[f.name]), default_text(f))
        for f in fields(kind)
        if f.name not in inherited
    ]


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_table_of_a_message_is_the_dataclass(kind: str) -> None:
    assert field_rows(f"`{kind}`") == code_rows(MESSAGES[kind])


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_the_table_of_a_part_is_the_dataclass(part: type[Any]) -> None:
    assert field_rows(part.__name__) == code_rows(part)


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_of_a_parameter_kind_is_the_dataclass(kind: str) -> None:
    inherited = {f.name for f in fields(Parameter)}
    assert field_rows(f"Kind `{kind}`") == code_rows(KINDS[kind], inherited)


@pytest.mark.parametrize(
    ("title", "kind"),
    [("1.3 The connection file", Connection), ("1.5 The launcher file", Launcher)],
)
def test_the_table_of_a_file_is_the_dataclass_and_its_example_can_be_read(
    title: str, kind: type[Any]
) -> None:
    assert field_rows(title) == code_rows(kind)
    example = json.loads(examples(section(title))[0])
    assert set(example) == {f.name for f in fields(kind)}


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_the_table_of_an_enumeration_is_the_enum(enum: type[Enum]) -> None:
    assert [cells[0] for cells in table(enum.__name__)] == [member.value for member in enum]


def test_the_specification_has_no_message_part_or_kind_that_the_code_has_not() -> None:
    titles = re.findall(r"^### (.+)$", SPEC, re.M)
    named = {title for title in titles if not re.match(r"\d", title)}
    known = {f"`{kind}`" for kind in MESSAGES} | {f"Kind `{kind}`" for kind in KINDS}
    known |= {part.__name__ for part in (*PARTS, *ENUMS, PixelLayout)}
    assert named == known


def test_requests_and_replies_stand_in_their_chapters_in_the_order_of_the_code() -> None:
    chapters = re.split(r"^## \d+\. ", SPEC, flags=re.M)
    for title, kinds in (("Requests", REQUESTS), ("Replies", REPLIES)):
        (chapter,) = [text for text in chapters if text.startswith(title)]
        assert re.findall(r"^### `(\w+)`$", chapter, re.M) == list(kinds)


def test_the_table_of_layouts_is_the_code() -> None:
    rows = {cells[0]: cells[1:] for cells in table("PixelLayout")}
    assert list(rows) == [layout.value for layout in PixelLayout]
    for layout in PixelLayout:
        channels, depth, numbers, size = rows[layout.value]
        names = channels.split()
        assert len(names) == layout.channels
        assert (names[0] == "B") == layout.is_bgr
        assert ("Y" in names) == layout.is_gray
        assert ("A" in names) == layout.has_alpha
        assert int(depth) == layout.bytes_per_channel
        assert (numbers == "float") == layout.is_float
        assert int(size) == layout.bytes_per_pixel == layout.byte_length(1, 1)


def test_the_table_of_errors_is_the_code() -> None:
    codes, actions = tables(section("10. Errors"))
    assert [cells[0] for cells in codes] == list(ERRORS)
    assert [cells[0] for cells in actions] == [*dict.fromkeys(cells[0] for cells in actions)]
    assert {cells[0] for cells in actions} == REMEDY_ACTIONS
    for code, group, _, remedies in codes:
        assert issubclass(ERRORS[code], GROUPS[group])
        assert set(re.findall(r"\w+", remedies)) <= REMEDY_ACTIONS


def test_the_examples_of_context_rectangles_are_right() -> None:
    rows = table("4.1 The context rectangle")
    assert len(rows) >= 6
    for selection, canvas, extra, expected in rows:
        found = context_rect(
            Rect(*json.loads(selection)), Rect(*json.loads(canvas)), int(extra), ContextPolicy()
        )
        assert found == Rect(*json.loads(expected))


def examples(text: str) -> list[str]:
    return re.findall(r"^```json\n(.*?)^```", text, re.M | re.S)


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_worked_example_of_a_message_is_a_golden_frame(kind: str) -> None:
    text = section(f"`{kind}`")
    (example,) = examples(text)
    found = [g for g in read(kind) if json.loads(g["header"]) == json.loads(example)]
    assert len(found) == 1
    sizes = re.search(r"^Blobs: (.+)\.$", text, re.M)
    assert bool(sizes) == bool(found[0]["blobs"])
    if sizes:
        stated = [
            (int(index), int(size))
            for indices, size in re.findall(r"([\d and]+) = (\d+) bytes", sizes[1])
            for index in re.findall(r"\d+", indices)
        ]
        assert stated == [(n, len(blob) // 2) for n, blob in enumerate(found[0]["blobs"])]


def test_the_example_of_a_catalogue_can_be_read() -> None:
    (example,) = examples(section("11. Catalogue"))
    (operation,) = Catalogue.from_json(json.loads(example)).operations
    assert {parameter.kind for parameter in operation.params} <= set(KINDS)
    assert operation.check({"prompt": "x"})["intent"] == "fill"


def test_versions_and_fixed_words_are_those_of_the_code() -> None:
    version = re.search(r"^Version \*\*(\d+)\.(\d+)\*\*", SPEC, re.M)
    assert version
    assert int(version[1]) == PROTOCOL_VERSION
    assert [cells[0] for cells in table("12. Evolution")][-1] == f"{version[1]}.{version[2]}"
    assert f"The user name is `{USERNAME}`" in SPEC
    assert f"more than {DEPTH} levels deep" in SPEC
    paths = {connection.connection_path(), connection.launcher_path(), connection.lock_path()}
    paths |= {connection.log_path(), connection.home() / "daemon.sock"}
    assert {cells[0] for cells in table("1.2 The folder")} == {path.name for path in paths}
