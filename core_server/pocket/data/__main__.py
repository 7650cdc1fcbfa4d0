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
    read_emoji,
    write,
)
from core_server.pocket.data.dataset import load_dataset
from core_server.pocket.data.sources import cache_folder


def main(arguments: list[str] | None = None) -> int:
    """Build the archive and print its size; 1 when a package cannot be had."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    try:
        emoji = read_emoji(options.emoji_from) if options.emoji_from else build(cache_folder())
        write(
            options.output,
            emoji,
            texture_count=options.textures,
            shape_count=options.shapes,
            processes=options.processes,
        )
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    data = load_dataset(options.output)
    print(
        f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB, {len(data.emoji)} emoji "
        f"pictures of {len(data.concepts)} concepts ({len(data.heldout)} held out), "
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
    parser.add_argument(
        "--emoji-from",
        type=Path,
        help="take the emoji from this archive instead of the packages (needs no network)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
