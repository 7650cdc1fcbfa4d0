"""GIMP 2's module `gimp`: images and layers to make, progress, parasites, colours, folders.

What objects can do is said by `attributes`; must not draw anything.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from gi.repository import Gimp, GLib

from plugins.gimp.fu import attributes, coercion, colors, constructors, registry
from plugins.gimp.fu.errors import NotSupported, Unknown, error
from plugins.gimp.fu.parasites import DATA_PREFIX, Parasite, data_name, from_gimp, to_gimp
from plugins.gimp.fu.path_attributes import Stroke
from plugins.gimp.fu.pdb import pdb
from plugins.gimp.fu.regions import TILE, PixelRgn, Tile

attributes.install()
constructors.install()

Image, Display = Gimp.Image, Gimp.Display
Item, Drawable, Layer, Channel = Gimp.Item, Gimp.Drawable, Gimp.Layer, Gimp.Channel
GroupLayer, TextLayer, LayerMask = Gimp.GroupLayer, Gimp.TextLayer, Gimp.LayerMask
Vectors = Gimp.Path
VectorsStroke = VectorsBezierStroke = Stroke
vectors_bezier_stroke_new_moveto = Stroke.new_moveto
vectors_bezier_stroke_new_ellipse = Stroke.new_ellipse

version = (Gimp.MAJOR_VERSION, Gimp.MINOR_VERSION, Gimp.MICRO_VERSION)
directory = Gimp.directory()
data_directory = Gimp.data_directory()
locale_directory = Gimp.locale_directory()
sysconf_directory = Gimp.sysconf_directory()
plug_in_directory = Gimp.PlugIn.directory()

__all__ = [
    "Channel",
    "Display",
    "Drawable",
    "GroupLayer",
    "Image",
    "Item",
    "Layer",
    "LayerMask",
    "Parasite",
    "PixelRgn",
    "TextLayer",
    "Tile",
    "Vectors",
    "VectorsBezierStroke",
    "VectorsStroke",
    "error",
    "pdb",
]


# ---- objects -------------------------------------------------------------------------------------


def image_list() -> list[Any]:
    return list(Gimp.get_images())


def delete(what: Any) -> None:
    """An image that has no window, a layer that is in no image, a window."""
    what.delete()


def _id2image(number: int) -> Any:
    return Gimp.Image.get_by_id(int(number))


def _id2drawable(number: int) -> Any:
    return Gimp.Drawable.get_by_id(int(number))


def _id2display(number: int) -> Any:
    return Gimp.Display.get_by_id(int(number))


def _id2vectors(number: int) -> Any:
    return Gimp.Path.get_by_id(int(number))


def default_display() -> Any:
    return Gimp.default_display()


def displays_flush() -> None:
    Gimp.displays_flush()


def displays_reconnect(old_image: Any, new_image: Any) -> None:
    """Show the new image in the windows of the old one. Raises error."""
    if not Gimp.displays_reconnect(old_image, new_image):
        raise error("The windows cannot show the other image: it is shown already.")


def vectors_import_from_file(
    image: Any, filename: str, merge: bool = False, scale: bool = False
) -> list[Any]:
    """The paths that an SVG file has."""
    return list(pdb.native("gimp-image-import-paths-from-file")(image, filename, merge, scale))


def vectors_import_from_string(
    image: Any, svg: str, length: int = -1, merge: bool = False, scale: bool = False
) -> list[Any]:
    """The paths of an SVG text. length: how many of its bytes count; -1: all."""
    text = svg.encode("utf-8")[: None if length < 0 else length].decode("utf-8")
    call = pdb.native("gimp-image-import-paths-from-string")
    return list(call(image, text, len(text.encode("utf-8")), merge, scale))


# ---- what the artist sees ------------------------------------------------------------------------


def message(text: object) -> None:
    Gimp.message(str(text))


def progress_init(text: str = "", _display: Any = None) -> None:
    Gimp.progress_init(str(text or ""))


def progress_update(share: float) -> None:
    """share: 0 to 1."""
    Gimp.progress_update(min(1.0, max(0.0, float(share))))


def progress_pulse() -> None:
    Gimp.progress_pulse()


def progress_set_text(text: str) -> None:
    Gimp.progress_set_text(str(text))


def progress_end() -> None:
    Gimp.progress_end()


# ---- context -------------------------------------------------------------------------------------


def context_push() -> None:
    Gimp.context_push()


def context_pop() -> None:
    Gimp.context_pop()


def get_foreground() -> colors.RGB | None:
    return colors.from_gegl(Gimp.context_get_foreground())


def get_background() -> colors.RGB | None:
    return colors.from_gegl(Gimp.context_get_background())


def set_foreground(*color: Any) -> None:
    """One colour, or three channels."""
    Gimp.context_set_foreground(colors.to_gegl(color[0] if len(color) == 1 else color))


def set_background(*color: Any) -> None:
    Gimp.context_set_background(colors.to_gegl(color[0] if len(color) == 1 else color))


def gradients_get_list(pattern: str = "") -> list[coercion.ResourceName]:
    return [coercion.ResourceName(each) for each in Gimp.gradients_get_list(pattern)]


def gradients_get_gradient() -> coercion.ResourceName | None:
    return coercion.from_gimp(Gimp.context_get_gradient())


def gradients_set_gradient(name: str) -> None:
    Gimp.context_set_gradient(coercion.resource(name, Gimp.Gradient.__gtype__))


def gradients_sample_uniform(count: int, reverse: bool = False) -> list[colors.RGB]:
    """Colours from the current gradient, evenly spaced."""
    gradient = Gimp.context_get_gradient()
    return list(pdb.native("gimp-gradient-get-uniform-samples")(gradient, count, reverse))


def gradients_sample_custom(positions: list[float], reverse: bool = False) -> list[colors.RGB]:
    """Colours from the current gradient. positions: 0 to 1."""
    gradient = Gimp.context_get_gradient()
    return list(pdb.native("gimp-gradient-get-custom-samples")(gradient, positions, reverse))


def fonts_refresh() -> None:
    Gimp.fonts_refresh()


def brushes_refresh() -> None:
    Gimp.brushes_refresh()


def patterns_refresh() -> None:
    Gimp.patterns_refresh()


def gradients_refresh() -> None:
    Gimp.gradients_refresh()


def palettes_refresh() -> None:
    Gimp.palettes_refresh()


# ---- data ----------------------------------------------------------------------------------------


def parasite_attach(parasite: Any) -> None:
    """To GIMP itself; kept when GIMP ends if it is persistent."""
    if not Gimp.attach_parasite(to_gimp(parasite)):
        raise error(f"GIMP refused the parasite {parasite.name}.")


def attach_new_parasite(name: str, flags: int, data: bytes | str) -> None:
    parasite_attach(Parasite(name, flags, data))


def parasite_detach(name: str) -> None:
    Gimp.detach_parasite(name)


def parasite_find(name: str) -> Parasite | None:
    return from_gimp(Gimp.get_parasite(name))


def parasite_list() -> list[str]:
    return [each for each in Gimp.get_parasite_list() or () if not each.startswith(DATA_PREFIX)]


attach_parasite, detach_parasite = parasite_attach, parasite_detach


def set_data(identifier: str, data: bytes | str) -> None:
    """Keep bytes until GIMP ends, for this plug-in and others."""
    attach_new_parasite(data_name(identifier), 0, data)


def get_data(identifier: str) -> bytes:
    """Raises error when nothing was set."""
    found = parasite_find(data_name(identifier))
    if found is None:
        raise error(f"No data was set for {identifier!r}.")
    return found.data


# ---- surroundings --------------------------------------------------------------------------------


def personal_rc_file(name: str) -> str:
    """A file in the artist's GIMP folder."""
    return os.path.join(directory, name)


