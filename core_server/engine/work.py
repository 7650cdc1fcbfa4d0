"""A plan made concrete for one latent-diffusion model: its defaults filled in, or refused.

Must not touch a pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass

from core_server.engine.interface import FloatImage, FloatMask, Plan, Task
from core_server.engine.latents import cover
from core_server.engine.sampling import LOWEST_STRENGTH
from core_server.models.families import FAMILIES, Family, families_that_can
from core_server.models.registry import ModelCard
from protocol.errors import BadSize, Remedy, UnsupportedByModel

VARY_STRENGTH = (0.2, 0.95)
"""Strength that stands for variation 0 and 1 where a model varies by repainting the picture."""


@dataclass(frozen=True)
class Work:
    """What is to be painted, with nothing left to decide.

    picture: (height, width, 3) to start from, or None. mask: only for inpaint. strength: 0-1;
    1 starts from noise alone. sampler: a name, or None for the model's own scheduler.
    notes: what the artist should know about how this plan was understood.
    """

    plan: Plan
    steps: int
    guidance_scale: float
    sampler: str | None
    strength: float
    picture: FloatImage | None
    mask: FloatMask | None
    notes: tuple[str, ...]


def work_for(plan: Plan, card: ModelCard, own_sampler: str | None) -> Work:
    """Fill in a plan for a model.

    own_sampler: the sampler the model's folder asks for; None if it has no name of ours.
    Raises UnsupportedByModel (task, reference or sampler), BadSize.
    """
    family = FAMILIES[card.family]
    _check_task(plan, family)
    _check_size(plan, family)
    _check_control(plan, card, family)
    defaults = card.defaults
    sampler = plan.sampler or defaults.get("sampler") or own_sampler
    steps = plan.steps if plan.steps is not None else defaults.get("steps", family.steps)
    guidance = plan.guidance_scale
    if guidance is None:
        guidance = float(defaults.get("guidance_scale", family.guidance_scale) or 0)
    picture, strength, notes = _start(plan, family)
    if plan.negative_prompt and guidance <= 1:
        notes += ("The negative prompt has no effect at a guidance scale of 1 or less.",)
    return Work(
        plan=plan,
        steps=max(1, int(steps or 1)),
        guidance_scale=guidance,
        sampler=_check_sampler(None if sampler is None else str(sampler), family),
        strength=strength,
        picture=picture,
        mask=plan.mask if plan.task is Task.INPAINT else None,
        notes=notes,
    )


def _start(plan: Plan, family: Family) -> tuple[FloatImage | None, float, tuple[str, ...]]:
    """The picture to start from, how strongly to repaint it, and notes."""
    if plan.task is Task.GENERATE:
        return None, 1.0, ()
    if plan.task is Task.VARY:
        reference = plan.references[0]
        assert not isinstance(reference, str)
        low, high = VARY_STRENGTH
        strength = low + (high - low) * min(1.0, max(0.0, plan.variation))
        others = " or ".join(
            other.name for other in families_that_can("vary") if other.varies == "clip embedding"
        )
        note = (
            f"{family.title} has no picture embedding, so this varies by repainting the picture "
            f"at strength {strength:.2f}; {others} varies by what the picture shows."
        )
        return cover(reference, plan.width, plan.height), strength, (note,)
    strength = min(1.0, plan.strength)
    return plan.image, max(LOWEST_STRENGTH, strength) if strength > 0 else 0.0, ()


def _check_task(plan: Plan, family: Family) -> None:
    task = plan.task.value
    if task not in family.tasks:
        able = [other.name for other in families_that_can(task)]
        raise UnsupportedByModel(
            f"{family.title} models cannot {task} pictures; choose {' or '.join(able)}, which can.",
            field="model",
            remedy=Remedy("choose_model", "model", able[0]),
        )
    if plan.task is Task.VARY and isinstance(plan.references[0], str):
        raise UnsupportedByModel(
            f"{family.title} models vary a picture, not a text; give a picture.", field="inputs"
        )


def _check_size(plan: Plan, family: Family) -> None:
    if plan.width % family.multiple or plan.height % family.multiple:
        raise BadSize(
            f"{family.title} paints sides that are multiples of {family.multiple} pixels, not "
            f"{plan.width} × {plan.height}."
        )
    wanted = (plan.height, plan.width)
    control = None if plan.control is None else plan.control.image
    for name, pixels in (("image", plan.image), ("mask", plan.mask), ("control", control)):
        if pixels is not None and pixels.shape[:2] != wanted:
            raise BadSize(
                f"The {name} is {pixels.shape[1]} × {pixels.shape[0]}, but the plan is for "
                f"{plan.width} × {plan.height}.",
                field=name,
            )


def _check_control(plan: Plan, card: ModelCard, family: Family) -> None:
    control = plan.control
    if control is None:
        return
    fits = control.card.family == family.name and not card.native_inpaint
    if not fits or plan.task not in (Task.GENERATE, Task.REFINE):
        raise UnsupportedByModel(
            f"{card.title or card.name} cannot {plan.task.value} with the ControlNet "
            f"{control.card.name}; leave the {control.card.kind} picture out.",
            field="inputs",
        )


def _check_sampler(sampler: str | None, family: Family) -> str | None:
    if sampler is not None and sampler not in family.samplers:
        raise UnsupportedByModel(
            f"{family.title} has no sampler named {sampler}; choose one of "
            f"{', '.join(family.samplers)}.",
            field="params.sampler",
            remedy=Remedy("set_param", "sampler", family.sampler),
        )
    return sampler
