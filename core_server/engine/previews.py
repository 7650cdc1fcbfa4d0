"""Small pictures of a run in progress: latents to RGB by one matrix, fitted on the VAE itself.

Must not be used for results: a preview has an eighth of the side and no detail.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # PyTorch's own name for it
from numpy.typing import NDArray

from core_server.engine.latents import LATENT_SCALE, decode
from core_server.engine.pipelines import Autoencoder, Scheduler

_FIT_SHAPE = (4, 16, 16)
_FIT_BLOBS = 5


def fit_matrix(vae: Autoencoder) -> torch.Tensor:
    """(C + 1, 3) matrix from a latent and a constant 1 to RGB in [0, 1], by least squares.

    Fitted on a few decoded fields of smooth random latents: fixed seed, so always the same.
    """
    count, *size = _FIT_SHAPE
    channels = vae.config.latent_channels
    blobs = torch.randn((count, channels, _FIT_BLOBS, _FIT_BLOBS), generator=_fixed())
    latents = F.interpolate(blobs, size, mode="bicubic")
    pixels = torch.cat([decode(vae, field[None]).cpu() for field in latents])
    small = F.avg_pool2d(pixels, LATENT_SCALE)
    known = torch.cat([_with_constant(field) for field in latents])
    seen = torch.cat([field.flatten(1).T for field in small])
    matrix: torch.Tensor = torch.linalg.lstsq(known, seen).solution
    return matrix


def _fixed() -> torch.Generator:
    return torch.Generator("cpu").manual_seed(0)


def _with_constant(latents: torch.Tensor) -> torch.Tensor:
    """(h * w, C + 1) rows of a (C, h, w) field."""
    rows = latents.flatten(1).T
    return torch.cat([rows, torch.ones(len(rows), 1)], dim=1)


def to_rgb(latents: torch.Tensor, matrix: torch.Tensor) -> NDArray[np.uint8]:
    """(h, w, 3) 8-bit preview of (C, h, w) latents."""
    height, width = latents.shape[1:]
    rgb = _with_constant(latents.float().cpu()) @ matrix
    picture: NDArray[np.uint8] = rgb.clamp(0, 1).mul(255).round().byte().numpy()
    return picture.reshape(height, width, 3)


def watch_denoised(scheduler: Scheduler) -> Callable[[], torch.Tensor | None]:
    """Asks a scheduler for its latest guess of the finished latents (N, C, h, w), if it has one.

    The latents between steps still carry noise, which would drown a preview. Multistep samplers
    keep their guess; the others return it beside the next latents.
    """
    latest: list[torch.Tensor] = []
    step = scheduler.step

    # wraps: pipelines look at the signature of `step` to decide what they pass.
    @functools.wraps(step)
    def watched(*arguments: object, **options: object) -> object:
        result = step(*arguments, **options)
        if isinstance(result, tuple) and len(result) > 1:
            latest[:] = [result[1]]
        return result

    scheduler.step = watched

    def denoised() -> torch.Tensor | None:
        kept = getattr(scheduler, "model_outputs", None)
        if kept and isinstance(kept[-1], torch.Tensor):
            return kept[-1]
        return latest[0] if latest else None

    return denoised
