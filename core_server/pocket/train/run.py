"""What every training command shares: options, clock, averages, checkpoints that survive a kill.

It must not know any network.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)

State = dict[str, Tensor]
Checkpoint = dict[str, Any]
"""As `save` wrote it: states, configurations as dicts, counts."""

DEFAULT_HOME = Path.home() / ".cache" / "impasto-pocket"


@dataclass(frozen=True)
class RunOptions:
    """Options common to the training commands.

    seconds: the time budget from now on. processes: how many draw pictures in the background.
    decay: the last share of the time in which the learning rate falls; None = the stage's own.
    helpers: how many more processes learn on the same weights (the decoder's, on a CPU).
    """

    data: Path
    folder: Path
    seconds: float
    device: str
    threads: int
    batch: int
    learning_rate: float
    seed: int
    fresh: bool
    processes: int = 0
    decay: float | None = None
    helpers: int = 0


def seconds_until(clock: str) -> float:
    """Seconds from now until the next HH:MM in UTC."""
    hour, minute = (int(part) for part in clock.split(":"))
    now = datetime.now(UTC)
    goal = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if goal <= now:
        goal += timedelta(days=1)
    return (goal - now).total_seconds()


class Clock:
    """Learning rate by elapsed share of the time budget: warm-up by steps, flat, linear decay."""

    def __init__(self, seconds: float, warm_up: int, decay_share: float, peak: float) -> None:
        self._start, self._seconds = time.monotonic(), seconds
        self._warm_up, self._decay, self._peak = warm_up, decay_share, peak

    @property
    def share(self) -> float:
        return min(1.0, (time.monotonic() - self._start) / self._seconds)

    @property
    def over(self) -> bool:
        return self.share >= 1.0

    def rate(self, step: int) -> float:
        rise = min(1.0, (step + 1) / self._warm_up)
        fall = min(1.0, (1.0 - self.share) / self._decay) if self._decay else 1.0
        return self._peak * rise * max(fall, 0.01)


class Average:
    """Moving average of a network's floating-point state; its horizon grows with the steps.

    kept: the average of an earlier run to go on from; without, it begins at the network.
    """

    def __init__(
        self, network: nn.Module, longest: float = 0.9998, kept: State | None = None
    ) -> None:
        self.longest = longest
        self.state = {name: value.detach().clone() for name, value in network.state_dict().items()}
        for name, value in (kept or {}).items():
            self.state[name].copy_(value)

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """step: how many the network has made, those of earlier runs counted in."""
        keep = min(self.longest, 1.0 - 1.0 / (1.0 + step / 10.0))
        averaged, fresh = [], []
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                averaged.append(self.state[name])
                fresh.append(value)
        torch._foreach_lerp_(averaged, fresh, 1.0 - keep)


def save(path: Path, content: dict[str, object]) -> None:
    """Write a checkpoint so that a kill leaves either the old or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(content, partial)
    os.replace(partial, path)


def compiled(network: Network, device: str) -> Network:
    """`network`, compiled where that pays: on a CPU the ready-made kernels are as fast."""
    if not device.startswith("cuda"):
        return network
    return cast(Network, torch.compile(network))


def restore(path: Path) -> Checkpoint | None:
    """The checkpoint at ``path``, or None where there is none yet."""
    if not path.exists():
        return None
    return cast(Checkpoint, torch.load(path, map_location="cpu", weights_only=True))


def prepare(options: RunOptions, seed: int) -> None:
    torch.set_num_threads(options.threads)
    torch.manual_seed(seed)
    options.folder.mkdir(parents=True, exist_ok=True)


def to_signed(pictures: Tensor) -> Tensor:
    """uint8 (n,h,w,3) as float32 (n,3,h,w) in -1..1."""
    return (pictures.permute(0, 3, 1, 2).float() / 127.5 - 1.0).contiguous()


def gradient_norm(network: nn.Module, limit: float) -> float:
    norm = float(torch.nn.utils.clip_grad_norm_(network.parameters(), limit))
    return norm if math.isfinite(norm) else float("inf")
