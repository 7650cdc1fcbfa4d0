"""Carries out `vary`: more pictures like this one.

Must not know how a model varies; its family says so, and the note passes it on.
"""

from __future__ import annotations

from dataclasses import replace

from core_server.engine.interface import FloatImage, Task
from core_server.execution.notes import layer_name, model_notes
from core_server.execution.painting import Job, Layer, Painter, Painting, rgb, rgba
from core_server.execution.pictures import as_output, on_white, require_visible
from core_server.imaging.arrays import size_of
from core_server.imaging.prefill import opaque

BY_EMBEDDING = "Varied by its CLIP embedding: what the picture shows is kept, not its layout."


def vary(job: Job) -> Painting:
    """The layers have the picture's rectangle.

    Raises BadRequest, OutOfRange, MissingModel, UnsupportedByModel, and what engines raise.
    """
    painter = Painter.of(job)
    picture = job.images[0]
    image = picture.working()
    require_visible(image)
    by_embedding = painter.family.varies == "clip embedding"
    canvas = painter.canvas(size_of(image))
    # A model that repaints must see the picture where its result is cut out; an embedding is of
    # the picture alone.
    reference = on_white(image) if by_embedding else canvas.to_model(opaque(image))
    plan = replace(
        job.plan(Task.VARY, canvas.fitted.model),
        references=(rgb(reference),),
        variation=job.params["variation"],
    )

    def develop(result: FloatImage) -> Layer:
        return Layer(picture.rect, as_output(canvas.developed(rgba(result)), job.output))

    prompt = str(job.params["prompt"])
    notes = model_notes(painter.card, prompt, image)
    return painter.paint(
        plan,
        canvas.fitted,
        develop,
        layer_name(prompt or f"Variation {picture.input.name}", "Variation"),
        prompt,
        (BY_EMBEDDING, *notes) if by_embedding else notes,
    )
