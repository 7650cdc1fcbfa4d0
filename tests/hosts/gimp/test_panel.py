"""The panel in the real GIMP with a real daemon: keys from outside, looks from inside.

The product has no way in for tests: `panel_driver` is a plug-in of theirs that opens the same panel
and looks at it. What is only pressed is pressed by keys and clicks.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from protocol.client import new_id
from protocol.errors import ImpastoError
from protocol.messages import Shutdown
from tests.daemons import DaemonProcess
from tests.hosts.gimp_program import Gimp, GimpWindow, Pending, install_plugins
from tests.hosts.programs import wait_until
from tests.hosts.runs import write_job

HERE = Path(__file__).parent
TOOLS = (HERE / "jobs/panel_tools.py").read_text("utf-8")
PANEL = "^Impasto$"
FUTURE = "from __future__ import annotations\n"
PATIENCE_S = 90

State = dict[str, Any]

OPEN = """
def job(tools):
    image = tools.new_image(*tools.arguments["size"])
    return {"display": tools.show(image).get_id()}
"""
LAYERS = """
def job(tools):
    image = tools.Gimp.get_images()[0]
    return {"layers": [each["name"] for each in tools.layers(image)]}
"""
WHERE = """
def job(tools):
    panel = tools.kept["panel"]
    cell = panel.view.results.strip._box.get_child_at_index(tools.arguments["place"])
    x, y = cell.translate_coordinates(panel.window, 45, 45)
    return {"x": x, "y": y}
"""
LOOK = """
def job(tools):
    return state(tools.kept["panel"])
"""


class PanelRun:
    """A GIMP with the panel open in it."""

    first = 0
    """The display of the image that is open at the start."""

    def __init__(self, window: GimpWindow) -> None:
        self.window = window

    def inside(self, job: str, **arguments: object) -> dict[str, Any]:
        """Run in the panel's process. Raises JobFailed."""
        inbox = self.window.folder / "panel_driver"
        folder = write_job(inbox, TOOLS + job.replace(FUTURE, ""), arguments, PATIENCE_S)
        (folder / "ready").touch()
        return Pending(self.window, folder).wait(PATIENCE_S)

    def state(self) -> State:
        return self.inside(LOOK)

    def until(self, true: Callable[[State], bool], timeout_s: float = PATIENCE_S) -> State:
        """What the panel shows once `true` is so. Raises JobFailed."""
        deadline = time.monotonic() + timeout_s
        while not true(found := self.state()):
            if time.monotonic() > deadline:
                raise self.window.failure(f"The panel shows {found}.")
            time.sleep(0.1)
        return found

    def key(self, *keys: str) -> None:
        self.window.key(*keys, window=PANEL)

    def type(self, text: str) -> None:
        self.window.type(text, window=PANEL)

    def click(self, place: int, held: str = "") -> None:
        """On a candidate, with a key held down."""
        at = self.inside(WHERE, place=place)
        if held:
            self.window.tool("xdotool", "keydown", held)
        self.window.click(at["x"], at["y"], window=PANEL)
        if held:
            self.window.tool("xdotool", "keyup", held)

    def layers(self) -> list[str]:
        found: list[str] = self.window.execute(LAYERS)["layers"]
        return found

    def open_image(self, width: int = 256, height: int = 256) -> int:
        """Its display."""
        number: int = self.window.execute(OPEN, size=[width, height])["display"]
        return number

    def undo(self) -> None:
        """A key that comes while the focus is on its way from the panel to GIMP is lost: pressed
        again as long as nothing at all has changed. That it is one step, test_host_undo counts."""
        before = self.layers()
        for _ in range(3):
            self.window.key("ctrl+z")
            if wait_until(lambda: self.layers() != before, 5):
                return


@contextmanager
def panel_open(gimp: Gimp, home: Path, **env: str) -> Iterator[PanelRun]:
    """The driver's; Ctrl+Shift+F9 opens it as artists do."""
    install_plugins(gimp.profile, [HERE / "panel_driver.py"])
    shortcuts = {"impasto-panel": "<Primary><Shift>F9"}
    given = {"IMPASTO_HOME": str(home), **env}
    with gimp.start(env=given, shared=[home], shortcuts=shortcuts) as window:
        run = PanelRun(window)
        run.first = run.open_image()
        window.begin(START)
        window.window(PANEL, 30)
        yield run


