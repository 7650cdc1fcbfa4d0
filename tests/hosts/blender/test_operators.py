"""bpy.ops.impasto in the real Blenders, as a studio's scripts call it: blocking, without a window.

Each job is one start of Blender; a daemon with Pocket is outside.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol.client import new_id
from protocol.messages import JobState, Shutdown, Status, StatusReport
from tests.daemons import DaemonProcess, fresh_daemon
from tests.hosts.blender_program import MODULE, Blender
from tests.hosts.programs import wait_until

JOBS = Path(__file__).with_name("jobs")
TROUBLE = JOBS / "operator_trouble.py"

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def module_daemon() -> Iterator[DaemonProcess]:
    """One for all that only paints."""
    with fresh_daemon() as started:
        yield started


def run_in(blender: Blender, daemon: DaemonProcess) -> Run:
    def run(job: Path, **arguments: Any) -> dict[str, Any]:
        env = {"IMPASTO_HOME": str(daemon.home)}
        return blender.run(job, env=env, shared=[daemon.home], timeout_s=150, **arguments)

    return run


@pytest.fixture(scope="module")
def run(each_blender: Blender, module_daemon: DaemonProcess) -> Run:
    return run_in(each_blender, module_daemon)


@pytest.fixture(scope="module")
def textures(run: Run) -> dict[str, Any]:
    return run(JOBS / "operator_textures.py")


@pytest.fixture(scope="module")
def masks(run: Run) -> dict[str, Any]:
    return run(JOBS / "operator_masks.py")


@pytest.fixture(scope="module")
def views(run: Run) -> dict[str, Any]:
    return run(JOBS / "operator_views.py")


# ---- textures ------------------------------------------------------------------------------------


def test_a_texture_from_words_is_on_the_object_and_in_the_file(textures: dict[str, Any]) -> None:
    texture = textures["texture"]
    assert texture["name"] == "a red brick wall"
    assert texture["size"] == [256, 256]
    assert texture["space"] == "sRGB"
    assert texture["packed"]
    assert texture["worn"]


def test_the_render_shows_it(textures: dict[str, Any]) -> None:
    red, green, blue = textures["plain"]
    assert abs(red - green) < 0.02
    assert abs(red - blue) < 0.02
    red, green, blue = textures["painted"]
    assert red > green + 0.03
    assert red > blue + 0.03


@pytest.mark.parametrize("axis", ["x", "y"])
def test_it_repeats_without_a_seam(textures: dict[str, Any], axis: str) -> None:
    steps = textures["texture"][axis]
    assert steps["border"] <= steps["interior"] * 1.25


def test_a_material_set_is_valid_seamless_and_wired(textures: dict[str, Any]) -> None:
    maps = textures["maps"]
    assert set(maps) == {"height", "normal", "roughness", "occlusion"}
    assert all(each["space"] == "Non-Color" and each["worn"] for each in maps.values())
    assert all(each["x"]["border"] <= each["x"]["interior"] * 1.5 for each in maps.values())
    shortest, longest = maps["normal"]["length"]
    assert 0.99 < shortest <= longest < 1.01


def test_vary_and_mix_give_new_textures_and_the_first_is_worn(textures: dict[str, Any]) -> None:
    varied, is_worn = textures["varied"]
    assert varied == ["a red brick wall – Vary"]
    assert is_worn
    mixed, is_worn = textures["mixed"]
    assert len(mixed) == 2
    assert is_worn


def test_each_deed_is_one_undo_step_and_redo_brings_the_pixels(textures: dict[str, Any]) -> None:
    (varied, _), (texture, mean), (again, _), (mixed, redone) = textures["undone"]
    assert varied == again == "a red brick wall – Vary"
    assert texture == "a red brick wall"
    assert mean > 0.05
    assert mixed == textures["mixed"][0][0]
    assert redone > 0.05


# ---- inpainting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["stencil", "image", "float"])
def test_outside_of_the_mask_not_one_bit_changes(masks: dict[str, Any], kind: str) -> None:
    found = masks[kind]
    assert found["changed"] > 0.9 * 30 * 50
    top, bottom, left, right = found["box"]
    assert top >= 30
    assert bottom <= 60
    assert left >= 40
    assert right <= 90
    assert found["is float"] is (kind == "float")


def test_the_selected_face_alone_is_painted(masks: dict[str, Any]) -> None:
    found = masks["faces"]
    face, margin = (128 / 4) ** 2, 2
    assert face * 0.9 <= found["changed"] <= (128 / 4 + 2 * margin + 1) ** 2
    assert found["old kept"]


def test_in_place_or_as_a_new_image(masks: dict[str, Any]) -> None:
    assert masks["stencil"]["same image"]
    assert not masks["image"]["same image"]
    assert masks["image"]["old kept"]


def test_across_the_edges_of_a_seamless_texture_there_is_no_seam(masks: dict[str, Any]) -> None:
    found = masks["seamless"]
    assert min(found["edges"]) > 0.9
    assert found["middle"] == 0
    assert found["border"] <= found["interior"] * 1.25


# ---- views and renders ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cube", "monkey"])
def test_a_second_view_fills_what_the_first_did_not_see(views: dict[str, Any], kind: str) -> None:
    first, second = views[kind]["first"], views[kind]["second"]
    assert first["size"] == [1024, 1024]
    assert 0.05 < first["share"] < 0.7
    assert second["share"] > first["share"] * 1.3
    assert views[kind]["kept"] is None or views[kind]["kept"] < 0.02


def test_a_repainted_render_is_an_image_and_no_texture(views: dict[str, Any]) -> None:
    assert views["render"] == {"size": [96, 72], "worn": False}


def test_frames_that_are_there_already_are_left_out(views: dict[str, Any]) -> None:
    frames = views["frames"]
    assert frames["painted"] == ["0001.png", "0002.png", "0003.png"]
    assert frames["anew"] == ["0002.png"]
    assert frames["results"] == 3
    assert "frames of another prompt" in frames["refused"]
    assert frames["frame"] == 1


# ---- trouble -------------------------------------------------------------------------------------


def test_what_is_wrong_is_said_in_a_sentence(run: Run) -> None:
    said = run(TROUBLE, part="refusals")
    for what, words in {
        "no prompt": "Say in the prompt what to paint.",
        "bad seed": "Seed must be a whole number.",
        "large seed": "Seed is 4294967296; it must be from 0 to 4294967295.",
        "no image": "Open an image, or choose an object that has a texture.",
        "no object": "Select a mesh object first.",
        "no render": "Nothing has been rendered yet; render a picture first (F12).",
        "no candidate": "There is no such candidate; paint some first.",
        "no camera": "There is no camera; add one, or look at the object in a 3D view.",
        "no stencil": "There is no stencil image;",
        "no such image": "There is no image “nowhere”.",
    }.items():
        assert words in said[what]
        assert "Traceback" not in said[what]


def test_without_an_object_the_texture_is_an_image(run: Run) -> None:
    assert run(TROUBLE, part="alone") == {"results": "moss", "images": ["moss"], "materials": 0}


def test_values_are_kept_with_the_file_and_outlive_the_extension(
    run: Run, each_blender: Blender
) -> None:
    file = each_blender.folder / "values.blend"
    saved = run(TROUBLE, part="filled_in", target=str(file))
    assert saved["size"] == "2048"
    assert saved["others"] == ["moss on stone", str(2**32 - 1), "x"]
    assert saved["images"] == ["moss"]
    opened = run(TROUBLE, file=file, part="shown")
    assert {**opened, "images": []} == {**saved, "images": []}
    kept = run(TROUBLE, file=file, part="off_and_on", module=MODULE)
    assert kept["again"] == kept["before"]
    assert kept["gone"] == [False, False]
    assert kept["left"] == []
    assert kept["changed"] == ["moss on stone", False, False]


def test_texture_files_are_saved_beside_the_blend_if_that_is_wanted(
    run: Run, each_blender: Blender
) -> None:
    folder = each_blender.folder / "beside"
    folder.mkdir(exist_ok=True)
    found = run(TROUBLE, part="beside", module=MODULE, target=str(folder / "a.blend"))["found"]
    assert found == [["", True], ["//textures/moss.001.png", False]]
    assert (folder / "textures/moss.001.png").is_file()


def jobs(daemon: DaemonProcess) -> list[Any]:
    """Of all clients, as long as they are not at their end."""
    with daemon.client() as client:
        report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    return list(report.jobs)


def test_memory_is_released(each_blender: Blender, daemon: DaemonProcess) -> None:
    run = run_in(each_blender, daemon)
    assert run(TROUBLE, part="paint")["said"] == "{'FINISHED'}"
    assert loaded(daemon) != []
    assert run(TROUBLE, part="memory")["said"] == "{'FINISHED'}"
    assert wait_until(lambda: loaded(daemon) == [], 10)


def loaded(daemon: DaemonProcess) -> list[str]:
    with daemon.client() as client:
        report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    return [device.model for device in report.devices if device.model]


def test_a_daemon_that_dies_is_said_when_none_can_be_started(
    each_blender: Blender, daemon: DaemonProcess
) -> None:
    (daemon.home / "launcher.json").unlink(missing_ok=True)
    ending = threading.Thread(target=end_when_painting, args=(daemon,))
    ending.start()
    more = {"steps": 150, "count": 10}
    said = run_in(each_blender, daemon)(TROUBLE, part="paint", more=more)["said"]
    ending.join()
    assert "Impasto" in said
    assert "Traceback" not in said


def end_when_painting(daemon: DaemonProcess) -> None:
    assert wait_until(lambda: any(each.state is JobState.RUNNING for each in jobs(daemon)), 90)
    time.sleep(0.3)
    assert daemon.process is not None
    daemon.process.kill()


def test_a_script_starts_the_daemon_where_there_is_none(
    each_blender: Blender, daemon: DaemonProcess
) -> None:
    daemon.stop()
    command = each_blender.place.outside([sys.executable, "-P", "-m", "core_server", "serve"])
    launcher = {"command": command, "environment": {**daemon.environment, "PYTHONPATH": None}}
    (daemon.home / "launcher.json").write_text(json.dumps(launcher), "utf-8")
    try:
        assert run_in(each_blender, daemon)(TROUBLE, part="paint")["said"] == "{'FINISHED'}"
    finally:
        with daemon.client() as client:  # of the one that was started
            client.request(Shutdown(new_id()))
