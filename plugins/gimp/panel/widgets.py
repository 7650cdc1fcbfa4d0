"""One widget per parameter type of the protocol. Each tells a change by calling `changed`.

Decides nothing about values: the form does, and refuses what is out of range.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from plugins.common.phrases import say
from plugins.common.wording import Offered
from plugins.gimp.panel.gtk import GObject, Gtk, Pango, calm, label
from protocol.params import Choice, List, Number, Seed, Text

Changed = Callable[[Any], None]

_NARROW = 8
"""Characters that an entry asks for; it grows with the column."""


class NumberField(Gtk.Box):
    """Below the smallest value an optional number says that the model decides."""

    def __init__(self, field: Number, value: Any, changed: Changed) -> None:
        super().__init__(spacing=4)
        self._field, self._changed = field, changed
        step = max(field.step, 1.0) if field.integer else field.step
        lowest = field.minimum - step if field.nullable else field.minimum
        now = lowest if value is None else value
        digits = 0 if field.integer else 2 if field.step < 0.1 else 1
        self._spin = _spin(lowest, field.maximum, step, now, digits)
        if field.nullable:
            self._spin.set_update_policy(Gtk.SpinButtonUpdatePolicy.IF_VALID)
            self._spin.connect("output", self._output)
            self._spin.set_value(now)
            self._output(self._spin)
        self._spin.connect("value-changed", self._told)
        self.pack_start(self._spin, True, True, 0)
        if field.unit:
            self.pack_start(Gtk.Label(label=field.unit), False, False, 0)

    def commit(self) -> None:
        """Take in what is being typed."""
        self._spin.update()

    def focus(self) -> None:
        self._spin.grab_focus()

    def _is_automatic(self) -> bool:
        below = self._field.minimum - self._spin.get_increments()[0] / 2
        return self._field.nullable and self._spin.get_value() < below

    def _output(self, spin: Gtk.SpinButton) -> bool:
        if not self._is_automatic():
            return False
        if spin.get_text() != say("automatic"):
            spin.set_text(say("automatic"))
        return True

    def _told(self, spin: Gtk.SpinButton) -> None:
        number = spin.get_value_as_int() if self._field.integer else spin.get_value()
        self._changed(None if self._is_automatic() else max(number, self._field.minimum))


class ShareField(Gtk.Box):
    """A number from 0 to 1 as a slider in per cent."""

    def __init__(self, field: Number, value: Any, changed: Changed) -> None:
        super().__init__(spacing=4, name="impasto-share")
        self._adjustment = Gtk.Adjustment(
            value=round(100 * float(value if value is not None else 0)),
            lower=100 * field.minimum, upper=100 * field.maximum,
            step_increment=max(1, 100 * field.step), page_increment=10,
        )  # fmt: skip
        slider = Gtk.Scale(adjustment=self._adjustment, draw_value=False, digits=0)
        self._spin = calm(Gtk.SpinButton(adjustment=self._adjustment, digits=0, width_chars=3))
        self._adjustment.connect("value-changed", lambda now: changed(round(now.get_value()) / 100))
        self.pack_start(calm(slider), True, True, 0)
        self.pack_start(self._spin, False, False, 0)
        self.pack_start(Gtk.Label(label="%"), False, False, 0)

    def commit(self) -> None:
        self._spin.update()

    def focus(self) -> None:
        self._spin.grab_focus()


class ToggleField(Gtk.CheckButton):
    def __init__(self, text: str, value: Any, changed: Changed) -> None:
        super().__init__(label=text, active=bool(value))
        self.get_child().set_ellipsize(Pango.EllipsizeMode.END)
        self.connect("toggled", lambda box: changed(box.get_active()))

    def focus(self) -> None:
        self.grab_focus()


class ListField(Gtk.ComboBox):
    """One of several. Those that cannot be chosen are grey, with the reason."""

    def __init__(self, offered: Sequence[Offered], value: Any, changed: Changed) -> None:
        rows = Gtk.ListStore(GObject.TYPE_PYOBJECT, str, str, bool)
        for each in offered:
            rows.append([each.name, each.label, "" if each.is_able else each.help, each.is_able])
        super().__init__(model=rows)
        names = [each.name for each in offered]
        self._add_text(1, Pango.EllipsizeMode.END, scale=1.0)
        self._add_text(2, Pango.EllipsizeMode.NONE, scale=0.85)
        self.set_active(max(0, names.index(value) if value in names else 0))
        self.connect("changed", lambda box: changed(names[box.get_active()]))
        calm(self)

    def focus(self) -> None:
        self.grab_focus()

    def _add_text(self, column: int, cut: Pango.EllipsizeMode, scale: float) -> None:
        cell = Gtk.CellRendererText(ellipsize=cut, scale=scale)
        if column == 1:
            cell.set_property("width-chars", _NARROW)
        self.pack_start(cell, column == 1)
        self.add_attribute(cell, "text", column)
        self.add_attribute(cell, "sensitive", 3)


def choice_field(field: Choice, value: Any, changed: Changed) -> ListField:
    automatic = [Offered(None, say("automatic"))] if field.nullable else []
    options = [Offered(each.value, say(each.label), say(each.help)) for each in field.options]
    return ListField([*automatic, *options], value, changed)


class TextField(Gtk.Entry):
    """One line, completed from what was typed before."""

    def __init__(self, field: Text, value: Any, before: Sequence[str], changed: Changed) -> None:
        super().__init__(text=str(value or ""), max_length=field.max_length, width_chars=_NARROW)
        known = list(dict.fromkeys([*before, *field.suggestions]))
        rows = Gtk.ListStore(str)
        for each in known:
            rows.append([each])
        completion = Gtk.EntryCompletion(model=rows, text_column=0, popup_set_width=False)
        completion.set_match_func(lambda _, typed, row: typed.lower() in rows[row][0].lower())
        self.set_completion(completion)
        self.connect("changed", lambda entry: changed(entry.get_text()))

    def focus(self) -> None:
        self.grab_focus()


class SeveralField(Gtk.Entry):
    """Several numbers or words, with commas between them."""

    def __init__(self, field: List, value: Any, changed: Changed) -> None:
        super().__init__(text=", ".join(map(str, value or ())), width_chars=_NARROW)
        item = field.item

        def read(text: str) -> Any:
            if not isinstance(item, Number):
                return text
            try:
                return int(text) if item.integer else float(text)
            except ValueError:
                return text  # the form says what is wrong with it

        def typed(entry: Gtk.Entry) -> None:
            parts = (part.strip() for part in entry.get_text().replace("，", ",").split(","))
            changed([read(part) for part in parts if part])

        self.connect("activate", typed)
        self.connect("focus-out-event", lambda entry, _event: typed(entry))

    def focus(self) -> None:
        self.grab_focus()


class SeedField(Gtk.Box):
    """A number that is drawn anew each time, until the artist locks it."""

    def __init__(self, field: Seed, value: Any, changed: Changed) -> None:
        super().__init__(spacing=2)
        self._field, self._changed = field, changed
        self._is_drawing = False
        text = "" if value is None else str(value)
        self._line = Gtk.Entry(text=text, width_chars=_NARROW, placeholder_text=say("random"))
        dice = Gtk.Button(label="⚄", relief=Gtk.ReliefStyle.NONE)
        dice.set_tooltip_text(say("Another seed."))
        dice.get_accessible().set_name(say("Another seed."))
        self._lock = Gtk.ToggleButton(active=value is not None, relief=Gtk.ReliefStyle.NONE)
        self._lock.set_tooltip_text(say("Keep this seed for the next pictures."))
        self._lock.get_accessible().set_name(say("Keep this seed for the next pictures."))
        self._label()
        self._line.connect("changed", self._typed)
        dice.connect("clicked", lambda _: self._throw())
        self._lock.connect("toggled", self._locked)
        self.pack_start(self._line, True, True, 0)
        self.pack_start(dice, False, False, 0)
        self.pack_start(self._lock, False, False, 0)

    def show_last(self, seed: int) -> None:
        """What the last picture was painted with, so that locking it paints it again."""
        if not self._lock.get_active() and not self._line.has_focus():
            self._write(str(seed))

    def focus(self) -> None:
        self._line.grab_focus()

    def _write(self, text: str) -> None:
        if text != self._line.get_text():
            self._is_drawing = True
            self._line.set_text(text)
            self._is_drawing = False

    def _label(self) -> None:
        name = "changes-prevent-symbolic" if self._lock.get_active() else "changes-allow-symbolic"
        self._lock.set_image(Gtk.Image.new_from_icon_name(name, Gtk.IconSize.MENU))

    def _throw(self) -> None:
        self._line.set_text(str(random.randint(0, self._field.maximum)))

    def _locked(self, _lock: Gtk.ToggleButton) -> None:
        self._label()
        if not self._lock.get_active():
            self._changed(None)
        elif self._line.get_text():
            self._typed(self._line)
        else:
            self._throw()

    def _typed(self, line: Gtk.Entry) -> None:
        text = line.get_text().strip()
        if self._is_drawing:
            return
        if text.isascii() and text.isdigit():
            self._lock.set_active(True)
            self._changed(int(text))
        elif not text:
            self._lock.set_active(False)
            self._changed(None)


def _spin(lowest: float, highest: float, step: float, now: float, digits: int) -> Gtk.SpinButton:
    adjustment = Gtk.Adjustment(
        value=now, lower=lowest, upper=highest, step_increment=step, page_increment=10 * step
    )
    return calm(Gtk.SpinButton(adjustment=adjustment, digits=digits, width_chars=_NARROW))


def field_label(text: str, tip: str) -> Gtk.Label:
    return label(text, tooltip_text=tip)
