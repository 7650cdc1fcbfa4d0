"""GIMP's own libraries, in the versions that `fu` chooses.

Nothing else here: so that no other module has to see to the versions before it imports.
"""

from plugins.gimp import fu  # noqa: F401 - it chooses the versions

# isort: split
from gi.repository import Babl, GdkPixbuf, Gegl, Gimp, GLib

__all__ = ["Babl", "GLib", "GdkPixbuf", "Gegl", "Gimp"]
