"""Messages ↔ frames: `[JSON header][blob 0][blob 1]…`. The only reflection in the project.

Reads nothing but the dataclass fields; never runs, imports or opens what a peer names.
"""

from __future__ import annotations

import json
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from reprlib import repr as shortened
from typing import Any, NamedTuple, TypeGuard, Union, get_args, get_origin, get_type_hints

from .errors import BadBlob, BadFrame, BadRequest, BadSize, Remedy, TooLarge, VersionMismatch
from .geometry import Rect
from .messages import MESSAGES, PROTOCOL_VERSION, Input, Item, Limits, Message
from .pixels import PixelLayout

Buffer = bytes | bytearray | memoryview

DEPTH = 32
"""How deep lists and objects may be nested in a header."""

_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCALARS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_PLAIN = frozenset({*_SCALARS, type(None)})
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class Decoded(NamedTuple):
    """A message and the blobs it refers to by index."""

    message: Message
    blobs: list[Buffer]


def encode(message: Message, blobs: Sequence[Buffer] = ()) -> list[Buffer]:
    """The frames of a message. Fields that hold their default are left out.

    What UTF-8 cannot carry (half a character of a file's name) becomes `?`. Raises BadRequest for
    numbers that are not finite.
    """
    header = {"v": PROTOCOL_VERSION, "type": message.type, **to_json(message)}
    try:
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise BadRequest("A number in the message is not finite.") from error
    return [text.encode(errors="replace"), *blobs]


def decode(frames: Sequence[Buffer], limits: Limits = Limits()) -> Decoded:
    """The message in `frames`, checked field by field.

    Raises BadFrame (not a JSON object, no frames), VersionMismatch, BadRequest (unknown type,
    missing or mistyped field: `field` has its path), TooLarge, BadSize, BadBlob.
    """
    header = read_header(frames, limits)
    version = header.get("v")
    if type(version) is not int:
        raise BadFrame("The header has no protocol version.", field="v")
    if version != PROTOCOL_VERSION:
        raise VersionMismatch(
            f"Plugin and daemon speak different protocols ({shortened(version)} and "
            f"{PROTOCOL_VERSION}); update the older of the two.",
            field="v",
            remedy=Remedy("update_plugin"),
        )
    cls = MESSAGES.get(str(header.get("type")))
    if cls is None:
        raise BadRequest(
            f"There is no message of type {shortened(header.get('type'))}.", field="type"
        )
    message: Message = from_json(cls, header, "")
    blobs = list(frames[1:])
    _check_job(message)
    _check_blobs(message, blobs, limits)
    return Decoded(message, blobs)


