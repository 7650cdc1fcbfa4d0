"""Periodic scalar fields on the unit tile: noise, cells, panels and the light that falls on them.

Every field here wraps exactly in x and y; nothing in this module knows a material by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

SIDE = 64
FINE = 128  # fields are made at twice the picture's size and averaged, which smooths every edge

Field = npt.NDArray[np.floating]
Pixels = npt.NDArray[np.uint8]
Index = npt.NDArray[np.intp]

_LIGHT = (-0.42, -0.54, 0.73)  # towards the light: from the upper left, in front


@dataclass(frozen=True, slots=True)
class Cells:
    """A periodic Voronoi partition: distance to the border and from the centre, and cell index."""

    border: Field
    centre: Field
    index: Index
    count: int


@dataclass(frozen=True, slots=True)
class Panels:
    """Rows of rectangles: distance to the nearest joint, place inside, row and panel index."""

    joint: Field
    u: Field
    v: Field
    row: Index
    index: Index
    count: int


@cache
def tile() -> tuple[Field, Field]:
    """Coordinates (y, x) of the fine pixels' centres, each (FINE, FINE) in [0, 1)."""
    line = (np.arange(FINE, dtype=np.float32) + 0.5) / FINE
    y, x = np.meshgrid(line, line, indexing="ij")
    return y, x


@cache
def _spectrum(slope: float, stretch_y: float, stretch_x: float, low: float) -> Field:
    fy = np.fft.fftfreq(FINE, 1 / FINE)[:, None] * stretch_y
    fx = np.fft.rfftfreq(FINE, 1 / FINE)[None, :] * stretch_x
    radius = np.hypot(fy, fx)
    gain = np.where(radius > 0, np.maximum(radius, low) ** -slope, 0.0)
    return gain.astype(np.float32)


def noise(
    rng: np.random.Generator,
    slope: float = 1.5,
    stretch: tuple[float, float] = (1.0, 1.0),
    low: float = 2.0,
) -> Field:
    """Gaussian noise with power falling as frequency**(-2 slope), zero mean, unit deviation.

    `stretch` (y, x) above 1 draws features out along that axis; `low` is the frequency, in cycles
    a tile, below which the spectrum is flat.
    """
    gain = _spectrum(slope, stretch[0], stretch[1], low)
    phases = rng.random(gain.shape, dtype=np.float32) * np.float32(2 * np.pi)
    field = np.fft.irfft2(gain * np.exp(1j * phases).astype(np.complex64), s=(FINE, FINE))
    return np.asarray(field / field.std(), dtype=np.float32)


