"""Qt as this Krita brings it: PyQt5 in Krita 5, PyQt6 in Krita 6; for all other files.

Enumerations are written in full (`Qt.WidgetAttribute.WA_…`), as both understand them. Nothing of
the plugin's own is here.
"""

from __future__ import annotations

import sys

import krita

if "PyQt6.QtCore" in sys.modules:  # loaded by Krita's own module: a second Qt would crash Krita
    from PyQt6 import QtCore, QtGui, QtWidgets, sip
    from PyQt6.QtGui import QAction
else:
    from PyQt5 import QtCore, QtGui, QtWidgets, sip
    from PyQt5.QtWidgets import QAction

__all__ = ["QAction", "QtCore", "QtGui", "QtWidgets", "is_deleted", "krita"]

is_deleted = sip.isdeleted
"""Whether Qt has deleted the object behind a Python wrapper: to touch it then is a RuntimeError."""
