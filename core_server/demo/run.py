"""Every operation once, through the protocol; writes pictures, a contact sheet and layers.

Must not paint anything itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core_server.api import Impasto, OnProgress
from core_server.demo.photo import mask, outlined, photograph
from core_server.demo.sheet import Row, Sheet, Tile, draw
from core_server.imaging.files import write_png
from core_server.models.registry import EMBEDDED
from core_server.pictures import Picture, Pictures, as_integers, save_layers
from protocol.geometry import Rect

PROMPT, SECOND_PROMPT = "a red heart", "a smiling cat face"
FILL_PROMPT = "cobblestone texture"
SEED = 2
VARIATION = 0.4
WEIGHTS = (0.25, 0.5, 0.75)
GAP = 16
"""Pixels between the pictures on the board of layers."""

Stage = Callable[[str], AbstractContextManager[OnProgress]]
"""Shows a bar under a title while a job runs."""


@dataclass(frozen=True)
class Scene:
    """One operation: what it was asked, what came out, what it was made from, how long it took."""

    name: str
    asked: str
    pictures: Pictures
    captions: tuple[str, ...]
    seconds: float
    sources: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Demonstration:
    """files: the scenes' pictures, in their order."""

    scenes: tuple[Scene, ...]
    files: tuple[Path, ...]
    sheet: Path
    layers: Path


