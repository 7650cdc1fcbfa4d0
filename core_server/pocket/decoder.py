"""The decoder of pocket: a UNet that paints 64x64 pixels from CLIP text tokens and embeddings.

It must not know about schedules, guidance or prompts: ``diffusion.py`` samples with it, ``train``
trains it. Shape of the system: unCLIP (Ramesh et al. 2022, arXiv 2204.06125); attention with the
context concatenated to keys and values follows GLIDE (Nichol et al. 2021, arXiv 2112.10741).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

Tile = Literal["none", "x", "y", "both"]
TILES: tuple[Tile, ...] = ("none", "x", "y", "both")


@dataclass(frozen=True)
class DecoderConfig:
    """Sizes of the decoder. ``channels`` run from the finest level to the coarsest."""

    image_size: int = 64
    patch: int = 2
    channels: tuple[int, ...] = (96, 128, 224, 256)
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    attention_levels: tuple[int, ...] = (1, 2, 3)
    head_width: int = 32
    condition_width: int = 256
    text_width: int = 192
    context_length: int = 24
    embedding_width: int = 256
    image_tokens: int = 3

    def to_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Condition:
    """What a picture is painted from.

    tokens: (n, context_length, text_width) states of the text tower; token_mask: (n,
    context_length) bool, True on real tokens; pooled: (n, embedding_width) unit text embedding;
    embedding: (n, embedding_width) unit image embedding z_i; has_text, has_embedding: (n,) bool,
    False where the condition is dropped.
    """

    tokens: Tensor
    token_mask: Tensor
    pooled: Tensor
    embedding: Tensor
    has_text: Tensor
    has_embedding: Tensor


class Conv3(nn.Conv2d):
    """3x3 convolution that pads with zeros or wraps around, per axis."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3, padding=1)
        self.tile: Tile = "none"

    def forward(self, input: Tensor) -> Tensor:
        if self.tile == "none":
            return super().forward(input)
        wrapped = wrap_pad(input, self.tile)
        return functional.conv2d(wrapped, self.weight, self.bias)


def wrap_pad(picture: Tensor, tile: Tile, width: int = 1) -> Tensor:
    """Pad (n,c,h,w) by ``width`` on each side: circular on the tiled axes, zero on the others."""
    across = "circular" if tile in ("x", "both") else "constant"
    down = "circular" if tile in ("y", "both") else "constant"
    padded = functional.pad(picture, (width, width, 0, 0), mode=across)
    return functional.pad(padded, (0, 0, width, width), mode=down)


def set_tile(module: nn.Module, tile: Tile) -> None:
    """Choose which axes every padded convolution below ``module`` wraps around on."""
    for part in module.modules():
        if isinstance(part, Conv3):
            part.tile = tile


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(channels // 16, channels)


class ResidualBlock(nn.Module):
    """Two convolutions with a scale and a shift from the condition between them (FiLM)."""

    def __init__(self, inputs: int, outputs: int, condition_width: int) -> None:
        super().__init__()
        self.norm1 = _norm(inputs)
        self.conv1 = Conv3(inputs, outputs)
        self.film = nn.Linear(condition_width, 2 * outputs)
        self.norm2 = _norm(outputs)
        self.conv2 = Conv3(outputs, outputs)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)

    def forward(self, picture: Tensor, condition: Tensor) -> Tensor:
        hidden = self.conv1(functional.silu(self.norm1(picture)))
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
        hidden = self.norm2(hidden) * (1 + scale) + shift
        changed: Tensor = self.skip(picture) + self.conv2(functional.silu(hidden))
        return changed


