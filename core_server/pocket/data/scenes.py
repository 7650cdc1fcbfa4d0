"""Pictures of two or three things whose caption says exactly what stands where.

They teach which colour and which place belongs to which noun, as in DALL-E's "a red cube on a
green cube". It must not compose a relation that is held out (see `scene_words`), nor backgrounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core_server.pocket.data import layouts
from core_server.pocket.data.scene_plans import BUILDERS, CUMULATED, Plan, Stage
from core_server.pocket.data.scene_words import BindingPrompt, binding_prompts, is_held_out
from core_server.pocket.data.shapes import SIDE
from core_server.pocket.data.stamps import Cast, Plane, Stamp, cast_of

__all__ = [
    "BindingPrompt",
    "Cast",
    "Scenes",
    "binding_prompts",
    "cast_of",
    "compose",
    "is_held_out",
]

_SHADINGS = ("flat", "3d")
_SHAPES_ONLY, _MIXED = 0.50, 0.30  # the rest holds drawings alone
_BARE, _STYLED = 0.15, 0.2
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Scenes:
    """Composed pictures (n, 64, 64, 4) float32, premultiplied, 0 to 255, on clear ground.

    `subjects` holds the colour words of what is in each, for the choice of a background: "white"
    where anything is white, else all of them, or None.
    """

    premultiplied: Plane
    captions: list[str]
    subjects: list[str | None]


def compose(rng: np.random.Generator, cast: Cast, n: int) -> Scenes:
    """`n` random scenes of shapes and, where the cast is not empty, of its drawings."""
    canvas = np.zeros((n, SIDE, SIDE, 4), np.float32)
    captions: list[str] = []
    subjects: list[str | None] = []
    for picture in canvas:
        stage = _set_stage(rng, cast)
        while True:
            plan = BUILDERS[int(np.searchsorted(CUMULATED, rng.random()))](stage)
            if plan is not None and not any(is_held_out(*fact) for fact in plan.facts):
                placed = _settle(stage, plan)
                if placed is not None:
                    break
        for stamp, (top, left) in reversed(placed):
            height, width = stamp.pixels.shape[:2]
            area = picture[top : top + height, left : left + width]
            area *= 1 - stamp.pixels[..., 3:] / 255
            area += stamp.pixels
        captions.append(_styled(stage, plan))
        subjects.append(_subject(plan))
    return Scenes(canvas, captions, subjects)


def _set_stage(rng: np.random.Generator, cast: Cast) -> Stage:
    lot = rng.random()
    is_bare = rng.random() < _BARE
    if lot < _SHAPES_ONLY or not len(cast):
        shading = _SHADINGS[int(rng.random() * len(_SHADINGS))]
        return Stage(rng, cast, shading, None, 0.0, is_bare)
    style = cast.styles[int(rng.random() * len(cast))]
    share = 0.5 if lot < _SHAPES_ONLY + _MIXED else 1.0
    shading = "3d" if "3d" in style or "gradient" in style else "flat"
    return Stage(rng, cast, shading, style, share, is_bare)


def _styled(stage: Stage, plan: Plan) -> str:
    is_drawn = all(thing.index is not None for thing in plan.things)
    if is_drawn and stage.rng.random() < _STYLED:
        return f"{plan.caption}, {stage.style}"
    return plan.caption


def _subject(plan: Plan) -> str | None:
    colours = {thing.colour for thing in plan.things if thing.colour}
    return "white" if "white" in colours else " ".join(sorted(colours)) or None


def _settle(stage: Stage, plan: Plan) -> list[tuple[Stamp, layouts.Corner]] | None:
    """Stamps with their corners, made smaller until all are in the frame; None if that fails."""
    sizes = plan.sizes
    for _ in range(_ATTEMPTS):
        stamps = [stage.stamp(thing, size) for thing, size in zip(plan.things, sizes, strict=True)]
        corners = plan.layout(stage.rng, stamps)
        if corners is not None:
            framed = layouts.centred(stage.rng, stamps, corners)
            if framed is not None:
                return list(zip(stamps, framed, strict=True))
            sizes = [max(12, size * 9 // 10 // 2 * 2) for size in sizes]
    return None
