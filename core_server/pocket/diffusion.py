"""Paints with the decoder: Euler or Heun steps on the rectified flow, guidance, known pixels.

noisy = (1 - t) * clean + t * noise (Liu et al. 2022, arXiv 2209.03003); classifier-free guidance
(Ho and Salimans 2022, arXiv 2207.12598). Knows no prompts and no files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Generator, Tensor

from core_server.pocket.decoder import Condition, Decoder, Tile, set_tile

GUIDE_BELOW = 0.98
"""Above this time a picture is all noise and guidance only overshoots."""

SHIFT = 3.0
"""How much closer the first times are together (Esser et al. 2024, arXiv 2403.03206, section
5.3.2): outlines are decided there, and training lays its weight there too."""

OnStep = Callable[[int, int, Tensor], None]
"""(step, steps, clean (n,3,s,s) in -1..1 as guessed so far); may raise to stop."""


@dataclass(frozen=True)
class Sampling:
    """steps: how many. strength: 1 starts from noise, less from `start`. sampler: euler, heun."""

    steps: int = 16
    guidance_scale: float = 3.0
    sampler: str = "euler"
    strength: float = 1.0
    tile: Tile = "none"


@dataclass(frozen=True)
class Known:
    """start: (1 or n,3,s,s) in -1..1, the picture to refine or keep. mask: (1 or n,1,s,s), 1 =
    repaint; None repaints everything."""

    start: Tensor
    mask: Tensor | None = None


@dataclass(frozen=True)
class Sample:
    """picture: (n,3,s,s) in -1..1. alpha: (n,s,s) in 0..1, how much belongs to the subject."""

    picture: Tensor
    alpha: Tensor


@torch.inference_mode()
def sample(
    decoder: Decoder,
    condition: Condition,
    against: Condition,
    generators: list[Generator],
    sampling: Sampling,
    on_step: OnStep,
    known: Known | None = None,
) -> Sample:
    """One picture per generator; each depends on its own generator alone.

    condition: what to paint; against: what guidance turns away from (the negative prompt, or
    nothing at all).
    """
    n, size = len(generators), decoder.config.image_size
    device = next(decoder.parameters()).device
    noise = torch.cat([torch.randn(1, 3, size, size, generator=g) for g in generators]).to(device)
    hint = _hint(known, n, size, device)
    keep = _kept(known, n)
    times = _times(sampling)
    state = (
        noise
        if known is None
        else _at(known.start.to(device).expand(n, -1, -1, -1), noise, times[0])
    )
    set_tile(decoder, sampling.tile)
    try:
        alpha = torch.ones(n, size, size, device=device)
        for step, (now, after) in enumerate(pairwise(times), 1):
            guess = _Guess(decoder, condition, against, hint, sampling.guidance_scale)
            clean, alpha = guess(state, now)
            ahead = clean + (state - clean) * (after / now)
            if sampling.sampler == "heun" and after > 0:
                second, alpha = guess(ahead, after)
                slope = ((state - clean) / now + (ahead - second) / after) / 2
                ahead = state + (after - now) * slope
            state = ahead
            if keep is not None and known is not None:
                mask, start = keep.to(device), known.start.to(device)
                state = mask * state + (1 - mask) * _at(start.expand_as(state), noise, after)
            on_step(step, len(times) - 1, clean)
    finally:
        set_tile(decoder, "none")
    return Sample(state.clamp(-1, 1), alpha)


def _times(sampling: Sampling) -> list[float]:
    """From 1 (or the strength) down to 0, at least one step; closer together where noise rules."""
    strength = min(max(sampling.strength, 0.02), 1.0)
    steps = max(1, round(sampling.steps * strength))
    even = torch.linspace(strength / (SHIFT - (SHIFT - 1) * strength), 0, steps + 1)
    return [float(value) for value in SHIFT * even / (1 + (SHIFT - 1) * even)]


def _at(clean: Tensor, noise: Tensor, time: float) -> Tensor:
    return (1 - time) * clean + time * noise


def _kept(known: Known | None, n: int) -> Tensor | None:
    if known is None or known.mask is None:
        return None
    return known.mask.expand(n, -1, -1, -1)


def _hint(known: Known | None, n: int, size: int, device: torch.device) -> Tensor:
    """The four channels that tell the decoder what is known already."""
    if known is None or known.mask is None:
        nothing = torch.zeros(n, 3, size, size, device=device)
        return torch.cat([nothing, torch.ones(n, 1, size, size, device=device)], 1)
    mask = (known.mask.to(device) > 0).float().expand(n, -1, -1, -1)
    start = known.start.to(device).expand(n, -1, -1, -1)
    return torch.cat([start * (1 - mask), mask], 1)


@dataclass(frozen=True)
class _Guess:
    """The decoder with guidance: (noisy, time) → the clean picture and its alpha."""

    decoder: Decoder
    condition: Condition
    against: Condition
    hint: Tensor
    guidance_scale: float

    def __call__(self, noisy: Tensor, time: float) -> tuple[Tensor, Tensor]:
        out = self._run(noisy, time, self.condition)
        clean, alpha = out[:, :3], torch.sigmoid(out[:, 3])
        if self.guidance_scale != 1 and time <= GUIDE_BELOW:
            free = self._run(noisy, time, self.against)[:, :3]
            clean = free + self.guidance_scale * (clean - free)
        return clean.clamp(-1, 1), alpha

    def _run(self, noisy: Tensor, time: float, condition: Condition) -> Tensor:
        at = torch.full((len(noisy),), time, device=noisy.device)
        out: Tensor = self.decoder(noisy, at, self.hint, condition).float()
        return out


def without_condition(condition: Condition) -> Condition:
    """The same batch with text and embedding dropped, as trained with condition dropout."""
    off = torch.zeros_like(condition.has_text)
    return replace(condition, has_text=off, has_embedding=off)
