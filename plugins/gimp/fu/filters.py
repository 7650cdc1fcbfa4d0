"""Filters of GIMP 2 that are GEGL operations in GIMP 3, with their old arguments.

Gathers what the modules beside it say; applies nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable

from plugins.gimp.fu import (  # noqa: F401 - imported for what they stand for
    filters_blur,
    filters_color,
    filters_distort,
    filters_render,
)
from plugins.gimp.fu.filtering import FILTER_STAND_INS

FILTERS: dict[str, Callable[..., object]] = dict(FILTER_STAND_INS)
"""Old `plug-in-…` name → a function that takes the old arguments, without a run mode."""
