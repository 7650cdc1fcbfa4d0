"""Take something out of a picture: patches from around the hole, blended in without a step.

Must not copy from afar: only pixels near the hole, of colours seen at its border, are a source.
Patches are sought on 8 bit; precision is restored after, so that 16-bit pictures carry no bands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from core_server.imaging import patches
from core_server.imaging.arrays import Flags, Image, Mask, Plane, require_same_size, slices
from core_server.imaging.judgement import repetition, strangeness
from core_server.imaging.masks import bounds
from core_server.imaging.membrane import blur, membrane, plane_fit, smooth
from core_server.imaging.sources import Scene, scene_around, without_strangers
from protocol.geometry import Rect

NEUTRAL = 0.5
"""What a wholly masked picture is filled with: there is nothing to copy from."""

_SMALL_PATCH, _LARGE_PATCH = 2, 3  # radii
_OTHER_SEED = 7919
_TOGETHER_PX = 12
_MOST_GROUPS = 8
_GOOD_COST = 2.0  # CIE76: the mean of a fill that nobody would look at twice
_CLEARLY = 0.9
_FREE_REPETITION = 0.1
_REPETITION_COST = 4.0
_TRIAL_PIXELS = 180_000
_LIGHT_STEP = 0.08  # a change of light at the hole's border; more is an edge of the scene
_PULL, _PULL_DEPTH = 0.5, 1.0
_QUANTUM = 0.6  # of one 8-bit level: what rounding may have taken


def remove(image: Image, mask: Mask, seed: int = 0) -> Image:
    """Replace what `mask` covers by texture and light from around it.

    image (H, W, 4), mask (H, W). Every pixel with coverage above 0 is replaced and opaque; the rest
    is returned bit for bit. Equal inputs and seed give equal results.
    Nothing masked: a copy. Everything masked, or nothing opaque around it: neutral gray. Too little
    around the hole to copy from: a smooth film of what there is.
    """
    require_same_size(image, mask)
    hole = mask > 0
    result = image.copy()
    known = ~hole & (image[..., 3] > 0.5)
    if not hole.any():
        return result
    result[hole] = (NEUTRAL, NEUTRAL, NEUTRAL, 1)
    if not known.any():
        return result
    for group in _groups(hole):
        area = bounds(group)
        part = slices(_surroundings(area, known))
        filled = _fill(result[part][..., :3], group[part], known[part], _reach(area), seed)
        result[part][..., :3][group[part]] = filled[group[part]]
        known |= group
    return result


def _groups(hole: Flags) -> list[Flags]:
    """The hole's parts that are to be filled each from its own surroundings, the largest first.

    Parts near one another are one; of more than a few, all are.
    """
    near = ndimage.distance_transform_edt(~hole) <= _TOGETHER_PX
    labels, count = ndimage.label(near)
    if count == 1 or count > _MOST_GROUPS:
        return [hole]
    groups = [hole & (labels == label) for label in range(1, count + 1)]
    return sorted(groups, key=lambda group: -int(group.sum()))


def _surroundings(area: Rect, known: Flags) -> Rect:
    """The part of the picture to look at; all of it where nothing near is known."""
    whole = Rect(0, 0, known.shape[1], known.shape[0])
    reach = _reach(area) + 4
    part = area.padded(reach, reach, reach, reach).intersect(whole)
    return part if known[slices(part)].any() else whole


def _reach(area: Rect) -> int:
    """How far from the hole a source may lie: twice its size, 128 to 256 pixels."""
    return round(min(max(2.0 * math.sqrt(area.area), 128), 256))


def _fill(colour: Plane, hole: Flags, known: Flags, reach: int, seed: int) -> Plane:
    scene = scene_around(colour, hole, known, reach)
    if not scene.has_texture:
        return scene.film
    if hole.size <= _TRIAL_PIXELS:
        return _best_attempt(scene, seed).filled
    # trials are cheap on a reduced picture; what they settle holds for the whole
    factor = math.ceil(math.sqrt(hole.size / _TRIAL_PIXELS))
    settled = _best_attempt(_reduced(scene, factor), seed)
    source = np.kron(settled.scene.source, np.ones((factor, factor), np.bool_))
    source = scene.source & source[: hole.shape[0], : hole.shape[1]]
    final = replace(scene, source=source)
    final = final if final.has_texture else scene
    return _blended(final, _patched(final, settled.radius, settled.seed))


@dataclass(frozen=True)
class _Attempt:
    """One fill, how it was made and what is wrong with it."""

    scene: Scene
    radius: int
    seed: int
    filled: Plane
    strange: Plane
    cost: float


def _attempt(scene: Scene, radius: int, seed: int) -> _Attempt:
    filled = _blended(scene, _patched(scene, radius, seed))
    strange = strangeness(scene, filled)
    stamps = max(0.0, repetition(scene, filled) - _FREE_REPETITION)
    cost = float(strange[scene.hole].mean()) + _REPETITION_COST * stamps
    return _Attempt(scene, radius, seed, filled, strange, cost)


def _best_attempt(scene: Scene, seed: int) -> _Attempt:
    """The best of at most four fills; mostly the first will do.

    Larger patches follow larger structures; another seed falls into other repetitions; barring the
    colours of what looks strange keeps a thing from beside the hole from being put into it. Any
    must be clearly better to be preferred to one before it.
    """
    best = _attempt(scene, _SMALL_PATCH, seed)
    for radius, other_seed in ((_LARGE_PATCH, seed), (_SMALL_PATCH, seed + _OTHER_SEED)):
        if best.cost <= _GOOD_COST:
            return best
        best = _better(best, _attempt(scene, radius, other_seed))
    barred = without_strangers(best.scene, best.filled, best.strange)
    return _better(best, _attempt(barred, best.radius, best.seed)) if barred else best


def _better(best: _Attempt, rival: _Attempt) -> _Attempt:
    return rival if rival.cost < _CLEARLY * best.cost else best


def _reduced(scene: Scene, factor: int) -> Scene:
    """The scene at a fraction of its size; a pixel belongs to the hole if any part of it does."""
    height, width = scene.hole.shape
    pad = ((0, -height % factor), (0, -width % factor))

    def tiles(plane: Plane) -> Plane:
        padded = np.pad(plane, (*pad, (0, 0)), mode="edge")
        return padded.reshape(
            padded.shape[0] // factor, factor, padded.shape[1] // factor, factor, -1
        )

    def share(flags: Flags) -> Mask:
        mean: Mask = tiles(flags[..., None].astype(np.float32)).mean(axis=(1, 3))[..., 0]
        return mean

    return Scene(
        colour=tiles(scene.colour).mean(axis=(1, 3)),
        hole=share(scene.hole) > 0,
        known=share(scene.known) == 1,
        source=share(scene.source) == 1,
        film=tiles(scene.film).mean(axis=(1, 3)),
    )


def _patched(scene: Scene, radius: int, seed: int) -> Plane:
    """Patch synthesis on 8 bit over the range of the sources, dequantised."""
    seen = scene.colour[scene.source]
    low, high = float(seen.min()), float(seen.max())
    span = max(high - low, 1e-6)
    start = np.where(scene.hole[..., None], scene.film, scene.colour)
    picture = np.rint(np.clip((start - low) / span, 0, 1) * 255).astype(np.uint8)
    levels = patches.synthesise(picture, scene.hole, ~scene.source, radius, seed)
    smoothed = _dequantised(levels.astype(np.float32), scene.hole)
    return smoothed * np.float32(span / 255) + np.float32(low)


def _dequantised(levels: Plane, hole: Flags) -> Plane:
    """Smooth 8-bit levels where no more than rounding stands against it.

    Each value may move by 0.6 of a level: texture stays, the bands of a gradient go.
    """
    result = levels
    for sigma in (12.0, 6.0, 3.0, 1.5):
        result = np.clip(blur(result, sigma), levels - _QUANTUM, levels + _QUANTUM)
    return np.where(hole[..., None], result, levels)


def _blended(scene: Scene, filled: Plane) -> Plane:
    """Poisson blending (Perez et al., 2003): keep the fill's gradients, meet the border's light.

    The step at the border is what the colours outside, carried on, differ from those inside; it is
    spread over the hole as a membrane and added. Large differences are edges of the scene that end
    at the hole, and count little.
    """
    rim = scene.hole & ndimage.binary_dilation(scene.known)
    outside = plane_fit(scene.colour, scene.known, rim, 5.0)
    inside = plane_fit(filled, scene.hole, rim, 5.0)
    difference = outside - inside
    step = np.zeros_like(filled)
    step[rim] = difference
    trust = np.zeros(rim.shape, np.float32)
    trust[rim] = np.exp(-np.square(np.abs(difference).max(axis=1) / _LIGHT_STEP))
    lit = filled + membrane(smooth(step, trust, 2.0), (rim | ~scene.hole).astype(np.float32))
    return _joined(scene, lit, rim)


def _joined(scene: Scene, lit: Plane, rim: Flags) -> Plane:
    """Draw the outermost pixels halfway to the known ones they touch, as a lens would."""
    known = scene.known.astype(np.float32)
    touching = smooth(scene.colour, known, 0.7)
    pull = np.zeros_like(lit)
    pull[rim] = touching[rim] - lit[rim]
    depth = ndimage.distance_transform_edt(scene.hole)
    share = np.where(scene.hole, _PULL * np.exp((1 - depth) / _PULL_DEPTH), 0).astype(np.float32)
    near = membrane(pull, rim.astype(np.float32), sweeps=2)
    return lit + near * share[..., None]
