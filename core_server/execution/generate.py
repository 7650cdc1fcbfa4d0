"""Carries out `generate`: a picture from words, or a picture refined; either held to a control.

Must not look at masks; that is inpaint's business.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core_server.engine.interface import Control, FloatImage, Task
from core_server.execution.canvas import Canvas
from core_server.execution.notes import layer_name, model_notes
from core_server.execution.painting import Job, Layer, Painter, Painting, rgb, rgba, with_alpha
from core_server.execution.pictures import Picture, as_output, require_visible
from core_server.imaging.arrays import size_of
from core_server.imaging.prefill import opaque
from core_server.imaging.resample import resize_wrapped
from protocol.geometry import Rect


def generate(job: Job) -> Painting:
    """With an image it is refined, else the picture comes from words alone.

    The layer has exactly the asked size: else the image's, else the control's, else the model's
    own. Raises OutOfRange, BadRequest, MissingModel, UnsupportedByModel, and what engines raise.
    """
    if job.images:
        return _refine(job, job.images[0])
    return _from_words(job)


def _from_words(job: Job) -> Painting:
    painter = Painter.of(job)
    rect = _rect(job, painter)
    size, tile = (rect.width, rect.height), job.params["tile"]
    canvas = painter.canvas(size, tile) if job.control is None else _whole(painter, size, tile)
    plan = replace(
        job.plan(Task.GENERATE, canvas.fitted.model),
        tile=canvas.tile,
        control=_control(painter, canvas, size),
    )

    def develop(image: FloatImage) -> Layer:
        return Layer(rect, as_output(canvas.developed(rgba(image)), job.output))

    prompt = str(job.params["prompt"])
    return painter.paint(
        plan,
        canvas.fitted,
        develop,
        layer_name(prompt, "Generated"),
        prompt,
        model_notes(painter.card, plan.prompt),
    )


def _rect(job: Job, painter: Painter) -> Rect:
    """Where a picture from words lies: a control has a place in the document, words have none."""
    native = painter.family.native_size
    place = Rect(0, 0, native, native) if job.control is None else job.control.rect
    width, height = job.params["width"] or place.width, job.params["height"] or place.height
    return Rect(place.x, place.y, width, height)


def _refine(job: Job, picture: Picture) -> Painting:
    painter = Painter.of(job)
    image = picture.working()
    require_visible(image)
    width = job.params["width"] or picture.rect.width
    height = job.params["height"] or picture.rect.height
    canvas = _whole(painter, size_of(image), job.params["tile"])
    plan = replace(
        job.plan(Task.REFINE, canvas.fitted.model),
        image=rgb(canvas.to_model(opaque(image))),
        strength=job.params["strength"],
        tile=canvas.tile,
        control=_control(painter, canvas, size_of(image)),
    )

    def develop(painted: FloatImage) -> Layer:
        result = canvas.developed(rgba(painted))
        # a cut-out stays cut out
        result = with_alpha(result, np.minimum(result[..., 3], image[..., 3]))
        rect = Rect(picture.rect.x, picture.rect.y, width, height)
        sized = resize_wrapped(result, (width, height), canvas.tile)
        return Layer(rect, as_output(sized, job.output))

    prompt = str(job.params["prompt"])
    return painter.paint(
        plan,
        canvas.fitted,
        develop,
        layer_name(prompt, "Refined"),
        prompt,
        model_notes(painter.card, plan.prompt, image),
    )


def _control(painter: Painter, canvas: Canvas, size: tuple[int, int]) -> Control | None:
    """The job's control as the model sees it: stretched to the picture's size, and from there on
    the picture's own way to the model. Raises UnsupportedByModel."""
    picture = painter.job.control
    if picture is None:
        return None
    shown = resize_wrapped(picture.data(), size, canvas.tile)
    return Control(
        painter.job.engines.control(painter.card, picture.input.name),
        rgb(canvas.to_model(shown)),
        painter.job.params["control_strength"],
    )


def _whole(painter: Painter, size: tuple[int, int], tile: str) -> Canvas:
    """For what is there already. A texture is stretched a little rather than cut, lest it lose what
    makes it wrap around; any other picture is seen whole."""
    if tile == "none":
        return Canvas(painter.fit(size))
    return painter.canvas(size, tile, repeats=False)
