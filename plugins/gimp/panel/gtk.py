"""GTK 3 as GIMP brings it, GIMP's own windows, and what every part of the panel needs of them.

Nothing of Impasto's own is here.
"""

from __future__ import annotations

from collections.abc import Callable

from plugins.gimp import fu  # noqa: F401 - it chooses the versions

# isort: split
from gi.repository import Gdk, GdkPixbuf, GimpUi, Gio, GLib, GObject, Gtk, Pango

__all__ = [
    "GLib",
    "GObject",
    "Gdk",
    "GdkPixbuf",
    "GimpUi",
    "Gio",
    "Gtk",
    "Pango",
    "TextButton",
    "calm",
    "clear",
    "icon_button",
    "label",
    "show",
    "with_key",
]  # fmt: skip


def label(text: str = "", **properties: object) -> Gtk.Label:
    """Left-aligned; a long text is cut with dots and never makes the column wide."""
    more = {"xalign": 0.0, "ellipsize": Pango.EllipsizeMode.END, **properties}
    return Gtk.Label(label=text, **more)


class TextButton(Gtk.Button):
    """Its text is cut with dots rather than making the column wide."""

    def __init__(self, pressed: Callable[[], object], text: str = "") -> None:
        super().__init__()
        self._label = Gtk.Label(ellipsize=Pango.EllipsizeMode.END, mnemonic_widget=self)
        self.add(self._label)
        self.say(text)
        self.connect("clicked", lambda _: pressed())

    @property
    def text(self) -> str:
        shown: str = self._label.get_text()
        return shown

    def say(self, text: str) -> None:
        """With an underscore before the letter that presses it together with Alt."""
        if self._label.get_label() != text:
            self._label.set_text_with_mnemonic(text)


def icon_button(name: str, tip: str, pressed: Callable[..., object]) -> Gtk.Button:
    """A small flat button, drawn as an icon of the theme."""
    button = Gtk.Button.new_from_icon_name(name, Gtk.IconSize.MENU)
    button.set_relief(Gtk.ReliefStyle.NONE)
    button.set_tooltip_text(tip)
    button.get_accessible().set_name(tip)
    button.connect("clicked", pressed)
    return button


def with_key(text: str, letter: str) -> str:
    """With the letter underlined that presses it together with Alt; behind the text where that has
    none, as Chinese does it."""
    text = text.replace("_", "__")
    place = text.lower().find(letter.lower())
    if place < 0:
        return f"{text}(_{letter.upper()})"
    return f"{text[:place]}_{text[place:]}"


def show(widget: Gtk.Widget, is_shown: bool) -> None:
    """Without a call where nothing changes, which would lay everything out again."""
    if widget.get_visible() != is_shown:
        widget.set_visible(is_shown)


def clear(container: Gtk.Container) -> None:
    for child in container.get_children():
        child.destroy()


def calm(widget: Gtk.Widget) -> Gtk.Widget:
    """Scrolling the panel must not change the numbers that pass under the mouse."""

    def scrolled(_widget: Gtk.Widget, _event: Gdk.Event) -> bool:
        if not widget.has_focus():
            widget.stop_emission_by_name("scroll-event")
        return False  # the column scrolls instead

    widget.connect("scroll-event", scrolled)
    return widget
