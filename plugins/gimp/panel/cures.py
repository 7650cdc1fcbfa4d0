"""What only the program itself can do about a notice."""

from __future__ import annotations

from plugins.common.cures import command_to_run
from plugins.common.phrases import say
from plugins.common.session import Notice
from plugins.gimp.panel.gtk import Gdk, Gio, GLib, Gtk
from plugins.gimp.panel.images import ImageHost
from protocol.connection import home, log_path
from protocol.errors import Remedy

PROGRAM = "gimp"


def cure(host: ImageHost, notice: Notice) -> str:
    """Do it; what is to be said afterwards, if anything."""
    remedy = notice.remedy or Remedy("")
    action = remedy.action
    front = host.active_document()
    if action == "select_area" and front is not None:
        host.select_all(front.key)
    elif action == "convert_rgb" and front is not None:
        host.convert_to_rgb(front.key)
    elif action == "open_log":
        return _opened(log_path().as_uri())
    elif action == "free_disk":
        return _opened(home().as_uri())
    elif command := command_to_run(remedy, PROGRAM):
        board = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
        board.set_text(command, -1)
        board.store()  # it shall outlive the panel
        return say("Copied: {command} — run it in a terminal.", command=command)
    return ""


def _opened(address: str) -> str:
    """Where no program opens it, the address is shown."""
    try:
        Gio.AppInfo.launch_default_for_uri(address, None)
    except GLib.Error:
        return address
    return ""
