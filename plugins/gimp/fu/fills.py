"""What GIMP 2's numbers of fills, gradients and palettes are in GIMP 3, where they changed.

A constant such as WHITE_FILL is GIMP 3's own value already; only bare numbers are GIMP 2's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gi.repository import Gimp

FILLS = (
    Gimp.FillType.FOREGROUND,
    Gimp.FillType.BACKGROUND,
    Gimp.FillType.WHITE,
    Gimp.FillType.TRANSPARENT,
    Gimp.FillType.PATTERN,
)
BUCKETS = (Gimp.FillType.FOREGROUND, Gimp.FillType.BACKGROUND, Gimp.FillType.PATTERN)
PALETTES = (
    Gimp.ConvertPaletteType.GENERATE,
    None,  # "reuse" was never used by GIMP 2
    Gimp.ConvertPaletteType.WEB,
    Gimp.ConvertPaletteType.MONO,
    Gimp.ConvertPaletteType.CUSTOM,
)


def _translated(given: Any, kind: type, order: Sequence[Any]) -> Any:
    if isinstance(given, kind):
        return given
    number = int(given)
    return order[number] if 0 <= number < len(order) else None


def fill_type(given: Any) -> Any:
    """None: GIMP 2's "no fill"."""
    return _translated(given, Gimp.FillType, FILLS)


def bucket_fill(given: Any) -> Any:
    """From FG_BUCKET_FILL and its like."""
    return _translated(given, Gimp.FillType, BUCKETS)


def palette_type(given: Any) -> Any:
    return _translated(given, Gimp.ConvertPaletteType, PALETTES) or PALETTES[0]


def offset_type(given: Any) -> Any:
    """0 was the background in GIMP 2, and is a colour in GIMP 3."""
    return given if isinstance(given, Gimp.OffsetType) else Gimp.OffsetType(int(given))
