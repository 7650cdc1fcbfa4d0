"""GimpHost in the real GIMPs: layers, selections, notes, previews, closing.

Each fixture is one start of GIMP, in which a job looks at many things; the tests judge.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.hosts.gimp.host_jobs import run
from tests.hosts.gimp_program import Gimp

GONE = "DocumentGone: The document was closed."


# ---- layers --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def layers(each_gimp: Gimp, host_head: str) -> dict[str, Any]:
    return run(each_gimp, host_head, "host_layers")


def test_an_image_without_a_layer_is_as_good_as_any(layers: dict[str, Any]) -> None:
    assert layers["empty"] == {
        "info": ["rgba8", "srgb", [0, 0, 300, 200]],
        "layers": [[], None],
        "seen": False,
        "added": ["first"],
    }


def test_a_layer_lies_exactly_in_its_place(layers: dict[str, Any]) -> None:
    assert layers["one"] == {
        "order": ["over it", "a red fox 🦊 狐狸", "base"],
        "active": True,
        "bounds": [-20, -10, 60, 40],
        "exact": True,
        "others": True,
        "record": '{"a": "\\u72d0"}',
        "no record": "",
        "parasites": ["impasto-record"],
        "dirty": True,
    }


def test_several_layers_come_in_a_group_the_first_on_top(layers: dict[str, Any]) -> None:
    assert layers["several"] == {
        "top level": ["three foxes", "base"],
        "group": True,
        "inside": ["first", "second", "third"],
        "ids": True,
        "exact": True,
        "records": ["first", "second", "third"],
        "active": "first",
        "seen": [255, 0, 0, 255],
    }


def test_layers_come_above_the_given_one(layers: dict[str, Any]) -> None:
    assert layers["places"] == {
        "in a group": ["folder", ["in a group", "inner"]],
        "in a locked group": ["folder", ["in a locked group", "inner"]],
        "a group": [None, ["base", "a group"]],
        "gone": [None, ["gone", "base"]],
    }


def test_a_rectangle_that_reaches_beyond_a_layer_is_clear_there(layers: dict[str, Any]) -> None:
    found = layers["reading"]
    for kind, bounds in {
        "RGBA_IMAGE": [250, 150, 20, 10],
        "RGB_IMAGE": [-50, -40, 400, 300],
    }.items():
        assert found[kind]["exact"], kind
        assert found[kind]["bounds"] == bounds
    assert found["RGBA_IMAGE"]["input"] == ["image", [247, 146, 28, 20], "rgba8"]
    assert not found["far away"]
    gone = "HostError: The layer is not there any more; choose another one."
    assert found["gone"] == found["no number"] == gone


def test_text_links_and_vectors_are_read_and_stay(layers: dict[str, Any], each_gimp: Gimp) -> None:
    expected = {"text": [True, "TextLayer", 0]}
    if each_gimp.version != "3.0":
        expected |= {"link": [True, "LinkLayer", 0], "vector": [True, "VectorLayer", 0]}
    assert layers["kinds"] == expected


def test_a_layer_is_read_with_its_mask_and_its_filters(layers: dict[str, Any]) -> None:
    red = [255, 0, 0, 255]
    assert layers["masked"] == {
        "kept": red,
        "masked away": [255, 0, 0, 0],
        "mask switched off": red,
        "filtered": [0, 255, 255, 255],
        "filter switched off": red,
        "under a shadow": red,
        "shadow": True,
        "nothing": [0, 0, 0, 0],
        "untouched": [20.0, False, 2],
    }


def test_a_group_is_read_as_it_is_seen(layers: dict[str, Any]) -> None:
    assert layers["grouped"] == {
        "bounds": [-5, -5, 35, 35],
        "order": ["folder", "high", "low", "base"],
        "pixels": [[255, 0, 0, 255], [0, 255, 0, 255], [0, 255, 0, 255], [0, 0, 0, 0]],
    }


def test_what_is_visible_is_what_gimp_shows_but_previews(layers: dict[str, Any]) -> None:
    found = layers["visible"]
    assert found["exact"]
    assert not found["dirty"]
    assert found["without the preview"]
    assert found["preview still there"] == 5


def test_a_floating_selection_is_no_hindrance(layers: dict[str, Any]) -> None:
    found = layers["visible"]
    assert found["with a floating selection"] == 300 * 200 * 4
    assert found["still floating"]
    assert found["layers without it"] == ["small", "hidden", "half", "base"]
    assert found["worked on"] == "base"
    assert found["after adding"] == [True, ["small", "hidden", "half", "new", "base"]]


def test_the_layer_that_is_worked_on(layers: dict[str, Any]) -> None:
    assert layers["active"] == {
        "mask": "masked",
        "several": "masked",
        "group": "folder",
        "channel": None,
    }


def test_a_selection_has_bounds_within_the_canvas_and_its_own_feather(
    layers: dict[str, Any],
) -> None:
    assert layers["selecting"] == {
        "none": None,
        "nothing selected": False,
        "beyond": [0, 150, 40, 50],
        "feathered": True,
        "levels": True,
        "input": ["mask", [-10, -5, 330, 220], "gray8"],
        "all of it within its bounds": True,
        "dirty": False,
        "not cut by it": [255, 0, 0, 255],
        "taken away": None,
    }


def test_a_larger_canvas_moves_the_layers_along(layers: dict[str, Any]) -> None:
    assert layers["room"] == {
        "canvas": [0, 0, 400, 300],
        "bounds": [40, 60, 5, 5],
        "with a layer": [0, 0, 450, 350],
        "the layer": [0, 0, 450, 350],
        "the marked one": [50, 70, 5, 5],
    }


def test_work_given_up_half_way_leaves_nothing(layers: dict[str, Any]) -> None:
    found = layers["left"]
    assert found.pop("meanwhile") == [[2, 1]] * 5, "an image nobody sees is no open document"
    assert found == {"nothing": [], "layers": ["base"], "images": 1, "dirty": False}


# ---- keys, notes, previews, closing --------------------------------------------------------------


@pytest.fixture(scope="module")
def life(each_gimp: Gimp, host_head: str) -> dict[str, Any]:
    found = run(each_gimp, host_head, "host_life")
    assert "Error" not in each_gimp.last_log.replace("Deprecat", ""), each_gimp.last_log
    return found


def test_a_key_names_an_image_of_this_gimp_as_long_as_it_is_open(life: dict[str, Any]) -> None:
    assert life["keys"] == {
        "open": True,
        "same for all": True,
        "before choosing": None,
        "chosen": [True, "[Untitled]", "", [0, 0, 40, 30]],
        "another GIMP's": GONE,
        "no key at all": [GONE] * 3,
        "side images": 2,
        "after closing": [None, 1],
        "stale ones swept": True,
    }


def test_notes_and_records_survive_saving_under_a_foreign_name(life: dict[str, Any]) -> None:
    assert life["notes"] == {
        "missing": True,
        "dirty": False,
        "at once": True,
        "path": True,
        "name": "数据 é.xcf",
        "new key": True,
        "kept": True,
        "removed": True,
        "record": ["eins", '{"seed": 8}'],
        "in a copy": True,
        "damaged": True,
    }


def test_a_preview_is_on_top_and_no_layer_of_the_artists(life: dict[str, Any]) -> None:
    found = life["previews"]
    assert found["on top"] == [3, "Impasto: preview", [10, 10]]
    assert found["pixels"] == [255, 0, 0, 255]
    assert found["selected"] == ["lower"]
    assert found["no layer of the artist's"] == ["lower", "base"]
    assert found["not worked on"] is None
    assert found["still editing the mask"]


def test_a_preview_goes_as_it_came(life: dict[str, Any]) -> None:
    found = life["previews"]
    assert found["replaced"] == [3, [0, 0, 255, 255]]
    assert found["taken away"] == 2
    assert not found["dirty"], "a saved image must not count as modified for it"
    assert found["same pixels"]
    assert found["gone before a layer comes"] == ["new", "lower", "base"]
    assert found["above it"] == 0


def test_a_large_preview_comes_when_it_is_filled(life: dict[str, Any]) -> None:
    assert life["previews"]["a large one comes"] == [2, 3]
    assert life["previews"]["or is called off"] == [2, 1]


def test_previews_that_were_left_are_swept(life: dict[str, Any]) -> None:
    assert life["previews"]["swept by another"] == [0, 4]
    assert life["previews"]["swept in a file"] == [1, 0]


def test_a_closed_image_is_gone_for_everything(life: dict[str, Any]) -> None:
    found = life["closed"]
    assert found.pop("in front") is None
    assert found.pop("open") == []
    assert len(found) == 18
    assert set(found.values()) == {GONE}, found


def test_an_image_may_be_closed_at_any_time(life: dict[str, Any]) -> None:
    assert life["closed meanwhile"] == {
        "layer": ["done"],
        "visible": ["done"],
        "selection": ["done"],
        "add": ["DocumentGone"],
        "add several": ["DocumentGone"],
    }
    assert life["left"] == 0


# ---- large images --------------------------------------------------------------------------------


def test_work_in_a_large_image_is_done_in_pieces(gimp: Gimp, host_head: str) -> None:
    """Prints how long they took; how long is the machine's and GIMP's own, and no matter here."""
    found = run(gimp, host_head, "host_large", images=[(4096, "u8-non-linear")])[
        "4096 u8-non-linear"
    ]
    print(json.dumps(found, indent=1))
    assert found.pop("exact")
    for work in ("visible", "layer", "selection", "add one", "add three"):
        assert found[work]["pieces"] >= 8, work
