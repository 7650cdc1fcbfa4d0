"""What GIMP 2's Python had on layers and channels: `layer.mode = …`, `layer.copy(TRUE)`, ….

Members for Gimp.Layer and Gimp.Channel, put there by `attributes.py`; GIMP 3's own calls of the
same names still work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.calls import done
from plugins.gimp.fu.colors import RGB, from_gegl, to_gegl
from plugins.gimp.fu.dual import Both, attribute
from plugins.gimp.fu.image_attributes import kept_context

_Original = Callable[..., Any]
_copy_layer: _Original = Gimp.Layer.copy
_copy_channel: _Original = Gimp.Channel.copy
_scale: _Original = Gimp.Layer.scale
_resize: _Original = Gimp.Layer.resize
_create_mask: _Original = Gimp.Layer.create_mask
_remove_mask: _Original = Gimp.Layer.remove_mask
_set_offsets: _Original = Gimp.Layer.set_offsets
_is_floating_sel: _Original = Gimp.Layer.is_floating_sel


def _with_alpha(layer: Any, add_alpha: object) -> Any:
    if add_alpha and not layer.has_alpha:
        done(layer.add_alpha())
    return layer


class LayerMembers:
    """`self` is a Gimp.Layer."""

    mode = attribute("get_mode", "set_mode")
    opacity = attribute("get_opacity", "set_opacity", float)
    mask = attribute("get_mask")
    apply_mask = attribute("get_apply_mask", "set_apply_mask", bool)
    edit_mask = attribute("get_edit_mask", "set_edit_mask", bool)
    show_mask = attribute("get_show_mask", "set_show_mask", bool)
    lock_alpha = attribute("get_lock_alpha", "set_lock_alpha", bool)
    preserve_trans = lock_alpha
    composite_mode = attribute("get_composite_mode", "set_composite_mode")
    is_floating_sel = Both(_is_floating_sel, lambda layer: int(_is_floating_sel(layer)))

    def copy(self, add_alpha: object = False) -> Any:
        return _with_alpha(done(_copy_layer(self)), add_alpha)

    def scale(
        self, width: int, height: int, local_origin: object = False, interpolation: Any = None
    ) -> bool:
        if interpolation is None:
            return done(_scale(self, int(width), int(height), bool(local_origin)))
        with kept_context():
            Gimp.context_set_interpolation(interpolation)
            return done(_scale(self, int(width), int(height), bool(local_origin)))

    def resize(self, width: int, height: int, x: int = 0, y: int = 0) -> bool:
        return done(_resize(self, int(width), int(height), int(x), int(y)))

    def set_offsets(self, x: float, y: float) -> bool:
        return done(_set_offsets(self, int(x), int(y)))

    def create_mask(self, mask_type: int = 0) -> Any:
        return done(_create_mask(self, mask_type))

    def remove_mask(self, mode: int = 0) -> bool:
        return done(_remove_mask(self, mode))


class ChannelMembers:
    """`self` is a Gimp.Channel."""

    opacity = attribute("get_opacity", "set_opacity", float)
    show_masked = attribute("get_show_masked", "set_show_masked", bool)

    @property
    def color(self: Any) -> RGB | None:
        return from_gegl(self.get_color())

    @color.setter
    def color(self: Any, color: Any) -> None:
        done(self.set_color(to_gegl(color)))

    @property
    def colour(self: Any) -> RGB | None:
        return from_gegl(self.get_color())

    @colour.setter
    def colour(self: Any, color: Any) -> None:
        done(self.set_color(to_gegl(color)))

    def copy(self, add_alpha: object = False) -> Any:
        return done(_copy_channel(self))
