"""Pixels to latents and back, and how a picture or a mask is fitted for it.

Must not know tasks or samplers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # PyTorch's own name for it
from numpy.typing import NDArray

from core_server.engine.interface import FloatImage, FloatMask
from core_server.engine.pipelines import Autoencoder

LATENT_SCALE = 8
"""Pixels per latent along each axis."""


@contextmanager
def precise(vae: Autoencoder) -> Iterator[None]:
    """The VAE in float32 where its 16-bit form is known to overflow (`force_upcast`)."""
    dtype = vae.dtype
    if dtype != torch.float16 or not vae.config.force_upcast:
        yield
        return
    vae.to(dtype=torch.float32)
    try:
        yield
    finally:
        vae.to(dtype=dtype)


def encode(vae: Autoencoder, pixels: torch.Tensor) -> torch.Tensor:
    """Latents (N, C, H/8, W/8) of pixels (N, 3, H, W) in [0, 1]; the mode, so nothing is drawn."""
    dtype = vae.dtype
    with torch.no_grad(), precise(vae):
        raw = vae.encode((pixels * 2 - 1).to(vae.device, vae.dtype)).latent_dist.mode()
        mean, spread = _statistics(vae, raw)
        return ((raw - mean) / spread).to(dtype)


def decode(vae: Autoencoder, latents: torch.Tensor) -> torch.Tensor:
    """Pixels (N, 3, H, W) in [0, 1], float32, of latents (N, C, H/8, W/8)."""
    with torch.no_grad(), precise(vae):
        scaled = latents.to(vae.device, vae.dtype)
        mean, spread = _statistics(vae, scaled)
        return (vae.decode(scaled * spread + mean).sample.float() / 2 + 0.5).clamp(0, 1)


def _statistics(vae: Autoencoder, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and spread that turn the VAE's own latents into those the network was trained on."""
    config = vae.config
    mean = like.new_tensor([0.0] if config.latents_mean is None else config.latents_mean)
    spread = like.new_tensor([1.0] if config.latents_std is None else config.latents_std)
    return mean.view(1, -1, 1, 1), spread.view(1, -1, 1, 1) / config.scaling_factor


def to_pixels(image: FloatImage) -> torch.Tensor:
    """(1, 3, H, W) of an (H, W, 3) picture."""
    return torch.from_numpy(np.ascontiguousarray(image[..., :3])).permute(2, 0, 1)[None]


def to_image(pixels: torch.Tensor) -> FloatImage:
    """The (H, W, 3) picture of (1, 3, H, W) pixels."""
    return np.ascontiguousarray(pixels[0].permute(1, 2, 0).cpu().numpy())


def latent_mask(mask: FloatMask) -> torch.Tensor:
    """(1, 1, H/8, W/8) of an (H, W) mask: the highest coverage under each latent.

    The highest, so that a pixel with coverage 1 is repainted wholly; what this repaints outside
    of the mask, the caller's compositing takes away again.
    """
    pixels = torch.from_numpy(np.ascontiguousarray(mask))[None, None].clamp(0, 1)
    return F.max_pool2d(pixels, LATENT_SCALE)


def cover(image: NDArray[np.float32], width: int, height: int) -> FloatImage:
    """The picture scaled to fill width x height, what stands out cut off evenly."""
    rows, columns = image.shape[:2]
    scale = max(width / columns, height / rows)
    size = (max(height, round(rows * scale)), max(width, round(columns * scale)))
    scaled = to_pixels(image)
    if size != (rows, columns):
        scaled = F.interpolate(scaled, size, mode="bicubic", antialias=True).clamp(0, 1)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    return to_image(scaled[..., top : top + height, left : left + width])
