"""Trains pocket: `python -m core_server.pocket.train clip|prior|decoder|superres|pack|unpack|all`.

It only reads options and starts the work. Clip and decoder keep a checkpoint in `--folder` and go
on from it, so that a long training can be many short commands. The order, because each stage is
frozen into the next: clip, then prior and decoder, superres at any time, then pack; `all` does
everything. `unpack` makes checkpoints of packed weights, to go on from them on another machine.
MODEL_CARD.md tells the recipe.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from core_server.pocket.clip import ClipConfig
from core_server.pocket.data.cache import default_path
from core_server.pocket.decoder import DecoderConfig
from core_server.pocket.prior import PriorConfig
from core_server.pocket.train import clip, decoder, prior, superres
from core_server.pocket.train.run import DEFAULT_HOME, RunOptions, restore, save, seconds_until
from core_server.pocket.weights import WEIGHTS, Part, pack, read_manifest, read_parts

STAGES = ("clip", "prior", "decoder", "superres")
BATCH = {"clip": 256, "prior": 512, "decoder": 64}
LEARNING_RATE = {"clip": 1e-3, "prior": 1e-3, "decoder": 8e-4}
DECODERS = {
    "small": DecoderConfig(
        patch=4, channels=(96, 160, 256), blocks=(2, 2, 2), attention_levels=(1, 2)
    ),
    "large": DecoderConfig(),
}
"""Small learns three times as fast and fits a CPU; large has no four-pixel grid and wants a GPU."""

SHARE_OF_ALL = {"clip": 0.25, "prior": 0.05, "decoder": 0.70, "superres": 0.0}
"""How `all` divides its time."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 with a sentence when something it needs is not there."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "pack":
            _pack(options)
        elif options.command == "unpack":
            _unpack(options)
        elif options.command == "all":
            for name in STAGES:
                _train(name, options, SHARE_OF_ALL[name])
            _pack(options)
        else:
            _train(options.command, options, 1.0)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core_server.pocket.train")
    parser.add_argument("command", choices=(*STAGES, "pack", "unpack", "all"))
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--minutes", type=float, default=9.0, help="time to train (9)")
    when.add_argument("--until", metavar="HH:MM", help="train until then, UTC")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--processes",
        type=int,
        default=max(0, (os.cpu_count() or 1) - 2) if torch.cuda.is_available() else 0,
        help="how many draw pictures in the background (none on a CPU, which has no core to spare)",
    )
    parser.add_argument(
        "--helpers",
        type=int,
        default=0,
        help="decoder, on a CPU: how many more processes learn on the same weights",
    )
    parser.add_argument("--decay", type=float, help="last share of the time that lowers the rate")
    parser.add_argument("--batch", type=int, help=f"pictures in a step {BATCH}")
    parser.add_argument("--learning-rate", type=float, help=f"peak {LEARNING_RATE}")
    size = "large" if torch.cuda.is_available() else "small"
    parser.add_argument("--size", choices=DECODERS, default=size, help="of a fresh decoder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fresh", action="store_true", help="begin again, not at the checkpoint")
    parser.add_argument("--data", type=Path, default=default_path(), help="the data archive")
    parser.add_argument("--folder", type=Path, default=DEFAULT_HOME / "run", help="checkpoints")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="packed, where pack writes")
    parser.add_argument(
        "--fact",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="pack: something to say about the training, such as minutes=90 (repeatable)",
    )
    return parser


def _train(name: str, options: argparse.Namespace, share: float) -> None:
    seconds = seconds_until(options.until) if options.until else options.minutes * 60
    run = RunOptions(
        data=options.data,
        folder=options.folder,
        seconds=seconds * share,
        device=options.device,
        threads=options.threads,
        batch=options.batch or BATCH.get(name, 1),
        learning_rate=options.learning_rate or LEARNING_RATE.get(name, 0.0),
        seed=options.seed,
        fresh=options.fresh,
        processes=options.processes,
        decay=options.decay,
        helpers=0 if options.device.startswith("cuda") else options.helpers,
    )
    stages: dict[str, Callable[[], None]] = {
        "clip": lambda: clip.train(run, ClipConfig(), _wheels("minilm")),
        "prior": lambda: prior.train(run, PriorConfig()),
        "decoder": lambda: decoder.train(run, DECODERS[options.size]),
        "superres": lambda: superres.prepare(_wheels("realesrgan"), options.folder),
    }
    stages[name]()


def _wheels(name: str) -> Path:
    return DEFAULT_HOME / name


def _pack(options: argparse.Namespace) -> None:
    parts: dict[str, Part] = {}
    facts: dict[str, object] = {
        "date": datetime.now(UTC).date().isoformat(),
        "hardware": _processor(),
        "torch": torch.__version__,
    }
    for name in STAGES:
        found = restore(options.folder / f"{name}.pt")
        if found is None:
            raise FileNotFoundError(f"{options.folder} has no {name}.pt: run `{name}` first")
        state = cast("dict[str, Tensor]", found["average"])
        # Its weights are half precision already, and int8 would cost visible detail.
        parts[name] = Part(state, cast("dict[str, object]", found["config"]), name != "superres")
        facts |= {f"{name}_{key}": found[key] for key in ("step", "samples") if key in found}
    facts |= dict(fact.split("=", 1) for fact in options.fact)
    manifest = pack(parts, options.weights, facts)
    shards = cast("list[dict[str, object]]", manifest["shards"])
    size = sum(cast(int, shard["bytes"]) for shard in shards)
    print(f"{options.weights}: {len(shards)} shards, {size / 1e6:.1f} MB, {facts}")


def _unpack(options: argparse.Namespace) -> None:
    """Only average and configuration are kept in packed weights: the optimiser starts anew."""
    facts = cast("dict[str, object]", read_manifest(options.weights)["training"])
    for name, part in read_parts(options.weights).items():
        path = options.folder / f"{name}.pt"
        if path.exists() and not options.fresh:
            raise FileExistsError(f"{path} is there already; --fresh replaces it")
        counts = {key: facts.get(f"{name}_{key}", 0) for key in ("step", "samples")}
        content = {"network": part.state, "average": part.state, "config": part.config, **counts}
        save(path, content)
        print(f"{path}: {sum(value.numel() for value in part.state.values()):,} parameters")


def _processor() -> str:
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    sys.exit(main())
