"""The settings that GIMP 2's selecting calls were given each time, and GIMP 3 keeps in the context.

Sets them for one call; selects nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp


@contextmanager
def selecting(
    *,
    antialias: object = True,
    feather: object = False,
    radius: float | tuple[float, float] = 0.0,
    merged: object = False,
    threshold: float | None = None,
    transparent: object = False,
    criterion: Any = None,
) -> Iterator[None]:
    """What is set here is as it was after the block. threshold: 0 to 255."""
    x, y = radius if isinstance(radius, tuple) else (radius, radius)
    Gimp.context_push()
    try:
        Gimp.context_set_antialias(bool(antialias))
        Gimp.context_set_feather(bool(feather))
        Gimp.context_set_feather_radius(float(x), float(y))
        Gimp.context_set_sample_merged(bool(merged))
        Gimp.context_set_sample_transparent(bool(transparent))
        if threshold is not None:
            Gimp.context_set_sample_threshold_int(int(threshold))
        if criterion is not None:
            Gimp.context_set_sample_criterion(criterion)
        yield
    finally:
        Gimp.context_pop()
