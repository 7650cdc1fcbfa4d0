"""How visible the border of a repainted region is: the numbers our tests and benchmarks hold down.

Must not change a picture.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.color import deltaE_ciede2000, rgb2lab

from core_server.imaging.arrays import Flags, Image, Mask, Plane, require_same_size
from core_server.imaging.membrane import plane_fit

_SIGMA_PX = 4.0
"""How far to both sides of the border colours count: about what the eye takes in as a step."""


def seam_error(result: Image, reference: Image, mask: Mask) -> float:
    """Mean CIEDE2000 step across the mask's border that the seamless reference has not.

    result, reference (H, W, 4); mask (H, W), whose border is where coverage passes 0.5. At every
    pixel along the border the colours of either side are carried on to it (a weighted plane through
    the nearest ten pixels or so, so that texture averages out and a gradient is no step), in CIE
    Lab; what the step of the result differs from the step of the reference is the error. 0 is
    seamless, about 1 just visible. 0 too where the mask has no border. The reference is a picture
    of the same scene without a seam; for a drift of colour, the original itself.
    """
    require_same_size(result, mask)
    require_same_size(reference, mask)
    border = _border(mask)
    if not border.any():
        return 0.0
    inside, outside = _both_sides(_lab(result), mask, border)
    true_inside, true_outside = _both_sides(_lab(reference), mask, border)
    # what the inside would be if it met the outside as in the reference
    expected = outside + (true_inside - true_outside)
    return float(deltaE_ciede2000(inside, expected).mean())


def seam_step(result: Image, mask: Mask) -> float:
    """Mean CIEDE2000 step across the mask's border as such, without a reference.

    As `seam_error`, but edges of the scene that happen to lie along the border count.
    """
    require_same_size(result, mask)
    border = _border(mask)
    if not border.any():
        return 0.0
    inside, outside = _both_sides(_lab(result), mask, border)
    return float(deltaE_ciede2000(inside, outside).mean())


def border_gradient_excess(result: Image, mask: Mask) -> float:
    """How much steeper the picture is across the border than beside it: 0 seamless, 1 twice.

    The mean difference (CIE76) of neighbours on both sides of the border, over that of neighbours
    on the same side within 4 pixels of it, less 1. Needs no reference; never below -1; 0 without a
    border.
    """
    require_same_size(result, mask)
    selected = mask >= 0.5
    if selected.all() or not selected.any():
        return 0.0
    lab = _lab(result)
    near = ndimage.binary_dilation(_border(mask), iterations=4)
    across, beside = [], []
    for axis in (0, 1):
        step = np.linalg.norm(np.diff(lab, axis=axis), axis=2)
        crosses = np.diff(selected, axis=axis)
        close = np.logical_and(*_neighbours(near, axis))
        across.append(step[crosses])
        beside.append(step[close & ~crosses])
    usual = float(np.concatenate(beside).mean())
    return float(np.concatenate(across).mean()) / max(usual, 0.1) - 1


def _border(mask: Mask) -> Flags:
    """The selected pixels with a neighbour that is not."""
    selected = mask >= 0.5
    border: Flags = selected & ndimage.binary_dilation(~selected)
    return border


def _both_sides(lab: Plane, mask: Mask, border: Flags) -> tuple[Plane, Plane]:
    selected = mask >= 0.5
    return (
        plane_fit(lab, selected, border, _SIGMA_PX),
        plane_fit(lab, ~selected, border, _SIGMA_PX),
    )


def _neighbours(flags: Flags, axis: int) -> tuple[Flags, Flags]:
    return (flags[1:], flags[:-1]) if axis == 0 else (flags[:, 1:], flags[:, :-1])


def _lab(image: Image) -> Plane:
    lab: Plane = rgb2lab(np.clip(image[..., :3], 0, 1)).astype(np.float32)
    return lab
