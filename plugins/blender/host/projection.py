"""From a view onto the UVs: what a picture shows of an object becomes its texture there.

Computed by numpy from the scene's triangles: touches no material and no render setting.
"""

from __future__ import annotations

from typing import NamedTuple

import bpy
import numpy as np
from numpy.typing import NDArray

from plugins.blender.host import raster
from plugins.blender.host.geometry import Array, Triangles, points_of, visible_triangles
from plugins.blender.host.view import Depth, Lens, View, depth_buffer
from plugins.common.host import HostError, Work
from plugins.common.phrases import say

Pixels = NDArray[np.float32]

FACING = 0.05, 0.6
"""From where, to where coverage rises with how much a surface faces the eye."""

LEAST = 0.02
"""Coverage that counts."""

_TEXELS = 1 << 15
"""Worked on between two pauses: 25 ms."""


class Baked(NamedTuple):
    """colour: (height, width, 4), the bottom row first. coverage: (height, width) in 0 … 1, how
    well each texel was seen; where it is 0 the colour is what was there before."""

    colour: Pixels
    coverage: Pixels


def view_of(
    obj: bpy.types.Object,
    source: bpy.types.Object | bpy.types.RegionView3D,
    size: tuple[int, int] = (512, 512),
    *,
    framed: bool = True,
) -> View:
    """How a camera, or a 3D view, sees an object. framed: moved and zoomed, without another
    perspective, so that the object fills the picture. Raises HostError where it is not in view."""
    if isinstance(source, bpy.types.Object):
        if source.type != "CAMERA":
            raise HostError(say("“{name}” is not a camera.", name=source.name))
        depsgraph = bpy.context.evaluated_depsgraph_get()
        seen = source.matrix_world.normalized().inverted()
        matrix = np.array(source.calc_matrix_camera(depsgraph, x=size[0], y=size[1]) @ seen)
    else:
        matrix = np.array(source.window_matrix @ source.view_matrix)
    points = points_of(obj)
    if not len(points):
        raise HostError(say("“{name}” has no faces to put a texture on.", name=obj.name))
    clip = points @ matrix[:, :3].T + matrix[:, 3]
    if (clip[:, 3] <= 1e-6).any():
        raise HostError(say("“{name}” reaches behind the view; move back.", name=obj.name))
    ndc = clip[:, :2] / clip[:, 3:]
    if (ndc.max(0) <= -1).any() or (ndc.min(0) >= 1).any():
        raise HostError(say("“{name}” is not in view; turn to it.", name=obj.name))
    if framed:
        matrix = _framed(matrix, ndc.min(0), ndc.max(0), size)
    return View(tuple(tuple(float(value) for value in row) for row in matrix), size)


def bake(
    obj: bpy.types.Object,
    picture: Pixels,
    view: View,
    size: tuple[int, int],
    margin: int = 4,
    existing: Baked | None = None,
) -> Work[Baked]:
    """What a picture (height, width, 4; straight, the bottom row first), painted for a view of the
    object, makes its texture. Raises HostError.

    existing: what is there already keeps its weight: this view fills what others have not seen
    well, and is mixed in at the edges. margin: texels beyond the edges of the UV islands.
    """
    height, width = picture.shape[:2]
    lens = Lens.of(view._replace(size=(width, height)))
    triangles = visible_triangles(obj, lens.matrix)
    yield
    depth = yield from depth_buffer(lens, triangles)
    seen = yield from _texels(lens, triangles.target, depth, picture, size)
    colour, coverage, is_on = seen
    if existing is not None:
        baked = _filled_in(existing, colour, coverage)
    else:
        colour[coverage == 0] = _GRAY
        baked = Baked(colour, coverage)
    yield
    yield from _bled(baked.colour, baked.coverage > 0, ~is_on, margin)
    return baked


_GRAY = np.array([0.5, 0.5, 0.5, 1], np.float32)


def _framed(matrix: Array, low: Array, high: Array, size: tuple[int, int]) -> Array:
    """The same view of only a part of its picture, with a margin, square pixels kept."""
    aspect = _square(matrix)
    middle, half = (low + high) / 2, (high - low) / 2 * 1.1
    reach = max(half[0] / aspect * size[1] / size[0], half[1])  # in ndc of y
    reach_x = reach * aspect * size[0] / size[1]
    crop = np.eye(4)
    crop[0, 0], crop[0, 3] = 1 / reach_x, -middle[0] / reach_x
    crop[1, 1], crop[1, 3] = 1 / reach, -middle[1] / reach
    return np.asarray(crop @ matrix)


