from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from core_server.imaging import patches
from core_server.imaging.arrays import Image, Mask, size_of, slices
from core_server.imaging.judgement import repetition, strangeness
from core_server.imaging.layouts import native_like, to_working
from core_server.imaging.masks import bounds
from core_server.imaging.remove import NEUTRAL, remove
from core_server.imaging.seam import border_gradient_excess, seam_step
from core_server.imaging.sources import scene_around
from protocol.errors import Internal
from protocol.geometry import Rect
from tests.unit.imaging.scenes import MASKS, PICTURES, disc, picture_16, working


@pytest.mark.parametrize("mask", [name for name in MASKS if name not in ("full", "empty")])
@pytest.mark.parametrize("name", PICTURES)
def test_the_rest_of_the_picture_stays_bit_for_bit(name: str, mask: str) -> None:
    image = working(name, 64)
    image[40:, 46:, 3] = 0.75
    selection = MASKS[mask](image.shape)
    result = remove(image, selection, 3)
    kept = selection == 0
    assert result[kept].tobytes() == image[kept].tobytes()
    assert (result[~kept][:, 3] == 1).all()
    assert (result[~kept] != image[~kept]).any()
    assert np.isfinite(result).all()


def around(image: Image, hole: tuple[float, float, float]) -> tuple[Image, Mask]:
    """The part of a picture that matters to a round hole, which keeps a test fast."""
    selection = disc(image.shape, *hole)
    area = bounds(selection)
    pad = 70
    part = area.padded(pad, pad, pad, pad).intersect(Rect(0, 0, *size_of(image)))
    return image[slices(part)], selection[slices(part)]


@pytest.mark.parametrize(
    ("name", "hole"),
    [
        ("gravel", (0.5, 0.5, 0.15)),
        ("starry_night", (0.35, 0.52, 0.09)),
        ("chelsea", (0.38, 0.39, 0.15)),  # an eye in fur
        ("rocket", (0.3, 0.6, 0.1)),  # a tower before the evening sky
        ("coffee", (0.87, 0.3, 0.1)),  # wood
        ("astronaut", (0.35, 0.76, 0.1)),  # a badge on cloth
    ],
)
def test_the_seam_is_small_in_textured_surrounds(
    name: str, hole: tuple[float, float, float]
) -> None:
    image, selection = around(working(name), hole)
    result = remove(image, selection, 1)
    assert border_gradient_excess(result, selection) < 0.3
    assert seam_step(result, selection) < 3  # with the thing still there it is up to 8.6


def test_a_face_is_not_copied_into_the_wall() -> None:
    image = working("astronaut")[:280, 120:]
    selection = np.zeros(image.shape[:2], np.float32)
    selection[0:250, 230:342] = 1  # the shuttle model beside the face
    result = remove(image, selection, 1)[selection == 1][:, :3]
    wall = image[20:200, 180:225, :3].reshape(-1, 3).mean(axis=0)
    assert np.abs(result[:, :3] - wall).max(axis=1).mean() < 0.12
    hair_or_skin = (result[:, 0] - result[:, 2]) > 0.2
    assert hair_or_skin.mean() < 0.01


