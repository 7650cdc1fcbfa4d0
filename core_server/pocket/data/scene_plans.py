"""What stands in a scene and how, planned in words and sizes before anything is painted.

It must not place pixels (see `layouts`) nor hold anything out: that is judged by a plan's facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from core_server.pocket.data import layouts
from core_server.pocket.data.captions import with_article
from core_server.pocket.data.colours import Colour, pick
from core_server.pocket.data.scene_words import HOSTS, NUMBERS, SIZE_WORDS, WORDINGS, plural
from core_server.pocket.data.shapes import SHAPES, choose
from core_server.pocket.data.stamps import SIZES, Cast, Stamp, drawing_stamp, shape_stamp

Choice = TypeVar("Choice")
Fact = tuple[str, str, str]

_SAME_SHAPE, _NAMED_COLOUR, _SIZED = 0.2, 0.6, 0.3
# Colours that could be taken for each other's shade where one lies on the other.
_ALIKE = frozenset(
    frozenset(pair)
    for pair in (
        ("red", "brown"), ("orange", "brown"), ("black", "brown"), ("black", "gray"),
        ("white", "gray"), ("blue", "purple"), ("orange", "yellow"), ("red", "orange"),
        ("turquoise", "blue"), ("turquoise", "green"), ("pink", "white"), ("yellow", "white"),
        ("red", "pink"),
    )
)  # fmt: skip
# Side of what fits inside a shape, as a share of that shape's own.
_HOLLOWS = {
    "circle": 0.50, "square": 0.56, "hexagon": 0.50, "diamond": 0.32, "oval": 0.38, "ring": 0.38,
    "heart": 0.40,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """A shape in a colour, or a drawing of the cast (`index`); `said` is what captions call it."""

    noun: str
    colour: str | None
    said: str
    index: int | None = None
    paint: Colour | None = None

    @property
    def key(self) -> str:
        return self.noun if self.index is not None else f"{self.colour} {self.noun}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A scene before it is painted; `sizes` are frame sides in pixels."""

    things: list[Thing]
    sizes: list[int]
    layout: layouts.Layout
    facts: list[Fact]
    caption: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What all things of one scene share. `members` are the drawings of its style, if it has."""

    rng: np.random.Generator
    cast: Cast
    shading: str
    style: str | None
    drawing_share: float
    is_bare: bool

    def one_of(self, choices: tuple[Choice, ...]) -> Choice:
        return choices[int(self.rng.random() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.rng.random() * (high - low + 1))

    def drawing(self) -> Thing:
        members = self.cast.members[str(self.style)]
        index = int(members[int(self.rng.random() * len(members))])
        noun, colour = self.cast.nouns[index], self.cast.colours[index]
        is_said = colour is not None and self.rng.random() < _NAMED_COLOUR
        return Thing(noun, colour, f"{colour} {noun}" if is_said else noun, index)

    def shape(self, shapes: tuple[str, ...] = SHAPES) -> Thing:
        shape, colour = choose(self.rng, shapes)
        # Flat white would not be seen on white ground.
        while colour == "white" and self.shading != "3d":
            shape, colour = choose(self.rng, shapes)
        noun = "ball" if shape == "sphere" and self.rng.random() < 0.4 else shape
        return Thing(shape, colour, f"{colour} {noun}", None, pick(self.rng, colour))

    def thing(self, shapes: tuple[str, ...] = SHAPES) -> Thing:
        """A drawing or a shape."""
        return self.drawing() if self.rng.random() < self.drawing_share else self.shape(shapes)

    def name(self, thing: Thing, size: str = "") -> str:
        """What a caption calls it, `size` being a key of SIZE_WORDS or nothing."""
        words = f"{self.one_of(SIZE_WORDS[size])} {thing.said}" if size else thing.said
        return words if self.is_bare else with_article(words)

    def say(self, wording: str, **names: str) -> str:
        return self.one_of(WORDINGS[wording]).format(**names)

    def stamp(self, thing: Thing, side: int) -> Stamp:
        if thing.index is not None:
            return drawing_stamp(self.cast, thing.index, side)
        if thing.paint is None:
            raise ValueError("A shape needs a colour to be painted in.")
        return shape_stamp(thing.noun, self.shading, side, thing.paint)


def _can_meet(first: Thing, second: Thing) -> bool:
    """Whether both are told apart where they touch."""
    if first.noun == second.noun and first.index is not None:
        return False
    if first.colour is None or second.colour is None:
        return True
    return first.colour != second.colour and frozenset((first.colour, second.colour)) not in _ALIKE


def _differ(things: list[Thing]) -> bool:
    """Whether no two share a colour word of shapes, or a noun of drawings."""
    drawn = [thing.noun for thing in things if thing.index is not None]
    painted = [thing.colour for thing in things if thing.index is None]
    return len(set(drawn)) == len(drawn) and len(set(painted)) == len(painted)


def _two(stage: Stage, hosts: tuple[str, ...] = SHAPES) -> tuple[Thing, Thing] | None:
    first, second = stage.thing(), stage.thing(hosts)
    if first.index is None and second.index is None and stage.rng.random() < _SAME_SHAPE:
        first = stage.shape((second.noun,))
    return (first, second) if _differ([first, second]) else None


def _sizes(stage: Stage) -> tuple[tuple[str, str], list[int]]:
    """Size words of two separate things, mostly none, and frame sides that fit them."""
    if stage.rng.random() >= _SIZED:
        middle = stage.between(26, 30)
        return ("", ""), [middle + stage.between(-2, 2), middle + stage.between(-2, 2)]
    small, big, plain = stage.between(14, 17), stage.between(38, 42), stage.between(26, 29)
    words, sizes = stage.one_of(
        (
            (("small", "big"), [small, big]),
            (("big", "small"), [big, small]),
            (("small", ""), [small, plain]),
            (("", "small"), [plain, small]),
        )
    )
    return words, sizes


def _apart(stage: Stage, relation: str) -> Plan | None:
    """Two things with clear ground between them."""
    two = _two(stage)
    if two is None:
        return None
    words, sizes = _sizes(stage)
    is_column = relation == "above" or (relation == "and" and stage.rng.random() < 0.25)
    lot = stage.rng.random() if relation in {"and", "next to"} else 0.0
    layout: layouts.Layout = layouts.column if is_column else layouts.row
    seen = [two[0].key, "above" if is_column else "left of", two[1].key]
    if lot >= 0.5:
        layout, seen = layouts.mirrored(layout), seen[::-1]
    facts: list[Fact] = [(seen[0], seen[1], seen[2]), (two[0].key, relation, two[1].key)]
    names = {"a": stage.name(two[0], words[0]), "b": stage.name(two[1], words[1])}
    return Plan(list(two), sizes, layout, facts, stage.say(relation, **names))


def _left(stage: Stage) -> Plan | None:
    return _apart(stage, "left of")


def _above(stage: Stage) -> Plan | None:
    return _apart(stage, "above")


def _next(stage: Stage) -> Plan | None:
    return _apart(stage, "next to")


def _and(stage: Stage) -> Plan | None:
    return _apart(stage, "and")


def _on(stage: Stage) -> Plan | None:
    first, second = stage.thing(), stage.shape(HOSTS["on"])
    if first.index is None and stage.rng.random() < _SAME_SHAPE:
        first = stage.shape((second.noun,))
    if not _can_meet(first, second):
        return None
    is_small = stage.rng.random() < _SIZED / 2
    sizes = [stage.between(14, 17) if is_small else stage.between(24, 29), stage.between(28, 34)]
    word, other = ("small", "big" if stage.rng.random() < 0.5 else "") if is_small else ("", "")
    caption = stage.say("on", a=stage.name(first, word), b=stage.name(second, other))
    facts = [(first.key, "on", second.key)]
    return Plan([first, second], sizes, layouts.pile, facts, caption)


def _in_front(stage: Stage) -> Plan | None:
    first, second = stage.thing(), stage.thing()
    if not _can_meet(first, second):
        return None
    caption = stage.say("in front of", a=stage.name(first), b=stage.name(second))
    facts = [(first.key, "in front of", second.key)]
    sizes = [stage.between(26, 32), stage.between(40, 46)]
    return Plan([first, second], sizes, layouts.in_front, facts, caption)


def _inside(stage: Stage) -> Plan | None:
    first, second = stage.thing(), stage.shape(HOSTS["inside"])
    outer = stage.between(54, 60)
    inner = round(outer * _HOLLOWS[second.noun])
    if not _can_meet(first, second) or (first.index is not None and inner < SIZES[1]):
        return None
    layout = layouts.inside_heart if second.noun == "heart" else layouts.inside
    caption = stage.say("inside", a=stage.name(first), b=stage.name(second))
    facts = [(first.key, "inside", second.key)]
    return Plan([first, second], [inner, outer], layout, facts, caption)


def _pile(stage: Stage) -> Plan | None:
    things = [stage.thing(), stage.shape(HOSTS["on"]), stage.shape(HOSTS["on"])]
    if stage.rng.random() < _SAME_SHAPE:
        things[1] = stage.shape((things[2].noun,))
    if not (_can_meet(*things[:2]) and _can_meet(*things[1:]) and _differ(things)):
        return None
    facts: list[Fact] = [(upper.key, "on", lower.key) for upper, lower in pairwise(things)]
    facts.append((things[0].key, "above", things[2].key))
    names = {key: stage.name(thing) for key, thing in zip("abc", things, strict=True)}
    size = stage.between(20, 25)
    return Plan(things, [size, size, size + 2], layouts.pile, facts, stage.say("stack", **names))


def _order_facts(things: list[Thing]) -> list[Fact]:
    """What a row from left to right shows: each left of the later, each next to its neighbour."""
    facts: list[Fact] = [
        (first.key, "left of", second.key)
        for place, first in enumerate(things)
        for second in things[place + 1 :]
    ]
    facts += [(a.key, "next to", b.key) for a, b in pairwise(things)]
    return facts


def _three(stage: Stage) -> list[Thing] | None:
    things = [stage.thing(), stage.thing(), stage.thing()]
    return things if _differ(things) else None


def _between(stage: Stage) -> Plan | None:
    things = _three(stage)
    if things is None:
        return None
    sizes = [stage.between(18, 21)] * 3
    middle, *sides = (stage.name(thing) for thing in things)
    if stage.rng.random() < 0.5:
        things[2] = things[1]
        names = {"a": middle, "b": plural(things[1].said)}
        caption = stage.say("between two", **names)
    else:
        caption = stage.say("between", a=middle, b=sides[0], c=sides[1])
    shown = [things[1], things[0], things[2]]
    if stage.rng.random() < 0.5:
        shown.reverse()
    return Plan(shown, sizes, layouts.row, _order_facts(shown), caption)


def _list(stage: Stage) -> Plan | None:
    things = _three(stage)
    if things is None:
        return None
    names = {key: stage.name(thing) for key, thing in zip("abc", things, strict=True)}
    shown = [things[i] for i in stage.rng.permutation(3)]
    caption, facts = stage.say("list", **names), _order_facts(shown)
    if stage.rng.random() < 0.5:
        return Plan(shown, [stage.between(18, 21)] * 3, layouts.row, facts, caption)
    for lower in shown[1:]:
        facts += [(shown[0].key, "above", lower.key), (shown[0].key, "below", lower.key)]
    return Plan(shown, [stage.between(24, 28)] * 3, layouts.triangle, facts, caption)


def _two_and(stage: Stage) -> Plan | None:
    twice, once = stage.thing(), stage.thing()
    if not _differ([twice, once]):
        return None
    shown = [twice, twice, once] if stage.rng.random() < 0.5 else [once, twice, twice]
    caption = stage.say("two and", a=plural(twice.said), b=stage.name(once))
    return Plan(shown, [stage.between(18, 21)] * 3, layouts.row, _order_facts(shown), caption)


def _count(stage: Stage) -> Plan | None:
    number = stage.one_of((2, 2, 3, 3, 3, 4, 4))
    thing = stage.thing()
    choices = {
        2: ((layouts.row, 27), (layouts.row, 27), (layouts.column, 27)),
        3: ((layouts.row, 19), (layouts.row, 19), (layouts.triangle, 26)),
        4: ((layouts.square, 27), (layouts.square, 27), (layouts.row, 16)),
    }
    layout, side = stage.one_of(choices[number])
    if thing.index is not None and side < SIZES[1] - 1:
        layout, side = layouts.square, 27
    caption = f"{stage.one_of(NUMBERS[number])} {plural(thing.said)}"
    return Plan([thing] * number, [side + stage.between(-1, 1)] * number, layout, [], caption)


_KINDS: tuple[tuple[Callable[[Stage], Plan | None], float], ...] = (
    (_on, 0.17),
    (_above, 0.14),
    (_left, 0.19),
    (_next, 0.09),
    (_and, 0.09),
    (_in_front, 0.05),
    (_inside, 0.08),
    (_pile, 0.04),
    (_between, 0.05),
    (_list, 0.02),
    (_two_and, 0.02),
    (_count, 0.06),
)
BUILDERS = tuple(build for build, _ in _KINDS)
CUMULATED = np.cumsum([share for _, share in _KINDS])
