"""The maps of a surface by numbers: signs, lengths, borders, sizes, and what is flat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core_server.imaging.arrays import Plane
from core_server.imaging.layouts import from_data
from core_server.imaging.material import (
    HEIGHT_PASSES,
    OCCLUSION_PASSES,
    RELIEF_PASSES,
    ROUGHNESS_PASSES,
    Relief,
    height_from,
    normals,
    occlusion_from,
    roughness_from,
    usual_radius_px,
)
from core_server.imaging.resample import resize_wrapped
from core_server.imaging.spectral import filtered, gaussian
from core_server.imaging.srgb import luminance
from protocol.pixels import PixelLayout
from tests.unit.imaging.scenes import DATA, working

AXES = ("none", "x", "y", "both")
NAMES = ("height", "normal", "roughness", "occlusion")


def gravel() -> Plane:
    from core_server.imaging.files import read_image

    return luminance(read_image(DATA / "gravel.jpg").working()[:256, :256, :3])


def woven(width: int = 96, height: int = 64) -> Plane:
    """A texture that wraps around on both axes, grain and all."""
    noise = np.random.default_rng(3).random((height, width), np.float32)
    soft = filtered(noise, gaussian(1.5), "both")
    y, x = np.mgrid[:height, :width]
    threads = np.sin(2 * np.pi * 6 * x / width) * np.sin(2 * np.pi * 4 * y / height)
    return np.clip(0.5 + 0.2 * threads + 2 * (soft - 0.5), 0, 1).astype(np.float32)


def dome(side: int = 96, sign: float = 1.0) -> Plane:
    """Brightness of a round hill (or pit) in the middle of something even."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    bump = np.exp(-(x * x + y * y) / (2 * (side / 16) ** 2))
    return (0.5 + sign * 0.35 * bump).astype(np.float32)


def maps(brightness: Plane, axes: str = "none", detail: float = 0.5) -> dict[str, Plane]:
    height = height_from(brightness, detail, axes=axes)
    relief = Relief.of(height, 1.0, axes)
    return {
        "height": height,
        "normal": normals(relief, slice(0, height.shape[0])),
        "roughness": roughness_from(brightness, height, 0.7, 0.25, axes),
        "occlusion": occlusion_from(relief, usual_radius_px(height.shape)),
    }


# ---- what is flat --------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (2, 2), (33, 20)])
@pytest.mark.parametrize("axes", AXES)
def test_a_flat_picture_is_a_flat_surface(axes: str, shape: tuple[int, int]) -> None:
    found = maps(np.full(shape, 0.3, np.float32), axes)
    np.testing.assert_allclose(found["height"], 0.5, atol=1e-5)
    np.testing.assert_allclose(
        found["normal"], np.broadcast_to((0.5, 0.5, 1), (*shape, 3)), atol=1e-5
    )
    np.testing.assert_allclose(found["roughness"], 0.7, atol=1e-5)
    np.testing.assert_allclose(found["occlusion"], 1, atol=1e-5)


def test_rounding_to_8_bit_is_no_relief() -> None:
    """A ramp so faint that it has three levels: its steps are no stairs."""
    ramp = np.broadcast_to(np.linspace(0.5, 0.508, 128, dtype=np.float32), (128, 128))
    found = maps(np.rint(ramp * 255) / np.float32(255))
    assert np.abs(found["normal"][..., :2] - 0.5).max() < 0.06
    assert found["occlusion"].min() > 0.93


# ---- height --------------------------------------------------------------------------------------


def test_brighter_is_higher_on_the_large_scale() -> None:
    levels = np.random.default_rng(5).permutation(16).reshape(4, 4) / 20 + 0.1
    brightness = np.kron(levels, np.ones((32, 32))).astype(np.float32)
    height = height_from(brightness, axes="both")
    inner = height.reshape(4, 32, 4, 32)[:, 8:24, :, 8:24].mean(axis=(1, 3))
    ranks = [np.argsort(np.argsort(each.ravel())) for each in (levels, inner)]
    assert np.corrcoef(*ranks)[0, 1] > 0.95


def test_inverted_is_upside_down() -> None:
    picture = gravel()
    np.testing.assert_allclose(
        height_from(picture, invert=True), 1 - height_from(picture), atol=1e-6
    )


def test_light_that_falls_off_over_the_picture_is_no_slope() -> None:
    picture = gravel()
    ramp = np.linspace(-0.2, 0.2, picture.shape[1], dtype=np.float32)
    lit, even = height_from(np.clip(picture + ramp, 0, 1)), height_from(picture)
    tilts = [each[:, -64:].mean() - each[:, :64].mean() for each in (lit, even)]
    assert abs(tilts[0] - tilts[1]) < 0.1
    assert np.corrcoef(lit.ravel(), even.ravel())[0, 1] > 0.9


