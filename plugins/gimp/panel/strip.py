"""Candidates as thumbnails: click to see one, choose several with Ctrl to apply them together.

Shows what it is given; what becomes of a candidate is the panel's to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.phrases import say
from plugins.common.tasks import Candidate
from plugins.common.wording import about
from plugins.gimp.panel.gtk import GdkPixbuf, GLib, Gtk, clear
from plugins.gimp.panel.pictures import on_checks, small_picture

SIDE = 78
_CELL = SIDE + 12
_ROWS_SHOWN = 2

Name = tuple[str, int]


class CandidateStrip(Gtk.ScrolledWindow):
    """picked: gets the candidates that are chosen now, in their order of rank; none when it is
    over. wanted: a double click or Enter, to apply what is chosen."""

    def __init__(
        self, picked: Callable[[Sequence[Candidate]], None], wanted: Callable[[], None]
    ) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN)
        self._picked = picked
        self._drawn: list[tuple[int, bool]] = []
        self._seen: set[Name] = set()
        self._pictures: dict[Name, GdkPixbuf.Pixbuf] = {}
        self._source = 0
        self._is_drawing = False
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self._box = Gtk.FlowBox(
            selection_mode=Gtk.SelectionMode.MULTIPLE, activate_on_single_click=False,
            homogeneous=True, row_spacing=0, column_spacing=0,
            min_children_per_line=3, max_children_per_line=24,
        )  # fmt: skip
        self._box.get_accessible().set_name(say("Candidates"))
        self._box.connect("selected-children-changed", self._pick)
        self._box.connect("child-activated", lambda *_: wanted())
        self.add(self._box)
        self.connect("size-allocate", lambda *_: self._fit())

    @property
    def chosen(self) -> list[Candidate]:
        """In the order in which they are shown, the best first."""
        cells = self._box.get_selected_children()
        return [cell.candidate for cell in sorted(cells, key=_Cell.get_index)]

    def draw(self, candidates: Sequence[Candidate]) -> None:
        """Show these; what was chosen stays chosen. New ones come with the first one chosen."""
        drawn = [(id(candidate), candidate.is_applied) for candidate in candidates]
        if drawn == self._drawn:
            return
        chosen = self.chosen
        fresh = [each for each in candidates if _name(each) not in self._seen]
        self._seen |= {_name(each) for each in fresh}
        self._drawn = drawn
        self._is_drawing = True
        clear(self._box)
        known, self._pictures = self._pictures, {}
        selected = fresh[:1] or [each for each in candidates if each in chosen]
        for candidate in candidates:
            cell = _Cell(candidate)
            self._box.add(cell)
            if _name(candidate) in known:
                picture = self._pictures[_name(candidate)] = known[_name(candidate)]
                cell.draw(picture)
            if candidate in selected:
                self._box.select_child(cell)
        self._box.show_all()
        self._is_drawing = False
        if not self._source:
            self._source = GLib.timeout_add(1, self._draw_next)
        self._fit()
        if self.chosen != chosen:
            self._pick()

    def step(self, by: int) -> None:
        """Choose the next candidate, or the one before, around the end."""
        cells = self._box.get_children()
        if cells:
            at = min((cell.get_index() for cell in self._box.get_selected_children()), default=-by)
            self.choose([(at + by) % len(cells)])

    def choose(self, places: Sequence[int]) -> None:
        """By their places in the strip."""
        self._is_drawing = True
        self._box.unselect_all()
        for place in places:
            self._box.select_child(self._box.get_child_at_index(place))
        self._is_drawing = False
        self._pick()

    def _draw_next(self) -> bool:
        """One picture a turn of the loop: many large ones at once would stall the panel."""
        for cell in self._box.get_children():
            name = _name(cell.candidate)
            if name not in self._pictures:
                small = small_picture(cell.candidate.layer, SIDE, SIDE)
                self._pictures[name] = on_checks(small)
                cell.draw(self._pictures[name])
                return True
        self._source = 0
        return False

    def _pick(self, _box: Gtk.FlowBox | None = None) -> None:
        if not self._is_drawing:
            self._picked(self.chosen)

    def _fit(self) -> None:
        """As high as two rows, or one where one is enough."""
        across = max(3, self.get_allocated_width() // _CELL)
        rows = min(max(1, -(-len(self._drawn) // across)), _ROWS_SHOWN)
        height = rows * _CELL + 4
        if self.get_size_request()[1] != height:
            GLib.idle_add(self.set_size_request, -1, height)


class _Cell(Gtk.FlowBoxChild):
    """The picture, with a dot where it is a layer already."""

    def __init__(self, candidate: Candidate) -> None:
        super().__init__()
        self.candidate = candidate
        self.set_tooltip_text(about(candidate))
        self.get_accessible().set_name(about(candidate))
        self.set_size_request(_CELL, _CELL)
        self._image = Gtk.Image()
        over = Gtk.Overlay(halign=Gtk.Align.CENTER, valign=Gtk.Align.CENTER)
        over.add(self._image)
        if candidate.is_applied:
            dot = Gtk.Label(label="●", halign=Gtk.Align.START, valign=Gtk.Align.START)
            dot.set_name("impasto-applied")
            over.add_overlay(dot)
            over.set_overlay_pass_through(dot, True)
        self.add(over)

    def draw(self, picture: GdkPixbuf.Pixbuf) -> None:
        self._image.set_from_pixbuf(picture)


def _name(candidate: Candidate) -> Name:
    return candidate.ticket.job, candidate.place
