"""What was painted for this image, folded away: one row of small pictures per job."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from plugins.common.album import SIDE, Album, Page
from plugins.common.phrases import say
from plugins.gimp.panel.gtk import Gtk, clear, label, show
from plugins.gimp.panel.pictures import fitted, from_file, on_checks

_SIDE = SIDE * 3 // 4
_ROWS_SHOWN, _PICTURES = 3, 4


class AlbumView(Gtk.Expander):
    """reopen: gets the job of the row that is clicked, to bring its pictures back."""

    def __init__(self, reopen: Callable[[str], None]) -> None:
        super().__init__(no_show_all=True)
        self._drawn: object = None
        self._list = Gtk.ListBox(activate_on_single_click=True)
        self._list.set_selection_mode(Gtk.SelectionMode.NONE)
        self._list.connect("row-activated", lambda _, row: reopen(row.get_name()))
        self._scroll = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN, margin_top=4)
        self._scroll.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self._scroll.add(self._list)
        self._scroll.show_all()
        self.add(self._scroll)

    def draw(self, album: Album, shown: set[str]) -> None:
        """shown: jobs whose pictures are among the candidates already."""
        pages = [page for page in album.pages if page.ticket.job not in shown]
        drawn = [(page.ticket.job, page.pictures) for page in pages]
        show(self, bool(pages))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.set_label(say("Painted before ({count})", count=len(pages)))
        clear(self._list)
        for page in pages:
            self._list.add(_row(page))
        self._list.show_all()
        height = (_SIDE + 8) * min(len(pages), _ROWS_SHOWN) + 4
        self._scroll.set_size_request(-1, height)


def _row(page: Page) -> Gtk.ListBoxRow:
    """Up to four of the job's pictures side by side, and what it was."""
    line = Gtk.Box(spacing=2, margin=3)
    for picture in page.pictures[:_PICTURES]:
        found = from_file(b64decode(picture.png))
        if found is not None:
            image = Gtk.Image.new_from_pixbuf(on_checks(fitted(found, _SIDE, _SIDE)))
            line.pack_start(image, False, False, 0)
    line.pack_start(label(page.ticket.title, margin_start=4), True, True, 0)
    row = Gtk.ListBoxRow(name=page.ticket.job)
    row.set_tooltip_text(say("Show these pictures again: {title}", title=page.ticket.title))
    row.add(line)
    return row
