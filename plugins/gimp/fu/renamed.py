"""Procedures of GIMP 2 that are called otherwise in GIMP 3, were removed, or take other arguments.

Names are written with hyphens. Gathers what the modules beside it say; says nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable

from plugins.gimp.fu import (  # noqa: F401 - imported for what they stand for
    old_color,
    old_edit,
    old_exports,
    old_files,
    old_image,
    old_items,
    old_paths,
    old_plug_ins,
    old_texts,
)
from plugins.gimp.fu.removed_names import REMOVED as _REMOVED
from plugins.gimp.fu.renamed_names import RENAMED as _RENAMED
from plugins.gimp.fu.stand_ins import STAND_INS

RENAMED: dict[str, str] = dict(_RENAMED)
"""Old name → new name, the arguments staying as they were."""

REMOVED: dict[str, str] = dict(_REMOVED)
"""Old name → a sentence: what to use instead."""

RESIGNED: dict[str, Callable[..., object]] = dict(STAND_INS)
"""Old name → a function that takes the old arguments, without a run mode."""