def _square(matrix: Array) -> float:
    """How much further something goes in ndc along x than along y."""
    row = matrix[3, :3] if np.linalg.norm(matrix[3, :3]) > 1e-6 else matrix[2, :3]
    forward = row / np.linalg.norm(row)
    lengths = [np.linalg.norm(each - (each @ forward) * forward) for each in matrix[:2, :3]]
    return float(lengths[0] / lengths[1])


def _texels(
    lens: Lens, target: Triangles, depth: Depth, picture: Pixels, size: tuple[int, int]
) -> Work[tuple[Pixels, Pixels, NDArray[np.bool_]]]:
    """Colour and coverage of each texel, and which are on the object at all."""
    width, height = size
    colour = np.zeros((height, width, 4), np.float32)
    coverage = np.zeros((height, width), np.float32)
    is_on = np.zeros((height, width), bool)
    corners = target.uvs * (width, height)
    corners = corners - (np.floor(target.uvs.mean(1)) * (width, height))[:, None]
    edges = np.cross(
        target.points[:, 1] - target.points[:, 0], target.points[:, 2] - target.points[:, 0]
    )
    flat = edges / np.maximum(np.linalg.norm(edges, axis=1, keepdims=True), 1e-18)
    faces_us = lens.facing(target.points[:, 0], flat) > 0
    box = (-width, -height, 2 * width, 2 * height)
    yield
    for hits in raster.rasterised(corners, box, _TEXELS):
        is_on[hits.y % height, hits.x % width] = True
        hits = raster.Hits(*(each[faces_us[hits.triangle]] for each in hits))
        share = raster.barycentric(corners, hits)[:, :, None]
        points = (target.points[hits.triangle] * share).sum(1)
        smooth = (target.normals[hits.triangle] * share).sum(1)
        smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-12)
        color, cover = _sampled(lens, depth, picture, points, flat[hits.triangle], smooth)
        x, y = hits.x % width, hits.y % height
        better = np.flatnonzero(cover > coverage[y, x])
        better = better[np.argsort(cover[better], kind="stable")]
        colour[y[better], x[better]] = color[better]
        coverage[y[better], x[better]] = cover[better]
        yield
    return colour, coverage, is_on


def _sampled(
    lens: Lens, depth: Depth, picture: Pixels, points: Array, flat: Array, smooth: Array
) -> tuple[Pixels, Pixels]:
    """Colour (N, 4) and coverage (N,) of points with their face's and their smooth normals.

    Of the four pixels around a point only those count that show the same surface: so no colour
    of what is before or behind it comes in.
    """
    pixels, distance = lens.seen(points)
    facing = lens.facing(points, flat)
    slope = np.sqrt(np.clip(1 - facing**2, 0, 1)) / np.maximum(facing, 0.05)
    tolerance = lens.pixel_size(distance) * (2 + 1.5 * slope)
    inside = ((pixels >= 0) & (pixels <= (lens.width, lens.height))).all(1)
    can_be = inside & (facing > 0) & (distance > 0)
    corner = np.where(can_be[:, None], pixels - 0.5, 0)
    whole = np.floor(corner)
    part, whole = corner - whole, whole.astype(np.intp)
    color, total = np.zeros((len(points), 4)), np.zeros(len(points))
    for dx in (0, 1):
        for dy in (0, 1):
            x = np.clip(whole[:, 0] + dx, 0, lens.width - 1)
            y = np.clip(whole[:, 1] + dy, 0, lens.height - 1)
            weight = np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1])
            weight = weight * (np.abs(depth.z[y, x] - distance) <= tolerance) * picture[y, x, 3]
            color += picture[y, x] * weight[:, None]
            total += weight
    color /= np.maximum(total, 1e-9)[:, None]
    color[:, 3] = 1
    soft = _smooth_step(lens.facing(points, smooth))
    cover = np.where(can_be, total * soft, 0)
    cover[cover < LEAST] = 0
    return color.astype(np.float32), cover.astype(np.float32)


def _smooth_step(facing: Array) -> Array:
    rise = np.clip((facing - FACING[0]) / (FACING[1] - FACING[0]), 0, 1)
    return np.asarray(rise * rise * (3 - 2 * rise))


def _filled_in(existing: Baked, colour: Pixels, coverage: Pixels) -> Baked:
    """The new view under the earlier ones: full where they are empty, none where they are full."""
    fresh = coverage * (1 - existing.coverage)
    total = existing.coverage + fresh
    share = np.where(total > 0, fresh / np.maximum(total, 1e-9), 0)[..., None]
    mixed = existing.colour * (1 - share) + colour * share
    return Baked(np.where(share > 0, mixed, existing.colour), total)


def _bled(
    colour: Pixels, has: NDArray[np.bool_], free: NDArray[np.bool_], margin: int
) -> Work[None]:
    """Carry colours over the edges of the islands, so that filtering finds no gray there."""
    for _ in range(margin):
        has = raster.bled(colour, has, free)
        yield
