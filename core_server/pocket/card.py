"""Fills the measured part of MODEL_CARD.md from the manifest, between two markers.

It must not measure anything, and leaves every other line of the card alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CARD = Path(__file__).parent / "MODEL_CARD.md"
SAMPLES = "samples.png"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

_LABELS = {
    "seconds": "Seconds",
    "threads": "CPU threads used for these figures",
    "colour_accuracy": "Pictures whose main colour is the one asked for",
    "clip_agreement": "Agreement with the prompt in Pocket's own CLIP (it also led the training)",
    "retrieval_of_held_out_pictures": "Held-out drawings found by their plain name",
    "unseen_words": "Words of no caption that land by a fitting name",
    "prior_cosine": "Cosine of an imagined embedding with the held-out drawing's",
    "judge_on_training_pictures": "The colour judge against the training's own captions",
}


def write_card(manifest: Mapping[str, object], card: Path = CARD) -> None:
    """Replace what is between the markers. Raises ValueError where the card has no markers."""
    text = card.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{card} needs the lines {BEGIN} and {END}")
    card.write_text(f"{before}{BEGIN}\n{_measured(manifest)}\n{END}{after}", "utf-8")


def _measured(manifest: Mapping[str, object]) -> str:
    parts, training = _table(manifest["parts"]), _table(manifest["training"])
    figures = _table(manifest["figures"])
    lines = ["| part | parameters |", "|---|---|"]
    lines += [f"| {name} | {_table(part)['parameters']:,} |" for name, part in parts.items()]
    lines += ["", "| training | |", "|---|---|"]
    lines += [f"| {_words(name)} | {value} |" for name, value in training.items()]
    lines += ["", "| measured | | |", "|---|---|---|"]
    for name, value in figures.items():
        label = _LABELS.get(name, _words(name))
        if not isinstance(value, Mapping):
            lines.append(f"| {label} | | {value} |")
            continue
        lines += [f"| {label} | {_words(key)} | {number} |" for key, number in value.items()]
    return "\n".join(lines)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"the manifest has {value!r} where a table is expected")
    return value


def _words(name: str) -> str:
    return name.replace("_", " ")
