"""Impasto in Blender: what Blender calls when the extension is switched on and off.

Must not do anything at import, nor anything but register and unregister what other files define.
"""

from __future__ import annotations

from types import ModuleType


def modules() -> tuple[ModuleType, ...]:
    """Each has `register` and `unregister`, and is registered after those that it needs. They are
    imported when they are wanted: some files of the package are of use without Blender."""
    from plugins.blender import life, operators, panels, preferences, properties

    return properties, preferences, operators, panels, life


def register() -> None:
    """Blender switches the extension on."""
    from plugins.blender.state import speak

    speak()
    for module in modules():
        module.register()


def unregister() -> None:
    """Blender switches it off, or quits."""
    for module in reversed(modules()):
        module.unregister()
