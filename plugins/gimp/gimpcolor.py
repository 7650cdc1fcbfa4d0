"""GIMP 2's gimpcolor, on GIMP 3: `from gimpcolor import RGB`."""

from plugins.gimp.fu.color_classes import *  # noqa: F403 - its `__all__` is what GIMP 2 had
