"""GIMP 2's gimpshelf: what a plug-in puts on the shelf is there when it runs next, until GIMP ends.

Kept as JSON, in GIMP itself; what a plug-in reads back runs no code, as GIMP 2's pickles could.
Images, layers, channels, paths and displays are kept by their numbers.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.colors import RGB
from plugins.gimp.fu.errors import NotSupported, error

KIND = "__gimpfu__"
KEYS = "gimpshelf"
"""Where the keys are listed: GIMP finds data by its name alone."""


def set_data(name: str, data: bytes) -> None:
    """Kept until GIMP ends, for all plug-ins."""
    from plugins.gimp.fu import gimp_module  # it imports the tables that import this

    gimp_module.set_data(name, data)


def get_data(name: str) -> bytes | None:
    """None where nothing was kept."""
    from plugins.gimp.fu import gimp_module

    try:
        return gimp_module.get_data(name)
    except error:
        return None


# ---- values --------------------------------------------------------------------------------------

FOUND_BY_NUMBER = {
    "image": (Gimp.Image, Gimp.Image.get_by_id),
    "item": (Gimp.Item, Gimp.Item.get_by_id),
    "display": (Gimp.Display, Gimp.Display.get_by_id),
}


def plain(value: Any) -> Any:
    """The value as JSON has it. Raises NotSupported."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):  # GIMP's enumerations are numbers too
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict) and all(type(key) is str for key in value) and KIND not in value:
        return {key: plain(each) for key, each in value.items()}
    return _marked(value)


def _marked(value: Any) -> dict[str, Any]:
    if isinstance(value, RGB):
        return {KIND: "color", "value": list(value.floats())}
    if isinstance(value, bytes | bytearray):
        return {KIND: "bytes", "value": base64.b64encode(value).decode("ascii")}
    if isinstance(value, dict):
        return {KIND: "dict", "value": [[plain(key), plain(each)] for key, each in value.items()]}
    if isinstance(value, tuple | set | frozenset):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {KIND: kind, "value": [plain(each) for each in value]}
    for kind, (cls, _) in FOUND_BY_NUMBER.items():
        if isinstance(value, cls):
            return {KIND: kind, "value": value.get_id()}
    raise NotSupported(
        f"The shelf cannot keep a {type(value).__name__}: put numbers, text, bytes, lists, tuples, "
        "sets, dictionaries, colours, images or layers there."
    )


def restored(value: Any) -> Any:
    """What `plain` was given; None for an image or layer that is gone."""
    if isinstance(value, list):
        return [restored(each) for each in value]
    if not isinstance(value, dict):
        return value
    kind, inner = value.get(KIND), value.get("value")
    if kind is None:
        return {key: restored(each) for key, each in value.items()}
    if kind == "bytes":
        return base64.b64decode(inner)
    if kind == "color":
        return RGB(*(float(each) for each in inner))
    if kind == "dict":
        return {restored(key): restored(each) for key, each in inner}
    if kind in ("tuple", "set"):
        return (tuple if kind == "tuple" else set)(restored(each) for each in inner)
    return FOUND_BY_NUMBER[kind][1](inner)


# ---- the shelf -----------------------------------------------------------------------------------


class Shelf:
    """Like a dictionary with names for keys."""

    def __getitem__(self, key: str) -> Any:
        data = get_data(self._name(key))
        if not data:
            raise KeyError(key)
        return restored(json.loads(data))

    def __setitem__(self, key: str, value: Any) -> None:
        set_data(self._name(key), json.dumps(plain(value)).encode("ascii"))
        self._keep_keys({**dict.fromkeys(self), key: None})

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        set_data(self._name(key), b"")
        self._keep_keys({each: None for each in self if each != key})

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(get_data(self._name(key)))

    def has_key(self, key: str) -> bool:
        return key in self

    def __iter__(self) -> Iterator[str]:
        return iter(json.loads(get_data(KEYS) or b"[]"))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keys(self) -> list[str]:
        return [*iter(self)]

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, values: dict[str, Any]) -> None:
        for key, value in values.items():
            self[key] = value

    def _name(self, key: str) -> str:
        if not isinstance(key, str):
            raise TypeError(f"The shelf's keys are text, not {type(key).__name__}.")
        return f"{KEYS}-{key}"

    def _keep_keys(self, keys: dict[str, None]) -> None:
        set_data(KEYS, json.dumps(list(keys)).encode("ascii"))


shelf = Shelf()
