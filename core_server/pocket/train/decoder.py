"""Trains pocket's decoder on captioned pictures, their CLIP embeddings and random masks.

It must not be needed to paint. x0-prediction on the rectified-flow path (Liu et al. 2022,
arXiv 2209.03003): noisy = (1 - t) * clean + t * noise; condition dropout as in unCLIP.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from core_server.pocket.clip import (
    CLIP,
    ClipConfig,
    TextReading,
    Tokenizer,
    build_clip,
    read_images,
    read_text,
)
from core_server.pocket.data.dataset import load_dataset
from core_server.pocket.decoder import Condition, Decoder, DecoderConfig
from core_server.pocket.train.feed import Pictures, feed
from core_server.pocket.train.grid import save_grid
from core_server.pocket.train.helper import Helper, Losses
from core_server.pocket.train.run import (
    Average,
    Clock,
    RunOptions,
    compiled,
    gradient_norm,
    prepare,
    restore,
    save,
    to_signed,
)

MASKED_SHARE = 0.35
TEXT_ONLY, Z_ONLY, NEITHER = 0.15, 0.15, 0.10
SMALLEST_TIME, LARGEST_WEIGHT = 0.25, 16.0
TIME_CENTRE = 1.4
"""Mean of the times' logits. At 64 px a picture's outlines are decided where nearly all is noise
(Esser et al. 2024, arXiv 2403.03206, section 5.3.2), so most lessons are about those times."""

Z_NOISE = 0.5
ALPHA_WEIGHT = 0.1
SAVE_EVERY_S = 240.0
DECAY = 0.25
LONGEST_AVERAGE = 0.9998


@dataclass(frozen=True)
class Lesson:
    """One batch on the device: clean (n,3,s,s) in -1..1, alpha (n,s,s) in 0..1, condition."""

    clean: Tensor
    alpha: Tensor
    condition: Condition


def load_clip(folder: Path, device: str) -> tuple[CLIP, Tokenizer]:
    """The averaged CLIP of a finished run, frozen."""
    found = restore(folder / "clip.pt")
    if found is None:
        raise FileNotFoundError(f"{folder} has no clip.pt: train the CLIP first")
    config = ClipConfig(**found["config"])
    clip = build_clip(config, factorised=True)
    clip.load_state_dict(found["average"])
    return clip.eval().requires_grad_(False).to(device), Tokenizer(config.context_length)


@torch.no_grad()
def make_lesson(clip: CLIP, pictures: Pictures) -> Lesson:
    """Pictures, and what the frozen CLIP says of them and of their captions."""
    clean = to_signed(pictures.rgb)
    device = clean.device
    with torch.autocast(device.type, torch.bfloat16):
        text: TextReading = read_text(clip, pictures.ids)
        embedding = read_images(clip, clean)
    n = len(clean)
    # The prior's embeddings are not exact, so the decoder learns on inexact ones.
    noise = torch.randn_like(embedding) * embedding.shape[1] ** -0.5
    embedding = functional.normalize(
        embedding + Z_NOISE * torch.rand(n, 1, device=device) ** 2 * noise, dim=-1
    )
    draw = torch.rand(n, device=device)
    has_text = ~((draw >= TEXT_ONLY) & (draw < TEXT_ONLY + Z_ONLY + NEITHER))
    has_embedding = ~((draw < TEXT_ONLY) | _between(draw, TEXT_ONLY + Z_ONLY, NEITHER))
    condition = Condition(
        text.tokens.float(), text.mask, text.pooled, embedding, has_text, has_embedding
    )
    return Lesson(clean, pictures.alpha.float() / 255, condition)


def _between(draw: Tensor, start: float, width: float) -> Tensor:
    return (draw >= start) & (draw < start + width)


def random_masks(n: int, size: int, device: str) -> Tensor:
    """(n,1,s,s) of 0 and 1 (1 = repaint): boxes, soft blobs cut at a level, half planes."""
    grid = torch.linspace(-1, 1, size, device=device)
    centre = torch.rand(n, 2, 1, 1, device=device) * 1.4 - 0.7
    half = torch.rand(n, 2, 1, 1, device=device) * 0.6 + 0.2
    across = (grid[None, None, :] - centre[:, 0]).abs() < half[:, 0]
    down = (grid[None, :, None] - centre[:, 1]).abs() < half[:, 1]
    box = across & down
    waves = torch.randn(n, 1, 5, 5, device=device)
    field = functional.interpolate(waves, size=(size, size), mode="bicubic")[:, 0]
    blob = field > torch.rand(n, 1, 1, device=device) - 0.3
    turn = torch.rand(n, 1, 1, device=device) * 6.2832
    plane = grid[None, None, :] * turn.cos() + grid[None, :, None] * turn.sin() > 0
    kind = torch.rand(n, 1, 1, device=device)
    mask = torch.where(kind < 0.45, box, torch.where(kind < 0.8, blob, plane))
    return mask[:, None].float()


def decoder_loss(decoder: Decoder, lesson: Lesson) -> Losses:
    clean = lesson.clean
    n, device = len(clean), clean.device
    time_ = torch.sigmoid(torch.randn(n, device=device) + TIME_CENTRE)
    at = time_[:, None, None, None]
    noisy = (1 - at) * clean + at * torch.randn_like(clean)
    mask = random_masks(n, clean.shape[-1], str(device))
    mask = torch.where(torch.rand(n, 1, 1, 1, device=device) < MASKED_SHARE, mask, 1.0)
    known = torch.cat([clean * (1 - mask), mask], 1)
    with torch.autocast(device.type, torch.bfloat16):
        out = decoder(noisy, time_, known, lesson.condition).float()
    weight = (1 / time_.clamp(min=SMALLEST_TIME) ** 2).clamp(max=LARGEST_WEIGHT)
    error = ((out[:, :3] - clean) ** 2).mean((1, 2, 3))
    alpha = functional.binary_cross_entropy_with_logits(out[:, 3], lesson.alpha)
    return {"picture": (weight * error).mean(), "alpha": ALPHA_WEIGHT * alpha}


def learn(decoder: Decoder, options: RunOptions, seed: int) -> Iterator[Losses]:
    """Endlessly: the losses of one fresh batch, whose gradients are in `decoder` by then."""
    clip, tokenizer = load_clip(options.folder, options.device)
    network, read = compiled(decoder, options.device), compiled(clip, options.device)
    data, length = load_dataset(options.data), tokenizer.context_length
    for pictures in feed(data, length, options.batch, seed, options.device, options.processes):
        losses = decoder_loss(network, make_lesson(read, pictures))
        torch.autograd.backward(sum(losses.values(), torch.zeros((), device=options.device)))
        yield losses


def train(options: RunOptions, config: DecoderConfig) -> None:
    """Train for the time budget; `decoder.pt` is written every few minutes and gone on from.

    Beside it lies `decoder-SAMPLES.png`, what the average of the weights paints by then.
    """
    path = options.folder / "decoder.pt"
    state = _start(path, config, options)
    seed = options.seed + state.step
    prepare(options, seed)
    decay = DECAY if options.decay is None else options.decay
    clock = Clock(options.seconds, 200 if state.step == 0 else 20, decay, options.learning_rate)
    helpers = [
        Helper(state.decoder, learn, options, seed + number + 1)
        for number in range(options.helpers)
    ]
    started, begun, saved, shown = time.monotonic(), state.samples, time.monotonic(), 0.0
    running: Losses = {}
    for losses in learn(state.decoder, options, seed):
        rate = clock.rate(state.step)
        state.advance(options.batch, rate)
        for helper in helpers:
            if helper.take():
                state.advance(options.batch, rate)
        for name, value in losses.items():
            running[name] = torch.lerp(running.get(name, value.detach()), value.detach(), 0.02)
        if time.monotonic() - shown > 20:
            shown = time.monotonic()
            speed = (state.samples - begun) / (time.monotonic() - started)
            text = " ".join(f"{name} {value.item():.4f}" for name, value in running.items())
            print(f"step {state.step} samples {state.samples} {text} {speed:.0f} img/s", flush=True)
        if time.monotonic() - saved > SAVE_EVERY_S or clock.over:
            saved = time.monotonic()
            save(path, state.content())
            save_grid(options.folder, f"decoder-{state.samples}.png", options.device)
        if clock.over:
            return


@dataclass
class _State:
    """All that a training is gone on from."""

    decoder: Decoder
    optimiser: torch.optim.Optimizer
    average: Average
    step: int = 0
    samples: int = 0

    def advance(self, batch: int, rate: float) -> None:
        """One step of the optimiser along the gradients that a batch of that size left."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        gradient_norm(self.decoder, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.average.update(self.decoder, self.step)
        self.step, self.samples = self.step + 1, self.samples + batch

    def content(self) -> dict[str, object]:
        return {
            "network": self.decoder.state_dict(),
            "average": self.average.state,
            "optimiser": self.optimiser.state_dict(),
            "config": asdict(self.decoder.config),
            "step": self.step,
            "samples": self.samples,
        }


def _start(path: Path, config: DecoderConfig, options: RunOptions) -> _State:
    """A fresh decoder, or the checkpoint's; one that was unpacked has no optimiser yet."""
    found = None if options.fresh else restore(path)
    if found is not None:
        config = DecoderConfig(**found["config"])
    decoder = Decoder(config).to(options.device)
    if found is not None:
        decoder.load_state_dict(found["network"])
    decoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in its stubs
    kept = None if found is None else found["average"]
    average = Average(decoder, LONGEST_AVERAGE, kept)
    optimiser = torch.optim.AdamW(
        decoder.parameters(), lr=1e-4, betas=(0.9, 0.99), weight_decay=0.01, fused=True
    )
    if found is None:
        return _State(decoder, optimiser, average)
    if "optimiser" in found:
        optimiser.load_state_dict(found["optimiser"])
    return _State(
        decoder,
        optimiser,
        average,
        int(found["step"]),
        int(found["samples"]),
    )
