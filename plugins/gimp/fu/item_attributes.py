"""What GIMP 2's Python had on everything in an image, and on what has pixels.

Members for Gimp.Item and Gimp.Drawable, put there by `attributes.py`; GIMP 3's own calls of the
same names still work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import Gegl, Gimp

from plugins.gimp.fu import pages
from plugins.gimp.fu.calls import done
from plugins.gimp.fu.colors import to_gegl
from plugins.gimp.fu.dual import Both, attribute
from plugins.gimp.fu.errors import NotSupported
from plugins.gimp.fu.fills import fill_type, offset_type
from plugins.gimp.fu.parasite_members import ParasiteMembers
from plugins.gimp.fu.pixel_layouts import layout_of
from plugins.gimp.fu.regions import PixelRgn, Tile, as_bytes

_Original = Callable[..., Any]
_merge_shadow: _Original = Gimp.Drawable.merge_shadow
_free_shadow: _Original = Gimp.Drawable.free_shadow
_fill: _Original = Gimp.Drawable.fill
_offset: _Original = Gimp.Drawable.offset
_get_pixel: _Original = Gimp.Drawable.get_pixel
_set_pixel: _Original = Gimp.Drawable.set_pixel
_is_layer: _Original = Gimp.Item.is_layer
_is_layer_mask: _Original = Gimp.Item.is_layer_mask
_is_channel: _Original = Gimp.Item.is_channel
_is_text_layer: _Original = Gimp.Item.is_text_layer
_alpha: _Original = Gimp.Drawable.has_alpha
_is_rgb: _Original = Gimp.Drawable.is_rgb
_is_gray: _Original = Gimp.Drawable.is_gray
_is_indexed: _Original = Gimp.Drawable.is_indexed
_type: _Original = Gimp.Drawable.type
_type_with_alpha: _Original = Gimp.Drawable.type_with_alpha
_mask_bounds: _Original = Gimp.Drawable.mask_bounds
_mask_intersect: _Original = Gimp.Drawable.mask_intersect

LINKED = (
    "GIMP 3 has no linked layers: image.set_selected_layers([…]) takes several layers at once, and "
    "a group of layers moves together."
)


class ItemMembers(ParasiteMembers):
    """`self` is a Gimp.Item."""

    ID = attribute("get_id")
    name = attribute("get_name", "set_name", str)
    image = attribute("get_image")
    parent = attribute("get_parent")
    visible = attribute("get_visible", "set_visible", bool)
    tattoo = attribute("get_tattoo", "set_tattoo")
    color_tag = attribute("get_color_tag", "set_color_tag")
    lock_content = attribute("get_lock_content", "set_lock_content", bool)
    lock_position = attribute("get_lock_position", "set_lock_position", bool)
    is_layer = Both(_is_layer, lambda item: int(_is_layer(item)))
    is_layer_mask = Both(_is_layer_mask, lambda item: int(_is_layer_mask(item)))
    is_channel = Both(_is_channel, lambda item: int(_is_channel(item)))
    is_text_layer = Both(_is_text_layer, lambda item: int(_is_text_layer(item)))

    @property
    def children(self: Any) -> list[Any]:
        return list(self.get_children() or []) if self.is_group() else []

    layers = children

    @property
    def linked(self) -> int:
        return 0

    @linked.setter
    def linked(self, linked: object) -> None:
        if linked:
            raise NotSupported(LINKED)

    def get_linked(self) -> bool:
        return False

    def set_linked(self, linked: object) -> None:
        if linked:
            raise NotSupported(LINKED)

    @staticmethod
    def from_id(number: int) -> Any:
        """The layer, channel or path of that number; None: there is none."""
        return Gimp.Item.get_by_id(int(number)) if int(number) > 0 else None

    def translate(self: Any, x: float, y: float) -> None:
        done(self.transform_translate(float(x), float(y)))


class Pixel(tuple[int, ...]):
    """The channels of a pixel, 0 to 255; GIMP 3's calls see the Gegl.Color that it has."""

    place: tuple[Any, int, int]

    @property
    def color(self) -> Any:
        drawable, x, y = self.place
        pages.settle()
        return done(_get_pixel(drawable, x, y))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "place":
            raise AttributeError(name)
        return getattr(self.color, name)


def _intersection(drawable: Any) -> tuple[int, ...]:
    """x, y, width, height of what is selected of the drawable; nothing: an empty tuple."""
    found, *numbers = _mask_intersect(drawable)
    return tuple(numbers) if found else ()


TRANSFORMATIONS = {
    "2d": 7,
    "flip": 4,
    "matrix": 9,
    "perspective": 8,
    "rotate": 4,
    "scale": 4,
    "shear": 2,
}
"""How many numbers each needs; what GIMP 2 had after them is settings."""


