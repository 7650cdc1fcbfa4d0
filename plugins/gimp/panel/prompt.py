"""The prompt: a few lines to type in, and what was typed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.form import Form
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.gimp.panel.gtk import Gtk, clear
from protocol.errors import ImpastoError

_HEIGHT = 62
_MENU_LENGTH, _MENU_ENTRIES = 60, 20


class PromptBox(Gtk.Box):
    """refused: gets the sentence when the text is not allowed."""

    def __init__(self, refused: Callable[[str], None]) -> None:
        super().__init__(spacing=2)
        self._form: Form | None = None
        self._intent: Intent | None = None
        self._refused = refused
        self._offered: list[str] = []
        self._is_drawing = False
        self.edit = Gtk.TextView(
            wrap_mode=Gtk.WrapMode.WORD_CHAR, accepts_tab=False,
            left_margin=5, right_margin=5, top_margin=4, bottom_margin=4,
        )  # fmt: skip
        self._text = self.edit.get_buffer()
        self._text.connect("changed", self._changed)
        self._hint = Gtk.Label(
            xalign=0.0, halign=Gtk.Align.START, valign=Gtk.Align.START, wrap=True,
            margin_start=7, margin_top=5,
        )  # fmt: skip
        self._hint.get_style_context().add_class("dim-label")
        scroll = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scroll.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        scroll.set_size_request(-1, _HEIGHT)
        scroll.add(self.edit)
        over = Gtk.Overlay()
        over.add(scroll)
        over.add_overlay(self._hint)
        over.set_overlay_pass_through(self._hint, True)
        self._menu = Gtk.Menu()
        self._before = Gtk.MenuButton(popup=self._menu, valign=Gtk.Align.START)
        self._before.set_relief(Gtk.ReliefStyle.NONE)
        self._before.set_tooltip_text(say("Prompts from before"))
        self.pack_start(over, True, True, 0)
        self.pack_start(self._before, False, False, 0)

    def draw(self, form: Form, intent: Intent, before: Sequence[str]) -> None:
        self._form, self._intent = form, intent
        field = form.field_named(intent, "prompt")
        if field is None:
            return
        text = str(form.get(field))
        if text != self._typed():
            self._is_drawing = True
            self._text.set_text(text)
            self._is_drawing = False
        self._hint.set_text(say(field.help))
        self._draw_hint()
        self.edit.set_tooltip_text(say("{label} — Ctrl+Enter paints", label=say(field.label)))
        self.edit.get_accessible().set_name(say(field.label))
        self._before.set_sensitive(bool(before))
        if self._offered != list(before[:_MENU_ENTRIES]):
            self._offered = list(before[:_MENU_ENTRIES])
            clear(self._menu)
            for old in self._offered:
                short = " ".join(old.split())
                short = short if len(short) <= _MENU_LENGTH else f"{short[: _MENU_LENGTH - 1]}…"
                entry = Gtk.MenuItem(label=short)
                entry.connect("activate", lambda _, chosen=old: self._text.set_text(chosen))
                self._menu.append(entry)
            self._menu.show_all()

    def focus(self) -> None:
        self.edit.grab_focus()
        self._text.select_range(*self._text.get_bounds())

    def _typed(self) -> str:
        text: str = self._text.get_text(*self._text.get_bounds(), True)
        return text

    def _draw_hint(self) -> None:
        self._hint.set_visible(not self._typed())

    def _changed(self, _buffer: Gtk.TextBuffer) -> None:
        self._draw_hint()
        if self._is_drawing or self._form is None or self._intent is None:
            return
        field = self._form.field_named(self._intent, "prompt")
        if field is None:
            return
        try:
            self._form.set(field, self._typed())
        except ImpastoError as error:
            self._refused(error.message)
