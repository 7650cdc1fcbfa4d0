"""A candidate as a new image, or into one: what Blender has in place of layers.

Knows no objects. Where a picture goes beyond the image's edges, it goes on at the opposite ones
(a texture that repeats), or the new image is made larger.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, NamedTuple

import bpy

from plugins.blender.host import images
from plugins.blender.host.floats import floats as f
from plugins.blender.host.images import Kind, Pixels
from plugins.common.host import HostError, NewLayer, Work
from plugins.common.intents import INTENTS, Intent
from protocol.geometry import Rect

RECORD = "impasto_record"
"""Custom property of an image: what `plugins.common.record` says of how it was painted."""


class Prepared(NamedTuple):
    """All that a new image needs."""

    name: str
    width: int
    height: int
    kind: Kind
    numbers: f.Floats
    record: str

    def make(self) -> Work[str]:
        """The key of a new image."""
        image = yield from images.made_image(
            self.name, self.width, self.height, self.kind, self.numbers
        )
        if self.record:
            image[RECORD] = self.record
        return images.key_of(image)


@contextmanager
def taken_back_on_failure() -> Generator[list[str], None, None]:
    """A list of keys of new images, which are deleted when what is done inside fails, or is
    abandoned."""
    made: list[str] = []
    try:
        yield made
    except BaseException:
        for key in made:
            with suppress(HostError):
                bpy.data.images.remove(images.find_image(key))
        raise


def prepared(
    layer: NewLayer, image: bpy.types.Image | None, canvas: Rect | None, step: int = 1
) -> Work[Prepared]:
    """A new image of a candidate: on its own if it was painted from nothing, else a copy of
    `image` with the candidate laid over it. canvas: the part of the image that it shows, in the
    image's pixels; it may be larger. step: every so manieth pixel is enough."""
    rect, whole = layer.rect, images.canvas_of(image) if image is not None else Rect(0, 0, 0, 0)
    kind = images.kind_of(image) if image is not None else None
    is_alone = kind is None or stands_alone(layer, whole)
    if kind is None or (is_alone and kind.is_float != layer.layout.is_float):
        is_float = layer.layout.bytes_per_channel > 1
        kind = images.plain_kind(is_float, images.LINEAR if is_float else images.SRGB)
    below = images.numbers_of(image) if image is not None and not is_alone else None
    yield
    if step > 1:
        layer, rect = _coarse(layer, step), _coarse_rect(rect, step)
        if below is not None:
            small = _coarse_rect(whole, step)
            below = f.resized(below, whole.width, small.width, small.height)
            whole, canvas = small, _coarse_rect(canvas, step) if canvas is not None else None
    numbers = yield from images.converted(pixels_of(layer), kind)
    if below is None:
        if kind.is_premultiplied:
            numbers = f.premultiplied(numbers)
        return Prepared(layer.name, rect.width, rect.height, kind, numbers, layer.record)
    if canvas is None and _expands(layer):
        canvas = whole.union(rect)
    if canvas is not None and not whole.contains(canvas):
        below = f.enlarged(below, whole, canvas)
        rect, whole = rect.shifted(-canvas.x, -canvas.y), Rect(0, 0, canvas.width, canvas.height)
        yield
    yield from images.laid_over(below, whole, rect, numbers, kind)
    return Prepared(layer.name, whole.width, whole.height, kind, below, layer.record)


def _coarse_rect(rect: Rect, step: int) -> Rect:
    return Rect(rect.x // step, rect.y // step, -(-rect.width // step), -(-rect.height // step))


def _coarse(layer: NewLayer, step: int) -> NewLayer:
    size = layer.layout.bytes_per_pixel
    pixels = f.every(layer.pixels, size, layer.rect.width, step)
    return replace(layer, rect=_coarse_rect(layer.rect, step), pixels=pixels)


def pixels_of(layer: NewLayer) -> Pixels:
    return Pixels(layer.rect.width, layer.rect.height, layer.layout, layer.space, layer.pixels)


def stands_alone(layer: NewLayer, canvas: Rect) -> bool:
    """Whether it is a whole picture, and not a part of the one that it was painted from."""
    intent = _intent(layer)
    if intent is None or intent.needs_selection or intent.expands:
        return False
    return intent.layers == 0 or layer.rect == canvas


def repeats(image: bpy.types.Image) -> str:
    """The axes in which it is seamless, as its record says, else as its edges look: none, x, y,
    both."""
    record = _record(image.get(RECORD, "")).get("record", {})
    tile = record.get("params", {}).get("tile") if isinstance(record, dict) else None
    if tile in ("none", "x", "y", "both"):
        return str(tile)
    meets = f.edges_meet(images.numbers_of(image), image.size[0])
    return {(True, True): "both", (True, False): "x", (False, True): "y"}.get(meets, "none")


def _expands(layer: NewLayer) -> bool:
    intent = _intent(layer)
    return intent is not None and intent.expands


def _intent(layer: NewLayer) -> Intent | None:
    name = _record(layer.record).get("intent")
    return next((each for each in INTENTS if each.name == name), None)


def _record(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
