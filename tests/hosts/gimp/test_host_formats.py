"""GimpHost in the real GIMPs: pixels in and out of images of every precision, kind and profile.

One start of each GIMP, in which a job looks at all of them; the tests judge.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.hosts.gimp.host_jobs import run
from tests.hosts.gimp_program import Gimp

DEPTHS = ("u8", "u16", "u32", "half", "float", "double")
CURVES = ("linear", "non-linear", "perceptual")
KINDS = ("rgb", "rgba", "gray", "graya")
PLAIN = [f"{kind} {depth}-{curve}" for kind, depth, curve in product(KINDS, DEPTHS, CURVES)]

ROUNDED = {"u32": 1e-6, "double": 1e-6}
"""Largest difference there and back in what a float cannot hold; all else comes back exactly."""

APPROXIMATE = 2e-4
"""Of babl's curve in perceptual floats far above 1."""

PROFILED = {  # largest error there and back, in the image's own numbers
    "rgba u8-linear adobe": 0,
    "rgba u8-non-linear adobe": 0,
    "rgba u8-non-linear ROMM": 0,
    "rgba u8-perceptual ROMM": 0,
    "rgba u16-linear ROMM": 0,
    "rgba float-linear ROMM": 1e-6,
    "rgba float-perceptual adobe": 2e-6,
    "graya u8-non-linear gray lab": 0,
    # babl approximates gammas that are not sRGB's; the error is in the blacks.
    "rgba u16-non-linear ROMM": 200,
    "rgba float-non-linear ROMM": 0.003,
    "graya u16-non-linear gray lab": 60,
}
NEEDS_RGB = "NeedsRgb: This image has a palette of few colors; convert it to RGB, and try again."


@pytest.fixture(scope="module")
def formats(each_gimp: Gimp, host_head: str) -> dict[str, Any]:
    plain = [each.split(" ", 1) for each in PLAIN]
    profiled = [each.split(" ", 2) for each in PROFILED]
    return run(each_gimp, host_head, "host_formats", plain=plain, profiled=profiled)


@pytest.mark.parametrize("format_", PLAIN)
def test_every_precision_makes_the_round_trip(formats: dict[str, Any], format_: str) -> None:
    found = formats[format_]
    kind, precision = format_.split()
    depth, curve = precision.split("-", 1)
    gray = "gray" in kind
    bits = {"u8": "8", "u16": "16", "half": "32f" if gray else "16f"}.get(depth, "32f")
    assert found["layout"] == ("graya" if gray else "rgba") + bits
    assert found["space"] == ("linear" if curve == "linear" else "srgb")
    assert found["as GIMP gives it"]
    allowed = ROUNDED.get(depth, 0.0)
    if bits == "32f" and (curve == "perceptual" or (gray and depth == "half")):
        allowed = APPROXIMATE
    assert found["largest difference"] <= allowed
    if not allowed and kind.endswith("a"):
        assert found["natively the same"]


@pytest.mark.parametrize("format_", [*PLAIN, *PROFILED])
def test_the_original_keeps_every_bit(formats: dict[str, Any], format_: str) -> None:
    found = formats[format_]
    assert found["original"]
    assert not found["dirty"], "reading must not make the image count as modified"
    assert found["images"] == 1, "an image nobody sees was left"
    made, base = found["format"]
    assert made.replace("A ", " ") == base.replace("A ", " ")
    assert found["bounds"] == [-7, -5, 40, 30]


@pytest.mark.parametrize("format_", [each for each in PLAIN if "a " not in each])
def test_what_is_visible_is_the_same_within_the_canvas(
    formats: dict[str, Any], format_: str
) -> None:
    assert formats[format_]["visible"] <= 2e-5


@pytest.mark.parametrize("format_", PROFILED)
def test_colors_that_srgb_has_no_room_for_are_kept(formats: dict[str, Any], format_: str) -> None:
    found = formats[format_]
    gray = "gray" in format_
    assert (found["layout"], found["space"]) == ("graya32f" if gray else "rgba32f", "linear")
    assert found["largest error"] <= PROFILED[format_]
    if not gray:
        low, high = found["range"]
        assert low < -0.3
        assert high > 1.3


@pytest.mark.parametrize("kind", ["indexed", "indexeda"])
def test_an_image_with_a_palette_asks_to_be_converted(formats: dict[str, Any], kind: str) -> None:
    found = formats[kind]
    assert found["needs"]
    assert {found[deed] for deed in ("reading", "seeing", "adding", "showing")} == {NEEDS_RGB}
    assert found["selection"] == "nothing"
    assert not found["still needs"]
    assert found["layer kept"]
    assert found["then adding"] == "nothing"
    assert found["then reading"] == [255, 255, 255, 255]
