"""How often each drawing is sampled: what artists type first is learnt first.

Words and numbers only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core_server.pocket.data.colours import COLOURS

STYLE_SHARES: dict[str, float] = {
    "3d style": 0.27,
    "cartoon style": 0.24,
    "flat style": 0.16,
    "gradient style": 0.08,
    "blob style": 0.06,
    "line style": 0.05,
    "silhouette": 0.04,
    "3d model": 0.10,
}
"""Share of each style among drawn samples; those of absent styles fall to the others."""

_COMMON, _RARE = 2.0, 0.4
_EVERYDAY_WORDS = """
cat dog puppy kitten mouse rabbit bunny fox bear panda koala lion tiger cow pig frog monkey
chicken rooster penguin bird duck owl eagle horse unicorn bee butterfly snail ladybug ant spider
turtle snake lizard crocodile dinosaur dragon octopus crab fish shark dolphin whale elephant
giraffe zebra camel kangaroo sheep goat deer squirrel hedgehog bat wolf hamster flamingo parrot
swan peacock seal otter sloth gorilla
apple pear orange lemon banana watermelon grapes strawberry cherries cherry peach pineapple
coconut avocado tomato carrot corn pepper broccoli mushroom bread croissant pizza hamburger
burger hotdog fries taco sushi noodles egg pancakes cheese cake cupcake pie cookie donut
chocolate candy lollipop honey milk coffee tea wine beer cocktail ice-cream popcorn
heart star sun moon cloud rainbow snowflake snowman fire flame water wave leaf tree flower rose
tulip sunflower cactus palm bouquet grass mountain volcano island beach desert forest planet
earth saturn comet lightning umbrella rain snow
house home castle church building factory tent bridge fountain tower lighthouse hospital school
city skyscraper hut barn
car taxi bus truck tractor bicycle bike motorcycle scooter train locomotive tram airplane plane
helicopter rocket ufo boat ship sailboat submarine ambulance fire-engine van
face smiley robot alien ghost skull clown mermaid fairy wizard witch vampire zombie superhero
angel ninja king queen prince princess baby astronaut pirate knight
ball football basketball trophy medal balloon gift crown ring diamond key lock bell book pen
pencil paintbrush palette scissors hammer wrench screwdriver saw axe knife sword shield bow
guitar piano violin drum trumpet microphone headphones radio camera television computer laptop
phone telephone lamp candle lightbulb clock watch hourglass magnet telescope microscope chair
sofa couch bed table door window toilet bathtub mirror basket backpack hat shoe boot dress shirt
shoes jeans glasses sunglasses sock coat glove scarf umbrella teapot cup mug glass bottle spoon
fork plate bowl pot teddy puzzle dice kite anchor compass map envelope letter flag
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_EXTRAS = frozenset({*COLOURS, "emoji", "face", "head", "the", "a", "an", "of"})


def is_everyday(names: Sequence[str]) -> bool:
    """Whether the plainest name, or a one-word other, is a thing that artists often ask for."""
    words = [word for word in names[0].replace("-", " ").split() if word not in _EXTRAS]
    plain = {" ".join(words), "-".join(words), names[0].replace(" ", "-"), *names}
    return bool(plain & _EVERYDAY)


def drawing_weights(
    names: Sequence[Sequence[str]], groups: Sequence[str], styles: Sequence[str]
) -> npt.NDArray[np.float32]:
    """Relative weight of each drawing, (d,), from its concept's names and group and its style.

    Everyday things weigh about twice the rest and rare clip art 0.4; a style's drawings together
    weigh as STYLE_SHARES says. A concept with n drawings in a style weighs as root n there, lest
    a hundred armchairs outweigh all else. Raises KeyError for an unknown style.
    """
    own = np.array([_importance(*lot) for lot in zip(names, groups, strict=True)], np.float64)
    labels = [(lot[0], style) for lot, style in zip(names, styles, strict=True)]
    counts = Counter(labels)
    own /= np.sqrt([counts[label] for label in labels])
    weights = np.zeros(len(own))
    for style in set(styles):
        rows = np.array([other == style for other in styles])
        weights[rows] = own[rows] / own[rows].sum() * STYLE_SHARES[style]
    return (weights / weights.mean()).astype(np.float32) if len(weights) else np.zeros(0, "f4")


def _importance(names: Sequence[str], group: str) -> float:
    if is_everyday(names):
        return _COMMON
    return _RARE if group in {"clip-art", "silhouette"} else 1.0
