"""The triangles of everything that is visible, in the world's coordinates.

Reads the evaluated scene in one go: nothing of Blender's is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import bpy
import numpy as np
from numpy.typing import NDArray

from plugins.blender.host.faces import loop_triangles, uv_corners

Array = NDArray[np.float64]
_KINDS = {"MESH", "CURVE", "SURFACE", "META", "FONT"}
_SEEN_THROUGH = {"WIRE", "BOUNDS"}


class Triangles(NamedTuple):
    """points: (N, 3, 3), corners in the world. normals: (N, 3, 3), smooth where the mesh is. uvs:
    (N, 3, 2), NaN for all but the object that was asked for. is_target: (N,)."""

    points: Array
    normals: Array
    uvs: Array
    is_target: NDArray[np.bool_]

    @property
    def target(self) -> Triangles:
        return Triangles(*(each[self.is_target] for each in self))


def visible_triangles(obj: bpy.types.Object, matrix: Array | None = None) -> Triangles:
    """Of all visible objects, as modifiers leave them. matrix: the world to clip space; objects
    that lie outside of that, but for `obj`, are left out. Raises HostError without a UV map."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    found = []
    for instance in depsgraph.object_instances:
        evaluated = instance.object
        if evaluated.type not in _KINDS or not instance.show_self:
            continue
        is_target = evaluated.original == obj and not instance.is_instance
        if evaluated.display_type in _SEEN_THROUGH and not is_target:
            continue
        world = np.array(instance.matrix_world, np.float64)
        if not is_target and matrix is not None and _is_outside(evaluated, matrix @ world):
            continue
        mesh = evaluated.to_mesh()
        if mesh is not None:
            if len(mesh.polygons):
                found.append(_triangles(mesh, world, is_target, obj.name))
            evaluated.to_mesh_clear()
    if not found:
        found.append(Triangles(*(np.empty((0, 3, n)) for n in (3, 3, 2)), np.empty(0, bool)))
    return Triangles(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _is_outside(evaluated: bpy.types.Object, to_clip: Array) -> bool:
    """Whether its box lies on the far side of one of the view's borders."""
    corners = np.array(evaluated.bound_box) @ to_clip[:, :3].T + to_clip[:, 3]
    beyond = [corners[:, axis] * sign > corners[:, 3] for axis in (0, 1) for sign in (1, -1)]
    return any(bool(side.all()) for side in beyond)


def points_of(obj: bpy.types.Object) -> Array:
    """(N, 3): the vertices of an object in the world, as modifiers leave them."""
    evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = evaluated.to_mesh()
    try:
        points = _vectors(mesh.vertices, "co")
    finally:
        evaluated.to_mesh_clear()
    world = np.array(evaluated.matrix_world, np.float64)
    return np.asarray(points @ world[:3, :3].T + world[:3, 3])


def _triangles(mesh: bpy.types.Mesh, world: Array, is_target: bool, name: str) -> Triangles:
    _, corners = loop_triangles(mesh)
    points = _vectors(mesh.vertices, "co") @ world[:3, :3].T + world[:3, 3]
    turn = np.linalg.pinv(world[:3, :3])
    normals = _vectors(mesh.corner_normals, "vector") @ turn
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    vertex = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", vertex)
    if np.linalg.det(world[:3, :3]) < 0:  # mirrored: the corners come the other way round
        corners = corners[:, ::-1]
    none = np.full((len(corners), 3, 2), np.nan)
    uvs = uv_corners(mesh, name)[corners] if is_target else none
    return Triangles(
        points[vertex[corners]], normals[corners], uvs, np.full(len(corners), is_target)
    )


def _vectors(elements: bpy.types.bpy_prop_collection, name: str) -> Array:
    values = np.empty(len(elements) * 3, np.float32)
    elements.foreach_get(name, values)
    return values.reshape(-1, 3).astype(np.float64)
