"""Every constant that `from gimpfu import *` gave: RGB, NORMAL_MODE, FILL_WHITE, RUN_INTERACTIVE, …

The values are GIMP's own, which are whole numbers too; asks GIMP for them and keeps no list.
"""

from __future__ import annotations

import enum
from types import MappingProxyType

from gi.repository import Gimp

from plugins.gimp.fu.old_constants import ALIASES, NUMBERS

PREFIX = "GIMP_"
KEPT = ("PARASITE_", "MIN_", "MAX_")


def _classes() -> list[type]:
    """Every enumeration and every set of flags of GIMP."""
    found = [getattr(Gimp, name, None) for name in dir(Gimp)]
    return [each for each in found if isinstance(each, type) and issubclass(each, (int, enum.Flag))]


def _members(of: type) -> dict[str, int]:
    """GIMP_ADD_MASK_WHITE → its value, for each value of one enumeration."""
    values = [getattr(of, name, None) for name in dir(of) if name.isupper() or "_" in name]
    named = [(getattr(value, "value_name", None), value) for value in values]
    return {
        name: value
        for name, value in named
        if isinstance(name, str) and name.startswith(PREFIX) and isinstance(value, of)
    }


def _collect() -> dict[str, int]:
    constants: dict[str, int] = {}
    for each in _classes():
        for name, value in _members(each).items():
            constants.setdefault(name.removeprefix(PREFIX), value)
    for name in dir(Gimp):
        if name.startswith(KEPT) and isinstance(getattr(Gimp, name), int):
            constants.setdefault(name, getattr(Gimp, name))
    for old, new in ALIASES.items():
        if new in constants:
            constants.setdefault(old, constants[new])
    return {**NUMBERS, **constants, "TRUE": 1, "FALSE": 0}


CONSTANTS: MappingProxyType[str, int] = MappingProxyType(_collect())
"""Name in GIMP 2 → value."""

__all__ = sorted(CONSTANTS)


def __getattr__(name: str) -> int:
    try:
        return CONSTANTS[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
