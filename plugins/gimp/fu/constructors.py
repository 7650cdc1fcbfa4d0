"""Makes GIMP 3's classes callable as GIMP 2's were: `gimp.Image(640, 480, RGB)`.

Touches nothing but the classes: an image or layer made so is in no window and no image yet.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu import colors
from plugins.gimp.fu.errors import error

DONE = "_gimpfu_constructor"
NORMAL = int(Gimp.LayerMode.NORMAL_LEGACY)  # NORMAL_MODE, as in GIMP 2


def install() -> None:
    """Once for a process, however often it is called."""
    for cls, make in (
        (Gimp.Image, _image),
        (Gimp.Layer, _layer),
        (Gimp.GroupLayer, _group),
        (Gimp.TextLayer, _text_layer),
        (Gimp.Channel, _channel),
        (Gimp.Path, _path),
        (Gimp.Display, _display),
    ):
        if DONE not in vars(cls):
            setattr(cls, DONE, True)
            cls.__new__ = staticmethod(_constructor(cls, make))
            cls.__init__ = _made_already


def _constructor(cls: Any, make: Callable[..., Any]) -> Callable[..., Any]:
    def construct(_cls: Any, *values: Any, **named: Any) -> Any:
        inspect.signature(make).bind(*values, **named)  # a TypeError of the script's own
        before = Gimp.get_pdb().get_last_error()
        try:
            made = make(*values, **named)
        except TypeError:  # PyGObject's, for a constructor that gave nothing
            made = None
        if made is None:
            said = Gimp.get_pdb().get_last_error()
            reason = f": {said.rstrip('.')}" if said not in (before, "success", None) else ""
            raise error(f"GIMP made no {cls.__name__.lower()} of {values}{reason}.")
        return made

    return construct


def _made_already(_self: Any, *_values: Any, **_named: Any) -> None:
    """GObject's own would take properties."""


def _image(width: int, height: int, type: int = 0) -> Any:
    return Gimp.Image.new(int(width), int(height), Gimp.ImageBaseType(int(type)))


def _layer(
    image: Any,
    name: str,
    width: int | None = None,
    height: int | None = None,
    type: int = 0,
    opacity: float = 100.0,
    mode: int = NORMAL,
) -> Any:
    """As large as the image where no size is given."""
    return Gimp.Layer.new(
        image,
        str(name),
        int(width or image.get_width()),
        int(height or image.get_height()),
        Gimp.ImageType(int(type)),
        float(opacity),
        Gimp.LayerMode(int(mode)),
    )


def _group(image: Any, name: str | None = None, opacity: float = 100.0, mode: int = NORMAL) -> Any:
    group = Gimp.GroupLayer.new(image, name)
    if group is not None:
        group.set_opacity(float(opacity))
        group.set_mode(Gimp.LayerMode(int(mode)))
    return group


def _text_layer(image: Any, text: str, font: Any, size: float, unit: Any = 0) -> Any:
    from plugins.gimp.fu.coercion import CONVERSIONS, resource

    unit = CONVERSIONS["GimpUnit"](unit, None)
    return Gimp.TextLayer.new(image, text, resource(font, Gimp.Font.__gtype__), float(size), unit)


def _channel(
    image: Any,
    name: str,
    width: int | None = None,
    height: int | None = None,
    opacity: float = 100.0,
    color: Any = (0, 0, 0),
) -> Any:
    return Gimp.Channel.new(
        image,
        str(name),
        int(width or image.get_width()),
        int(height or image.get_height()),
        float(opacity),
        colors.to_gegl(color),
    )


def _path(image: Any, name: str) -> Any:
    return Gimp.Path.new(image, str(name))


def _display(image: Any) -> Any:
    return Gimp.Display.new(image)
