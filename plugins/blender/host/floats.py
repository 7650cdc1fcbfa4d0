"""The floats of images: by numpy where Blender's Python has it, else in plain Python.

Chooses; computes nothing itself.
"""

from __future__ import annotations

from plugins.common.host import HostError
from plugins.common.phrases import say

try:
    from plugins.blender.host import fast as floats

    HAS_NUMPY = True
except ImportError:
    from plugins.blender.host import plain as floats

    HAS_NUMPY = False

__all__ = ["HAS_NUMPY", "floats", "require_numpy"]


def require_numpy() -> None:
    """Raises HostError where only numpy is fast enough."""
    if not HAS_NUMPY:
        raise HostError(
            say("This Blender's Python has no numpy, which this needs; Blender's own build has it.")
        )
