"""history list, show, rerun: what was painted, for whom, and the same again.

Must not open the daemon's files; it asks the daemon, as every client does.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core_server.cli.failure import say
from core_server.cli.paint import default_name
from protocol.codec import to_json

if TYPE_CHECKING:
    from protocol.messages import HistoryEntry

NAME = "Command line"
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
    help="A .png, an .ora or a folder.",
)  # fmt: skip
_OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace files that are there.")


@click.group()
def history() -> None:
    """List, show, save and repeat what was painted: here, in GIMP, in Krita, in Blender.

    ID is a job's id, or as much of its beginning as is clear.
    """


@history.command("list")
@click.argument("words", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@_AS_JSON
def list_jobs(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List jobs, newest first; with WORDS those whose prompt has them."""
    from core_server.api import Impasto
    from core_server.cli.console import duration, print_json, print_rows

    with Impasto(name=NAME) as impasto:
        entries = impasto.history(" ".join(words), limit)
    if as_json:
        print_json([entry_json(entry) for entry in entries])
        return
    print_rows(
        ("Id", "When", "From", "Operation", "State", "Took", "Prompt"),
        [
            (
                entry.job[:8], when(entry.created), entry.client_name, entry.operation,
                entry.state.value, duration(entry.seconds) if entry.seconds else "–", entry.prompt,
            )
            for entry in entries
        ],
        "Nothing was found." if words else "Nothing has been painted yet.",
    )  # fmt: skip


@history.command()
@click.argument("id")
@_OUTPUT
@_OVERWRITE
@_AS_JSON
def show(id: str, output: Path | None, overwrite: bool, as_json: bool) -> None:
    """Show one job; with -o save its pictures again."""
    from core_server.api import Impasto
    from core_server.cli.console import print_json
    from core_server.cli.saving import target_for

    with Impasto(name=NAME) as impasto:
        entry = impasto.entry(id)
        files: list[Path] = []
        if output is not None:
            target = target_for(output, default_name(entry.prompt), overwrite)
            files = target.save(impasto.recall(entry.job))
    if as_json:
        print_json({**entry_json(entry), "files": [str(path) for path in files]})
        return
    _show(entry)
    for path in dict.fromkeys(files):
        say(f"Saved {path}.")


@history.command()
@click.argument("id")
@_OUTPUT
@_OVERWRITE
@_AS_JSON
def rerun(id: str, output: Path | None, overwrite: bool, as_json: bool) -> None:
    """Paint a job again, with its pictures, parameters and seed: the same result."""
    from core_server.api import Impasto
    from core_server.cli.console import bar
    from core_server.cli.saving import announce, target_for

    with Impasto(name=NAME) as impasto:
        entry = impasto.entry(id)
        target = target_for(output, default_name(f"{entry.prompt} again"), overwrite)
        with bar(f"{entry.operation.capitalize()} again") as progress:
            pictures = impasto.repeat(entry.job, progress=progress)
        files = target.save(pictures)
    announce(pictures, files, as_json)


def entry_json(entry: HistoryEntry) -> dict[str, Any]:
    """An entry with every field, so that scripts need not know the defaults."""
    return {name: to_json(value) for name, value in vars(entry).items()}


def when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _show(entry: HistoryEntry) -> None:
    from core_server.cli.console import STDOUT, duration

    facts: dict[str, object] = {
        "id": entry.job,
        "when": when(entry.created),
        "from": entry.client_name,
        "operation": entry.operation,
        "state": entry.state.value,
        "model": entry.model,
        "took": duration(entry.seconds) if entry.seconds else "",
        "pictures": entry.items or "",
        "error": entry.error.message if entry.error else "",
        **_parameters(entry.record),
    }
    for name, value in facts.items():
        if value not in ("", None):
            STDOUT.print(f"{name:>15}  {value}")


def _parameters(record: dict[str, Any]) -> dict[str, object]:
    params = record.get("params")
    return dict(params) if isinstance(params, dict) else {}