def _transformation(kind: str, ending: str = "") -> _Original:
    """A method with GIMP 3's numbers, or with GIMP 2's settings after them."""
    original: _Original = getattr(Gimp.Item, f"transform_{kind}")

    def transform(self: Any, *given: Any) -> Any:
        pages.settle()
        if not ending and len(given) == TRANSFORMATIONS[kind]:
            return done(original(self, *given))
        from plugins.gimp.fu.pdb import pdb  # it imports the tables that import this

        return pdb[f"gimp-drawable-transform-{kind}{ending}"](self, *given)

    return transform


class DrawableMembers:
    """`self` is a Gimp.Drawable."""

    width = attribute("get_width")
    height = attribute("get_height")
    has_alpha = Both(_alpha, lambda it: int(_alpha(it)))
    is_rgb = Both(_is_rgb, lambda it: int(_is_rgb(it)))
    is_gray = Both(_is_gray, lambda it: int(_is_gray(it)))
    is_grey = is_gray
    is_indexed = Both(_is_indexed, lambda it: int(_is_indexed(it)))
    type = Both(_type, lambda it: int(_type(it)))
    type_with_alpha = Both(_type_with_alpha, lambda it: int(_type_with_alpha(it)))
    mask_bounds = Both(_mask_bounds, lambda it: tuple(_mask_bounds(it)[1:]))
    mask_intersect = Both(_mask_intersect, _intersection)

    @property
    def bpp(self: Any) -> int:
        """Bytes a pixel, as regions and tiles have them."""
        return layout_of(self).bpp

    @property
    def offsets(self: Any) -> tuple[int, int]:
        _, x, y = self.get_offsets()
        return x, y

    # ---- pixels --------------------------------------------------------------------------------

    def get_pixel_rgn(
        self, x: int, y: int, width: int, height: int, dirty: object = True, shadow: object = False
    ) -> PixelRgn:
        return PixelRgn(self, x, y, width, height, dirty, shadow)

    def get_tile(self, shadow: object, row: int, column: int) -> Tile:
        return Tile(self, shadow, row, column)

    def get_tile2(self, shadow: object, x: int, y: int) -> Tile:
        return Tile.at(self, shadow, x, y)

    def get_pixel(self, x: int, y: int) -> Pixel:
        pixel = Pixel(Tile.at(self, False, x, y).pixel(int(x), int(y)))
        pixel.place = (self, int(x), int(y))
        return pixel

    def set_pixel(self, x: int, y: int, pixel: Any) -> bool:
        """The colour of GIMP 3, or GIMP 2's channels, 0 to 255."""
        if isinstance(pixel, Gegl.Color):
            pages.settle()
            return done(_set_pixel(self, int(x), int(y), pixel))
        Tile.at(self, False, x, y).set_pixel(int(x), int(y), as_bytes(pixel))
        return True

    def flush(self) -> None:
        """Hand what was written to regions and tiles to GIMP."""
        pages.flush(self)

    def merge_shadow(self, undo: object = False) -> bool:
        """Put the shadow in place, inside the selection."""
        pages.flush(self)
        answer = done(_merge_shadow(self, bool(undo)))
        pages.forget(self)
        return answer

    def free_shadow(self) -> bool:
        pages.forget_shadow(self)
        return bool(_free_shadow(self))

    # ---- as a whole ----------------------------------------------------------------------------

    def fill(self, fill: Any = 0) -> bool:
        pages.settle()
        kind = fill_type(fill)
        return True if kind is None else done(_fill(self, kind))

    def offset(self, wrap_around: object, fill: int, *rest: Any) -> bool:
        """GIMP 2: (wrap_around, fill_type, x, y); GIMP 3 has a colour before x."""
        pages.settle()
        color = to_gegl(rest[0]) if len(rest) == 3 else Gimp.context_get_background()
        x, y = rest[-2:]
        return done(_offset(self, bool(wrap_around), offset_type(fill), color, int(x), int(y)))

    transform_2d = _transformation("2d")
    transform_flip = _transformation("flip")
    transform_matrix = _transformation("matrix")
    transform_perspective = _transformation("perspective")
    transform_rotate = _transformation("rotate")
    transform_scale = _transformation("scale")
    transform_shear = _transformation("shear")
    transform_2d_default = _transformation("2d", "-default")
    transform_flip_default = _transformation("flip", "-default")
    transform_matrix_default = _transformation("matrix", "-default")
    transform_perspective_default = _transformation("perspective", "-default")
    transform_rotate_default = _transformation("rotate", "-default")
    transform_scale_default = _transformation("scale", "-default")
    transform_shear_default = _transformation("shear", "-default")
