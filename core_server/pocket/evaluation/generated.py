"""How often a painted picture shows what its prompt says: subject, material, colour, binding.

It must not ask pocket's own CLIP: subjects are told by the independent judge, colours and places
by pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from core_server.pocket.data.captions import with_article
from core_server.pocket.data.dataset import Dataset
from core_server.pocket.data.drawings import on_white
from core_server.pocket.data.scenes import binding_prompts
from core_server.pocket.data.shares import is_everyday
from core_server.pocket.evaluation.bindings import judge_binding, real_scenes
from core_server.pocket.evaluation.figures import Figures, picked, share, top_hits
from core_server.pocket.evaluation.pixels import FloatImage, colour_of
from core_server.pocket.evaluation.prompts import (
    ColourTask,
    colour_tasks,
    texture_tasks,
)
from core_server.pocket.evaluation.stage import Stage

EACH = 100
"""Subjects of each half: what artists often ask for, and the rest."""

BINDING_COUNT = 63  # nine of each relation
_BINDING_SEED = 2
_REAL_SCENES = 1500


def asked_subjects(data: Dataset) -> dict[str, list[str]]:
    """Plain names of things that pocket was taught, by a hash: always the same for these data.

    Half of them are what artists often ask for, and half the rest.
    """
    taught: dict[str, bool] = {}
    for names, is_heldout in zip(data.concepts, data.concept_heldout, strict=True):
        if not is_heldout:
            taught.setdefault(names[0], is_everyday(names))
    return {
        part: picked([name for name, often in taught.items() if often == wanted], EACH, str)
        for part, wanted in (("everyday", True), ("others", False))
    }


def subjects(stage: Stage) -> Figures:
    """The asked subjects, each painted once, told among all concepts by the judge."""
    judge, parts = stage.referee(), asked_subjects(stage.known())
    names = [name for part in parts.values() for name in part]
    images = stage.paint_each([with_article(name) for name in names])
    hits = judge.hits(images, names, judge.classes.concepts)
    figures, first = {f"all, {key}": value for key, value in top_hits(hits).items()}, 0
    for part, asked in parts.items():
        own = top_hits(hits[first : first + len(asked)])
        figures |= {f"{part}, {key}": value for key, value in own.items()}
        first += len(asked)
    return figures


def textures(stage: Stage) -> Figures:
    """Every kind of texture, told among all classes by the judge."""
    judge = stage.referee()
    tasks = texture_tasks()
    images = stage.paint_each([prompt for prompt, _ in tasks])
    everything = range(len(judge.classes.names))
    hits = judge.hits(images, [name for _, name in tasks], everything)
    return {**top_hits(hits), "kinds": len(tasks)}


def colours(stage: Stage) -> Figures:
    """Pictures whose largest colour is the one asked for, of pairs that training has shown."""
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for task, image in _painted(stage, is_new=False):
        is_right = colour_of(image, task.is_texture) == task.colour
        for group in ("all", task.subject):
            hits[group].append(is_right)
    return {name: share(found) for name, found in hits.items()}


def new_combinations(stage: Stage) -> Figures:
    """Colours of shapes and textures that no training picture had: colour, kind, and both."""
    judge = stage.referee()
    everything = range(len(judge.classes.names))
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for task, image in _painted(stage, is_new=True):
        is_colour = colour_of(image, task.is_texture) == task.colour
        is_kind = any(judge.hits([image], [task.subject], everything)[0])
        group = "textures" if task.is_texture else "shapes"
        right[f"{group}, colour"].append(is_colour)
        right[f"{group}, kind (top-5)"].append(is_kind)
        right[f"{group}, both"].append(is_colour and is_kind)
    return {name: share(found) for name, found in right.items()}


def bindings(stage: Stage) -> Figures:
    """Held-out prompts of two coloured shapes in a relation, each painted once."""
    tasks = binding_prompts(BINDING_COUNT, _BINDING_SEED)
    images = stage.paint_each([task.prompt for task in tasks])
    found = [judge_binding(image, task) for image, task in zip(images, tasks, strict=True)]
    figures: Figures = {
        "right colours in the right places": share([one.is_right for one in found]),
        "both colours anywhere": share([one.has_both for one in found]),
    }
    by_relation: defaultdict[str, list[bool]] = defaultdict(list)
    for one, task in zip(found, tasks, strict=True):
        by_relation[task.relation].append(one.is_right)
    return figures | {name: share(right) for name, right in by_relation.items()}


def pixel_judges(stage: Stage) -> Figures:
    """How often the judges of colours and places agree with the captions of real pictures."""
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for kind, colour, image in _captioned(stage.known()):
        hits[f"colour of {kind}"].append(colour_of(image, kind == "textures") == colour)
    for image, task in real_scenes(_REAL_SCENES):
        hits["places of two shapes"].append(judge_binding(image, task).is_right)
    return {kind: share(found) for kind, found in hits.items()}


def _painted(stage: Stage, is_new: bool) -> Iterator[tuple[ColourTask, FloatImage]]:
    """Each colour task that is new, or not, `count` times."""
    tasks = [task for task in colour_tasks() if task.is_new == is_new] * stage.count
    images = stage.paint_each([task.prompt for task in tasks])
    yield from zip(tasks, images, strict=True)


def _captioned(data: Dataset) -> Iterator[tuple[str, str, FloatImage]]:
    asked = {f"{task.colour} {task.subject}": task.colour for task in colour_tasks()}
    parts: tuple[tuple[str, Sequence[str], np.ndarray[tuple[int, ...], np.dtype[np.uint8]]], ...]
    parts = (
        ("shapes", data.shape_phrases, data.shapes),
        ("textures", data.texture_phrases, data.textures),
    )
    for kind, phrases, pictures in parts:
        for phrase, pixels in zip(phrases, pictures, strict=True):
            if phrase in asked:
                is_flat = pixels.shape[-1] == 3
                image = pixels.astype(np.float32) / 255 if is_flat else on_white(pixels)
                yield kind, asked[phrase], image
