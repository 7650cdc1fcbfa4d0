"""Which layers an image has, which one is worked on, and where a new one goes.

Looks only; changes nothing.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from plugins.gimp.libraries import Gimp

PREVIEW = "impasto-preview"
"""Parasite of the layers that are previews, and no layers of the artist's."""


def walk(layers: Sequence[Gimp.Layer]) -> Generator[Gimp.Layer, None, None]:
    """These and all inside of them, the topmost first."""
    for layer in layers:
        yield layer
        if layer.is_group():
            yield from walk(layer.get_children())


def is_preview(layer: Gimp.Layer) -> bool:
    return layer.get_parasite(PREVIEW) is not None


def previews(image: Gimp.Image) -> list[Gimp.Layer]:
    """Those of other processes too, and of files saved with one."""
    return [layer for layer in walk(image.get_layers()) if is_preview(layer)]


def own_layers(image: Gimp.Image) -> Generator[Gimp.Layer, None, None]:
    """All but previews and what floats: a floating selection is no layer yet."""
    for layer in walk(image.get_layers()):
        if not layer.is_floating_sel() and not is_preview(layer):
            yield layer


def find(image: Gimp.Image, layer: str) -> Gimp.Layer | None:
    """By its id, a number that GIMP gives no other layer until it ends.

    Searched for: asked about a layer that is not there any more, GIMP shows an error.
    """
    return next((each for each in walk(image.get_layers()) if str(each.get_id()) == layer), None)


def active(image: Gimp.Image) -> Gimp.Layer | None:
    """The topmost that is selected; the one below what floats; a mask's where that is worked on."""
    selected = image.get_selected_layers()
    if len(selected) > 1:  # GIMP has them in no order
        numbers = {each.get_id() for each in selected}
        selected = [each for each in walk(image.get_layers()) if each.get_id() in numbers]
    for layer in selected:
        found = image.floating_sel_attached_to() if layer.is_floating_sel() else layer
        if isinstance(found, Gimp.LayerMask):
            found = Gimp.Layer.from_mask(found)
        if isinstance(found, Gimp.Layer) and not is_preview(found):
            return found
    return None


def place(image: Gimp.Image, above: str | None) -> tuple[Gimp.Layer | None, int]:
    """(group or None, position in it) for what is to lie above a layer; None, gone: on top."""
    layer = find(image, above) if above is not None else None
    if layer is None:
        return None, 0
    return layer.get_parent(), image.get_item_position(layer)
