"""Everything the daemon ever painted, for all programs: a list to search and to bring back from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from plugins.common.phrases import say
from plugins.gimp.panel.gtk import GObject, Gtk, Pango
from protocol.messages import HistoryEntry, JobState


class HistoryWindow(Gtk.Window):
    """Stays open beside the panel. reopen: gets the entry that is chosen, to bring its pictures
    to the candidates. search: words are typed; what is found goes to `show_entries`.
    """

    def __init__(
        self,
        parent: Gtk.Window,
        reopen: Callable[[HistoryEntry], None],
        search: Callable[[str], None],
    ) -> None:
        super().__init__(title=say("Painted by Impasto"), transient_for=parent)
        self._reopen = reopen
        self.is_gone = False
        self.connect("destroy", self._gone)
        self.set_default_size(480, 420)
        words = Gtk.SearchEntry(placeholder_text=say("Search"))
        words.connect("search-changed", lambda entry: search(entry.get_text()))
        self._entries = Gtk.ListStore(str, str, str, GObject.TYPE_PYOBJECT)
        self._list = Gtk.TreeView(model=self._entries, enable_search=False)
        for number, title in enumerate((say("Prompt"), say("Program"), say("When"))):
            text = Gtk.CellRendererText()
            if number == 0:
                text.set_property("ellipsize", Pango.EllipsizeMode.END)
            column = Gtk.TreeViewColumn(title, text, text=number)
            column.set_expand(number == 0)
            self._list.append_column(column)
        self._list.connect("row-activated", lambda *_: self._chosen())
        scroll = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scroll.add(self._list)
        button = Gtk.Button(label=say("Show these pictures"))
        button.connect("clicked", lambda _: self._chosen())
        column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=8)
        column.pack_start(words, False, False, 0)
        column.pack_start(scroll, True, True, 0)
        column.pack_start(button, False, False, 0)
        self.add(column)

    def show_entries(self, entries: Sequence[HistoryEntry]) -> None:
        """Those with pictures, the newest first."""
        self._entries.clear()
        for entry in entries:
            if entry.state is not JobState.DONE or not entry.items:
                continue
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.created))
            title = _plain(entry.prompt or entry.operation.capitalize())
            self._entries.append([title, entry.client_name, when, entry])

    def _chosen(self) -> None:
        rows, row = self._list.get_selection().get_selected()
        if row is not None:
            self._reopen(rows[row][3])

    def _gone(self, _window: Gtk.Window) -> None:
        self.is_gone = True


def _plain(text: str) -> str:
    """On one line."""
    return " ".join(text.split())
