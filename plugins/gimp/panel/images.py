"""Which image is worked on: GIMP tells no plug-in which one is in front, so the artist says it.

Draws a list of the open images; the host alone knows what they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from plugins.common.host import DocumentInfo, Host, HostError
from plugins.common.phrases import say
from plugins.gimp.panel.gtk import GdkPixbuf, Gtk, Pango, calm, show

SIDE = 24


class ImageHost(Host, Protocol):
    """What the panel asks beyond a `Host`; see `plugins.gimp.host.GimpHost`."""

    def choose(self, document: str | None) -> None: ...

    def info(self, document: str) -> DocumentInfo: ...

    def thumbnail(self, document: str, side: int) -> GdkPixbuf.Pixbuf | None: ...

    def select_all(self, document: str) -> None: ...

    def convert_to_rgb(self, document: str) -> None: ...


class ImageChooser(Gtk.ComboBox):
    """remembered: the key of the image to begin with, if it is open still. chosen: gets the key of
    every other one, None when nothing is open. The one opened last is chosen where there is none.
    """

    def __init__(
        self, host: ImageHost, remembered: str, chosen: Callable[[str | None], None]
    ) -> None:
        self._rows = Gtk.ListStore(str, GdkPixbuf.Pixbuf, str)
        super().__init__(model=self._rows, id_column=0, no_show_all=True, name="impasto-image")
        self._host, self._chosen = host, chosen
        self._key: str | None = remembered or None
        self._named: list[tuple[str, str]] = []
        self._is_drawing = False
        self.set_tooltip_text(say("The image to paint in."))
        self.get_accessible().set_name(say("Image"))
        picture = Gtk.CellRendererPixbuf(xpad=2)
        self.pack_start(picture, False)
        self.add_attribute(picture, "pixbuf", 1)
        text = Gtk.CellRendererText(ellipsize=Pango.EllipsizeMode.MIDDLE, width_chars=12, xpad=4)
        self.pack_start(text, True)
        self.add_attribute(text, "text", 2)
        self.connect("changed", self._changed)
        self.connect("notify::popup-shown", self._opened)
        calm(self)

    def look(self) -> None:
        """Follow what was opened and closed; makes sure that one is chosen."""
        keys = self._host.open_documents()
        key = self._key if self._key in keys else (keys[-1] if keys else None)
        self._host.choose(key)
        if key != self._key:
            self._key = key
            self._chosen(key)
        named = [(each, self._name(each)) for each in keys]
        if named != self._named:
            self._named = named
            self._fill()
        show(self, bool(named))
        if self.get_active_id() != key:
            self._is_drawing = True
            self.set_active_id(key)
            self._is_drawing = False

    def choose(self, key: str) -> None:
        """As a click on it does."""
        self.set_active_id(key)

    def _name(self, key: str) -> str:
        try:
            return self._host.info(key).name
        except HostError:  # closed just now
            return ""

    def _fill(self) -> None:
        self._is_drawing = True
        self._rows.clear()
        for key, name in self._named:
            self._rows.append([key, self._thumbnail(key), name])
        self._is_drawing = False

    def _thumbnail(self, key: str) -> GdkPixbuf.Pixbuf | None:
        try:
            return self._host.thumbnail(key, SIDE)
        except HostError:
            return None

    def refresh(self) -> None:
        """Images were painted on since they were drawn here."""
        for row in self._rows:
            row[1] = self._thumbnail(row[0])

    def _opened(self, *_: object) -> None:
        if self.get_property("popup-shown"):
            self.refresh()

    def _changed(self, _box: Gtk.ComboBox) -> None:
        key = self.get_active_id()
        if not self._is_drawing and key is not None and key != self._key:
            self._key = key
            self._host.choose(key)
            self._chosen(key)
