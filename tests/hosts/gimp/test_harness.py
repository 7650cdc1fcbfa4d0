"""The real GIMP starts, runs jobs, answers and ends well; what fails inside fails the test."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.daemons import DaemonProcess
from tests.hosts.gimp_program import Gimp, install_plugins
from tests.hosts.programs import wait_until
from tests.hosts.runs import JobFailed

REACH_DAEMON = Path(__file__).parents[1] / "jobs/reach_daemon.py"
ROUND_TRIP = """
def job(tools):
    image = tools.new_image(8, 4, "rgba", "u16-non-linear", (1, 0.5, 0, 1))
    base = image.get_layers()[0]
    layer = tools.new_layer(image, tools.arguments["name"], 3, 3, (-1, 2))
    tools.set_pixels(layer, bytes(range(36)))
    saved = tools.save(image, tools.arguments["picture"])
    again = tools.open(saved)
    answer = {
        "version": tools.Gimp.version(),
        "base": tools.pixels(base, (2, 1, 1, 1)),
        "pixels": tools.pixels(again.get_layers()[0]),
        "layers": tools.layers(again),
        "selection": tools.selection(again, (0, 0, 2, 1)),
        "called": len(tools.call("gimp-image-get-layers", image=again).values[0]),
    }
    image.delete()
    again.delete()
    return answer
"""


def test_gimp_keeps_pixels_and_layers(any_gimp: Gimp, tmp_path: Path) -> None:
    answer = any_gimp.run(ROUND_TRIP, picture=tmp_path / "fenêtre 窗.xcf", name="猫")
    assert answer["version"].startswith(any_gimp.version)
    assert answer["base"] == bytes([255, 128, 0, 255])
    assert answer["pixels"] == bytes(range(36))
    top, bottom = answer["layers"]
    assert (top["name"], top["x"], top["y"], top["width"]) == ("猫", -1, 2, 3)
    assert bottom["name"] == "base"
    assert answer["selection"] == b"\0\0"
    assert answer["called"] == 2


def test_gimp_asks_the_plugin_what_it_can_do_and_no_more(any_gimp: Gimp) -> None:
    assert "impasto" not in any_gimp.first_log()


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (
            "def job(tools):\n    answer = 41\n    assert answer == 42\n",
            r"assert answer == 42[\s\S]*answer = 41",
        ),
        ("import os\ndef job(tools):\n    os._exit(3)\n", "ended with code 64 before"),
        ("def job(tools):\n    tools.call('nope')\n", "there is no procedure nope"),
        ("def job(tools):\n    tools.call('gimp-quit', x=1)\n", "has no x, but force"),
    ],
    ids=["an assert", "the end of its Python", "an unknown procedure", "an unknown argument"],
)
def test_a_job_that_fails_in_gimp_fails_the_test(gimp: Gimp, job: str, message: str) -> None:
    with pytest.raises(JobFailed, match=message) as failed:
        gimp.run(job)
    assert "gimp.log" in str(failed.value)


def test_a_job_that_hangs_in_gimp_is_ended_and_says_where(gimp: Gimp) -> None:
    job = "import time\ndef job(tools):\n    time.sleep(600)\n"
    with pytest.raises(JobFailed, match=r"within 8 s[\s\S]*job\.py\", line 3"):
        gimp.run(job, timeout_s=8)


WARPED = """#!/usr/bin/env python3
import sys
import gi
gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GLib

class Warped(Gimp.PlugIn):
    def do_query_procedures(self):
        return ["test-warped"]

    def do_set_i18n(self, name):
        return False

    def do_create_procedure(self, name):
        return Gimp.Procedure.new(self, name, Gimp.PDBProcType.PLUGIN, self.run, None)

    def run(self, procedure, config, data):
        error = GLib.Error("The picture is warped.")
        return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)

Gimp.main(Warped.__gtype__, sys.argv)
"""


def test_a_procedures_error_is_seen_and_extra_plugins_are_found(gimp: Gimp, tmp_path: Path) -> None:
    path = tmp_path / "warped.py"
    path.write_text(WARPED)
    fresh = gimp.fresh()
    install_plugins(fresh.profile, [path])
    job = "def job(tools):\n    return tools.call('test-warped')._asdict()\n"
    answer = fresh.run(job)
    assert answer == {
        "status": "execution-error",
        "values": [],
        "message": "The picture is warped.",
    }


def test_a_traceback_in_a_plugin_fails_the_test(gimp: Gimp, tmp_path: Path) -> None:
    path = tmp_path / "warped.py"
    path.write_text(WARPED.replace("error = GLib", "1 / 0; GLib"))
    fresh = gimp.fresh()
    install_plugins(fresh.profile, [path])
    job = "def job(tools):\n    return {'status': tools.call('test-warped').status}\n"
    with pytest.raises(JobFailed, match=r"wrote a traceback[\s\S]*ZeroDivisionError"):
        fresh.run(job)
    assert fresh.run(job, tracebacks=True)["status"] != "success"


SHOW = """
def job(tools):
    image = tools.new_image(300, 200)
    tools.show(image)
    tools.kept["image"] = image
    return {"image": image.get_name()}
"""
PAINTED = """
def job(tools):
    image = tools.kept["image"]
    return {"white": set(tools.pixels(image.get_layers()[0])) == {255}}
"""
LONG = """
def job(tools):
    mode = tools.Gimp.RunMode.INTERACTIVE
    return {"status": tools.call("python-fu-console", run_mode=mode).status}
"""


def test_a_window_of_gimp_takes_strokes_keys_and_jobs(any_gimp: Gimp, tmp_path: Path) -> None:
    with any_gimp.start() as window:
        window.execute(SHOW)
        main = window.window("Untitled")
        assert (main.width, main.height) == (1400, 900)
        assert [one.title for one in window.windows()] == [main.title]  # no Welcome
        window.key("p")
        middle = (main.width // 2, main.height // 2)
        window.drag(middle, (middle[0] + 40, middle[1] + 20))
        assert wait_until(lambda: not window.execute(PAINTED)["white"], 10)
        window.key("ctrl+z")
        assert wait_until(lambda: window.execute(PAINTED)["white"], 10)
        console = window.begin(LONG)
        window.window("Python Console")
        assert window.execute(PAINTED)["white"]  # while the other waits
        picture = window.screenshot(tmp_path / "screen.png")
        assert not console.done
        window.close("Python Console")
        assert console.wait()["status"] == "success"
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    assert (width, height) == (1400, 900)
    assert window.ended


def test_gimp_reaches_the_daemon_and_can_start_programs_outside(
    gimp: Gimp, daemon: DaemonProcess
) -> None:
    outside = gimp.place.outside(["ls", "-d", __file__])
    answer = gimp.run(
        REACH_DAEMON, env={"IMPASTO_HOME": str(daemon.home)}, shared=[daemon.home], outside=outside
    )
    assert answer["home"] == str(daemon.home)
    assert answer["greeting"] == 0xFF
    assert answer["outside"] == __file__
