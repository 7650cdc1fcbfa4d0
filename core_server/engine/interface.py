"""The seam between operations and models: load, run(plan, on_step), unload.

An engine sees pictures at model resolution. It never sees a document, a selection rectangle
or a message; those belong to `core_server.execution`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core_server.models.controls import ControlCard

FloatImage = NDArray[np.float32]
"""(H, W, 3) sRGB-encoded, in [0, 1]. An engine may return (H, W, 4): straight alpha."""

FloatMask = NDArray[np.float32]
"""(H, W) coverage in [0, 1]; 1 = repaint."""


class Task(StrEnum):
    """What an engine is asked to do; `core_server.operations` are what an artist asks."""

    GENERATE = "generate"
    REFINE = "refine"
    INPAINT = "inpaint"
    VARY = "vary"
    MIX = "mix"


@dataclass(frozen=True)
class Control:
    """What a picture is held to. image: at width × height of the plan, numbers as the ControlNet
    was trained on them (depth: 1 is near, 0 is nothing). strength: 0 ignores it, 1 as trained."""

    card: ControlCard
    image: FloatImage
    strength: float = 1.0


@dataclass(frozen=True)
class Plan:
    """One batch of candidates that share everything but their seed.

    width, height: model pixels, multiples of the family's `multiple`; for a family of `squares`,
    one of them, or a canvas around it or a texture of about it (see `execution.canvas`).
    seeds: one per candidate; a candidate depends on its own seed alone, whatever its batch.
    steps, guidance_scale, sampler: None = the model's own default.
    strength: 0–1, how much of `image` (refine, inpaint) is repainted.
    image: the picture to refine or inpaint (pre-filled), at width × height.
    mask: inpaint only; soft values repaint partly.
    control: generate and refine only, for a model of the ControlNet's family without mask channels.
    references: vary: one picture; mix: two entries, each a picture (any size) or a text.
    variation: vary: 0 = as close as the model can, 1 = free. weight: mix: 0 = first, 1 = second.
    tile: axes along which the picture must wrap around: none, x, y or both.
    transparent: the subject without its ground; only where the family's `paints_alpha` says so.
    """

    task: Task
    width: int
    height: int
    seeds: tuple[int, ...]
    prompt: str = ""
    negative_prompt: str = ""
    steps: int | None = None
    guidance_scale: float | None = None
    sampler: str | None = None
    strength: float = 1.0
    tile: str = "none"
    transparent: bool = False
    image: FloatImage | None = None
    mask: FloatMask | None = None
    control: Control | None = None
    references: tuple[FloatImage | str, ...] = ()
    variation: float = 0.5
    weight: float = 0.5


class Step(NamedTuple):
    """Progress of a running plan. preview: (h, w, 3) uint8 of the first candidate, or None."""

    step: int
    steps: int
    preview: NDArray[np.uint8] | None = None


OnStep = Callable[[Step], None]
"""Called after every denoising step; raises `protocol.errors.Cancelled` to stop the plan."""


@dataclass(frozen=True)
class Painted:
    """What came out. images: one (H, W, 3 or 4) float32 per seed, in order of the seeds.

    used: the values that None stood for (steps, guidance_scale, sampler), for the record.
    notes: sentences to show the artist (prompt cut, way of varying, ...).
    """

    images: list[FloatImage]
    used: dict[str, Any]
    notes: tuple[str, ...] = ()


class Engine(Protocol):
    """One loaded model on one device. Thread: the worker's main thread only."""

    def run(self, plan: Plan, on_step: OnStep) -> Painted:
        """Paint. Raises Cancelled, OutOfMemory, UnsupportedByModel."""
        ...

    def rank(self, prompt: str, images: list[FloatImage]) -> list[float] | None:
        """Cosine of each picture with the prompt in this model's own CLIP; None without one."""
        ...

    def unload(self) -> None:
        """Give all memory back; the object is dead afterwards."""
        ...
