"""Pocket's networks in a size for tests, with random weights everywhere."""

from __future__ import annotations

from functools import cache

import torch
from torch import Generator

from core_server.pocket.clip import ClipConfig
from core_server.pocket.decoder import Decoder, DecoderConfig
from core_server.pocket.prior import PriorConfig
from core_server.pocket.superres import SuperResolutionConfig

CLIP = ClipConfig(
    embed_dim=16,
    vision_width=32,
    vision_layers=1,
    head_width=16,
    text_width=32,
    text_layers=1,
    context_length=8,
    table_width=4,
)
DECODER = DecoderConfig(
    channels=(16, 32),
    blocks=(1, 1),
    attention_levels=(1,),
    head_width=16,
    condition_width=16,
    text_width=CLIP.text_width,
    context_length=CLIP.context_length,
    embedding_width=CLIP.embed_dim,
    image_tokens=1,
)
PRIOR = PriorConfig(embedding_width=CLIP.embed_dim, width=16, blocks=1)
SUPERRES = SuperResolutionConfig(width=8, layers=2)


def lively(network: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """Random weights everywhere, also where a fresh network begins with zeros."""
    draw = Generator().manual_seed(seed)
    with torch.no_grad():
        for value in network.parameters():
            value.copy_(torch.randn(value.shape, generator=draw) * 0.15)
    return network.eval().requires_grad_(False)


@cache
def decoder() -> Decoder:
    found = lively(Decoder(DECODER))
    assert isinstance(found, Decoder)
    return found
