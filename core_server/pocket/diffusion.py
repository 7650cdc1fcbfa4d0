"""Paints with the decoder: Euler or Heun steps on the rectified flow, guidance, known pixels.

noisy = (1 - t) * clean + t * noise (Liu et al. 2022, arXiv 2209.03003); classifier-free guidance
(Ho and Salimans 2022, arXiv 2207.12598). Knows no prompts and no files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import torch
from torch import Generator, Tensor

from core_server.pocket.decoder import Condition, Decoder, Tile, set_tile

GUIDE_BELOW = 0.98
"""Above this time a picture is all noise and guidance only overshoots."""

SHIFT = 3.0
"""How much closer the first times are together (Esser et al. 2024, arXiv 2403.03206, section
5.3.2): outlines are decided there, and training lays its weight there too."""

LOOK_AT = 0.12
"""The time at which a finished picture's alpha is clearest; hardly trained times are blurred."""

OnStep = Callable[[int, int, Tensor], None]
"""(step, steps, clean (n,3,s,s) in -1..1 as guessed so far); may raise to stop."""


@dataclass(frozen=True)
class Sampling:
    """steps: how many. strength: 1 starts from noise, less from `start`. sampler: euler, heun.

    size: (height, width); None = the square that the decoder was trained on. Others are sound
    only where the picture wraps around, so that the decoder cannot tell where a border is.
    """

    steps: int = 16
    guidance_scale: float = 3.0
    sampler: str = "euler"
    strength: float = 1.0
    tile: Tile = "none"
    size: tuple[int, int] | None = None


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
    on_step: OnStep | None = None,
    known: Known | None = None,
) -> Sample:
    """One picture per generator; each depends on its own generator alone.

    condition: what to paint; against: what guidance turns away from (the negative prompt, or
    nothing at all).
    """
    n, side = len(generators), decoder.config.image_size
    height, width = sampling.size or (side, side)
    device = next(decoder.parameters()).device
    noise = _noise(generators, height, width, device)
    hint = _hint(known, noise)
    keep = _kept(known, n)
    times = _times(sampling)
    state = (
        noise
        if known is None
        else _at(known.start.to(device).expand(n, -1, -1, -1), noise, times[0])
    )
    guess = _Guess(decoder, condition, against, hint, sampling.guidance_scale)
    set_tile(decoder, sampling.tile)
    try:
        alpha = torch.ones(n, height, width, device=device)
        for step, (now, after) in enumerate(pairwise(times), 1):
            state, clean, alpha = _step(guess, state, now, after, sampling.sampler)
            if keep is not None and known is not None:
                mask, start = keep.to(device), known.start.to(device)
                state = mask * state + (1 - mask) * _at(start.expand_as(state), noise, after)
            if on_step is not None:
                on_step(step, len(times) - 1, clean)
    finally:
        set_tile(decoder, "none")
    return Sample(state.clamp(-1, 1), alpha)


def _step(
    guess: _Guess, state: Tensor, now: float, after: float, sampler: str
) -> tuple[Tensor, Tensor, Tensor]:
    """From one time to the next: the state there, and the clean picture and alpha of the guess."""
    clean, alpha = guess(state, now)
    ahead = clean + (state - clean) * (after / now)
    if sampler == "heun" and after > 0:
        second, alpha = guess(ahead, after)
        slope = ((state - clean) / now + (ahead - second) / after) / 2
        ahead = state + (after - now) * slope
    return ahead, clean, alpha


@torch.inference_mode()
def alpha_of(
    decoder: Decoder,
    condition: Condition,
    picture: Tensor,
    generators: list[Generator],
    tile: Tile = "none",
) -> Tensor:
    """(n,h,w) in 0..1: how much of each finished (n,3,h,w) picture belongs to its subject.

    One more look of the decoder at what came out: the alpha it guessed on the way was that of a
    picture before guidance, and with few steps of one still noisy.
    """
    noise = _noise(generators, picture.shape[-2], picture.shape[-1], picture.device)
    set_tile(decoder, tile)
    try:
        guess = _Guess(decoder, condition, condition, _hint(None, noise), 1.0)
        return guess(_at(picture, noise, LOOK_AT), LOOK_AT)[1]
    finally:
        set_tile(decoder, "none")


def _noise(generators: list[Generator], height: int, width: int, device: torch.device) -> Tensor:
    drawn = [torch.randn(1, 3, height, width, generator=each) for each in generators]
    return torch.cat(drawn).to(device)


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


def _hint(known: Known | None, noise: Tensor) -> Tensor:
    """The four channels that tell the decoder what is known already."""
    n = len(noise)
    if known is None or known.mask is None:
        return torch.cat([torch.zeros_like(noise), torch.ones_like(noise[:, :1])], 1)
    mask = (known.mask.to(noise.device) > 0).float().expand(n, -1, -1, -1)
    start = known.start.to(noise.device).expand(n, -1, -1, -1)
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
        if self.guidance_scale == 1 or time > GUIDE_BELOW:
            out = self._run(noisy, time, self.hint, self.condition)
            return out[:, :3].clamp(-1, 1), torch.sigmoid(out[:, 3])
        out, free = self._run(torch.cat([noisy, noisy]), time, *self._both).chunk(2)
        clean = free[:, :3] + self.guidance_scale * (out[:, :3] - free[:, :3])
        return clean.clamp(-1, 1), torch.sigmoid(out[:, 3])

    @cached_property
    def _both(self) -> tuple[Tensor, Condition]:
        """Of both sides in one batch: a picture alone leaves most of the machine idle."""
        return torch.cat([self.hint, self.hint]), both(self.condition, self.against)

    def _run(self, noisy: Tensor, time: float, hint: Tensor, condition: Condition) -> Tensor:
        at = torch.full((len(noisy),), time, device=noisy.device)
        out: Tensor = self.decoder(noisy, at, hint, condition).float()
        return out


def both(first: Condition, second: Condition) -> Condition:
    """The two batches of conditions as one."""
    pairs = {name: (getattr(first, name), getattr(second, name)) for name in vars(first)}
    return Condition(**{name: torch.cat(pair) for name, pair in pairs.items()})


def without_condition(condition: Condition) -> Condition:
    """The same batch with text and embedding dropped, as trained with condition dropout."""
    off = torch.zeros_like(condition.has_text)
    return replace(condition, has_text=off, has_embedding=off)
