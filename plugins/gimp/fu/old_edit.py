"""GIMP 2's filling, copying, pasting and selecting calls, with their old arguments.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu import pages
from plugins.gimp.fu.calls import done, native
from plugins.gimp.fu.colors import to_gegl
from plugins.gimp.fu.errors import error
from plugins.gimp.fu.fills import bucket_fill, fill_type
from plugins.gimp.fu.selecting import selecting
from plugins.gimp.fu.stand_ins import stands_for

CUSTOM = 3
"""GIMP 2's number for "the gradient that is set"."""


@contextmanager
def painting(mode: Any, opacity: float) -> Iterator[None]:
    """What GIMP 2's fills were given each time, and GIMP 3 keeps in the context."""
    Gimp.context_push()
    try:
        Gimp.context_set_paint_mode(Gimp.LayerMode(int(mode)))
        Gimp.context_set_opacity(float(opacity))
        yield
    finally:
        Gimp.context_pop()


# ---- filling -------------------------------------------------------------------------------------


@stands_for("gimp-edit-fill", "gimp-drawable-edit-fill")
def edit_fill(drawable: Any, fill: Any = 0) -> None:
    """gimp-drawable-edit-fill, where the numbers of fills changed."""
    kind = fill_type(fill)
    if kind is not None:
        native("gimp-drawable-edit-fill")(drawable, kind)


@stands_for("gimp-drawable-fill")
def drawable_fill(drawable: Any, fill: Any = 0) -> None:
    """gimp-drawable-fill, where the numbers of fills changed."""
    kind = fill_type(fill)
    if kind is not None:
        native("gimp-drawable-fill")(drawable, kind)


@stands_for("gimp-drawable-edit-bucket-fill")
def drawable_edit_bucket_fill(drawable: Any, fill: Any, x: float, y: float) -> None:
    """gimp-drawable-edit-bucket-fill, where the numbers of fills changed."""
    native("gimp-drawable-edit-bucket-fill")(drawable, fill_type(fill), x, y)


@stands_for("gimp-edit-bucket-fill", "gimp-bucket-fill")
def edit_bucket_fill(
    drawable: Any,
    fill_mode: Any,
    paint_mode: Any,
    opacity: float,
    threshold: float,
    sample_merged: object,
    x: float,
    y: float,
) -> None:
    """gimp-drawable-edit-fill where something is selected, else gimp-drawable-edit-bucket-fill."""
    edit_bucket_fill_full(
        drawable, fill_mode, paint_mode, opacity, threshold, sample_merged, False, 0, x, y
    )


@stands_for("gimp-edit-bucket-fill-full", "gimp-bucket-fill-full")
def edit_bucket_fill_full(
    drawable: Any,
    fill_mode: Any,
    paint_mode: Any,
    opacity: float,
    threshold: float,
    sample_merged: object,
    fill_transparent: object,
    criterion: Any,
    x: float,
    y: float,
) -> None:
    """gimp-drawable-edit-fill where something is selected, else gimp-drawable-edit-bucket-fill."""
    kind = bucket_fill(fill_mode)
    settings = selecting(
        merged=sample_merged,
        threshold=threshold,
        transparent=fill_transparent,
        criterion=Gimp.SelectCriterion(int(criterion)),
    )
    with painting(paint_mode, opacity), settings:
        if Gimp.Selection.is_empty(drawable.get_image()):
            native("gimp-drawable-edit-bucket-fill")(drawable, kind, x, y)
        else:
            native("gimp-drawable-edit-fill")(drawable, kind)


@stands_for("gimp-edit-blend", "gimp-blend")
def edit_blend(
    drawable: Any,
    blend_mode: Any,
    paint_mode: Any,
    gradient_type: Any,
    opacity: float,
    offset: float,
    repeat: Any,
    reverse: object,
    supersample: object,
    max_depth: int,
    threshold: float,
    dither: object,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
) -> None:
    """gimp-drawable-edit-gradient-fill, with the rest in the context."""
    with painting(paint_mode, opacity):
        set_gradient = {
            0: Gimp.context_set_gradient_fg_bg_rgb,
            1: Gimp.context_set_gradient_fg_bg_hsv_cw,
            2: Gimp.context_set_gradient_fg_transparent,
        }.get(int(blend_mode))
        if set_gradient is not None:
            set_gradient()
        Gimp.context_set_gradient_repeat_mode(Gimp.RepeatMode(int(repeat)))
        Gimp.context_set_gradient_reverse(bool(reverse))
        depth = min(9, max(1, int(max_depth)))
        native("gimp-drawable-edit-gradient-fill")(
            drawable,
            Gimp.GradientType(int(gradient_type)),
            offset,
            supersample,
            depth,
            min(4.0, max(0.0, threshold)),
            dither,
            x1,
            y1,
            x2,
            y2,
        )


# ---- the clipboard -------------------------------------------------------------------------------


@stands_for("gimp-edit-paste")
def edit_paste(drawable: Any, paste_into: object = False) -> Any:
    """gimp-edit-paste, which gives several layers: the first."""
    pasted = native("gimp-edit-paste")(drawable, paste_into)
    if not pasted:
        raise error("There is nothing to paste.")
    return pasted[0]


