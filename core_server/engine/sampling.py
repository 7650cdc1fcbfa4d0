"""Samplers by their artists' names, step counts for a strength, and noise from seeds.

Must not run a model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch

from core_server.engine.offline import import_diffusers
from core_server.engine.pipelines import Scheduler

SAMPLERS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "dpmpp_2m": (
        "DPMSolverMultistepScheduler",
        {"use_karras_sigmas": False, "algorithm_type": "dpmsolver++"},
    ),
    "dpmpp_2m_karras": (
        "DPMSolverMultistepScheduler",
        {"use_karras_sigmas": True, "algorithm_type": "dpmsolver++"},
    ),
    "dpmpp_2m_sde_karras": (
        "DPMSolverMultistepScheduler",
        {"use_karras_sigmas": True, "algorithm_type": "sde-dpmsolver++"},
    ),
    "unipc": ("UniPCMultistepScheduler", {}),
    # Latents are not bounded as pixels are; clipping is on where a folder does not say.
    "ddim": ("DDIMScheduler", {"clip_sample": False}),
    "lcm": ("LCMScheduler", {}),
}
"""Sampler name → diffusers class and the options that make it that sampler."""

FEWEST_STEPS = 4
"""A strength below 1 skips steps; at least so many (or all that were asked) are kept."""

LOWEST_STRENGTH = 0.01
MOST_STEPS = 1000


def sampler_of(config: Mapping[str, object]) -> str | None:
    """The name of the sampler that a scheduler's own configuration stands for, if it has one."""
    for name, (class_name, options) in SAMPLERS.items():
        if class_name == config.get("_class_name") and all(
            config.get(key, value) == value for key, value in options.items()
        ):
            return name
    return None


def make_scheduler(name: str | None, config: Mapping[str, object]) -> Scheduler:
    """A fresh scheduler for one run, with the model's own noise schedule.

    name: one of `SAMPLERS`, or None for the very scheduler that `config` describes.
    """
    class_name, options = SAMPLERS[name] if name else (str(config["_class_name"]), {})
    scheduler: Scheduler = getattr(import_diffusers(), class_name).from_config(
        dict(config), **options
    )
    return scheduler


def schedule_length(steps: int, strength: float) -> int:
    """How many steps to schedule so that `strength` of them does what the artist meant.

    Pipelines run int(scheduled * strength) steps and fail at none; this keeps that number at
    least min(steps, FEWEST_STEPS).
    """
    wanted = min(steps, FEWEST_STEPS)
    if int(steps * strength) >= wanted:
        return steps
    scheduled = math.ceil(wanted / strength)
    while int(scheduled * strength) < wanted:
        scheduled += 1
    return min(scheduled, MOST_STEPS)


def generators(seeds: Sequence[int]) -> list[torch.Generator]:
    """One CPU generator per candidate: the same noise on every device and in every batch."""
    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]


def draw_noise(
    sources: Sequence[torch.Generator], shape: tuple[int, int, int], dtype: torch.dtype
) -> torch.Tensor:
    """(N, *shape) normal noise on the CPU, row i from generator i alone.

    Just as diffusers draws it: a pipeline with equal generators and dtype that draws its noise
    first gets the same numbers. In 16 bits they are the rounded 32-bit ones.
    """
    rows = [torch.randn((1, *shape), generator=source, dtype=dtype) for source in sources]
    return torch.cat(rows)
