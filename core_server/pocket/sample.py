"""The run-time face of pocket: load it, embed with it, paint with it.

unCLIP in four steps (Ramesh et al. 2022, arXiv 2204.06125): text → CLIP text embedding → prior →
CLIP image embedding → decoder (64 px) → super-resolution. Nothing here trains or reads data sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Generator, Tensor, nn

from core_server.pocket.clip import CLIP, TextReading, Tokenizer, read_images, read_text
from core_server.pocket.decoder import Condition, Decoder, Tile
from core_server.pocket.dictionary import in_english
from core_server.pocket.diffusion import Known, Sampling, alpha_of, sample, without_condition
from core_server.pocket.embeddings import slerp, vary
from core_server.pocket.finish import Canvas, FloatImage, finished, to_image
from core_server.pocket.ground import around
from core_server.pocket.prior import Prior, sample_prior
from core_server.pocket.superres import SuperResolution
from core_server.pocket.weights import WEIGHTS, load_parts

OnStep = Callable[[int, int, NDArray[np.uint8]], None]
"""(step, steps, (h, w, 3) preview of the first picture); may raise to stop."""

Network = TypeVar("Network", bound=nn.Module)

SIZE = 64
"""Side of the decoder's pictures in pixels."""

STEP = 16
"""Sides of pictures that wrap around are multiples of it, so that the decoder can halve them."""

PRIOR_GUIDANCE = 2.0
PROMPT_SHARE = 0.5
"""How far a prompt turns the embedding of a picture that is varied; 1 would forget the picture."""

STEPS, GUIDANCE_SCALE, SAMPLER = 16, 3.0, "euler"


@dataclass(frozen=True)
class PaintRequest:
    """One batch; picture i depends on seeds[i] alone.

    prompt: may be empty where an embedding says what to paint. embedding: (n or 1, d) unit image
    embeddings; None asks the prior. image: (h, w, 3) to refine or inpaint; mask: (h, w), 1 =
    repaint. enlargement: 1, 4, 8 or 16 times the size.
    size: (width, height) before it is enlarged. What does not wrap around is painted as a square
    of 64, and on a larger canvas its ground goes on; what wraps around is painted at this size,
    in steps of `STEP` on the axes that do.
    transparent: the ground is taken away. A picture without one comes back opaque, in three
    channels.
    """

    prompt: str
    seeds: tuple[int, ...]
    negative_prompt: str = ""
    steps: int = STEPS
    guidance_scale: float = GUIDANCE_SCALE
    sampler: str = SAMPLER
    strength: float = 1.0
    tile: Tile = "none"
    embedding: Tensor | None = None
    image: FloatImage | None = None
    mask: FloatImage | None = None
    enlargement: int = 4
    size: tuple[int, int] = (SIZE, SIZE)
    transparent: bool = False

    @property
    def painted_size(self) -> tuple[int, int]:
        """(height, width) that the decoder paints."""
        return (SIZE, SIZE) if self.tile == "none" else self.size[::-1]

    def check(self) -> None:
        """Raises ValueError for a size that cannot be painted."""
        free = {"none": (), "x": (0,), "y": (1,), "both": (0, 1)}[self.tile]
        for axis, side in enumerate(self.size):
            if self.tile != "none" and (side % STEP or (axis not in free and side != SIZE)):
                raise ValueError(f"{self.size} cannot be painted with tile {self.tile}")
        if self.tile == "none" and min(self.size) != SIZE:
            raise ValueError(f"one side of {self.size} must be {SIZE}")


