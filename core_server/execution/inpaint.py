"""Carries out `inpaint`: repaint a region by intent, and leave everything else alone.

Must not change a pixel whose alpha is 0; `region` lays results back by that alpha only.
"""

from __future__ import annotations

from dataclasses import replace

from core_server.engine.interface import FloatImage, Plan, Task
from core_server.execution.notes import layer_name, model_notes
from core_server.execution.painting import Job, Layer, Painter, Painting, rgb, rgba
from core_server.execution.region import Region, expanded_region, selected_region
from core_server.imaging.arrays import Image, size_of
from core_server.imaging.composite import colour_match
from core_server.imaging.fit import Fit
from core_server.imaging.prefill import Intent, opaque, prefill
from core_server.imaging.remove import remove
from core_server.models.families import Family
from protocol.errors import BadRequest, Remedy
from protocol.geometry import DEFAULT_POLICY, ContextPolicy

_REMOVE_REACH_PX = 256
"""Texture is worth fetching from farther away than a model needs to look."""


def inpaint(job: Job) -> Painting:
    """The layer covers the rectangle of its alpha; see `Region.layer`.

    Raises EmptySelection, BadRequest, OutOfRange, MissingModel, and what engines raise.
    """
    intent = Intent(job.params["intent"])
    if intent is Intent.REMOVE:
        return _removed(job)
    painter = Painter.of(job)
    policy = context_policy(painter.family)
    if intent is Intent.EXPAND:
        region = expanded_region(job.images[0], job.params, policy)
    else:
        region = selected_region(job.images[0], job.mask, job.submit.canvas, job.params, policy)
    return _repainted(job, painter, region, intent)


def context_policy(family: Family) -> ContextPolicy:
    """How much of a whole picture the model gets to see.

    A model of few pixels sees little more than the selection, or it would have none left for it.
    """
    if family.native_size >= DEFAULT_POLICY.min_side:
        return DEFAULT_POLICY
    return ContextPolicy(
        pad_canvas_fraction=0, pad_selection_fraction=1 / 4, min_side=family.native_size // 4
    )


def _repainted(job: Job, painter: Painter, region: Region, intent: Intent) -> Painting:
    fitted = painter.fit(size_of(region.image))
    plan = _plan(job, region, intent, fitted)

    def develop(image: FloatImage) -> Layer:
        result = fitted.from_model(_over_start(image, plan))
        matched = colour_match(result, region.image, region.alpha)
        return region.layer(matched, job.output, job.submit.deliver)

    prompt = str(job.params["prompt"])
    return painter.paint(
        plan,
        fitted,
        develop,
        layer_name(prompt, intent.value.capitalize()),
        prompt,
        model_notes(painter.card, plan.prompt, region.image),
    )


def _plan(job: Job, region: Region, intent: Intent, fitted: Fit) -> Plan:
    """The model starts from the surroundings where all may change, else from what is there.

    What is wholly repainted is filled in first; in the feather the picture stays, and the soft
    mask lets it change by and by.
    """
    strength = job.params["strength"]
    start = region.image
    if strength >= 1 or intent is Intent.EXPAND:
        start = prefill(start, region.grown, intent, job.params["seed"])
    return replace(
        job.plan(Task.INPAINT, fitted.model),
        image=rgb(fitted.to_model(opaque(start))),
        mask=fitted.to_model_mask(region.alpha),
        strength=strength,
    )


def _over_start(image: FloatImage, plan: Plan) -> Image:
    """A picture with holes is laid over what the model started from."""
    painted = rgba(image)
    if image.shape[2] == 3 or plan.image is None:
        return painted
    alpha = painted[..., 3:]
    painted[..., :3] = painted[..., :3] * alpha + plan.image * (1 - alpha)
    painted[..., 3] = 1
    return painted


def _removed(job: Job) -> Painting:
    """Needs no model: texture and light from around the selection, other seeds other patches."""
    region = selected_region(
        job.images[0],
        job.mask,
        job.submit.canvas,
        job.params,
        DEFAULT_POLICY,
        _REMOVE_REACH_PX,
    )
    if (region.alpha > 0).all():
        raise BadRequest(
            "Everything is selected, so nothing is left to continue from; select only what shall "
            "go.",
            field="inputs",
            remedy=Remedy("select_area"),
        )
    images: list[Image] = []
    for seed in job.seeds:
        images.append(remove(region.image, region.alpha, seed))
        job.report.stepped(len(images), len(job.seeds))

    def develop(image: FloatImage) -> Layer:
        return region.layer(image, job.output, job.submit.deliver)

    unused = bool(str(job.params["prompt"]).strip())
    notes = ("Remove continues the surroundings; the prompt was not used.",) if unused else ()
    return Painting(name="Removed", seeds=job.seeds, images=images, develop=develop, notes=notes)
