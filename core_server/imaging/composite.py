"""From a model's picture to the artist's layer: colour match, alpha, and the flattened result.

Must not touch a pixel whose alpha is 0, not by one bit.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from core_server.imaging.arrays import Flags, Image, Mask, Plane, require_same_size, slices
from core_server.imaging.layouts import Native, native_like, to_working
from core_server.imaging.masks import bounds
from core_server.imaging.membrane import membrane, smooth
from protocol.geometry import Rect
from protocol.pixels import ColorSpace

MAX_CORRECTION = 0.15
"""How far colour matching may move a channel; more is another picture, not a drift of colour."""

_DISAGREEMENT = 0.07  # unrest of the difference at which half of it is believed


def colour_match(result: Image, original: Image, mask: Mask) -> Image:
    """Take the drift of colour out of a model's picture, so that no step shows at the mask.

    result, original (H, W, 4); mask (H, W), the alpha the result will be laid over with.
    In a ring around the mask both show the same scene; their difference, smoothed so that texture
    does not count, is spread over the mask as a membrane and added. Unlike one shift for all, it
    follows a drift that differs from side to side. No channel moves by more than MAX_CORRECTION;
    where result and original show different things around the mask, little is corrected.
    Alpha is kept. With an empty or full mask there is no ring, and the result comes back unchanged.
    """
    require_same_size(result, mask)
    require_same_size(original, mask)
    matched = result.copy()
    area = bounds(mask)
    width = _ring_width(mask)
    reach = 3 * width
    whole = Rect(0, 0, mask.shape[1], mask.shape[0])
    part = slices(area.padded(reach, reach, reach, reach).intersect(whole))
    ring = _ring(mask[part], original[part], width)
    if not ring.any():
        return matched
    correction = _correction(original[part] - result[part], ring, width)
    matched[part][..., :3] += correction
    return _in_range_of(matched, result)


def layer_from(result: Image, alpha: Mask) -> Image:
    """The layer to deliver: the result's colours under `alpha` × its own alpha.

    Pixels of alpha 0 are (0, 0, 0, 0), so that a layer carries nothing the artist did not ask for.
    """
    require_same_size(result, alpha)
    layer = np.zeros_like(result)
    shown = alpha > 0
    layer[shown] = result[shown]
    layer[..., 3] *= alpha
    return layer


def composite(
    original: Native, layer: Image, alpha: Mask, space: ColorSpace = ColorSpace.SRGB
) -> Native:
    """The layer laid over the original, in the original's own type and channels.

    original (H, W, C) as unpacked, C = 1, 2 or 4; layer (H, W, 4) working float; alpha (H, W), by
    which the layer's own alpha is multiplied. Where that is 0 the original is copied bit for bit:
    integers, floats, even NaN. 16 bit in, 16 bit out.
    """
    require_same_size(original, alpha)
    require_same_size(layer, alpha)
    cover = alpha * layer[..., 3]
    touched = cover > 0
    result: Native = original.copy()
    if not touched.any():
        return result
    below = to_working(original[touched][None], space)
    above, share = layer[touched][None], cover[touched][None, :, None]
    kept = below[..., 3:] * (1 - share)
    total = kept + share
    colour = (above[..., :3] * share + below[..., :3] * kept) / total
    blended = np.concatenate([colour, total], axis=2)
    result[touched] = native_like(blended, original, space)[0]
    return result


def _ring_width(mask: Mask) -> int:
    """A tenth of the selection's size, 6 to 32 pixels."""
    return round(min(max(0.1 * math.sqrt(float(mask.sum())), 6), 32))


def _ring(mask: Mask, original: Image, width: int) -> Flags:
    """What lies around the mask, no farther than `width`, and is opaque in the original."""
    if not mask.any():
        return np.zeros(mask.shape, np.bool_)
    near = ndimage.distance_transform_edt(mask == 0) <= width
    ring: Flags = near & (mask == 0) & (original[..., 3] >= 1)
    return ring


def _correction(difference: Image, ring: Flags, width: int) -> Plane:
    """(H, W, 3): the believable low frequencies of the difference, spread from the ring."""
    weight = ring.astype(np.float32)
    drift = smooth(difference[..., :3], weight, width / 3)
    unrest = smooth(np.square(difference[..., :3] - drift), weight, width / 3).mean(axis=2)
    belief = 1 / (1 + unrest / _DISAGREEMENT**2)
    excess = np.maximum(np.abs(drift).max(axis=2) - MAX_CORRECTION, 0)
    belief *= np.exp(-np.square(excess / MAX_CORRECTION))
    spread = membrane(drift * belief[..., None], weight)
    return np.clip(spread, -MAX_CORRECTION, MAX_CORRECTION)


def _in_range_of(matched: Image, result: Image) -> Image:
    """Hold a bounded picture to [0, 1]; leave an unbounded one alone."""
    colours = result[..., :3]
    if colours.min() >= 0 and colours.max() <= 1:
        np.clip(matched, 0, 1, out=matched)
    return matched
