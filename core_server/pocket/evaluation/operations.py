"""How well vary, mix, inpaint and seamless textures do what they promise.

It must not judge with pocket's own CLIP, but for the path between two embeddings, which is in it.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core_server.pocket.evaluation.figures import Figures, mean, share
from core_server.pocket.evaluation.pixels import FloatImage, border, colour_of, seam
from core_server.pocket.evaluation.prompts import (
    INPAINTS,
    PAIRS,
    SEAMLESS,
    SUBJECTS,
    VARIATIONS,
    InpaintTask,
)
from core_server.pocket.evaluation.stage import Stage
from core_server.pocket.sample import SIZE, PaintRequest

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
PAINTED_WEIGHTS = (0.25, 0.75)
HOLE = slice(12, 52)
"""Rows and columns of the hole that inpainting fills."""

_SEEDS = (0, 1, 2)
_ROUNDING = 1e-4
_ALIKE = 0.12


def varied(stage: Stage) -> Figures:
    """Cosines in the judge's features: of results with their source, and among results.

    Beside them, for scale: two drawings of one thing, and drawings of different things.
    """
    judge, figures = stage.referee(), Figures()
    sources = [image for name in SUBJECTS if (image := stage.drawing(name)) is not None]
    others = [stage.drawing(name, "cartoon style") for name in SUBJECTS]
    seen = judge.features(sources)
    for variation in VARIATIONS:
        close, spread = [], []
        for image, source in zip(sources, seen, strict=True):
            results = judge.features(_vary(stage, image, variation))
            close += (results @ source).tolist()
            spread += [1 - float(a @ b) for a, b in combinations(results, 2)]
        figures[f"variation {variation}: similarity to the source"] = mean(close)
        figures[f"variation {variation}: distance among results"] = mean(spread)
    drawn = [image for image in others if image is not None]
    if len(drawn) == len(sources):
        same = (judge.features(drawn) * seen).sum(1)
        figures["two drawings of one thing: similarity"] = mean(same.tolist())
    unlike = [float(a @ b) for a, b in combinations(seen, 2)]
    return {**figures, "drawings of different things: similarity": mean(unlike)}


def mixed(stage: Stage) -> Figures:
    """Whether the path between two embeddings is monotone, and its pictures nearer their end."""
    judge = stage.referee()
    monotone, nearer = [], []
    for names in PAIRS:
        ends = [image for name in names if (image := stage.drawing(name)) is not None]
        if len(ends) == len(names):
            monotone.append(_is_monotone(stage, *ends))
            first, second = judge.features(ends)
            for weight in PAINTED_WEIGHTS:
                results = judge.features(_mix(stage, ends[0], ends[1], weight))
                is_second = results @ second > results @ first
                nearer += [bool(found) == (weight > 0.5) for found in is_second]
    return {
        "paths with monotone cosines to both ends": share(monotone),
        "pictures at 1/4 and 3/4 nearer to the right end": share(nearer),
    }


def inpainted(stage: Stage) -> Figures:
    """A hole in a plain ground: what changes around it, and what is painted into it."""
    judge = stage.referee()
    change, is_colour, goes_on, patches = 0.0, [], [], []
    for seed, task in enumerate(INPAINTS):
        ground, mask = hole(task)
        image = fill(stage, task, seed)
        outside = np.abs(np.rint(image * 255) - np.rint(ground * 255))[mask == 0]
        change = max(change, float(outside.max()))
        patches.append(image[HOLE, HOLE])
        is_colour.append(colour_of(patches[-1], False) == task.colour)
        if min(task.ground) < 1:
            edge = patches[-1][border(*patches[-1].shape[:2])]
            goes_on.append(bool(np.abs(np.median(edge, 0) - task.ground).max() < _ALIKE))
    names = [task.name for task in INPAINTS]
    hits = judge.hits(patches, names, range(len(judge.classes.names)))
    both = [any(row) and colour for row, colour in zip(hits, is_colour, strict=True)]
    return {
        "largest change outside the mask, of 255": round(change, 3),
        "colour inside": share(is_colour),
        "shape inside (top-5)": share([any(row) for row in hits]),
        "both": share(both),
        "ground goes on inside, where it is not white": share(goes_on),
    }


def seamless(stage: Stage) -> Figures:
    """Mean step across the wrapped borders over the mean step inside, at 256 pixels."""
    found = {prompt: seam(tiled(stage, prompt, seed)) for seed, prompt in enumerate(SEAMLESS)}
    return {
        **{prompt: round(one.ratio, 2) for prompt, one in found.items()},
        "mean": mean(one.ratio for one in found.values()),
        "no stronger than the strongest line inside": share(
            [one.is_hidden for one in found.values()]
        ),
    }


def tiled(stage: Stage, prompt: str, seed: int) -> FloatImage:
    """(256,256,3): a picture that continues at its opposite borders."""
    return stage.paint(PaintRequest(prompt, (seed,), tile="both"))[0]


def hole(task: InpaintTask) -> tuple[FloatImage, NDArray[np.float32]]:
    """(64,64,3) of plain ground, and (64,64) that is 1 in the hole."""
    ground = np.full((SIZE, SIZE, 3), task.ground, np.float32)
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[HOLE, HOLE] = 1
    return ground, mask


def fill(stage: Stage, task: InpaintTask, seed: int) -> FloatImage:
    """(64,64,3) with the hole repainted."""
    ground, mask = hole(task)
    request = PaintRequest(task.prompt, (seed,), image=ground, mask=mask, enlargement=1)
    return stage.paint(request)[0]


def _vary(stage: Stage, image: FloatImage, variation: float) -> list[FloatImage]:
    embedding = stage.pocket.vary(image, variation, _SEEDS)
    return stage.paint(PaintRequest("", _SEEDS, embedding=embedding, enlargement=1))


def _mix(stage: Stage, first: FloatImage, second: FloatImage, weight: float) -> list[FloatImage]:
    embedding = stage.pocket.mix(first, second, weight, 0)
    return stage.paint(PaintRequest("", _SEEDS[:2], embedding=embedding, enlargement=1))


def _is_monotone(stage: Stage, first: FloatImage, second: FloatImage) -> bool:
    path = torch.cat([stage.pocket.mix(first, second, weight, 0) for weight in WEIGHTS])
    return _falls(path @ path[0]) and _falls((path @ path[-1]).flip(0))


def _falls(values: Tensor) -> bool:
    return all(after <= before + _ROUNDING for before, after in pairwise(values.tolist()))
