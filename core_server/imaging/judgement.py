"""How well a fill suits its surroundings, in numbers, so that the best of several can be taken.

Must not change a pixel.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import fft, ndimage
from scipy.spatial import cKDTree

from core_server.imaging.arrays import Flags, Plane
from core_server.imaging.membrane import smooth
from core_server.imaging.sources import BORDER_PX, RIM_PX, Scene, smooth_lab

_ACROSS_THE_HOLE = 25.0  # a hole's size in place weighs as much as this difference in colour
_GRID = 2
_BORDER_SAMPLES = 3000
_STAMP_PX = 8  # nearer likeness is what texture is
_TEXTURE_SIGMA = 6.0


def strangeness(scene: Scene, filled: Plane) -> Plane:
    """(H, W) how far each filled pixel is from anything at the hole's border, in CIE76 units.

    A colour that occurs at the near border costs nothing; the same colour at the far side of the
    hole costs up to 25. This tells a tower hanging in the sky from the sky.
    """
    hole = scene.hole
    whole = np.where(hole[..., None], filled, scene.colour)
    lab = smooth_lab(whole, hole | scene.known)
    scale = np.float32(_ACROSS_THE_HOLE / math.sqrt(float(hole.sum())))
    y, x = np.mgrid[: hole.shape[0], : hole.shape[1]].astype(np.float32)
    places = np.concatenate([lab, (x * scale)[..., None], (y * scale)[..., None]], axis=2)
    far = ndimage.distance_transform_edt(~hole)
    border = places[scene.known & (far > RIM_PX) & (far <= RIM_PX + BORDER_PX)]
    result = np.zeros(hole.shape, np.float32)
    if border.size == 0:
        return result
    tree = cKDTree(border[:: 1 + len(border) // _BORDER_SAMPLES])
    grid = np.zeros_like(hole)
    grid[::_GRID, ::_GRID] = True
    asked = hole & grid
    unavoidable = ndimage.distance_transform_edt(hole)[asked] * scale
    distance, _ = tree.query(places[asked], eps=0.5)
    result[asked] = np.maximum(distance - unavoidable, 0)
    return ndimage.maximum_filter(result, _GRID) * hole


def repetition(scene: Scene, filled: Plane) -> float:
    """How much the fill repeats itself more than its sources do, 0 to 1.

    The highest peak, 8 pixels or more from the origin, of the autocorrelation of its fine texture:
    the same stone twice shows as one peak.
    """
    light = np.where(scene.hole[..., None], filled, scene.colour).mean(axis=2, dtype=np.float32)
    return max(0.0, _self_likeness(light, scene.hole) - _self_likeness(light, scene.source))


def _self_likeness(light: Plane, flags: Flags) -> float:
    weight = flags.astype(np.float32)
    texture = (light - smooth(light[..., None], weight, _TEXTURE_SIGMA)[..., 0]) * weight
    shape = [fft.next_fast_len(2 * side, real=True) for side in light.shape]
    mask_f, texture_f = fft.rfft2(weight, shape), fft.rfft2(texture, shape)
    energy_f = fft.rfft2(np.square(texture), shape)
    common = fft.irfft2(np.abs(mask_f) ** 2, shape)
    product = fft.irfft2(np.abs(texture_f) ** 2, shape)
    # energy of either copy inside the part where both are defined
    one = fft.irfft2(energy_f * mask_f.conj(), shape)
    other = fft.irfft2(energy_f.conj() * mask_f, shape)
    likeness = product / np.sqrt(np.maximum(one * other, 1e-9))
    lag = np.hypot(*np.meshgrid(*(fft.fftfreq(n, 1 / n) for n in shape), indexing="ij"))
    counted = (common > 0.25 * float(weight.sum())) & (lag >= _STAMP_PX)
    return float(likeness[counted].max()) if counted.any() else 0.0
