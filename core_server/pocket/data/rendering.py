"""A small software renderer: one lit, textured, antialiased picture of a triangle mesh, in numpy.

It must not read files (see `model_meshes`) nor know what a mesh depicts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]

_DISTANCE = 5.0  # of the camera, in radii of the subject: a mild perspective
_KEY_LIGHT = (-0.43, 0.68, 0.60)  # from above, left of the camera; unit vectors in camera space
_FILL_LIGHT = (0.84, 0.10, 0.53)
_AMBIENT, _SKY, _KEY, _FILL, _GLOSS = 0.44, 0.08, 0.60, 0.16, 0.30
_LIFT = 0.05  # of every unlit colour, so that black things keep a shape
_GLASS, _RIM = 0.22, 0.60  # least opacity of what is seen at all, and what its edge gains
_INVISIBLE, _SOLID = 0.04, 0.96  # opacity below and above which nothing need be blended
_FRAGMENTS = 1 << 20  # candidates tested at once: bounds the memory
_EDGE = 1e-5  # barycentric slack, so that no seam opens between neighbours


@dataclass(frozen=True, slots=True)
class Material:
    """Diffuse colour (3,) in 0..1, opacity 0..1, gloss 0..1 and its exponent, texture or None.

    The texture is (h, w, 4) uint8, row 0 at the top; where given, it replaces the colour.
    """

    colour: Floats
    opacity: float = 1.0
    gloss: float = 0.0
    exponent: float = 20.0
    texture: Pixels | None = None


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles: corners and unit normals (t, 3, 3), texture coordinates (t, 3, 2), material (t,).

    x points to the right of one who faces the subject, y up, z towards him: the front is at +z.
    """

    corners: Floats
    normals: Floats
    coordinates: Floats
    material: Indices
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class _Projected:
    """Triangles on the frame: pixel position (t, 3, 2) and nearness (t, 3), linear on screen."""

    position: Floats
    nearness: Floats
    slopes: Floats  # (t, 4): how the weights of corners 1 and 2 grow with x and y
    low: Indices  # (t, 2): first pixel column and row whose centre may lie inside
    extent: Indices  # (t, 2): how many columns and rows


def render(
    mesh: Mesh,
    azimuth: float,
    elevation: float,
    *,
    side: int = 64,
    fill: float = 0.92,
    samples: int = 3,
) -> Pixels:
    """Picture of `mesh` from `azimuth` degrees (0 front, 90 at +x) and `elevation` degrees.

    The subject is centred and its longer side takes `fill` of the frame; every pixel averages
    `samples` squared. Returns (side, side, 4) straight RGBA. Raises ValueError for a mesh of
    which nothing is seen.
    """
    frame = side * samples
    turn = _camera(azimuth, elevation)
    projected = _project(mesh, turn, frame, fill)
    opacity = np.array([m.opacity for m in mesh.materials], np.float32)[mesh.material]
    nearest = np.zeros(frame * frame, np.uint64)
    _draw_nearest(mesh, projected, opacity >= _SOLID, nearest, frame)
    canvas = np.zeros((frame * frame, 4), np.float32)
    _shade(mesh, turn, projected, nearest, frame, canvas)
    if bool((opacity < _SOLID).any()):
        glass = nearest.copy()
        _draw_nearest(mesh, projected, (opacity < _SOLID) & (opacity > _INVISIBLE), glass, frame)
        _shade(mesh, turn, projected, np.where(glass != nearest, glass, 0), frame, canvas)
    if not canvas[:, 3].any():
        raise ValueError("Nothing of the model can be seen: it has no opaque face.")
    return _reduce(canvas.reshape(frame, frame, 4), samples)


def _camera(azimuth: float, elevation: float) -> Floats:
    """Rows: the camera's right, up, and direction towards the viewer."""
    a, e = math.radians(azimuth), math.radians(elevation)
    right = (math.cos(a), 0.0, -math.sin(a))
    up = (-math.sin(a) * math.sin(e), math.cos(e), -math.cos(a) * math.sin(e))
    towards = (math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e))
    return np.array([right, up, towards], np.float32)


