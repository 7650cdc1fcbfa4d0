"""Which size a model paints for an asked size, and how its picture becomes the asked one.

Must not know operations or pixels' meaning; a model is what the family table says of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core_server.imaging.arrays import Image
from core_server.imaging.fit import MAX_SIDE, Fit, ModelResolution, fit
from core_server.imaging.resample import resize_image, resize_wrapped
from core_server.models.families import Family
from protocol.errors import OutOfRange
from protocol.geometry import Rect

_LARGEST_PERIOD_ASPECT = 2
"""A texture of a longer shape repeats, since models lose the thread on long canvases."""

_STRETCH = 1.12
"""What of a wrong aspect a texture bears unnoticed."""

_BUDGET = 8 * 2**20
"""Model pixels of one candidate that memory is spent on."""

_SMALLEST_VISIBLE = 1 / 255


@dataclass(frozen=True)
class Canvas:
    """fitted: from the model's picture to the asked size, or to one period of it. tile: the axes
    on which the model is asked to wrap. periods: how often its picture is repeated across and down.
    size: what was asked, where it is more than one period.
    """

    fitted: Fit
    tile: str = "none"
    periods: tuple[int, int] = (1, 1)
    size: tuple[int, int] | None = None

    def developed(self, image: Image) -> Image:
        """(H, W, 4) of the model's size → the asked size; what is clear holds no colour."""
        if self.tile == "none":
            result = self.fitted.from_model(image)
        else:
            size = self.size or self.fitted.context
            result = resize_wrapped(self._repeated(image), size, self.tile)
        result[result[..., 3] < _SMALLEST_VISIBLE] = 0
        return result

    def to_model(self, image: Image) -> Image:
        """(H, W, 4) of the asked size → what the model starts from, where nothing is repeated."""
        if self.tile == "none":
            return self.fitted.to_model(image)
        return resize_image(image, self.fitted.model)

    def _repeated(self, image: Image) -> Image:
        across, down = self.periods
        return np.tile(image, (down, across, 1)) if self.periods != (1, 1) else image


def canvas_for(
    family: Family, size: tuple[int, int], tile: str = "none", repeats: bool = True
) -> Canvas:
    """How a picture of (width, height) is painted from nothing. Raises OutOfRange.

    What a model of squares paints goes on to both sides of its square; nothing is stretched, and
    a long texture is repeated by whole periods only, where repeats says that it may be.
    """
    _check(size)
    if tile != "none":
        return _texture(family, size, tile, repeats)
    if not family.squares:
        return Canvas(fit(size, resolution_of(family, size)))
    unit, enlargement = family.multiple, _enlargement(family, size)
    scale = unit / min(size)
    small = tuple(
        min(max(unit, math.ceil(round(side * scale, 6))), _BUDGET // unit) for side in size
    )
    model = small[0] * enlargement, small[1] * enlargement
    factor = min(model[0] / size[0], model[1] / size[1])
    box = tuple(min(limit, max(1, round(s * factor))) for s, limit in zip(size, model, strict=True))
    corner = (model[0] - box[0]) // 2, (model[1] - box[1]) // 2
    return Canvas(Fit(size, model, Rect(*corner, *box)))


def resolution_of(family: Family, size: tuple[int, int]) -> ModelResolution:
    """The sizes a family paints well, for a region of (width, height) that is there already."""
    if family.squares:
        return ModelResolution.fixed(_square(family, max(size)))
    return ModelResolution(
        native=family.native_size,
        multiple=family.multiple,
        min_side=family.native_size // 2,
        max_side=family.native_size * 3 // 2,
        min_pixels=family.min_pixels,
        max_pixels=family.max_pixels,
    )


def _check(size: tuple[int, int]) -> None:
    for name, side in zip(("width", "height"), size, strict=True):
        if not 1 <= side <= MAX_SIDE:
            raise OutOfRange(
                f"The {name} must be between 1 and {MAX_SIDE} pixels, not {side}.",
                field=f"params.{name}",
            )


def _square(family: Family, side: int) -> int:
    """The smallest square that need not be enlarged by more than a fifth."""
    return next((s for s in family.squares if s * 6 >= side * 5), family.squares[-1])


def _enlargement(family: Family, size: tuple[int, int]) -> int:
    """How much larger than its unit the model's square is: less on very long canvases."""
    unit, aspect = family.multiple, max(size) / min(size)
    wanted = _square(family, min(size)) // unit
    able = [wanted, *(s // unit for s in reversed(family.squares) if s // unit < wanted), 1]
    return next((e for e in able if (unit * e) ** 2 * aspect <= _BUDGET), 1)


def _texture(family: Family, size: tuple[int, int], tile: str, repeats: bool) -> Canvas:
    aspects = max(1.0, size[0] / size[1]), max(1.0, size[1] / size[0])
    periods = tuple(math.ceil(a / _LARGEST_PERIOD_ASPECT) if repeats else 1 for a in aspects)
    cell = math.ceil(size[0] / periods[0]), math.ceil(size[1] / periods[1])
    longest = "x" if periods[0] > 1 else "y" if periods[1] > 1 else tile
    wrapped = tile if tile in ("both", longest) else "both"
    if not family.squares:
        model = fit(cell, resolution_of(family, cell)).model
    else:
        small, wrapped = _torus(family, cell, wrapped)
        enlargement = _square(family, min(cell)) // family.multiple
        model = small[0] * enlargement, small[1] * enlargement
    fitted = Fit(cell, model, Rect(0, 0, *model))
    return Canvas(fitted, wrapped, (periods[0], periods[1]), size)


def _torus(family: Family, cell: tuple[int, int], tile: str) -> tuple[tuple[int, int], str]:
    """The size before it is enlarged that has a cell's shape, and the axes that wrap around.

    Only an axis that wraps can have another length than the square's; where that is the wrong one,
    both wrap.
    """
    wanted = cell[0] / cell[1]

    def stretch(small: tuple[int, int]) -> tuple[float, int]:
        by = math.exp(abs(math.log(small[0] / small[1] / wanted)))
        return round(by, 3), -min(small)

    best = min(_tori(family.multiple, tile), key=stretch)
    if tile != "both" and stretch(best)[0] > _STRETCH:
        return min(_tori(family.multiple, "both"), key=stretch), "both"
    return best, tile


def _tori(unit: int, tile: str) -> Iterator[tuple[int, int]]:
    """What a model of squares of `unit` can paint as well.

    One side is the square's or a quarter less, none is more than twice as long.
    """
    sides = range(unit * 3 // 4, unit * 2 + 1, unit // 4)
    for width in sides if tile in ("x", "both") else [unit]:
        for height in sides if tile in ("y", "both") else [unit]:
            if min(width, height) <= unit and max(width, height) <= 2 * min(width, height):
                yield width, height
