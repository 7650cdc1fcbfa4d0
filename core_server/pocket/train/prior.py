"""Trains pocket's prior on pairs of CLIP embeddings, text to image, of the frozen CLIP."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from itertools import islice

import torch
from torch import Tensor
from torch.nn import functional

from core_server.pocket.clip import read_images, read_text
from core_server.pocket.data.dataset import load_dataset
from core_server.pocket.prior import Prior, PriorConfig, sample_prior
from core_server.pocket.train.decoder import load_clip
from core_server.pocket.train.feed import feed
from core_server.pocket.train.run import Average, Clock, RunOptions, prepare, save, to_signed

PAIRS = 60_000
DROP_TEXT = 0.1
DECAY = 0.5
_BATCH = 512


@torch.no_grad()
def embed_pairs(options: RunOptions, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """(count, d) text and (count, d) image embeddings of fresh training pictures."""
    clip, tokenizer = load_clip(options.folder, options.device)
    data, length = load_dataset(options.data), tokenizer.context_length
    drawn = feed(data, length, _BATCH, seed, options.device, options.processes)
    texts, images = [], []
    for pictures in islice(drawn, -(-count // _BATCH)):
        with torch.autocast(torch.device(options.device).type, torch.bfloat16):
            texts.append(read_text(clip, pictures.ids).pooled)
            images.append(read_images(clip, to_signed(pictures.rgb)))
    return torch.cat(texts)[:count], torch.cat(images)[:count]


def prior_loss(prior: Prior, text: Tensor, image: Tensor) -> Tensor:
    n, d = text.shape
    root = math.sqrt(d)
    at = torch.sigmoid(torch.randn(n, device=text.device) + 0.3)
    clean = image * root
    noisy = (1 - at[:, None]) * clean + at[:, None] * torch.randn_like(clean)
    has_text = torch.rand(n, device=text.device) >= DROP_TEXT
    guess = prior(noisy, at, text * root, has_text)
    weight = (1 / at.clamp(min=0.25) ** 2)[:, None]
    loss: Tensor = (weight * (guess - clean) ** 2).mean()
    return loss


def train(options: RunOptions, config: PriorConfig, pairs: int = PAIRS) -> None:
    prepare(options, options.seed)
    text, image = embed_pairs(options, pairs, options.seed)
    probe_text, probe_image = embed_pairs(options, 512, options.seed + 1)
    print(f"{len(text)} pairs ready", flush=True)
    prior = Prior(config).to(options.device)
    average, step = Average(prior, 0.999), 0
    optimiser = torch.optim.AdamW(prior.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
    decay = DECAY if options.decay is None else options.decay
    clock, shown = Clock(options.seconds, 100, decay, options.learning_rate), time.monotonic()
    while not clock.over:
        for group in optimiser.param_groups:
            group["lr"] = clock.rate(step)
        rows = torch.randint(len(text), (options.batch,), device=options.device)
        loss = prior_loss(prior, text[rows], image[rows])
        torch.autograd.backward(loss)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average.update(prior, step)
        step += 1
        if time.monotonic() - shown > 20 or clock.over:
            shown = time.monotonic()
            trial = Prior(config).to(options.device)
            trial.load_state_dict(average.state)
            near = {g: agreement(trial, probe_text, probe_image, g) for g in (1.0, 2.0, 3.0)}
            print(f"step {step} loss {loss.item():.3f} cosine by guidance {near}", flush=True)
    save(
        options.folder / "prior.pt",
        {"average": average.state, "config": asdict(config), "step": step},
    )


@torch.no_grad()
def agreement(prior: Prior, text: Tensor, image: Tensor, guidance_scale: float) -> float:
    """Mean cosine of sampled and true image embeddings."""
    draws = [torch.Generator().manual_seed(n) for n in range(len(text))]
    guess = sample_prior(prior, text, draws, guidance_scale=guidance_scale)
    return round(float(functional.cosine_similarity(guess, image).mean()), 3)
