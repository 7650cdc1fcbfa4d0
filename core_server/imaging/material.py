"""Height, normal, roughness and ambient occlusion of a surface, guessed from its picture.

Must not measure, nor claim to: a photograph of a surface does not hold its shape. Every function is
as periodic as its picture, where `axes` (none, x, y, both) says that it wraps around.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core_server.imaging.arrays import Plane
from core_server.imaging.spectral import (
    PASSES,
    Gain,
    filtered,
    gaussian,
    nothing,
    part_count,
    parts,
    wraps,
)

PartDone = Callable[[], None]

_GRAIN_PX = 0.8
"""Finer than this is noise of the camera or the model, which would make every normal crooked."""

_WIDEST_WAVE = 0.5
"""Of the shorter side: slower changes of brightness are light, not shape."""

_USUAL_WAVE = 1 / 8
"""Of the shorter side: about a brick or a stone, whose height stays while `detail` changes."""

_FALL = 1.0
"""Power of the frequency by which fine scales count for less, at detail 0."""

_FAINT = 0.02
"""A deviation of brightness so small that it is as likely noise; weaker ones make less relief."""

_USUAL_SLOPE = 0.32
"""Root mean square slope of the relief at strength 1, chosen by eye on brick, gravel and wood."""

_DEEPEST = 0.08
"""Of the shorter side: the relief at strength 1 is never deeper."""

_SHADE_DEPTH = 4.0
"""How much deeper the occlusion takes the relief to be: dark is deep makes joints too shallow."""

_CACHED_PIXELS = 1 << 15
"""So few are gone over many times without leaving the processor's cache."""

