"""Project from view with a model that takes depth, in the real Blenders: what is sent and said.

The model and its ControlNet are tiny, with random weights; the daemon is real, and outside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.client import new_id
from protocol.messages import History, HistoryPage, Input, Submit
from tests.daemons import REPOSITORY, DaemonProcess, fresh_daemon
from tests.hosts.blender_program import Blender, BlenderWindow
from tests.tiny_models import tiny_control, tiny_model

JOB = Path(__file__).with_name("jobs") / "operator_depth.py"
SIDE = 128


@pytest.fixture(scope="module")
def outside() -> Iterator[DaemonProcess]:
    """With Pocket, which is the default, and a model that takes depth."""
    with fresh_daemon() as started:
        for arguments in (
            [str(tiny_model("sd15")), "--name", "tiny"],
            [str(tiny_control("sd15")), "--control", "depth"],
        ):
            subprocess.run(
                [sys.executable, "-m", "core_server", "models", "add", *arguments],
                cwd=REPOSITORY,
                env={**os.environ, "IMPASTO_HOME": str(started.home)},
                check=True,
            )
        yield started


@pytest.fixture(scope="module")
def views(each_blender: Blender, outside: DaemonProcess) -> dict[str, Any]:
    """What came of four views, in both Blenders, with the jobs that were sent, the oldest first."""
    before = len(jobs(outside))
    env = {"IMPASTO_HOME": str(outside.home)}
    found = each_blender.run(JOB, env=env, shared=[outside.home], timeout_s=200, part="views")
    sent = jobs(outside)
    names = ("first", "next", "afresh", "pocket")
    for name, job in zip(names, reversed(sent[: len(sent) - before]), strict=True):
        found[name]["job"] = job
    return found


def jobs(daemon: DaemonProcess) -> list[tuple[Submit, dict[str, tuple[Input, bytes]], Any]]:
    """All of the history, the newest first: what was asked, its pictures by role, the result's."""
    with daemon.client() as client:
        page = client.request(History(new_id())).message
        assert isinstance(page, HistoryPage)
        found = []
        for entry in page.entries:
            one, blobs = client.request(History(new_id(), job=entry.job))
            assert isinstance(one, HistoryPage)
            assert one.submit is not None
            pictures = blobs[len(one.items) :]
            inputs = {
                each.role: (each, bytes(pixels))
                for each, pixels in zip(one.submit.inputs, pictures, strict=True)
            }
            found.append((one.submit, inputs, one.items))
    return found


def test_a_first_view_is_painted_from_words_and_held_to_its_depth(views: dict[str, Any]) -> None:
    submit, inputs, items = views["first"]["job"]
    assert submit.operation == "generate"
    assert set(inputs) == {"control"}
    assert inputs["control"][0].name == "depth"
    assert submit.params["model"] == "tiny"
    assert submit.params["control_strength"] == 1.1
    assert tuple(items[0].rect) == (0, 0, SIDE, SIDE)


@pytest.mark.parametrize("name", ["first", "next", "afresh"])
def test_the_depth_is_that_of_the_view(views: dict[str, Any], name: str) -> None:
    entry, pixels = views[name]["job"][1]["control"]
    assert (tuple(entry.rect), entry.rows) == ((0, 0, SIDE, SIDE), "bottom")
    assert pixels == views[name]["depth"]
    depth = np.frombuffer(pixels, "<u2").reshape(SIDE, SIDE)
    assert depth.max() == 65535
    assert depth[[0, 0, -1, -1], [0, -1, 0, -1]].max() == 0
    assert 0.25 < (depth > 0).mean() < 0.9
    assert depth[depth > 0].min() > 6000


def test_a_next_view_goes_on_with_what_earlier_ones_have_painted(views: dict[str, Any]) -> None:
    submit, inputs, items = views["next"]["job"]
    assert set(inputs) == {"image", "control"}
    assert submit.params["strength"] == 0.7
    assert inputs["image"][0].rect == inputs["control"][0].rect
    assert tuple(items[0].rect) == (0, 0, SIDE, SIDE)
    shown = np.frombuffer(inputs["image"][1], np.uint8).reshape(SIDE, SIDE, 4)[..., :3].astype(int)
    assert (shown.max(2) - shown.min(2)).max() > 20  # not clay alone


def test_afresh_earlier_views_play_no_part(views: dict[str, Any]) -> None:
    assert set(views["afresh"]["job"][1]) == {"control"}
    assert views["afresh"]["share"] < views["next"]["share"]


def test_a_model_without_depth_is_sent_none(views: dict[str, Any]) -> None:
    submit, inputs, _ = views["pocket"]["job"]
    assert submit.params["model"] == "pocket"
    assert set(inputs) == {"image"}


def test_each_is_baked_onto_the_object_with_its_coverage(views: dict[str, Any]) -> None:
    names = ("first", "next", "afresh", "pocket")
    assert all(views[name]["worn"] for name in names)
    assert all(views[name]["size"] == [1024, 1024] for name in names)
    assert 0.05 < views["first"]["share"] < 0.7
    assert views["next"]["share"] > views["first"]["share"] * 1.2
    assert views["first"]["sky"] > 0.05


def test_only_where_depth_is_sent_can_it_be_weighed(views: dict[str, Any]) -> None:
    assert views["arguments"] == {
        "project_from_view": True,
        "generate_texture": False,
        "repaint_render": False,
    }


# ---- the panel -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def window(blender: Blender, outside: DaemonProcess) -> Iterator[BlenderWindow]:
    """Not connected yet."""
    home = outside.home
    with blender.fresh().start(env={"IMPASTO_HOME": str(home)}, shared=[home]) as started:
        yield started


def test_the_panel_says_what_is_sent(window: BlenderWindow, tmp_path: Path) -> None:
    def do(part: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = window.execute(JOB, part=part, timeout_s=120, **more)
        return found

    do("prepared")
    tiny = do("chosen", model="tiny")
    assert "The depth of this view is sent: the picture keeps" in tiny["said"]
    assert "control_strength" in tiny["fields"]
    assert "strength" not in tiny["fields"]
    window.screenshot(tmp_path / "depth.png")
    pocket = do("chosen", model="pocket")
    assert "This model takes no depth" in pocket["said"]
    assert "control_strength" not in pocket["fields"]
    assert "strength" in pocket["fields"]
    by_default = do("chosen", model="default")
    assert "This model takes no depth" in by_default["said"]
    do("chosen", model="tiny")
    painted = do("painted")
    assert painted["answer"] == ["RUNNING_MODAL"]
    assert painted["trouble"] == ""
    assert painted["worn"] == "a painted wooden toy"
    assert "and what earlier views have painted." in painted["panel"]["said"]
    assert {"strength", "control_strength"} <= set(painted["panel"]["fields"])
    window.screenshot(tmp_path / "next.png")


def test_without_a_daemon_the_panel_is_right_and_a_click_waits(
    blender: Blender, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with blender.fresh().start(env={"IMPASTO_HOME": str(home)}, shared=[home]) as started:
        found = started.execute(JOB, part="prepared", timeout_s=90)
        waiting = started.execute(JOB, part="waiting", timeout_s=90)
    assert "If the model takes depth, that of this view is sent" in found["said"]
    assert "control_strength" not in found["fields"]
    assert waiting["busy"]
    assert "Waiting" in waiting["said"]
    assert waiting["notice"] == "Impasto is not running."
    assert waiting["modal"] == 0
