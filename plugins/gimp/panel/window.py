"""The panel's window: not modal, remembers its place, and knows the keys."""

from __future__ import annotations

from plugins.common.phrases import say
from plugins.common.store import Preferences
from plugins.gimp.panel.gtk import Gdk, GLib, Gtk
from plugins.gimp.panel.view import PanelView

_PLACE = "panel"
_DEFAULT = [-1, -1, 350, 760]
_SETTLED_MS = 500
_ENTER = (Gdk.KEY_Return, Gdk.KEY_KP_Enter)


class PanelWindow(Gtk.Window):
    """Ctrl+Enter paints, Escape takes the preview away."""

    def __init__(self, view: PanelView, preferences: Preferences) -> None:
        super().__init__(title=say("Impasto"), name="impasto-panel")
        self._view, self._preferences = view, preferences
        self._source = 0
        scroll = Gtk.ScrolledWindow()
        scroll.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        scroll.add(view)
        self.add(scroll)
        scroll.show_all()
        x, y, width, height = self._remembered()
        self.set_default_size(width, height)
        self.set_size_request(290, 240)
        if x >= 0 and y >= 0:
            self.move(x, y)
        self.set_role("impasto-panel")
        self.connect("key-press-event", self._pressed)
        self.connect("configure-event", self._moved)
        self.connect("focus-in-event", lambda *_: view.refresh())

    def bring_to_front(self) -> None:
        self.present_with_time(GLib.get_monotonic_time() // 1000)

    def _pressed(self, _window: Gtk.Window, event: Gdk.EventKey) -> bool:
        has_control = bool(event.state & Gdk.ModifierType.CONTROL_MASK)
        if event.keyval in _ENTER and has_control:
            self._view.paint()
            return True
        if event.keyval == Gdk.KEY_Escape:
            self._view.leave()
            return True
        return False

    def _remembered(self) -> list[int]:
        place = self._preferences.setting(_PLACE, _DEFAULT)
        if len(place) != len(_DEFAULT) or not all(type(each) is int for each in place):
            return _DEFAULT
        screen = Gdk.Screen.get_default()
        x, y = min(place[0], screen.get_width() - 80), min(place[1], screen.get_height() - 80)
        return [x, y, *place[2:]]

    def _moved(self, _window: Gtk.Window, _event: Gdk.EventConfigure) -> bool:
        """GIMP may end the panel at any time: what is worth keeping is kept at once."""
        if self._source:
            GLib.source_remove(self._source)
        self._source = GLib.timeout_add(_SETTLED_MS, self._keep)
        return False

    def _keep(self) -> bool:
        self._source = 0
        if self.get_realized():
            place = [*self.get_position(), *self.get_size()]
            if place != self._preferences.setting(_PLACE, _DEFAULT):
                self._preferences.keep_setting(_PLACE, place)
        return False
