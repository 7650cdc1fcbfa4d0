"""Impasto's procedures in the real GIMPs, called as scripts call them, with a real daemon.

Each fixture is one start of GIMP, in which a job calls many; the tests judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemons import fresh_daemon
from tests.hosts.gimp_program import Gimp

JOBS = Path(__file__).with_name("jobs")
PHOTO = Path(__file__).parents[2] / "data/coffee.jpg"
HEART = {"prompt": "a red heart"}

CASES: list[dict[str, Any]] = [
    {"name": "fill", "procedure": "impasto-inpaint", "arguments": HEART, "again": True},
    {
        "name": "fill, 16 bit", "procedure": "impasto-inpaint", "arguments": HEART,
        "precision": "U16_NON_LINEAR", "again": True,
    },
    {
        "name": "fill, linear float", "procedure": "impasto-inpaint", "arguments": HEART,
        "precision": "FLOAT_LINEAR", "again": True,
    },
    {
        "name": "fill, a layer that begins outside", "procedure": "impasto-inpaint",
        "arguments": HEART, "offsets": [-40, -24],
    },
    {"name": "fill, gray", "procedure": "impasto-inpaint", "arguments": HEART, "kind": "gray"},
    {
        "name": "remove what is visible", "procedure": "impasto-inpaint",
        "arguments": {"intent": "remove", "source": "visible"},
    },
    {
        "name": "expand", "procedure": "impasto-inpaint", "selects": False,
        "arguments": {**HEART, "intent": "expand", "left": 64},
    },
    {
        "name": "generate", "procedure": "impasto-generate", "selects": False,
        "arguments": {**HEART, "seed": 7}, "again": True,
    },
    {
        "name": "three", "procedure": "impasto-generate", "selects": False,
        "arguments": {**HEART, "count": 3, "seed": 7},
    },
    {
        "name": "refine", "procedure": "impasto-generate", "selects": False,
        "arguments": {**HEART, "intent": "refine", "strength": 0.3},
    },
    {"name": "vary", "procedure": "impasto-vary", "selects": False, "again": True},
    {"name": "mix", "procedure": "impasto-mix", "selects": False, "other": True},
]  # fmt: skip

FAILURES: list[dict[str, Any]] = [
    {"name": "no prompt", "procedure": "impasto-generate", "selects": False},
    {
        "name": "nothing selected", "procedure": "impasto-inpaint", "arguments": HEART,
        "selects": False,
    },
    {"name": "a palette", "procedure": "impasto-inpaint", "arguments": HEART, "kind": "indexed"},
    {"name": "no such model", "procedure": "impasto-vary", "arguments": {"model": "nobody"}},
    {"name": "no record", "procedure": "impasto-rerun", "plain": True},
]  # fmt: skip

Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    with fresh_daemon() as daemon:
        yield daemon.home


@pytest.fixture(scope="session", params=["gimp", "gimp_next"], ids=["3.0", "3.2"])
def program(request: pytest.FixtureRequest) -> Gimp:
    found: Gimp = request.getfixturevalue(request.param)
    return found


def run(program: Gimp, home: Path, cases: list[dict[str, Any]]) -> Answers:
    return program.run(
        JOBS / "procedures.py",
        timeout_s=400,
        env={"IMPASTO_HOME": str(home)},
        shared=[home],
        tracebacks=True,
        photo=str(PHOTO),
        cases=cases,
    )


@pytest.fixture(scope="session")
def answers(program: Gimp, home: Path) -> Answers:
    return run(program, home, CASES)


@pytest.fixture(scope="session")
def failures(program: Gimp, home: Path) -> Answers:
    return run(program, home, FAILURES)


@pytest.mark.parametrize("name", [case["name"] for case in CASES])
def test_a_procedure_gives_layers_that_carry_how_they_were_made(
    answers: Answers, name: str
) -> None:
    answer = answers[name]
    assert (answer["status"], answer["message"]) == ("success", "")
    assert len(answer["layers"]) == (3 if name == "three" else 1)
    for layer in answer["layers"]:
        assert layer["record"]["job"]
        assert layer["record"]["record"]["operation"]
    assert answer["source_is_untouched"]


@pytest.mark.parametrize("name", [case["name"] for case in CASES if "fill" in case["name"]])
def test_outside_the_new_layers_alpha_not_one_bit_changes(answers: Answers, name: str) -> None:
    outside = answers[name]["outside"]
    assert outside["same"]
    assert 0.5 * outside["of"] < outside["clear"] < 0.95 * outside["of"]


@pytest.mark.parametrize("name", [case["name"] for case in CASES if "fill" in case["name"]])
def test_the_result_lies_where_the_selection_is(answers: Answers, name: str) -> None:
    (layer,) = answers[name]["layers"]
    x, y, width, height = layer["rect"]
    assert layer["name"] == "a red heart"
    assert layer["above"]
    assert 60 < x <= 96
    assert 30 < y <= 60
    assert x + width >= 216
    assert y + height >= 156


def test_expanding_makes_the_canvas_larger(answers: Answers) -> None:
    assert answers["expand"]["canvas"] == [320 + 64, 216]


@pytest.mark.parametrize("name", [case["name"] for case in CASES if case.get("again")])
def test_a_rerun_gives_the_same_layer(answers: Answers, name: str) -> None:
    assert answers[name]["again"] == {"same": True, "offsets": True}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no prompt", "Say in the prompt what to paint"),
        ("nothing selected", "Select the part of the picture"),
        ("a palette", "palette"),
        ("no such model", "nobody"),
        ("no record", "has no record"),
    ],
)
def test_what_cannot_be_done_fails_with_a_sentence(
    failures: Answers, name: str, sentence: str
) -> None:
    assert failures[name]["status"] == "execution-error"
    assert sentence in failures[name]["message"]
    assert failures[name]["layers"] == []
    assert failures[name]["source_is_untouched"]


SCRIPT = """
(let* ((image (vector-ref (car (gimp-get-images)) 0))
       (layers (car (gimp-image-get-layers image)))
       (made (car (impasto-generate #:run-mode RUN-NONINTERACTIVE #:image image
                                    #:drawables layers #:prompt "a red heart" #:steps 2))))
  (gimp-item-set-name (vector-ref made 0) "by Script-Fu"))
"""
SCRIPT_JOB = """
def job(tools):
    image = tools.new_image(64, 64)
    answer = tools.call("plug-in-script-fu-eval", script=tools.arguments["script"])
    names = [each["name"] for each in tools.layers(image)]
    image.delete()
    return {"status": answer.status, "message": answer.message, "names": names}
"""


def test_script_fu_gets_the_layers_too(program: Gimp, home: Path) -> None:
    env = {"IMPASTO_HOME": str(home)}
    answer = program.run(SCRIPT_JOB, env=env, shared=[home], script=SCRIPT, timeout_s=200)
    assert answer == {"status": "success", "message": "", "names": ["by Script-Fu", "base"]}


def test_no_argument_belongs_to_a_picture_that_gimp_has_none_of(gimp: Gimp) -> None:
    names = gimp.run(ARGUMENTS_JOB)["names"]
    assert {"strength", "steps", "tile"} <= set(names)
    assert not [name for name in names if "control" in name]


ARGUMENTS_JOB = """
def job(tools):
    procedure = tools.Gimp.get_pdb().lookup_procedure("impasto-generate")
    return {"names": [each.name for each in procedure.get_arguments()]}
"""


def test_a_style_of_the_artists_own_is_an_argument_from_the_next_start_on(gimp: Gimp) -> None:
    own = '[stained]\nlabel = "Stained glass"\nprompt = "stained glass of {prompt}"\n'
    with fresh_daemon() as daemon:
        daemon.stop()
        (daemon.home / "styles.toml").write_text(own, "utf-8")
        daemon.start()
        given: dict[str, Any] = {"env": {"IMPASTO_HOME": str(daemon.home)}, "shared": [daemon.home]}
        mine = gimp.fresh()
        before = mine.run(STYLES_JOB, style="ink", **given)
        after = mine.run(STYLES_JOB, style="stained", timeout_s=200, **given)
    assert before["status"] == after["status"] == "success"
    assert "stained" not in before["choices"]
    assert "stained" in after["choices"]


STYLES_JOB = """
def job(tools):
    image = tools.new_image(64, 64)
    answer = tools.call(
        "impasto-generate", image=image, drawables=image.get_layers(), prompt="a red heart",
        steps=2, rank=False, style=tools.arguments["style"],
    )
    procedure = tools.Gimp.get_pdb().lookup_procedure("impasto-generate")
    spec = next(each for each in procedure.get_arguments() if each.name == "style")
    choice = tools.Gimp.param_spec_choice_get_choice(spec)
    image.delete()
    return {"status": answer.status, "choices": list(choice.list_nicks())}
"""
