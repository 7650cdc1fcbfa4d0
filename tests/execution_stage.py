"""A stage for execution tests: stored inputs, one deterministic engine, and someone to report to.

Must not paint anything an artist would want; what is tested is all that surrounds the painting.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core_server.engine.interface import Engine, FloatImage, OnStep, Painted, Plan, Step
from core_server.execution.job import execute
from core_server.imaging.layouts import blob_from_mask, from_data, native_like, pack, unpack
from core_server.models.controls import ControlCard
from core_server.models.registry import ModelCard
from core_server.operations import catalogue, load_styles
from core_server.worker.wire import Finished, Run, input_path, output_path
from protocol.errors import Cancelled
from protocol.geometry import Rect
from protocol.messages import Input, Item, Submit
from protocol.pixels import ColorSpace, PixelLayout, Rows

DATA = Path(__file__).parent / "data"
STEPS = 4


@dataclass
class Brush:
    """An engine that paints every candidate in one colour of its seed, where the mask lets it.

    channels 4: with a hole in the middle. scores: what `rank` answers, by candidate.
    """

    channels: int = 3
    scores: Sequence[float] | None = None
    plans: list[Plan] = field(default_factory=list)
    failure: Exception | None = None

    def run(self, plan: Plan, on_step: OnStep) -> Painted:
        self.plans.append(plan)
        steps = plan.steps or STEPS
        for step in range(1, steps + 1):
            on_step(Step(step, steps, np.full((8, 8, 3), 99, np.uint8)))
        if self.failure is not None:
            raise self.failure
        images = [self._one(plan, seed) for seed in plan.seeds]
        return Painted(images, {"steps": steps, "sampler": plan.sampler or "euler"}, ("painted",))

    def rank(self, prompt: str, images: list[FloatImage]) -> list[float] | None:
        return None if self.scores is None else list(self.scores[: len(images)])

    def unload(self) -> None:
        self.plans.clear()

    def _one(self, plan: Plan, seed: int) -> FloatImage:
        image = np.empty((plan.height, plan.width, self.channels), np.float32)
        image[..., :3] = colour_of(seed)
        if self.channels == 4:
            image[..., 3] = 1
            image[plan.height // 4 : -plan.height // 4, plan.width // 4 : -plan.width // 4, 3] = 0
        if plan.image is not None and plan.mask is not None:
            share = np.minimum(plan.mask[..., None] * plan.strength, 1)
            image[..., :3] = plan.image * (1 - share) + image[..., :3] * share
        return image


def colour_of(seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random(3, np.float32) * np.float32(0.8) + np.float32(0.1)


@dataclass
class Stage:
    """Seams with one model of a family. report methods remember; stop_at: cancel at that step."""

    home: Path
    engine: Engine = field(default_factory=Brush)
    family: str = "sd15"
    other: Engine | None = None
    device: str = "cpu"
    stop_at: int | None = None
    steps: list[tuple[int, int]] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    finishings: int = 0

    def card(self, name: str | None) -> ModelCard:
        return ModelCard(name or "test", self.family, str(self.home), title="Test model")

    def control(self, card: ModelCard, kind: str) -> ControlCard:
        return ControlCard(f"{self.family}-{kind}", kind, card.family, str(self.home))

    def load(self, card: ModelCard, loading: Callable[[str], None]) -> Engine:
        loading(card.name)
        return self.engine

    def ranker(self) -> Engine | None:
        return self.other

    def check(self) -> None:
        pass

    def loading(self, model: str) -> None:
        self.loaded.append(model)

    def stepped(self, step: int, steps: int, preview: NDArray[np.uint8] | None = None) -> None:
        if self.stop_at == step:
            raise Cancelled("The job was cancelled.")
        self.steps.append((step, steps))

    def finishing(self) -> None:
        self.finishings += 1

    def submit(
        self, operation: str, inputs: Sequence[tuple[Input, bytes]] = (), **more: Any
    ) -> Run:
        """A stored job. Submit's own fields by name, everything else is a parameter."""
        own = {name: more.pop(name) for name in ("deliver", "output", "canvas") if name in more}
        declared = catalogue(load_styles()).find(operation)
        seed = {"seed": 7} if any(p.name == "seed" for p in declared.params) else {}
        params = declared.check({**seed, **more})
        job = str(uuid.uuid4())
        folder = self.home / job
        folder.mkdir()
        for index, (_, blob) in enumerate(inputs):
            input_path(folder, index).write_bytes(blob)
        entries = tuple(entry for entry, _ in inputs)
        return Run(job, str(folder), Submit("1", job, operation, params, entries, **own))

    def execute(self, run: Run) -> Finished:
        return execute(run, self, self)

    def paint(
        self, operation: str, inputs: Sequence[tuple[Input, bytes]] = (), **more: Any
    ) -> tuple[Finished, list[NDArray[Any]]]:
        """Carry out a job; its items' pixels as native arrays, top row first."""
        run = self.submit(operation, inputs, **more)
        finished = self.execute(run)
        return finished, [pixels_of(run, item) for item in finished.items]


