"""Measures what the packed weights can do: `python -m core_server.pocket.evaluate [--card]`.

It must not train pocket (only, on real pictures, the judge), and judges no prompt that was chosen
for its result: the prompts are fixed in `evaluation.prompts`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from core_server.pocket.data.cache import default_path
from core_server.pocket.data.dataset import Dataset, load_dataset
from core_server.pocket.evaluation import (
    generated,
    heldout,
    operations,
    resources,
    showcase,
    training,
)
from core_server.pocket.evaluation.card import DOCS, OPERATIONS, QUALITY, SAMPLES, write_card
from core_server.pocket.evaluation.figures import Figures
from core_server.pocket.evaluation.judge import Judge
from core_server.pocket.evaluation.prompts import SHEET
from core_server.pocket.evaluation.stage import Stage
from core_server.pocket.sample import Pocket
from core_server.pocket.sheet import contact_sheet
from core_server.pocket.weights import WEIGHTS, read_manifest, write_manifest
from protocol.errors import CorruptModel


@dataclass(frozen=True)
class Measurement:
    """A section of the figures. is_slow: left out by --quick."""

    key: str
    measure: Callable[[Stage], Figures]
    needs_data: bool = True
    needs_judge: bool = False
    is_slow: bool = False


MEASUREMENTS = (
    Measurement("judge", lambda stage: stage.referee().own_accuracy(stage.known()), True, True),
    Measurement("pixel_judges", generated.pixel_judges),
    Measurement("subjects", generated.subjects, True, True, True),
    Measurement("textures", generated.textures, True, True, True),
    Measurement("colours", generated.colours, False),
    Measurement("new_combinations", generated.new_combinations, True, True),
    Measurement("bindings", generated.bindings, False, False, True),
    Measurement("vary", operations.varied, True, True, True),
    Measurement("mix", operations.mixed, True, True, True),
    Measurement("inpaint", operations.inpainted, True, True),
    Measurement("seamless", operations.seamless, False),
    Measurement("retrieval", heldout.retrieval),
    Measurement("prior_cosine", heldout.prior_cosine),
    Measurement("unseen_words", heldout.unseen_words),
    Measurement("languages", heldout.languages),
)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write figures.json and two sheets; 1 when the weights are unusable."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        pocket = Pocket.load(options.weights, options.device)
    except CorruptModel as error:
        print(error, file=sys.stderr)
        return 1
    used = resources.measured(options.weights, options.device, options.threads)
    stage = _stage(options, pocket)
    figures = _measure(stage, options.quick)
    images = showcase.samples(stage)
    figures |= {"clip_agreement": heldout.clip_agreement(stage, images), "resources": used}
    print(json.dumps(figures, indent=2))
    folder = DOCS if options.card else options.out
    folder.mkdir(parents=True, exist_ok=True)
    contact_sheet(images, SHEET).save(folder / SAMPLES, quality=QUALITY)
    if not options.quick:
        cells = showcase.cells(stage)
        sheet = contact_sheet([image for image, _ in cells], [words for _, words in cells])
        sheet.save(folder / OPERATIONS, quality=QUALITY)
    if options.card:
        manifest = {**read_manifest(options.weights), "figures": figures}
        write_manifest(options.weights, manifest)
        write_card(manifest)
    else:
        (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core_server.pocket.evaluate")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--count", type=int, default=1, help="seeds per colour prompt (1)")
    parser.add_argument("--out", type=Path, default=Path("pocket-evaluation"))
    parser.add_argument("--card", action="store_true", help="write model card and manifest instead")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--data", type=Path, default=default_path())
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--judge", type=Path, help="the judge's checkpoint (judge.pt by the data)")
    parser.add_argument(
        "--judge-minutes", type=float, default=0.0, help="train the judge first, or go on (0)"
    )
    return parser


def _stage(options: argparse.Namespace, pocket: Pocket) -> Stage:
    data, referee = None, None
    if options.data.exists():
        data = load_dataset(options.data)
        referee = _judge(options, data)
    else:
        print(f"{options.data} is not there: what needs it is not measured.", file=sys.stderr)
    return Stage(pocket, options.weights, data, referee, options.count, options.threads)


def _judge(options: argparse.Namespace, data: Dataset) -> Judge | None:
    path: Path = options.judge or options.data.with_name("judge.pt")
    if options.judge_minutes > 0:
        training.train(path, data, options.judge_minutes, options.device)
    found = Judge.load(path, data)
    if found is None:
        print(
            f"{path} is no judge of these data: what needs one is not measured; --judge-minutes 12 "
            "trains it.",
            file=sys.stderr,
        )
    return found


def _measure(stage: Stage, is_quick: bool) -> Figures:
    figures: Figures = {}
    for one in MEASUREMENTS:
        lacks = (one.needs_data and stage.data is None) or (one.needs_judge and stage.judge is None)
        if lacks or (is_quick and one.is_slow):
            continue
        started = time.monotonic()
        figures[one.key] = one.measure(stage)
        print(f"{one.key}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return figures


if __name__ == "__main__":
    sys.exit(main())
