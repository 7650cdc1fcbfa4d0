"""What commands show while they work and when they list: a bar, tables, sizes and times in words.

Everything but `print_json` and tables goes to stderr, so that stdout stays clean for scripts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from protocol.messages import Phase
from protocol.messages import Progress as JobProgress

FILE_WIDTH = 240
"""Columns of a table in a file or a pipe, where nothing shall be folded."""

# An artist's brackets and colons are words, not markup.
STDOUT = Console(
    highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else FILE_WIDTH
)
STDERR = Console(stderr=True, highlight=False, markup=False, emoji=False)


class Reporter(Protocol):
    """Takes a job's progress, from the thread that waits for it."""

    def __call__(self, progress: JobProgress) -> None: ...


@contextmanager
def bar(title: str) -> Iterator[Reporter]:
    """One bar for one job: its phase, its place in the queue, its steps and what remains.

    It vanishes at the end; where stderr is no terminal nothing is shown.
    """
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[title]}", style="bold", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=STDERR,
        transient=True,
        disable=not STDERR.is_terminal,
    ) as progress:
        task = progress.add_task("Starting", total=None, title=title)
        yield lambda news: _show(progress, task, news)


def _show(progress: Progress, task: TaskID, news: JobProgress) -> None:
    if news.phase is Phase.PAINTING and news.steps:
        progress.update(task, total=news.steps, completed=news.step)
    progress.update(task, description=phrase(news))


def phrase(news: JobProgress) -> str:
    """Where a job is, in a few words."""
    remains = f", {duration(news.eta_s)} to go" if news.eta_s else ""
    match news.phase:
        case Phase.QUEUED:
            waits = f"Waiting, number {news.position} in the queue" if news.position else "Waiting"
            return waits + remains
        case Phase.LOADING:
            return news.message or "Loading the model"
        case Phase.PAINTING:
            step = f"Painting, step {news.step} of {news.steps}" if news.steps else "Painting"
            return step + remains
        case Phase.FINISHING:
            return news.message or "Finishing"


def table(columns: Sequence[str], whole: Sequence[str] = ()) -> Table:
    """An empty table in the one look all lists have. whole: columns that are never folded."""
    made = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in whole)
    return made


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    empty: str,
    whole: Sequence[str] = (),
) -> None:
    """A table on stdout, or one sentence where there are no rows. whole: as for `table`."""
    if not rows:
        STDOUT.print(empty)
        return
    made = table(columns, whole)
    for row in rows:
        made.add_row(*row)
    STDOUT.print(made)


def print_json(data: object) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def duration(seconds: float) -> str:
    """As people say it: 8 s, 2 min 05 s, 1 h 04 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def size(count: float) -> str:
    """Bytes as people say it: 512 B, 1.5 MB, 2.1 GB."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