def read_header(frames: Sequence[Buffer], limits: Limits = Limits()) -> dict[str, Any]:
    """The JSON object in the first frame, its fields not yet checked. Raises BadFrame, TooLarge."""
    if not frames:
        raise BadFrame("The message has no frames.")
    check_size(frames, limits)
    try:
        text = bytes(frames[0]).decode()
        header = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        if _SURROGATE_ESCAPE.search(text):  # halves of a character: no file or database takes them
            json.dumps(header, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadFrame("The header is not a JSON object in UTF-8.") from error
    if not isinstance(header, dict):
        raise BadFrame("The header is not a JSON object.")
    if not _is_shallow(header):
        raise BadFrame(f"The header is nested more than {DEPTH} levels deep.")
    return header


def check_size(frames: Sequence[Buffer], limits: Limits) -> None:
    """Raises TooLarge for what the other side would not take. Call before sending, too."""
    sizes = [memoryview(frame).nbytes for frame in frames]
    if sizes[0] > limits.header_bytes:
        raise TooLarge(f"The header has {sizes[0]} bytes; the limit is {limits.header_bytes}.")
    if len(sizes) - 1 > limits.blobs:
        raise TooLarge(f"The message has {len(sizes) - 1} pictures; the limit is {limits.blobs}.")
    if max(sizes) > limits.frame_bytes:
        raise TooLarge(
            f"A picture has {max(sizes)} bytes; the limit is {limits.frame_bytes}. "
            "Select a smaller area."
        )
    if sum(sizes) > limits.message_bytes:
        raise TooLarge(
            f"The pictures have {sum(sizes)} bytes together; the limit is "
            f"{limits.message_bytes}. Select a smaller area."
        )


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return number


def _is_shallow(header: dict[str, Any]) -> bool:
    level: list[Any] = [header]
    for _ in range(DEPTH):
        lists = [entry.values() if isinstance(entry, dict) else entry for entry in level]
        level = [entry for each in lists for entry in each if isinstance(entry, (dict, list))]
        if not level:
            return True
    return False


def is_job_id(value: object) -> TypeGuard[str]:
    """Job ids name folders: letters, digits, hyphens and underscores, and not many of them."""
    return isinstance(value, str) and _JOB_ID.fullmatch(value) is not None


def _check_job(message: Message) -> None:
    job = getattr(message, "job", None)
    if job is not None and not is_job_id(job):
        raise BadRequest(
            "A job's id must be 1 to 64 letters, digits, hyphens or underscores.", field="job"
        )


def _check_blobs(message: Message, blobs: Sequence[Buffer], limits: Limits) -> None:
    for path, part in _pictures(message):
        check_rect(part.rect, f"{path}.rect", limits)
        _check_blob(part.blob, part.rect, part.layout, path, blobs)
    preview = getattr(message, "preview", None)
    if preview is not None:
        rect = Rect(0, 0, preview.width, preview.height)
        check_rect(rect, "preview", limits)
        _check_blob(preview.blob, rect, PixelLayout.RGBA8, "preview", blobs)


def _check_blob(
    blob: int, rect: Rect, layout: PixelLayout, path: str, blobs: Sequence[Buffer]
) -> None:
    if not 0 <= blob < len(blobs):
        raise BadBlob(
            f"There is no blob {blob}; the message has {len(blobs)}.", field=f"{path}.blob"
        )
    expected = layout.byte_length(rect.width, rect.height)
    found = memoryview(blobs[blob]).nbytes
    if found != expected:
        raise BadBlob(
            f"A {rect.width}×{rect.height} picture in {layout.value} has {expected} bytes; "
            f"blob {blob} has {found}.",
            field=f"{path}.blob",
        )


def _pictures(message: Message) -> list[tuple[str, Input | Item]]:
    found: list[tuple[str, Input | Item]] = []
    for name in ("inputs", "items"):
        for index, part in enumerate(getattr(message, name, ())):
            found.append((f"{name}.{index}", part))
    submit = getattr(message, "submit", None)
    return found + (
        [(f"submit.{path}", part) for path, part in _pictures(submit)] if submit else []
    )


def check_rect(rect: Rect, path: str, limits: Limits) -> None:
    """Raises BadSize unless both sides are within 1 … limits.side."""
    for side in (rect.width, rect.height):
        if not 1 <= side <= limits.side:
            raise BadSize(
                f"The picture is {rect.width}×{rect.height} pixels; "
                f"each side must be from 1 to {limits.side}.",
                field=path,
            )


# ---- dataclass ↔ JSON ------------------------------------------------------------------------


def to_json(value: Any) -> Any:
    """Plain JSON values for a message or a part of one."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if (known := _fields(kind)) is not None:
        given = ((f, getattr(value, f.name)) for f in known)
        return {f.name: to_json(entry) for f, entry in given if not _is_default(f, entry)}
    if isinstance(value, Mapping):
        return {str(key): to_json(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(entry) for entry in value]
    return value


def _is_default(f: Any, value: Any) -> bool:
    if f.default is not MISSING:
        return bool(value == f.default and type(value) is type(f.default))
    return f.default_factory is not MISSING and bool(value == f.default_factory())


def from_json(kind: Any, value: Any, path: str) -> Any:
    """`value` as an instance of the annotated type `kind`. Raises BadRequest with the path."""
    if kind is Any:
        return value
    if kind in _PLAIN:
        return _scalar_from_json(kind, value, path)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union_from_json(kind, value, path)
    if origin is dict:
        return _dict_from_json(kind, value, path)
    if origin is tuple:
        _expect(isinstance(value, list), path, "a list")
        item = get_args(kind)[0]
        return tuple(from_json(item, entry, f"{path}.{n}") for n, entry in enumerate(value))
    if kind is Rect:
        return _rect_from_json(value, path)
    if is_dataclass(kind):
        return _dataclass_from_json(kind, value, path)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum_from_json(kind, value, path)
    return _scalar_from_json(kind, value, path)


# Looked up once per type: reflection on every message took a third of the daemon's time per job.


@cache
def _fields(kind: Any) -> tuple[Any, ...] | None:
    """The fields of a dataclass, None for what is none."""
    return fields(kind) if is_dataclass(kind) else None


@cache
def _parts(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name and type of the fields of a dataclass, and whether they must be there."""
    hints = get_type_hints(kind)
    return tuple(
        (f.name, hints[f.name], f.default is MISSING and f.default_factory is MISSING)
        for f in fields(kind)
    )


@cache
def _members(kind: type[Enum]) -> dict[Any, Enum]:
    return {member.value: member for member in kind}


def _dataclass_from_json(kind: Any, value: Any, path: str) -> Any:
    _expect(isinstance(value, dict), path, "an object")
    given: dict[str, Any] = {}
    for name, part, is_required in _parts(kind):
        if name in value:
            given[name] = from_json(part, value[name], f"{path}.{name}" if path else name)
        elif is_required:
            here = f"{path}.{name}" if path else name
            raise BadRequest(f"The field {here} is missing.", field=here)
    return kind(**given)


def _union_from_json(kind: Any, value: Any, path: str) -> Any:
    options = get_args(kind)
    if value is None and type(None) in options:
        return None
    rest = [option for option in options if option is not type(None)]
    for option in rest[:-1]:
        try:
            return from_json(option, value, path)
        except BadRequest:
            continue
    return from_json(rest[-1], value, path)


def _dict_from_json(kind: Any, value: Any, path: str) -> dict[str, Any]:
    _expect(isinstance(value, dict), path, "an object")
    item = get_args(kind)[1]
    return {key: from_json(item, entry, f"{path}.{key}") for key, entry in value.items()}


def _rect_from_json(value: Any, path: str) -> Rect:
    good = (
        isinstance(value, list)
        and len(value) == 4
        and all(type(n) is int and abs(n) < 1 << 31 for n in value)
    )
    _expect(good, path, "a list of four whole numbers: x, y, width, height")
    return Rect(*value)


def _enum_from_json(kind: type[Enum], value: Any, path: str) -> Enum:
    member = _members(kind).get(value) if isinstance(value, str) else None
    if member is not None:
        return member
    names = ", ".join(str(member.value) for member in kind)
    raise BadRequest(f"{path} is {shortened(value)}; it must be one of: {names}.", field=path)


def _scalar_from_json(kind: Any, value: Any, path: str) -> Any:
    good = type(value) in ((int, float) if kind is float else (kind,))
    if type(value) is int:  # of any size in JSON; databases and arithmetic take 64 bits
        good = good and -(1 << 63) <= value < 1 << 63
    _expect(good, path, _SCALARS.get(kind, kind.__name__))
    return float(value) if kind is float else value


def _expect(good: bool, path: str, what: str) -> None:
    if not good:
        raise BadRequest(f"The field {path or 'header'} must be {what}.", field=path or None)
