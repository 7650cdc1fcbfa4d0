"""Paths as GIMP 2's Python had them, where they were called vectors: `vectors.strokes`, `.points`.

Members for Gimp.Path, and the class of strokes; puts nothing anywhere itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.calls import done
from plugins.gimp.fu.selecting import selecting


class Stroke:
    """One line of a path; made with points, it is a new one. stroke: the number of one there is."""

    def __init__(
        self,
        vectors: Any,
        controlpoints: Sequence[float] | None = None,
        closed: object = False,
        stroke: int | None = None,
    ) -> None:
        self.vectors = vectors
        if stroke is None or stroke < 0:
            points = [float(point) for point in controlpoints or ()]
            kind = Gimp.PathStrokeType.BEZIER
            stroke = vectors.stroke_new_from_points(kind, points, bool(closed))
        self.ID = int(stroke)
        self.vectors_ID = int(vectors.get_id())

    @classmethod
    def new_moveto(cls, vectors: Any, x: float, y: float) -> Stroke:
        return cls(vectors, stroke=vectors.bezier_stroke_new_moveto(x, y))

    @classmethod
    def new_ellipse(cls, vectors: Any, *numbers: float) -> Stroke:
        """Centre, radii, angle."""
        return cls(vectors, stroke=vectors.bezier_stroke_new_ellipse(*numbers))

    @property
    def type(self) -> int:
        return int(self.vectors.stroke_get_points(self.ID)[0])

    @property
    def points(self) -> tuple[list[float], bool]:
        """x and y of each control point, and whether the line is closed."""
        _, points, closed = self.vectors.stroke_get_points(self.ID)
        return list(points), bool(closed)

    def get_length(self, precision: float) -> float:
        return float(self.vectors.stroke_get_length(self.ID, precision))

    def get_point_at_dist(self, distance: float, precision: float) -> tuple[Any, ...]:
        """x, y, slope, and whether they are valid."""
        answer = self.vectors.stroke_get_point_at_dist(self.ID, distance, precision)
        return tuple(answer[-4:])

    def interpolate(self, precision: float) -> tuple[list[float], bool]:
        answer = self.vectors.stroke_interpolate(self.ID, precision)
        return list(answer[0]), bool(answer[-1])

    def close(self) -> None:
        done(self.vectors.stroke_close(self.ID))

    def translate(self, x: float, y: float) -> None:
        done(self.vectors.stroke_translate(self.ID, x, y))

    def scale(self, x: float, y: float) -> None:
        done(self.vectors.stroke_scale(self.ID, x, y))

    def rotate(self, x: float, y: float, angle: float) -> None:
        done(self.vectors.stroke_rotate(self.ID, x, y, angle))

    def flip(self, direction: int, axis: float) -> None:
        done(self.vectors.stroke_flip(self.ID, direction, axis))

    def flip_free(self, x1: float, y1: float, x2: float, y2: float) -> None:
        done(self.vectors.stroke_flip_free(self.ID, x1, y1, x2, y2))

    def lineto(self, x: float, y: float) -> None:
        done(self.vectors.bezier_stroke_lineto(self.ID, x, y))

    def conicto(self, *points: float) -> None:
        done(self.vectors.bezier_stroke_conicto(self.ID, *points))

    def cubicto(self, *points: float) -> None:
        done(self.vectors.bezier_stroke_cubicto(self.ID, *points))

    def __repr__(self) -> str:
        return f"<gimp.VectorsBezierStroke {self.ID} of vectors {self.vectors.get_name()!r}>"


class PathMembers:
    """`self` is a Gimp.Path."""

    @property
    def strokes(self: Any) -> list[Stroke]:
        return [Stroke(self, stroke=number) for number in self.get_strokes() or ()]

    def to_selection(
        self: Any,
        operation: int = 2,
        antialias: object = True,
        feather: object = False,
        radius_x: float = 0,
        radius_y: float = 0,
    ) -> None:
        with selecting(antialias=antialias, feather=feather, radius=(radius_x, radius_y)):
            done(self.get_image().select_item(operation, self))