def test_more_detail_is_more_fine_relief() -> None:
    def fineness(detail: float) -> float:
        height = height_from(gravel(), detail)
        return float(np.abs(np.diff(height, axis=1)).mean() / height.std())

    assert fineness(0) < 0.8 * fineness(0.5) < 0.8 * 0.8 * fineness(1) * 1.1


def test_heights_use_their_range_and_stay_in_it() -> None:
    height = height_from(gravel())
    assert 0 < height.min() < 0.15
    assert 0.85 < height.max() < 1


def test_a_smooth_hill_is_smooth_in_16_bit() -> None:
    """From 8 bits: no terraces, whose edges would bend by several steps of 8 bit (257 each)."""
    eight = np.rint(dome(256) * 255) / np.float32(255)
    height = height_from(eight)
    levels = from_data(height, PixelLayout.GRAY16)[..., 0]
    assert np.unique(levels).size > 3000
    bend = np.diff(levels.astype(np.int64), n=2, axis=1)
    assert np.abs(bend).max() < 350


# ---- normals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("directx", [False, True])
def test_a_hill_faces_away_from_its_top(directx: bool) -> None:
    height = height_from(dome())
    relief = Relief.of(height, 1.0)
    found = normals(relief, slice(0, 96), directx)
    middle, off = 48, 6
    red, green = found[..., 0] - 0.5, found[..., 1] - 0.5
    assert red[middle, middle - off] < -0.05 < 0.05 < red[middle, middle + off]
    up, down = green[middle - off, middle], green[middle + off, middle]
    assert (up < -0.05 < 0.05 < down) if directx else (down < -0.05 < 0.05 < up)
    assert found[..., 2].min() > 0.5


def test_directx_is_opengl_with_green_turned_round() -> None:
    relief = Relief.of(height_from(gravel()), 1.0)
    rows = slice(0, 256)
    opengl, directx = normals(relief, rows), normals(relief, rows, directx=True)
    np.testing.assert_array_equal(directx[..., [0, 2]], opengl[..., [0, 2]])
    np.testing.assert_allclose(directx[..., 1], 1 - opengl[..., 1], atol=1e-6)


@pytest.mark.parametrize(
    ("layout", "tolerance"),
    [(PixelLayout.RGBA32F, 1e-5), (PixelLayout.RGBA16, 1e-4), (PixelLayout.RGBA8, 3**0.5 / 255)],
)
@pytest.mark.parametrize("strength", [0.3, 1, 4])
def test_normals_have_length_one(strength: float, layout: PixelLayout, tolerance: float) -> None:
    relief = Relief.of(height_from(gravel()), strength)
    native = from_data(normals(relief, slice(0, 256)), layout)
    top = 1 if layout.is_float else np.iinfo(native.dtype).max
    vectors = native[..., :3].astype(np.float64) / top * 2 - 1
    length = np.linalg.norm(vectors, axis=2)
    assert np.abs(length - 1).max() <= tolerance
    assert np.abs(length - 1).mean() <= 1 / 255


def test_a_slope_is_the_same_to_the_very_border() -> None:
    ramp = np.broadcast_to(np.linspace(0, 1, 40, dtype=np.float32), (30, 40))
    relief = Relief(np.ascontiguousarray(ramp), 20.0)
    found = normals(relief, slice(0, 30))
    np.testing.assert_allclose(found, np.broadcast_to(found[15, 20], found.shape), atol=1e-5)


def test_strength_is_steepness() -> None:
    height = height_from(gravel())
    once, twice = (Relief.of(height, strength).depth_px for strength in (1.0, 2.0))
    assert twice == pytest.approx(2 * once)
    assert Relief.of(height, 0.0).depth_px == 0


def test_a_texture_has_the_same_normals_at_twice_the_size() -> None:
    small = woven(128, 128)
    coloured = np.dstack([*[small] * 3, np.ones_like(small)])
    large = resize_wrapped(coloured, (256, 256), "both")[..., 0]
    tilts = [
        float(np.sqrt(np.square(maps(each, "both")["normal"][..., :2] - 0.5).mean()))
        for each in (small, np.ascontiguousarray(large))
    ]
    assert tilts[1] == pytest.approx(tilts[0], rel=0.1)


# ---- borders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("axes", ["x", "y", "both"])
def test_moving_a_texture_around_its_border_moves_its_maps(axes: str, name: str) -> None:
    """So no place knows where the border is: stronger than that the border does not show."""
    shift = (13 * (axes != "x"), 29 * (axes != "y"))
    still = maps(woven(), axes)[name]
    moved = maps(np.roll(woven(), shift, (0, 1)), axes)[name]
    np.testing.assert_allclose(moved, np.roll(still, shift, (0, 1)), atol=2e-4)


