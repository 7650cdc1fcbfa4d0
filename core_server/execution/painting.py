"""What operations share: a job's parts, a model with its sizes, one run of an engine.

Must not know any single operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core_server.engine.interface import Engine, FloatImage, Plan, Step, Task
from core_server.execution.canvas import Canvas, canvas_for, resolution_of
from core_server.execution.notes import enlarged_note
from core_server.execution.pictures import Picture, output_of, stored
from core_server.execution.seams import Engines, Report
from core_server.imaging.arrays import Image, slices
from core_server.imaging.fit import Fit, fit
from core_server.imaging.layouts import Native
from core_server.models.controls import ControlCard
from core_server.models.families import FAMILIES, Family
from core_server.models.registry import ModelCard
from core_server.operations import load_styles
from core_server.worker.wire import Run
from protocol.errors import BadRequest, Remedy
from protocol.geometry import Rect
from protocol.messages import Output, Submit


@dataclass(frozen=True)
class Words:
    """Prompt and negative prompt as the model gets them, the style's words included."""

    prompt: str = ""
    negative_prompt: str = ""


@dataclass(frozen=True)
class Layer:
    """A finished candidate: native pixels in the job's output layout, at a document rectangle."""

    rect: Rect
    pixels: Native


@dataclass(frozen=True)
class Painting:
    """What an operation made, before it is ranked and brought to the document.

    images: one per seed, as painted. develop: makes the layer of one of them.
    rank_prompt: what candidates are compared with; empty: they keep the order of their seeds.
    card, engine: None where no model was needed. control: the ControlNet that was used, if any.
    """

    name: str
    seeds: tuple[int, ...]
    images: list[FloatImage]
    develop: Callable[[FloatImage], Layer]
    words: Words = Words()
    rank_prompt: str = ""
    used: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    card: ModelCard | None = None
    control: ControlCard | None = None
    engine: Engine | None = None


@dataclass(frozen=True)
class Job:
    """One job at work: what was asked, and the seams to carry it out with."""

    run: Run
    engines: Engines
    report: Report

    @property
    def submit(self) -> Submit:
        return self.run.submit

    @property
    def params(self) -> dict[str, Any]:
        return self.run.submit.params

    @property
    def folder(self) -> Path:
        return Path(self.run.folder)

    @property
    def output(self) -> Output:
        return output_of(self.submit)

    @property
    def images(self) -> tuple[Picture, ...]:
        return stored(self.submit, self.folder, "image")

    @property
    def mask(self) -> Picture | None:
        return next(iter(stored(self.submit, self.folder, "mask")), None)

    @property
    def control(self) -> Picture | None:
        return next(iter(stored(self.submit, self.folder, "control")), None)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Candidate i has seed + i, within the range of seeds."""
        first = self.params["seed"]
        return tuple((first + index) % 2**32 for index in range(self.params["count"]))

    def words(self) -> Words:
        """The prompts with the chosen style applied. Raises BadRequest for a style that is gone."""
        prompt = str(self.params.get("prompt", "")).strip()
        negative = str(self.params.get("negative_prompt", "")).strip()
        name = self.params.get("style", "none")
        if name == "none":
            return Words(prompt, negative)
        styles = load_styles(self.engines.home / "styles.toml")
        if name not in styles:
            raise BadRequest(
                f"There is no style {name!r} any more; choose another.",
                field="params.style",
                remedy=Remedy("set_param", "style", "none"),
            )
        return Words(*styles[name].apply(prompt, negative))

    def plan(self, task: Task, size: tuple[int, int]) -> Plan:
        """A plan for all candidates, with the words and sampling parameters of the job."""
        params, words = self.params, self.words()
        return Plan(
            task,
            *size,
            seeds=self.seeds,
            prompt=words.prompt,
            negative_prompt=words.negative_prompt,
            steps=params["steps"],
            guidance_scale=params["guidance_scale"],
            sampler=params["sampler"],
            transparent=bool(params.get("transparent")),
        )


@dataclass(frozen=True)
class Painter:
    """The model of a job. It is loaded when it paints, after all that can be wrong is checked."""

    job: Job
    card: ModelCard

    @classmethod
    def of(cls, job: Job) -> Painter:
        """Raises MissingModel, CorruptModel."""
        return cls(job, job.engines.card(job.params["model"]))

    @property
    def family(self) -> Family:
        return FAMILIES[self.card.family]

    def fit(self, size: tuple[int, int]) -> Fit:
        """How a region of (width, height) meets the model. Raises OutOfRange."""
        return fit(size, resolution_of(self.family, size))

    def canvas(self, size: tuple[int, int], tile: str = "none", repeats: bool = True) -> Canvas:
        """How a whole picture of (width, height) is painted. Raises OutOfRange."""
        return canvas_for(self.family, size, tile, repeats)

    def paint(
        self,
        plan: Plan,
        fitted: Fit,
        develop: Callable[[FloatImage], Layer],
        name: str,
        rank_prompt: str,
        notes: tuple[str, ...] = (),
    ) -> Painting:
        """Run the model; steps and previews (of what `fitted` keeps) are reported.

        Raises what `Engines.load` and `Engine.run` raise.
        """
        engine = self.job.engines.load(self.card, self.job.report.loading)

        def on_step(step: Step) -> None:
            preview = None if step.preview is None else _kept(step.preview, fitted)
            self.job.report.stepped(step.step, step.steps, preview)

        painted = engine.run(plan, on_step)
        return Painting(
            name=name,
            seeds=plan.seeds,
            images=painted.images,
            develop=develop,
            words=Words(plan.prompt, plan.negative_prompt),
            rank_prompt=rank_prompt.strip(),
            used=painted.used,
            notes=(*painted.notes, *notes, *enlarged_note(self.card, fitted)),
            card=self.card,
            control=None if plan.control is None else plan.control.card,
            engine=engine,
        )


def rgb(image: Image) -> FloatImage:
    """What an engine sees of a working picture: (H, W, 3) within [0, 1]."""
    return np.ascontiguousarray(np.clip(image[..., :3], 0, 1))


def rgba(image: FloatImage) -> Image:
    """What an engine painted as a working picture; without alpha it is opaque."""
    if image.shape[2] == 4:
        return image.astype(np.float32)
    return np.concatenate([image, np.ones_like(image[..., :1])], 2, dtype=np.float32)


def with_alpha(image: Image, alpha: NDArray[np.float32]) -> Image:
    """The picture with another alpha, (H, W)."""
    return np.concatenate([image[..., :3], alpha[..., None]], 2)


def _kept(preview: NDArray[np.uint8], fitted: Fit) -> NDArray[np.uint8]:
    """The part of a preview that is not padding."""
    height, width = preview.shape[:2]
    across, down = width / fitted.model[0], height / fitted.model[1]
    x, y = max(0, round(fitted.box.x * across)), max(0, round(fitted.box.y * down))
    right = max(x + 1, min(width, round(fitted.box.right * across)))
    bottom = max(y + 1, min(height, round(fitted.box.bottom * down)))
    return preview[slices(Rect(x, y, right - x, bottom - y))]