def _project(mesh: Mesh, turn: Floats, frame: int, fill: float) -> _Projected:
    low, high = mesh.corners.min(axis=(0, 1)), mesh.corners.max(axis=(0, 1))
    seen = (mesh.corners - (low + high) / 2) @ turn.T
    distance = _DISTANCE * max(float(np.linalg.norm(high - low)) / 2, 1e-9)
    nearness = distance / (distance - seen[..., 2])
    plane = seen[..., :2] * nearness[..., None] * np.array([1.0, -1.0], np.float32)
    least, most = plane.min(axis=(0, 1)), plane.max(axis=(0, 1))
    scale = frame * fill / max(float((most - least).max()), 1e-9)
    position = ((plane - (least + most) / 2) * scale + frame / 2).astype(np.float32)
    first = np.ceil(position.min(axis=1) - 0.5).astype(np.int64)
    last = np.floor(position.max(axis=1) - 0.5).astype(np.int64)
    (ax, ay), (bx, by) = (position[:, k].T - position[:, 0].T for k in (1, 2))
    area = ax * by - ay * bx
    is_flat = np.abs(area) < 1e-6
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.stack([by, -bx, -ay, ax], axis=1) / area[:, None]
    extent = np.maximum(last - first + 1, 0) * ~is_flat[:, None]
    slopes[is_flat] = 0
    return _Projected(position, nearness.astype(np.float32), slopes, first, extent)


def _draw_nearest(
    mesh: Mesh,
    projected: _Projected,
    chosen: npt.NDArray[np.bool_],
    nearest: npt.NDArray[np.uint64],
    frame: int,
) -> None:
    """Keep in `nearest`, per sample, the largest (nearness bits, triangle + 1) of the chosen."""
    textures = [material.texture for material in mesh.materials]
    is_cut = np.array([t is not None and bool((t[..., 3] < 128).any()) for t in textures], bool)
    for triangle, column, row in _candidates(projected, chosen):
        weights = _weights(projected, triangle, column, row)
        inside = np.flatnonzero((weights >= -_EDGE).all(axis=0))
        triangle, weights = triangle[inside], weights[:, inside]
        pixel = row[inside] * frame + column[inside]
        near = (projected.nearness[triangle].T * weights).sum(axis=0, dtype=np.float32)
        cut = np.flatnonzero(is_cut[mesh.material[triangle]])
        if cut.size:
            alpha = _paint(mesh, triangle[cut], weights[:, cut])[:, 3]
            kept = np.ones(len(triangle), bool)
            kept[cut[alpha < 0.5]] = False
            triangle, pixel, near = triangle[kept], pixel[kept], near[kept]
        # The bits of positive floats sort as the floats do.
        key = near.view(np.uint32).astype(np.uint64) << np.uint64(32)
        np.maximum.at(nearest, pixel, key | (triangle + 1).astype(np.uint64))


def _candidates(
    projected: _Projected, chosen: npt.NDArray[np.bool_]
) -> Iterator[tuple[Indices, Indices, Indices]]:
    """Yield (triangle, column, row) for every sample of every chosen triangle's bounding box."""
    counts = projected.extent.prod(axis=1) * chosen
    listed = np.flatnonzero(counts)
    ends = np.cumsum(counts[listed])
    start = 0
    while start < len(listed):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _FRAGMENTS, side="right")))
        part = listed[start:stop]
        triangle = np.repeat(part, counts[part])
        firsts = np.repeat(ends[start:stop] - counts[part] - before, counts[part])
        row, column = np.divmod(np.arange(len(triangle)) - firsts, projected.extent[triangle, 0])
        yield triangle, column + projected.low[triangle, 0], row + projected.low[triangle, 1]
        start = stop


def _weights(
    projected: _Projected, triangle: Indices, column: Indices, row: Indices
) -> npt.NDArray[np.float32]:
    """Screen weights (3, n) of the corners at the centres of the given samples."""
    origin, slopes = projected.position[triangle, 0], projected.slopes[triangle]
    x = column.astype(np.float32) + np.float32(0.5) - origin[:, 0]
    y = row.astype(np.float32) + np.float32(0.5) - origin[:, 1]
    second = slopes[:, 0] * x + slopes[:, 1] * y
    third = slopes[:, 2] * x + slopes[:, 3] * y
    return np.stack([1 - second - third, second, third])


