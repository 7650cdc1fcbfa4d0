"""What the model starts from inside the mask, by what the artist intends.

Must not let a masked colour through: what is to be repainted never tints its replacement.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from scipy import ndimage

from core_server.imaging.arrays import Flags, Image, Mask, Plane, require_same_size
from core_server.imaging.membrane import blur, membrane, smooth
from core_server.imaging.remove import NEUTRAL, remove
from core_server.imaging.resample import resize_planes

_OPAQUE = 0.5
_KNEE = 8.0  # coverage of an eighth is enough to be wholly replaced
_NOISE = 0.08
_NOISE_SCALES = (1, 12)  # pixels; the fine noise is for pixel models, the coarse for latent ones
_NOISE_COLOUR = 0.4
_BLUR_PER_DISTANCE = 0.25
_BLURS = (1.0, 4.0, 16.0, 64.0)


class Intent(StrEnum):
    """What is to happen inside the mask."""

    FILL = "fill"  # go on with the surroundings, guided by the prompt
    REPLACE = "replace"  # something new that owes nothing to what was there
    EXPAND = "expand"  # go on beyond the picture's border
    REMOVE = "remove"  # only the background is to remain


def prefill(image: Image, mask: Mask, intent: Intent, seed: int = 0) -> Image:
    """The picture with a start for the model in place of what `mask` covers.

    image (H, W, 4), mask (H, W). Pixels without coverage are returned bit for bit; the others are
    opaque, and wholly replaced from an eighth of coverage on. Equal inputs and seed give equal
    results. An empty mask gives a copy; with nothing known around the mask every intent but
    `replace` gives neutral gray.
    """
    require_same_size(image, mask)
    hole = mask > 0
    if not hole.any():
        return image.copy()
    known = ~hole & (image[..., 3] > _OPAQUE)
    if intent is Intent.REPLACE:
        start = _neutral_noise(mask.shape, seed)
    elif not known.any():
        start = np.full((*mask.shape, 3), NEUTRAL, np.float32)
    elif intent is Intent.REMOVE:
        start = remove(image, mask, seed)[..., :3]
    elif intent is Intent.EXPAND:
        start = _mirrored(image[..., :3], known)
    else:
        start = _film(image[..., :3], known)
    return _over(image, start, np.minimum(mask * _KNEE, 1))


def opaque(image: Image) -> Image:
    """The picture without transparency, for models that know none.

    Colours go on smoothly under what was transparent; a wholly transparent picture is neutral gray.
    """
    alpha = image[..., 3]
    if (alpha >= 1).all():
        return image.copy()
    known = alpha > _OPAQUE
    below = _film(image[..., :3], known) if known.any() else np.full_like(image[..., :3], NEUTRAL)
    cover = alpha[..., None]
    flat = image[..., :3] * cover + below * (1 - cover)
    return np.concatenate([flat, np.ones_like(cover)], axis=2)


def _over(image: Image, start: Plane, share: Mask) -> Image:
    """Mix in by share, in premultiplied colour because the picture may be transparent there."""
    result = image.copy()
    hole = share > 0
    part = share[hole][:, None]
    old = image[hole]
    kept = old[:, 3:] * (1 - part)
    colour = (old[:, :3] * kept + start[hole] * part) / (kept + part)
    result[hole] = np.concatenate([colour, np.ones_like(part)], axis=1)
    return result


def _film(colour: Plane, known: Flags) -> Plane:
    """A strongly blurred continuation of the known colours."""
    weight = known.astype(np.float32)
    width = _width_of(~known)
    return membrane(smooth(colour, weight, max(2.0, 0.05 * width)), weight)


def _width_of(hole: Flags) -> float:
    """Twice the depth of the hole's deepest pixel."""
    if hole.all():
        return float(max(hole.shape))
    return 2 * float(ndimage.distance_transform_edt(hole).max())


def _neutral_noise(shape: tuple[int, ...], seed: int) -> Plane:
    """Mid gray under noise, so that a partial denoise has something to make a new thing of."""
    random = np.random.default_rng(seed)
    height, width = shape
    noise = np.zeros((height, width, 3), np.float32)
    for scale in _NOISE_SCALES:
        size = math.ceil(width / scale), math.ceil(height / scale)
        grain = random.standard_normal((size[1], size[0], 4), np.float32)
        grain = grain[..., 3:] + _NOISE_COLOUR * grain[..., :3]
        noise += resize_planes(grain, (width, height))
    return np.asarray(np.clip(NEUTRAL + _NOISE * noise, 0, 1), np.float32)


def _mirrored(colour: Plane, known: Flags) -> Plane:
    """The known picture mirrored at its border, more and more blurred with the distance from it."""
    distance, nearest = ndimage.distance_transform_edt(~known, return_indices=True)
    height, width = known.shape
    y, x = np.mgrid[:height, :width]
    mirror_y = np.clip(2 * nearest[0] - y, 0, height - 1)
    mirror_x = np.clip(2 * nearest[1] - x, 0, width - 1)
    seen = known[mirror_y, mirror_x]
    film = _film(colour, known)
    result = np.where(seen[..., None], colour[mirror_y, mirror_x], film)
    # from sharp at the border to softer by a factor of four with every fourfold distance
    softness = 1 + np.log(np.maximum(distance * _BLUR_PER_DISTANCE, 0.25)) / math.log(4)
    softness = np.clip(softness, 0, len(_BLURS))[..., None].astype(np.float32)
    blended = result * np.maximum(1 - softness, 0)
    for level, sigma in enumerate(_BLURS, start=1):
        blended += blur(result, sigma) * np.maximum(1 - np.abs(softness - level), 0)
    return np.where(known[..., None], colour, blended)
