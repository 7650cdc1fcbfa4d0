"""A hole's scene: which of the pixels around it may be copied, and which had better not.

Must not synthesise; it only says what `remove` may use.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.color import rgb2lab

from core_server.imaging.arrays import Flags, Plane
from core_server.imaging.membrane import membrane, smooth

LEAST_SOURCE = 400
"""Fewer pixels than this are no texture to speak of."""

RIM_PX = 2  # next to the hole, what is removed still shines through
BORDER_PX = 12
_SMOOTHED_PX = 2.0
_CELL = 4.0  # of CIE Lab; the palette is counted in cubes of this side
_ALIKE = 6.0  # CIE76 difference up to which a colour counts as seen at the border
_STRANGE = 8.0

_Cells = NDArray[np.int32]
_PALETTE = (27, 67, 67)


@dataclass(frozen=True)
class Scene:
    """A hole in a picture and what is known around it; all (H, W) or (H, W, 3).

    colour: sRGB-encoded, meaningless in the hole. hole: to be filled. known: to be trusted.
    source: the known pixels that may be copied. film: the low frequencies to expect in the hole.
    """

    colour: Plane
    hole: Flags
    known: Flags
    source: Flags
    film: Plane

    @property
    def has_texture(self) -> bool:
        """There is enough to copy from for patches to make sense."""
        enough = max(LEAST_SOURCE, 0.02 * float(self.hole.sum()))
        return bool(self.source.sum() >= enough) and min(self.hole.shape) >= 24


def scene_around(colour: Plane, hole: Flags, known: Flags, reach: float) -> Scene:
    """The scene of a hole; sources lie within `reach` pixels of it and look like its border."""
    weight = known.astype(np.float32)
    width = min(max(0.02 * math.sqrt(float(hole.sum())), 2.0), 6.0)
    film = membrane(smooth(colour, weight, width), weight)
    far = ndimage.distance_transform_edt(~hole)
    near = known & (far > RIM_PX) & (far <= reach)
    return Scene(colour, hole, known, _like_border(smooth_lab(colour, known), near, far), film)


def without_strangers(scene: Scene, filled: Plane, strange: Plane) -> Scene | None:
    """The scene with the colours of a fill's strange parts barred as a source.

    None when nothing is strange enough, or too little would be left to copy.
    """
    outliers = scene.hole & (strange > _STRANGE)
    if outliers.sum() < max(16, 0.005 * float(scene.hole.sum())):
        return None
    cells = _cells(smooth_lab(scene.colour, scene.known))
    there = _cells(
        smooth_lab(np.where(scene.hole[..., None], filled, scene.colour), scene.hole | scene.known)
    )
    alike = _distance_to(there[outliers], cells, 2) <= _ALIKE
    kept = scene.source & ~ndimage.binary_dilation(alike, iterations=2)
    barred = replace(scene, source=kept)
    return barred if barred.has_texture and kept.sum() >= 0.2 * scene.source.sum() else None


def _like_border(lab: Plane, near: Flags, far: NDArray[np.float64]) -> Flags:
    """The part of `near` that is of colours seen at the hole's border and hangs together with it.

    A face in front of a wall is no source for the wall: its outline is not of the wall's colours,
    so that what is inside it cannot be reached, alike or not.
    """
    border = near & (far <= RIM_PX + BORDER_PX)
    if border.sum() < LEAST_SOURCE:
        return near
    cells = _cells(lab)
    alike = near & (_distance_to(cells[border], cells, int(border.sum()) // 1000) <= _ALIKE)
    labels, _ = ndimage.label(ndimage.binary_opening(alike, iterations=2))
    reached = np.unique(labels[border])
    joined: Flags = np.isin(labels, reached[reached > 0]) | (alike & border)
    enough = max(0.25 * float(near.sum()), 0.5 * float((far == 0).sum()))
    return joined if joined.sum() >= enough else near


def smooth_lab(colour: Plane, seen: Flags) -> Plane:
    """CIE Lab without fine texture."""
    lab: Plane = rgb2lab(np.clip(colour, 0, 1)).astype(np.float32)
    return smooth(lab, seen.astype(np.float32), _SMOOTHED_PX)


def _cells(lab: Plane) -> _Cells:
    offset = np.array((0, _PALETTE[1] // 2, _PALETTE[2] // 2))
    top = np.array(_PALETTE) - 1
    cells: _Cells = np.clip(np.floor(lab / _CELL) + offset, 0, top).astype(np.int32)
    return cells


def _distance_to(palette: _Cells, cells: _Cells, at_least: int) -> Plane:
    """(H, W) the colour difference of each cell to the nearest that occurs in `palette` (N, 3) more
    than a few times."""
    counts = np.zeros(_PALETTE, np.int32)
    np.add.at(counts, tuple(palette.T), 1)
    distance = ndimage.distance_transform_edt(counts < max(2, at_least)) * _CELL
    result: Plane = distance[tuple(np.moveaxis(cells, 2, 0))].astype(np.float32)
    return result
