"""BlenderHost in the real Blenders: pixels, materials, documents, undo, saving.

Each fixture is one start of Blender, in which a job looks at many things; the tests judge.
"""

from __future__ import annotations

from typing import Any

import pytest

from protocol.pixels import PixelLayout, Rows
from tests.hosts.blender.host_jobs import Run

GONE = "DocumentGone: The image is not there any more."


@pytest.fixture(scope="module")
def pixels(run: Run) -> dict[str, Any]:
    return run("host_images")


@pytest.fixture(scope="module")
def worn(run: Run) -> dict[str, Any]:
    return run("host_material")


@pytest.fixture(scope="module")
def documents(run: Run) -> dict[str, Any]:
    return run("host_documents")


# ---- pixels --------------------------------------------------------------------------------------


def test_bytes_are_read_exactly_and_floats_straight(pixels: dict[str, Any]) -> None:
    assert pixels["reading"] == {
        "bytes": True,
        "part": True,
        "described": ["rgba8", "bottom", "srgb", "mask"],
        "floats": True,
        "float input": ["rgba32f", "linear"],
        "premultiplied": True,
    }


def test_images_are_made_of_every_layout_with_rows_either_way(pixels: dict[str, Any]) -> None:
    wanted = {f"{layout.value} {rows.value}" for layout in PixelLayout for rows in Rows}
    assert pixels["making"] == dict.fromkeys(wanted, True)


def test_images_are_packed_as_blender_itself_does_it(pixels: dict[str, Any]) -> None:
    found = pixels["packing"]
    assert found["same"]
    assert found["small"]
    assert all(ours == theirs for ours, theirs in found["alike"].values())


@pytest.mark.parametrize(
    ("kind", "value", "space", "read_as", "alpha"),
    [
        ("bytes", 0.502, "sRGB", ["rgba8", "srgb"], "STRAIGHT"),
        ("floats", 0.2159, "Linear Rec.709", ["rgba32f", "linear"], "PREMUL"),
        ("data", 0.502, "Non-Color", ["rgba8", "srgb"], "STRAIGHT"),
        ("float data", 0.502, "Non-Color", ["rgba32f", "srgb"], "CHANNEL_PACKED"),
        ("linear bytes", 0.2157, "Linear Rec.709", ["rgba8", "linear"], "STRAIGHT"),
    ],
)
def test_colours_are_converted_to_what_the_image_is(
    pixels: dict[str, Any], kind: str, value: float, space: str, read_as: list[str], alpha: str
) -> None:
    """From 128 in sRGB."""
    wanted = {"value": value, "space": space, "read as": read_as, "alpha": alpha}
    assert pixels["spaces"][kind] == wanted


@pytest.mark.parametrize("kind", ["bytes", "floats"])
def test_under_alpha_0_not_one_bit_of_the_image_changes(pixels: dict[str, Any], kind: str) -> None:
    assert pixels["regions"][kind] == {
        "outside": True,
        "covered": True,
        "mixed": True,
        "kept float": kind == "floats",
        "mix": True,
    }


def test_beyond_an_edge_a_texture_goes_on_at_the_opposite_one(pixels: dict[str, Any]) -> None:
    assert pixels["wrapping"] == {"read": True, "written": True}


def test_packed_images_are_the_same_in_a_file_opened_again(pixels: dict[str, Any]) -> None:
    assert pixels["saving"] == {
        "byte_image": [True, "sRGB", True, False],
        "float_image": [True, "Linear Rec.709", True, True],
        "data": [True, "Non-Color", True, True],
    }


def test_images_are_saved_beside_the_blend_without_losing_anything(pixels: dict[str, Any]) -> None:
    assert pixels["beside"] == {
        "without a file": "",
        "paths": [
            "//textures/moss_ä.png",
            "//textures/moss_ä.001.exr",
            "//textures/moss_ä.002.png",
        ],
        "packed": [False] * 3,
        "there": [True] * 3,
        "spaces": ["sRGB", "Linear Rec.709", "sRGB"],
    }


def test_sixteen_bits_are_floats_and_stay_right_in_the_file(pixels: dict[str, Any]) -> None:
    linear = [True, "Linear Rec.709"]
    assert pixels["sixteen_bits"] == {
        "new False": linear,
        "in place False": True,
        "new True": linear,
        "in place True": True,
        "new again": True,
        "in place again": True,
    }


def test_what_has_no_pixels_of_its_own_is_refused_with_a_sentence(pixels: dict[str, Any]) -> None:
    assert pixels["refusing"] == {
        "tiles": "HostError: The image “tiles” is in UDIM tiles; choose an image of a single tile.",
        "gone": "HostError: The file of the image “gone” cannot be found; choose another image.",
        "film": "HostError: The image “film” is a movie; choose a still image.",
        "deleted meanwhile": GONE,
    }


