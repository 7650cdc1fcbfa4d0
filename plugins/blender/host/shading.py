"""How an object looks from a view, and how far away it is: pictures that guide a model.

Shaded by numpy with a light at the eye: the same in a window and without, within a second, and
without touching the artist's lights, materials or render settings.
"""

from __future__ import annotations

from typing import NamedTuple

import bpy
import numpy as np

from plugins.blender.host import images, material
from plugins.blender.host.geometry import Triangles, visible_triangles
from plugins.blender.host.projection import Pixels
from plugins.blender.host.view import Array, Depth, Lens, View, depth_buffer, solved
from plugins.common.host import HostError, Work
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import Input
from protocol.pixels import ColorSpace, PixelLayout, Rows

BACKGROUND, CLAY = 0.5, 0.72
"""sRGB grays: behind everything, and of what has no texture."""

DARKEST = 0.35
"""Share of its colour that a surface keeps where it turns away."""

_PIECE = 1 << 16

_SAMPLES = 256
"""Along each side, for a mean colour."""


class Texture(NamedTuple):
    """colour: (height, width, 4) sRGB-encoded. coverage: (height, width), 0 where no view has
    painted it yet; None: all of it counts. usual: (3,), the mean colour of what counts."""

    colour: Pixels
    coverage: Pixels | None
    usual: Array


def guide_picture(
    obj: bpy.types.Object, view: View, coverage: bpy.types.Image | None = None
) -> Work[Picture]:
    """The object with its texture, and what is around it in clay, as rgba8. Raises HostError.

    coverage: where earlier views have painted the texture; the rest of it is shown in their mean
    colour, so that a model goes on in their colours and not in gray.
    """
    lens = Lens.of(view)
    triangles = visible_triangles(obj, lens.matrix)
    yield
    texture = yield from _texture(obj, coverage)
    depth = yield from depth_buffer(lens, triangles)
    shown = yield from _shaded(lens, triangles, depth, texture)
    packed = np.rint(np.clip(shown, 0, 1) * 255).astype(np.uint8).tobytes()
    rect = Rect(0, 0, *view.size)
    return Picture(Input("image", rect, PixelLayout.RGBA8, 0, rows=Rows.BOTTOM), packed)


def depth_picture(obj: bpy.types.Object, view: View, role: str = "control") -> Work[Picture]:
    """How near everything is, as gray16: white the nearest, dark the farthest, black nothing. In
    steps of 1/distance, as depth models give it."""
    lens = Lens.of(view)
    triangles = visible_triangles(obj, lens.matrix)
    yield
    z = (yield from depth_buffer(lens, triangles)).z
    is_hit = np.isfinite(z)
    near = np.zeros_like(z)
    if is_hit.any():
        nearness = 1 / np.maximum(z[is_hit], 1e-9) if lens.eye is not None else -z[is_hit]
        low, high = nearness.min(), nearness.max()
        near[is_hit] = 0.1 + 0.9 * (nearness - low) / max(high - low, 1e-12)
    packed = np.rint(near * 65535).astype("<u2").tobytes()
    described = Input(
        role, Rect(0, 0, *view.size), PixelLayout.GRAY16, 0, "depth", Rows.BOTTOM, ColorSpace.LINEAR
    )
    return Picture(described, packed)


def _texture(obj: bpy.types.Object, known: bpy.types.Image | None) -> Work[Texture | None]:
    """What colours the object; None without a usable image."""
    image = material.texture_of(obj)
    if image is None or not images.is_usable(image):
        return None
    kind = images.kind_of(image)
    try:
        numbers = images.numbers_of(image)
    except HostError:
        return None
    if kind.space is ColorSpace.LINEAR:
        numbers = images.f.encode(images.f.straight(numbers))
    width, height = image.size
    colour, coverage = np.asarray(numbers).reshape(height, width, 4), None
    if known is not None and tuple(known.size) == (width, height) and images.is_usable(known):
        coverage = np.asarray(images.numbers_of(known)).reshape(height, width, 4)[..., 0]
    yield
    step = max(1, width // _SAMPLES), max(1, height // _SAMPLES)
    some = colour[:: step[1], :: step[0]].reshape(-1, 4)
    if coverage is not None:
        some = some[coverage[:: step[1], :: step[0]].ravel() > 0]
    usual = some[:, :3].mean(0) if len(some) else np.full(3, CLAY)
    return Texture(colour, coverage, np.asarray(usual, np.float64))


def _shaded(
    lens: Lens, triangles: Triangles, depth: Depth, texture: Texture | None
) -> Work[Pixels]:
    """(height, width, 4) sRGB-encoded, opaque."""
    shown = np.full((lens.height * lens.width, 4), BACKGROUND, np.float32)
    shown[:, 3] = 1
    seen = depth.triangle.ravel()
    planes = solved(lens, triangles.points)
    hit = np.flatnonzero(seen >= 0)
    for start in range(0, hit.size, _PIECE):
        pixels = hit[start : start + _PIECE]
        triangle = seen[pixels]
        place = np.stack([pixels % lens.width, pixels // lens.width], 1) + 0.5
        share = planes.shares(triangle, place / (lens.width, lens.height) * 2 - 1)[:, :, None]
        points = (triangles.points[triangle] * share).sum(1)
        normals = (triangles.normals[triangle] * share).sum(1)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        light = DARKEST + (1 - DARKEST) * np.abs(lens.facing(points, normals))
        colour = np.full((pixels.size, 3), CLAY)
        if texture is not None:
            on = triangles.is_target[triangle]
            colour[on] = _looked_up(texture, (triangles.uvs[triangle[on]] * share[on]).sum(1))
        shown[pixels, :3] = colour * light[:, None]
        yield
    return shown.reshape(lens.height, lens.width, 4)


def _looked_up(texture: Texture, uvs: Array) -> Array:
    """The nearest texels, laid over clay; the texture repeats."""
    height, width = texture.colour.shape[:2]
    x = np.floor(uvs[:, 0] * width).astype(np.intp) % width
    y = np.floor(uvs[:, 1] * height).astype(np.intp) % height
    texels = texture.colour[y, x].astype(np.float64)
    found = texels[:, :3] * texels[:, 3:] + CLAY * (1 - texels[:, 3:])
    if texture.coverage is not None:
        found[texture.coverage[y, x] == 0] = texture.usual
    return np.asarray(found)
