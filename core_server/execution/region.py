"""The part of a document that inpaint works on: its context, selection and alpha.

Must not paint; it says where, and lays the finished picture back there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from core_server.execution.painting import Layer
from core_server.execution.pictures import Picture, as_output, same_numbers
from core_server.imaging import masks
from core_server.imaging.arrays import Image, Mask, slices
from core_server.imaging.composite import composite, layer_from
from core_server.imaging.layouts import Native
from protocol.errors import BadRequest, EmptySelection, Remedy
from protocol.geometry import ContextPolicy, Rect, context_rect
from protocol.messages import Deliver, Output

SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class Region:
    """All arrays have the size of `context`.

    picture: the image input. context: document pixels that the model sees, inside `frame`.
    frame: the picture's rectangle; larger when expanding. image: what is there now, transparent
    beyond the picture. selection: what shall change; grown: what is wholly repainted; alpha: of
    the layer, max(selection, feather(grown)).
    """

    picture: Picture
    context: Rect
    frame: Rect
    image: Image
    selection: Mask
    grown: Mask
    alpha: Mask

    @property
    def expands(self) -> bool:
        return self.frame != self.picture.rect

    def layer(self, result: Image, output: Output, deliver: Deliver) -> Layer:
        """The candidate `result`, of the context's size, as the document gets it.

        layer: the tight rectangle of alpha above 0, or all of the frame when expanding, so that
        the host sees how large the picture has become. flattened: the frame with the result laid
        over the original, which is copied bit for bit where alpha is 0.
        """
        if deliver is Deliver.FLATTENED:
            return self._flattened(result, output)
        rect = self.frame if self.expands else _moved(masks.bounds(self.alpha), self.context)
        part = rect.intersect(self.context)
        inside = slices(_relative(part, self.context))
        cut = layer_from(result[inside], self.alpha[inside])
        if part != rect:
            whole = np.zeros((rect.height, rect.width, 4), np.float32)
            whole[slices(_relative(part, rect))] = cut
            cut = whole
        return Layer(rect, as_output(cut, output))

    def _flattened(self, result: Image, output: Output) -> Layer:
        pixels = self._ground(output)
        inside = slices(_relative(self.context, self.frame))
        pixels[inside] = composite(pixels[inside], result, self.alpha, output.space)
        return Layer(self.frame, pixels)

    def _ground(self, output: Output) -> Native:
        """A copy of the original in the output's numbers, transparent where it was expanded."""
        if same_numbers(self.picture, output):
            original = self.picture.native()
        else:
            original = as_output(self.picture.working(), output)
        shape = (self.frame.height, self.frame.width, original.shape[2])
        ground: Native = np.zeros(shape, original.dtype)
        ground[slices(_relative(self.picture.rect, self.frame))] = original
        return ground


def selected_region(
    picture: Picture,
    mask: Picture | None,
    canvas: Rect | None,
    params: dict[str, Any],
    policy: ContextPolicy,
    reach: int = 0,
) -> Region:
    """The region around a selection; without a mask, all of the picture is selected.

    A plugin has cut the context out already, and sends its canvas, so that the same function
    finds the same rectangle; a whole photograph is cut here. reach: further surroundings that
    this intent looks at. Raises EmptySelection; OutOfRange for grow or feather.
    """
    if mask is None:
        coverage = np.ones((picture.rect.height, picture.rect.width), np.float32)
    else:
        coverage = mask.coverage()
    inside = masks.bounds(coverage)
    if inside.is_empty:
        raise EmptySelection(
            "Nothing is selected in this picture; select what shall be repainted.",
            field="inputs",
            remedy=Remedy("select_area"),
        )
    area = _moved(inside, picture.rect)
    grow, feather = _softness(params, [inside])
    frame = picture.rect
    room = frame if canvas is None else frame.union(canvas)
    context = context_rect(area, room, params["context"] + reach, policy)
    context = _with_softness(context, area, grow, feather).intersect(frame)
    selection = coverage[slices(_relative(context, frame))]
    image = picture.working(context)
    grown, alpha = _softened(selection, grow, feather)
    return Region(picture, context, frame, image, selection, grown, alpha)


def expanded_region(picture: Picture, params: dict[str, Any], policy: ContextPolicy) -> Region:
    """The region of what is added at the sides. Raises BadRequest if nothing is."""
    left, top, right, bottom = (params[side] for side in SIDES)
    old = picture.rect
    frame = old.padded(left, top, right, bottom)
    strips = [
        strip
        for strip in (
            Rect(frame.x, frame.y, left, frame.height),
            Rect(frame.x, frame.y, frame.width, top),
            Rect(old.right, frame.y, right, frame.height),
            Rect(frame.x, old.bottom, frame.width, bottom),
        )
        if not strip.is_empty
    ]
    if not strips:
        raise BadRequest(
            "Expand needs at least one of left, top, right, bottom above 0.", field="params.left"
        )
    area = strips[0]
    for strip in strips[1:]:
        area = area.union(strip)
    grow, feather = _softness(params, strips)
    context = context_rect(area, frame, params["context"], policy)
    context = _with_softness(context, area, grow, feather).intersect(frame)
    selection = np.ones((context.height, context.width), np.float32)
    image = np.zeros((context.height, context.width, 4), np.float32)
    known = old.intersect(context)
    if not known.is_empty:
        inside = slices(_relative(known, context))
        selection[inside] = 0
        image[inside] = picture.working(known)
    grown, alpha = _softened(selection, grow, feather)
    return Region(picture, context, frame, image, selection, grown, alpha)


def _softness(params: dict[str, Any], areas: list[Rect]) -> tuple[float, float]:
    """Grow and feather: as asked, else from the size of the smallest selected area."""
    grow, feather = params["grow"], params["feather"]
    if grow is None:
        grow = min(masks.default_grow_px(area) for area in areas)
    if feather is None:
        feather = min(masks.default_feather_px(area) for area in areas)
    return grow, feather


def _softened(selection: Mask, grow: float, feather: float) -> tuple[Mask, Mask]:
    grown = masks.grow(selection, grow)
    return grown, np.maximum(selection, masks.feather(grown, feather))


def _with_softness(context: Rect, area: Rect, grow: float, feather: float) -> Rect:
    """Wide enough that a large feather ends before the context does."""
    reach = math.ceil(grow + 1.2 * feather) + 2
    return context.union(area.padded(reach, reach, reach, reach))


def _moved(inside: Rect, origin: Rect) -> Rect:
    """From pixels of an array whose first pixel is `origin`'s corner to the document's."""
    return inside.shifted(origin.x, origin.y)


def _relative(rect: Rect, origin: Rect) -> Rect:
    return rect.shifted(-origin.x, -origin.y)
