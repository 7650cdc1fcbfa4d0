"""The judge's network: a small residual net that says what a 64-pixel picture shows.

It must not know pocket, its CLIP or its pictures. Residual blocks: He et al. 2015, arXiv
1512.03385.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class ClassifierConfig:
    """classes: how many. widths, blocks: of each resolution, from 32 pixels down by halves."""

    classes: int
    widths: tuple[int, ...] = (32, 64, 128, 256)
    blocks: tuple[int, ...] = (0, 2, 2, 1)
    dropout: float = 0.1


class Classifier(nn.Module):
    """forward((n,3,64,64) in -1..1) -> (n,classes) logits; `features` stop one layer before."""

    def __init__(self, config: ClassifierConfig) -> None:
        super().__init__()
        self.config = config
        width = config.widths[0]
        layers: list[nn.Module] = [nn.PixelUnshuffle(2), _convolution(12, width), nn.ReLU()]
        for level, (after, count) in enumerate(zip(config.widths, config.blocks, strict=True)):
            for block in range(count):
                layers.append(_Residual(width, after, 2 if level and not block else 1))
                width = after
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(width, config.classes))

    def features(self, pictures: Tensor) -> Tensor:
        """(n, last width): what the classes are told apart by."""
        found: Tensor = self.body(pictures)
        return found

    def forward(self, pictures: Tensor) -> Tensor:
        found: Tensor = self.head(self.features(pictures))
        return found


class _Residual(nn.Module):
    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            _convolution(before, after, stride), nn.ReLU(), _convolution(after, after)
        )
        self.keep: nn.Module = nn.Identity()
        if before != after or stride != 1:
            # Averaging before the projection looks at every pixel, not at every fourth.
            self.keep = nn.Sequential(
                nn.AvgPool2d(stride),
                nn.Conv2d(before, after, 1, bias=False),
                nn.BatchNorm2d(after),
            )

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.relu(self.keep(pictures) + self.change(pictures))


def _convolution(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, padding=1, bias=False), nn.BatchNorm2d(after)
    )
