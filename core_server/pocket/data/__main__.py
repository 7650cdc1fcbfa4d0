"""Build pocket's data set: `python -m core_server.pocket.data`.

It only reads options, starts the build and says what came of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from core_server.pocket.data.cache import (
    SHAPE_COUNT,
    TEXTURE_COUNT,
    build,
    default_path,
    write,
)
from core_server.pocket.data.dataset import load_dataset
from core_server.pocket.data.sources import cache_folder
from core_server.pocket.data.travel import pack, read_drawings


def main(arguments: list[str] | None = None) -> int:
    """Build the archive and print its size; 1 when a package cannot be had."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    try:
        drawn = (
            read_drawings(options.drawings_from)
            if options.drawings_from
            else build(cache_folder(), options.processes)
        )
        if options.travel:
            pack(options.travel, drawn)
            print(f"{options.travel}: {options.travel.stat().st_size / 1e6:.1f} MB")
            return 0
        write(
            options.output,
            drawn,
            texture_count=options.textures,
            shape_count=options.shapes,
            processes=options.processes,
        )
    except (KeyError, OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    data = load_dataset(options.output)
    print(
        f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB, "
        f"{len(data.drawings)} drawings of {len(data.concepts)} concepts ({len(data.heldout)} "
        f"drawings and {int(data.concept_heldout.sum())} concepts held out), "
        f"{len(data.textures)} textures, {len(data.shapes)} shapes, "
        f"in {time.monotonic() - started:.0f} s"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core_server.pocket.data")
    parser.add_argument("--output", type=Path, default=default_path(), help="archive to write")
    parser.add_argument("--textures", type=int, default=TEXTURE_COUNT, help="pictures to draw")
    parser.add_argument("--shapes", type=int, default=SHAPE_COUNT, help="pictures to draw")
    parser.add_argument("--processes", type=int, default=1, help="cores to draw with")
    parser.add_argument("--travel", type=Path, help="write a small archive of the drawings alone")
    parser.add_argument(
        "--drawings-from",
        type=Path,
        help="take the drawings from this archive (of either kind) instead of the packages",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
