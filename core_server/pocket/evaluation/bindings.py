"""Whether two coloured things stand as the prompt says: by position and colour of pixels only.

It must not ask any network, and judges colours that pixels tell apart (see `binding_prompts`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core_server.pocket.data.scenes import BindingPrompt, Cast, binding_prompts, compose
from core_server.pocket.evaluation.pixels import FloatImage, Where, colours_in, subject

Profile = NDArray[np.float64]
"""How many pixels of a colour lie in each row, or in each column."""

_LEAST = 0.05
"""Share of what is painted that each colour must make up."""

_APART, _NEAR = 0.10, 0.14
"""Of the picture's side: between the middles of two things, and of one inside the other."""

_WORDED = re.compile(
    r"an? (?P<first>\w+) \w+ (?P<relation>on|above|below|left of|right of|inside|next to) "
    r"an? (?P<second>\w+) \w+"
)


@dataclass(frozen=True)
class Patch:
    """Where one colour is: its share of the subject, middle and spread, in sides of the picture."""

    portion: float
    x: float
    y: float
    spread: float


@dataclass(frozen=True)
class Found:
    """has_both: both colours are there. is_right: and they stand as they should."""

    has_both: bool
    is_right: bool


def judge_binding(image: FloatImage, asked: BindingPrompt) -> Found:
    """Look for both colours, then compare where they are."""
    first, second = patches(image, (asked.first_colour, asked.second_colour))
    has_both = min(first.portion, second.portion) >= _LEAST
    return Found(has_both, has_both and _stands(first, asked.relation, second))


def patches(image: FloatImage, colours: tuple[str, ...]) -> list[Patch]:
    """Each colour's patch of what differs from the plain border."""
    seen = subject(image)
    down, across = (_profiles(image, seen, axis, colours) for axis in (0, 1))
    painted = max(1.0, float(seen.sum()))
    found = []
    for row_mass, column_mass in zip(down, across, strict=True):
        y, x = _middle(row_mass), _middle(column_mass)
        spread = float(np.hypot(_deviation(row_mass, y), _deviation(column_mass, x)))
        found.append(Patch(float(row_mass.sum()) / painted, x, y, spread))
    return found


def real_scenes(count: int) -> list[tuple[FloatImage, BindingPrompt]]:
    """Composed training scenes of two shapes on white with what their captions say of them."""
    nobody = Cast((), (), (), {}, {}, {})
    scenes = compose(np.random.default_rng(5), nobody, count)
    judged = {task.first_colour for task in binding_prompts(200, 0)}
    found = []
    for pixels, caption in zip(scenes.premultiplied, scenes.captions, strict=True):
        words = _WORDED.fullmatch(caption)
        if words and {words["first"], words["second"]} <= judged:
            image = ((pixels[..., :3] + 255 - pixels[..., 3:]) / 255).astype(np.float32)
            first, relation, second = words["first"], words["relation"], words["second"]
            found.append((image, BindingPrompt(caption, first, "", relation, second, "")))
    return found


def _stands(first: Patch, relation: str, second: Patch) -> bool:
    right, down = second.x - first.x, second.y - first.y
    rules = {
        "on": down >= _APART,
        "above": down >= _APART,
        "below": -down >= _APART,
        "left of": right >= _APART,
        "right of": -right >= _APART,
        "next to": abs(right) >= _APART,
        "inside": float(np.hypot(right, down)) <= _NEAR and first.spread < second.spread,
    }
    return rules[relation]


def _profiles(image: FloatImage, seen: Where, axis: int, colours: tuple[str, ...]) -> list[Profile]:
    """For each colour, how many of its pixels lie in each row (axis 0) or column (axis 1)."""
    mass = np.zeros((len(colours), image.shape[axis]))
    for place in np.flatnonzero(seen.any(1 - axis)):
        where = np.take(seen, [place], axis)
        shares = colours_in(np.take(image, [place], axis), where)
        mass[:, place] = [shares[colour] * where.sum() for colour in colours]
    return list(mass)


def _middle(mass: Profile) -> float:
    places = (np.arange(len(mass)) + 0.5) / len(mass)
    return float((mass * places).sum() / max(mass.sum(), 1e-6))


def _deviation(mass: Profile, middle: float) -> float:
    places = (np.arange(len(mass)) + 0.5) / len(mass)
    return float(np.sqrt((mass * (places - middle) ** 2).sum() / max(mass.sum(), 1e-6)))
