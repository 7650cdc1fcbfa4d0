"""`python -m benchmarks.seams`: how visible the border of a repainted region is, on real pictures.

Must not use a model: what a model's decoder does to colours is imitated by a known drift, so that
the untouched picture is the seamless reference. `remove` is the real thing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from core_server.imaging import masks, patches
from core_server.imaging.arrays import Image, Mask
from core_server.imaging.composite import colour_match, composite
from core_server.imaging.files import read_image
from core_server.imaging.layouts import from_working, to_working
from core_server.imaging.remove import remove
from core_server.imaging.seam import border_gradient_excess, seam_error, seam_step
from protocol.geometry import Rect
from protocol.pixels import PixelLayout

DATA = Path(__file__).parents[1] / "tests" / "data"
PICTURES = ("astronaut", "coffee", "chelsea", "rocket", "starry_night")
THINGS = {
    "astronaut": Rect(120, 335, 105, 105),  # a badge on cloth
    "coffee": Rect(420, 60, 90, 90),  # wood
    "chelsea": Rect(125, 78, 95, 80),  # an eye in fur
    "rocket": Rect(132, 90, 42, 190),  # a tower before the evening sky
    "starry_night": Rect(140, 172, 82, 82),  # a star
}
_LEGEND = """\
Seam in ΔE00 (about 1 is just visible): repaint and expand against the untouched picture, remove as
the step that is left at the border. plain: no colour match, or PatchMatch as it comes. uniform: one
shift by the mean difference around the mask. outside: largest change where alpha is 0, in 16 bit.
ms: our match or removal alone.
"""
_DRIFT = 0.05
_NOISE = 0.004


class Line(NamedTuple):
    picture: str
    mask: str
    intent: str
    plain: float
    uniform: float
    ours: float
    outside: int
    seconds: float


def main() -> None:
    print(__doc__)
    print(_LEGEND)
    print(f"\n{'picture':13}{'mask':9}{'intent':9}{'plain':>8}{'uniform':>9}{'ours':>7}", end="")
    print(f"{'outside':>9}{'ms':>7}")
    lines = []
    for line in _lines():
        lines.append(line)
        print(f"{line.picture:13}{line.mask:9}{line.intent:9}{line.plain:8.2f}", end="")
        print(f"{line.uniform:9.2f}{line.ours:7.2f}", end="")
        print(f"{line.outside:9d}{1000 * line.seconds:7.0f}", flush=True)
    for intent in ("repaint", "expand", "remove"):
        chosen = [line for line in lines if line.intent == intent]
        plain, uniform, ours = (np.mean([line[column] for line in chosen]) for column in (3, 4, 5))
        print(f"{'mean':22}{intent:9}{plain:8.2f}{uniform:9.2f}{ours:7.2f}")


def _lines() -> Iterator[Line]:
    for name in PICTURES:
        image = read_image(DATA / f"{name}.jpg").working()
        thing = THINGS[name]
        for label, selection in _selections(image, thing):
            intent = "expand" if label == "side" else "repaint"
            yield _repainted(name, label, intent, image, selection)
        yield _removed(name, image, _ellipse(image, thing))


def _selections(image: Image, thing: Rect) -> Iterator[tuple[str, Mask]]:
    hard = _ellipse(image, thing)
    yield "hard", hard
    yield "soft", ndimage.gaussian_filter(hard, 6.0)
    edge = np.zeros_like(hard)
    edge[hard.shape[0] // 3 : hard.shape[0] // 3 * 2, : hard.shape[1] // 4] = 1
    yield "edge", edge
    side = np.zeros_like(hard)
    side[:, -hard.shape[1] // 5 :] = 1
    yield "side", side


def _ellipse(image: Image, area: Rect) -> Mask:
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    across = (x - area.x - area.width / 2) / (area.width / 2)
    down = (y - area.y - area.height / 2) / (area.height / 2)
    return (across**2 + down**2 <= 1).astype(np.float32)


def _repainted(name: str, label: str, intent: str, image: Image, selection: Mask) -> Line:
    drifted = _drifted(image)
    begun = time.perf_counter()
    matched = colour_match(drifted, image, selection)
    seconds = time.perf_counter() - begun
    versions = drifted, _shifted(drifted, image, selection), matched
    errors = [seam_error(_laid(each, image, selection), image, selection) for each in versions]
    return Line(name, label, intent, *errors, _outside(image, matched, selection), seconds)


def _removed(name: str, image: Image, selection: Mask) -> Line:
    grow = masks.default_grow_px(masks.bounds(selection))
    hole = masks.grow(selection, grow)
    eight = from_working(image, PixelLayout.RGBA8)[..., :3].astype(np.uint8)
    nowhere = np.zeros(hole.shape, np.bool_)
    raw = to_working(patches.synthesise(np.ascontiguousarray(eight), hole > 0, nowhere, 3, 0))
    begun = time.perf_counter()
    ours = remove(image, hole)
    seconds = time.perf_counter() - begun
    inner = _laid(_at_border(raw, image, hole), image, hole)
    steps = [seam_step(each, hole) for each in (raw, inner, ours)]
    excess = border_gradient_excess(ours, hole)
    if excess > 0.5:
        print(f"  {name}: the border is {1 + excess:.1f} times as steep as its surroundings")
    return Line(name, "hard", "remove", *steps, _outside(image, ours, hole), seconds)


def _at_border(filled: Image, image: Image, hole: Mask) -> Image:
    """One shift for all: the mean difference between the bands inside and outside the border."""
    near = ndimage.binary_dilation(hole > 0, iterations=6) & (hole == 0)
    inner = (hole > 0) & ~ndimage.binary_erosion(hole > 0, iterations=6)
    shifted = filled.copy()
    shifted[..., :3] += image[near][:, :3].mean(axis=0) - filled[inner][:, :3].mean(axis=0)
    return np.clip(shifted, 0, 1)


def _drifted(image: Image) -> Image:
    """Tint and brightness off by up to 0.1, differently on every side, and a little noise."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width]
    random = np.random.default_rng(0)
    result = image.copy()
    for channel in range(3):
        shift, across, down = random.uniform(-_DRIFT, _DRIFT, 3) * (1, 2, 2)
        drift = shift + across * (x / width - 0.5) + down * (y / height - 0.5)
        result[..., channel] += (drift + random.normal(0, _NOISE, drift.shape)).astype(np.float32)
    return np.clip(result, 0, 1)


def _shifted(result: Image, image: Image, selection: Mask) -> Image:
    near = ndimage.distance_transform_edt(selection == 0) <= 12
    ring = near & (selection == 0)
    shifted = result.copy()
    shifted[..., :3] += (image - result)[ring][:, :3].mean(axis=0)
    return np.clip(shifted, 0, 1)


def _laid(result: Image, image: Image, alpha: Mask) -> Image:
    return image + (result - image) * alpha[..., None]


def _outside(image: Image, result: Image, alpha: Mask) -> int:
    original = from_working(image, PixelLayout.RGBA16)
    changed = composite(original, result, alpha)
    off = np.abs(changed.astype(np.int64) - original.astype(np.int64))[alpha == 0]
    return int(off.max()) if off.size else 0


if __name__ == "__main__":
    main()
