"""The two arithmetics of the Blender extension: numpy's and the plain one give the same."""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from protocol.geometry import Rect
from protocol.pixels import PixelLayout

HOST = Path(__file__).parents[3] / "plugins/blender/host"
WIDTH, HEIGHT = 7, 5
RECT = (2, 1, 4, 3)


def loaded(name: str) -> ModuleType:
    """A module by its file: the package that it is in needs Blender."""
    spec = spec_from_file_location(f"blender_{name}", HOST / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fast, plain = loaded("fast"), loaded("plain")


def numbers(seed: int, low: float = 0.0, high: float = 1.0) -> array[float]:
    """An image's floats; alpha is 0, 1 and between."""
    random = np.random.default_rng(seed)
    values = random.uniform(low, high, (HEIGHT * WIDTH, 4)).astype(np.float32)
    values[:, 3] = random.choice([0, 0.25, 0.7, 1], HEIGHT * WIDTH)
    return array("f", values.ravel().tolist())


def packed(layout: PixelLayout) -> bytes:
    random = np.random.default_rng(1)
    count = WIDTH * HEIGHT * layout.channels
    if layout.is_float:
        code = "e" if layout.bytes_per_channel == 2 else "f"
        return struct.pack(f"<{count}{code}", *random.uniform(0, 2, count).tolist())
    return random.bytes(count * layout.bytes_per_channel)


def same(work: Callable[[ModuleType, Any], Any], given: array[float]) -> None:
    one = work(fast, np.array(given, np.float32))
    other = work(plain, array("f", given))
    assert type(one) is type(other) or len(one) == len(other)
    np.testing.assert_allclose(np.array(list(one)), np.array(list(other)), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda m, g: m.cut(g, WIDTH, *RECT), id="cut"),
        pytest.param(lambda m, g: m.flipped(g, WIDTH), id="flipped"),
        pytest.param(lambda m, g: m.to_bytes(g), id="to_bytes"),
        pytest.param(lambda m, g: m.to_floats(g), id="to_floats"),
        pytest.param(lambda m, g: m.straight(g), id="straight"),
        pytest.param(lambda m, g: m.premultiplied(g), id="premultiplied"),
        pytest.param(lambda m, g: m.encode(g), id="encode"),
        pytest.param(lambda m, g: m.decode(g), id="decode"),
        pytest.param(lambda m, g: m.grays(g), id="grays"),
        pytest.param(lambda m, g: m.resized(g, WIDTH, 3, 9), id="resized"),
        pytest.param(
            lambda m, g: m.enlarged(g, Rect(0, 0, WIDTH, HEIGHT), Rect(-2, 1, 12, 6)), id="enlarged"
        ),
        pytest.param(lambda m, g: m.every(bytes(m.to_bytes(g)), 4, WIDTH, 3), id="every"),
        pytest.param(lambda m, g: m.edges_meet(g, WIDTH), id="edges_meet"),
        pytest.param(lambda m, g: m.filled((0.1, 0.2, 0.3, 1.0), 3), id="filled"),
    ],
)
def test_plain_arithmetic_does_what_numpy_does(work: Callable[[ModuleType, Any], Any]) -> None:
    same(work, numbers(1))


@pytest.mark.parametrize("layout", list(PixelLayout))
def test_every_layout_is_read_the_same(layout: PixelLayout) -> None:
    given = packed(layout)
    same(lambda module, _: module.rgba(given, layout), numbers(1))


@pytest.mark.parametrize("is_premultiplied", [False, True])
def test_pictures_are_laid_over_the_same(is_premultiplied: bool) -> None:
    above = numbers(3, 0, 2)

    def work(module: ModuleType, below: Any) -> Any:
        own = np.array(above, np.float32) if module is fast else array("f", above)
        return module.laid_over(below, own, is_premultiplied)

    same(work, numbers(2))


@pytest.mark.parametrize("module", [fast, plain])
def test_pasting_puts_back_what_was_cut(module: ModuleType) -> None:
    whole = np.array(numbers(4), np.float32) if module is fast else numbers(4)
    before = list(whole)
    piece = module.cut(whole, WIDTH, *RECT)
    module.paste(whole, WIDTH, *RECT, module.empty(len(piece)))
    module.paste(whole, WIDTH, *RECT, piece)
    assert list(whole) == before


@pytest.mark.parametrize("module", [fast, plain])
def test_every_byte_survives_as_float(module: ModuleType) -> None:
    given = bytes(range(256)) * 4
    assert module.to_bytes(module.rgba(given, PixelLayout.RGBA8)) == given


@pytest.mark.parametrize("module", [fast, plain])
@pytest.mark.parametrize("as_differences", [False, True])
def test_rows_of_a_png_are_what_they_were(module: ModuleType, as_differences: bool) -> None:
    given = np.random.default_rng(5).bytes(WIDTH * HEIGHT * 4)
    rows = zlib.compress(module.scanlines(given, WIDTH, as_differences))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0)
    file = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")):
        checksum = struct.pack(">I", zlib.crc32(name + content))
        file += struct.pack(">I", len(content)) + name + content + checksum
    assert Image.open(BytesIO(file)).tobytes() == given


@pytest.mark.parametrize("module", [fast, plain])
def test_masks_are_measured(module: ModuleType) -> None:
    mask = bytes(10) + bytes([0, 0, 9, 0, 0]) + bytes([0, 255, 0, 0, 0]) + bytes(5)
    assert module.bounds(mask, 5) == (1, 2, 3, 4)
    assert module.bounds(bytes(20), 5) is None
    assert module.gaps(mask, 5) == (
        [False, True, True, False, False],
        [False, False, True, True, False],
    )
    assert module.inverted(b"\x00\x01\xff") == b"\xff\xfe\x00"


@pytest.mark.parametrize("module", [fast, plain])
def test_edges_that_meet_are_seen(module: ModuleType) -> None:
    y, x = np.mgrid[:24, :32].astype(np.float32)
    along_x = np.sin(x / 32 * 2 * np.pi) * (1 + 0.1 * y)
    wave = np.repeat((along_x + 0.3 * y)[..., None], 4, 2).astype(np.float32).ravel()
    flat = np.zeros(32 * 24 * 4, np.float32)
    given = [each if module is fast else array("f", each.tolist()) for each in (wave, flat)]
    assert module.edges_meet(given[0], 32) == (True, False)
    assert module.edges_meet(given[1], 32) == (False, False)
