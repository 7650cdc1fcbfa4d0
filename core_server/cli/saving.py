"""Where results go and what is said about them: names, numbers, JSON.

Must not replace a file that is already there, unless it was told to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core_server.cli.failure import Hint, say
from core_server.pictures import SUFFIXES, Pictures, named, numbered


@dataclass(frozen=True)
class Target:
    """path: what was asked for, or made up. overwrite: files there may be replaced."""

    path: Path
    overwrite: bool

    def save(self, pictures: Pictures) -> list[Path]:
        """Write all pictures; one path per picture (an .ora holds them all).

        What appeared there while the job was painted is kept: a free name is taken instead.
        """
        path = self.path
        if not self.overwrite:
            path = free_path(self.path, pictures.files)
        return pictures.save(path, overwrite=self.overwrite)


def target_for(
    output: Path | None, name: str, overwrite: bool, maps: tuple[str, ...] = ()
) -> Target:
    """Where to write, checked before anything is painted. maps: what files will be named after.

    Raises Hint.
    """
    if output is None:
        return Target(Path(name), overwrite)
    if output.is_dir() or str(output).endswith((os.sep, "/")) or (maps and not output.suffix):
        _require_folder(output)
        return Target(output / name, overwrite)
    if output.suffix.lower() not in SUFFIXES:
        raise Hint(
            f"Impasto writes .png and .ora files, not {output.name}.", f"-o {output.stem}.png"
        )
    _require_folder(output.parent)
    files = named(output, maps) if maps else numbered(output, 2)
    if not overwrite and any(path.exists() for path in (output, *files)):
        raise Hint(f"{output} is already there.", "another name, or --overwrite")
    return Target(output, overwrite)


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise Hint(f"There is no folder {folder}.", f"mkdir -p {folder}")
    if not os.access(folder, os.W_OK):
        raise Hint(f"The folder {folder} is not yours to write to.", "another -o")


def free_path(path: Path, files: Callable[[Path], list[Path]]) -> Path:
    """`path`, or name-again-2.png …: the first of whose files none is there yet."""
    candidate, attempt = path, 1
    while any(p.exists() for p in files(candidate)):
        attempt += 1
        candidate = path.with_stem(f"{path.stem}-again-{attempt}")
    return candidate


def announce(pictures: Pictures, files: list[Path], as_json: bool) -> None:
    """Paths, seeds and scores on stdout; only the paths where stdout is no terminal."""
    for note in pictures.notes:
        say(note)
    if as_json:
        from core_server.cli.console import print_json

        print_json(result_json(pictures, files))
    elif sys.stdout.isatty():
        from core_server.cli.console import print_rows

        rows = [
            (
                str(path),
                f"seed {picture.seed}" if picture.seed is not None else "",
                f"score {picture.score:.3f}" if picture.score is not None else "",
            )
            for path, picture in zip(files, pictures, strict=True)
        ]
        print_rows(("", "", ""), rows, "Nothing came out.")
    else:
        for path in dict.fromkeys(files):
            print(path)


def result_json(pictures: Pictures, files: list[Path]) -> dict[str, Any]:
    """What `--json` prints for a job."""
    return {
        "job": pictures.job,
        "pictures": [
            {
                "path": str(path),
                "name": picture.name,
                "seed": picture.seed,
                "score": picture.score,
                "rect": list(picture.rect),
            }
            for path, picture in zip(files, pictures, strict=True)
        ],
        "record": pictures.record,
        "notes": list(pictures.notes),
    }
