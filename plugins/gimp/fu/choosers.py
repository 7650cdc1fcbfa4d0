"""What a dialog offers for images, layers and paths where GIMP 3.0's own has nothing.

Draws rows for a dialog; knows no plug-in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gi.repository import Gimp, Gtk

from plugins.gimp.fu import parameters
from plugins.gimp.fu.parameters import Parameter

NEXT = (3, 2)
MISSING = (parameters.PF_IMAGE, parameters.PF_VECTORS)
"""GIMP's own dialog has them since 3.2."""

NEVER = (parameters.PF_DISPLAY, parameters.PF_ITEM, parameters.PF_SELECTION)


def is_known(kind: int) -> bool:
    """Whether GIMP's own dialog has a row for it."""
    if kind in NEVER:
        return False
    return kind not in MISSING or (Gimp.MAJOR_VERSION, Gimp.MINOR_VERSION) >= NEXT


# ---- the current one -----------------------------------------------------------------------------


def current(kind: int, image: Any) -> Any:
    """The image, or its selected layer, channel, path, as GIMP 2's dialogs began with; or None."""
    images = Gimp.get_images()
    image = image or (images[0] if images else None)
    return CURRENT[kind](image) if image is not None else None


def _first(items: Sequence[Any]) -> Any:
    return items[0] if items else None


CURRENT: Mapping[int, Callable[[Any], Any]] = {
    parameters.PF_IMAGE: lambda image: image,
    parameters.PF_LAYER: lambda image: _first(image.get_selected_layers() or image.get_layers()),
    parameters.PF_DRAWABLE: lambda image: _first(
        image.get_selected_drawables() or image.get_layers()
    ),
    parameters.PF_CHANNEL: lambda image: _first(
        image.get_selected_channels() or image.get_channels()
    ),
    parameters.PF_VECTORS: lambda image: _first(image.get_selected_paths() or image.get_paths()),
}


# ---- rows ----------------------------------------------------------------------------------------


def add_missing(dialog: Any, config: Any, parameters_left: Sequence[Parameter]) -> None:
    """Rows for what GIMP's own dialog cannot show, at its end."""
    rows = [(of, _names(of.kind)) for of in parameters_left if of.kind in MISSING]
    if not rows:
        return
    grid = Gtk.Grid(row_spacing=6, column_spacing=6, margin_start=12, margin_end=12)
    for at, (of, names) in enumerate(rows):
        label = Gtk.Label.new_with_mnemonic(of.label)
        label.set_xalign(0)
        combo = _combo(config, of, names)
        label.set_mnemonic_widget(combo)
        grid.attach(label, 0, at, 1, 1)
        grid.attach(combo, 1, at, 1, 1)
    grid.show_all()
    area = dialog.get_content_area()
    area.pack_start(grid, False, False, 6)


def _names(kind: int) -> list[tuple[Any, str]]:
    """Everything that can be chosen, with the name it is shown by."""
    images = Gimp.get_images()
    if kind == parameters.PF_IMAGE:
        return [(image, image.get_name()) for image in images]
    several = len(images) > 1
    return [
        (path, f"{image.get_name()} / {path.get_name()}" if several else path.get_name())
        for image in images
        for path in image.get_paths()
    ]


def _combo(config: Any, of: Parameter, names: Sequence[tuple[Any, str]]) -> Any:
    combo = Gtk.ComboBoxText(hexpand=True)
    for _, name in names:
        combo.append_text(name)
    things = [thing for thing, _ in names]

    def chosen(_combo: Any) -> None:
        if combo.get_active() >= 0:
            config.set_property(of.key, things[combo.get_active()])

    def changed(*_: Any) -> None:
        value = config.get_property(of.key)
        ids = [thing.get_id() for thing in things]
        combo.set_active(ids.index(value.get_id()) if value and value.get_id() in ids else -1)

    changed()
    combo.connect("changed", chosen)
    config.connect(f"notify::{of.key}", changed)  # the dialog's Reset
    return combo
