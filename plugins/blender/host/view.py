"""Where an object is looked at from, and what is nearest there: a depth buffer by numpy.

Numbers only. Pixels count from the bottom left, depth is the distance along the view.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plugins.blender.host.geometry import Array, Triangles
from plugins.blender.host.raster import rasterised
from plugins.common.host import Work

NEAR = 1e-4


class View(NamedTuple):
    """matrix: the world to clip space, 4 rows of 4, as JSON can keep it. size: width, height."""

    matrix: tuple[tuple[float, ...], ...]
    size: tuple[int, int]


class Lens(NamedTuple):
    """What follows from a view. forward: (4,), depth of a homogeneous point. eye: (3,), or None in
    an orthographic view. spread: size of a pixel at depth 1 (in perspective, else anywhere)."""

    matrix: Array
    width: int
    height: int
    forward: Array
    eye: Array | None
    spread: float

    @classmethod
    def of(cls, view: View) -> Lens:
        matrix = np.array(view.matrix, np.float64)
        width, height = view.size
        is_perspective = bool(np.linalg.norm(matrix[3, :3]) > 1e-6)
        row = matrix[3] if is_perspective else matrix[2]
        length = np.linalg.norm(row[:3])
        matrix = matrix / length if is_perspective else matrix / matrix[3, 3]
        row = matrix[3] if is_perspective else matrix[2]
        forward = row / np.linalg.norm(row[:3])
        eye = None
        if not is_perspective:
            forward[3] += 1 / np.linalg.norm(row[:3])  # from the near plane
        if is_perspective:
            rows = matrix[[0, 1, 3]]
            eye = np.linalg.solve(rows[:, :3], -rows[:, 3])
        along = matrix[0, :3] - (matrix[0, :3] @ forward[:3]) * forward[:3]
        spread = float(2 / (np.linalg.norm(along) * width))
        return cls(matrix, width, height, forward, eye, spread)

    def seen(self, points: Array) -> tuple[Array, Array]:
        """(N, 2) pixels and (N,) depths of (N, 3) points."""
        clip = points @ self.matrix[:, :3].T + self.matrix[:, 3]
        w = clip[:, 3:]
        w = np.where(np.abs(w) < 1e-12, 1e-12, w)
        pixels = (clip[:, :2] / w + 1) / 2 * (self.width, self.height)
        return pixels, points @ self.forward[:3] + self.forward[3]

    def facing(self, points: Array, normals: Array) -> Array:
        """(N,): 1 where a surface faces the eye, 0 on edge, negative from behind."""
        to_eye = -np.broadcast_to(self.forward[:3], points.shape)
        if self.eye is not None:
            to_eye = self.eye - points
            to_eye = to_eye / np.maximum(np.linalg.norm(to_eye, axis=1, keepdims=True), 1e-12)
        return np.asarray((to_eye * normals).sum(1))

    def pixel_size(self, depth: Array) -> Array:
        return self.spread * depth if self.eye is not None else np.full_like(depth, self.spread)


class Depth(NamedTuple):
    """z: (height, width), infinite where nothing is. triangle: the one that is seen, or -1."""

    z: Array
    triangle: NDArray[np.intp]


class Solved(NamedTuple):
    """(N, 3, 3): turns a pixel (in -1 … 1, and 1) into the three corners' shares divided by w; and
    the corners' depths (N, 3)."""

    inverse: Array
    depths: Array

    @classmethod
    def of(cls, clip: Array, depths: Array) -> Solved:
        """Olano and Greer, Triangle Scan Conversion using 2D Homogeneous Coordinates, 1997."""
        a, b, c = (clip[:, corner][:, [0, 1, 3]] for corner in range(3))
        rows = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], 1)
        volume = (a * rows[:, 0]).sum(1)
        flat = np.abs(volume) < 1e-18
        inverse = rows / np.where(flat, 1, volume)[:, None, None]
        inverse[flat] = np.nan
        return cls(inverse, depths)

    def shares(self, triangle: NDArray[np.intp], ndc: Array) -> Array:
        """(M, 3) barycentric coordinates in the world, of pixels (M, 2) in -1 … 1."""
        inverse = self.inverse[triangle]
        parts = inverse[:, :, 0] * ndc[:, :1] + inverse[:, :, 1] * ndc[:, 1:] + inverse[:, :, 2]
        return np.asarray(parts / parts.sum(1, keepdims=True))


