"""The real programs start, run a job, answer and end well; what fails inside fails the test.

GIMP's own are in gimp/test_harness.py.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.daemons import DaemonProcess
from tests.hosts.blender_program import MODULE, Blender
from tests.hosts.krita_program import Krita
from tests.hosts.runs import JobFailed

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


DAEMON = Path(__file__).parent / "jobs/reach_daemon.py"


def test_krita_reaches_the_daemon_and_can_start_programs_outside(
    krita: Krita, daemon: DaemonProcess
) -> None:
    outside = krita.place.outside(["ls", "-d", str(Path(__file__).parent / "conftest.py")])
    answer = krita.run(DAEMON, env={"IMPASTO_HOME": str(daemon.home)}, outside=outside)
    assert answer["home"] == str(daemon.home)
    assert answer["greeting"] == 0xFF  # a ZMTP greeting begins so
    assert answer["outside"].endswith("conftest.py")


# ---- Blender -------------------------------------------------------------------------------------

BLEND = """
def job(tools):
    bpy = tools.bpy
    tools.new_file()
    cube = tools.add("cube")
    tools.add_camera((0, -5, 2))
    tools.add_sun()
    image = tools.new_image(tools.arguments["name"], 4, 2, (1, 0.5, 0, 1))
    pixels = tools.pixels(image)
    pixels[0, 0] = (0, 0, 1, 1)
    tools.set_pixels(image, pixels)
    image.pack()
    image.use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=tools.arguments["path"])
    yield 10
    return {
        "version": bpy.app.version_string,
        "background": bpy.app.background,
        "addons": list(bpy.context.preferences.addons.keys()),
        "rows": tools.rgba8(image)[:8],
        "location": cube.location,
        "picture": tools.render(tools.arguments["picture"]),
    }
"""
AGAIN = """
def job(tools):
    image = tools.bpy.data.images[tools.arguments["name"]]
    return {"pixels": tools.rgba8(image), "uv": len(tools.bpy.data.meshes[0].uv_layers)}
"""


def test_blender_keeps_pixels_and_renders(any_blender: Blender, tmp_path: Path) -> None:
    file, name = tmp_path / "fenêtre 窗.blend", "猫"
    answer = any_blender.run(BLEND, name=name, picture=tmp_path / "a.png", path=file)
    assert answer["version"].startswith(any_blender.version)
    assert answer["background"] is True
    assert MODULE in answer["addons"]
    assert answer["rows"] == bytes([0, 0, 255, 255, 255, 128, 0, 255])
    assert answer["location"] == [0, 0, 0]
    assert struct.unpack(">II", (tmp_path / "a.png").read_bytes()[16:24]) == (96, 72)
    again = any_blender.run(AGAIN, file=file, name=name)
    assert again == {"pixels": answer["rows"] + bytes([255, 128, 0, 255]) * 6, "uv": 1}


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (
            "def job(tools):\n    answer = 41\n    yield 0\n    assert answer == 42\n",
            r"assert answer == 42[\s\S]*answer = 41",
        ),
        ("import os\ndef job(tools):\n    os._exit(3)\n", "ended with code 3 before"),
        ("def job(tools):\n    tools.bpy.ops.render.nope()\n", "could not be found"),
        ("def job(tools):\n    return {'a': job}\n", "it has a function, which JSON cannot say"),
        (
            "def job(tools):\n    handlers = tools.bpy.app.handlers.depsgraph_update_post\n"
            "    handlers.append(lambda *_: 1 / 0)\n    tools.add('cube')\n",
            r"wrote a traceback[\s\S]*ZeroDivisionError",
        ),
    ],
    ids=["an assert", "the end of it", "an unknown operator", "a strange answer", "a handler"],
)
def test_a_job_that_fails_in_blender_fails_the_test(
    any_blender: Blender, job: str, message: str
) -> None:
    with pytest.raises(JobFailed, match=message) as failed:
        any_blender.run(job)
    assert "blender.log" in str(failed.value)


def test_a_job_that_hangs_in_blender_is_ended_and_says_where(any_blender: Blender) -> None:
    job = "import time\ndef job(tools):\n    time.sleep(600)\n"
    with pytest.raises(JobFailed, match=r"within 8 s[\s\S]*job\.py\", line 3"):
        any_blender.run(job, timeout_s=8)


CHANGE = """
def job(tools):
    tools.bpy.context.preferences.view.ui_scale = 1.5
    tools.bpy.ops.wm.save_userpref()
