"""GIMP 2's calls on images that gave numbers of items, one active layer, names of files.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.calls import done, native
from plugins.gimp.fu.fills import palette_type
from plugins.gimp.fu.image_attributes import first, kept_context
from plugins.gimp.fu.parasites import Parasite, to_gimp
from plugins.gimp.fu.stand_ins import stands_for

Numbers = tuple[int, tuple[int, ...]]


def counted(items: Sequence[Any] | None) -> Numbers:
    """How many, and their numbers: what GIMP 2 gave for several items."""
    numbers = tuple(int(item.get_id()) for item in items or ())
    return len(numbers), numbers


# ---- several items -------------------------------------------------------------------------------


@stands_for("gimp-image-list")
def image_list() -> Numbers:
    """gimp-get-images, as a count and numbers."""
    return counted(Gimp.get_images())


@stands_for("gimp-image-get-layers")
def image_get_layers(image: Any) -> Numbers:
    """The same, as a count and numbers; `image.layers` has the layers themselves."""
    return counted(image.get_layers())


@stands_for("gimp-image-get-channels")
def image_get_channels(image: Any) -> Numbers:
    """The same, as a count and numbers; `image.channels` has the channels themselves."""
    return counted(image.get_channels())


@stands_for("gimp-image-get-vectors")
def image_get_vectors(image: Any) -> Numbers:
    """gimp-image-get-paths, as a count and numbers."""
    return counted(image.get_paths())


@stands_for("gimp-item-get-children")
def item_get_children(item: Any) -> Numbers:
    """The same, as a count and numbers; `group.children` has the layers themselves."""
    return counted(item.get_children())


# ---- what is active ------------------------------------------------------------------------------


@stands_for("gimp-image-get-active-layer")
def get_active_layer(image: Any) -> Any:
    """gimp-image-get-selected-layers: the first."""
    return first(image.get_selected_layers())


@stands_for("gimp-image-get-active-channel")
def get_active_channel(image: Any) -> Any:
    """gimp-image-get-selected-channels: the first."""
    return first(image.get_selected_channels())


@stands_for("gimp-image-get-active-vectors")
def get_active_vectors(image: Any) -> Any:
    """gimp-image-get-selected-paths: the first."""
    return first(image.get_selected_paths())


@stands_for("gimp-image-get-active-drawable", "gimp-image-active-drawable")
def get_active_drawable(image: Any) -> Any:
    """gimp-image-get-selected-drawables: the first."""
    return first(image.get_selected_drawables())


@stands_for("gimp-image-set-active-layer")
def set_active_layer(image: Any, layer: Any) -> None:
    """gimp-image-set-selected-layers."""
    native("gimp-image-set-selected-layers")(image, layer)


@stands_for("gimp-image-set-active-channel")
def set_active_channel(image: Any, channel: Any) -> None:
    """gimp-image-set-selected-channels."""
    native("gimp-image-set-selected-channels")(image, channel)


@stands_for("gimp-image-set-active-vectors")
def set_active_vectors(image: Any, path: Any) -> None:
    """gimp-image-set-selected-paths."""
    native("gimp-image-set-selected-paths")(image, path)


# ---- adding --------------------------------------------------------------------------------------


@stands_for("gimp-image-add-layer")
def image_add_layer(image: Any, layer: Any, position: int = -1) -> None:
    """gimp-image-insert-layer."""
    native("gimp-image-insert-layer")(image, layer, None, position)


@stands_for("gimp-image-add-channel")
def image_add_channel(image: Any, channel: Any, position: int = -1) -> None:
    """gimp-image-insert-channel."""
    native("gimp-image-insert-channel")(image, channel, None, position)


@stands_for("gimp-image-add-vectors")
def image_add_vectors(image: Any, path: Any, position: int = -1) -> None:
    """gimp-image-insert-path."""
    native("gimp-image-insert-path")(image, path, None, position)


# ---- the whole image -----------------------------------------------------------------------------


@stands_for("gimp-image-scale-full")
def image_scale_full(image: Any, width: int, height: int, interpolation: Any) -> None:
    """gimp-image-scale, with the interpolation in the context."""
    with kept_context():
        native("gimp-context-set-interpolation")(interpolation)
        native("gimp-image-scale")(image, width, height)


@stands_for("gimp-image-convert-indexed")
def image_convert_indexed(
    image: Any,
    dither: Any,
    palette: Any,
    count: int,
    alpha_dither: object = False,
    remove_unused: object = False,
    name: str = "",
) -> None:
    """The same, where the numbers of palettes changed."""
    native("gimp-image-convert-indexed")(
        image, dither, palette_type(palette), count, alpha_dither, remove_unused, name
    )


@stands_for("gimp-image-free-shadow")
def image_free_shadow(image: Any) -> None:
    """gimp-drawable-free-shadow for each layer."""
    image.free_shadow()


@stands_for("gimp-image-get-cmap", "gimp-image-get-colormap")
def image_get_colormap(image: Any) -> tuple[int, bytes]:
    """gimp-image-get-palette, as bytes and their count."""
    colors = image.colormap or b""
    return len(colors), colors


@stands_for("gimp-image-set-cmap", "gimp-image-set-colormap")
def image_set_colormap(image: Any, count: int, colors: Any) -> None:
    """The image's palette is given the colours."""
    data = colors.encode("latin-1") if isinstance(colors, str) else bytes(colors)
    image.colormap = data[:count]


