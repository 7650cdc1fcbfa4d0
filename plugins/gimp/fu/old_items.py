"""GIMP 2's calls on layers, channels, pixels and transformations, with their old arguments.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.calls import native
from plugins.gimp.fu.errors import NotSupported
from plugins.gimp.fu.fills import offset_type
from plugins.gimp.fu.image_attributes import kept_context
from plugins.gimp.fu.item_attributes import LINKED, TRANSFORMATIONS
from plugins.gimp.fu.stand_ins import stands_for

# ---- making --------------------------------------------------------------------------------------


@stands_for("gimp-layer-new")
def layer_new(image: Any, *given: Any) -> Any:
    """The same; GIMP 2 had the name after width, height and type."""
    if not isinstance(given[0], str):
        width, height, kind, name, *rest = given
        given = (name, width, height, kind, *rest)
    return native("gimp-layer-new")(image, *given)


@stands_for("gimp-channel-new")
def channel_new(image: Any, *given: Any) -> Any:
    """The same; GIMP 2 had the name after width and height."""
    if not isinstance(given[0], str):
        width, height, name, *rest = given
        given = (name, width, height, *rest)
    return native("gimp-channel-new")(image, *given)


@stands_for("gimp-layer-group-new")
def layer_group_new(image: Any, name: str = "Layer Group") -> Any:
    """gimp-group-layer-new, which wants a name."""
    return native("gimp-group-layer-new")(image, name)


@stands_for("gimp-layer-copy")
def layer_copy(layer: Any, add_alpha: object = False) -> Any:
    """The same, and gimp-layer-add-alpha."""
    return layer.copy(add_alpha)


@stands_for("gimp-layer-scale-full")
def layer_scale_full(
    layer: Any, width: int, height: int, local_origin: object, interpolation: Any
) -> None:
    """gimp-layer-scale, with the interpolation in the context."""
    with kept_context():
        native("gimp-context-set-interpolation")(interpolation)
        native("gimp-layer-scale")(layer, width, height, local_origin)


# ---- linked layers, which are gone ---------------------------------------------------------------


@stands_for(
    "gimp-item-get-linked",
    "gimp-drawable-get-linked",
    "gimp-layer-get-linked",
    "gimp-vectors-get-linked",
)
def item_get_linked(item: Any) -> bool:
    """Always FALSE: GIMP 3 has no linked layers."""
    return bool(item.linked)


@stands_for(
    "gimp-item-set-linked",
    "gimp-drawable-set-linked",
    "gimp-layer-set-linked",
    "gimp-vectors-set-linked",
)
def item_set_linked(item: Any, linked: object) -> None:
    """FALSE does nothing; TRUE raises an error: GIMP 3 has no linked layers."""
    if linked:
        raise NotSupported(LINKED)


# ---- pixels --------------------------------------------------------------------------------------


@stands_for("gimp-drawable-bpp")
def drawable_bpp(drawable: Any) -> int:
    """`drawable.bpp`: bytes a pixel as regions and tiles have them, 8 bits a channel."""
    return int(drawable.bpp)


@stands_for("gimp-drawable-get-pixel")
def drawable_get_pixel(drawable: Any, x: int, y: int) -> tuple[int, tuple[int, ...]]:
    """`drawable.get_pixel(x, y)`, with the number of channels; 0 to 255."""
    pixel = tuple(drawable.get_pixel(x, y))
    return len(pixel), pixel


@stands_for("gimp-drawable-set-pixel")
def drawable_set_pixel(drawable: Any, x: int, y: int, *given: Any) -> None:
    """`drawable.set_pixel(x, y, …)`; GIMP 2 gave the number of channels and their values."""
    drawable.set_pixel(x, y, given[-1])


@stands_for("gimp-drawable-offset")
def drawable_offset(drawable: Any, wrap_around: object, fill: Any, *given: Any) -> None:
    """The same; GIMP 2 filled with the background, GIMP 3 with a colour that it is given."""
    color = given[0] if len(given) == 3 else Gimp.context_get_background()
    kind = Gimp.OffsetType.WRAP_AROUND if wrap_around else offset_type(fill)
    native("gimp-drawable-offset")(drawable, bool(wrap_around), kind, color, *given[-2:])


# ---- transformations -----------------------------------------------------------------------------


@contextmanager
def _transforming(
    interpolation: Any = None, clip: Any = None, direction: Any = None
) -> Iterator[None]:
    with kept_context():
        if direction is not None:
            Gimp.context_set_transform_direction(Gimp.TransformDirection(int(direction)))
        if interpolation is not None:
            Gimp.context_set_interpolation(Gimp.InterpolationType(int(interpolation)))
        if clip is not None:
            Gimp.context_set_transform_resize(Gimp.TransformResize(int(clip)))
        yield


def _transform(kind: str, item: Any, given: tuple[Any, ...]) -> Any:
    """After the numbers: direction, interpolation, supersample, recursion, clip."""
    numbers, rest = given[: TRANSFORMATIONS[kind]], given[TRANSFORMATIONS[kind] :]
    direction = rest[0] if rest else None
    interpolation = rest[1] if len(rest) > 1 else None
    with _transforming(interpolation, rest[-1] if len(rest) > 2 else None, direction):
        return native(f"gimp-item-transform-{kind}")(item, *numbers)


def _transform_default(kind: str, item: Any, given: tuple[Any, ...]) -> Any:
    """After the numbers: whether to interpolate, and clip."""
    numbers, rest = given[: TRANSFORMATIONS[kind]], given[TRANSFORMATIONS[kind] :]
    interpolation = None if not rest or rest[0] else Gimp.InterpolationType.NONE
    with _transforming(interpolation, rest[1] if len(rest) > 1 else None):
        return native(f"gimp-item-transform-{kind}")(item, *numbers)


@stands_for("gimp-drawable-transform-2d")
def transform_2d(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-2d, with direction, interpolation and clip in the context."""
    return _transform("2d", drawable, given)