"""
LOOK = """
def job(tools):
    return {"scale": tools.bpy.context.preferences.view.ui_scale}
"""


def test_a_fresh_blender_has_settings_of_its_own(any_blender: Blender) -> None:
    one, other = any_blender.fresh(), any_blender.fresh()
    one.run(CHANGE)
    assert (one.run(LOOK)["scale"], other.run(LOOK)["scale"]) == (1.5, 1.0)


WAIT = """
def job(tools):
    tools.kept["waits"] = True
    view = tools.area("VIEW_3D")
    yield from tools.until(lambda: view.spaces.active.show_region_ui)
    place = yield from tools.sidebar("VIEW_3D", "Item")
    return place
"""
PRESSED = """
def job(tools):
    bpy = tools.bpy
    yield from tools.until(lambda: not bpy.context.view_layer.objects.active.select_get(), 20)
    return {"waits": tools.kept["waits"]}
"""
TABS = """
def job(tools):
    view = tools.area("VIEW_3D")
    region = next(region for region in view.regions if region.type == "UI")
    yield from tools.until(lambda: region.active_panel_category == "Tool", 20)
    with tools.inside("VIEW_3D"):
        tools.bpy.ops.object.select_all(action="SELECT")
    return {"selected": len(tools.bpy.context.view_layer.objects.selected)}
"""


def test_a_window_of_blender_takes_keys_clicks_and_jobs(blender: Blender, tmp_path: Path) -> None:
    with blender.start() as window:
        waiting = window.begin(WAIT)
        window.click(500, 600)  # on nothing: the cube is no longer selected
        assert window.execute(PRESSED) == {"waits": True}
        assert not waiting.done
        window.key("n")
        place = waiting.wait()
        window.click(place["x"] + place["width"] - 12, place["y"] + 75)  # the second tab: Tool
        assert window.execute(TABS) == {"selected": 3}
        picture = window.screenshot(tmp_path / "screen.png")
        assert window.quit() == 0
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    assert (width, height) == (1400, 900)


def test_trouble_in_a_window_of_blender_fails_the_test(blender: Blender) -> None:
    with blender.start() as window:
        with pytest.raises(JobFailed, match=r"assert 1 == 2"):
            window.execute("def job(tools):\n    assert 1 == 2\n")
        with pytest.raises(JobFailed, match=r"within 2 s[\s\S]*job\.py\", line 3"):
            window.execute("import time\ndef job(tools):\n    time.sleep(4)\n", timeout_s=2)
        with pytest.raises(JobFailed, match=r"wrote a traceback[\s\S]*ZeroDivisionError"):
            window.execute(
                "def job(tools):\n    tools.bpy.app.timers.register(lambda: 1 / 0)\n    yield 500\n"
            )


def test_blender_reaches_the_daemon_and_can_start_programs_outside(
    any_blender: Blender, daemon: DaemonProcess
) -> None:
    outside = any_blender.place.outside(["ls", "-d", str(Path(__file__).parent / "conftest.py")])
    answer = any_blender.run(
        DAEMON, env={"IMPASTO_HOME": str(daemon.home)}, shared=[daemon.home], outside=outside
    )
    assert answer["home"] == str(daemon.home)
    assert answer["greeting"] == 0xFF
    assert answer["outside"].endswith("conftest.py")
