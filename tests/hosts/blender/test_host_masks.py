"""BlenderHost's masks in the real Blenders: stencil, image, selected faces."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosts.blender.host_jobs import Run


@pytest.fixture(scope="module")
def masks(run: Run) -> dict[str, Any]:
    return run("host_masks")


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
