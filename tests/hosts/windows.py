"""Programs in windows on a virtual screen: what is there to see, and hands for keys and clicks.

Knows nothing about any one program, nor how jobs get inside.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.hosts.programs import SCREEN, Place, program_environment, stop, wait_until
from tests.hosts.runs import Run

SCREEN_SIZE = SCREEN.split("x")[:2]
OPENBOX = """\
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <placement><policy>Smart</policy></placement>
  <desktops><number>1</number></desktops>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press">
        <action name="Focus"/><action name="Raise"/>
      </mousebind>
    </context>
    <context name="Titlebar">
      <mousebind button="Left" action="Drag"><action name="Move"/></mousebind>
    </context>
  </mouse>
  <applications>
    <application title="GNU Image Manipulation Program"><decor>no</decor></application>
    <application class="Blender"><decor>no</decor></application>
  </applications>
</openbox_config>
"""


class Shown(NamedTuple):
    """A window on the screen, with its title and place."""

    id: str
    title: str
    x: int
    y: int
    width: int
    height: int


class WindowRun(Run):
    """A program with windows."""

    @property
    def main(self) -> str:
        """A pattern that the main window's title fits."""
        raise NotImplementedError

    # ---- seeing ----------------------------------------------------------------------------------

    def windows(self) -> list[Shown]:
        """Those that can be seen and have a title, of every process."""
        try:
            ids = self.tool("xdotool", "search", "--onlyvisible", "--name", ".").split()
        except subprocess.CalledProcessError:  # there is none
            return []
        found = (self._look(window) for window in ids)
        return [shown for shown in found if shown is not None]

    def _look(self, window: str) -> Shown | None:
        try:
            said = self.tool(
                "xdotool", "getwindowgeometry", "--shell", window, "getwindowname", window
            )
        except subprocess.CalledProcessError:  # it went away meanwhile
            return None
        facts = dict(line.split("=", 1) for line in said.splitlines() if re.match(r"[A-Z]+=", line))
        title = said.splitlines()[-1]
        sides = (int(facts[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return Shown(window, title, *sides)

    def window(self, title: str, timeout_s: float = 20) -> Shown:
        """The window whose title the pattern `title` is found in, once it is there."""
        deadline = time.monotonic() + timeout_s
        while True:
            shown = self.windows()
            for one in shown:
                if re.search(title, one.title):
                    return one
            if time.monotonic() > deadline or self.ended:
                raise self.failure(f"No window {title!r} but {[one.title for one in shown]}.")
            time.sleep(0.1)

    def wait_gone(self, title: str, timeout_s: float = 20) -> None:
        def is_gone() -> bool:
            return not any(re.search(title, one.title) for one in self.windows())

        if not wait_until(is_gone, timeout_s):
            raise self.failure(f"The window {title!r} is still there.")

    def close(self, title: str) -> None:
        """As its cross does."""
        self.key("alt+F4", window=title)
        self.wait_gone(title)

    # ---- hands -----------------------------------------------------------------------------------

    def focus(self, title: str = "") -> Shown:
        """Bring a window to the front, the main one unless told otherwise."""
        shown = self.window(title or self.main)
        self.tool("xdotool", "windowactivate", "--sync", shown.id)
        return shown

    def key(self, *keys: str, window: str = "") -> None:
        """Press keys as xdotool names them ("ctrl+z", "Return"), in a window by title."""
        self.focus(window)
        self.tool("xdotool", "key", "--clearmodifiers", "--delay", "60", *keys)

    def type(self, text: str, window: str = "") -> None:
        self.focus(window)
        self.tool("xdotool", "type", "--delay", "30", text)

    def click(self, x: int, y: int, window: str = "", button: int = 1, times: int = 1) -> None:
        """A click at a place in a window."""
        shown = self.focus(window)
        self.tool("xdotool", "mousemove", "--sync", str(shown.x + x), str(shown.y + y))
        self.tool("xdotool", "click", "--repeat", str(times), "--delay", "80", str(button))

    def drag(self, start: tuple[int, int], end: tuple[int, int], window: str = "") -> None:
        """Press the left button at one place of a window, and let go at another."""
        shown = self.focus(window)
        (x1, y1), (x2, y2) = start, end
        places = [(x1, y1), ((x1 + x2) // 2, (y1 + y2) // 2), (x2, y2)]
        moves = [[str(shown.x + x), str(shown.y + y)] for x, y in places]
        self.tool("xdotool", "mousemove", "--sync", *moves[0], "mousedown", "1")
        for move in moves[1:]:
            self.tool("xdotool", "mousemove", "--sync", *move)
        self.tool("xdotool", "mouseup", "1")


@contextmanager
def window_manager(place: Place, folder: Path, display: str) -> Iterator[None]:
    """Windows can be focused, moved and closed; GIMP's main one fills the screen."""
    rules = folder / "openbox.xml"
    rules.write_text(OPENBOX, "utf-8")
    with open(folder / "openbox.log", "wb") as log:
        process = subprocess.Popen(
            place.command(["openbox", "--config-file", str(rules)], [folder]),
            env=program_environment(folder / "tool", display, {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        stop(process)