class Pocket:
    """The loaded model. Thread: one caller at a time."""

    def __init__(
        self,
        clip: CLIP,
        tokenizer: Tokenizer,
        prior: Prior,
        decoder: Decoder,
        superres: SuperResolution,
        device: str,
    ) -> None:
        self.clip, self.prior = _still(clip, device), _still(prior, device)
        self.decoder, self.superres = _still(decoder, device), _still(superres, device)
        self.tokenizer = tokenizer
        self.device = device

    @classmethod
    def load(cls, folder: Path = WEIGHTS, device: str = "cpu") -> Pocket:
        """Raises CorruptModel naming the file that is missing, cut short or changed."""
        parts = load_parts(folder)
        return cls(*parts, device)

    @torch.inference_mode()
    def embed_text(self, texts: Sequence[str]) -> Tensor:
        """(n, d) unit vectors."""
        return self.read(texts).pooled

    @torch.inference_mode()
    def read(self, texts: Sequence[str]) -> TextReading:
        """What the text tower makes of prompts in any language that it has a dictionary of."""
        ids = self.tokenizer([in_english(text) for text in texts]).to(self.device)
        return read_text(self.clip, ids)

    @torch.inference_mode()
    def embed_images(self, images: Sequence[FloatImage]) -> Tensor:
        """(n, d) unit vectors of pictures of any size."""
        small = torch.stack([to_tensor(fit_square(image)) for image in images])
        return read_images(self.clip, small.to(self.device))

    @torch.inference_mode()
    def vary(
        self, image: FloatImage, variation: float, seeds: Sequence[int], prompt: str = ""
    ) -> Tensor:
        """(n, d) embeddings near the picture's own, one per seed.

        A prompt turns it half the way to what the prior expects for it; the words alone would be
        outvoted by what the picture shows.
        """
        shown = self.embed_images([image]).expand(len(seeds), -1)
        if prompt.strip():
            shown = slerp(shown, self._imagine([prompt] * len(seeds), seeds), PROMPT_SHARE)
        return vary(shown, variation, _generators(seeds))

    def mix(
        self, first: FloatImage | str, second: FloatImage | str, weight: float, seed: int
    ) -> Tensor:
        """(1, d): between two pictures, or a picture and a text (through the prior)."""
        return slerp(self._embed(first, seed), self._embed(second, seed), weight)

    def _embed(self, what: FloatImage | str, seed: int) -> Tensor:
        if isinstance(what, str):
            return self._imagine([what], [seed])
        return self.embed_images([what])

    def _imagine(self, texts: Sequence[str], seeds: Sequence[int]) -> Tensor:
        """Image embeddings that the prior expects for texts."""
        pooled = self.embed_text(texts)
        return sample_prior(self.prior, pooled, _generators(seeds), guidance_scale=PRIOR_GUIDANCE)

    def paint(self, request: PaintRequest, on_step: OnStep | None = None) -> list[FloatImage]:
        """One picture per seed, (height × enlargement, width × enlargement, 3 or 4).

        Raises ValueError for a size that cannot be painted.
        """
        request.check()
        condition, against = self._conditions(request)
        sampling = Sampling(
            request.steps,
            request.guidance_scale,
            request.sampler,
            request.strength,
            request.tile,
            request.painted_size,
        )

        def stepped(step: int, steps: int, clean: Tensor) -> None:
            if on_step is not None:
                on_step(step, steps, _preview(clean[0], request.size))

        pictures = sample(
            self.decoder,
            condition,
            against,
            _generators(request.seeds),
            sampling,
            stepped,
            _known(request),
        ).picture
        alphas = self._alphas(pictures, condition, request)
        canvas = Canvas(request.size, request.enlargement, request.tile, request.transparent)
        return [
            finished(self.superres, picture, alpha, canvas)
            for picture, alpha in zip(pictures, alphas, strict=True)
        ]

    def _alphas(
        self, pictures: Tensor, condition: Condition, request: PaintRequest
    ) -> Sequence[Tensor | None]:
        """What belongs to the subjects, where it must be known."""
        if not request.transparent and request.painted_size == request.size[::-1]:
            return [None] * len(pictures)
        return list(
            alpha_of(self.decoder, condition, pictures, _generators(request.seeds), request.tile)
        )

    @torch.inference_mode()
    def _conditions(self, request: PaintRequest) -> tuple[Condition, Condition]:
        n = len(request.seeds)
        positive = self._condition(request.prompt, request)
        if not request.negative_prompt.strip():
            return positive, without_condition(positive)
        unwanted = replace(request, prompt=request.negative_prompt, embedding=None)
        negative = self._condition(request.negative_prompt, unwanted)
        off = torch.zeros(n, dtype=torch.bool, device=self.device)
        return positive, replace(negative, has_embedding=off)

    def _condition(self, prompt: str, request: PaintRequest) -> Condition:
        n = len(request.seeds)
        text = self.read([prompt])
        said = bool(prompt.strip())
        if request.embedding is not None:
            embedding = request.embedding.to(self.device).expand(n, -1)
        elif said:
            embedding = self._imagine([prompt] * n, request.seeds)
        else:
            embedding = torch.zeros(n, text.pooled.shape[1], device=self.device)
        shown = said or request.embedding is not None
        return Condition(
            text.tokens.expand(n, -1, -1),
            text.mask.expand(n, -1),
            text.pooled.expand(n, -1),
            embedding,
            torch.full((n,), said, device=self.device),
            torch.full((n,), shown, device=self.device),
        )


def _still(network: Network, device: str) -> Network:
    return network.eval().requires_grad_(False).to(device)


def fit_square(image: FloatImage) -> FloatImage:
    """(64, 64, 3): the picture on its own mean border colour, aspect kept."""
    height, width = image.shape[:2]
    if height == width == SIZE:
        return image
    side = max(height, width)
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]).mean(0)
    square = np.broadcast_to(border.astype(np.float32), (side, side, 3)).copy()
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = image
    planes = [
        Image.fromarray(np.ascontiguousarray(square[..., c])).resize(
            (SIZE, SIZE), Image.Resampling.BOX if side > SIZE else Image.Resampling.BICUBIC
        )
        for c in range(3)
    ]
    return np.stack([np.asarray(plane, np.float32) for plane in planes], 2).clip(0, 1)


def to_tensor(image: FloatImage) -> Tensor:
    """(H, W, 3) in 0..1 as (3, H, W) in -1..1."""
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1) * 2 - 1


def _preview(clean: Tensor, size: tuple[int, int]) -> NDArray[np.uint8]:
    """(h, w, 3), on a canvas of that size the picture's border goes on."""
    return np.rint(around(to_image(clean), size) * 255).astype(np.uint8)


def _known(request: PaintRequest) -> Known | None:
    if request.image is None:
        return None
    start = to_tensor(request.image)[None]
    if request.mask is None:
        return Known(start)
    return Known(start, torch.from_numpy(request.mask.astype(np.float32))[None, None])


def _generators(seeds: Sequence[int]) -> list[Generator]:
    """On the CPU, so that noise does not depend on the device."""
    return [Generator().manual_seed(int(seed)) for seed in seeds]
