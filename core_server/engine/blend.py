"""Soft masks in latents: differential diffusion over any pipeline that calls back after steps.

Must not touch pixels: outside the mask the VAE still changes them slightly, and the caller
composites the result over the untouched original.

After Levin and Fried, "Differential Diffusion" (2023): a place with coverage c is released to
the model in the last c of the steps; until then it is held to the original at that noise level.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from core_server.engine.pipelines import Scheduler


@dataclass(frozen=True)
class Blend:
    """What holds the unmasked part in place.

    known: (N, C, h, w) latents of the original. noise: the same shape, the candidates' own
    first noise. mask: (1, 1, h, w) coverage in [0, 1]; 1 = repaint.
    """

    known: torch.Tensor
    noise: torch.Tensor
    mask: torch.Tensor


def held(
    blend: Blend, scheduler: Scheduler, latents: torch.Tensor, index: int, steps: int
) -> torch.Tensor:
    """The latents after step `index` of `steps`, with the original put back where it must hold.

    After the last step only what has no coverage at all is put back, free of noise.
    """
    if index + 1 < steps:
        # A run with strength below 1 uses the tail of the schedule.
        next_timestep = scheduler.timesteps[-steps:][index + 1 : index + 2]
        known = scheduler.add_noise(blend.known, blend.noise, next_timestep)
        free = blend.mask > 1 - (index + 1) / steps
    else:
        known, free = blend.known, blend.mask > 0
    return torch.where(free, latents, known.to(latents.dtype))
