"""What goes wrong in the binding. Standard library only; every message is one sentence."""

from __future__ import annotations


class error(RuntimeError):  # noqa: N801 - gimpfu's and gimp's own name for it, caught by plug-ins
    """A procedure failed, or was called or registered wrongly."""


class CancelError(error):
    """The artist pressed Cancel."""


class Unknown(error, AttributeError, KeyError):
    """GIMP has no such procedure or name; `hasattr(pdb, name)` is False then."""

    def __str__(self) -> str:  # KeyError's would quote it
        return str(self.args[0]) if self.args else ""


class NotSupported(Unknown):
    """GIMP 2 had it, GIMP 3 has not; the message names the replacement."""