def run(impasto: Impasto, folder: Path, stage: Stage) -> Demonstration:
    """Paint all scenes and write them to `folder`, replacing what an earlier run wrote there.

    Raises what the daemon raises, and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scenes = [_generate(impasto, stage), *_repaint(impasto, stage)]
    scenes += _relate(impasto, stage, scenes[0].pictures.best)
    files: list[Path] = []
    for scene in scenes:
        files += scene.pictures.save(folder / f"{scene.name}.png", overwrite=True)
    _save_material(folder)
    sheet, layers = folder / "contact-sheet.png", folder / "demo.ora"
    draw(_sheet(scenes)).save(sheet, optimize=True)
    save_layers(layers, _board(scenes))
    return Demonstration(tuple(scenes), tuple(files), sheet, layers)


def _timed(stage: Stage, title: str, verb: Callable[..., Pictures]) -> tuple[Pictures, float]:
    """What a verb of Impasto paints, and the seconds it took. The seed and model are the same."""
    with stage(title) as progress:
        begun = time.monotonic()
        pictures = verb(seed=SEED, model=EMBEDDED, progress=progress)
        return pictures, time.monotonic() - begun


def _generate(impasto: Impasto, stage: Stage) -> Scene:
    pictures, seconds = _timed(
        stage, f"Generate: {PROMPT}", partial(impasto.generate, PROMPT, count=4)
    )
    captions = tuple(
        f"{place}. " + ("" if p.score is None else f"score {p.score:.3f}, ") + f"seed {p.seed}"
        for place, p in enumerate(pictures, 1)
    )
    asked = f"“{PROMPT}”: four candidates, the best first; with loading the model"
    return Scene("generate", asked, pictures, captions, seconds)


def _repaint(impasto: Impasto, stage: Stage) -> list[Scene]:
    """remove, and inpaint by prompt, with the same mask."""
    photo = photograph()
    region = mask(photo.shape[1], photo.shape[0])
    removed, removing = _timed(
        stage, "Remove", partial(impasto.inpaint, photo, region, intent="remove")
    )
    filled, filling = _timed(
        stage, f"Inpaint: {FILL_PROMPT}", partial(impasto.inpaint, photo, region, FILL_PROMPT)
    )
    source = (Tile(outlined(photo, region), "The photograph and the selection"),)
    return [
        Scene("remove", "", removed, ("Remove: no prompt, no model",), removing, source),
        Scene("inpaint", "", filled, (f"Fill: “{FILL_PROMPT}”",), filling),
    ]


def _relate(impasto: Impasto, stage: Stage, heart: Picture) -> list[Scene]:
    """vary one picture, mix two."""
    varied, varying = _timed(
        stage, "Vary", partial(impasto.vary, heart, count=4, variation=VARIATION)
    )
    cats, _ = _timed(stage, f"Generate: {SECOND_PROMPT}", partial(impasto.generate, SECOND_PROMPT))
    mixed, mixing = Pictures(), 0.0
    for weight in WEIGHTS:
        verb = partial(impasto.mix, heart, cats.best, weight=weight)
        pictures, took = _timed(stage, f"Mix, weight {weight}", verb)
        mixed += pictures
        mixing += took
    sources = (Tile(heart.pixels, f"“{PROMPT}”"), Tile(cats.best.pixels, f"“{SECOND_PROMPT}”"))
    seeds = tuple(f"seed {picture.seed}" for picture in varied)
    weights = tuple(f"weight {weight}" for weight in WEIGHTS)
    like = f"More like the first candidate, variation {VARIATION}"
    both = "One picture out of two, by their CLIP embeddings"
    return [
        Scene("vary", like, varied, seeds, varying, (Tile(heart.pixels, "The first"),)),
        Scene("mix", both, mixed, weights, mixing, sources),
    ]


def _sheet(scenes: list[Scene]) -> Sheet:
    by_name = {scene.name: scene for scene in scenes}
    remove, fill = by_name["remove"], by_name["inpaint"]
    repainted = (*remove.sources, *_tiles(remove), *_tiles(fill))
    text = "Only the selection changes; outside it not one bit does"
    rows = [
        _row("Generate", by_name["generate"]),
        Row("Inpaint", f"{text} · {_took(remove.seconds + fill.seconds)}", repainted),
        _row("Vary", by_name["vary"]),
        _mix_row(by_name["mix"]),
    ]
    return Sheet("Impasto", "Painted on this machine, by the embedded model", tuple(rows))


def _took(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def _row(heading: str, scene: Scene) -> Row:
    text = f"{scene.asked} · {_took(scene.seconds)}"
    return Row(heading, text, (*scene.sources, *_tiles(scene)))


def _mix_row(scene: Scene) -> Row:
    """The two sources at the ends, what is between them in between."""
    first, second = scene.sources
    text = f"{scene.asked} · {_took(scene.seconds)}"
    return Row("Mix", text, (first, *_tiles(scene), second))


def _tiles(scene: Scene) -> tuple[Tile, ...]:
    return tuple(
        Tile(picture.flattened(), caption)
        for picture, caption in zip(scene.pictures, scene.captions, strict=True)
    )


def _board(scenes: list[Scene]) -> list[Picture]:
    """All results as layers side by side: the repainted photographs on top, the rest below."""
    layers: list[Picture] = []
    y = 0
    for scene in scenes:
        x, height = 0, 0
        for picture in scene.pictures:
            parts = _parts(scene, picture)
            layers += [part.moved(x, y) for part in parts]
            x += max(part.rect.right for part in parts) + GAP
            height = max(height, *(part.rect.bottom for part in parts))
        y += height + GAP
    return layers


def _parts(scene: Scene, picture: Picture) -> list[Picture]:
    """A layer with the photograph under it, if it lies on one."""
    named = f"{scene.name}: {picture.name}" if picture.name else scene.name
    if picture.original is None:
        width, height = picture.rect.width, picture.rect.height
        return [Picture(picture.pixels, Rect(0, 0, width, height), named)]
    original = Picture(picture.original.pixels, picture.original.rect, "photograph")
    return [Picture(picture.pixels, picture.rect, named), original]


def _save_material(folder: Path) -> None:
    """The photograph and the mask, to try other prompts with."""
    photo = photograph()
    write_png(folder / "photo.png", as_integers(photo[..., :3]))
    write_png(folder / "mask.png", mask(photo.shape[1], photo.shape[0])[..., None])