def test_equal_seeds_give_equal_patches_and_others_others() -> None:
    image, selection = working("gravel", 96), disc((96, 96), 0.5, 0.5, 0.15)
    first, again, other = (remove(image, selection, seed) for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()


def test_a_smooth_gradient_carries_no_bands_in_16_bit() -> None:
    height, width = 160, 240
    y, x = np.mgrid[:height, :width]
    ramp = 18000 + 6 * x + 9 * y  # four levels of 8 bit from side to side
    original = np.full((height, width, 4), 65535, np.uint16)
    original[..., :3] = ramp[..., None]
    selection = disc((height, width), 0.5, 0.5, 0.25)
    filled = native_like(remove(to_working(original), selection), original)
    inside = selection == 1
    assert filled.dtype == np.uint16
    row = filled[80, 80:160, 0].astype(int)
    assert np.unique(row).size > 50  # 8 bit would have 3 levels here
    off = filled[..., 0].astype(int) - ramp
    assert np.abs(off[inside]).max() < 514  # two of 8 bit, at worst
    steps = np.abs(np.diff(filled[..., 0].astype(int), axis=1))[inside[:, 1:] & inside[:, :-1]]
    assert steps.max() < 80  # a band's edge would be 257


def test_16_bit_photographs_stay_16_bit() -> None:
    original = picture_16("rocket", 200)
    selection = disc(original.shape, 0.3, 0.5, 0.12)
    filled = native_like(remove(to_working(original), selection), original)
    assert (filled[selection == 0] == original[selection == 0]).all()
    inside = filled[selection == 1][:, 2]
    assert np.unique(inside % 257).size > 200  # all low bits, not the multiples that 8 bit make


def test_far_apart_holes_are_filled_each_from_its_own_surroundings() -> None:
    image = np.ones((120, 300, 4), np.float32)
    random = np.random.default_rng(0)
    image[:, :150, :3] = (0.8, 0.2, 0.1)
    image[:, 150:, :3] = (0.1, 0.3, 0.8)
    image[..., :3] += random.normal(0, 0.03, image[..., :3].shape)
    image = np.clip(image, 0, 1).astype(np.float32)
    left, right = disc((120, 300), 0.2, 0.5, 0.15), disc((120, 300), 0.8, 0.5, 0.15)
    result = remove(image, left + right)
    assert result[left == 1][:, 0].min() > 0.6
    assert result[right == 1][:, 2].min() > 0.6


@pytest.mark.parametrize("transparent", [False, True])
def test_with_nothing_to_copy_the_fill_is_neutral(transparent: bool) -> None:
    image = working("coffee", 40)
    selection = np.ones((40, 40), np.float32)
    if transparent:
        selection[:20] = 0
        image[:20, :, 3] = 0
    filled = remove(image, selection)[selection == 1]
    assert (filled == np.float32([NEUTRAL, NEUTRAL, NEUTRAL, 1])).all()


@pytest.mark.parametrize("ring", [1, 3])
def test_too_thin_a_ring_gives_a_smooth_film(ring: int) -> None:
    image = working("rocket", 60)
    selection = np.zeros((60, 60), np.float32)
    selection[ring:-ring, ring:-ring] = 1
    result = remove(image, selection)
    known = image[selection == 0]
    filled = result[selection == 1]
    assert filled.min() >= known.min() - 1e-5
    assert filled.max() <= known.max() + 1e-5


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (5, 3), (23, 200)])
def test_tiny_pictures_are_filled_too(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).random((*shape, 4), np.float32)
    image[..., 3] = 1
    selection = np.zeros(shape, np.float32)
    selection[0, 0] = 1
    assert np.isfinite(remove(image, selection)).all()


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="mask is 9 × 8 pixels but its picture is 8 × 8"):
        remove(np.zeros((8, 8, 4), np.float32), np.zeros((8, 9), np.float32))


# ---- the judgement between attempts ------------------------------------------------------------


def test_a_thing_from_elsewhere_is_strange_and_the_original_is_not() -> None:
    image = working("rocket")[..., :3]
    hole = disc(image.shape, 0.55, 0.3, 0.15) > 0
    scene = scene_around(image, hole, ~hole, 128)
    pasted = image.copy()
    pasted[100:120, 275:295] = (0.9, 0.8, 0.6)
    assert strangeness(scene, image)[hole].mean() < 1.2
    assert np.median(strangeness(scene, pasted)[102:118, 277:293]) > 20


def test_a_stamp_is_a_repetition_and_gravel_is_not() -> None:
    image = working("gravel")[..., :3]
    hole = disc(image.shape, 0.5, 0.5, 0.2) > 0
    scene = scene_around(image, hole, ~hole, 128)
    stamped = image.copy()
    tile = image[150:180, 150:180]
    stamped[130:250, 130:250] = np.tile(tile, (4, 4, 1))
    assert repetition(scene, image) < 0.1
    assert repetition(scene, stamped) > 0.6


# ---- the library -------------------------------------------------------------------------------


def test_the_library_is_the_right_one() -> None:
    assert patches.load().patchmatch_available


def test_another_package_of_the_same_name_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = types.ModuleType("patchmatch")
    stranger.__file__ = "/somewhere/patchmatch.py"
    monkeypatch.setitem(sys.modules, "patchmatch", stranger)
    with pytest.raises(Internal, match=r"/somewhere/patchmatch\.py is not PyPatchMatch 2"):
        patches.load()


def test_a_missing_package_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "patchmatch", None)
    with pytest.raises(Internal, match="pip install pypatchmatch"):
        patches.load()