def user_directory(kind: int) -> str | None:
    """Desktop, documents, … as GLib numbers them."""
    return GLib.get_user_special_dir(GLib.UserDirectory(kind))


def get_progname() -> str:
    return str(Gimp.get_progname())


def gamma() -> float:
    return 2.2


def tile_width() -> int:
    return TILE


def tile_height() -> int:
    return TILE


def tile_cache_size(_kilobytes: int) -> None:
    """GIMP 3 minds its memory itself."""


def tile_cache_ntiles(_count: int) -> None:
    """GIMP 3 minds its memory itself."""


def quit() -> NoReturn:
    """End the plug-in, not GIMP."""
    raise SystemExit(0)


exit = quit


# ---- declaring -----------------------------------------------------------------------------------


def domain_register(_domain: str, _folder: str | None = None) -> None:
    """Nothing to do: `register(domain=…)` says where the translations are."""


def menu_register(procedure: str, path: str) -> None:
    """One more place in the menus for a procedure; in the on_query function of `register`."""
    registry.add_menu(procedure, path)


def register_load_handler(procedure: str, extensions: str, prefixes: str = "") -> None:
    registry.add_handler(procedure, extensions=extensions, prefixes=prefixes)


def register_magic_load_handler(
    procedure: str, extensions: str, prefixes: str = "", magics: str = ""
) -> None:
    registry.add_handler(procedure, extensions=extensions, prefixes=prefixes, magics=magics)


