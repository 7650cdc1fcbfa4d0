"""The upper part of the form: what to do, with which words, from which pixels, and the button."""

from __future__ import annotations

from collections.abc import Callable

from plugins.common.desk import Desk
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.gimp.panel.gtk import Gtk, Pango, TextButton, calm, show
from plugins.gimp.panel.intent_buttons import IntentButtons
from plugins.gimp.panel.prompt import PromptBox


class FormPart(Gtk.Box):
    """changed: something was chosen here that others draw too."""

    def __init__(
        self,
        desk: Desk,
        paint: Callable[[], None],
        refused: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6, no_show_all=True)
        self._desk, self._changed = desk, changed
        self._is_drawing = False
        self._others: list[tuple[str, str]] = []
        self.intents = IntentButtons(self._choose)
        self.prompt = PromptBox(refused)
        self._source = Gtk.ComboBoxText()
        for text in (say("From the active layer"), say("From what is visible")):
            self._source.append_text(text)
        self._source.connect("changed", self._source_chosen)
        self._other = Gtk.ComboBoxText()
        self._other.connect("changed", self._other_chosen)
        for box in (self._source, self._other):
            calm(box)
            for cell in box.get_cells():
                cell.set_property("ellipsize", Pango.EllipsizeMode.END)
        self.button = TextButton(paint)
        self.button.get_style_context().add_class("suggested-action")
        self.button.set_size_request(-1, 34)
        for part in (self.intents, self.prompt, self._source, self._other, self.button):
            self.pack_start(part, False, False, 0)
            part.show_all()

    def draw(self, is_busy: bool) -> None:
        desk = self._desk
        form, intent = desk.form, desk.intent
        self.intents.draw(desk.offered, intent)
        has_prompt = "prompt" not in intent.fixed
        show(self.prompt, has_prompt)
        if has_prompt:
            self.prompt.draw(form, intent, desk.session.preferences.prompts("prompt"))
        self._is_drawing = True
        show(self._source, intent.layers > 0)
        self._source.set_active(1 if desk.reads_visible else 0)
        self._draw_other()
        self._is_drawing = False
        self.button.say(say(intent.label))
        self.button.set_tooltip_text(say(intent.help))
        self.button.set_sensitive(desk.document is not None and not is_busy)

    def _draw_other(self) -> None:
        desk = self._desk
        is_mix = desk.intent.layers > 1
        show(self._other, is_mix)
        if not is_mix or desk.document is None:
            return
        wanted = [("", say("the prompt")), *((each.id, each.name) for each in desk.mixable)]
        if wanted != self._others:
            self._others = wanted
            self._other.remove_all()
            for name, what in wanted:
                self._other.append(f"={name}", say("Mix with: {what}", what=what))
        chosen = f"={desk.other.id}" if desk.other else "="
        if not self._other.set_active_id(chosen):
            self._other.set_active(0)

    def _choose(self, intent: Intent) -> None:
        self._desk.choose(intent)
        self._changed()

    def _source_chosen(self, box: Gtk.ComboBoxText) -> None:
        if not self._is_drawing:
            self._desk.choose_source(reads_visible=box.get_active() == 1)
            self._changed()

    def _other_chosen(self, box: Gtk.ComboBoxText) -> None:
        name = box.get_active_id()
        if not self._is_drawing and name is not None:
            self._desk.choose_other(name.removeprefix("="))
            self._changed()
