"""Runs the embedded model behind the `Engine` seam: plans in, pictures of pocket's sizes out.

Must not know how pocket paints; sizes, defaults and batches are translated here, nothing more.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # PyTorch's own name for it
from numpy.typing import NDArray

from core_server.engine import memory
from core_server.engine.interface import FloatImage, FloatMask, OnStep, Painted, Plan, Task
from core_server.engine.progress import Progress
from core_server.pocket.decoder import TILES, Tile
from core_server.pocket.sample import (
    GUIDANCE_SCALE,
    SAMPLER,
    SIZE,
    STEP,
    STEPS,
    PaintRequest,
    Pocket,
)
from core_server.pocket.superres import ENLARGEMENTS
from protocol.errors import BadSize, OutOfMemory, Remedy, UnsupportedByModel

SAMPLERS = ("euler", "heun")

_CPU_BATCH = 4  # a step of more takes so long that cancelling feels stuck
_GPU_BATCH = 16
_SHOWN = 80
_LEAST_PERIOD = SIZE - STEP


@dataclass(frozen=True)
class _Size:
    """painted: (width, height) before it is enlarged."""

    painted: tuple[int, int]
    enlargement: int


class PocketEngine:
    """Pocket on one device. Thread: the worker's main thread only."""

    def __init__(self, pocket: Pocket, device: torch.device) -> None:
        self._pocket = pocket
        self._device = device

    @classmethod
    def load(cls, device: str) -> PocketEngine:
        """Raises CorruptModel."""
        return cls(Pocket.load(device=device), torch.device(device))

    def run(self, plan: Plan, on_step: OnStep) -> Painted:
        """Paint one candidate per seed; see `Engine.run`.

        A strength of 0 gives the picture back as it came. Without a prompt, refine and inpaint
        are led by what the picture itself shows. Raises Cancelled (from on_step), BadSize,
        UnsupportedByModel, OutOfMemory.
        """
        size = _checked(plan)
        used = {
            "steps": plan.steps if plan.steps is not None else STEPS,
            "guidance_scale": (
                plan.guidance_scale if plan.guidance_scale is not None else GUIDANCE_SCALE
            ),
            "sampler": plan.sampler or SAMPLER,
        }
        if plan.image is not None and plan.strength <= 0:
            return Painted([plan.image.copy() for _ in plan.seeds], used)
        images = self._paint_all(plan, size, used, on_step)
        return Painted(images, used, (*self._cut_notes(plan), *_ground_notes(plan, images)))

    def rank(self, prompt: str, images: list[FloatImage]) -> list[float] | None:
        """Cosine of each picture with the prompt in pocket's CLIP; pictures of any size."""
        text = self._pocket.embed_text([prompt])
        pictures = self._pocket.embed_images([_on_white(image) for image in images])
        return [float(cosine) for cosine in (pictures @ text.T)[:, 0]]

    def unload(self) -> None:
        """Drop every reference to the weights and give the memory back."""
        del self._pocket
        memory.release(self._device)

    def _paint_all(
        self, plan: Plan, size: _Size, used: dict[str, object], on_step: OnStep
    ) -> list[FloatImage]:
        progress = Progress(on_step, len(plan.seeds))
        batch = _CPU_BATCH if self._device.type == "cpu" else _GPU_BATCH

        def paint(seeds: Sequence[int]) -> list[FloatImage]:
            progress.begin(len(seeds))
            images = self._paint(plan, size, used, tuple(seeds), progress)
            progress.end()
            return images

        try:
            images, _ = memory.in_batches(
                plan.seeds,
                min(batch, len(plan.seeds)),
                paint,
                iter(()),
                lambda: memory.release(self._device),
            )
        except memory.NoMemory:
            raise OutOfMemory(
                f"Not even one picture fits into the free memory of {self._device}; close other "
                "programs and try again.",
                remedy=Remedy("free_memory"),
            ) from None
        return images

    def _paint(
        self,
        plan: Plan,
        size: _Size,
        used: dict[str, object],
        seeds: tuple[int, ...],
        progress: Progress,
    ) -> list[FloatImage]:
        request = PaintRequest(
            prompt=_prompt(plan),
            seeds=seeds,
            negative_prompt=plan.negative_prompt,
            steps=int(str(used["steps"])),
            guidance_scale=float(str(used["guidance_scale"])),
            sampler=str(used["sampler"]),
            strength=plan.strength if plan.image is not None else 1.0,
            tile=_tile(plan),
            embedding=self._embedding(plan, seeds),
            image=None if plan.image is None else _small(plan.image, size),
            mask=None if plan.mask is None else _small(plan.mask[..., None], size)[..., 0],
            enlargement=size.enlargement,
            size=size.painted,
            transparent=plan.transparent,
        )

        def stepped(step: int, steps: int, preview: NDArray[np.uint8]) -> None:
            progress.report(step, steps, lambda: preview)

        return self._pocket.paint(request, stepped)

    def _embedding(self, plan: Plan, seeds: tuple[int, ...]) -> torch.Tensor | None:
        """(n or 1, d) of what shall be painted; None: the prior asks the prompt."""
        if plan.task is Task.VARY:
            reference = plan.references[0]
            assert not isinstance(reference, str)
            return self._pocket.vary(_on_white(reference), plan.variation, seeds, plan.prompt)
        if plan.task is Task.MIX:
            first, second = (
                what if isinstance(what, str) else _on_white(what) for what in plan.references
            )
            return torch.cat([self._pocket.mix(first, second, plan.weight, seed) for seed in seeds])
        if plan.image is not None and not plan.prompt.strip():
            return self._pocket.embed_images([plan.image])
        return None

    def _cut_notes(self, plan: Plan) -> tuple[str, ...]:
        texts = {"prompt": plan.prompt, "negative prompt": plan.negative_prompt}
        ends = {name: self._unread_end(text) for name, text in texts.items()}
        return tuple(
            f"The {name} is longer than this model reads; not used: “{end[:_SHOWN]}”."
            for name, end in ends.items()
            if end
        )

    def _unread_end(self, text: str) -> str:
        """The last words, as far as leaving them out changes no token."""
        words = text.split()
        if not words:
            return ""
        whole = self._pocket.tokenizer([text])

        def is_all_that_is_read(count: int) -> bool:
            return torch.equal(self._pocket.tokenizer([" ".join(words[:count])]), whole)

        counts = range(1, len(words) + 1)
        read = counts[bisect.bisect_left(counts, True, key=is_all_that_is_read)]
        return " ".join(words[read:])


