"""GIMP 2's parasites: name, flags and bytes of any value. Knows no images or layers."""

from __future__ import annotations

import base64
from typing import Any

from gi.repository import Gimp

DATA_PREFIX = "gimpfu-data-"
"""Of the parasites that keep `set_data` until GIMP ends: GIMP 3 has nothing else for it."""


def data_name(identifier: str) -> str:
    """Names of parasites are ASCII."""
    return DATA_PREFIX + base64.urlsafe_b64encode(identifier.encode("utf-8")).decode("ascii")


class Parasite:
    """Data attached to GIMP, an image or an item. flags: PARASITE_PERSISTENT, _UNDOABLE."""

    def __init__(self, name: str, flags: int = 0, data: bytes | str = b"") -> None:
        self.name = str(name)
        self.flags = int(flags)
        self.data = data.encode("utf-8") if isinstance(data, str) else bytes(data)

    @property
    def is_persistent(self) -> bool:
        return bool(self.flags & Gimp.PARASITE_PERSISTENT)

    @property
    def is_undoable(self) -> bool:
        return bool(self.flags & Gimp.PARASITE_UNDOABLE)

    def is_type(self, name: str) -> bool:
        return self.name == name

    def has_flag(self, flag: int) -> bool:
        return bool(self.flags & flag)

    def copy(self) -> Parasite:
        return Parasite(self.name, self.flags, self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Parasite):
            return NotImplemented
        return (self.name, self.flags, self.data) == (other.name, other.flags, other.data)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __repr__(self) -> str:
        return f"<parasite {self.name}>"

    def __str__(self) -> str:
        return self.data.decode("utf-8", "replace")


def to_gimp(parasite: object) -> Any:
    """What GIMP takes, from a Parasite of either kind."""
    if not isinstance(parasite, Parasite):
        return parasite
    # The introspected call takes signed numbers: bytes above 127 as they are would not fit.
    signed = [value - 256 if value > 127 else value for value in parasite.data]
    return Gimp.Parasite.new(parasite.name, parasite.flags, signed)


def from_gimp(parasite: Any) -> Parasite | None:
    if parasite is None or not parasite.get_name():
        return None
    data = bytes(value & 255 for value in parasite.get_data())
    return Parasite(parasite.get_name(), parasite.get_flags(), data)