_RADII = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Of the occlusion radius: how far is looked for what stands in the light."""

_DIRECTIONS = tuple(
    (np.cos(angle), np.sin(angle)) for angle in np.arange(8) * (np.pi / 4) + np.pi / 16
)

HEIGHT_PASSES = PASSES
RELIEF_PASSES = 1
ROUGHNESS_PASSES = 2 * PASSES + 1
OCCLUSION_PASSES = len(_RADII) * PASSES + 1
"""How often each goes over the picture; it calls `part_done` `part_count` times per pass."""


def height_from(
    brightness: Plane,
    detail: float = 0.5,
    invert: bool = False,
    axes: str = "none",
    part_done: PartDone = nothing,
) -> Plane:
    """(H, W) luminance, sRGB-encoded → (H, W) height in (0, 1), 0.5 on the mean.

    Dark is deep: under light from all sides a hollow gets less of it (Langer and Zucker, Shape from
    shading on a cloudy day, 1994). Every scale of the picture counts as relief of that scale, large
    ones for more (Glencross et al., A perceptually validated model for surface depth hallucination,
    2008), but what changes only over the whole picture is taken for light and removed. detail 0:
    broad forms; 1: all scales as bright as they are. invert: light is deep. What is as good as flat
    comes out flat. Larger and brighter is never lower: only the gain differs by scale.
    """
    level = np.float32(brightness.mean(dtype=np.float64))
    relief = filtered(brightness - level, _scales(brightness.shape, detail), axes, part_done)
    deviation = float(np.sqrt(np.mean(np.square(relief), dtype=np.float64)))
    relief *= np.float32((-1 if invert else 1) / (2 * (deviation + _FAINT)))
    np.tanh(relief, out=relief)
    relief *= np.float32(0.5)
    relief += np.float32(0.5)
    return relief


def _scales(shape: tuple[int, ...], detail: float) -> Gain:
    """How much each frequency of the brightness is height."""
    side = min(shape)
    usual = np.float32(1 / (_USUAL_WAVE * side))
    widest = np.float32(1 / (_WIDEST_WAVE * side))
    fall = np.float32(_FALL * (1 - detail))
    blur = gaussian(_GRAIN_PX)

    def gain(frequency: Plane) -> Plane:
        light = np.exp2(-np.square(frequency / widest))
        steep = np.power(np.maximum(frequency, widest / 4) / usual, -fall)
        factors: Plane = (1 - light) * steep * blur(frequency)
        return factors

    return gain


@dataclass(frozen=True)
class Relief:
    """A height map with its depth: height 1 lies `depth_px` pixels above height 0."""

    height: Plane
    depth_px: float
    axes: str = "none"

    @classmethod
    def of(
        cls, height: Plane, strength: float, axes: str = "none", part_done: PartDone = nothing
    ) -> Relief:
        """The depth is such that the surface is as steep as surfaces are, times `strength`.

        So the same texture has the same normals in every size and at every contrast, down to where
        the height is as good as flat.
        """
        flat = cls(height, 1.0, axes)
        total = 0.0
        for rows in parts(height.shape[0], part_count(height.shape)):
            across, down = flat.slopes(rows)
            total += float(np.square(across).sum(dtype=np.float64))
            total += float(np.square(down).sum(dtype=np.float64))
            part_done()
        slope = float(np.sqrt(total / height.size))
        contrast = min(1.0, 4 * float(height.std(dtype=np.float64)))
        deepest = _DEEPEST * min(height.shape)
        depth = min(deepest, _USUAL_SLOPE * contrast / slope) if slope > 0 else 0.0
        return cls(height, strength * depth, axes)

    def slopes(self, rows: slice) -> tuple[Plane, Plane]:
        """(across, down) of some rows, pixels of depth per pixel, by Scharr's operator.

        At a border that does not wrap around, the surface goes on as steep as it comes.
        """
        part = _surrounded(self.height, rows, 1, self.axes, straight=True)
        factor = np.float32(self.depth_px / 32)
        across, down = part[:, 2:] - part[:, :-2], part[2:] - part[:-2]
        smooth_across = 3 * (across[:-2] + across[2:]) + 10 * across[1:-1]
        smooth_down = 3 * (down[:, :-2] + down[:, 2:]) + 10 * down[:, 1:-1]
        return smooth_across * factor, smooth_down * factor


def normals(relief: Relief, rows: slice, directx: bool = False) -> Plane:
    """(rows, W, 3) unit normals as colours: 0.5 n + 0.5; flat is (0.5, 0.5, 1).

    Red grows to the right, blue towards the eye, green upwards (OpenGL) or downwards (DirectX).
    """
    across, down = relief.slopes(rows)
    length = np.sqrt(1 + across * across + down * down)
    result = np.empty((*across.shape, 3), np.float32)
    result[..., 0] = -across / length
    # heights that grow downwards face upwards
    result[..., 1] = (-down if directx else down) / length
    result[..., 2] = 1 / length
    result *= np.float32(0.5)
    result += np.float32(0.5)
    return result


def roughness_from(
    brightness: Plane,
    height: Plane,
    base: float,
    contrast: float,
    axes: str = "none",
    part_done: PartDone = nothing,
) -> Plane:
    """(H, W) roughness in [0.02, 1]: `base` where nothing speaks for more or less.

    What is deep and what is finely grained is rougher, what stands out and is even is smoother
    (worn; that unresolved grain is roughness: Toksvig, Mipmapping normal maps, 2005). `contrast` is
    how far it may go to both sides.
    """
    side = min(height.shape)
    fine = max(1.5, side / 256)
    blur = gaussian(fine)
    grain = filtered(brightness, lambda frequency: 1 - blur(frequency), axes, part_done)
    np.abs(grain, out=grain)
    usual = np.float32(grain.mean(dtype=np.float64))
    np.minimum(grain, 3 * usual, out=grain)  # an edge is no grain
    grain = filtered(grain, gaussian(3 * fine), axes, part_done)
    for rows in parts(height.shape[0], part_count(height.shape)):
        busy = (grain[rows] - usual) / (np.abs(grain[rows]) + usual + np.float32(0.25 * _FAINT))
        change = np.float32(0.5) - height[rows] + np.float32(0.5) * busy
        np.clip(np.float32(base) + np.float32(contrast) * change, 0.02, 1, out=grain[rows])
        part_done()
    return grain


def usual_radius_px(shape: tuple[int, ...]) -> int:
    """The occlusion radius where none is asked for: a twelfth of the shorter side."""
    return max(2, round(min(shape) / 12))


def occlusion_from(
    relief: Relief, radius_px: float, strength: float = 1.0, part_done: PartDone = nothing
) -> Plane:
    """(H, W) ambient occlusion in [0, 1]: 1 where all the sky is seen, less in pits.

    In eight directions the horizon is sought at six distances up to `radius_px`, in heights
    smoothed in proportion (Max, Horizon mapping, 1988; Bavoil and Sainz, Image-space horizon-based
    ambient occlusion, 2008). A horizon of slope t leaves 1 / (1 + t²) of the light of its
    direction, weighted by the cosine. The result is raised to the power of `strength`.
    """
    height = relief.height
    distances = sorted({max(1.0, share * radius_px) for share in _RADII})
    smoothed = []
    for number in range(len(_RADII)):
        if number < len(distances) and distances[number] > 2:
            blur = gaussian(distances[number] / 6)
            smoothed.append(filtered(height, blur, relief.axes, part_done))
            continue
        smoothed.append(height)
        for _ in range(PASSES * part_count(height.shape)):
            part_done()
    result = np.empty_like(height)
    for rows in parts(height.shape[0], part_count(height.shape)):
        seen = _sky(relief, list(zip(distances, smoothed, strict=False)), rows)
        result[rows] = np.power(seen, np.float32(strength))
        part_done()
    return result


def _sky(relief: Relief, rings: list[tuple[float, Plane]], rows: slice) -> Plane:
    """(rows, W) share of the light that comes in."""
    here = relief.height[rows]
    around = [
        (radius, _surrounded(plane, rows, round(radius), relief.axes)) for radius, plane in rings
    ]
    seen = np.zeros_like(here)
    for few in parts(here.shape[0], -(-here.size // _CACHED_PIXELS)):
        for east, south in _DIRECTIONS:
            seen[few] += _open(here[few], around, (east, south), few.start, relief.depth_px)
    seen /= np.float32(len(_DIRECTIONS))
    return seen


def _open(
    here: Plane,
    around: list[tuple[float, Plane]],
    direction: tuple[float, float],
    top: int,
    depth_px: float,
) -> Plane:
    """The share of the light from one direction. around: by radius, heights with that margin;
    top: where in them `here` begins."""
    height, width = here.shape
    horizon, rise = np.zeros_like(here), np.empty_like(here)
    for radius, plane in around:
        margin = round(radius)
        x, y = round(radius * direction[0]), round(radius * direction[1])
        above, left = margin + y + top, margin + x
        np.subtract(plane[above : above + height, left : left + width], here, out=rise)
        rise *= np.float32(_SHADE_DEPTH * depth_px / np.hypot(x, y))
        np.maximum(horizon, rise, out=horizon)
    np.square(horizon, out=horizon)
    horizon += 1
    return np.reciprocal(horizon, out=horizon)


def _surrounded(plane: Plane, rows: slice, margin: int, axes: str, straight: bool = False) -> Plane:
    """Some rows with `margin` pixels around them, from the other side where the picture wraps.

    Elsewhere the border's pixels go on; straight: their slope does (margin 1 only).
    """
    height, width = plane.shape
    wraps_x, wraps_y = wraps(axes)
    lines = np.arange(rows.start - margin, rows.stop + margin)
    inside = lines % height if wraps_y else np.clip(lines, 0, height - 1)
    columns = np.arange(-margin, width + margin)
    columns = columns % width if wraps_x else np.clip(columns, 0, width - 1)
    part: NDArray[np.float32] = plane[inside][:, columns]
    if not straight:
        return part
    if not wraps_y and height > 1:
        if lines[0] < 0:
            part[0] = 2 * part[1] - part[2]
        if lines[-1] >= height:
            part[-1] = 2 * part[-2] - part[-3]
    if not wraps_x and width > 1:
        part[:, 0] = 2 * part[:, 1] - part[:, 2]
        part[:, -1] = 2 * part[:, -2] - part[:, -3]
    return part
