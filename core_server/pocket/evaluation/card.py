"""Fills the measured part of MODEL_CARD.md from the manifest, between two markers.

It must not measure anything, and leaves every other line of the card alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CARD = Path(__file__).parents[1] / "MODEL_CARD.md"
DOCS = Path(__file__).parents[3] / "docs"
SAMPLES, OPERATIONS = "pocket-samples.jpg", "pocket-operations.jpg"
QUALITY = 88
"""Of the sheets as JPEG: every version of them stays in the history."""
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Section:
    """One table of the card: the figures under `key`, and what a reader must know about them."""

    key: str
    title: str
    explanation: str


SECTIONS = (
    Section(
        "judge",
        "The independent judge, on real pictures it never saw",
        "A small residual net trained only on real drawings, textures and shapes. It is the one "
        "that says below what a painted picture shows; it cannot say more surely than this. "
        "Full colour is 3d, cartoon, flat and gradient style; the others are line drawings, "
        "silhouettes, blobs and views of 3-D models.",
    ),
    Section(
        "pixel_judges",
        "The judges of colours and places, on real pictures",
        "They look at pixels only. White, and orange in textures (shaded, it is brown), are not "
        "asked for.",
    ),
    Section(
        "subjects",
        "Subjects",
        "Two hundred names chosen by a hash, half of them of things that artists often ask for; "
        "each painted once, told among all concepts.",
    ),
    Section(
        "textures",
        "Texture kinds",
        "Each kind painted once, told among all of the judge's classes.",
    ),
    Section(
        "colours",
        "Colours",
        "Pictures whose largest colour is the one asked for; shapes and textures of training.",
    ),
    Section(
        "new_combinations",
        "Colours never trained with their shape or texture",
        "The kind counts as right when it is among the judge's five best.",
    ),
    Section(
        "bindings",
        "Two things in a relation",
        "“A red star left of a blue circle”: pairs that no training scene had, judged by where "
        "pixels of both colours are.",
    ),
    Section(
        "vary",
        "Vary",
        "Cosines in the judge's features; distance is one minus cosine.",
    ),
    Section("mix", "Mix", "Nearer is meant in the judge's features."),
    Section("inpaint", "Inpaint", "A coloured shape painted into a hole in a plain ground."),
    Section(
        "seamless",
        "Seamless textures",
        "Mean step across the wrapped borders over the mean step inside, at 256 pixels. About 1 "
        "means no seam; where a joint of bricks lies on the border it is more, so the strongest "
        "line inside is looked at, too.",
    ),
    Section(
        "retrieval",
        "Held-out drawings found by their plain name",
        "Pairs: the concept was seen in other styles. Whole concepts: it was never seen.",
    ),
    Section(
        "prior_cosine",
        "Cosine of an imagined embedding with the held-out drawing's",
        "In Pocket's own CLIP.",
    ),
    Section("unseen_words", "Words of no caption that land by a fitting name", ""),
    Section(
        "languages",
        "Other languages",
        "Names whose nearest English plain name is one of the same concept.",
    ),
    Section(
        "clip_agreement",
        "Agreement of the sheet's pictures with prompts in Pocket's own CLIP",
        "It has led the training, so it can flatter.",
    ),
    Section(
        "resources",
        "Time and memory",
        "One picture alone at the defaults, and the most memory that the process ever held. Wall "
        "time on the machine of the training, which had other work to do.",
    ),
)

_SHEETS = (
    f"![Fixed prompts, each painted once with a fixed seed](../../docs/{SAMPLES})",
    "",
    f"![Vary, mix, inpaint, tiled textures, cut-outs](../../docs/{OPERATIONS})",
    "",
    "Nothing was picked out; the misses are part of it.",
)


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
    sizes = {name: f"{_table(part)['parameters']:,}" for name, part in parts.items()}
    lines = [
        *_rows("part", "parameters", sizes),
        "",
        *_rows("training", "", training),
        "",
        *_SHEETS,
    ]
    figures = _table(manifest["figures"])
    for section in SECTIONS:
        if section.key in figures:
            table = _rows("measured", "", _table(figures[section.key]))
            explanation = [section.explanation, ""] if section.explanation else []
            lines += ["", f"### {section.title}", "", *explanation, *table]
    return "\n".join(lines)


def _rows(first: str, second: str, table: Mapping[str, object]) -> list[str]:
    rows = [f"| {_words(name)} | {value} |" for name, value in table.items()]
    return [f"| {first} | {second} |", "|---|---|", *rows]


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"the manifest has {value!r} where a table is expected")
    return value


def _words(name: str) -> str:
    return name.replace("_", " ")