# ---- material ------------------------------------------------------------------------------------


def test_material_and_uv_map_are_made_and_the_node_is_used_again(worn: dict[str, Any]) -> None:
    seen = {"shader": "BSDF_PRINCIPLED", "textures": 1, "uv": ["UVMap"]}
    assert worn["wearing"] == {
        "first": {"image": "first", "active": "first", **seen},
        "second": {"image": "second", "active": "second", **seen},
        "spread": True,
        "inside": True,
        "mode": "OBJECT",
        "selected": True,
    }


@pytest.mark.parametrize(
    "mode", ["OBJECT", "EDIT", "SCULPT", "TEXTURE_PAINT", "VERTEX_PAINT", "WEIGHT_PAINT"]
)
def test_an_object_is_dressed_in_every_mode_and_stays_in_it(
    worn: dict[str, Any], mode: str
) -> None:
    assert worn["modes"][mode] == ["texture", True, 1, True]


def test_an_object_is_dressed_while_another_is_edited(worn: dict[str, Any]) -> None:
    assert worn["modes"]["another"] == [True, "EDIT", "OBJECT", 1]


def test_nodes_of_the_artist_stay(worn: dict[str, Any]) -> None:
    assert worn["foreign"] == {
        "for now": ["for now", "own texture", 3],
        "worn": ["new", "own texture", True],
        "emission": ["glowing", True],
        "no surface": ["again", 3],
        "holdout": (
            "HostError: The material “own” has no Principled BSDF to put a texture on; add one."
        ),
        "nothing before": ["for now", None, 0],
        "cleared": [0, "own"],
        "plain": True,
    }


def test_what_cannot_wear_a_texture_is_refused(worn: dict[str, Any]) -> None:
    assert worn["refusing"] == {
        "light": "HostError: Select a mesh object first.",
        "none": "HostError: Select a mesh object first.",
        "no faces": "HostError: “empty” has no faces to put a texture on.",
        "hidden": "HostError: Show “Cube” first: it has no UV map yet.",
    }


def test_maps_are_wired_once_as_data(worn: dict[str, Any]) -> None:
    assert worn["maps"] == {
        "names": ["moss height", "moss normal", "moss occlusion", "moss roughness"],
        "spaces": ["Non-Color"],
        "floats": ["height", "normal"],
        "exact": {"height": True, "normal": True, "roughness": True, "occlusion": True},
        "nodes": [10, 10],
        "base": ["MIX"],
        "roughness": "moss roughness.001",
        "normal": "NORMAL_MAP",
        "displacement": "DISPLACEMENT",
        "method": "DISPLACEMENT",
        "texture": "moss",
        "changed": ["MIX", "other"],
    }


def test_height_alone_is_bump_and_directx_green_is_turned(worn: dict[str, Any]) -> None:
    assert worn["bumps"] == {
        "alone": "BUMP",
        "both": ["BUMP", "NORMAL_MAP", "CURVE_RGB"],
        "without an object": ["occlusion", "roughness"],
    }


def test_a_render_shows_the_texture_and_its_occlusion(worn: dict[str, Any]) -> None:
    found = worn["rendered"]
    red, green = found["red"], found["green"]
    assert red[0] > red[1] + 80
    assert green[1] > green[0] + 60
    assert found["occluded"][1] < green[1] - 20


@pytest.mark.parametrize("kind", ["opengl", "directx"])
def test_a_dome_in_the_normal_map_is_bright_towards_the_light(
    worn: dict[str, Any], kind: str
) -> None:
    up, aside = worn["lit"][f"above {kind}"]
    assert up > 50 > 5 > abs(aside)
    up, aside = worn["lit"][f"right {kind}"]
    assert aside > 50 > 5 > abs(up)


def test_the_last_render_is_read_as_it_is_shown(worn: dict[str, Any]) -> None:
    assert worn["last_render"] == {
        "nothing": "HostError: Nothing has been rendered yet; render a picture first (F12).",
        "size": [0, 0, 32, 24],
        "same": 0,
        "kept": True,
        "frame": True,
        "no file": "HostError",
    }


# ---- documents -----------------------------------------------------------------------------------