# ---- files ---------------------------------------------------------------------------------------


def _path(file: Any) -> str | None:
    return file.get_path() if file else None


def _uri(file: Any) -> str | None:
    return file.get_uri() if file else None


@stands_for("gimp-image-get-filename")
def image_get_filename(image: Any) -> str | None:
    """gimp-image-get-file, as a path."""
    return _path(image.get_file())


@stands_for("gimp-image-get-uri")
def image_get_uri(image: Any) -> str | None:
    """gimp-image-get-file, as a URI."""
    return _uri(image.get_file())


@stands_for("gimp-image-get-xcf-uri")
def image_get_xcf_uri(image: Any) -> str | None:
    """gimp-image-get-xcf-file, as a URI."""
    return _uri(image.get_xcf_file())


@stands_for("gimp-image-get-imported-uri")
def image_get_imported_uri(image: Any) -> str | None:
    """gimp-image-get-imported-file, as a URI."""
    return _uri(image.get_imported_file())


@stands_for("gimp-image-get-exported-uri")
def image_get_exported_uri(image: Any) -> str | None:
    """gimp-image-get-exported-file, as a URI."""
    return _uri(image.get_exported_file())


@stands_for("gimp-image-set-filename")
def image_set_filename(image: Any, name: str) -> None:
    """gimp-image-set-file."""
    image.filename = name


# ---- parasites -----------------------------------------------------------------------------------


@stands_for("gimp-image-get-parasite-list", "gimp-image-parasite-list")
def image_get_parasite_list(image: Any) -> tuple[int, tuple[str, ...]]:
    """The same, with a count."""
    names = tuple(image.get_parasite_list() or ())
    return len(names), names


@stands_for(
    "gimp-item-get-parasite-list", "gimp-drawable-parasite-list", "gimp-vectors-parasite-list"
)
def item_get_parasite_list(item: Any) -> tuple[int, tuple[str, ...]]:
    """The same, with a count."""
    names = tuple(item.get_parasite_list() or ())
    return len(names), names


@stands_for("gimp-get-parasite-list", "gimp-parasite-list")
def get_parasite_list() -> tuple[int, tuple[str, ...]]:
    """The same, with a count."""
    names = tuple(Gimp.get_parasite_list() or ())
    return len(names), names


@stands_for("gimp-image-attach-new-parasite", "gimp-drawable-attach-new-parasite")
def attach_new_parasite(to: Any, name: str, flags: int, size: int, data: Any) -> None:
    """The attach_parasite of the image or item."""
    raw = data.encode("latin-1") if isinstance(data, str) else bytes(data)
    done(to.attach_parasite(to_gimp(Parasite(name, flags, raw[:size]))))


@stands_for("gimp-attach-new-parasite")
def attach_new_parasite_to_gimp(name: str, flags: int, size: int, data: Any) -> None:
    """gimp-attach-parasite."""
    raw = data.encode("latin-1") if isinstance(data, str) else bytes(data)
    done(Gimp.attach_parasite(to_gimp(Parasite(name, flags, raw[:size]))))
