"""What GIMP 2's Python had on images: `img.layers`, `img.active_layer = …`, `img.add_layer(…)`.

Members for Gimp.Image, put there by `attributes.py`; GIMP 3's own calls of the same names still
work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlparse

from gi.repository import Gimp, Gio

from plugins.gimp.fu.calls import done, unit_of
from plugins.gimp.fu.colors import from_gegl, to_gegl
from plugins.gimp.fu.dual import attribute
from plugins.gimp.fu.errors import error
from plugins.gimp.fu.parasite_members import ParasiteMembers

_Original = Callable[..., Any]
_insert_layer: _Original = Gimp.Image.insert_layer
_insert_channel: _Original = Gimp.Image.insert_channel
_insert_path: _Original = Gimp.Image.insert_path
_crop: _Original = Gimp.Image.crop
_resize: _Original = Gimp.Image.resize
_merge_visible_layers: _Original = Gimp.Image.merge_visible_layers
_merge_down: _Original = Gimp.Image.merge_down
_scale: _Original = Gimp.Image.scale


def first(items: Sequence[Any] | None) -> Any:
    """GIMP 2 had one active item, GIMP 3 has several selected ones: the first, or None."""
    return items[0] if items else None


def _selected(getter: str, setter: str) -> Any:
    def write(self: Any, item: Any) -> None:
        done(getattr(self, setter)([item] if item is not None else []))

    return property(lambda self: first(getattr(self, getter)()), write)


class ImageMembers(ParasiteMembers):
    """`self` is a Gimp.Image."""

    ID = attribute("get_id")
    width = attribute("get_width")
    height = attribute("get_height")
    base_type = attribute("get_base_type")
    precision = attribute("get_precision")
    name = attribute("get_name")
    layers = attribute("get_layers")
    channels = attribute("get_channels")
    vectors = attribute("get_paths")
    selection = attribute("get_selection")
    floating_selection = attribute("get_floating_sel")
    tattoo_state = attribute("get_tattoo_state", "set_tattoo_state")
    active_layer = _selected("get_selected_layers", "set_selected_layers")
    active_channel = _selected("get_selected_channels", "set_selected_channels")
    active_vectors = _selected("get_selected_paths", "set_selected_paths")
    dirty = attribute("is_dirty")

    # ---- what is read and set otherwise --------------------------------------------------------

    @property
    def active_drawable(self: Any) -> Any:
        """The layer, mask or channel that is worked on."""
        return first(self.get_selected_drawables())

    @property
    def filename(self: Any) -> str | None:
        file = self.get_file()
        return file.get_path() if file else None

    @filename.setter
    def filename(self: Any, path: str) -> None:
        # No error when GIMP refuses: it takes .xcf only, and gives what is loaded its file itself.
        self.set_file(Gio.File.new_for_path(path))

    @property
    def uri(self: Any) -> str | None:
        file = self.get_file()
        return file.get_uri() if file else None

    @uri.setter
    def uri(self: Any, uri: str) -> None:
        made = Gio.File.new_for_uri(uri) if urlparse(uri).scheme else Gio.File.new_for_path(uri)
        done(self.set_file(made))

    @property
    def resolution(self: Any) -> tuple[float, float]:
        _, x, y = self.get_resolution()
        return x, y

    @resolution.setter
    def resolution(self: Any, pixels_per_inch: tuple[float, float]) -> None:
        done(self.set_resolution(*map(float, pixels_per_inch)))

    @property
    def unit(self: Any) -> int:
        return int(self.get_unit().get_id())

    @unit.setter
    def unit(self: Any, unit: object) -> None:
        done(self.set_unit(unit_of(unit)))

    @property
    def colormap(self: Any) -> bytes | None:
        """R, G and B of each colour; None where there is none."""
        palette = self.get_palette()
        return palette_bytes(palette) if palette else None

    @colormap.setter
    def colormap(self: Any, colors: bytes | str) -> None:
        data = colors.encode("latin-1") if isinstance(colors, str) else bytes(colors)
        if self.get_palette() is None:
            raise error("Only an indexed image has a colormap.")
        palette = Gimp.Palette.new("colormap")
        try:
            for place in range(0, len(data) - 2, 3):
                palette.add_entry("", to_gegl(tuple(data[place : place + 3])))
            done(self.set_palette(palette))
        finally:
            palette.delete()

    # ---- the stack -----------------------------------------------------------------------------

    def add_layer(self: Any, layer: Any, position: int = -1) -> None:
        done(_insert_layer(self, layer, None, position))

    def insert_layer(self: Any, layer: Any, parent: Any = None, position: int = -1) -> bool:
        return done(_insert_layer(self, layer, parent, position))

    def add_channel(self: Any, channel: Any, position: int = -1) -> None:
        done(_insert_channel(self, channel, None, position))

    def insert_channel(self: Any, channel: Any, parent: Any = None, position: int = -1) -> bool:
        return done(_insert_channel(self, channel, parent, position))

    def add_vectors(self: Any, vectors: Any, position: int = -1) -> None:
        done(_insert_path(self, vectors, None, position))

    def insert_vectors(self: Any, vectors: Any, parent: Any = None, position: int = -1) -> bool:
        return done(_insert_path(self, vectors, parent, position))

    def remove_vectors(self: Any, vectors: Any) -> None:
        done(self.remove_path(vectors))

    def raise_layer(self: Any, item: Any) -> None:
        done(self.raise_item(item))

    def lower_layer(self: Any, item: Any) -> None:
        done(self.lower_item(item))

    def raise_layer_to_top(self: Any, item: Any) -> None:
        done(self.raise_item_to_top(item))

    def lower_layer_to_bottom(self: Any, item: Any) -> None:
        done(self.lower_item_to_bottom(item))

    raise_channel = raise_vectors = raise_layer
    lower_channel = lower_vectors = lower_layer
    raise_vectors_to_top = raise_layer_to_top
    lower_vectors_to_bottom = lower_layer_to_bottom

    def get_layer_position(self: Any, item: Any) -> int:
        return int(self.get_item_position(item))

    get_channel_position = get_vectors_position = get_layer_position

    def get_vectors_by_tattoo(self: Any, tattoo: int) -> Any:
        return self.get_path_by_tattoo(tattoo)

    def merge_visible_layers(self: Any, merge_type: int = 0) -> Any:
        return done(_merge_visible_layers(self, merge_type))

    def merge_down(self: Any, layer: Any, merge_type: int = 0) -> Any:
        return done(_merge_down(self, layer, merge_type))

    # ---- the whole -----------------------------------------------------------------------------

    def crop(self: Any, width: int, height: int, x: int = 0, y: int = 0) -> bool:
        return done(_crop(self, int(width), int(height), max(0, int(x)), max(0, int(y))))

    def resize(self: Any, width: int, height: int, x: int = 0, y: int = 0) -> bool:
        return done(_resize(self, int(width), int(height), int(x), int(y)))

    def scale(self: Any, width: int, height: int, interpolation: int | None = None) -> bool:
        if interpolation is None:
            return done(_scale(self, int(width), int(height)))
        with kept_context():
            Gimp.context_set_interpolation(interpolation)
            return done(_scale(self, int(width), int(height)))

    def disable_undo(self: Any) -> bool:
        return bool(self.undo_disable())

    def enable_undo(self: Any) -> bool:
        return bool(self.undo_enable())

    def free_shadow(self: Any) -> None:
        for layer in self.get_layers():
            layer.free_shadow()


class kept_context:  # noqa: N801 - read as the statement that it makes
    """`with kept_context():` what is set inside is as it was afterwards."""

    def __enter__(self) -> None:
        Gimp.context_push()

    def __exit__(self, *_: object) -> None:
        Gimp.context_pop()


def palette_bytes(palette: Any) -> bytes:
    """R, G and B of each colour, 0 to 255."""
    made = bytearray()
    for color in palette.get_colors():
        made += bytes(from_gegl(color).bytes()[:3])
    return bytes(made)
