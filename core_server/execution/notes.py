"""Sentences that come with a result, and the names of its layers.

Must not judge a picture's worth; it tells what the artist cannot see and what to do about it.
"""

from __future__ import annotations

import re

import numpy as np

from core_server.imaging.arrays import Image
from core_server.imaging.fit import Fit
from core_server.models.registry import EMBEDDED, ModelCard

NAME_LENGTH = 60

_FLAT_SHARE = 0.69
_ALIKE = 3
"""Steps of 8 bit; drawings are shaded, and what enlarged them may have left its traces."""

_PHOTO_WORDS = re.compile(r"\b(photo\w*|realistic|35 ?mm|bokeh|selfie|portrait)\b", re.IGNORECASE)
_CURE = "for photographs, add a model of your own with `impasto models add FOLDER`"


def layer_name(prompt: str, otherwise: str, place: int = 0) -> str:
    """The start of the prompt on one line, cut at a word; later candidates are numbered."""
    number = f" · {place + 1}" if place else ""
    text = " ".join(prompt.split()) or otherwise
    room = NAME_LENGTH - len(number)
    if len(text) > room:
        word_end = text.rfind(" ", room // 2, room)
        text = text[: word_end if word_end > 0 else room - 1].rstrip(" ,.;:") + "…"
    return text + number


def is_photographic(image: Image) -> bool:
    """Whether neighbouring pixels differ as in a photograph; drawings have smooth areas.

    Measured on the visible part: the share of horizontal neighbours that are alike in 8 bit is
    0.66 at most in the test photographs (a rocket before a black sky), and 0.73 at least in the
    icons that the embedded model paints, of which nothing but the subject may be visible.
    """
    levels = np.rint(np.clip(image[..., :3], 0, 1) * 255)
    visible = image[..., 3] > 0.5
    pairs = visible[:, 1:] & visible[:, :-1]
    if not pairs.any():
        return False
    alike = (np.abs(levels[:, 1:] - levels[:, :-1]) <= _ALIKE).all(axis=2)
    return bool(alike[pairs].mean() < _FLAT_SHARE)


def model_notes(card: ModelCard, prompt: str, image: Image | None = None) -> tuple[str, ...]:
    """What the embedded model cannot do, where a job asks for it: photographs."""
    if card.family != EMBEDDED:
        return ()
    title = card.title or card.name
    if image is not None and is_photographic(image):
        return (
            f"{title} paints icons and textures; this picture looks like a photograph: {_CURE}.",
        )
    if _PHOTO_WORDS.search(prompt):
        return (f"{title} paints icons and textures, not photographs; {_CURE}.",)
    return ()


def enlarged_note(card: ModelCard, fit: Fit) -> tuple[str, ...]:
    """Says so where a model paints much less detail than the document has room for."""
    if fit.scale > 0.7:
        return ()
    title = card.title or card.name
    return (
        f"{title} painted {fit.model[0]} × {fit.model[1]} pixels, and the result was enlarged "
        f"{1 / fit.scale:.1f} times; a smaller area gets more detail.",
    )
