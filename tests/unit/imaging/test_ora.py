from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image as Pillow

from core_server.imaging.ora import OraLayer, read_ora, write_ora
from protocol.errors import BadRequest
from tests.unit.imaging.scenes import picture_8, picture_16

LAYERS = [
    OraLayer("rose & <dew> 犬 🌹", picture_16("chelsea", 40), x=-5, y=30, opacity=0.5),
    OraLayer("hidden\x07", picture_8("rocket", 20), x=10, visible=False),
    OraLayer("ground", picture_8("coffee", 64)),
]


@pytest.fixture
def document(tmp_path: Path) -> Path:
    write_ora(tmp_path / "ein Bild.ora", (64, 64), LAYERS)
    return tmp_path / "ein Bild.ora"


def test_layers_come_back_as_they_were(document: Path) -> None:
    size, layers = read_ora(document)
    assert size == (64, 64)
    assert [layer.name for layer in layers] == ["rose & <dew> 犬 🌹", "hidden\ufffd", "ground"]
    for layer, original in zip(layers, LAYERS, strict=True):
        assert layer.pixels.dtype == original.pixels.dtype
        assert (layer.pixels == original.pixels).all()
        assert (layer.x, layer.y) == (original.x, original.y)
        assert layer.visible is original.visible
        assert layer.opacity == original.opacity


def test_the_archive_is_laid_out_as_the_format_demands(document: Path) -> None:
    raw = document.read_bytes()
    assert raw[30:54] == b"mimetypeimage/openraster"  # first, named so, not compressed, no extras
    with zipfile.ZipFile(document) as archive:
        names = archive.namelist()
        assert {"stack.xml", "mergedimage.png", "Thumbnails/thumbnail.png"} <= set(names)
        image = ElementTree.fromstring(archive.read("stack.xml"))
        assert image.tag == "image"
        assert image.attrib["w"] == "64"
        for layer in image.iter("layer"):
            assert layer.attrib["src"] in names


def test_the_merged_image_is_what_the_visible_layers_make(document: Path) -> None:
    with zipfile.ZipFile(document) as archive:
        stored = Pillow.open(io.BytesIO(archive.read("mergedimage.png")))
        merged = np.asarray(stored.convert("RGBA"))
    ground, top = LAYERS[2].pixels, LAYERS[0].pixels / 257
    assert (merged[:25] == ground[:25]).all()
    expected = (top[:34, 5:, :3] + ground[30:, :35, :3]) / 2
    assert np.abs(merged[30:, :35, :3] - expected).max() < 2


@pytest.mark.parametrize("size", [(1, 1), (1000, 30), (300, 700)])
def test_the_thumbnail_is_at_most_256(tmp_path: Path, size: tuple[int, int]) -> None:
    pixels = np.full((size[1], size[0], 4), 200, np.uint8)
    write_ora(tmp_path / "a.ora", size, [OraLayer("a", pixels)])
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        small = Pillow.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png")))
        assert max(small.size) == min(256, max(size))
        assert small.mode == "RGBA"


def test_a_document_without_layers_is_empty(tmp_path: Path) -> None:
    write_ora(tmp_path / "a.ora", (8, 6), [])
    assert read_ora(tmp_path / "a.ora") == ((8, 6), [])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 99])
def test_something_else_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.ora").write_bytes(content)
    with pytest.raises(BadRequest, match=r"'a\.ora' is not an OpenRaster document"):
        read_ora(tmp_path / "a.ora")
