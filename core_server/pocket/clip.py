"""Pocket's CLIP: an open_clip ``CLIP`` of 64-pixel pictures and short prompts, and its tokens.

It must not train (see ``train/clip.py``) and must not know the decoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from core_server.engine import torchvision_shim

torchvision_shim.install()

from open_clip.model import CLIP as CLIP  # noqa: E402  (the shim must come first)
from open_clip.model import CLIPTextCfg, CLIPVisionCfg  # noqa: E402  (the shim must come first)
from open_clip.tokenizer import SimpleTokenizer  # noqa: E402  (the shim must come first)

VOCABULARY = 49408
START_TOKEN, END_TOKEN = 49406, 49407


@dataclass(frozen=True)
class ClipConfig:
    """Sizes of both towers; ``table_width`` is the inner width of the factorised token table."""

    embed_dim: int = 256
    image_size: int = 64
    patch: int = 8
    vision_width: int = 192
    vision_layers: int = 6
    head_width: int = 48
    text_width: int = 192
    text_layers: int = 3
    text_heads: int = 4
    context_length: int = 24
    table_width: int = 96


@dataclass(frozen=True)
class TextReading:
    """What the text tower makes of n prompts.

    tokens: (n, context_length, text_width) states; mask: (n, context_length) bool, True up to the
    end token; pooled: (n, embed_dim) unit vectors.
    """

    tokens: Tensor
    mask: Tensor
    pooled: Tensor


class FactorisedEmbedding(nn.Module):
    """Token table as the product of a (vocabulary, inner) table and an (inner, width) projection.

    The table starts from a sentence encoder, so that words never trained on start near their
    synonyms.
    """

    def __init__(self, config: ClipConfig) -> None:
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, config.table_width)
        self.table.weight.requires_grad_(False)
        self.project = nn.Linear(config.table_width, config.text_width, bias=False)
        # open_clip asks its token embedding for this.
        self.weight = self.project.weight

    def forward(self, tokens: Tensor) -> Tensor:
        return cast(Tensor, self.project(self.table(tokens)))


def build_clip(config: ClipConfig, *, factorised: bool = False) -> CLIP:
    """A CLIP with random weights.

    ``factorised`` keeps the token table as two factors, for training.
    """
    clip = CLIP(
        embed_dim=config.embed_dim,
        vision_cfg=CLIPVisionCfg(
            image_size=config.image_size,
            patch_size=config.patch,
            width=config.vision_width,
            layers=config.vision_layers,
            head_width=config.head_width,
        ),
        text_cfg=CLIPTextCfg(
            context_length=config.context_length,
            vocab_size=VOCABULARY,
            width=config.text_width,
            heads=config.text_heads,
            layers=config.text_layers,
        ),
    )
    if factorised:
        clip.token_embedding = FactorisedEmbedding(config)
    return clip


def merge_table(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """State of a factorised CLIP as that of a plain one: the two factors multiplied."""
    merged = {
        name: value for name, value in state.items() if not name.startswith("token_embedding.")
    }
    table = state["token_embedding.table.weight"].float()
    merged["token_embedding.weight"] = table @ state["token_embedding.project.weight"].float().T
    return merged


def causal_mask(context_length: int) -> Tensor:
    """(context_length, context_length): added to attention, so that no token sees later ones.

    A CLIP built without memory lacks it, because its state does not hold it.
    """
    return torch.full((context_length, context_length), float("-inf")).triu(1)


class Tokenizer:
    """open_clip's byte-pair tokenizer at pocket's context length."""

    def __init__(self, context_length: int) -> None:
        self.context_length = context_length
        self._tokenizer = SimpleTokenizer(context_length=context_length)

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """(n, context_length) int64 ids; longer prompts are cut, keeping the end token."""
        if not texts:
            raise ValueError("texts is empty: give at least one prompt")
        return cast(Tensor, self._tokenizer(list(texts)))

    def words(self) -> list[str]:
        """The text of every vocabulary entry, in id order; word ends carry a trailing space."""
        decoder: dict[int, str] = self._tokenizer.decoder
        bytes_of: dict[str, int] = self._tokenizer.byte_decoder
        found = []
        for index in range(VOCABULARY):
            entry = decoder[index]
            ends = entry.endswith("</w>")
            raw = bytearray(bytes_of.get(letter, 32) for letter in entry.removesuffix("</w>"))
            found.append(raw.decode("utf-8", errors="replace") + (" " if ends else ""))
        return found


def read_text(clip: CLIP, ids: Tensor) -> TextReading:
    """Run the text tower on (n, context_length) ids, keeping its states and the pooled vector."""
    states = clip.token_embedding(ids)
    states = states + clip.positional_embedding.to(states.dtype)
    states = clip.ln_final(clip.transformer(states, attn_mask=clip.attn_mask))
    end = ids.argmax(dim=-1)
    rows = torch.arange(len(ids), device=ids.device)
    pooled = states[rows, end] @ clip.text_projection.to(states.dtype)
    mask = torch.arange(ids.shape[1], device=ids.device)[None] <= end[:, None]
    return TextReading(states, mask, functional.normalize(pooled.float(), dim=-1))


def read_images(clip: CLIP, pictures: Tensor) -> Tensor:
    """(n,3,64,64) pictures in -1..1 as (n, embed_dim) unit vectors."""
    return functional.normalize(clip.encode_image(pictures).float(), dim=-1)
