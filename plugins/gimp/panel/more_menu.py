"""The ⋯ menu: what is seldom needed."""

from __future__ import annotations

from collections.abc import Callable

from plugins.common.phrases import say
from plugins.common.session import STARTS_DAEMON, Session
from plugins.gimp.panel.gtk import Gtk


def more_button(
    session: Session, reset: Callable[[], None], show_history: Callable[[], None]
) -> Gtk.MenuButton:
    menu = Gtk.Menu()
    for text, deed in (
        (say("Reset these fields"), reset),
        (say("Free GPU memory"), session.free_memory),
        (say("Restart Impasto"), session.restart_daemon),
        (say("Painted by Impasto …"), show_history),
    ):
        entry = Gtk.MenuItem(label=text)
        entry.connect("activate", lambda _, deed=deed: deed())
        menu.append(entry)
    menu.append(Gtk.SeparatorMenuItem())
    starts = Gtk.CheckMenuItem(label=say("Start Impasto together with this program"))
    preferences = session.preferences
    starts.set_active(preferences.setting(STARTS_DAEMON, False))
    starts.connect(
        "toggled", lambda entry: preferences.keep_setting(STARTS_DAEMON, entry.get_active())
    )
    menu.append(starts)
    menu.show_all()
    button = Gtk.MenuButton(popup=menu, relief=Gtk.ReliefStyle.NONE)
    button.set_image(Gtk.Label(label="⋯"))
    button.set_tooltip_text(say("More"))
    button.get_accessible().set_name(say("More"))
    return button
