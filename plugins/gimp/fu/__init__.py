"""A binding of GIMP 3 for sources written for gimpfu, GIMP 2's way of writing plug-ins.

Knows nothing of Impasto. `gimpfu.py` beside this package is what plug-ins import. The versions of
GIMP's libraries are chosen here alone.
"""

try:
    import gi
except ModuleNotFoundError:  # no GIMP here: coverage.py reads the tables without it
    gi = None

for _library, _version in (
    ("Gimp", "3.0"),  # GIMP 3.2 says 3.0 too
    ("GimpUi", "3.0"),
    ("Gegl", "0.4"),
    ("Babl", "0.1"),
    ("Gtk", "3.0"),
    ("Gdk", "3.0"),
):
    if gi is not None:
        gi.require_version(_library, _version)
