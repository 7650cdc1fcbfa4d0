"""Plug-ins written for gimpfu, in the real GIMPs: registered, called, wrong in every way.

One start of each GIMP calls them all (jobs/gimpfu_core.py); the tests judge what came of it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.gimp_program import Gimp, install_plugins

JOBS = Path(__file__).with_name("jobs")
PLUGINS = Path(__file__).with_name("plugins")
OWN = ("polaroid", "watermark", "color_card", "questionnaire", "troubles", "sketch_files")
NAMES = [
    "python-fu-polaroid",
    "python-fu-sign",
    "python-fu-sign-all",
    "plug-in-color-card",
    "python-fu-measure-picture",
    "plug-in-forget",
    "python-fu-questionnaire",
    "file-sketch-load",
]
TROUBLES: dict[str, str] = {
    "sentence": "The layer is too small: make it larger.",
    "slip": "ZeroDivisionError: division by zero (troubles.py, line 15)",
    "open groups": "AttributeError: 'Layer' object has no attribute 'nothing_like_it'",
    "procedure": "gimp-layer-set-opacity: opacity must be between 0 and 100, not 200.",
    "refused": "gimp-image-scale: new-width must be between 1 and 524288, not 0.",
    "removed": "no procedure gimp-brushes-get-brush: use pdb.gimp_context_get_brush",
    "unknown": "GIMP has no procedure gimp-no-such-thing.",
    "exit": "The scanner is not connected.",
    "wrong result": "number cannot be 'seven'",
    "no result": "number cannot be None",
    "not text": "KeyError: 'layer' (troubles.py",
}
"""What the plug-in is told to do wrong → what its caller hears."""

FINE = {"quit": 0, "forgotten group": 7, "caught": 1, "warning": 1, "a tuple of one": 5}
GERMAN = {"_Sign...": "_Signieren …", "_Text": "_Wortlaut"}

Answers = dict[str, Any]


@pytest.fixture(scope="module")
def program(each_gimp: Gimp) -> Gimp:
    found = each_gimp.fresh()
    install_plugins(found.profile, [PLUGINS / f"{name}.py" for name in OWN])
    folder = found.profile / "plug-ins/watermark/locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "watermark.mo").write_bytes(compiled(GERMAN))
    return found


def compiled(texts: dict[str, str]) -> bytes:
    """A catalogue of translations as gettext reads it."""
    texts = {"": "Content-Type: text/plain; charset=UTF-8\n", **texts}
    pairs = [(key.encode(), texts[key].encode()) for key in sorted(texts)]
    count, tables = len(pairs), 28
    strings, lengths = b"", []
    for text in [key for key, _ in pairs] + [value for _, value in pairs]:
        lengths += [len(text), tables + 16 * count + len(strings)]
        strings += text + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, count, tables, tables + 8 * count, 0, 0)
    return header + struct.pack(f"<{4 * count}I", *lengths) + strings


@pytest.fixture(scope="module")
def answers(program: Gimp) -> Answers:
    return program.run(
        JOBS / "gimpfu_core.py",
        data=True,
        tracebacks=True,
        env={"LANGUAGE": "de"},
        names=NAMES,
        troubles=[*TROUBLES, *FINE, "cancelled"],
    )


# ---- declared ------------------------------------------------------------------------------------


def test_names_menus_and_arguments_are_as_gimp_2_made_them(answers: Answers) -> None:
    found = answers["registered"]
    assert [name for name in NAMES if not found[name]] == []
    polaroid = found["python-fu-polaroid"]
    assert polaroid["menu"] == ["<Image>/Filters/Decor"]
    assert polaroid["label"] == "_Polaroid..."
    assert polaroid["types"] == "RGB*"
    own = ["border", "paper", "caption", "tilt", "shadow"]
    assert polaroid["takes"] == ["run-mode", "image", "drawables", *own]
    numbers = ["gint", "GeglColor", "gchararray", "gdouble", "gboolean"]
    assert polaroid["kinds"][3:] == numbers
    assert found["plug-in-color-card"]["menu"] == ["<Image>/Create"]
    assert found["plug-in-color-card"]["takes"][0] == "run-mode"
    assert found["python-fu-sign"]["gives"] == ["GimpLayer"]
    assert found["python-fu-sign-all"]["gives"] == ["gint", "GimpCoreObjectArray"]
    assert found["plug-in-forget"]["takes"] == ["run-mode", "image", "drawables"]


def test_names_that_gimp_3_refuses_are_made_fit(answers: Answers) -> None:
    takes = answers["registered"]["python-fu-questionnaire"]["takes"]
    assert "radio-number" in takes
    assert "other-image" in takes


def test_labels_are_translated_by_the_plug_ins_own_domain(answers: Answers) -> None:
    sign = answers["registered"]["python-fu-sign"]
    assert sign["label"] == GERMAN["_Sign..."]
    assert GERMAN["_Text"] in sign["labels"]
    assert sign["blurbs"][3:5] == ["Wortlaut", "Font"]


def test_a_procedure_may_be_in_several_menus(answers: Answers) -> None:
    menus = answers["registered"]["python-fu-sign"]["menu"]
    assert menus == ["<Image>/Filters/Decor", "<Image>/Image"]


REFUSED = {
    "name": "A procedure's name has letters, digits, - and _ only, not 'a name'.",
    "short": "needs at least 4 elements",
    "type": "must be one of the PF_… constants, not 'int'",
    "parameter": "A parameter's name has letters",
    "result": "needs at least 3 elements",
    "no entries": "give the entries as fifth element",
    "custom": "use another PF_… type",
    "colors": "use several PF_COLOR",
    "advanced": "has no parameter 'nobody'",
    "handler": "nobody is not registered here.",
}


@pytest.mark.parametrize("case", REFUSED)
def test_registering_wrongly_says_what_is_wrong(answers: Answers, case: str) -> None:
    kind, words = answers["refused"][case]
    assert kind == ("NotSupported" if case in ("custom", "colors") else "error")
    assert REFUSED[case] in words


# ---- at work -------------------------------------------------------------------------------------


def test_a_frame_is_laid_around_the_picture(answers: Answers) -> None:
    found = answers["polaroid"]
    assert (found["status"], found["message"]) == ("success", "")
    assert found["size"] == [60, 70]
    assert found["frame"] == [250, 248, 240, 255]
    assert found["frame is"] == "Print: Sea"
    assert found["photo"] == [51, 102, 153, 255]
    assert found["offsets"] == [10, 10]
    assert [pixel[3] for pixel in found["edge"]] == [0, 255, 255, 0]
    assert found["edge is"][0] == pytest.approx(40, abs=0.3)


def test_the_context_is_given_back(answers: Answers) -> None:
    assert answers["polaroid"]["background"] == [1.0, 1.0, 1.0]


def test_two_layers_for_a_plug_in_that_takes_one_are_refused(answers: Answers) -> None:
    status, message = answers["polaroid"]["two layers"]
    assert status == "execution-error"
    assert message == "This works on one layer: select one."


def test_a_layer_comes_back_as_a_value(answers: Answers) -> None:
    found = answers["watermark"]
    assert (found["status"], found["name"], found["offsets"]) == ("success", "Signature", [4, 4])
    assert found["painted"] > 20
    assert found["color"] == [255, 255, 255]
    assert found["opacity"] == pytest.approx(80, abs=0.3)


def test_plug_ins_call_one_another_by_position(answers: Answers) -> None:
    second = answers["watermark"]["second"]
    assert second["opacity"] == pytest.approx(33, abs=0.3)
    assert (second["right"], second["bottom"]) == (196, 96)
    assert second["is the top one"]


def test_a_list_of_layers_comes_back(answers: Answers) -> None:
    count, names, layers = answers["watermark"]["all"]
    assert (count, names, layers) == (1, ["Signature #2"], 4)
    assert answers["watermark"]["keyword"] == 1
    assert answers["watermark"]["nothing open"] == [0, []]


def test_what_the_artist_did_wrong_is_one_sentence(answers: Answers) -> None:
    status, message = answers["watermark"]["empty"]
    assert status == "execution-error"
    assert message == "There is no text: write one, then try again."


def test_an_image_is_made_out_of_an_array(answers: Answers) -> None:
    found = answers["card"]
    assert found["size"] == [16, 16]
    assert found["fields"] == [[255, 0, 0], [0, 255, 0], [10, 20, 30], [9, 9, 9]]
    assert found["undo"]
    assert found["defaults"] == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert found["gray"] == [1, 128]


def test_results_of_every_kind_come_back(answers: Answers) -> None:
    mean, alpha, middle, sizes, means, names, report, nothing = answers["card"]["measured"]
    assert mean == pytest.approx(sum((255, 255, 30, 9)) / 4, abs=3)
    assert alpha in (0, False)
    assert middle[:3] == [9, 9, 9]
    assert sizes == [16, 16]
    assert means == pytest.approx([mean / 255, mean])
    assert (names, report, nothing) == (["Card"], "1 layers", None)
    assert answers["card"]["same"] == [True, True]
    assert answers["card"]["no drawable"] is None


# ---- arguments -----------------------------------------------------------------------------------


def test_every_default_reaches_the_function(answers: Answers) -> None:
    found = answers["questions"]["defaults"]
    assert {name: value for name, (_, value) in found.items()} == {
        "int8": 8, "int16": -16, "int32": -32, "int": 7, "float": 1.25, "string": "text",
        "value": "value", "text": "two\nlines", "color": [255, 128, 0, 255],
        "colour": [0, 0, 255, 255], "toggle": True, "bool": False, "slider": 50.0, "spinner": 3,
        "adjustment": 0.5, "font": "Sans-serif", "file": "/tmp/not there.png", "filename": "",
        "dirname": "/tmp", "brush": "2. Hardness 050", "pattern": "Pine",
        "gradient": "Abstract 3", "palette": "Bears", "radio": "b", "radio_number": 40,
        "option": 1, "other image": None, "layer": None, "channel": None, "drawable": None,
        "vectors": None, "display": None, "region": None, "int32s": [1, 2], "ints": [3],
        "int16s": [4], "int8s": [0, 255], "floats": [0.5], "strings": ["a", "b"], "layers": [],
        "selection": None, "drawables": [], "images": [], "parasite": None,
    }  # fmt: skip
    kinds = {name: kind for name, (kind, _) in found.items()}
    assert (kinds["spinner"], kinds["slider"], kinds["toggle"]) == ("int", "float", "bool")
    assert (kinds["color"], kinds["int8s"]) == ("RGB", "bytes")


GIVEN = {
    "int8": 9, "int16": 10, "int32": 11, "int": 12, "float": 2.0, "string": "S", "value": "V",
    "text": "T", "color": [1, 2, 3, 255], "colour": [255, 0, 0, 255], "toggle": False,
    "bool": True, "slider": 1.0, "spinner": 5, "adjustment": 0.25, "font": "Monospace",
    "file": "/tmp/f.png", "filename": "/tmp/g.png", "dirname": "/", "brush": "1. Pixel",
    "pattern": "Leather", "gradient": "FG to BG (RGB)", "palette": "Default", "radio": "a",
    "radio_number": 4, "option": 2, "layer": "base", "channel": "a channel",
    "drawable": "a channel", "vectors": "a path", "display": None, "region": None,
    "int32s": [5, 6], "ints": [7], "int16s": [8], "int8s": [1, 254], "floats": [0.1, 0.2],
    "strings": ["x"], "layers": ["base"], "selection": "Selection Mask",
    "drawables": ["base"], "images": ["[Untitled]"], "parasite": ["p", 1, [128]],
}  # fmt: skip


def test_every_argument_reaches_the_function(answers: Answers) -> None:
    found = {name: value for name, (_, value) in answers["questions"]["given"].items()}
    assert found.pop("other image")
    assert found == GIVEN


def test_every_kind_of_result_comes_back(answers: Answers) -> None:
    echo = answers["questions"]["echo"]
    left_out = ("display", "images", "parasite")
    expected = [value for name, value in GIVEN.items() if name not in left_out]
    del echo[26]  # the image
    assert echo.pop(24) == "4"  # GIMP 2's results had no numbers for it
    del expected[24]
    assert echo == expected


# ---- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", TROUBLES)
def test_whatever_goes_wrong_is_a_failing_status_with_a_line(answers: Answers, how: str) -> None:
    found = answers["troubles"][how]
    assert found["status"] == "execution-error"
    assert TROUBLES[how] in found["message"]
    assert "\n" not in found["message"]
    assert "Traceback" not in found["message"]


@pytest.mark.parametrize("how", FINE)
def test_what_ends_well_is_a_success(answers: Answers, how: str) -> None:
    found = answers["troubles"][how]
    assert (found["status"], found["number"]) == ("success", FINE[how])


def test_a_plug_in_may_say_that_it_was_cancelled(answers: Answers) -> None:
    assert answers["troubles"]["cancelled"]["status"] == "cancel"


def test_on_run_is_called_before_the_function(answers: Answers) -> None:
    assert answers["troubles"]["on_run"] == b"were run"


@pytest.mark.parametrize("how", ["open groups", "forgotten group"])
def test_open_undo_groups_are_closed(answers: Answers, program: Gimp, how: str) -> None:
    assert answers["troubles"][how]["balanced"] == [True, True, False]
    assert "inconsistent state" not in program.last_log


def test_nothing_crashed_and_no_image_is_left(answers: Answers, program: Gimp) -> None:
    assert answers["left over"] == 0
    for word in ("Plug-in crashed", "Segmentation", "calling error"):
        assert word not in program.last_log


# ---- files ---------------------------------------------------------------------------------------


def test_a_loader_and_a_saver_do_their_work(answers: Answers) -> None:
    found = answers["files"]
    assert found["size"] == [3, 2]
    assert found["pixels"] == [0, 28, 56, 252, 224, 196]
    assert found["saved"] == ["success", ""]
    assert found["text"] == "012!\n987!\n"
