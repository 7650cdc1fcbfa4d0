"""Trains the judge's network on real pictures, in as many short sittings as one likes.

It must never see a painted picture (see `lessons` for what it does see).
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core_server.pocket.data.dataset import Dataset
from core_server.pocket.evaluation.classifier import Classifier, ClassifierConfig
from core_server.pocket.evaluation.judge import State
from core_server.pocket.evaluation.lessons import Classes, digest, split
from core_server.pocket.train.run import Average, Clock, gradient_norm, restore, save

BATCH, LEARNING_RATE, WEIGHT_DECAY, SMOOTHING = 128, 2e-3, 0.05, 0.1

COARSE_SHARE = 0.6
"""Part of a first sitting's time that looks at half the size, where a step costs a quarter."""

_WARM_UP, _DECAY_SHARE, _LONGEST_GRADIENT = 100, 0.5, 5.0
_SAVE_SECONDS, _SAY_STEPS = 120, 100


def train(path: Path, data: Dataset, minutes: float, device: str = "cpu") -> None:
    """Go on from the checkpoint at `path` where there is one, and save it there.

    One that was not kept from the same drawings is of no use: it has learnt today's test.
    """
    classes = Classes.of(data)
    lessons, kept = split(data, classes)
    sitting = _Sitting(path, classes, digest(kept.drawings), device)
    clock = Clock(minutes * 60, _WARM_UP, _DECAY_SHARE, LEARNING_RATE)
    rng, saved = np.random.default_rng(sitting.step), time.monotonic()
    while not clock.over:
        is_coarse = sitting.first == 0 and clock.share < COARSE_SHARE
        pictures, wanted = lessons.draw(rng, BATCH)
        if is_coarse:
            pictures = functional.avg_pool2d(pictures, 2)
        loss = sitting.learn(pictures, wanted, clock.rate(sitting.step - sitting.first))
        if sitting.step % _SAY_STEPS == 0:
            print(f"judge step {sitting.step} loss {loss:.3f} ({clock.share:.0%})", file=sys.stderr)
        if time.monotonic() - saved > _SAVE_SECONDS:
            sitting.save()
            saved = time.monotonic()
    sitting.save()


class _Sitting:
    """Network and average, from the checkpoint if it will do. first: the step it starts from."""

    def __init__(self, path: Path, classes: Classes, kept: str, device: str) -> None:
        self.path, self.classes, self.kept = path, classes, kept
        self.device = torch.device(device)
        self.network = Classifier(ClassifierConfig(len(classes.names)))
        found = restore(path) or {}
        is_usable = found.get("kept") == kept
        if is_usable:
            self.network.load_state_dict(renamed(found, "network", self.network, classes))
        self.network.to(self.device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in its stubs
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY
        )
        kept_average = renamed(found, "average", self.network, classes) if is_usable else None
        self.average = Average(self.network, kept=kept_average)
        self.first = self.step = cast(int, found["step"]) if is_usable else 0

    def learn(self, pictures: Tensor, wanted: Tensor, rate: float) -> float:
        """One step; the loss before it."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        pictures = pictures.to(self.device).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.network(pictures).float()
        loss = functional.cross_entropy(logits, wanted.to(self.device), label_smoothing=SMOOTHING)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        gradient_norm(self.network, _LONGEST_GRADIENT)
        self.optimizer.step()
        self.step += 1
        self.average.update(self.network, self.step)
        return float(loss.detach())

    def save(self) -> None:
        content: dict[str, object] = {
            "names": self.classes.plain,
            "kept": self.kept,
            "config": asdict(self.network.config),
            "network": self.network.state_dict(),
            "average": self.average.state,
            "step": self.step,
        }
        save(self.path, content)


def renamed(found: Mapping[str, object], part: str, network: Classifier, classes: Classes) -> State:
    """A checkpoint's state with the last layer's rows where these classes have them.

    Names that it does not know keep the rows that `network` begins with.
    """
    state = dict(cast("State", found[part]))
    before = _rows(cast("list[str]", found["names"]))
    pairs = [(row, before[key]) for key, row in _rows(classes.plain).items() if key in before]
    here, there = (list(rows) for rows in zip(*pairs, strict=True))
    for name, fresh in network.head.state_dict(prefix="head.").items():
        moved = fresh.detach().cpu().clone()
        moved[here] = state[name][there]
        state[name] = moved
    return state


def _rows(names: Sequence[str]) -> dict[tuple[str, int], int]:
    """Rows by name; a shape may be called as a concept is, so by how often it came before, too."""
    seen: Counter[str] = Counter()
    rows = {}
    for row, name in enumerate(names):
        rows[name, seen[name]] = row
        seen[name] += 1
    return rows
