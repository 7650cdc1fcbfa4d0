"""OpenRaster: layers of 8 or 16 bit with their places and names, for Krita, GIMP and MyPaint.

Must not flatten or resample: each layer is stored as it is; only the preview is composed.
Format: OpenRaster 0.0.6 baseline (openraster.org).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from core_server.imaging import png
from core_server.imaging.arrays import Image, slices
from core_server.imaging.layouts import from_working, to_working
from core_server.imaging.resample import resize_image
from protocol.errors import BadRequest
from protocol.geometry import Rect
from protocol.pixels import PixelLayout

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

_MIMETYPE = b"image/openraster"
_THUMBNAIL_SIDE = 256
_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True)
class OraLayer:
    """pixels (H, W, 4) RGBA; x, y of its top-left corner in the document, possibly negative."""

    name: str
    pixels: Pixels
    x: int = 0
    y: int = 0
    visible: bool = True
    opacity: float = 1.0


def write_ora(path: str | Path, size: tuple[int, int], layers: Sequence[OraLayer]) -> None:
    """Write a document of `size` (width, height) with `layers`, the top one first.

    Names may hold any Unicode; what XML cannot hold becomes U+FFFD. The merged image has 16 bits if
    any layer has.
    """
    merged = _merged(size, layers)
    width, height = size
    scale = min(1.0, _THUMBNAIL_SIDE / max(size))
    small = resize_image(merged, (max(1, round(width * scale)), max(1, round(height * scale))))
    is_deep = any(layer.pixels.dtype == np.uint16 for layer in layers)
    depth = PixelLayout.RGBA16 if is_deep else PixelLayout.RGBA8
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        # the format wants the type first and not compressed; PNG is compressed already
        archive.writestr("mimetype", _MIMETYPE)
        archive.writestr("stack.xml", _stack(size, layers))
        for index, layer in enumerate(layers):
            archive.writestr(_source(index), png.encode(layer.pixels))
        archive.writestr("mergedimage.png", _encoded(merged, depth))
        archive.writestr("Thumbnails/thumbnail.png", _encoded(small, PixelLayout.RGBA8))


def read_ora(path: str | Path) -> tuple[tuple[int, int], list[OraLayer]]:
    """(width, height) and the layers, the top one first, of a document without groups.

    Raises BadRequest, which names the file, when it is no such document.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.read("mimetype") != _MIMETYPE:
                raise ValueError("its type is another")
            image = ElementTree.fromstring(archive.read("stack.xml"))
            size = int(image.attrib["w"]), int(image.attrib["h"])
            return size, [_layer(archive, node) for node in image.iter("layer")]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise BadRequest(f"'{Path(path).name}' is not an OpenRaster document: {error}.") from error


def _layer(archive: zipfile.ZipFile, node: ElementTree.Element) -> OraLayer:
    pixels: Pixels = imagecodecs.png_decode(archive.read(node.attrib["src"]))
    return OraLayer(
        name=node.get("name", ""),
        pixels=pixels,
        x=int(node.get("x", "0")),
        y=int(node.get("y", "0")),
        visible=node.get("visibility", "visible") == "visible",
        opacity=float(node.get("opacity", "1")),
    )


def _stack(size: tuple[int, int], layers: Sequence[OraLayer]) -> bytes:
    image = ElementTree.Element("image", version="0.0.6", w=str(size[0]), h=str(size[1]))
    stack = ElementTree.SubElement(image, "stack")
    for index, layer in enumerate(layers):
        ElementTree.SubElement(
            stack,
            "layer",
            {
                "name": _NOT_IN_XML.sub("\ufffd", layer.name),
                "src": _source(index),
                "x": str(layer.x),
                "y": str(layer.y),
                "opacity": f"{min(max(layer.opacity, 0.0), 1.0):.6g}",
                "visibility": "visible" if layer.visible else "hidden",
                "composite-op": "svg:src-over",
            },
        )
    xml: bytes = ElementTree.tostring(image, encoding="utf-8", xml_declaration=True)
    return xml


def _source(index: int) -> str:
    return f"data/layer{index:03}.png"


def _merged(size: tuple[int, int], layers: Sequence[OraLayer]) -> Image:
    """What the visible layers look like together, (H, W, 4) working float."""
    width, height = size
    colour = np.zeros((height, width, 3), np.float32)  # premultiplied
    cover = np.zeros((height, width, 1), np.float32)
    for layer in reversed(layers):
        place = Rect(layer.x, layer.y, layer.pixels.shape[1], layer.pixels.shape[0])
        shown = place.intersect(Rect(0, 0, width, height))
        if shown.is_empty or not layer.visible:
            continue
        part = to_working(layer.pixels[slices(shown.shifted(-layer.x, -layer.y))])
        alpha = part[..., 3:] * np.float32(layer.opacity)
        there = slices(shown)
        colour[there] = part[..., :3] * alpha + colour[there] * (1 - alpha)
        cover[there] = alpha + cover[there] * (1 - alpha)
    straight = np.divide(colour, cover, out=np.zeros_like(colour), where=cover > 0)
    return np.concatenate([straight, cover], axis=2)


def _encoded(image: Image, layout: PixelLayout) -> bytes:
    pixels = from_working(image, layout)
    if layout is PixelLayout.RGBA16:
        return png.encode(pixels.astype(np.uint16))
    return png.encode(pixels.astype(np.uint8))
