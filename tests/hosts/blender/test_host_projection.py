"""BlenderHost's projection in the real Blenders: views, guides, depth, what lands on a texture."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosts.blender.host_jobs import Run


@pytest.fixture(scope="module")
def projected(run: Run) -> dict[str, Any]:
    return run("host_projection")


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
