"""Faces of a mesh as triangles in its UV map, and the mask of those that are selected.

Reads only, in every mode: in Edit mode Blender keeps the truth elsewhere.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import bmesh
import bpy
import numpy as np
from numpy.typing import NDArray

from plugins.blender.host import raster
from plugins.common.host import HostError, Work
from plugins.common.phrases import say

_BAND = 1 << 18
"""Pixels grown between two pauses."""


def coverage(obj: bpy.types.Object, width: int, height: int, margin: int) -> Work[bytes]:
    """gray8, the bottom row first: 255 where a selected face is, and up to `margin` pixels around.

    Faces outside of the UV square cover what repeats there. Raises HostError.
    """
    triangles = selected_triangles(obj) * (width, height)
    yield
    mask = np.zeros((height, width), bool)
    corner = np.floor(triangles.mean(1) / (width, height)) * (width, height)
    triangles = triangles - corner[:, None]
    for hits in raster.rasterised(triangles, (-width, -height, 2 * width, 2 * height)):
        mask[hits.y % height, hits.x % width] = True
        yield
    result = bytearray()
    band = max(1, _BAND // width)
    for low in range(0, height, band):
        rows = np.arange(low - margin, min(low + band, height) + margin) % height
        part = raster.grown(mask[rows], margin, wraps=True)[margin : len(rows) - margin]
        result += (part * np.uint8(255)).tobytes()
        yield
    return bytes(result)


def selected_triangles(obj: bpy.types.Object) -> NDArray[np.float64]:
    """(N, 3, 2): the UVs of the triangles of the selected, visible faces. Raises HostError."""
    with true_mesh(obj) as mesh:
        uvs = uv_corners(mesh, obj.name)
        picked = _flags(mesh.polygons, "select") & ~_flags(mesh.polygons, "hide")
        owner, corners = loop_triangles(mesh)
    return uvs[corners[picked[owner]]]


def uv_corners(mesh: bpy.types.Mesh, name: str) -> NDArray[np.float64]:
    """(loops, 2), of the map that textures use. Raises HostError without any."""
    layers = mesh.uv_layers
    layer = next((each for each in layers if each.active_render), None) or layers.active
    if layer is None:
        raise HostError(say("“{name}” has no UV map; unwrap it first.", name=name))
    uvs = np.empty(len(mesh.loops) * 2, np.float32)
    layer.data.foreach_get("uv", uvs)
    return uvs.reshape(-1, 2).astype(np.float64)


def loop_triangles(mesh: bpy.types.Mesh) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(N,) the face that each triangle is of, (N, 3) its loops."""
    mesh.calc_loop_triangles()
    owner = np.empty(len(mesh.loop_triangles), np.int32)
    corners = np.empty(len(owner) * 3, np.int32)
    mesh.loop_triangles.foreach_get("polygon_index", owner)
    mesh.loop_triangles.foreach_get("loops", corners)
    return owner, corners.reshape(-1, 3)


@contextmanager
def true_mesh(obj: bpy.types.Object) -> Generator[bpy.types.Mesh, None, None]:
    """The mesh as it is now, also in Edit mode, where its own data is old and without UVs."""
    if obj.mode != "EDIT":
        yield obj.data
        return
    copy = bpy.data.meshes.new("impasto")
    try:
        edited = bmesh.from_edit_mesh(obj.data)
        edited.to_mesh(copy)
        yield copy
    finally:
        bpy.data.meshes.remove(copy)


def _flags(elements: bpy.types.bpy_prop_collection, name: str) -> NDArray[np.bool_]:
    values = np.empty(len(elements), bool)
    elements.foreach_get(name, values)
    return values
