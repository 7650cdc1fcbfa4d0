"""One button per intent, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.gimp.panel.gtk import Gtk, clear

COLUMNS = 3


class IntentButtons(Gtk.Grid):
    """choose: gets the intent whose button is pressed."""

    def __init__(self, choose: Callable[[Intent], None]) -> None:
        super().__init__(row_spacing=3, column_spacing=3, column_homogeneous=True, hexpand=True)
        self.set_name("impasto-intents")
        self._choose = choose
        self._names: list[str] = []
        self._buttons: list[Gtk.ToggleButton] = []
        self._is_drawing = False

    def draw(self, offered: Sequence[Intent], chosen: Intent) -> None:
        names = [intent.name for intent in offered]
        self._is_drawing = True
        if names != self._names:
            self._names = names
            clear(self)
            self._buttons = [self._button(intent) for intent in offered]
            across = len(names) if len(names) <= COLUMNS else -(-len(names) // 2)
            for place, button in enumerate(self._buttons):
                self.attach(button, place % across, place // across, 1, 1)
            self.show_all()
        for name, button in zip(names, self._buttons, strict=True):
            button.set_active(name == chosen.name)
        self._is_drawing = False

    def _button(self, intent: Intent) -> Gtk.ToggleButton:
        button = Gtk.ToggleButton(label=say(intent.label), hexpand=True)
        button.set_tooltip_text(say(intent.help))
        button.connect("toggled", self._toggled, intent)
        return button

    def _toggled(self, button: Gtk.ToggleButton, intent: Intent) -> None:
        if self._is_drawing:
            return
        if button.get_active():
            self._choose(intent)
        else:
            button.set_active(True)  # one of them always is
