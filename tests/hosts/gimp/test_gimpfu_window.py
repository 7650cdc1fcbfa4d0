"""Plug-ins written for gimpfu in GIMPs with windows: dialogs, Cancel, Undo, troubles.

GIMP 3.0 starts them as artists do, from its menus; 3.2 reads no keys for plug-ins: a job does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.gimp_program import Gimp, GimpWindow, install_plugins
from tests.hosts.programs import wait_until

PLUGINS = Path(__file__).with_name("plugins")
POLAROID, TROUBLES, QUESTIONS, CARD = (
    "python-fu-polaroid",
    "python-fu-fail",
    "python-fu-questionnaire",
    "plug-in-color-card",
)
KEYS = {POLAROID: "F5", TROUBLES: "F6", QUESTIONS: "F7", CARD: "F8"}
CALL = """
def job(tools):
    mode = getattr(tools.Gimp.RunMode, tools.arguments["mode"])
    image = tools.Gimp.get_images()[-1]
    given = {"image": image, "drawables": image.get_layers()[:1]}
    given = given if tools.arguments["on_image"] else {}
    called = tools.call(tools.arguments["procedure"], run_mode=mode, **given)
    return {"status": called.status, "message": called.message}
"""
OPEN = """
def job(tools):
    image = tools.new_image(100, 80, "rgb", fill=(0.2, 0.4, 0.6, 1.0))
    tools.show(image)
    return {}
"""
STATE = """
def job(tools):
    images = [image for image in tools.Gimp.get_images()]
    image = images[-1]
    layers = image.get_layers()
    return {
        "images": len(images),
        "sizes": sorted([each.get_width(), each.get_height()] for each in images),
        "size": [image.get_width(), image.get_height()],
        "layers": [layer.get_name() for layer in layers],
        "frame": list(tools.pixels(layers[-1], (0, 0, 1, 1)))[:3],
    }
"""
DISPLAYS = """
def job(tools):
    from gimpfu import RGB, RGB_IMAGE, gimp, pdb

    made = []
    for name in ("one", "two"):
        image = gimp.Image(30, 20, RGB)
        image.add_layer(gimp.Layer(image, name, 30, 20, RGB_IMAGE), 0)
        made.append(image)
    one, two = made
    display = gimp.Display(one)
    gimp.displays_flush()
    found = {
        "default": gimp.default_display(),
        "by number": gimp._id2display(display.ID) == display,
        "valid": display.is_valid(),
    }
    gimp.displays_reconnect(one, two)
    found["of another image"] = display.is_valid()
    try:
        gimp.displays_reconnect(one, one)
    except gimp.error as wrong:
        found["refused"] = str(wrong)
    gimp.delete(display)
    found["gone"] = display.is_valid()
    found["images"] = [each in gimp.image_list() for each in made]
    return found
