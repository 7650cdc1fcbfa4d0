"""GIMP 2's way of writing plug-ins, on GIMP 3: `from gimpfu import *`.

A facade only: the binding is the package `fu`. GIMPFU.md says what is covered, and what is not.
"""

import builtins
import gettext
import math

from plugins.gimp.fu import color_classes as gimpcolor
from plugins.gimp.fu import gimp_module as gimp
from plugins.gimp.fu import parameters
from plugins.gimp.fu.constants import *  # noqa: F403 - the names are made from what GIMP has
from plugins.gimp.fu.constants import CONSTANTS
from plugins.gimp.fu.errors import CancelError, NotSupported, error
from plugins.gimp.fu.parameters import *  # noqa: F403 - PF_INT, PF_FLOAT, …
from plugins.gimp.fu.pdb import pdb
from plugins.gimp.fu.registry import main, register

t = gettext.translation("gimp30-python", gimp.locale_directory, fallback=True)
_ = t.gettext


def N_(message: str) -> str:  # noqa: N802 - gettext's name
    """Marks a text for translation."""
    return message


# A script that calls gettext.install itself must not be overruled, as a starred `_` would.
if not hasattr(builtins, "_"):
    builtins._ = _  # type: ignore[attr-defined]  # what gettext.install does

__all__ = [
    *CONSTANTS,
    *parameters.NAMES,
    "CancelError",
    "N_",
    "NotSupported",
    "error",
    "gettext",
    "gimp",
    "gimpcolor",
    "main",
    "math",
    "pdb",
    "register",
    "t",
]
