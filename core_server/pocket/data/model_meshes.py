"""Read Wavefront OBJ and MTL text into a triangle mesh.

It must not draw (see `rendering`) nor unpack packages (see `model_catalogues`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image

from core_server.pocket.data.rendering import Floats, Material, Mesh, Pixels

Opener = Callable[[str], bytes | None]  # a file beside the model, or None when there is none
_TEXTURE_SIDE = 128  # larger textures are averaged down: the picture could not show more
_CREASE = 0.9  # cosine between a face and its corner's mean normal below which the edge is sharp
_PLAIN = Material(np.full(3, 0.75, np.float32))


@dataclass(slots=True)
class _Soup:
    """What an OBJ file lists, as it is read; corners are triples of indices, -1 when absent."""

    points: list[list[str]] = field(default_factory=list)
    coordinates: list[list[str]] = field(default_factory=list)
    normals: list[list[str]] = field(default_factory=list)
    triangles: list[tuple[tuple[int, int, int], ...]] = field(default_factory=list)
    material: list[int] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)


def read_mesh(text: str, opener: Opener) -> Mesh:
    """Mesh of OBJ `text`; `opener` gives the bytes of its MTL and texture files by name.

    Polygons are cut into fans; lines and points are left out. Raises ValueError for text without
    a face or with a corner that no vertex stands for.
    """
    soup = _scan(text)
    if not soup.triangles:
        raise ValueError("The model has no face.")
    points = _numbers(soup.points, 3)
    corner = np.array(soup.triangles, np.int64)
    if corner[..., 0].min() < 0 or corner[..., 0].max() >= len(points):
        raise ValueError("A face of the model names a vertex that is not there.")
    known: dict[str, Material] = {}
    for library in soup.libraries:
        known.update(read_materials((opener(library) or b"").decode("latin-1"), opener))
    return Mesh(
        corners=points[corner[..., 0]],
        normals=_normals(points, corner, _numbers(soup.normals, 3)),
        coordinates=_pick(_numbers(soup.coordinates, 2), corner[..., 1]),
        material=np.array(soup.material, np.int64),
        materials=tuple(known.get(name, _PLAIN) for name in soup.names),
    )


def place(mesh: Mesh, rotation: npt.NDArray[np.float64], size: tuple[float, float, float]) -> Mesh:
    """`mesh` turned by the (3, 3) matrix and stretched to `size` (width, height, depth)."""
    corners = mesh.corners @ rotation.T
    extent = corners.max(axis=(0, 1)) - corners.min(axis=(0, 1))
    stretch = np.where(extent > 0, np.array(size) / np.maximum(extent, 1e-12), 1.0)
    normals = (mesh.normals @ rotation.T) / np.maximum(stretch, 1e-12)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    return replace(
        mesh,
        corners=(corners * stretch).astype(np.float32),
        normals=normals.astype(np.float32),
    )


def read_materials(text: str, opener: Opener) -> dict[str, Material]:
    """Materials of MTL `text` by name; unknown statements are passed over."""
    materials: dict[str, Material] = {}
    name = ""
    for keyword, rest in _statements(text):
        if keyword == "newmtl":
            name = rest
            materials[name] = _PLAIN
        elif name:
            materials[name] = _refine(materials[name], keyword, rest, opener)
    return materials


def _refine(material: Material, keyword: str, rest: str, opener: Opener) -> Material:
    if keyword == "Kd":
        colour = np.clip(np.array(rest.split()[:3], np.float32), 0, 1)
        return replace(material, colour=colour)
    if keyword == "d":
        return replace(material, opacity=float(rest.split()[-1]))
    if keyword == "Ks":
        return replace(material, gloss=float(np.mean([float(word) for word in rest.split()[:3]])))
    if keyword == "Ns":
        return replace(material, exponent=float(np.clip(float(rest.split()[0]), 8, 60)))
    if keyword == "map_Kd":
        return replace(material, texture=_read_texture(rest, opener))
    return material


def _read_texture(name: str, opener: Opener) -> Pixels | None:
    content = opener(name)
    if content is None and name.startswith("-"):  # options stand before the name
        content = opener(name.split()[-1])
    if content is None:
        return None
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGBA")
    picture.thumbnail((_TEXTURE_SIDE, _TEXTURE_SIDE), Image.Resampling.BOX)
    return np.asarray(picture).copy()


def _scan(text: str) -> _Soup:
    soup = _Soup()
    current = soup.names.setdefault("", 0)
    for keyword, rest in _statements(text):
        if keyword == "v":
            soup.points.append(rest.split()[:3])
        elif keyword == "vt":
            soup.coordinates.append(rest.split()[:2])
        elif keyword == "vn":
            soup.normals.append(rest.split()[:3])
        elif keyword == "f":
            counts = len(soup.points), len(soup.coordinates), len(soup.normals)
            corners = [_corner(word, counts) for word in rest.split()]
            for second, third in pairwise(corners[1:]):
                soup.triangles.append((corners[0], second, third))
                soup.material.append(current)
        elif keyword == "usemtl":
            current = soup.names.setdefault(rest, len(soup.names))
        elif keyword == "mtllib":
            soup.libraries.append(rest)
    return soup


def _corner(word: str, counts: tuple[int, int, int]) -> tuple[int, int, int]:
    """Zero-based indices of point, coordinate and normal; negative ones count from the end."""
    parts = [int(part) if part else 0 for part in word.split("/")] + [0, 0]
    point, coordinate, normal = parts[:3]
    return (
        point - 1 if point >= 0 else counts[0] + point,
        coordinate - 1 if coordinate >= 0 else counts[1] + coordinate,
        normal - 1 if normal >= 0 else counts[2] + normal,
    )


def _statements(text: str) -> Iterator[tuple[str, str]]:
    for line in text.replace("\\\n", " ").replace("\r", "\n").split("\n"):
        words = line.split(None, 1)
        if len(words) == 2 and not words[0].startswith("#"):
            yield words[0], words[1].strip()


def _numbers(rows: list[list[str]], width: int) -> Floats:
    flat = [row + ["0"] * (width - len(row)) for row in rows]
    return np.array(flat, np.float32).reshape(-1, width)


def _pick(values: Floats, index: npt.NDArray[np.int64]) -> Floats:
    """`values[index]`, zero where the index is absent or out of range."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]), np.float32)])
    is_there = (index >= 0) & (index < len(values))
    return padded[np.where(is_there, index, len(values))]


def _normals(points: Floats, corner: npt.NDArray[np.int64], given: Floats) -> Floats:
    """Unit normals (t, 3, 3): those the file gives, else smooth within the crease angle."""
    edges = points[corner[:, 1:, 0]] - points[corner[:, :1, 0]]
    weighted = np.cross(edges[:, 0], edges[:, 1])  # twice the area long
    face = _unit(weighted)[:, None, :].repeat(3, axis=1)
    listed = _pick(given, corner[..., 2])
    is_given = np.linalg.norm(listed, axis=-1, keepdims=True) > 0.1
    total = np.stack(
        [
            np.bincount(corner[..., 0].ravel(), weighted[:, None, k].repeat(3, 1).ravel())
            for k in range(3)
        ],
        axis=1,
    )
    mean = _unit(total.astype(np.float32))[corner[..., 0]]
    is_smooth = (mean * face).sum(axis=-1, keepdims=True) > _CREASE
    computed = np.where(is_smooth, mean, face)
    return np.where(is_given, _unit(listed), computed).astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = (vectors / np.maximum(length, 1e-12)).astype(np.float32)
    return unit
