"""Measures what the packed weights can do: `python -m core_server.pocket.evaluate [--card]`.

It must not train, and judges no prompt that it chose for its result: the prompts are fixed here.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core_server.pocket.card import CARD, SAMPLES, write_card
from core_server.pocket.data.cache import default_path
from core_server.pocket.data.captions import with_article
from core_server.pocket.data.colours import COLOURS
from core_server.pocket.data.dataset import Dataset, load_dataset
from core_server.pocket.data.shapes import HELDOUT_SHAPES
from core_server.pocket.data.textures import HELDOUT_TEXTURES
from core_server.pocket.judge import colour_of
from core_server.pocket.sample import PaintRequest, Pocket
from core_server.pocket.sheet import contact_sheet
from core_server.pocket.weights import WEIGHTS, read_manifest, write_manifest
from protocol.errors import CorruptModel

FloatImage = NDArray[np.float32]
Figures = dict[str, object]

PROMPTS = (
    "a red heart",
    "smiling cat face",
    "slice of pizza",
    "brick wall texture",
    "seamless wooden planks",
    "a blue star",
    "green apple",
    "rocket",
    "sunflower",
    "happy dog face",
    "grinning face with sunglasses",
    "cup of coffee",
    "snowman",
    "fire engine",
    "purple heart on a yellow background",
    "cobblestone texture",
    "a kitty",
    "automobile",
    "chess board pattern",
    "blue brick wall",
    "strawberry, 3d style",
    "owl in cartoon style",
    "birthday cake",
    "green circle",
    "penguin",
    "crescent moon",
    "rainbow",
    "red mushroom",
    "soccer ball",
    "guitar",
    "yellow star",
    "a red cube on a green cube",
)
"""What the sample sheet shows, each painted once with its place as the seed."""

UNSEEN_WORDS = {
    "feline": ("cat",),
    "canine": ("dog", "wolf"),
    "infant": ("baby", "child"),
    "physician": ("doctor",),
    "beverage": ("cup", "glass", "beer", "juice"),
    "vessel": ("boat", "ship"),
    "footwear": ("shoe", "boot", "sandal"),
    "dwelling": ("house", "hut"),
    "timber": ("wood",),
    "rodent": ("mouse", "rat", "hamster"),
    "reptile": ("snake", "lizard", "crocodile", "turtle"),
    "monarch": ("crown", "king", "queen", "prince"),
    "pastry": ("cake", "croissant", "pie", "doughnut", "cookie"),
    "blaze": ("fire",),
    "attorney": ("judge", "scale"),
    "crimson": ("red",),
}
"""Words of no caption, and words in names that would be right for them."""

SHAPES = ("heart", "star", "circle", "square")
TEXTURES = ("brick wall", "wooden planks")
UNJUDGED = {"shape": {"white"}, "texture": {"white", "orange"}}
"""White on white shows nothing, and shaded orange is brown: the judge cannot tell these."""


@dataclass(frozen=True)
class ColourTask:
    """One prompt with the colour that it asks for. is_new: never trained together."""

    prompt: str
    colour: str
    subject: str
    is_texture: bool
    is_new: bool


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write figures.json and the sample sheet; 1 when the weights are unusable."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        started = time.monotonic()
        pocket = Pocket.load(options.weights, options.device)
        loaded = time.monotonic() - started
    except CorruptModel as error:
        print(error, file=sys.stderr)
        return 1
    images = paint_sheet(pocket)
    figures: Figures = {
        "seconds": {"load": round(loaded, 2), **seconds_per_picture(pocket)},
        "threads": options.threads,
        "colour_accuracy": colour_accuracy(pocket, options.count),
        "clip_agreement": clip_agreement(pocket, images),
        **_from_data(pocket, options.data),
    }
    folder = CARD.parent if options.card else options.out
    folder.mkdir(parents=True, exist_ok=True)
    contact_sheet(images, PROMPTS).save(folder / SAMPLES, optimize=True)
    print(json.dumps(figures, indent=2))
    if options.card:
        manifest = {**read_manifest(options.weights), "figures": figures}
        write_manifest(options.weights, manifest)
        write_card(manifest)
    else:
        (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core_server.pocket.evaluate")
    parser.add_argument("--count", type=int, default=2, help="seeds per colour prompt (2)")
    parser.add_argument("--out", type=Path, default=Path("pocket-evaluation"))
    parser.add_argument("--card", action="store_true", help="write model card and manifest instead")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--data", type=Path, default=default_path())
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


def _ignore(_step: int, _steps: int, _preview: NDArray[np.uint8]) -> None: ...


def paint_sheet(pocket: Pocket) -> list[FloatImage]:
    """The fixed prompts at 256 pixels, in order."""
    return [
        pocket.paint(PaintRequest(prompt, (place,)), _ignore)[0]
        for place, prompt in enumerate(PROMPTS)
    ]


def colour_tasks() -> list[ColourTask]:
    """Every judged colour with every judged shape and texture, then the held-out pairs left."""
    subjects = [(name, False) for name in SHAPES] + [(name, True) for name in TEXTURES]
    pairs = [
        (subject, colour, is_texture) for subject, is_texture in subjects for colour in COLOURS
    ]
    held_out = [(*pair, False) for pair in HELDOUT_SHAPES]
    held_out += [(*pair, True) for pair in HELDOUT_TEXTURES]
    tasks = []
    for pair in dict.fromkeys([*pairs, *held_out]):
        subject, colour, is_texture = pair
        if colour not in UNJUDGED["texture" if is_texture else "shape"]:
            phrase = f"{colour} {subject}"
            prompt = f"{phrase} texture" if is_texture else with_article(phrase)
            tasks.append(ColourTask(prompt, colour, subject, is_texture, pair in held_out))
    return tasks


def colour_accuracy(pocket: Pocket, count: int) -> Figures:
    """Share of pictures whose largest colour is the one asked for; 64 pixels, `count` seeds."""
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for task in colour_tasks():
        request = PaintRequest(task.prompt, tuple(range(count)), enlargement=1)
        for image in pocket.paint(request, _ignore):
            is_right = colour_of(image, task.is_texture) == task.colour
            for group in ("all", "never trained" if task.is_new else "trained", task.subject):
                hits[group].append(is_right)
    return {name: _share(found) for name, found in hits.items()}


def clip_agreement(pocket: Pocket, images: Sequence[FloatImage]) -> Figures:
    """Cosines of the sheet's pictures with their own and the other prompts, in pocket's own CLIP.

    top1: how often a picture is nearer to its own prompt than to the 31 others.
    """
    scores = pocket.embed_images(images) @ pocket.embed_text(PROMPTS).T
    own = scores.diagonal()
    others = (scores.sum() - own.sum()) / (scores.numel() - len(own))
    best = scores.argmax(1) == torch.arange(len(own), device=scores.device)
    return {
        "own_prompt": round(float(own.mean()), 3),
        "other_prompts": round(float(others), 3),
        "top1": _share(best.tolist()),
    }


def seconds_per_picture(pocket: Pocket) -> Figures:
    """Wall time of one picture alone at the defaults, after a warm-up."""
    pocket.paint(PaintRequest("a red heart", (0,), steps=1), _ignore)
    found: Figures = {}
    for enlargement in (4, 16):
        started = time.monotonic()
        pocket.paint(PaintRequest("a red heart", (0,), enlargement=enlargement), _ignore)
        found[f"{64 * enlargement}_pixels"] = round(time.monotonic() - started, 2)
    return found


def _from_data(pocket: Pocket, path: Path) -> Figures:
    if not path.exists():
        print(f"{path} is not there: retrieval, prior and judge are not measured.", file=sys.stderr)
        return {}
    data = load_dataset(path)
    return {
        "retrieval_of_held_out_pictures": held_out_retrieval(pocket, data),
        "unseen_words": unseen_words(pocket, data),
        "prior_cosine": prior_cosine(pocket, data),
        "judge_on_training_pictures": judge_ceiling(data),
    }


def _held_out(data: Dataset) -> tuple[list[FloatImage], NDArray[np.int64]]:
    """Held-out drawings on white, and their concepts."""
    rgba = data.emoji[data.heldout].astype(np.float32) / 255
    alpha = rgba[..., 3:]
    return list(rgba[..., :3] * alpha + 1 - alpha), data.emoji_concept[data.heldout]


def held_out_retrieval(pocket: Pocket, data: Dataset) -> Figures:
    """How often a held-out drawing's concept is the first, or among five, of all plain names."""
    images, concepts = _held_out(data)
    names = pocket.embed_text([names[0] for names in data.concepts])
    nearest = (pocket.embed_images(images) @ names.T).topk(5).indices.cpu()
    hits = nearest == torch.from_numpy(concepts)[:, None]
    return {
        "top1": _share(hits[:, 0].tolist()),
        "top5": _share(hits.any(1).tolist()),
        "concepts": len(data.concepts),
    }


