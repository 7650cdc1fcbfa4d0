"""BlenderHost in the real Blenders: pixels, materials, masks, projection, undo, saving.

Each fixture is one start of Blender, in which a job looks at many things; the tests judge.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugins.build import lay_out
from protocol.pixels import PixelLayout, Rows
from tests.hosts.blender_program import Blender

JOBS = Path(__file__).with_name("jobs")
GONE = "DocumentGone: The image is not there any more."

Run = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module", params=["blender", "bpy"], ids=["4.3", "5.0"])
def each_blender(request: pytest.FixtureRequest) -> Blender:
    """Both Blenders, all tests with one before those with the other."""
    blender: Blender = request.getfixturevalue(request.param)
    return blender


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first line of our jobs: they import the built plugin, and what they share."""
    plugin = lay_out("blender", tmp_path_factory.mktemp("plugin"))[0]
    return f"import sys; sys.path[:0] = [{str(plugin.parent)!r}, {str(JOBS)!r}]\n"


@pytest.fixture(scope="module")
def run(each_blender: Blender, head: str) -> Run:
    def run(name: str) -> dict[str, Any]:
        return each_blender.run(head + (JOBS / f"{name}.py").read_text("utf-8"), timeout_s=200)

    return run


@pytest.fixture(scope="module")
def pixels(run: Run) -> dict[str, Any]:
    return run("host_images")


@pytest.fixture(scope="module")
def worn(run: Run) -> dict[str, Any]:
    return run("host_material")


@pytest.fixture(scope="module")
def documents(run: Run) -> dict[str, Any]:
    return run("host_documents")


@pytest.fixture(scope="module")
def masks(run: Run) -> dict[str, Any]:
    return run("host_masks")


@pytest.fixture(scope="module")
def projected(run: Run) -> dict[str, Any]:
    return run("host_projection")


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


# ---- masks ---------------------------------------------------------------------------------------


def test_the_stencil_is_the_mask_texel_by_texel(masks: dict[str, Any]) -> None:
    assert masks["stencil"] == {"exact": True, "bounds": [0, 10, 50, 54], "inverted": True}


def test_any_image_is_a_mask(masks: dict[str, Any]) -> None:
    bounds = [32, 8, 8, 16]
    assert masks["mask_image"] == {
        "same": [bounds, True, 255],
        "half": [bounds, True, 255],
        "clear": [bounds, False, 128],
        "inverted": True,
    }


def test_selected_faces_are_the_mask_texel_by_texel(masks: dict[str, Any]) -> None:
    assert masks["faces"] == {
        "exact": True,
        "bounds": [4, 4, 46, 56],
        "margin": [684, True],
        "far": True,
        "hidden": [None, "The mask is empty; paint it, or select faces."],
    }
    assert masks["faces_in_edit_mode"] == {"exact": True, "mode": "EDIT", "meshes": 1}
    assert masks["outside"] == {"exact": True}


def test_half_of_suzanne_is_half_of_her_mask(masks: dict[str, Any]) -> None:
    found = masks["suzanne"]
    assert found["half"] == pytest.approx(found["all"] / 2, rel=0.01)


def test_a_mask_that_cannot_be_had_says_why(masks: dict[str, Any]) -> None:
    found = masks["wrong"]
    assert found.pop("read") == "HostError: Select a mesh object first."
    assert {name: why for name, (bounds, why) in found.items() if bounds is None} == {
        "no stencil": (
            "There is no stencil image; choose or make one under Masking in Texture Paint."
        ),
        "no image": "Choose the mask image again; there is none of that name.",
        "light": "Select a mesh object first.",
        "no uvs": "“Cube” has no UV map; unwrap it first.",
        "empty": "The mask is empty; paint it, or select faces.",
    }


def test_triangles_cover_each_texel_once(masks: dict[str, Any]) -> None:
    found = masks["triangles"]
    assert (found["least"], found["most"], found["exact"]) == (1, 1, True)
    assert found["box"] == [True, 20 * 20]
    assert masks["growing"] == {"disc": 81, "wanted": 81, "wrapped": True, "not wrapped": False}


# ---- projection ----------------------------------------------------------------------------------


def test_a_picture_lands_on_a_cube_where_it_is_seen(projected: dict[str, Any]) -> None:
    found = projected["cube"]
    assert found["names"] == ["wall", "wall coverage"]
    assert found["exact"] > 0.999
    assert found["covered"] > 0.5
    assert found["free"] == 0
    assert found["worn"] == "wall"
    assert found["space"] == "Non-Color"


