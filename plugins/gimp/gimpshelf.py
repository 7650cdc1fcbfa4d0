"""GIMP 2's gimpshelf, on GIMP 3: `from gimpshelf import shelf`."""

from plugins.gimp.fu.shelf import shelf

__all__ = ["shelf"]
