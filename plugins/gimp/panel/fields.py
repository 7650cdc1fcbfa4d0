"""The form: a row for each parameter of the daemon's catalogue.

Decides nothing about values: `Form` does, and refuses what is out of range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plugins.common.form import Form
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.wording import offered_models
from plugins.gimp.panel.gtk import Gtk, clear
from plugins.gimp.panel.widgets import (
    Changed,
    ListField,
    NumberField,
    SeedField,
    SeveralField,
    ShareField,
    TextField,
    ToggleField,
    choice_field,
    field_label,
)
from protocol.errors import ImpastoError
from protocol.messages import ModelInfo
from protocol.params import Choice, List, Model, Number, Parameter, Seed, Text, Toggle

_APART = ("prompt",)
"""Drawn by the panel itself, at the top and large."""


class FormView(Gtk.Grid):
    """The fields of one visibility. refused: gets the sentence when a value is not allowed.

    before: what was typed into a text field before, by its name. labels: makes those of several
    forms equally wide, as long as they are shown.
    """

    def __init__(
        self,
        visibility: str,
        refused: Callable[[str], None],
        before: Callable[[str], Sequence[str]],
        labels: Gtk.SizeGroup,
    ) -> None:
        super().__init__(row_spacing=4, column_spacing=8)
        self._visibility, self._refused, self._before = visibility, refused, before
        self._labels = labels
        self._drawn: object = None
        self._widgets: dict[str, Gtk.Widget] = {}
        self._titles: list[Gtk.Label] = []

    def draw(
        self, form: Form, intent: Intent, models: Sequence[ModelInfo], last_seed: int | None
    ) -> None:
        """Build the fields anew where they are others than before."""
        fields = [
            field for field in form.fields(intent, self._visibility) if field.name not in _APART
        ]
        drawn = (id(form), intent.name, tuple(field.name for field in fields), tuple(models))
        if drawn != self._drawn:
            self._drawn = drawn
            clear(self)
            self._widgets.clear()
            self._titles.clear()
            for row, field in enumerate(fields):
                self._add(row, form, field, intent, models)
            for child in self.get_children():
                child.show_all()  # whether the form itself is shown is the fold's to say
            if self.get_visible():
                self._align()
        seed = self._widgets.get("seed")
        if isinstance(seed, SeedField) and last_seed is not None:
            seed.show_last(last_seed)

    def unfold(self, is_open: bool) -> None:
        """Show it or not."""
        self.set_visible(is_open)
        if is_open:
            self._align()
        else:
            for title in self._titles:
                self._labels.remove_widget(title)

    def forget(self) -> None:
        """Values were changed from elsewhere: the next `draw` shows them."""
        self._drawn = None

    def commit(self) -> None:
        """Take in a number that is still being typed."""
        for widget in self._widgets.values():
            if isinstance(widget, NumberField | ShareField):
                widget.commit()

    def focus(self, name: str) -> bool:
        """Put the cursor where the error is; False if this form has no such field."""
        widget = self._widgets.get(name)
        if widget is not None:
            widget.focus()
        return widget is not None

    def _align(self) -> None:
        for title in self._titles:
            self._labels.add_widget(title)

    def _add(
        self,
        row: int,
        form: Form,
        field: Parameter,
        intent: Intent,
        models: Sequence[ModelInfo],
    ) -> None:
        def changed(value: Any) -> None:
            try:
                form.set(field, value)
            except ImpastoError as error:
                self._refused(error.message)

        widget = self._widget(field, form.get(field), changed, intent, models)
        if widget is None:
            return
        widget.set_tooltip_text(say(field.help))
        widget.set_hexpand(True)
        widget.get_accessible().set_name(say(field.label))
        self._widgets[field.name] = widget
        text = "" if isinstance(field, Toggle) else say(field.label)
        title = field_label(text, say(field.help))
        self._titles.append(title)
        self.attach(title, 0, row, 1, 1)
        self.attach(widget, 1, row, 1, 1)

    def _widget(
        self,
        field: Parameter,
        value: Any,
        changed: Changed,
        intent: Intent,
        models: Sequence[ModelInfo],
    ) -> Gtk.Widget | None:
        """None for a kind that this plugin cannot draw; its default is then sent."""
        if isinstance(field, Number):
            is_share = not field.integer and not field.nullable and field.maximum <= 1.0
            return (ShareField if is_share else NumberField)(field, value, changed)
        if isinstance(field, Choice):
            return choice_field(field, value, changed)
        if isinstance(field, Toggle):
            return ToggleField(say(field.label), value, changed)
        if isinstance(field, Seed):
            return SeedField(field, value, changed)
        if isinstance(field, Model):
            return ListField(offered_models(models, intent.operation, value), value, changed)
        if isinstance(field, Text):
            return TextField(field, value, self._before(field.name), changed)
        if isinstance(field, List):
            return SeveralField(field, value, changed)
        return None
