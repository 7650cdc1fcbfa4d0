"""GIMP's own libraries, in the versions that the plugin is written for.

Nothing else here: so that no other module has to choose versions before it imports.
"""

import gi

gi.require_version("Gimp", "3.0")  # GIMP 3.2 says 3.0 too
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")

from gi.repository import Babl, GdkPixbuf, Gegl, Gimp, GLib  # noqa: E402  # not before the versions

__all__ = ["Babl", "GLib", "GdkPixbuf", "Gegl", "Gimp"]