# ---- selecting -----------------------------------------------------------------------------------


@stands_for("gimp-rect-select")
def rect_select(
    image: Any,
    x: float,
    y: float,
    width: float,
    height: float,
    operation: Any = 2,
    feather: object = False,
    radius: float = 0,
) -> None:
    """gimp-image-select-rectangle, with the feather in the context."""
    with selecting(feather=feather, radius=radius):
        native("gimp-image-select-rectangle")(image, operation, x, y, width, height)


@stands_for("gimp-ellipse-select")
def ellipse_select(
    image: Any,
    x: float,
    y: float,
    width: float,
    height: float,
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius: float = 0,
) -> None:
    """gimp-image-select-ellipse, with antialias and feather in the context."""
    with selecting(antialias=antialias, feather=feather, radius=radius):
        native("gimp-image-select-ellipse")(image, operation, x, y, width, height)


@stands_for("gimp-round-rect-select")
def round_rect_select(
    image: Any,
    x: float,
    y: float,
    width: float,
    height: float,
    corner_x: float,
    corner_y: float,
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius_x: float = 0,
    radius_y: float = 0,
) -> None:
    """gimp-image-select-round-rectangle, with antialias and feather in the context."""
    with selecting(antialias=antialias, feather=feather, radius=(radius_x, radius_y)):
        native("gimp-image-select-round-rectangle")(
            image, operation, x, y, width, height, corner_x, corner_y
        )


@stands_for("gimp-free-select")
def free_select(
    image: Any,
    count: int,
    points: Sequence[float],
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius: float = 0,
) -> None:
    """gimp-image-select-polygon, with antialias and feather in the context."""
    with selecting(antialias=antialias, feather=feather, radius=radius):
        native("gimp-image-select-polygon")(image, operation, list(points)[:count])


def _select_alike(
    procedure: str,
    drawable: Any,
    what: Sequence[Any],
    threshold: float,
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius_x: float = 0,
    radius_y: float = 0,
    sample_merged: object = False,
    transparent: object = True,
    criterion: Any = 0,
) -> None:
    """What is like a place or a colour: `what` is what the procedure wants of it."""
    with selecting(
        antialias=antialias,
        feather=feather,
        radius=(radius_x, radius_y),
        merged=sample_merged,
        threshold=threshold,
        transparent=transparent,
        criterion=Gimp.SelectCriterion(int(criterion)),
    ):
        native(procedure)(drawable.get_image(), operation, drawable, *what)


@stands_for("gimp-fuzzy-select")
def fuzzy_select(
    drawable: Any,
    x: float,
    y: float,
    threshold: float,
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius: float = 0,
    sample_merged: object = False,
) -> None:
    """gimp-image-select-contiguous-color, with all settings in the context."""
    fuzzy_select_full(
        drawable, x, y, threshold, operation, antialias, feather, radius, radius, sample_merged
    )


@stands_for("gimp-fuzzy-select-full")
def fuzzy_select_full(drawable: Any, x: float, y: float, threshold: float, *settings: Any) -> None:
    """gimp-image-select-contiguous-color, with all settings in the context."""
    _select_alike("gimp-image-select-contiguous-color", drawable, (x, y), threshold, *settings)


@stands_for("gimp-by-color-select")
def by_color_select(
    drawable: Any,
    color: Any,
    threshold: float,
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius: float = 0,
    sample_merged: object = False,
) -> None:
    """gimp-image-select-color, with all settings in the context."""
    by_color_select_full(
        drawable, color, threshold, operation, antialias, feather, radius, radius, sample_merged
    )


@stands_for("gimp-by-color-select-full")
def by_color_select_full(drawable: Any, color: Any, threshold: float, *settings: Any) -> None:
    """gimp-image-select-color, with all settings in the context."""
    _select_alike("gimp-image-select-color", drawable, (to_gegl(color),), threshold, *settings)


@stands_for("gimp-selection-layer-alpha", "gimp-selection-load")
def selection_load(item: Any) -> None:
    """gimp-image-select-item, replacing."""
    native("gimp-image-select-item")(item.get_image(), Gimp.ChannelOps.REPLACE, item)


@stands_for("gimp-selection-combine")
def selection_combine(channel: Any, operation: Any) -> None:
    """gimp-image-select-item."""
    native("gimp-image-select-item")(channel.get_image(), operation, channel)


@stands_for("gimp-vectors-to-selection", "gimp-path-to-selection")
def vectors_to_selection(
    path: Any,
    operation: Any = 2,
    antialias: object = True,
    feather: object = False,
    radius_x: float = 0,
    radius_y: float = 0,
) -> None:
    """gimp-image-select-item, with antialias and feather in the context."""
    with selecting(antialias=antialias, feather=feather, radius=(radius_x, radius_y)):
        native("gimp-image-select-item")(path.get_image(), operation, path)


@stands_for("gimp-selection-float")
def selection_float(*given: Any) -> Any:
    """Gimp.Selection.float; GIMP 2 gave it a drawable and an offset."""
    drawable, x, y = given[-3:]
    pages.settle()
    drawables = list(drawable) if isinstance(drawable, list | tuple) else [drawable]
    return done(Gimp.Selection.float(drawables[0].get_image(), drawables, int(x), int(y)))
