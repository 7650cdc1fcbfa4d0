"""The binding's `pdb` and `gimp` in the real GIMPs: what scripts in the console use too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hosts.gimp_program import Gimp

JOB = Path(__file__).parent / "jobs" / "gimpfu_names.py"

Answers = dict[str, Any]


@pytest.fixture(scope="module")
def answers(each_gimp: Gimp) -> Answers:
    return each_gimp.run(JOB, data=True)


WRONG = {
    "out of range": "gimp-layer-set-opacity: opacity must be between 0 and 100, not 101.",
    "no layer": "gimp-layer-get-opacity: layer cannot be None: it must be a layer.",
    "an image for a layer": "layer cannot be <Gimp.Image",
    "a text for a layer": "layer cannot be 'base'",
    "deleted": "it was deleted, or closed",
    "no such number": "nothing has that number",
    "too many": "gimp-drawable-get-width takes 1 arguments, not 3.",
    "no argument": "gimp-drawable-get-width has no argument wide.",
    "no brush": "GIMP has no brush called 'none of that name'.",
    "no color": "(1, 2) is not a colour: give a name, or three or four numbers",
    "no number": "gimp-layer-set-opacity: opacity cannot be 'much'",
    "no choice": "choose one of median (0), adaptive (1)",
    "no such way": "gimp-drawable-desaturate: desaturate-mode cannot be 99.",
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_call_raises_what_is_wrong(answers: Answers, case: str) -> None:
    kind, words = answers["wrong calls"][case]
    assert kind == "error"
    assert WRONG[case] in words


@pytest.mark.parametrize("case", ["unknown", "unknown item"])
def test_an_unknown_procedure_is_named(answers: Answers, case: str) -> None:
    kind, words = answers["wrong calls"][case]
    assert (kind, words) == ("Unknown", "GIMP has no procedure gimp-nothing-like-it.")


def test_what_is_gone_names_the_replacement(answers: Answers) -> None:
    kind, words = answers["wrong calls"]["removed"]
    assert kind == "NotSupported"
    assert "use pdb.gimp_context_get_brush" in words
    kind, words = answers["gone"]["removed"]
    assert kind == "NotSupported"
    assert "register()" in words
    assert answers["gone"]["unknown"][0] == "Unknown"
    kind, words = answers["gone"]["gimpplugin"]
    assert kind == "NotSupported"
    assert "register()" in words


def test_values_of_procedures_are_coerced_and_unpacked(answers: Answers) -> None:
    found = answers["calls"]
    assert found["none"] is None
    assert found["array"] == [3, [5.0, 2.5, 1.0]]  # GIMP 2 gave the number first
    assert found["array of GIMP 3"] == [5.0, 2.5, 1.0]
    assert found["several"] == [0, 0]
    assert found["one for many"] is True
    assert (found["by number"], found["hyphens"]) == (8, 8)
    assert found["no parent"] == ["nothing", "None"]
    assert found["no parent, as -1"] == ["nothing", "None"]
    assert found["font"] == "Sans-serif"
    assert found["unit"] == [None, 2]
    assert found["run mode first"] == ["nothing", "None"]


def test_procedures_can_be_looked_for(answers: Answers) -> None:
    found = answers["calls"]
    assert found["has"] == [True, False]
    assert found["in"] == [True, False]
    assert "gimp-image-undo-group-start" in found["query"]
    assert found["dir"] == [True, True]
    assert found["is error"]
    assert found["about"] == [1, 2, ["GimpDrawable", "drawable"], "gimp-layer-new"]


def test_images_and_layers_are_made_by_their_classes(answers: Answers) -> None:
    found = answers["objects"]
    assert found["image"] == [20, 1, 0]
    assert found["layer"] == [5, True, False]
    assert found["group"] == ["a group", pytest.approx(40, abs=0.3)]
    assert found["channel"] == [pytest.approx(30, abs=0.3), "a channel"]
    assert all(found["types"])
    assert found["images"] == [True, True]
    assert all(found["by number"])
    assert found["paths"] == [1, 1]
    assert found["no image"][0] == "error"
    assert answers["left over"] == 0


def test_colors_are_read_and_set(answers: Answers) -> None:
    both = [[128, 64, 200, 255], [16, 32, 48, 255]]
    assert answers["colors"]["both"] == both
    assert answers["colors"]["gradient"] == [None, "FG to BG (RGB)", True, both, 2]
    assert answers["context"]["foreground"] == [1, 2, 3, 255]


def test_bytes_are_kept_by_gimp(answers: Answers) -> None:
    found = answers["data"]
    assert found["parasites"] == [b"\x00\xff", "words", ["mine", "text"], None]
    assert (found["data"], found["detached"]) == (b"\x80data", None)
    assert found["no data"] == ["error", "No data was set for 'another'."]


def test_the_surroundings_are_known(answers: Answers, each_gimp: Gimp) -> None:
    found = answers["surroundings"]
    assert ".".join(map(str, found["version"][:2])) == each_gimp.version
    assert found["folders"]
    assert found["rc"]
    assert found["tiles"] == [True, True]
    assert found["cache"] == [None, None]
    assert found["refreshed"] == [None] * 5
    assert found["gamma"] == pytest.approx(2.2)
    assert found["name"]
    assert found["display"] is None


def test_constants_and_modules_are_there(answers: Answers) -> None:
    found = answers["constants"]
    assert found["values"] == [0, 1, 0, 0, 0, 1]
    assert found["gimpenums"] == 1
    assert found["math"] == pytest.approx(3.14159, abs=1e-4)
    assert found["gettext"] == ["marked", "translated"]
    assert found["same module"]
    assert found["pdb"]
