"""KritaHost in the real Krita: pixels in and out of every kind of document, undo, notes, closing.

Each fixture is one start of Krita, in which a job looks at many things; the tests judge.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.krita_program import Krita

JOBS = Path(__file__).with_name("jobs")

SRGB, LINEAR = "sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc"
GRAY, GRAY_LINEAR = "Gray-D50-elle-V2-srgbtrc.icc", "Gray-D50-elle-V2-g10.icc"
CLAY, LAB = "ClayRGB-elle-V2-g22.icc", "Lab identity built-in"

EXACT = {  # what travels as it is, and how
    ("RGBA", "U8", SRGB): ("bgra8", "srgb"),
    ("RGBA", "U8", "sRGB built-in"): ("bgra8", "srgb"),
    ("RGBA", "U8", LINEAR): ("bgra8", "linear"),
    ("RGBA", "U16", SRGB): ("bgra16", "srgb"),
    ("RGBA", "U16", LINEAR): ("bgra16", "linear"),
    ("RGBA", "F16", LINEAR): ("rgba16f", "linear"),
    ("RGBA", "F32", SRGB): ("rgba32f", "srgb"),
    ("RGBA", "F32", "scRGB (linear)"): ("rgba32f", "linear"),
    ("GRAYA", "U8", GRAY): ("graya8", "srgb"),
    ("GRAYA", "U16", GRAY_LINEAR): ("graya16", "linear"),
    ("GRAYA", "F32", GRAY_LINEAR): ("graya32f", "linear"),
}

CONVERTED = {  # largest error there and back: in the document's numbers, as it is sent
    ("RGBA", "U8", CLAY): (1, 0.02),
    ("RGBA", "U16", CLAY): (65, 2e-3),
    ("RGBA", "F16", CLAY): (1e-3, 1e-3),
    ("RGBA", "F32", CLAY): (1e-6, 1e-6),
    ("RGBA", "U16", "Rec2020-elle-V4-g10.icc"): (65, 2e-3),
    ("RGBA", "F32", "ACEScg-elle-V4-g10.icc"): (1e-6, 1e-6),
    ("LABA", "U16", LAB): (130, 5e-3),
    ("LABA", "F32", LAB): (1e-4, 1e-4),
    ("XYZA", "F32", "XYZ identity built-in"): (1e-6, 1e-6),
    ("GRAYA", "U8", "Gray-D50-elle-V2-g18.icc"): (1, 0.02),
    ("GRAYA", "F16", GRAY_LINEAR): (1e-3, 1e-3),
    # Many inks make one colour: only what is seen can come back.
    ("CMYKA", "U8", "Chemical proof"): (255, 0.15),
}


def run(krita: Krita, name: str, **arguments: Any) -> dict[str, Any]:
    """Run one of our jobs, which import what they share from their own folder."""
    path = f"import sys\nsys.path.insert(0, {str(JOBS)!r})\nsys.dont_write_bytecode = True\n"
    source = (JOBS / f"{name}.py").read_text("utf-8")
    return krita.run(path + source, timeout_s=300, **arguments)


def label(format_: tuple[str, str, str]) -> str:
    return " ".join(format_)


# ---- formats -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exact(any_krita: Krita) -> dict[str, Any]:
    return run(any_krita, "formats", exact=True, formats=list(EXACT))


@pytest.fixture(scope="module")
def converted(krita: Krita) -> dict[str, Any]:
    return run(krita, "formats", exact=False, formats=list(CONVERTED))


@pytest.mark.parametrize("format_", EXACT, ids=label)
def test_pixels_make_the_round_trip_bit_for_bit(
    exact: dict[str, Any], format_: tuple[str, str, str]
) -> None:
    found = exact[label(format_)]
    assert (found["layout"], found["space"]) == EXACT[format_]
    assert found["sent as it is"]
    assert found["back as it was"]


@pytest.mark.parametrize("format_", CONVERTED, ids=label)
def test_colours_of_other_profiles_and_models_are_kept(
    converted: dict[str, Any], format_: tuple[str, str, str]
) -> None:
    found = converted[label(format_)]
    in_document, as_sent = CONVERTED[format_]
    assert (found["layout"], found["space"]) == ("rgba32f", "linear")
    assert found["largest error"] <= in_document
    assert found["largest error seen"] <= as_sent


def test_what_srgb_has_no_room_for_is_kept(krita: Krita) -> None:
    largest = {
        ("RGBA", "U8", CLAY): 1,
        ("RGBA", "U16", CLAY): 65,
        ("RGBA", "F32", CLAY): 1e-5,
        ("RGBA", "F32", "ACEScg-elle-V4-g10.icc"): 1e-5,
    }
    found = run(krita, "formats", exact="in range", formats=list(largest))
    for format_, error in largest.items():
        assert found[label(format_)]["largest error"] <= error, label(format_)


@pytest.mark.parametrize("format_", [*EXACT, *CONVERTED], ids=label)
def test_a_new_layer_has_the_documents_own_format_and_is_one_undo_step(
    exact: dict[str, Any], converted: dict[str, Any], format_: tuple[str, str, str]
) -> None:
    found = (exact | converted)[label(format_)]
    assert found["format kept"]
    assert found["steps"] == ["Add Layer"]
    assert found["bounds"] == [-3, -2, 40, 30]
    assert found["left open"] == 0
    assert found["open"]


# ---- layers --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def layers(krita: Krita) -> dict[str, Any]:
    return run(krita, "layers")


def test_one_layer_is_one_undo_step_exactly_in_its_place(layers: dict[str, Any]) -> None:
    found = layers["one"]
    assert found["steps"] == ["Add Layer"]
    assert found["bounds"] == [-20, -10, 60, 40]
    assert found["exact"]
    assert found["modified"]
    assert found["name"] == "a red fox 🦊 狐狸"
    assert found["order"] == [found["name"], "Background"]
    assert found["active"]


def test_undo_takes_one_layer_away_and_redo_brings_its_pixels_back(layers: dict[str, Any]) -> None:
    assert layers["one"]["undone"] == ["Background"]
    assert layers["one"]["redone"]


def test_three_layers_are_one_undo_step_in_a_group(layers: dict[str, Any]) -> None:
    found = layers["three"]
    names = ["first", "second", "third"]
    assert found["steps"] == 1
    assert found["group"] == "three foxes"
    assert found["inside, topmost first"] == names
    assert found["order"] == ["a red fox 🦊 狐狸", "three foxes", *names, "Background"]
    assert found["active"] == "first"
    assert found["exact"]
    assert found["seen"] == [0, 0, 255, 255], "a group must be seen at once"
    assert found["left open"] == 0


def test_undo_takes_a_group_away_and_redo_brings_its_pixels_back(layers: dict[str, Any]) -> None:
    found = layers["three"]
    assert found["undone"] == ["a red fox 🦊 狐狸", "Background"]
    assert found["redone"]
    assert found["seen again"] == [0, 0, 255, 255]


def test_pictures_of_other_layouts_become_layers_of_the_document(layers: dict[str, Any]) -> None:
    found = layers["float"]
    assert found["half"] in ([255, 127, 0, 255], [255, 128, 0, 255])
    assert found["rgba"] == [3, 2, 1, 200]
    assert found["gray"] == [77, 77, 77, 255]
    assert found["steps"] == 1


def test_a_layer_lies_above_its_source_but_in_no_locked_group(layers: dict[str, Any]) -> None:
    found = layers["places"]
    assert found["in a group"] == ["folder", ["in a group", "inner"]]
    parent, order = found["in a locked group"]
    assert (parent, order[-2:]) == ("root", ["in a locked group", "folder"])
    parent, order = found["gone"]
    assert (parent, order[0]) == ("root", "gone")


def test_work_given_up_leaves_the_document_as_it_was(layers: dict[str, Any]) -> None:
    assert layers["left"] == {"same": True, "left open": 0}


@pytest.mark.parametrize("kind", ["paint", "group of paint", "clone", "vector"])
def test_every_kind_of_layer_is_read_as_it_shows(layers: dict[str, Any], kind: str) -> None:
    assert layers["kinds"][kind] == ([0, 0, 0, 0] if kind == "vector" else [0, 0, 255, 255])


def test_a_larger_canvas_counts_its_pixels_from_its_own_corner(layers: dict[str, Any]) -> None:
    assert layers["resized"] == {"canvas": [0, 0, 400, 300], "bounds": [40, 60, 5, 5], "steps": 2}


# ---- previews ------------------------------------------------------------------------------------


SCREENS = {"5.2": ("krita", "1"), "5.3, two pixels a point": ("krita_next", "2")}


@pytest.fixture(scope="module", params=SCREENS.values(), ids=SCREENS)
def previews(request: pytest.FixtureRequest) -> dict[str, Any]:
    name, scale = request.param
    return run(request.getfixturevalue(name), "previews", env={"QT_SCALE_FACTOR": scale})


def test_a_preview_lies_where_the_layer_would_at_any_zoom_and_angle(
    previews: dict[str, Any],
) -> None:
    """A green preview hides a red rectangle of the document, but for its dashed outline."""
    for name, (red, covered, left) in previews["cover"].items():
        assert red > 400, name
        assert covered > 0.95 * red, name
        assert left <= 0.005 * red, name
    assert max(previews["followed"]) < 5, "what is left red after zooming under a preview"


def test_a_preview_leaves_the_document_untouched(previews: dict[str, Any]) -> None:
    assert previews["same steps"]
    assert not previews["modified"]
    assert previews["layers"] == 1
    assert previews["taken away"]


def test_a_preview_shows_every_layout_alike(previews: dict[str, Any]) -> None:
    for layout, (red, green, blue) in previews["layouts"].items():
        assert abs(green - 128) <= 1, layout
        expected = green if layout.startswith("gray") else 0
        assert (red, blue) == (expected, expected), layout


def test_each_tab_has_its_own_preview_and_takes_it_along(previews: dict[str, Any]) -> None:
    assert previews["tabs"] == {
        "stays": 1,
        "each its own": 2,
        "also behind": 2,
        "gone with its view": 1,
    }


# ---- selections, notes, closing ------------------------------------------------------------------


@pytest.fixture(scope="module")
def life(krita: Krita) -> dict[str, Any]:
    folder = krita.folder / "数据 é"
    folder.mkdir(exist_ok=True)
    return run(krita, "life", path=str(folder / "图.kra"))


def test_a_selection_has_bounds_within_the_canvas_or_is_none(life: dict[str, Any]) -> None:
    found = life["selection"]
    assert found["none"] is None
    assert found["empty"] is None
    assert found["half outside"] == [90, 0, 10, 30]
    assert found["taken away"] is None


def test_a_soft_selection_is_read_as_it_is(life: dict[str, Any]) -> None:
    found = life["selection"]
    assert found["soft, exact"]
    assert found["soft"] == [5, 6, 60, 40]
    assert found["layout"] == "gray8"
    assert found["wider sum"]
    assert found["then all zero"]


def test_notes_and_layer_ids_survive_saving_under_a_foreign_name(life: dict[str, Any]) -> None:
    found = life["notes"]
    assert found["missing"]
    assert found["saved"]
    assert found["path"]
    assert found["name"] == "图.kra"
    assert found["new key"]
    assert found["kept"]
    assert found["removed"]
    assert found["layers"] == ["eins", "zwei"]
    assert found["group"] == "组 1"
    assert found["pixels"]


def test_a_note_is_no_undo_step_but_is_worth_saving(life: dict[str, Any]) -> None:
    assert life["notes"]["steps"]
    assert life["notes"]["modified"]


def test_a_closed_document_is_gone_for_everything(life: dict[str, Any]) -> None:
    found = life["closed"]
    assert found.pop("in front") is None
    assert found.pop("open") == []
    deleted, asked_again = found.pop("deleted layer")
    assert deleted == "HostError: The layer was deleted meanwhile."
    assert asked_again.startswith("HostError: The layer is not there any more")
    assert set(found.values()) == {"DocumentGone: The document was closed."}, found
    assert life["left open"] == 0


# ---- stalls --------------------------------------------------------------------------------------

PIECE_MS = 50  # of the thread's own time: these machines are shared


def test_no_piece_of_work_stalls_krita_in_a_large_document(krita: Krita) -> None:
    """Prints what it measured: the one call that adds a layer is Krita's own, and counts apart."""
    documents = [(1024, "U8", SRGB), (1024, "U16", CLAY), (8192, "U8", SRGB)]
    found = run(krita, "large", documents=documents)
    print(json.dumps(found, indent=1))
    for name, each in found.items():
        assert max(each["looking ms"].values()) < PIECE_MS, name
        assert each["mask"], name
        for work in ("layer", "selection", "visible"):
            assert max(each[work]["longest ms"]) < PIECE_MS, (name, work)
        assert each["adding"]["longest ms"][1] < PIECE_MS, name
    assert found[f"8192 U8 {SRGB}"]["exact"]