def _shade(
    mesh: Mesh,
    turn: Floats,
    projected: _Projected,
    nearest: npt.NDArray[np.uint64],
    frame: int,
    canvas: Floats,
) -> None:
    """Blend the lit colour of the triangles in `nearest` over the premultiplied `canvas`."""
    pixel = np.flatnonzero(nearest)
    triangle = (nearest[pixel] & np.uint64(0xFFFFFFFF)).astype(np.int64) - 1
    row, column = np.divmod(pixel, frame)
    weights = _weights(projected, triangle, column, row) * projected.nearness[triangle].T
    weights /= weights.sum(axis=0)  # perspective-correct from here on
    paint = _paint(mesh, triangle, weights)
    normal = np.einsum("kn,nkc->nc", weights, mesh.normals[triangle]) @ turn.T
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    normal *= np.where(normal[:, 2:] < 0, -1.0, 1.0)  # faces are seen from both sides
    key, fill = np.array(_KEY_LIGHT, np.float32), np.array(_FILL_LIGHT, np.float32)
    light = _AMBIENT + _SKY * normal[:, 1] + _KEY * np.maximum(normal @ key, 0)
    light += _FILL * np.maximum(normal @ fill, 0)
    gloss, exponent = (
        np.array([getattr(m, name) for m in mesh.materials], np.float32)[mesh.material[triangle]]
        for name in ("gloss", "exponent")
    )
    halfway = key + np.array([0, 0, 1], np.float32)
    halfway /= np.linalg.norm(halfway)
    shine = _GLOSS * gloss * np.maximum(normal @ halfway, 0) ** exponent
    colour = _LIFT + (1 - _LIFT) * paint[:, :3]
    lit = np.clip(colour * light[:, None] + shine[:, None], 0, 1)
    alpha = _opacity(mesh, triangle, normal[:, 2], shine)[:, None]
    canvas[pixel, :3] = lit * alpha + canvas[pixel, :3] * (1 - alpha)
    canvas[pixel, 3:] = alpha + canvas[pixel, 3:] * (1 - alpha)


def _opacity(mesh: Mesh, triangle: Indices, facing: Floats, shine: Floats) -> Floats:
    """Opacity (n,): glass grows denser towards its edge and where it shines, or it were unseen."""
    own = np.array([m.opacity for m in mesh.materials], np.float32)[mesh.material[triangle]]
    glass = np.maximum(own, _GLASS) + _RIM * (1 - facing) ** 2 + shine
    opacity: Floats = np.where(own >= _SOLID, 1, np.clip(glass, 0, 1)).astype(np.float32)
    return opacity


def _paint(mesh: Mesh, triangle: Indices, weights: Floats) -> Floats:
    """Unlit RGBA (n, 4) in 0..1 of points given by their triangle and corner weights (3, n)."""
    material = mesh.material[triangle]
    paint = np.ones((len(triangle), 4), np.float32)
    paint[:, :3] = np.stack([m.colour for m in mesh.materials])[material]
    for index in np.unique(material):
        texture = mesh.materials[index].texture
        if texture is None:
            continue
        here = np.flatnonzero(material == index)
        points = np.einsum("kn,nkc->nc", weights[:, here], mesh.coordinates[triangle[here]])
        height, width = texture.shape[:2]
        column = np.floor(points[:, 0] % 1 * width).astype(np.int64) % width
        row = np.floor((1 - points[:, 1] % 1) * height).astype(np.int64) % height
        paint[here] = texture[row, column].astype(np.float32) / 255
    return paint


def _reduce(canvas: Floats, samples: int) -> Pixels:
    side = canvas.shape[0] // samples
    mean = canvas.reshape(side, samples, side, samples, 4).mean(axis=(1, 3))
    alpha = mean[..., 3:]
    colour = np.where(alpha > 0, mean[..., :3] / np.maximum(alpha, 1e-6), 0)
    straight = np.rint(np.concatenate([colour, alpha], axis=-1) * 255).astype(np.uint8)
    return np.where(straight[..., 3:] > 0, straight, 0).astype(np.uint8)
