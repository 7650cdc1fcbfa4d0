"""The independent judge: trained on real pictures alone, asked what a painted picture shows.

It must never learn from a painted picture, nor ask pocket's own CLIP.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_server.pocket.data.dataset import Dataset
from core_server.pocket.evaluation.classifier import Classifier, ClassifierConfig
from core_server.pocket.evaluation.figures import Figures, top_hits
from core_server.pocket.evaluation.lessons import (
    Classes,
    Pictures,
    kept_drawings,
    plain_pictures,
    split,
)
from core_server.pocket.evaluation.pixels import FloatImage
from core_server.pocket.sample import fit_square, to_tensor
from core_server.pocket.train.run import restore

FULL_STYLES = ("3d style", "cartoon style", "flat style", "gradient style")
"""Styles in the colours of the thing: what a painted picture mostly looks like."""

State = dict[str, Tensor]


class Judge:
    """The trained classifier and the names of its classes."""

    def __init__(self, network: Classifier, classes: Classes) -> None:
        self.network = network.eval().requires_grad_(False)
        self.classes = classes

    @classmethod
    def load(cls, path: Path, data: Dataset) -> Judge | None:
        """None where no judge was trained on the classes of `data`."""
        classes = Classes.of(data)
        found = restore(path)
        if found is None or found["names"] != classes.plain:
            return None
        network = Classifier(ClassifierConfig(len(classes.names)))
        network.load_state_dict(cast("State", found["average"]))
        return cls(network, classes)

    @torch.inference_mode()
    def features(self, images: Sequence[FloatImage]) -> Tensor:
        """(n, width) unit vectors of pictures of any size, with alpha on white."""
        found = self.network.features(_tensors(images))
        return functional.normalize(found, dim=-1)

    def guesses(
        self, images: Sequence[FloatImage], part: range, count: int = 5
    ) -> list[list[tuple[str, ...]]]:
        """For each picture, the names of the likeliest `count` classes of `part`, best first."""
        return self._best(_tensors(images), part, count)

    def hits(
        self, images: Sequence[FloatImage], asked: Sequence[str], part: range
    ) -> list[list[bool]]:
        """Whether what was asked for is one of the names of the first, second … guess."""
        return [
            [name in names for names in guess]
            for guess, name in zip(self.guesses(images, part), asked, strict=True)
        ]

    def own_accuracy(self, data: Dataset) -> Figures:
        """On real pictures that it never saw; drawings are ranked among all concepts."""
        kept = split(data, self.classes)[1]
        styles = data.drawing_style[kept_drawings(data, self.classes)]
        full = np.isin(styles, [data.styles.index(style) for style in FULL_STYLES])
        everything = range(len(self.classes.names))
        parts = {
            "drawings": (kept.drawings, self.classes.concepts),
            "drawings in full colour": (kept.drawings.rows(full), self.classes.concepts),
            "textures": (kept.textures, everything),
            "shapes": (kept.shapes, everything),
        }
        found: Figures = {"classes": len(self.classes.names)}
        for name, (pictures, part) in parts.items():
            hits = top_hits(self._real_hits(pictures, part))
            found |= {f"{name}, {key}": value for key, value in hits.items()}
        return found

    def _real_hits(self, pictures: Pictures, part: range) -> list[list[bool]]:
        hits: list[list[bool]] = []
        for start in range(0, len(pictures.classes), 256):
            some = pictures.rows(np.arange(start, min(start + 256, len(pictures.classes))))
            best = self._best(plain_pictures(some), part, 5)
            names = [self.classes.plain[index] for index in some.classes]
            hits += [
                [name in row for row in guess] for guess, name in zip(best, names, strict=True)
            ]
        return hits

    @torch.inference_mode()
    def _best(self, pictures: Tensor, part: range, count: int) -> list[list[tuple[str, ...]]]:
        logits = self.network(pictures)[:, part.start : part.stop]
        best = logits.topk(min(count, len(part)), 1).indices + part.start
        return [[self.classes.names[index] for index in row] for row in best.tolist()]


def _tensors(images: Sequence[FloatImage]) -> Tensor:
    """(n,3,64,64) in -1..1, pictures with alpha on white."""
    laid = [
        image if image.shape[2] == 3 else image[..., :3] * image[..., 3:] + 1 - image[..., 3:]
        for image in images
    ]
    return torch.stack([to_tensor(fit_square(image)) for image in laid])