def test_the_next_view_of_suzanne_fills_what_the_first_left(projected: dict[str, Any]) -> None:
    found = projected["suzanne"]
    assert 0.2 < found["first"] < found["both"] - 0.1
    assert found["kept"]
    assert found["filled"] < 0.01
    assert found["size"] == [512, 512]
    assert found["colours"] > 12
    assert found["afresh"] == [[128, 128], True]


def test_what_is_hidden_or_turned_away_stays_free(projected: dict[str, Any]) -> None:
    found = projected["behind"]
    assert found["hidden"] == pytest.approx(found["wanted"], abs=0.01)
    assert (found["middle"], found["corner"], found["from behind"]) == (0, 1, 0)
    assert projected["crossing"] == {"covered": 0}


def test_views_are_framed_without_another_perspective(projected: dict[str, Any]) -> None:
    found = projected["views"]
    assert found.pop("plain numbers")
    right = {"inside": True, "fills": True, "eye": True, "depth": True, "square": 1.0}
    assert found == dict.fromkeys(found, right)


def test_the_guide_shows_the_object_in_its_texture(projected: dict[str, Any]) -> None:
    found = projected["guides"]
    assert found["size"] == [256, 320, 4]
    assert 0.15 < found["red"] < 0.6
    assert found["gray"]
    assert found["opaque"]


def test_what_no_view_has_painted_yet_is_shown_in_the_colour_of_the_rest(
    projected: dict[str, Any],
) -> None:
    found = projected["unseen"]
    assert found["middle"] == pytest.approx([220, 40, 30, 255], abs=6)
    assert found["corner"] == [128, 128, 128, 255]


def test_depth_is_what_rays_meet(projected: dict[str, Any]) -> None:
    found = projected["depths"]
    assert found["seen"]
    assert found["differ"] == 0
    assert found["error"] < 1e-5
    assert (found["white"], found["background"]) == (65535, 0)


def test_what_earlier_views_covered_is_saved_with_the_texture(projected: dict[str, Any]) -> None:
    assert projected["later"] == {"size": [96, 96], "green": [0, 1, 0, 1]}


def test_a_projection_is_one_step(projected: dict[str, Any]) -> None:
    assert projected["undone"] == {"after": "green", "undone": "first", "left": False}


def test_an_object_that_is_not_in_view_is_refused(projected: dict[str, Any]) -> None:
    assert projected["refusing"] == {
        "no camera": (
            "HostError: There is no camera; add one, or look at the object in a 3D view."
        ),
        "no view": "HostError: “Cube” is not a camera.",
        "inside": "HostError: “Cube” reaches behind the view; move back.",
        "aside": "HostError: “Cube” is not in view; turn to it.",
    }


# ---- a Blender without numpy, and one with a window ----------------------------------------------


def test_without_numpy_only_rasterising_is_refused(run: Run) -> None:
    why = "This Blender's Python has no numpy, which this needs; Blender's own build has it."
    assert run("host_plain") == {
        "numpy": False,
        "exact": True,
        "red": [255, 0, 0, 255],
        "faces": why,
        "view": why,
    }


@pytest.fixture(scope="module")
def windowed(blender: Blender, head: str) -> dict[str, Any]:
    with blender.start() as window:
        job = head + (JOBS / "host_window.py").read_text("utf-8")
        return window.execute(job, timeout_s=200)


@pytest.mark.parametrize("mode", ["OBJECT", "EDIT", "SCULPT", "TEXTURE_PAINT"])
def test_in_the_window_a_texture_is_one_step(windowed: dict[str, Any], mode: str) -> None:
    red, green = [200, 30, 20, 255], [20, 180, 40, 255]
    after, mode_after, undone, _, redone, _ = windowed["dressing"][mode]
    assert (after, mode_after, undone, redone) == (green, mode, red, green)


def test_in_the_window_painting_in_place_is_undone(windowed: dict[str, Any]) -> None:
    assert windowed["in_place"] == {"after": False, "undone": True, "redone": False}


def test_previews_are_shown_in_image_editors(windowed: dict[str, Any]) -> None:
    assert windowed["previews"] == {"shown": "Impasto preview", "back": "own", "after": "new"}


@pytest.mark.parametrize("kind", ["PERSP", "ORTHO"])
def test_the_3d_view_is_an_eye(windowed: dict[str, Any], kind: str) -> None:
    share, color = windowed["from_view"][kind]
    assert 0.1 < share < 0.7
    assert len(color) == 4
