"""Carries out `mix`: one picture out of two, or out of a picture and a text.

Must not blend pixels: what is mixed are embeddings, and the engine does it.
"""

from __future__ import annotations

from dataclasses import replace

from core_server.engine.interface import FloatImage, Task
from core_server.execution.notes import layer_name, model_notes
from core_server.execution.painting import Job, Layer, Painter, Painting, rgb, rgba
from core_server.execution.pictures import as_output, on_white, require_visible
from core_server.imaging.arrays import size_of
from protocol.errors import BadRequest

BY_EMBEDDING = "Mixed between the two CLIP embeddings."


def mix(job: Job) -> Painting:
    """The layers have the first picture's rectangle.

    Raises BadRequest (one picture and no prompt), OutOfRange, MissingModel, UnsupportedByModel,
    and what engines raise.
    """
    painter = Painter.of(job)
    prompt = str(job.params["prompt"]).strip()
    first, *more = job.images
    if not more and not prompt:
        raise BadRequest("Mix needs two pictures, or one and a prompt.", field="inputs")
    images = [picture.working() for picture in job.images]
    for index, image in enumerate(images):
        require_visible(image, index)
    canvas = painter.canvas(size_of(images[0]))
    references: tuple[FloatImage | str, ...] = tuple(rgb(on_white(image)) for image in images)
    plan = replace(
        job.plan(Task.MIX, canvas.fitted.model),
        references=references if more else (*references, prompt),
        weight=job.params["weight"],
    )

    def develop(result: FloatImage) -> Layer:
        return Layer(first.rect, as_output(canvas.developed(rgba(result)), job.output))

    return painter.paint(
        plan,
        canvas.fitted,
        develop,
        layer_name(" + ".join(_names(job)), "Mix"),
        prompt,
        (BY_EMBEDDING, *model_notes(painter.card, prompt, images[0])),
    )


def _names(job: Job) -> list[str]:
    """What was mixed, as far as it has names."""
    names = [picture.input.name for picture in job.images]
    prompt = str(job.params["prompt"]).strip()
    return [name for name in (*names, prompt) if name]
