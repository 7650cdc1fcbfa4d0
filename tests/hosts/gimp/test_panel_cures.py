"""The button beside a notice, in the panel of the real GIMP: fields corrected, commands copied."""

from __future__ import annotations

from tests.daemons import DaemonProcess
from tests.hosts.gimp.test_panel import panel_open
from tests.hosts.gimp_program import Gimp

CURE = """
def job(tools):
    from impasto_gimp.common.session import Notice
    from impasto_gimp.panel.gtk import Gdk, Gtk
    from impasto_gimp.protocol.errors import Remedy

    panel = tools.kept["panel"]
    panel.view.desk.trouble = Notice("Something is wrong.", Remedy(*tools.arguments["remedy"]))
    panel.view.draw()
    panel.view.notice.button.clicked()
    focus = panel.window.get_focus()
    places = {**panel.view._basic._widgets, **panel.view._advanced._widgets}
    names = [name for name, each in places.items() if focus and focus.is_ancestor(each)]
    return {
        **state(panel),
        "focus": names,
        "unfolded": panel.view.fold.get_expanded(),
        "copied": Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text(),
    }
"""


def test_a_notice_is_cured_by_its_button(any_gimp: Gimp, daemon: DaemonProcess) -> None:
    with panel_open(any_gimp.fresh(), daemon.home) as panel:
        panel.until(lambda now: bool(now["fields"]) and not now["notice"])

        count = panel.inside(CURE, remedy=["set_param", "count", 3])
        assert (count["values"]["count"], count["focus"]) == (3, ["count"])
        assert not count["unfolded"]

        steps = panel.inside(CURE, remedy=["set_param", "steps", 7])
        assert (steps["values"]["steps"], steps["focus"]) == (7, ["steps"])
        assert steps["unfolded"]
        assert steps["notice"] == ""

        install = panel.inside(CURE, remedy=["install_model", "sd15"])
        command = "impasto models add FOLDER"
        assert install["copied"] == command
        assert install["notice"] == f"Copied: {command} — run it in a terminal."
