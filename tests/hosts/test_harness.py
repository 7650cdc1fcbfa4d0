"""The real Krita starts, runs a job, answers and ends well; what fails inside fails the test."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.daemons import DaemonProcess
from tests.hosts.krita_program import JobFailed, Krita

PIXEL = """
def job(tools):
    doc = yield from tools.new_document(64, 64)
    node = doc.createNode("dot", "paintlayer")
    node.setPixelData(bytes([1, 2, 3, 255]), 5, 6, 1, 1)
    doc.rootNode().addChildNode(node, None)
    yield 0
    steps = yield from tools.undo_steps()
    tools.screenshot(tools.arguments["picture"])
    return {
        "version": tools.app.version(),
        "pixel": list(bytes(doc.pixelData(5, 6, 1, 1))),
        "width": doc.width(),
        "steps": steps,
        "name": tools.arguments["name"],
    }
"""


def test_krita_draws_a_pixel_and_reads_it_back(krita: Krita, tmp_path: Path) -> None:
    picture = tmp_path / "fenêtre 窗.png"
    answer = krita.run(PIXEL, picture=picture, name="猫")
    assert answer["version"].split(".")[0] in ("5", "6")
    assert answer["pixel"] == [1, 2, 3, 255]
    assert answer["width"] == 64
    assert answer["steps"] == ["Add Layer"]
    assert answer["name"] == "猫"
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    assert (width, height) == (1400, 900)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (
            "def job(tools):\n    answer = 41\n    yield 0\n    assert answer == 42\n",
            r"assert answer == 42[\s\S]*answer = 41",
        ),
        (
            "def job(tools):\n    window = tools.window.qwindow()\n"
            "    window.windowTitleChanged.connect(lambda title: 1 / 0)\n"
            "    window.setWindowTitle('new')\n    yield 0\n",
            r"Nobody caught:[\s\S]*ZeroDivisionError",
        ),
        ("import os\ndef job(tools):\n    os._exit(3)\n", "ended with code 3 before"),
    ],
    ids=["an assert", "an error in a slot", "the end of Krita"],
)
def test_a_failing_job_fails_the_test_with_its_message(
    krita: Krita, job: str, message: str
) -> None:
    with pytest.raises(JobFailed, match=message) as failed:
        krita.run(job)
    assert "krita.log" in str(failed.value)


def test_a_hanging_job_is_ended_and_says_where_it_hung(krita: Krita) -> None:
    job = "import time\ndef job(tools):\n    tools.say('here')\n    yield 0\n    time.sleep(600)\n"
    with krita.start(job, timeout_s=10) as run:
        run.hear("here", 90)
        with pytest.raises(JobFailed, match=r"within 10 s[\s\S]*job\.py\", line 5") as failed:
            run.wait()
    assert run.ended
    assert (run.folder / "failure.png").stat().st_size > 1000
    assert "failure.png" in str(failed.value)


MEETING = """
def job(tools):
    yield from tools.new_document(64, 64)
    tools.say("here", tools.app.version())
    other = yield from tools.hear("meet")
    return {"met": other}
"""


def test_two_kritas_run_at_once(krita: Krita) -> None:
    with krita.start(MEETING) as one, krita.fresh().start(MEETING) as two:
        for run, other in ((one, two), (two, one)):
            run.hear("here", 90)
            other.say("meet", run.process.pid)
        assert one.wait() == {"met": two.process.pid}
        assert two.wait() == {"met": one.process.pid}


DAEMON = """
import json, os, socket, subprocess
def job(tools):
    home = os.environ["IMPASTO_HOME"]
    endpoints = json.load(open(home + "/connection.json"))["endpoints"]
    tcp = next(e for e in endpoints if e.startswith("tcp"))
    host, port = tcp.removeprefix("tcp://").rsplit(":", 1)
    with socket.create_connection((host, int(port)), 5) as peer:
        greeting = peer.recv(1)
    outside = subprocess.check_output(tools.arguments["outside"], text=True)
    return {"home": home, "greeting": greeting[0], "outside": outside.strip()}
"""


def test_krita_reaches_the_daemon_and_can_start_programs_outside(
    krita: Krita, daemon: DaemonProcess
) -> None:
    outside = krita.place.outside(["ls", "-d", str(Path(__file__).parent / "conftest.py")])
    answer = krita.run(DAEMON, env={"IMPASTO_HOME": str(daemon.home)}, outside=outside)
    assert answer["home"] == str(daemon.home)
    assert answer["greeting"] == 0xFF  # a ZMTP greeting begins so
    assert answer["outside"].endswith("conftest.py")
