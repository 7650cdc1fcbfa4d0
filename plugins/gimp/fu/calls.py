"""Calls into GIMP 3 that fail as an error, with GIMP's own words, instead of answering False.

For the binding's own use; must not know any old name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.errors import error

PERCENT = 65536
"""GIMP 2's number of the unit."""


def done(answer: Any) -> Any:
    """The answer of a call. Raises error when it says that the call failed."""
    if answer is False or answer is None:
        raise error(Gimp.get_pdb().get_last_error() or "GIMP refused this call.")
    return answer


def native(name: str) -> Callable[..., Any]:
    """A procedure of GIMP 3 itself, whatever GIMP 2 understood by that name."""
    from plugins.gimp.fu.pdb import pdb  # it imports the tables that call this

    return pdb.native(name)


def unit_of(given: Any) -> Any:
    """A Gimp.Unit from one, or from GIMP 2's number of it."""
    if isinstance(given, Gimp.Unit):
        return given
    number = int(given)
    return Gimp.Unit.percent() if number == PERCENT else done(Gimp.Unit.get_by_id(number))