def test_an_image_is_a_document_and_so_is_one_not_made_yet(documents: dict[str, Any]) -> None:
    assert documents["documents"] == {
        "image": ["renamed", False, [0, 0, 32, 24], "rgba8", "srgb"],
        "new": ["New texture", False, [0, 0, 300, 200], "rgba32f", "linear"],
        "nothing": ["New texture", False, [0, 0, 1024, 1024], "rgba8", "srgb"],
        "tiles": [
            None,
            "The image “tiles” is in UDIM tiles; choose an image of a single tile.",
        ],
        "open": 3,
        "layers": ["renamed", "other"],
        "layers of nothing": ["other", "renamed"],
        "active": [True, None],
        "pixels": True,
        "second": True,
        "no pixels": "HostError: Choose an image to work on.",
    }


def test_a_new_texture_is_one_step_and_redo_brings_its_pixels(documents: dict[str, Any]) -> None:
    red = [200, 30, 20, 255]
    assert documents["from_words"] == {
        "after": ["moss", True, [16, 16], "moss", 1],
        "record": True,
        "undone": [None, 0, False],
        "redone": ["moss", red],
        "second": ["moss 2", "moss", red],
    }


def test_a_repainted_part_lies_over_a_copy(documents: dict[str, Any]) -> None:
    assert documents["over_a_copy"] == {"new": True, "old": True, "other": True}
    assert documents["whole_pictures"] == {"size": [64, 40], "alpha": 100}
    assert documents["larger"] == {
        "size": [48, 24],
        "old": [32, 24],
        "kept": True,
        "painted": True,
    }


def test_what_was_painted_in_place_is_undone_redone_and_saved(documents: dict[str, Any]) -> None:
    assert documents["in_place"] == {
        "same": True,
        "after": True,
        "record": True,
        "undone": True,
        "redone": True,
        "saved undone": True,
        "saved": True,
        "nothing left to pack": [],
    }


@pytest.mark.parametrize("mode", ["EDIT", "SCULPT", "TEXTURE_PAINT"])
def test_a_texture_is_one_step_in_every_mode(documents: dict[str, Any], mode: str) -> None:
    assert documents["in_modes"][mode] == ["second", True, "first", "second", 180]


def test_several_images_are_one_step(documents: dict[str, Any]) -> None:
    assert documents["several"] == {"names": ["a", "b", "c"], "worn": "a", "left": []}


def test_work_given_up_leaves_nothing_and_what_is_kept_is_saved(documents: dict[str, Any]) -> None:
    assert documents["abandoned"] == {"left": 0, "saved": ["a", "b"]}


def test_a_preview_leaves_no_trace(documents: dict[str, Any]) -> None:
    assert documents["previews"] == {
        "first": ["Impasto preview", [1000, 14]],
        "second": 180,
        "untouched": True,
        "state": [1, 1, 0, 0, 0],
        "composed": [[20, 180, 40, 255], [32, 24], "Impasto preview"],
        "back": "own",
    }


def test_notes_are_saved_with_the_image(documents: dict[str, Any]) -> None:
    assert documents["notes"] == {
        "image": True,
        "scene": "of the scene",
        "gone": "",
        "path": "saved.blend#base",
        "old key": GONE,
    }


def test_a_deleted_image_ends_the_work_on_it(documents: dict[str, Any]) -> None:
    assert documents["closing"] == {
        "reading": "nothing",  # all of it was read by then
        "adding": GONE,
        "active": [None, "The image is not there any more."],
        "images": 0,
    }


def test_floats_stay_floats_and_data_stays_data(documents: dict[str, Any]) -> None:
    assert documents["floats"] == {
        "float": True,
        "exact": True,
        "space": "Linear Rec.709",
        "layout": ["rgba32f", "linear"],
    }
    assert documents["data"] == {"exact": True, "space": "Non-Color"}


def test_a_mask_on_the_seam_of_a_seamless_texture_is_seen_whole(documents: dict[str, Any]) -> None:
    assert documents["seams"] == {
        "without": [0, 4, 32, 6],
        "canvas": [32, 24, True],
        "selection": [8, 6],
        "all covered": True,
        "read": True,
        "written": True,
        "size": [32, 24],
        "by its record": 8,
        "as it looks": ["none", "both", "x"],
    }


def test_new_images_are_saved_beside_the_blend_when_chosen(documents: dict[str, Any]) -> None:
    found = documents["beside"]
    assert found["found"] == ["//textures/wall.png", False, "wall"]
    assert found["again"] == ["wall", [20, 180, 40, 255]]


# ---- a Blender without numpy ---------------------------------------------------------------------


def test_without_numpy_only_rasterising_is_refused(run: Run) -> None:
    why = "This Blender's Python has no numpy, which this needs; Blender's own build has it."
    assert run("host_plain") == {
        "numpy": False,
        "exact": True,
        "red": [255, 0, 0, 255],
        "faces": why,
        "view": why,
    }
