"""GIMP 2's calls on paths, then called vectors, whose answers counted their numbers.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from typing import Any

from plugins.gimp.fu.calls import native
from plugins.gimp.fu.old_image import Numbers, counted
from plugins.gimp.fu.stand_ins import stands_for


@stands_for("gimp-vectors-get-strokes")
def get_strokes(path: Any) -> Numbers:
    """gimp-path-get-strokes, with a count."""
    numbers = tuple(native("gimp-path-get-strokes")(path))
    return len(numbers), numbers


@stands_for("gimp-vectors-stroke-get-points")
def stroke_get_points(path: Any, stroke: int) -> tuple[Any, ...]:
    """gimp-path-stroke-get-points, with a count."""
    kind, points, closed = native("gimp-path-stroke-get-points")(path, stroke)
    return kind, len(points), tuple(points), closed


@stands_for("gimp-vectors-stroke-interpolate")
def stroke_interpolate(path: Any, stroke: int, precision: float) -> tuple[Any, ...]:
    """gimp-path-stroke-interpolate, with a count."""
    points, closed = native("gimp-path-stroke-interpolate")(path, stroke, precision)
    return len(points), tuple(points), closed


@stands_for("gimp-vectors-import-from-file")
def import_from_file(
    image: Any, file: str, merge: object = False, scale: object = False
) -> Numbers:
    """gimp-image-import-paths-from-file, as a count and numbers."""
    return counted(native("gimp-image-import-paths-from-file")(image, file, merge, scale))


@stands_for("gimp-vectors-import-from-string")
def import_from_string(
    image: Any, text: str, length: int = -1, merge: object = False, scale: object = False
) -> Numbers:
    """gimp-image-import-paths-from-string, as a count and numbers."""
    return counted(native("gimp-image-import-paths-from-string")(image, text, length, merge, scale))