@pytest.fixture
def panel(gimp: Gimp, daemon: DaemonProcess) -> Iterator[PanelRun]:
    """With an image open, and a daemon that paints."""
    with panel_open(gimp.fresh(), daemon.home) as run:
        run.until(lambda now: bool(now["fields"]) and not now["notice"])
        yield run


def test_without_windows_there_is_a_sentence_instead_of_a_panel(gimp: Gimp) -> None:
    answer = gimp.run(
        "def job(tools):\n    answer = tools.call('impasto-panel')\n"
        "    return {'status': answer.status, 'message': answer.message}\n"
    )
    assert answer["status"] == "execution-error"
    assert answer["message"] == "The panel can be opened only where GIMP has its windows."


def test_it_paints_in_both_gimps(any_gimp: Gimp, daemon: DaemonProcess) -> None:
    with panel_open(any_gimp.fresh(), daemon.home) as panel:
        panel.until(lambda now: bool(now["fields"]) and not now["notice"])
        panel.inside(SET, name="prompt", value="a red heart")
        panel.key("ctrl+Return")
        panel.until(lambda now: now["candidates"] == 1)
        panel.key("alt+a")
        panel.until(lambda now: now["applied"] == [True])
        assert panel.layers() == ["a red heart", "base"]
        assert "Traceback" not in panel.window.log()


def quit_daemon(daemon: DaemonProcess) -> None:
    """One that the panel started."""
    try:
        with daemon.client() as client:
            client.request(Shutdown(new_id()))
    except ImpastoError:
        pass


def lay_launcher(gimp: Gimp, home: Path) -> None:
    """The daemon's Python is out of sight of a GIMP in a folder of its own."""
    command = gimp.place.outside([sys.executable, "-P", "-m", "core_server", "serve"])
    environment = {**DaemonProcess(home).environment, "PYTHONPATH": None}
    launcher = {"command": command, "environment": environment}
    (home / "launcher.json").write_text(json.dumps(launcher), "utf-8")


def test_painting_choosing_applying_and_undoing(panel: PanelRun, tmp_path: Path) -> None:
    panel.inside(SET, name="count", value=4)
    panel.type("a red heart")
    panel.key("ctrl+Return")
    painted = panel.until(lambda now: now["candidates"] == 4)
    assert painted["chosen"] == [0]
    assert [is_on for _, is_on in painted["buttons"]] == [True, True, True]
    assert panel.layers() == ["base"], "painting changes nothing"
    panel.click(1)
    assert panel.until(lambda now: now["chosen"] == [1])
    panel.click(2, "ctrl")
    several = panel.until(lambda now: now["chosen"] == [1, 2])
    assert several["buttons"][0][0] == "Apply 2 layers"
    assert several["buttons"][1][1] is False, "only one can be varied"
    panel.inside(PICK, places=[1])
    panel.key("alt+a")
    applied = panel.until(lambda now: any(now["applied"]))
    assert applied["applied"] == [False, True, False, False]
    assert panel.layers() == ["a red heart", "base"]
    panel.window.screenshot(tmp_path / "applied.png")
    panel.undo()
    assert wait_until(lambda: panel.layers() == ["base"], 10), "one undo step"

    # The preview comes and goes without a step, and Escape takes it away.
    panel.inside(PICK, places=[2])
    panel.key("alt+c")
    assert wait_until(lambda: panel.layers() == ["Impasto: preview", "base"], 10)
    panel.window.screenshot(tmp_path / "preview.png")
    panel.key("Escape")
    assert wait_until(lambda: panel.layers() == ["base"], 10)

    panel.inside(PICK, places=[0])
    panel.key("alt+v")
    assert panel.until(lambda now: now["candidates"] == 8)["tasks"] == []
    panel.key("alt+d")
    assert panel.until(lambda now: now["candidates"] == 7)

    # The image keeps small pictures of all of it, and the daemon the large ones.
    panel.inside(FORGET)
    kept = panel.until(lambda now: now["candidates"] == 0)
    assert kept["album"] == "Painted before (2)"
    panel.inside(REOPEN)
    again = panel.until(lambda now: now["candidates"] == 4)
    assert again["applied"] == [False, True, False, False]
    panel.inside(HISTORY)
    panel.window.window("Painted by Impasto")
    entries = [["Vary", "GIMP"], ["a red heart", "GIMP"]]
    assert wait_until(lambda: panel.inside(ENTRIES)["found"] == entries, 20)
    panel.window.screenshot(tmp_path / "history.png")