def step(value: Field, start: float, stop: float) -> Field:
    """Smooth rise from 0 at `start` to 1 at `stop`."""
    t = np.clip((value - np.float32(start)) / np.float32(stop - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def cells(
    rng: np.random.Generator,
    rows: int,
    columns: int,
    jitter: float,
    warp: float = 0.0,
) -> Cells:
    """Voronoi cells around `rows` (even) staggered rows of `columns` points moved by `jitter`.

    Distances are in tile units along x. `warp` bends the borders by noise, in tile units.
    """
    y, x = tile()
    if warp:
        y, x = y + warp * noise(rng, 1.8), x + warp * noise(rng, 1.8)
    move = rng.uniform(0.5 - jitter, 0.5 + jitter, (2, rows * columns)).astype(np.float32)
    down, across = y * rows, x * columns
    row = np.floor(down).astype(np.intp)
    nearest = np.full(y.shape, 9, np.float32)
    second = nearest.copy()
    index = np.zeros(y.shape, np.intp)
    stretch = np.float32(columns / rows)
    for step_y in (-1, 0, 1):
        r = row + step_y
        offset_y = r.astype(np.float32) - down
        shift = 0.5 * (r & 1).astype(np.float32)
        start = r % rows * columns
        column = np.floor(across - shift).astype(np.intp)
        for step_x in (-1, 0, 1):
            c = column + step_x
            which = start + c % columns
            gap_y = (offset_y + move[0][which]) * stretch
            gap_x = c.astype(np.float32) + move[1][which] + shift - across
            distance = gap_y * gap_y + gap_x * gap_x
            closer = distance < nearest
            np.copyto(index, which, where=closer)
            np.minimum(second, np.maximum(nearest, distance), out=second)
            np.minimum(nearest, distance, out=nearest)
    centre, other = np.sqrt(nearest) / columns, np.sqrt(second) / columns
    return Cells((other - centre) / 2, centre, index, rows * columns)


def panels(
    rng: np.random.Generator,
    rows: int,
    columns: int,
    stagger: float = 0.5,
    uneven: float = 0.0,
    rough: float = 0.0,
) -> Panels:
    """`rows` of `columns` rectangles; odd rows shift by `stagger` of a panel (rows must be even).

    `uneven` (0 to 1) varies widths and heights, `rough` waves the joints, in tile units.
    """
    y, x = tile()
    if rough:
        y, x = y + rough * noise(rng, 1.2), x + rough * noise(rng, 1.2)
    if uneven:
        wave = np.float32(uneven / (2 * np.pi))
        y = y + wave / rows * np.sin(2 * np.pi * (y * (rows // 2) + rng.random()))
    row = np.floor(y * rows).astype(np.intp)
    v = y * rows - row
    row %= rows
    shift = stagger * (np.arange(rows) % 2) + (rng.random(rows) if uneven else 0.0)
    across = x * columns + shift.astype(np.float32)[row]
    if uneven:
        phase = rng.random(rows).astype(np.float32)[row]
        swing = np.float32(uneven * columns / (2 * np.pi)) * 0.8
        across = across + swing * np.sin(2 * np.pi * (x + phase))
    column = np.floor(across).astype(np.intp)
    u = across - column
    joint = np.minimum(np.minimum(v, 1 - v) / rows, np.minimum(u, 1 - u) / columns)
    index = row * columns + column % columns
    joint, u, v = (np.asarray(field, np.float32) for field in (joint, u, v))
    return Panels(joint, u, v, row, index, rows * columns)


def relief(height: Field, depth: float, gloss: float = 0.0) -> tuple[Field, Field]:
    """Light on `height` (0 to 1 is `depth` pixels high): (diffuse around 1, highlight 0 to 1).

    Lambert and Blinn-Phong with one light from the upper left; `gloss` 0 gives no highlight.
    """
    slope_y = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * np.float32(depth / 2)
    slope_x = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * np.float32(depth / 2)
    inverse = 1 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    facing = (-slope_x * _LIGHT[0] - slope_y * _LIGHT[1] + _LIGHT[2]) * inverse
    diffuse = np.asarray(0.42 + 0.58 * np.clip(facing, 0, None) / _LIGHT[2], np.float32)
    if gloss <= 0:
        return diffuse, np.zeros_like(diffuse)
    half = np.array([_LIGHT[0], _LIGHT[1], _LIGHT[2] + 1], np.float32)
    half /= np.linalg.norm(half)
    mirror = (-slope_x * half[0] - slope_y * half[1] + half[2]) * inverse
    return diffuse, np.asarray(gloss * np.clip(mirror, 0, 1) ** 24, np.float32)


def finish(colour: Field, light: Field | None = None, highlight: Field | None = None) -> Pixels:
    """Light a (FINE, FINE, 3) colour field of 0 to 1 and average it to (SIDE, SIDE, 3) uint8."""
    lit = colour if light is None else colour * light[..., None]
    if highlight is not None:
        lit = lit + (1 - np.clip(lit, 0, 1)) * highlight[..., None]
    blocks = np.clip(lit, 0, 1).reshape(SIDE, FINE // SIDE, SIDE, FINE // SIDE, 3)
    return np.asarray(np.rint(blocks.mean((1, 3)) * 255), np.uint8)


def blend(low: Field, high: Field, amount: Field) -> Field:
    """Mix colours `low` and `high` ((3,) or (..., 3)) by `amount` (...) into (..., 3)."""
    weight = amount[..., None]
    return np.asarray(low * (1 - weight) + high * weight, np.float32)


def vary(rng: np.random.Generator, base: Field, count: int, amount: float) -> Field:
    """(count, 3) neighbours of colour `base`: brightness by `amount`, hue a quarter as much.

    The hue of grays varies less still, since any tint shows on them.
    """
    brightness = 1 + amount * rng.uniform(-1, 1, (count, 1))
    saturation = 1 - float(base.min()) / max(float(base.max()), 1e-3)
    turn = amount / 4 * (0.35 + 0.65 * min(1.0, 2.5 * saturation))
    hue = 1 + turn * rng.uniform(-1, 1, (count, 3))
    return np.asarray(np.clip(base * brightness * hue, 0, 1), np.float32)