def unseen_words(pocket: Pocket, data: Dataset) -> Figures:
    """How often a fitting name is the nearest, or among five, to a word that no caption has.

    Words that turn out to be in a name, in today's data, are left out.
    """
    captioned = {word for names in data.concepts for name in names for word in name.split()}
    words = [word for word in UNSEEN_WORDS if word not in captioned]
    plain = [names[0] for names in data.concepts]
    nearest = (pocket.embed_text(words) @ pocket.embed_text(plain).T).topk(5).indices.tolist()
    fits = [
        [bool(set(UNSEEN_WORDS[word]) & set(plain[index].split())) for index in row]
        for word, row in zip(words, nearest, strict=True)
    ]
    return {
        "nearest": _share([row[0] for row in fits]),
        "among_five": _share([any(row) for row in fits]),
    }


def prior_cosine(pocket: Pocket, data: Dataset) -> Figures:
    """Cosine of the embeddings imagined from plain names with those of the held-out drawings."""
    images, concepts = _held_out(data)
    true = pocket.embed_images(images)
    names = [data.concepts[concept][0] for concept in concepts]
    imagined = torch.cat([pocket.mix(name, name, 0.0, seed) for seed, name in enumerate(names)])
    scores = imagined @ true.T
    unrelated = scores[~torch.eye(len(names), dtype=torch.bool)]
    return {
        "own": round(float(scores.diagonal().mean()), 3),
        "unrelated": round(float(unrelated.mean()), 3),
    }


def judge_ceiling(data: Dataset) -> Figures:
    """How often the colour judge agrees with the captions of the training's own pictures."""
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for kind, colour, image in _captioned(data):
        hits[kind].append(colour_of(image, kind == "textures") == colour)
    return {kind: _share(found) for kind, found in hits.items()}


def _captioned(data: Dataset) -> Iterator[tuple[str, str, FloatImage]]:
    asked = {task.prompt.removesuffix(" texture"): task for task in colour_tasks()}
    for phrase, rgba in zip(data.shape_phrases, data.shapes, strict=True):
        task = asked.get(with_article(phrase))
        if task is not None:
            alpha = rgba[..., 3:].astype(np.float32) / 255
            yield "shapes", task.colour, rgba[..., :3] / np.float32(255) * alpha + 1 - alpha
    for phrase, rgb in zip(data.texture_phrases, data.textures, strict=True):
        task = asked.get(phrase)
        if task is not None:
            yield "textures", task.colour, rgb / np.float32(255)


def _share(found: Sequence[bool]) -> str:
    right = sum(found)
    return f"{right} of {len(found)} ({100 * right / max(1, len(found)):.0f} %)"


if __name__ == "__main__":
    sys.exit(main())