SET = """
def job(tools):
    view = tools.kept["panel"].view
    desk = view.desk
    desk.form.set(desk.form.field_named(desk.intent, tools.arguments["name"]),
                  tools.arguments["value"])
    for form in (view._basic, view._advanced):
        form.forget()
    view.draw()
"""
FORGET = """
def job(tools):
    view = tools.kept["panel"].view
    for task in list(view.desk.session.tasks):
        view.desk.session.forget(task)
    view.draw()
"""
REOPEN = """
def job(tools):
    rows = tools.kept["panel"].view._album._list.get_children()
    rows[-1].activate()
"""
HISTORY = """
def job(tools):
    tools.kept["panel"].view._show_history()
"""
ENTRIES = """
def job(tools):
    from gi.repository import Gtk
    windows = [each for each in Gtk.Window.list_toplevels() if hasattr(each, "show_entries")]
    return {"found": [[row[0], row[1]] for row in windows[0]._entries]}
"""
PICK = """
def job(tools):
    tools.kept["panel"].view.results.strip.choose(tools.arguments["places"])
"""


def test_cancelling_and_closing_the_image_in_mid_job(panel: PanelRun, tmp_path: Path) -> None:
    panel.inside(SET, name="steps", value=150)
    panel.inside(SET, name="count", value=8)
    panel.type("a red heart")
    panel.key("ctrl+Return")
    panel.until(lambda now: now["tasks"] == ["painting"])
    panel.window.screenshot(tmp_path / "painting.png")
    panel.inside(CANCEL)
    stopped = panel.until(lambda now: not now["tasks"], 30)
    assert stopped["candidates"] == 0
    assert stopped["notice"] == ""

    panel.key("ctrl+Return")
    panel.until(lambda now: now["tasks"] == ["painting"])
    second = panel.open_image(64, 64)
    panel.window.execute(CLOSE, display=panel.first)
    left = panel.until(lambda now: len(now["images"]) == 1)
    assert left["image"], f"the image {second} is chosen instead"
    assert left["tasks"] == ["painting"], "the job of a closed image is shown too"
    panel.window.execute(CLOSE, display=second)
    closed = panel.until(lambda now: now["image"] is None)
    assert closed["notice"] == "Open or create an image to paint in."
    panel.window.screenshot(tmp_path / "closed.png")
    panel.open_image(96, 64)
    assert panel.until(lambda now: now["image"] is not None)["paint"][1], "the newest is chosen"


CANCEL = """
def job(tools):
    tools.kept["panel"].view.cancel()
"""
START = """
def job(tools):
    tools.call("panel-driver", run_mode=tools.Gimp.RunMode.INTERACTIVE)
    return {}
"""
STROKE = """
def job(tools):
    pixels = tools.pixels(tools.Gimp.get_images()[0].get_layers()[0])
    return {"painted": sum(red < 128 for red in pixels[::4])}
"""
CLOSE = """
def job(tools):
    tools.Gimp.Display.get_by_id(tools.arguments["display"]).delete()
    return {}
"""


