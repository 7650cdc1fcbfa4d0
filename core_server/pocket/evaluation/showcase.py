"""What the sheet of operations shows: a row of vary, mix, inpaint, and of textures and cut-outs.

It must not judge: subjects and seeds are fixed here, and what comes out is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core_server.pocket.evaluation.operations import HOLE, fill, tiled
from core_server.pocket.evaluation.pixels import FloatImage
from core_server.pocket.evaluation.prompts import (
    INPAINTS,
    PAIRS,
    SEAMLESS,
    SHEET,
    SUBJECTS,
    VARIATIONS,
)
from core_server.pocket.evaluation.stage import Stage
from core_server.pocket.sample import PaintRequest

COLUMNS = 8
Cell = tuple[FloatImage, str]

_SEEDS = {0.2: (0, 1), 0.5: (0, 1, 2), 0.8: (0, 1)}
_MIX_WEIGHTS = (0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
_CLEAR = ("a red apple", "a rocket", "an owl", "a yellow star")


def samples(stage: Stage) -> list[FloatImage]:
    """The fixed prompts at 256 pixels, each with its place as the seed."""
    requests = (PaintRequest(prompt, (place,)) for place, prompt in enumerate(SHEET))
    return [stage.paint(request)[0] for request in requests]


def cells(stage: Stage) -> list[Cell]:
    """Rows of eight, most at 256 pixels; vary and mix start from drawings and so need the data."""
    found: list[Cell] = []
    if stage.data is not None:
        found += [cell for name in SUBJECTS[:2] for cell in _varied(stage, name)]
        found += [cell for names in PAIRS[:2] for cell in _mixed(stage, *names)]
    found += list(_inpainted(stage))
    found += list(_textures(stage))
    return found + list(_cut_out(stage))


def _varied(stage: Stage, name: str) -> Iterator[Cell]:
    source = stage.drawing(name)
    if source is None:
        return
    yield source, f"drawing: {name}"
    for variation in VARIATIONS:
        embedding = stage.pocket.vary(source, variation, _SEEDS[variation])
        request = PaintRequest("", _SEEDS[variation], embedding=embedding)
        yield from ((image, f"vary {variation}") for image in stage.paint(request))


def _mixed(stage: Stage, left: str, right: str) -> Iterator[Cell]:
    first, second = stage.drawing(left), stage.drawing(right)
    if first is None or second is None:
        return
    yield first, f"drawing: {left}"
    for weight in _MIX_WEIGHTS:
        embedding = stage.pocket.mix(first, second, weight, 0)
        request = PaintRequest("", (0,), embedding=embedding)
        yield stage.paint(request)[0], f"mix {weight}"
    yield second, f"drawing: {right}"


def _inpainted(stage: Stage) -> Iterator[Cell]:
    for seed, task in enumerate(INPAINTS[:COLUMNS]):
        image = fill(stage, task, seed)
        yield _framed(image), f"inpaint: {task.prompt}"


def _framed(image: FloatImage) -> FloatImage:
    """The hole's edge as a thin line around it, outside."""
    framed = image.copy()
    first, last = HOLE.start - 1, HOLE.stop
    framed[[first, last], first : last + 1] = 0.6
    framed[first : last + 1, [first, last]] = 0.6
    return framed


def _textures(stage: Stage) -> Iterator[Cell]:
    for seed, prompt in enumerate(SEAMLESS):
        yield np.tile(tiled(stage, prompt, seed), (2, 2, 1)), f"tiled 2 x 2: {prompt}"


def _cut_out(stage: Stage) -> Iterator[Cell]:
    for seed, prompt in enumerate(_CLEAR):
        request = PaintRequest(prompt, (seed,), transparent=True)
        yield stage.paint(request)[0], f"transparent: {prompt}"