@pytest.mark.parametrize("name", NAMES)
def test_the_border_of_a_texture_is_no_steeper_than_its_inside(name: str) -> None:
    found = maps(woven(), "both")[name]
    for axis in (0, 1):
        steps = np.abs(found - np.roll(found, 1, axis)).reshape(*found.shape[:2], -1)
        lines = steps.mean(axis=(1 - axis, 2))
        assert lines[0] <= lines[1:].max()


@pytest.mark.parametrize("name", NAMES)
def test_without_tiling_no_side_knows_the_opposite_one(name: str) -> None:
    """Black to white from left to right: around the border there would be a cliff."""
    ramp = np.broadcast_to(np.linspace(0, 1, 128, dtype=np.float32), (64, 128))
    grainy = np.clip(ramp + (gravel()[:64, :128] - 0.4) * 0.5, 0, 1)
    for axes, has_cliff in (("none", False), ("y", False), ("x", True)):
        found = maps(grainy, axes)[name].reshape(64, 128, -1)
        steps = np.abs(np.diff(found, axis=1)).mean(axis=(0, 2))
        at_border, inside = steps[[0, 1, -2, -1]].max(), steps[4:-4]
        if not has_cliff:
            assert at_border <= inside.max() * 1.3
        elif name == "height":
            assert abs(found[:, 0] - found[:, -1]).mean() > 5 * inside.mean()


# ---- roughness and occlusion ---------------------------------------------------------------------


def test_a_pit_is_darker_than_its_surroundings_and_a_hill_is_not() -> None:
    pit, hill = maps(dome(sign=-1))["occlusion"], maps(dome())["occlusion"]
    assert pit[48, 48] < 0.9
    assert pit[:8].min() > 0.95
    assert hill[48, 48] > 0.99
    assert 0 <= pit.min() <= pit.max() <= 1


def test_occlusion_grows_with_its_strength_and_reaches_as_far_as_its_radius() -> None:
    relief = Relief.of(height_from(dome(sign=-1)), 1.0)
    none, some, much = (occlusion_from(relief, 8, strength) for strength in (0.0, 1.0, 2.0))
    assert none.min() == 1
    assert (much <= some).all()
    assert much[48, 48] < some[48, 48] < 1
    wall = np.zeros((40, 120), np.float32)
    wall[:, :30] = 1
    near, far = (occlusion_from(Relief(wall, 20.0), radius)[20] for radius in (8, 40))
    assert near[50] > 0.999 > far[50]


def test_what_is_deep_and_what_is_grainy_is_rougher() -> None:
    pit = maps(dome(sign=-1))["roughness"]
    assert pit[48, 48] > pit[4, 4] + 0.05
    even = np.full((96, 96), 0.5, np.float32)
    grain = np.random.default_rng(1).normal(0, 0.05, (96, 48)).astype(np.float32)
    even[:, 48:] += grain
    found = maps(even)["roughness"]
    assert found[:, 60:].mean() > found[:, :36].mean() + 0.05


@pytest.mark.parametrize(("base", "contrast"), [(0, 1), (1, 1), (0.5, 0)])
def test_roughness_stays_in_its_range(base: float, contrast: float) -> None:
    picture = gravel()
    found = roughness_from(picture, height_from(picture), base, contrast)
    assert 0.02 <= found.min() <= found.max() <= 1
    if contrast == 0:
        np.testing.assert_allclose(found, base)


# ---- parts ---------------------------------------------------------------------------------------


def test_many_parts_give_the_same_maps_and_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = luminance(working("coffee", 128)[..., :3])
    whole = maps(picture, "x")
    monkeypatch.setattr("core_server.imaging.spectral._PART_PIXELS", 2000)
    told: list[int] = []

    def heard(make: Callable[[], Plane]) -> tuple[Plane, int]:
        told.clear()
        return make(), len(told) // 9

    def tell() -> None:
        told.append(1)

    height, passes = heard(lambda: height_from(picture, axes="x", part_done=tell))
    assert passes == HEIGHT_PASSES
    told.clear()
    relief = Relief.of(height, 1.0, "x", tell)
    assert len(told) == 9 * RELIEF_PASSES
    rough, passes = heard(lambda: roughness_from(picture, height, 0.7, 0.25, "x", tell))
    assert passes == ROUGHNESS_PASSES
    for radius in (1, 2, 4, usual_radius_px(height.shape), 60):
        shade, passes = heard(lambda r=radius: occlusion_from(relief, r, part_done=tell))
        assert passes == OCCLUSION_PASSES
    np.testing.assert_allclose(rough, whole["roughness"], atol=1e-4)
    shade = occlusion_from(relief, usual_radius_px(height.shape))
    np.testing.assert_allclose(shade, whole["occlusion"], atol=1e-3)
    rows = slice(40, 71)
    np.testing.assert_allclose(normals(relief, rows), whole["normal"][rows], atol=1e-4)
