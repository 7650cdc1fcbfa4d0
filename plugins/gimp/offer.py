"""Asks the artist, in GIMP's own look, before a procedure changes more than it was asked to."""

from __future__ import annotations

from plugins.common.phrases import say
from plugins.gimp.panel.gtk import GimpUi, Gtk

NAME = "impasto"


def agrees(question: str, deed: str) -> bool:
    """Whether the button `deed` was pressed, and not Cancel."""
    GimpUi.init(NAME)
    dialog = Gtk.MessageDialog(
        message_type=Gtk.MessageType.QUESTION, text=question, title=say("Impasto")
    )
    dialog.add_button(say("Cancel"), Gtk.ResponseType.CANCEL)
    dialog.add_button(deed, Gtk.ResponseType.OK)
    dialog.set_default_response(Gtk.ResponseType.OK)
    try:
        return bool(dialog.run() == Gtk.ResponseType.OK)
    finally:
        dialog.destroy()