"""


@pytest.fixture(params=["gimp", "gimp_next"], ids=["3.0", "3.2"])
def window(request: pytest.FixtureRequest) -> Iterator[GimpWindow]:
    """With an image open, and a key for every plug-in."""
    gimp: Gimp = request.getfixturevalue(request.param).fresh()
    names = ("polaroid", "troubles", "questionnaire", "color_card")
    install_plugins(gimp.profile, [PLUGINS / f"{name}.py" for name in names])
    shortcuts = {name: f"<Primary><Shift>{key}" for name, key in KEYS.items()}
    with gimp.start(shortcuts=shortcuts) as started:
        started.execute(OPEN)
        yield started


def is_old(window: GimpWindow) -> bool:
    return "gimp-3.0" in window.process.args


def run(window: GimpWindow, procedure: str, mode: str = "INTERACTIVE") -> None:
    if is_old(window):
        window.key("ctrl+f" if mode == "WITH_LAST_VALS" else f"ctrl+shift+{KEYS[procedure]}")
        return
    on_image = procedure in (POLAROID, TROUBLES)
    window.begin(CALL, procedure=procedure, mode=mode, on_image=on_image)


def becomes(window: GimpWindow, timeout_s: float = 30, **expected: object) -> bool:
    def is_so() -> bool:
        state = window.execute(STATE)
        return all(state[name] == value for name, value in expected.items())

    return wait_until(is_so, timeout_s)


def test_a_dialog_asks_remembers_and_can_be_cancelled(window: GimpWindow, tmp_path: Path) -> None:
    before = {"size": [100, 80], "layers": ["base"]}
    assert becomes(window, **before)

    run(window, POLAROID)
    window.window("^Polaroid$")
    window.screenshot(tmp_path / "cancelled.png")
    window.key("alt+c", window="^Polaroid$")
    window.wait_gone("^Polaroid$")
    assert becomes(window, **before)

    run(window, POLAROID)
    window.key("alt+b", window="^Polaroid$")
    window.type("20\t", window="^Polaroid$")
    window.key("alt+a", window="^Polaroid$")
    window.type("Lake\t", window="^Polaroid$")
    window.screenshot(tmp_path / "filled in.png")
    window.key("alt+o", window="^Polaroid$")
    # The colour is the declared one, though GIMP itself forgets the defaults of colours.
    framed = {"size": [140, 160], "layers": ["base", "Print: Lake"], "frame": [250, 248, 240]}
    assert becomes(window, **framed)

    window.key("ctrl+z")
    assert becomes(window, **before)

    run(window, POLAROID)
    window.window("^Polaroid$")
    time.sleep(0.5)
    window.screenshot(tmp_path / "remembered.png")
    window.key("alt+o", window="^Polaroid$")
    assert becomes(window, **framed)

    window.key("ctrl+z")
    assert becomes(window, **before)
    run(window, POLAROID, "WITH_LAST_VALS")
    assert becomes(window, **framed)
    assert "Traceback" not in window.log()


def test_a_plug_in_without_an_image_asks_and_makes_one(window: GimpWindow, tmp_path: Path) -> None:
    run(window, CARD)
    window.window("^Color Card$")
    window.key("alt+z", window="^Color Card$")
    window.type("10\t", window="^Color Card$")
    window.screenshot(tmp_path / "card.png")
    window.key("alt+o", window="^Color Card$")
    assert becomes(window, images=2, sizes=[[30, 10], [100, 80]])

    run(window, CARD)
    window.window("^Color Card$")
    window.key("alt+o", window="^Color Card$")  # the last size
    assert becomes(window, images=3, sizes=[[30, 10], [30, 10], [100, 80]])


def test_everything_that_can_be_asked_is_in_the_dialog(window: GimpWindow, tmp_path: Path) -> None:
    run(window, QUESTIONS)
    shown = window.window("^Questionnaire$")
    time.sleep(1)
    window.screenshot(tmp_path / "questions.png")
    assert shown.height < 860
    window.key("alt+o", window="^Questionnaire$")
    window.wait_gone("^Questionnaire$")
    assert "not supported" not in window.log()
    assert "Traceback" not in window.log()


def test_what_goes_wrong_is_told_without_a_crash(window: GimpWindow, tmp_path: Path) -> None:
    run(window, TROUBLES)
    window.key("alt+o", window="^Fail$")
    window.wait_gone("^Fail$")
    told = "The layer is too small: make it larger."
    assert wait_until(lambda: told in window.log(), 20)
    time.sleep(0.5)
    window.screenshot(tmp_path / "told.png")
    assert "crashed" not in window.log()
    assert becomes(window, layers=["sentence"])


def test_windows_are_opened_given_another_image_and_closed(window: GimpWindow) -> None:
    found = window.execute(DISPLAYS)
    assert found.pop("refused")
    # What loses its last window is gone, as in GIMP 2.
    assert found == {
        "default": None,  # the job was not started from a window
        "by number": True,
        "valid": True,
        "of another image": True,
        "gone": False,
        "images": [False, False],
    }
