"""The panels in a real Blender with a window: drawn, painting beside the artist, undone, cancelled.

One Blender for all of it; each test leaves it as it found it. Screenshots are in its folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.client import new_id
from protocol.messages import Shutdown, Status, StatusReport
from tests.daemons import DaemonProcess, fresh_daemon
from tests.hosts.blender_program import Blender, BlenderWindow
from tests.hosts.programs import wait_until

JOB = Path(__file__).with_name("jobs") / "panel_deeds.py"
SLOW = {"steps": 150, "count": 4}

PREPARED = """
def job(tools):
    tools.bpy.context.scene.impasto_form.generate_prompt = "苔藓石板"
    yield from tools.sidebar("VIEW_3D", "Impasto")
"""

Do = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def outside() -> Iterator[DaemonProcess]:
    with fresh_daemon() as started:
        yield started


@pytest.fixture(scope="module")
def window(blender: Blender, outside: DaemonProcess) -> Iterator[BlenderWindow]:
    home = outside.home
    with blender.fresh().start(env={"IMPASTO_HOME": str(home)}, shared=[home]) as started:
        started.execute(JOB, part="prepared")
        yield started


@pytest.fixture(scope="module")
def do(window: BlenderWindow) -> Do:
    def do(part: str, **more: Any) -> dict[str, Any]:
        return window.execute(JOB, part=part, timeout_s=90, **more)

    return do


@pytest.fixture
def candidates(do: Do) -> Iterator[dict[str, Any]]:
    """Two, the first of which is on the cube for a look; none are left afterwards."""
    assert do("begun") == {"answer": ["RUNNING_MODAL"]}
    yield do("finished")
    while do("pressed", name="discard").get("candidates"):
        pass


def states(daemon: DaemonProcess) -> list[str]:
    with daemon.client() as client:
        report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    return [each.state.value for each in report.jobs]


def models(daemon: DaemonProcess) -> list[str]:
    with daemon.client() as client:
        report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    return [device.model for device in report.devices if device.model]


def test_every_command_is_drawn_in_both_editors(do: Do) -> None:
    assert do("drawn") == {"count": 2 * 7 * 3}  # a traceback in the log would fail the job


def test_blender_lives_on_while_a_texture_is_painted(
    candidates: dict[str, Any], window: BlenderWindow, tmp_path: Path
) -> None:
    window.screenshot(tmp_path / "candidates.png")
    assert candidates["longest"] < 1.5  # drawn in software, on a busy machine
    assert candidates["candidates"] == 2
    assert candidates["worn"][0] == "Impasto preview"
    assert candidates["worn"][1] > 0.05
    assert candidates["modal"] == []


def test_each_look_and_apply_is_an_undo_step(candidates: dict[str, Any], do: Do) -> None:
    other = do("pressed", name="show_candidate", more={"number": 1})
    assert other["worn"][0] == "Impasto preview"
    assert other["worn"][1] != candidates["worn"][1]
    kept = do("pressed", name="apply")
    assert kept["worn"][0] == "mossy cobblestone"
    assert kept["worn"][1] == pytest.approx(other["worn"][1], abs=0.01)
    assert "Impasto preview" not in kept["images"]
    undone = do("undone", name="undo")["worn"]  # what was shown before is shown
    assert undone == ["Impasto preview", pytest.approx(other["worn"][1], abs=0.001)]
    redone = do("undone", name="redo")["worn"]
    assert redone == ["mossy cobblestone", pytest.approx(kept["worn"][1], abs=0.001)]
    undone = [do("undone", name="undo")["worn"] for _ in range(3)]
    assert undone[1] == ["Impasto preview", pytest.approx(candidates["worn"][1], abs=0.001)]
    assert undone[2] == ["", 0.0]


def test_in_place_can_be_undone(candidates: dict[str, Any], do: Do) -> None:
    do("pressed", name="apply")
    found = do("in_place")
    assert found["seen"] == ["Impasto preview", found["name"], True, True]
    while do("undone", name="undo")["worn"] != ["", 0.0]:
        pass


def test_discard_puts_back_what_was_there(candidates: dict[str, Any], do: Do) -> None:
    left = do("pressed", name="discard")
    assert left["candidates"] == 1
    assert left["worn"] == ["", 0.0]
    assert "Impasto preview" not in left["images"]


def test_an_undo_of_something_else_leaves_the_candidate_visible(
    candidates: dict[str, Any], do: Do
) -> None:
    do("moved")
    do("moved")
    shown = do("undone", name="undo")["worn"]
    assert shown[0] == "Impasto preview"
    assert shown[1] == pytest.approx(candidates["worn"][1], abs=0.001)


def test_what_is_only_shown_is_not_saved(
    candidates: dict[str, Any], do: Do, blender: Blender
) -> None:
    found = do("saved", target=str(blender.folder / "shown.blend"))
    assert "Impasto preview" not in found["inside"]
    assert found["worn"][0] == "Impasto preview"


def test_more_like_a_candidate(candidates: dict[str, Any], do: Do) -> None:
    do("pressed", name="vary_candidate")
    assert do("finished")["candidates"] == 4


def test_esc_stops_the_job(do: Do, window: BlenderWindow, outside: DaemonProcess) -> None:
    do("begun", more=SLOW)
    assert wait_until(lambda: states(outside) == ["running"], 30)
    window.click(400, 500, button=2)  # the mouse over the 3D view
    window.key("Escape")
    window.key("Escape")
    assert wait_until(lambda: states(outside) == [], 15)
    found = do("finished")
    assert found["candidates"] == 0
    assert found["modal"] == []
    assert found["trouble"] == ""


def test_cancel_in_the_panel_stops_the_job(
    do: Do, window: BlenderWindow, outside: DaemonProcess, tmp_path: Path
) -> None:
    do("begun", more=SLOW)
    assert wait_until(lambda: states(outside) == ["running"], 30)
    window.screenshot(tmp_path / "painting.png")
    do("pressed", name="cancel")
    assert wait_until(lambda: states(outside) == [], 15)
    assert do("finished")["modal"] == []


def test_memory_is_released_before_a_render_if_that_is_wanted(
    do: Do, outside: DaemonProcess
) -> None:
    do("begun")
    do("finished")
    assert models(outside)
    do("rendered", frees=False)
    assert models(outside)
    do("rendered", frees=True)
    assert wait_until(lambda: models(outside) == [], 10)
    do("pressed", name="discard")
    do("pressed", name="discard")


def test_frames_are_rendered_and_repainted_beside_the_artist(do: Do) -> None:
    assert do("animated") == {
        "files": ["0001.png", "0002.png", "impasto.json"],
        "candidates": 0,
        "trouble": "",
        "modal": 0,
    }


def test_what_the_daemon_refuses_is_said_in_the_panel(do: Do) -> None:
    assert do("failed") == {
        "text": "pocket has no sampler ddim; it has: euler, heun.",
        "modal": [],
        "dismissed": True,
    }


def test_a_notice_is_cured_by_its_button(do: Do) -> None:
    install, update = "impasto models add FOLDER", "impasto install blender"
    assert do("cured") == {
        "field": [3, "", ""],
        "nothing": [3, "", ""],
        "model": [3, install, f"Copied: {install} — run it in a terminal."],
        "plugin": [3, update, f"Copied: {update} — run it in a terminal."],
    }


def test_switched_off_and_on_while_a_job_is_painted(candidates: dict[str, Any], do: Do) -> None:
    do("begun", more={"steps": 60})
    do("pressed", name="show_candidate", more={"number": 0})
    found = do("off_and_on")
    assert found["before"][0] == "Impasto preview"
    assert found["gone"] == {"worn": ["", 0.0], "properties": False, "modal": []}
    assert found["prompt"] == "mossy cobblestone"
    assert do("finished")["candidates"] == 2  # of the job that went on in the daemon


def test_a_daemon_that_is_gone_is_said_and_started_again(
    do: Do, window: BlenderWindow, outside: DaemonProcess, blender: Blender, tmp_path: Path
) -> None:
    command = blender.place.outside([sys.executable, "-P", "-m", "core_server", "serve"])
    environment = {**outside.environment, "PYTHONPATH": None}
    outside.stop(9)
    (outside.home / "launcher.json").write_text(
        json.dumps({"command": command, "environment": environment}), "utf-8"
    )
    assert do("notice") == {"text": "Impasto is not running.", "cure": "start_daemon"}
    assert do("rendered", frees=True)["seconds"] < 4  # nothing waits for what is not there
    window.screenshot(tmp_path / "gone.png")
    try:
        do("pressed", name="cure")
        do("connected")
        do("begun")
        assert do("finished")["candidates"] == 2
    finally:
        with outside.client() as client:
            client.request(Shutdown(new_id()))


def test_what_was_painted_while_blender_was_closed_is_there_afterwards(
    blender: Blender, daemon: DaemonProcess
) -> None:
    env, shared = {"IMPASTO_HOME": str(daemon.home)}, [daemon.home]
    profile = blender.fresh()
    with profile.start(env=env, shared=shared) as started:
        started.execute(JOB, part="prepared")
        started.execute(JOB, part="begun", more={"steps": 60})
        assert wait_until(lambda: states(daemon) == ["running"], 30)
        assert started.quit() == 0
    assert "Traceback" not in started.log()
    assert wait_until(lambda: states(daemon) == [], 60)
    with profile.start(env=env, shared=shared) as again:
        assert again.execute(JOB, part="arrived") == {"candidates": 2}
        shown = again.execute(JOB, part="pressed", name="show_candidate")
        assert shown["worn"][0] == "Impasto preview"


def test_the_panel_speaks_chinese(blender: Blender, outside: DaemonProcess, tmp_path: Path) -> None:
    home = outside.home
    env = {"IMPASTO_HOME": str(home), "LC_ALL": "zh_CN.UTF-8"}
    with blender.fresh().start(env=env, shared=[home]) as started:
        started.execute(PREPARED)
        found = started.execute(JOB, part="words")
        started.screenshot(tmp_path / "chinese.png")
    if not found["languages"]:  # else Blender's own counts, which is English here
        assert found["apply"] == "应用"
        assert found["seed"] == "种子"
