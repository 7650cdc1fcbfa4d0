"""Shows a picture on GIMP's canvas as a layer on top, that costs no undo step and is marked.

GIMP has nothing to draw over its canvas. A file saved meanwhile has the layer in it: `take_away` is
for those too.
"""

from __future__ import annotations

import time
from collections.abc import Generator

from plugins.common.host import NewLayer, Work
from plugins.common.phrases import say
from plugins.gimp.libraries import Gimp, GLib
from plugins.gimp.sideimage import SideImage, fill
from plugins.gimp.tree import PREVIEW, previews

AT_ONCE_S = 0.03


class Previews:
    """At most one picture an image. Large ones appear when they are filled, from GLib's loop."""

    def __init__(self) -> None:
        self._filling: dict[int, Generator[None, None, None]] = {}

    def show(self, image: Gimp.Image, layer: NewLayer | None) -> None:
        """Replace what is shown; None takes it away."""
        self._stop(image.get_id())
        if layer is None or layer.rect.is_empty:
            take_away(image)
            return
        work = self._filling[image.get_id()] = show_when_filled(image, layer)
        deadline = time.monotonic() + AT_ONCE_S
        while self._advance(image.get_id(), work):
            if time.monotonic() > deadline:
                GLib.idle_add(self._advance, image.get_id(), work)
                return

    def _advance(self, image: int, work: Generator[None, None, None]) -> bool:
        """One piece; whether there are more."""
        if self._filling.get(image) is not work:
            return False
        try:
            next(work)
        except StopIteration:
            del self._filling[image]
            return False
        except Exception:  # from the loop nobody would hear of it; a preview may be missing
            self._stop(image)
            if Gimp.Image.id_is_valid(image):
                raise
            return False
        return True

    def _stop(self, image: int) -> None:
        work = self._filling.pop(image, None)
        if work is not None:
            work.close()


def show_when_filled(image: Gimp.Image, layer: NewLayer) -> Work[None]:
    side = SideImage.like(image)
    try:
        made = side.add_layer(layer)
        yield from fill(made, layer)
        if image.is_valid():
            swap(image, made)
    finally:
        side.delete()


def take_away(image: Gimp.Image) -> None:
    """Every preview; nothing happens where there is none."""
    swap(image, None)


def swap(image: Gimp.Image, new: Gimp.Layer | None) -> None:
    """Take away every preview, and put a copy of the layer `new` on top; no undo step.

    While undo is frozen nothing the artist does could be undone, so it is never left frozen. What
    is selected stays, else the artist would paint on the preview.
    """
    olds = previews(image)
    if not olds and new is None:
        return
    is_clean = not image.is_dirty()
    channels = image.get_selected_channels()
    layers = [each for each in image.get_selected_layers() if each not in olds]
    image.undo_freeze()
    try:
        for old in olds:
            image.remove_layer(old)
        if new is not None:
            image.insert_layer(marked_copy(image, new), None, 0)
    finally:
        image.undo_thaw()
    if is_clean:  # the artist has changed nothing since it was saved
        image.clean_all()
    if channels:
        image.set_selected_channels(channels)
    elif layers:
        image.set_selected_layers(layers)
    Gimp.displays_flush()


def marked_copy(image: Gimp.Image, layer: Gimp.Layer) -> Gimp.Layer:
    """Only while undo is frozen: even what is not in the image yet adds steps to it. Locked: what
    an artist did to it would leave steps that lead nowhere."""
    copy = Gimp.Layer.new_from_drawable(layer, image)
    copy.set_name(say("Impasto: preview"))
    copy.attach_parasite(Gimp.Parasite.new(PREVIEW, Gimp.PARASITE_PERSISTENT, b"preview"))
    copy.set_lock_content(True)
    copy.set_lock_position(True)
    return copy
