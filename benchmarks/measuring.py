"""Timing side by side: every round measures every way once, and ratios are taken within a round.

Must not know what is measured. Other programs disturb single figures more than they disturb
ratios of neighbours, so verdicts rest on the median ratio.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

Way = Callable[[], float]
"""Does it once and returns what was measured."""

PERCENT_BELOW, PERCENT_ABOVE = 25, 75
MIN_ROUNDS = 3
_PROBE_S = 0.5


@dataclass(frozen=True)
class Target:
    """A limit for the ratio to the baseline, or, if `of_value`, for the figure itself."""

    limit: float
    at_least: bool = False
    of_value: bool = False


@dataclass(frozen=True)
class Row:
    """One figure beside its baseline.

    value, baseline: medians, in `unit` (s or MB). ratio: median of value / baseline of each round
    (baseline / value if `inverted`); low, high: its quartiles.
    """

    what: str
    value: float
    unit: str
    baseline_name: str
    baseline: float
    ratio: float
    low: float
    high: float
    inverted: bool = False
    target: Target | None = None

    @property
    def is_met(self) -> bool | None:
        """None without a target."""
        if self.target is None:
            return None
        figure = self.value if self.target.of_value else self.ratio
        return (
            (figure >= self.target.limit) if self.target.at_least else figure <= self.target.limit
        )


@dataclass(frozen=True)
class Table:
    """What one benchmark found. notes: sentences below the table."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def timed(action: Callable[[], object]) -> Way:
    """A way that does `action` and returns the seconds it took."""

    def measure() -> float:
        begun = time.perf_counter()
        action()
        return time.perf_counter() - begun

    return measure


def interleaved(
    ways: Mapping[str, Way], rounds: int, warm_up: int = 1, limit_s: float = 30
) -> dict[str, list[float]]:
    """Measure each way once per round, each round beginning with another one.

    The first `warm_up` rounds do not count. On a busy machine, rounds that would begin after
    `limit_s` are left out, down to MIN_ROUNDS. Element i of every list is from the same round.
    """
    names = list(ways)
    found: dict[str, list[float]] = {name: [] for name in names}
    begun = time.monotonic()
    for number in range(warm_up + rounds):
        if number >= warm_up + MIN_ROUNDS and time.monotonic() - begun > limit_s:
            break
        first = number % len(names)
        for name in names[first:] + names[:first]:
            figure = ways[name]()
            if number >= warm_up:
                found[name].append(figure)
    return found


def row(
    what: str,
    values: Sequence[float],
    baseline: tuple[str, Sequence[float]],
    *,
    unit: str = "s",
    inverted: bool = False,
    target: Target | None = None,
) -> Row:
    """Compare figures with those of the same rounds. baseline: its name and its figures."""
    name, others = baseline
    pairs = zip(values, others, strict=True)
    ratios = [other / value if inverted else value / other for value, other in pairs]
    return Row(
        what,
        statistics.median(values),
        unit,
        name,
        statistics.median(others),
        statistics.median(ratios),
        _percentile(ratios, PERCENT_BELOW),
        _percentile(ratios, PERCENT_ABOVE),
        inverted,
        target,
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[round((len(ordered) - 1) * percent / 100)]


def machine() -> str:
    """What this runs on, in a few words."""
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    memory = psutil.virtual_memory().total / 2**30
    return f"{_cores()}, {memory:.0f} GB, {system}"


def load() -> str:
    """How busy the machine is: load averages over 1 and 5 minutes, and what is left for us."""
    one, five, _ = psutil.getloadavg()
    begun, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < _PROBE_S:
        pass
    share = (time.process_time() - used) / (time.perf_counter() - begun)
    return f"load {one:.1f} / {five:.1f} (1 / 5 min), a busy loop gets {share:.0%} of a core"


def _cores() -> str:
    all_of_them = os.cpu_count() or 1
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else all_of_them
    return f"{ours} of {all_of_them} cores"
