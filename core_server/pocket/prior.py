"""The prior of pocket: from a prompt's CLIP text embedding to a CLIP image embedding.

A residual MLP trained by flow matching (Lipman et al. 2023, arXiv 2210.02747) takes the place of
unCLIP's transformer prior (Ramesh et al. 2022, arXiv 2204.06125, section 2.2). Knows no pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class PriorConfig:
    embedding_width: int = 256
    width: int = 384
    blocks: int = 4


class PriorBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.film = nn.Linear(width, 2 * width)
        last = nn.Linear(2 * width, width)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.mix = nn.Sequential(nn.Linear(width, 2 * width), nn.SiLU(), last)

    def forward(self, state: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.film(condition).chunk(2, dim=-1)
        mixed: Tensor = self.mix(self.norm(state) * (1 + scale) + shift)
        return state + mixed


class Prior(nn.Module):
    """forward(noisy (n,d), time (n,), text (n,d), has_text (n,)) -> (n,d): the clean embedding.

    Embeddings are scaled by sqrt(d), so that each entry has about unit variance.
    """

    def __init__(self, config: PriorConfig) -> None:
        super().__init__()
        self.config = config
        d, width = config.embedding_width, config.width
        self.input = nn.Linear(d, width)
        self.text = nn.Linear(d, width)
        self.no_text = nn.Parameter(torch.zeros(width))
        self.time = nn.Sequential(nn.Linear(64, width), nn.SiLU(), nn.Linear(width, width))
        self.blocks = nn.ModuleList(PriorBlock(width) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, d)
        self.direct = nn.Linear(d, d)

    def forward(self, noisy: Tensor, time: Tensor, text: Tensor, has_text: Tensor) -> Tensor:
        rates = torch.exp(torch.linspace(0, math.log(100), 32, device=time.device))
        angles = time[:, None] * rates * math.pi
        said = torch.where(has_text[:, None], self.text(text), self.no_text)
        condition = functional.silu(said + self.time(torch.cat([angles.sin(), angles.cos()], -1)))
        state = self.input(noisy) + said
        for block in self.blocks:
            state = block(state, condition)
        clean: Tensor = self.out(self.norm(state)) + self.direct(text) * has_text[:, None]
        return clean


@torch.no_grad()
def sample_prior(
    prior: Prior,
    text: Tensor,
    generators: list[Generator],
    *,
    guidance_scale: float = 2.0,
    steps: int = 16,
) -> Tensor:
    """(n,d) unit image embeddings for (n,d) unit text embeddings; one generator for each.

    Candidate i depends on its own generator alone. Euler steps on the flow, as in `diffusion`.
    """
    d = text.shape[1]
    root = math.sqrt(d)
    state = torch.cat([torch.randn(1, d, generator=g) for g in generators]).to(text.device)
    scaled = text * root
    yes = torch.ones(len(text), dtype=torch.bool, device=text.device)
    times = torch.linspace(1, 0, steps + 1).tolist()
    for now, after in pairwise(times):
        at = torch.full((len(text),), now, device=text.device)
        clean = prior(state, at, scaled, yes)
        if guidance_scale != 1:
            free = prior(state, at, scaled, ~yes)
            clean = free + guidance_scale * (clean - free)
        state = clean + (state - clean) * (after / now)
    return functional.normalize(state, dim=-1)