class ContextAttention(nn.Module):
    """Every pixel looks at every pixel and at every context token, in one attention."""

    def __init__(self, channels: int, context_width: int, head_width: int) -> None:
        super().__init__()
        self.heads = channels // head_width
        self.norm = _norm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.context = nn.Linear(context_width, 2 * channels)
        self.out = nn.Linear(channels, channels)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, picture: Tensor, context: Tensor) -> Tensor:
        n, channels, height, width = picture.shape
        flat = self.norm(picture).permute(0, 2, 3, 1).reshape(n, height * width, channels)
        query, key, value = self.qkv(flat).chunk(3, dim=-1)
        context_key, context_value = self.context(context).chunk(2, dim=-1)
        key, value = torch.cat([key, context_key], 1), torch.cat([value, context_value], 1)
        query, key, value = (
            part.reshape(n, -1, self.heads, channels // self.heads).transpose(1, 2)
            for part in (query, key, value)
        )
        # Two plain products: on CPUs the fused kernel's backward pass costs three times as much.
        weights = torch.softmax(query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5, dim=-1)
        mixed = weights @ value
        mixed = self.out(mixed.transpose(1, 2).reshape(n, height * width, channels))
        changed: Tensor = picture + mixed.reshape(n, height, width, channels).permute(0, 3, 1, 2)
        return changed


class Stage(nn.Module):
    """One residual block and, on the coarse levels, one attention."""

    def __init__(self, inputs: int, outputs: int, attends: bool, config: DecoderConfig) -> None:
        super().__init__()
        self.block = ResidualBlock(inputs, outputs, config.condition_width)
        self.attention = (
            ContextAttention(outputs, config.condition_width, config.head_width)
            if attends
            else None
        )

    def forward(self, picture: Tensor, condition: Tensor, context: Tensor) -> Tensor:
        picture = self.block(picture, condition)
        return picture if self.attention is None else self.attention(picture, context)


def _wave_features(time: Tensor, width: int) -> Tensor:
    rates = torch.exp(
        torch.linspace(0.0, math.log(200.0), width // 2, device=time.device, dtype=torch.float32)
    )
    angles = time.float()[:, None] * rates * math.pi
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Conditioner(nn.Module):
    """Turns time and :class:`Condition` into one vector per picture and a row of context tokens."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        width, z_width = config.condition_width, config.embedding_width
        self.width, self.image_tokens = width, config.image_tokens
        self.time = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.pooled = nn.Linear(z_width, width)
        self.embedding = nn.Linear(z_width, width)
        self.text = nn.Linear(config.text_width, width)
        self.tokens = nn.Linear(z_width, config.image_tokens * width)
        self.pad = nn.Parameter(torch.randn(config.context_length, width) * 0.5)
        self.no_text = nn.Parameter(torch.randn(width) * 0.1)
        self.no_embedding = nn.Parameter(torch.randn(width) * 0.1)
        self.no_tokens = nn.Parameter(torch.randn(config.image_tokens, width) * 0.5)
        self.out = nn.SiLU()

    def forward(self, time: Tensor, condition: Condition) -> tuple[Tensor, Tensor]:
        n = time.shape[0]
        scale = math.sqrt(condition.embedding.shape[1])
        text_on, z_on = condition.has_text[:, None], condition.has_embedding[:, None]
        vector = self.time(_wave_features(time, self.width).to(self.pad.dtype))
        vector = vector + torch.where(text_on, self.pooled(condition.pooled * scale), self.no_text)
        vector = vector + torch.where(
            z_on, self.embedding(condition.embedding * scale), self.no_embedding
        )
        shown = (condition.token_mask & text_on)[..., None]
        words = torch.where(shown, self.text(condition.tokens), self.pad)
        seen = self.tokens(condition.embedding * scale).reshape(n, self.image_tokens, self.width)
        seen = torch.where(z_on[..., None], seen, self.no_tokens)
        return self.out(vector), torch.cat([words, seen.to(words.dtype)], dim=1)


class Decoder(nn.Module):
    """Predicts the clean picture and its alpha from a noisy one.

    forward(noisy (n,3,s,s), time (n,), known (n,4,s,s), condition) -> (n,4,s,s): the clean picture
    in -1..1 and an alpha logit. ``known`` is the picture with the region to repaint set to 0, and
    the mask (1 = repaint); all zeros and mask 1 where nothing is known.
    """

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.config = config
        widths, patches = config.channels, config.patch * config.patch
        self.conditioner = Conditioner(config)
        self.stem = Conv3(7 * patches, widths[0])
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.grow = nn.ModuleList(), nn.ModuleList()
        width, skips = widths[0], [widths[0]]
        last = len(widths) - 1
        for level, (size, count) in enumerate(zip(widths, config.blocks, strict=True)):
            stages = nn.ModuleList()
            for index in range(count):
                attends = level in config.attention_levels and index == count - 1
                stages.append(Stage(width, size, attends, config))
                width = size
                skips.append(width)
            self.down.append(stages)
            if level < last:
                self.shrink.append(nn.Conv2d(width, widths[level + 1], 2, stride=2))
                width = widths[level + 1]
                skips.append(width)
        self.middle = Stage(width, width, True, config)
        for level in reversed(range(len(widths))):
            stages = nn.ModuleList()
            for index in range(config.blocks[level] + 1):
                attends = level in config.attention_levels and index == config.blocks[level]
                stages.append(Stage(width + skips.pop(), widths[level], attends, config))
                width = widths[level]
            self.up.append(stages)
            if level > 0:
                self.grow.append(nn.Conv2d(width, widths[level - 1], 1))
                width = widths[level - 1]
        self.norm = _norm(width)
        self.head = Conv3(width, 4 * patches)
        nn.init.zeros_(self.head.weight)

    def forward(self, noisy: Tensor, time: Tensor, known: Tensor, condition: Condition) -> Tensor:
        vector, context = self.conditioner(time, condition)
        picture = functional.pixel_unshuffle(torch.cat([noisy, known], 1), self.config.patch)
        picture = self.stem(picture.contiguous(memory_format=torch.channels_last))
        skips = [picture]
        for level, stages in enumerate(self.down):
            for stage in stages.children():
                picture = stage(picture, vector, context)
                skips.append(picture)
            if level < len(self.shrink):
                picture = self.shrink[level](picture)
                skips.append(picture)
        picture = self.middle(picture, vector, context)
        for level, stages in enumerate(self.up):
            for stage in stages.children():
                picture = stage(torch.cat([picture, skips.pop()], 1), vector, context)
            if level < len(self.grow):
                picture = functional.interpolate(self.grow[level](picture), scale_factor=2.0)
        picture = self.head(functional.silu(self.norm(picture)))
        return functional.pixel_shuffle(picture, self.config.patch)
