"""How a context rectangle of any size meets a model of few sizes, and how its picture comes back.

Must not know masks' meaning or models' names; a model is only the sizes that it paints well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from core_server.imaging.arrays import Image, Mask, size_of, slices
from core_server.imaging.resample import resize_image, resize_plane
from protocol.errors import BadSize, OutOfRange
from protocol.geometry import Rect

MAX_SIDE = 8192

Policy: TypeAlias = Literal["pad", "crop"]


@dataclass(frozen=True)
class ModelResolution:
    """The sizes a model paints well. Sides in pixels.

    native: side of the square it was trained on; small regions are enlarged to its area.
    multiple: both sides are multiples of it. min_pixels, max_pixels: its budget of area.
    min_side, max_side: limits of each side. A model of one size only has all of them equal.
    """

    native: int
    multiple: int = 8
    min_side: int = 256
    max_side: int = 2048
    min_pixels: int = 0
    max_pixels: int = 2048 * 2048

    @classmethod
    def fixed(cls, side: int) -> ModelResolution:
        """A model that paints squares of one size."""
        return cls(side, side, side, side, side * side, side * side)

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """The size to paint a width × height region at: its aspect, the model's limits."""
        scale = self._scale_for(width, height)
        size = self._side(width * scale), self._side(height * scale)
        while size[0] * size[1] > self.max_pixels:
            size = self._smaller(size, width / height)
        return size

    def _scale_for(self, width: int, height: int) -> float:
        area = width * height
        floor = max(self.min_pixels, min(self.native * self.native, self.max_pixels))
        scale = 1.0
        if area < floor:
            scale = math.sqrt(floor / area)
        elif area > self.max_pixels:
            scale = math.sqrt(self.max_pixels / area)
        return min(scale, self.max_side / max(width, height))

    def _side(self, wanted: float) -> int:
        """The next multiple up, so that a region that fits needs no resampling."""
        up = math.ceil(round(wanted, 6) / self.multiple) * self.multiple
        low = math.ceil(self.min_side / self.multiple) * self.multiple
        high = self.max_side // self.multiple * self.multiple
        return min(max(up, low), high)

    def _smaller(self, size: tuple[int, int], aspect: float) -> tuple[int, int]:
        """One multiple less, on the side that is too long for the aspect or else the longer."""
        width, height = size
        low = math.ceil(self.min_side / self.multiple) * self.multiple
        too_wide = width - self.multiple >= low and (width / height >= aspect or height <= low)
        if not too_wide and height <= low:
            raise BadSize("This model's smallest size is above its own pixel budget.")
        return (width - self.multiple, height) if too_wide else (width, height - self.multiple)


@dataclass(frozen=True)
class Fit:
    """A context of `context` pixels (width, height) seen at a model's size `model`.

    `box` is where the whole context lies in model pixels: inside the model's picture when the rest
    is padded, around it when the overhang is cropped. The aspect is kept to half a pixel.
    """

    context: tuple[int, int]
    model: tuple[int, int]
    box: Rect

    @property
    def scale(self) -> float:
        """Model pixels per context pixel; above 1 the region is enlarged for the model."""
        return math.sqrt(self.box.area / (self.context[0] * self.context[1]))

    def to_model(self, image: Image) -> Image:
        """(H, W, 4) at the context's size → the model's size; padding mirrors its edge."""
        _require_size(image, self.context)
        return self._placed(resize_image(image, (self.box.width, self.box.height)))

    def to_model_mask(self, mask: Mask) -> Mask:
        """(H, W) coverage at the context's size → the model's size, in [0, 1].

        The padding mirrors it, as it does the picture. Anything selected stays at least faintly
        selected, however thin.
        """
        _require_size(mask, self.context)
        return self._placed(resize_plane(mask, (self.box.width, self.box.height)))

    def from_model(self, image: Image) -> Image:
        """(H, W, 4) at the model's size → the context's size; what was cropped is transparent."""
        _require_size(image, self.model)
        seen = self.box.intersect(Rect(0, 0, *self.model))
        inside = image[slices(seen)]
        target = self._in_context(seen)
        part = resize_image(inside, (target.width, target.height))
        if (target.width, target.height) == self.context:
            return part
        result = np.zeros((self.context[1], self.context[0], 4), np.float32)
        result[slices(target)] = part
        return result

    def _in_context(self, seen: Rect) -> Rect:
        """A rectangle of model pixels in whole context pixels, never empty."""
        across, down = self.context[0] / self.box.width, self.context[1] / self.box.height
        x = min(round((seen.x - self.box.x) * across), self.context[0] - 1)
        y = min(round((seen.y - self.box.y) * down), self.context[1] - 1)
        right = max(round((seen.right - self.box.x) * across), x + 1)
        bottom = max(round((seen.bottom - self.box.y) * down), y + 1)
        return Rect(x, y, right - x, bottom - y)

    def _placed(self, scaled: Image) -> Image:
        """Cut what hangs over the model's picture, and mirror it where it falls short."""
        width, height = self.model
        seen = Rect(0, 0, width, height).intersect(self.box)
        kept = scaled[slices(seen.shifted(-self.box.x, -self.box.y))]
        pad = ((seen.y, height - seen.bottom), (seen.x, width - seen.right))
        return np.pad(kept, pad + ((0, 0),) * (scaled.ndim - 2), mode="symmetric")


def fit(context: tuple[int, int], resolution: ModelResolution, policy: Policy = "pad") -> Fit:
    """The fit of a context (width, height) to a model.

    "pad" shows the model the whole context and, beside it, its mirror image; "crop" fills the
    model's picture and loses what hangs over. Also serves `generate`: any asked size from 1 × 1 to
    8192 × 8192 has a size to paint at, and `from_model` brings the picture to the asked size.
    Raises OutOfRange for a side outside 1..8192.
    """
    width, height = context
    for name, side in (("width", width), ("height", height)):
        if not 1 <= side <= MAX_SIDE:
            raise OutOfRange(
                f"The {name} must be between 1 and {MAX_SIDE} pixels, not {side}.",
                field=f"params.{name}",
            )
    model = resolution.size_for(width, height)
    scale = _scale(context, model, resolution.multiple, policy)
    box_width, box_height = max(1, round(width * scale)), max(1, round(height * scale))
    x, y = (model[0] - box_width) // 2, (model[1] - box_height) // 2
    return Fit(context, model, Rect(x, y, box_width, box_height))


def _scale(
    context: tuple[int, int], model: tuple[int, int], multiple: int, policy: Policy
) -> float:
    across, down = model[0] / context[0], model[1] / context[1]
    if policy == "crop":
        return max(across, down)
    spare = model[0] - context[0], model[1] - context[1]
    if min(spare) >= 0 and max(spare) < multiple:
        return 1.0  # rather a few repeated pixels than every pixel resampled
    return min(across, down)


def _require_size(array: Image | Mask, size: tuple[int, int]) -> None:
    if size_of(array) != size:
        raise ValueError(f"The picture is {size_of(array)} pixels, but this fit is for {size}.")
