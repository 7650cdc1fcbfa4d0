"""Endless fresh batches on the training device, drawn by background processes where there are any.

It must not know what is learned from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from core_server.pocket.clip import Tokenizer
from core_server.pocket.data.dataset import Dataset

_READY_BATCHES = 4

_Drawn = tuple[Tensor, Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class Pictures:
    """One batch on the device.

    rgb: (n,s,s,3) uint8. alpha: (n,s,s) uint8. ids: (n, context_length) caption tokens.
    concepts: (n,) int64; equal numbers mean the same thing.
    """

    rgb: Tensor
    alpha: Tensor
    ids: Tensor
    concepts: Tensor


class _Endless(IterableDataset[_Drawn]):
    def __init__(self, data: Dataset, context_length: int, batch: int, seed: int) -> None:
        self._data, self._batch, self._seed = data, batch, seed
        self._context_length = context_length

    def __iter__(self) -> Iterator[_Drawn]:
        worker = get_worker_info()
        draw = np.random.default_rng([self._seed, 0 if worker is None else worker.id])
        tokenizer = Tokenizer(self._context_length)
        while True:
            batch = self._data.sample(draw, self._batch)
            yield (
                torch.from_numpy(batch.rgb),
                torch.from_numpy(batch.alpha),
                tokenizer(batch.captions),
                torch.from_numpy(batch.concept_ids),
            )


def feed(
    data: Dataset, context_length: int, batch: int, seed: int, device: str, processes: int = 0
) -> Iterator[Pictures]:
    """processes: how many draw in the background; 0 draws between the steps."""
    loader: DataLoader[_Drawn] = DataLoader(
        _Endless(data, context_length, batch, seed),
        batch_size=None,
        num_workers=processes,
        prefetch_factor=_READY_BATCHES if processes else None,
        pin_memory=device.startswith("cuda"),
    )
    for drawn in loader:
        yield Pictures(*(part.to(device, non_blocking=True) for part in cast(_Drawn, drawn)))
