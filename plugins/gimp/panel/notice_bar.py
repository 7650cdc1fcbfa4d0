"""The one sentence at the top: what stands in the way, and a button that cures it."""

from __future__ import annotations

from collections.abc import Callable

from plugins.common.phrases import say
from plugins.common.session import Notice
from plugins.common.wording import REMEDIES
from plugins.gimp.panel.gtk import Gtk, Pango, icon_button, show, with_key

_SHORT = 32
"""Bytes (of Chinese, three a letter) that leave room for a button beside them."""


class NoticeBar(Gtk.Box):
    """cure: what the button does. dismiss: what the cross does."""

    def __init__(self, cure: Callable[[], None], dismiss: Callable[[], None]) -> None:
        super().__init__(spacing=6, no_show_all=True)
        self.set_name("impasto-notice")
        self.text = Gtk.Label(xalign=0.0, wrap=True, selectable=True, can_focus=False)
        self.text.set_line_wrap_mode(Pango.WrapMode.WORD_CHAR)
        self.text.set_max_width_chars(24)  # asks for little, and takes what there is
        self.button = Gtk.Button(use_underline=True, valign=Gtk.Align.CENTER)
        self.button.connect("clicked", lambda _: cure())
        self._read = icon_button("window-close-symbolic", say("Dismiss"), lambda _: dismiss())
        self._read.set_valign(Gtk.Align.CENTER)
        self._inner = Gtk.Box(spacing=6)
        self._inner.pack_start(self.text, True, True, 0)
        self._inner.pack_start(self.button, False, False, 0)
        self.pack_start(self._inner, True, True, 0)
        self.pack_start(self._read, False, False, 0)
        for child in self.get_children():
            child.show_all()

    def draw(self, notice: Notice | None, is_dismissable: bool) -> None:
        show(self, notice is not None)
        if notice is None:
            return
        if self.text.get_text() != notice.spoken:
            self.text.set_text(notice.spoken)
        is_long = len(notice.spoken.encode()) > _SHORT
        self._inner.set_orientation(
            Gtk.Orientation.VERTICAL if is_long else Gtk.Orientation.HORIZONTAL
        )
        self.button.set_halign(Gtk.Align.START if is_long else Gtk.Align.FILL)
        action = notice.remedy.action if notice.remedy else ""
        show(self.button, action in REMEDIES)
        if action in REMEDIES:
            self.button.set_label(with_key(say(REMEDIES[action]), "t"))
        show(self._read, is_dismissable)
        style = self.get_style_context()
        (style.add_class if notice.is_error else style.remove_class)("impasto-error")