def solved(lens: Lens, points: Array) -> Solved:
    flat = points.reshape(-1, 3)
    clip = (flat @ lens.matrix[:, :3].T + lens.matrix[:, 3]).reshape(-1, 3, 4)
    depths = (flat @ lens.forward[:3] + lens.forward[3]).reshape(-1, 3)
    return Solved.of(clip, depths)


def depth_buffer(lens: Lens, triangles: Triangles) -> Work[Depth]:
    """What is nearest in the middle of each pixel."""
    z = np.full(lens.height * lens.width, np.inf)
    seen = np.full(z.size, -1, np.intp)
    flat, owner = _on_screen(lens, triangles.points)
    planes = solved(lens, triangles.points)
    yield
    size = np.array([lens.width, lens.height], np.float64)
    for hits in rasterised(flat, (0, 0, lens.width, lens.height)):
        triangle = owner[hits.triangle]
        ndc = (np.stack([hits.x, hits.y], 1) + 0.5) / size * 2 - 1
        depth = (planes.shares(triangle, ndc) * planes.depths[triangle]).sum(1)
        pixel = hits.y * lens.width + hits.x
        nearer = np.flatnonzero(depth < z[pixel])
        order = nearer[np.argsort(-depth[nearer], kind="stable")]  # the nearest is written last
        z[pixel[order]], seen[pixel[order]] = depth[order], triangle[order]
        yield
    shape = lens.height, lens.width
    return Depth(z.reshape(shape), seen.reshape(shape))


def _on_screen(lens: Lens, points: Array) -> tuple[Array, NDArray[np.intp]]:
    """Triangles in pixels (M, 3, 2), without what is behind the eye, and whose each is."""
    flat = points.reshape(-1, 3)
    clip = (flat @ lens.matrix[:, :3].T + lens.matrix[:, 3]).reshape(-1, 3, 4)
    owner = np.arange(len(clip))
    if lens.eye is not None:
        clip, owner = _in_front(clip)
    screen = (clip[:, :, :2] / clip[:, :, 3:] + 1) / 2 * (lens.width, lens.height)
    return screen, owner


def _in_front(clip: Array) -> tuple[Array, NDArray[np.intp]]:
    """The parts of triangles where w is at least `NEAR`: a triangle, or two out of one."""
    front = clip[:, :, 3] >= NEAR
    count = front.sum(1)
    whole = np.flatnonzero(count == 3)
    parts, owners = [clip[whole]], [whole]
    for inside in (1, 2):
        cut = np.flatnonzero(count == inside)
        lone = front[cut] if inside == 1 else ~front[cut]
        first = np.argmax(lone, 1)
        turned = (first[:, None] + np.arange(3)) % 3
        a, b, c = np.moveaxis(np.take_along_axis(clip[cut], turned[:, :, None], 1), 1, 0)
        ab, ac = _where_near(a, b), _where_near(a, c)
        if inside == 1:
            parts.append(np.stack([a, ab, ac], 1))
            owners.append(cut)
        else:
            parts += [np.stack([ab, b, c], 1), np.stack([ab, c, ac], 1)]
            owners += [cut, cut]
    return np.concatenate(parts), np.concatenate(owners)


def _where_near(start: Array, end: Array) -> Array:
    share = (NEAR - start[:, 3:]) / (end[:, 3:] - start[:, 3:])
    return np.asarray(start + share * (end - start))
