"""Tables for people (rich) and for programs (JSON).

Must not measure anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import rich.box
from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.measuring import Row, Table

_VERDICTS = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}


def print_table(console: Console, table: Table) -> None:
    """One line per row: figure, baseline, ratio with its quartiles, target, verdict."""
    shown = RichTable(title=table.title, title_justify="left", box=rich.box.SIMPLE_HEAD)
    shown.add_column("")
    shown.add_column("measured", justify="right")
    shown.add_column("beside", justify="left")
    shown.add_column("", justify="right")
    shown.add_column("ratio (quartiles)", justify="right")
    shown.add_column("target", justify="right")
    shown.add_column("")
    for row in table.rows:
        shown.add_row(
            row.what,
            _figure(row.value, row.unit),
            row.baseline_name,
            _figure(row.baseline, row.unit),
            f"{_ratio(row.ratio)} ({_ratio(row.low)}–{_ratio(row.high)})",
            _target(row),
            _VERDICTS[row.is_met],
        )
    console.print(shown)
    for note in table.notes:
        console.print(f"  {note}", style="dim", highlight=False)


def as_json(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """All figures and verdicts, seconds and megabytes unrounded."""
    return [
        {
            "title": table.title,
            "rows": [{**asdict(row), "is_met": row.is_met} for row in table.rows],
            "notes": list(table.notes),
        }
        for table in tables
    ]


def _figure(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
    return f"{value:.0f} {unit}"


def _ratio(value: float) -> str:
    digits = 0 if value >= 20 else 1 if value >= 5 else 2
    return f"{value:.{digits}f}×"


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    limit = row.target.limit
    sign = "≥" if row.target.at_least else "≤"
    return f"{sign} {limit:g} {row.unit}" if row.target.of_value else f"{sign} {limit:g}×"