def test_without_a_daemon_it_offers_to_start_one_and_a_killed_one_is_replaced(
    gimp: Gimp, tmp_path: Path
) -> None:
    with tempfile.TemporaryDirectory(prefix="imp-") as name:
        home, daemon = Path(name), DaemonProcess(Path(name))
        lay_launcher(gimp, home)
        try:
            with panel_open(gimp.fresh(), home) as panel:
                without = panel.until(lambda now: bool(now["cure"]))
                assert without["notice"] == "Impasto is not running."
                assert without["cure"].replace("_", "") == "Start Impasto"
                panel.window.screenshot(tmp_path / "without.png")
                panel.key("alt+t")
                panel.until(lambda now: not now["notice"])

                panel.key("ctrl+Return")
                said = panel.until(lambda now: bool(now["notice"]))
                assert said["notice"] == "Say in the prompt what to paint."

                panel.inside(SET, name="steps", value=40)
                panel.type("a red heart")
                panel.key("ctrl+Return")
                panel.until(lambda now: now["tasks"] == ["painting"])
                lay_launcher(gimp, home)
                process = json.loads((home / "connection.json").read_text("utf-8"))["pid"]
                kill(process)
                killed = panel.until(lambda now: bool(now["cure"]))
                assert killed["notice"] == "Impasto is not running."
                panel.window.screenshot(tmp_path / "killed.png")
                panel.key("alt+t")
                panel.until(lambda now: now["candidates"] > 0)
        finally:
            quit_daemon(daemon)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def test_every_parameter_type_has_a_widget_that_sets_its_value(panel: PanelRun) -> None:
    found = panel.inside((HERE / "jobs/panel_fields.py").read_text("utf-8"))
    assert found["shown"] == ["25", "2", "7.5", "automatic", "automatic", ""]
    assert found["models"] == [
        ["automatic (Able)", "", True],
        ["Able", "", True],
        ["Unable", "it cannot paint.", False],
        ["Absent", "Not installed: impasto models add FOLDER", False],
    ]
    assert found["after"] == {
        "share": 0.7, "whole": 9, "real": 1.5, "maybe": 0.0, "steps": 30, "choice": "three",
        "sampler": "one", "toggle": True, "text": "hello", "seed": 42, "model": "able",
        "sizes": [1.0, 2.5],
    }  # fmt: skip
    assert found["locked"]
    assert found["last seed"] == "7"
    assert found["again"] == {"maybe": None, "sampler": None, "seed": None, "sizes": [1.0, 2.5]}
    assert found["refused"] == ["Size must be a number."]
    assert found["nonsense"] == ["30", 30], "what is no number is taken back"


def test_a_second_start_shows_the_first_and_gimp_stays_usable(
    panel: PanelRun, tmp_path: Path
) -> None:
    panel.window.focus()
    shown = panel.window.window(PANEL)
    panel.window.key("ctrl+shift+F9")
    assert wait_until(lambda: in_front(panel) == shown.id, 20)
    assert wait_until(lambda: titles(panel).count("Impasto") == 1, 10)
    panel.window.drag((700, 400), (800, 450))  # a stroke
    panel.window.screenshot(tmp_path / "stroke.png")
    assert panel.window.execute(STROKE)["painted"] > 100, "GIMP is not blocked"
    assert panel.state()["image"]


def titles(panel: PanelRun) -> list[str]:
    return [each.title for each in panel.window.windows()]


def in_front(panel: PanelRun) -> str:
    found: str = panel.window.tool("xdotool", "getactivewindow").strip()
    return found


def test_chinese_words_and_what_is_remembered(
    gimp: Gimp, daemon: DaemonProcess, tmp_path: Path
) -> None:
    program = gimp.fresh()
    with panel_open(program, daemon.home, LANGUAGE="zh_CN") as panel:
        panel.until(lambda now: bool(now["fields"]))
        panel.inside(SET, name="prompt", value="红色的心")
        panel.inside(SET, name="count", value=2)
        panel.inside(UNFOLD)
        panel.key("ctrl+Return")
        painted = panel.until(lambda now: now["candidates"] == 2)
        assert painted["paint"][0] == "生成"
        panel.window.screenshot(tmp_path / "chinese.png")
        panel.key("alt+a")
        panel.until(lambda now: any(now["applied"]))
        assert panel.layers() == ["红色的心", "base"]
        panel.window.close(PANEL)
    with panel_open(program, daemon.home) as panel:
        again = panel.until(lambda now: bool(now["fields"]))
        assert again["prompt"] == "红色的心"
        assert again["values"]["count"] == 2


UNFOLD = """
def job(tools):
    tools.kept["panel"].view.fold.set_expanded(True)
"""
