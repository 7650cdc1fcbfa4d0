"""How a measurement is written down: shares with their counts, means, picks that nobody made.

It must not measure anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Figures = dict[str, object]
"""One section: what was counted → a number or a short text."""

Item = TypeVar("Item")


def share(found: Sequence[bool]) -> str:
    """How many are true, of how many, and in percent."""
    right = sum(found)
    return f"{right} of {len(found)} ({100 * right / max(1, len(found)):.0f} %)"


def mean(values: Iterable[float]) -> float | None:
    """To three places; None of nothing."""
    found = list(values)
    return round(sum(found) / len(found), 3) if found else None


def top_hits(hits: Sequence[Sequence[bool]]) -> Figures:
    """hits: for each question, whether the first, second … answer is right."""
    return {
        "top-1": share([row[0] for row in hits]),
        "top-5": share([any(row[:5]) for row in hits]),
    }


def picked(items: Iterable[Item], count: int, words: Callable[[Item], str]) -> list[Item]:
    """`count` items by a hash of their words: fixed, all over the place, and chosen by nobody."""

    def lot(item: Item) -> str:
        return hashlib.sha256(words(item).encode()).hexdigest()

    return sorted(items, key=lot)[:count]