def pixels_of(run: Run, item: Item) -> NDArray[Any]:
    blob = output_path(Path(run.folder), item.blob).read_bytes()
    return unpack(blob, item.layout, item.rect.width, item.rect.height, item.rows)


def photo(name: str) -> NDArray[np.float32]:
    """(H, W, 4) of a test photograph, with noise below its 8 bits so that precision shows."""
    with Pillow.open(DATA / f"{name}.jpg") as file:
        levels = np.asarray(file.convert("RGBA"), np.float32) / 255
    noise = np.random.default_rng(0).uniform(-1, 1, levels.shape[:2]).astype(np.float32) / 600
    levels[..., :3] += noise[..., None]
    return np.clip(levels, 0, 1)


def image_input(
    image: NDArray[np.float32],
    layout: PixelLayout = PixelLayout.RGBA8,
    at: tuple[int, int] = (0, 0),
    rows: Rows = Rows.TOP,
    space: ColorSpace = ColorSpace.SRGB,
    name: str = "",
) -> tuple[Input, bytes]:
    native = native_of(image, layout, space)
    rect = Rect(*at, image.shape[1], image.shape[0])
    return Input("image", rect, layout, 0, name, rows, space), pack(native, layout, rows)


def control_input(
    depth: NDArray[np.float32],
    layout: PixelLayout = PixelLayout.GRAY16,
    at: tuple[int, int] = (0, 0),
    rows: Rows = Rows.TOP,
    space: ColorSpace = ColorSpace.SRGB,
) -> tuple[Input, bytes]:
    """A depth picture of (H, W) numbers, in any layout."""
    rect = Rect(*at, depth.shape[1], depth.shape[0])
    return (
        Input("control", rect, layout, 0, "depth", rows, space),
        pack(from_data(depth, layout), layout, rows),
    )


def native_of(
    image: NDArray[np.float32], layout: PixelLayout, space: ColorSpace = ColorSpace.SRGB
) -> NDArray[Any]:
    kind = f"<{'f' if layout.is_float else 'u'}{layout.bytes_per_channel}"
    like: NDArray[Any] = np.empty((1, 1, layout.channels), kind)
    return native_like(image, like, space)


def mask_input(
    mask: NDArray[np.float32],
    at: tuple[int, int] = (0, 0),
    layout: PixelLayout = PixelLayout.GRAY8,
    rows: Rows = Rows.TOP,
) -> tuple[Input, bytes]:
    rect = Rect(*at, mask.shape[1], mask.shape[0])
    return Input("mask", rect, layout, 0, "", rows), blob_from_mask(mask, layout, rows)


def ellipse(size: tuple[int, int], box: Rect) -> NDArray[np.float32]:
    """(H, W) mask, 1 inside the ellipse that touches the four sides of `box`."""
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    across = (x - box.x - box.width / 2) / (box.width / 2)
    down = (y - box.y - box.height / 2) / (box.height / 2)
    return (across**2 + down**2 <= 1).astype(np.float32)
