"""Impasto's procedures in a GIMP with windows: its dialog, its progress bar, its Cancel."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from protocol.client import new_id
from protocol.messages import Shutdown, Status, StatusReport
from tests.daemons import DaemonProcess
from tests.hosts.gimp_program import Gimp, GimpWindow
from tests.hosts.programs import wait_until

CANCEL = (1117, 882)
"""Where GIMP's own button is, at the right end of the progress bar."""

OPEN = """
def job(tools):
    tools.show(tools.new_image(256, 256))
    return {}
"""
LAYERS = """
def job(tools):
    image = tools.Gimp.get_images()[0]  # a procedure at work has others beside it, that nobody sees
    return {"layers": [each["name"] for each in tools.layers(image)]}
"""
TO_PALETTE = """
def job(tools):
    kinds = tools.Gimp.ConvertDitherType.NONE, tools.Gimp.ConvertPaletteType.WEB
    tools.Gimp.get_images()[0].convert_indexed(*kinds, 0, False, False, "")
    return {}
"""
BASE_TYPE = """
def job(tools):
    base = tools.Gimp.get_images()[0].get_base_type()
    return {"is_rgb": base == tools.Gimp.ImageBaseType.RGB}
"""
PAINT = """
def job(tools):
    image = tools.Gimp.get_images()[0]
    answer = tools.call(
        "impasto-generate", image=image, drawables=image.get_layers(),
        prompt="a red heart", **tools.arguments,
    )
    return {"status": answer.status, "message": answer.message}
"""
SAID = """
def job(tools):
    from impasto_gimp.paint import paint

    said = []

    def note(name):
        original = getattr(tools.Gimp, name)

        def noting(text):
            said.append(text)
            return original(text)

        setattr(tools.Gimp, name, noting)

    note("progress_init")
    note("progress_set_text")
    image = tools.new_image(64, 64)
    paint(
        "generate", image, image.get_layers()[0],
        {"prompt": "a red heart", "steps": 2, "rank": False},
    )
    return {"said": said}
"""
"""What the bar says, from the first word on."""


@pytest.fixture
def window(gimp: Gimp, daemon: DaemonProcess) -> Iterator[GimpWindow]:
    """With an image open. Ctrl+Shift+F9 is Generate."""
    with gimp.fresh().start(
        env={"IMPASTO_HOME": str(daemon.home)},
        shared=[daemon.home],
        shortcuts={"impasto-generate": "<Primary><Shift>F9"},
    ) as started:
        started.execute(OPEN)
        yield started


def jobs(daemon: DaemonProcess) -> list[str]:
    """Of all clients, as long as they are not at their end."""
    with daemon.client() as client:
        report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    return [each.operation for each in report.jobs]


def layers(window: GimpWindow) -> list[str]:
    found: list[str] = window.execute(LAYERS)["layers"]
    return found


def test_the_dialog_paints_what_was_typed_and_one_undo_takes_it_away(
    window: GimpWindow, tmp_path: Path
) -> None:
    window.key("ctrl+shift+F9")
    window.window("^Generate$")
    window.screenshot(tmp_path / "dialog.png")
    window.click(200, 140, window="^Generate$")
    window.type("a red heart", window="^Generate$")
    window.key("alt+o", window="^Generate$")
    assert wait_until(lambda: layers(window) == ["a red heart", "base"], 60)
    window.key("ctrl+z")
    assert wait_until(lambda: layers(window) == ["base"], 10)


def test_cancel_on_the_progress_bar_stops_the_daemon(
    window: GimpWindow, daemon: DaemonProcess
) -> None:
    window.begin(PAINT, count=10, steps=150)
    assert wait_until(lambda: jobs(daemon) == ["generate"], 60)
    window.click(*CANCEL)
    assert wait_until(lambda: jobs(daemon) == [], 15)
    assert layers(window) == ["base"]


def test_an_image_with_a_palette_is_converted_when_the_artist_agrees(window: GimpWindow) -> None:
    window.execute(TO_PALETTE)
    window.key("ctrl+shift+F9")
    window.window("^Generate$")
    window.click(200, 140, window="^Generate$")
    window.type("a red heart", window="^Generate$")
    window.key("alt+o", window="^Generate$")
    window.window("^Impasto$")
    window.key("Return", window="^Impasto$")
    assert wait_until(lambda: layers(window) == ["a red heart", "base"], 60)
    assert window.execute(BASE_TYPE)["is_rgb"]


def test_a_daemon_that_dies_in_mid_job_is_said_in_a_sentence(
    gimp: Gimp, daemon: DaemonProcess
) -> None:
    with ThreadPoolExecutor(1) as pool:
        called = pool.submit(
            gimp.run,
            PAINT.replace("tools.Gimp.get_images()[0]", "tools.new_image(64, 64)"),
            env={"IMPASTO_HOME": str(daemon.home)},
            shared=[daemon.home],
            count=10,
            steps=150,
        )
        assert wait_until(lambda: jobs(daemon) == ["generate"], 60)
        daemon.stop(signal.SIGKILL)
        answer = called.result(90)
    assert answer["status"] == "execution-error"
    assert "Impasto" in answer["message"] or "daemon" in answer["message"]


@pytest.fixture
def stopped(gimp: Gimp, daemon: DaemonProcess) -> Iterator[DaemonProcess]:
    """One that is not running, but that the plug-in can start."""
    daemon.stop()
    command = gimp.place.outside([sys.executable, "-P", "-m", "core_server", "serve"])
    environment = {**daemon.environment, "PYTHONPATH": None}
    launcher = {"command": command, "environment": environment}
    (daemon.home / "launcher.json").write_text(json.dumps(launcher), "utf-8")
    yield daemon
    with daemon.client() as client:  # of the one that was started
        client.request(Shutdown(new_id()))


def test_without_a_daemon_a_procedure_starts_one(gimp: Gimp, stopped: DaemonProcess) -> None:
    answer = gimp.run(
        PAINT.replace("tools.Gimp.get_images()[0]", "tools.new_image(64, 64)"),
        env={"IMPASTO_HOME": str(stopped.home)},
        shared=[stopped.home],
        steps=2,
        rank=False,
    )
    assert answer == {"status": "success", "message": ""}


@pytest.mark.parametrize(
    ("state", "first"),
    [("daemon", ["Generate"]), ("stopped", ["Impasto is starting …", "Generate"])],
)
def test_the_bar_speaks_of_starting_only_where_a_daemon_is_started(
    gimp: Gimp, host_head: str, request: pytest.FixtureRequest, state: str, first: list[str]
) -> None:
    home = request.getfixturevalue(state).home
    env = {"IMPASTO_HOME": str(home)}
    said: list[str] = gimp.run(host_head + SAID, env=env, shared=[home])["said"]
    assert list(dict.fromkeys(said))[: len(first)] == first
    assert sum("starting" in text for text in said) == len(first) - 1