def register_save_handler(procedure: str, extensions: str, prefixes: str = "") -> None:
    registry.add_handler(procedure, extensions=extensions, prefixes=prefixes)


WITH_REGISTER = "declare procedures by register() of gimpfu, and call main() at the end"
REMOVED: Mapping[str, str] = {
    "main": WITH_REGISTER,
    "install_procedure": WITH_REGISTER,
    "install_temp_proc": "GIMP 3's own Gimp.PlugIn.add_temp_procedure does it",
    "uninstall_temp_proc": "GIMP 3's own Gimp.PlugIn.remove_temp_procedure does it",
    "extension_ack": "GIMP 3's own Gimp.Procedure.persistent_ready does it",
    "extension_enable": "GIMP 3's own Gimp.PlugIn.persistent_enable does it",
    "extension_process": "GIMP 3's own Gimp.PlugIn.persistent_process does it",
    "menu_branch_register": "GIMP 3 makes submenus by itself; name them in the menu path",
    "progress_install": "show a bar with gimp.progress_init and gimp.progress_update",
    "progress_uninstall": "show a bar with gimp.progress_init and gimp.progress_update",
    "get_color_configuration": "use Gimp.get_color_configuration",
    "gtkrc": "GIMP 3 is styled by gimp.css in its folder",
    "export_image": "save with pdb.gimp_file_save, which prepares the image by itself",
    "PixelFetcher": "use drawable.get_pixel_rgn, or drawable.get_pixel for single ones",
    "install_cmap": "nothing is needed on today's screens",
    "min_colors": "nothing is needed on today's screens",
    "use_xshm": "nothing is needed on today's screens",
    "shm_ID": "use drawable.get_pixel_rgn",
    "shm_addr": "use drawable.get_pixel_rgn",
    "create_brush": "use pdb.gimp_brush_new",
    "brushes_get_brush": "use pdb.gimp_context_get_brush",
    "brushes_set_brush": "use pdb.gimp_context_set_brush",
    "patterns_get_pattern": "use pdb.gimp_context_get_pattern",
    "patterns_set_pattern": "use pdb.gimp_context_set_pattern",
}


def __getattr__(name: str) -> Any:
    if name in REMOVED:
        raise NotSupported(f"gimp.{name} is not there in GIMP 3: {REMOVED[name]}.")
    raise Unknown(f"The module gimp has no {name}.")
