"""What vary and mix do to CLIP image embeddings (unit vectors).

Variations and interpolations follow unCLIP (Ramesh et al. 2022, arXiv 2204.06125, section 3).
"""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

FREE_ANGLE = math.radians(75)
"""How far `variation` 1 turns an embedding; two unrelated pictures are about that far apart."""


def slerp(first: Tensor, second: Tensor, weight: float) -> Tensor:
    """Spherical interpolation of (…, d) unit vectors; 0 = first, 1 = second (Shoemake 1985)."""
    cosine = (first * second).sum(-1, keepdim=True).clamp(-1, 1)
    angle = torch.acos(cosine)
    if bool((angle < 1e-4).all()):
        return first
    part = torch.sin((1 - weight) * angle) * first + torch.sin(weight * angle) * second
    return functional.normalize(part, dim=-1)


def vary(embedding: Tensor, variation: float, generators: list[Generator]) -> Tensor:
    """(n, d) unit vectors near one (d,) embedding, or near n of them, one per generator.

    Each is turned by `variation` × FREE_ANGLE towards a random direction; 0 leaves it as it is.
    """
    d = embedding.shape[-1]
    noise = torch.cat([torch.randn(1, d, generator=g) for g in generators]).to(embedding.device)
    tangent = noise - (noise * embedding).sum(-1, keepdim=True) * embedding
    tangent = functional.normalize(tangent, dim=-1)
    # Random directions are harmless in high dimensions, so the angle may not grow linearly.
    angle = variation**2 * FREE_ANGLE
    return math.cos(angle) * embedding + math.sin(angle) * tangent