def _checked(plan: Plan) -> _Size:
    """What pocket itself paints for a plan. Raises BadSize, UnsupportedByModel."""
    sizes = [found for e in reversed(ENLARGEMENTS) if (found := _size_at(plan, e)) is not None]
    if not sizes:
        sides = ", ".join(str(SIZE * factor) for factor in ENLARGEMENTS)
        raise BadSize(
            f"Pocket paints squares of {sides} pixels and what is around them, not "
            f"{plan.width} × {plan.height}."
        )
    if plan.control is not None:
        raise UnsupportedByModel(
            f"Pocket takes no {plan.control.card.kind} picture; leave it out, or choose another "
            "model.",
            field="inputs",
        )
    for name, array in (("image", plan.image), ("mask", plan.mask)):
        if array is not None and array.shape[:2] != (plan.height, plan.width):
            raise BadSize(
                f"The {name} is {array.shape[1]} × {array.shape[0]}, but the plan is for "
                f"{plan.width} × {plan.height}.",
                field=name,
            )
    if plan.sampler is not None and plan.sampler not in SAMPLERS:
        raise UnsupportedByModel(
            f"Pocket has no sampler named {plan.sampler}; choose {' or '.join(SAMPLERS)}.",
            field="params.sampler",
            remedy=Remedy("set_param", "sampler", SAMPLER),
        )
    return sizes[0]


def _size_at(plan: Plan, enlargement: int) -> _Size | None:
    """The plan's size before an enlargement, if that is one that pocket paints."""
    width, height = plan.width // enlargement, plan.height // enlargement
    if (width * enlargement, height * enlargement) != (plan.width, plan.height):
        return None
    if plan.tile == "none":
        fits = min(width, height) == SIZE and (width == height or plan.image is None)
    else:
        fits = _wraps(width, plan.tile in ("x", "both")) and _wraps(
            height, plan.tile in ("y", "both")
        )
    return _Size((width, height), enlargement) if fits else None


def _wraps(side: int, is_free: bool) -> bool:
    return side % STEP == 0 and side >= _LEAST_PERIOD if is_free else side == SIZE


def _ground_notes(plan: Plan, images: Sequence[FloatImage]) -> tuple[str, ...]:
    """Says so where a transparent background was asked for and there is none."""
    opaque = sum(image.shape[2] == 3 for image in images)
    if not plan.transparent or not opaque:
        return ()
    which = "The picture is" if len(images) == 1 else f"{opaque} of {len(images)} pictures are"
    return (f"{which} opaque: no background was found that could be made transparent.",)


def _prompt(plan: Plan) -> str:
    """A text that is mixed counts by its weight, not as a prompt besides."""
    is_mixed = any(isinstance(reference, str) for reference in plan.references)
    return "" if is_mixed else plan.prompt


def _tile(plan: Plan) -> Tile:
    return next(tile for tile in TILES if tile == plan.tile)


def _small(array: FloatImage | FloatMask, size: _Size) -> FloatImage:
    """(H, W, C) to the painted size by means over squares."""
    planes = torch.from_numpy(np.ascontiguousarray(array)).permute(2, 0, 1)[None]
    small: FloatImage = F.avg_pool2d(planes, size.enlargement)[0].permute(1, 2, 0).numpy()
    return small


def _on_white(image: FloatImage) -> FloatImage:
    """(H, W, 3) of a picture that may have alpha."""
    if image.shape[2] == 3:
        return image
    alpha = image[..., 3:]
    laid: FloatImage = image[..., :3] * alpha + (1 - alpha)
    return laid