@stands_for("gimp-drawable-transform-2d-default")
def transform_2d_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-2d."""
    return _transform_default("2d", drawable, given)


@stands_for("gimp-drawable-transform-flip")
def transform_flip(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-flip, with direction, interpolation and clip in the context."""
    return _transform("flip", drawable, given)


@stands_for("gimp-drawable-transform-flip-default")
def transform_flip_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-flip."""
    return _transform_default("flip", drawable, given)


@stands_for("gimp-drawable-transform-flip-simple")
def transform_flip_simple(
    drawable: Any, direction: Any, auto_center: object, axis: float, clip: Any = None
) -> Any:
    """gimp-item-transform-flip-simple, with clip in the context."""
    with _transforming(clip=clip):
        return native("gimp-item-transform-flip-simple")(drawable, direction, auto_center, axis)


@stands_for("gimp-drawable-transform-matrix")
def transform_matrix(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-matrix, with direction, interpolation and clip in the context."""
    return _transform("matrix", drawable, given)


@stands_for("gimp-drawable-transform-matrix-default")
def transform_matrix_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-matrix."""
    return _transform_default("matrix", drawable, given)


@stands_for("gimp-drawable-transform-perspective")
def transform_perspective(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-perspective, with direction, interpolation and clip in the context."""
    return _transform("perspective", drawable, given)


@stands_for("gimp-drawable-transform-perspective-default")
def transform_perspective_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-perspective."""
    return _transform_default("perspective", drawable, given)


@stands_for("gimp-drawable-transform-rotate")
def transform_rotate(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-rotate, with direction, interpolation and clip in the context."""
    return _transform("rotate", drawable, given)


@stands_for("gimp-drawable-transform-rotate-default")
def transform_rotate_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-rotate."""
    return _transform_default("rotate", drawable, given)


@stands_for("gimp-drawable-transform-rotate-simple")
def transform_rotate_simple(
    drawable: Any, angle: Any, auto_center: object, x: float, y: float, clip: Any = None
) -> Any:
    """gimp-item-transform-rotate-simple, with clip in the context."""
    with _transforming(clip=clip):
        return native("gimp-item-transform-rotate-simple")(drawable, angle, auto_center, x, y)


@stands_for("gimp-drawable-transform-scale")
def transform_scale(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-scale, with direction, interpolation and clip in the context."""
    return _transform("scale", drawable, given)


@stands_for("gimp-drawable-transform-scale-default")
def transform_scale_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-scale."""
    return _transform_default("scale", drawable, given)


@stands_for("gimp-drawable-transform-shear")
def transform_shear(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-shear, with direction, interpolation and clip in the context."""
    return _transform("shear", drawable, given)


@stands_for("gimp-drawable-transform-shear-default")
def transform_shear_default(drawable: Any, *given: Any) -> Any:
    """gimp-item-transform-shear."""
    return _transform_default("shear", drawable, given)


@stands_for("gimp-flip")
def flip(drawable: Any, direction: Any) -> Any:
    """gimp-item-transform-flip-simple, about the middle."""
    return native("gimp-item-transform-flip-simple")(drawable, direction, True, 0)


@stands_for("gimp-rotate")
def rotate(drawable: Any, interpolate: object, angle: float) -> Any:
    """gimp-item-transform-rotate, about the middle."""
    return _transform_default("rotate", drawable, (angle, True, 0, 0, interpolate))


@stands_for("gimp-scale")
def scale(drawable: Any, interpolate: object, *corners: float) -> Any:
    """gimp-item-transform-scale."""
    return _transform_default("scale", drawable, (*corners, interpolate))


@stands_for("gimp-shear")
def shear(drawable: Any, interpolate: object, direction: Any, magnitude: float) -> Any:
    """gimp-item-transform-shear."""
    return _transform_default("shear", drawable, (direction, magnitude, interpolate))


@stands_for("gimp-perspective")
def perspective(drawable: Any, interpolate: object, *corners: float) -> Any:
    """gimp-item-transform-perspective."""
    return _transform_default("perspective", drawable, (*corners, interpolate))


@stands_for("plug-in-rotate")
def plug_in_rotate(image: Any, drawable: Any, angle: int, everything: object) -> None:
    """gimp-image-rotate, or gimp-item-transform-rotate-simple; 1 was 90 degrees."""
    kind = Gimp.RotationType(int(angle) - 1)
    if everything:
        native("gimp-image-rotate")(image, kind)
    else:
        native("gimp-item-transform-rotate-simple")(drawable, kind, True, 0, 0)
