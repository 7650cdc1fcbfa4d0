"""How pixels of GIMP's images travel, and what babl calls them; what GIMP makes of it is tested in
the real GIMP."""

from __future__ import annotations

import pytest

from plugins.gimp.pixels import babl_name, in_order, suits
from protocol.pixels import ColorSpace, PixelLayout

SRGB, LINEAR = ColorSpace.SRGB, ColorSpace.LINEAR


@pytest.mark.parametrize(
    ("precision", "is_gray", "layout", "space", "name"),
    [
        (100, False, "rgba8", LINEAR, "RGBA u8"),  # primed, its numbers would not come back
        (150, False, "rgba8", SRGB, "R'G'B'A u8"),
        (175, True, "graya8", SRGB, "Y'A u8"),
        (200, True, "graya16", LINEAR, "YA u16"),
        (250, False, "rgba16", SRGB, "R'G'B'A u16"),
        (350, False, "rgba32f", SRGB, "R'G'B'A float"),
        (500, False, "rgba16f", LINEAR, "RGBA half"),
        (550, True, "graya32f", SRGB, "Y'A float"),
        (600, False, "rgba32f", LINEAR, "RGBA float"),
        (775, True, "graya32f", SRGB, "Y'A float"),
    ],
)
def test_a_precision_travels_in_its_own_curve(
    precision: int, is_gray: bool, layout: str, space: ColorSpace, name: str
) -> None:
    assert suits(precision, is_gray, is_srgb=True) == (PixelLayout(layout), space)
    assert babl_name(PixelLayout(layout), space) == name


@pytest.mark.parametrize(("is_gray", "layout"), [(False, "rgba32f"), (True, "graya32f")])
@pytest.mark.parametrize("precision", [100, 150, 250, 500, 600])
def test_other_profiles_travel_as_linear_floats(precision: int, is_gray: bool, layout: str) -> None:
    assert suits(precision, is_gray, is_srgb=False) == (PixelLayout(layout), LINEAR)


@pytest.mark.parametrize("layout", PixelLayout)
def test_every_layout_has_a_name(layout: PixelLayout) -> None:
    name = babl_name(layout, SRGB)
    assert name.count("'") == (1 if layout.is_gray else 3)
    assert ("A " in name) == layout.has_alpha


def test_blue_and_red_change_places() -> None:
    assert bytes(in_order(b"\1\2\3\4\5\6\7\x08", PixelLayout.BGRA8)) == b"\3\2\1\4\7\6\5\x08"
    assert bytes(in_order(b"aabbccdd", PixelLayout.BGRA16)) == b"ccbbaadd"
    assert bytes(in_order(b"\1\2\3\4", PixelLayout.RGBA8)) == b"\1\2\3\4"
