"""Puts the candidates that fit the prompt best first, by CLIP.

Must not change a picture, and never drops a candidate.
"""

from __future__ import annotations

from typing import NamedTuple

from core_server.execution.painting import Painting, rgb, rgba
from core_server.execution.pictures import on_white
from core_server.execution.seams import Engines


class Place(NamedTuple):
    """A candidate by its place in the order of seeds, and its CLIP cosine with the prompt."""

    candidate: int
    score: float | None


def ranked(painting: Painting, engines: Engines, wanted: bool) -> tuple[Place, ...]:
    """The candidates, best first; equals keep the order of their seeds.

    Scored by the model's own CLIP, else by the embedded model's; what is clear counts as white.
    Without a prompt, or if ranking is not wanted, or if no CLIP is installed, all keep their order
    and have no score.
    """
    scores = _scores(painting, engines) if wanted and painting.rank_prompt else None
    if scores is None:
        return tuple(Place(index, None) for index in range(len(painting.images)))
    places = [Place(index, round(score, 4)) for index, score in enumerate(scores)]
    return tuple(sorted(places, key=lambda place: -(place.score or 0.0)))


def _scores(painting: Painting, engines: Engines) -> list[float] | None:
    prompt = painting.rank_prompt
    images = [rgb(on_white(rgba(image))) for image in painting.images]
    if painting.engine is not None:
        own = painting.engine.rank(prompt, images)
        if own is not None:
            return own
    if len(images) == 1:
        return None  # nothing to put in order, so not worth loading a model
    ranker = engines.ranker()
    return None if ranker is None else ranker.rank(prompt, images)
