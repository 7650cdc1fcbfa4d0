"""GIMP 2's constants, on GIMP 3: `from gimpenums import *`."""

from plugins.gimp.fu.constants import *  # noqa: F403 - the names are made from what GIMP has
from plugins.gimp.fu.constants import CONSTANTS

__all__ = sorted(CONSTANTS)
