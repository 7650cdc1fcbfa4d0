"""Carries out `generate`: a picture from words, or a picture refined.

Must not look at masks; that is inpaint's business.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core_server.engine.interface import FloatImage, Task
from core_server.execution.notes import layer_name, model_notes
from core_server.execution.painting import Job, Layer, Painter, Painting, rgb, rgba, with_alpha
from core_server.execution.pictures import Picture, as_output, require_visible
from core_server.imaging.arrays import Image, size_of
from core_server.imaging.fit import Fit
from core_server.imaging.prefill import opaque
from core_server.imaging.resample import resize_wrapped
from protocol.geometry import Rect


def generate(job: Job) -> Painting:
    """With an image it is refined, else the picture comes from words alone.

    The layer has exactly the asked size: else the image's, else the model's own. Raises
    OutOfRange, BadRequest, MissingModel, and what engines raise.
    """
    if job.images:
        return _refine(job, job.images[0])
    return _from_words(job)


def _from_words(job: Job) -> Painting:
    painter = Painter.of(job)
    native = painter.family.native_size
    asked = job.params["width"] or native, job.params["height"] or native
    fitted = painter.fit(asked)
    plan = job.plan(Task.GENERATE, fitted.model)
    tile = job.params["tile"]

    def develop(image: FloatImage) -> Layer:
        result = _brought_back(rgba(image), fitted, tile)
        return Layer(Rect(0, 0, *asked), as_output(result, job.output))

    prompt = str(job.params["prompt"])
    return painter.paint(
        replace(plan, tile=tile),
        fitted,
        develop,
        layer_name(prompt, "Generated"),
        prompt,
        model_notes(painter.card, plan.prompt),
    )


def _refine(job: Job, picture: Picture) -> Painting:
    painter = Painter.of(job)
    image = picture.working()
    require_visible(image)
    fitted = painter.fit(size_of(image))
    width = job.params["width"] or picture.rect.width
    height = job.params["height"] or picture.rect.height
    tile = job.params["tile"]
    plan = replace(
        job.plan(Task.REFINE, fitted.model),
        image=rgb(fitted.to_model(opaque(image))),
        strength=job.params["strength"],
        tile=tile,
    )

    def develop(painted: FloatImage) -> Layer:
        result = _brought_back(rgba(painted), fitted, tile)
        # a cut-out stays cut out
        result = with_alpha(result, np.minimum(result[..., 3], image[..., 3]))
        rect = Rect(picture.rect.x, picture.rect.y, width, height)
        return Layer(rect, as_output(resize_wrapped(result, (width, height), tile), job.output))

    prompt = str(job.params["prompt"])
    return painter.paint(
        plan,
        fitted,
        develop,
        layer_name(prompt, "Refined"),
        prompt,
        model_notes(painter.card, plan.prompt, image),
    )


def _brought_back(image: Image, fitted: Fit, tile: str) -> Image:
    """A texture is stretched a little rather than cut, lest it lose what makes it wrap around."""
    if tile == "none":
        return fitted.from_model(image)
    return resize_wrapped(image, fitted.context, tile)
