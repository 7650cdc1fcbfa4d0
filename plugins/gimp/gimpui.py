"""GIMP 2's gimpui had GTK 2's widgets, which no GIMP 3 can show: importing it says what to use."""

from plugins.gimp.fu.errors import NotSupported

raise NotSupported(
    "gimpui had GTK 2's widgets. In GIMP 3 write gi.require_version('GimpUi', '3.0') and "
    "from gi.repository import GimpUi, Gtk; the parameters of register() need no dialog of yours."
)
