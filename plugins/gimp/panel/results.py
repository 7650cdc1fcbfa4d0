"""The candidates, the chosen one in large, and what can be done with those that are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from plugins.common.phrases import say
from plugins.common.tasks import Candidate
from plugins.gimp.panel.gtk import GLib, Gtk, TextButton, show, with_key
from plugins.gimp.panel.pictures import on_checks, small_picture
from plugins.gimp.panel.strip import CandidateStrip

_HIGHEST = 220


class Deeds(NamedTuple):
    """picked: gets what is chosen. on_canvas: gets whether it shall be seen there."""

    picked: Callable[[Sequence[Candidate]], None]
    on_canvas: Callable[[bool], None]
    apply: Callable[[], None]
    vary: Callable[[], None]
    discard: Callable[[], None]


class Results(Gtk.Box):
    def __init__(self, deeds: Deeds, is_on_canvas: bool) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=4, no_show_all=True)
        self._deeds = deeds
        self.strip = CandidateStrip(self._picked, deeds.apply)
        self._picture = _Picture()
        self.on_canvas = Gtk.CheckButton(
            label=with_key(say("Show on canvas"), "c"), use_underline=True, active=is_on_canvas
        )
        tip = say("The chosen picture lies over the image until it is applied or discarded.")
        self.on_canvas.set_tooltip_text(tip)
        self.on_canvas.connect("toggled", lambda box: deeds.on_canvas(box.get_active()))
        self._apply = TextButton(deeds.apply)
        self._vary = TextButton(deeds.vary, with_key(say("Vary this"), "v"))
        self._discard = TextButton(deeds.discard, with_key(say("Discard"), "d"))
        row = Gtk.Box(spacing=4, homogeneous=True)
        for button in (self._apply, self._vary, self._discard):
            row.pack_start(button, True, True, 0)
        for widget in (self.strip, self._picture, self.on_canvas, row):
            self.pack_start(widget, False, False, 0)
            widget.show_all()
        self._draw_buttons([])

    def draw(self, candidates: Sequence[Candidate]) -> None:
        self.strip.draw(candidates)
        show(self, bool(candidates))

    def _picked(self, chosen: Sequence[Candidate]) -> None:
        self._draw_buttons(chosen)
        self._picture.draw(chosen[0] if chosen else None)
        self._deeds.picked(chosen)

    def _draw_buttons(self, chosen: Sequence[Candidate]) -> None:
        several = say("Apply {count} layers", count=len(chosen))
        self._apply.say(with_key(several if len(chosen) > 1 else say("Apply"), "a"))
        self._apply.set_sensitive(bool(chosen))
        self._vary.set_sensitive(len(chosen) == 1)
        self._discard.set_sensitive(bool(chosen))
        self.on_canvas.set_sensitive(bool(chosen))


class _Picture(Gtk.ScrolledWindow):
    """One candidate, as wide as the column; it never keeps the column from being made narrower."""

    def __init__(self) -> None:
        super().__init__(no_show_all=True)
        self.set_policy(Gtk.PolicyType.EXTERNAL, Gtk.PolicyType.NEVER)
        self._image = Gtk.Image(visible=True)
        self.add(self._image)
        self.get_child().show()
        self._drawn: tuple[Candidate, int] | None = None
        self._candidate: Candidate | None = None
        self.connect("size-allocate", lambda *_: GLib.idle_add(self._fit))

    def draw(self, candidate: Candidate | None) -> None:
        self._candidate = candidate
        show(self, candidate is not None)
        self._fit()

    def _fit(self) -> bool:
        width = self.get_allocated_width()
        wanted = (self._candidate, width)
        if self._candidate is not None and width > 1 and wanted != self._drawn:
            self._drawn = (self._candidate, width)
            small = small_picture(self._candidate.layer, width, _HIGHEST)
            self._image.set_from_pixbuf(on_checks(small))
        return False
