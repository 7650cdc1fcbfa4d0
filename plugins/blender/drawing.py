"""What the panels share while they are drawn: what is chosen now, fields, remarks in several lines.

Changes nothing.
"""

from __future__ import annotations

import textwrap
from functools import cached_property
from typing import Any

import bpy

from plugins.blender import state
from plugins.blender.commands import PROJECT, Command
from plugins.blender.guiding import Guide, guide_of
from plugins.blender.landing import active_mesh
from plugins.blender.properties import FORMS, command_of, intent_of
from plugins.blender.state import Studio
from plugins.common.form import Form
from plugins.common.intents import Intent

_PIXELS_PER_LETTER = 7.0


class Drawn:
    """What one drawing needs. group: the catalogue's properties; options: the others."""

    def __init__(self, context: bpy.types.Context, layout: Any) -> None:
        self.context, self.layout = context, layout
        self.scene = context.scene
        self.options, self.group = self.scene.impasto, self.scene.impasto_form
        self.command: Command = command_of(self.scene)
        self.intent: Intent = intent_of(self.scene, self.command)
        self.form: Form = FORMS.of(self.scene)
        self.desk: Studio | None = state.opened()
        if self.command.name == PROJECT.name:
            self.intent = self.guide.intent

    @cached_property
    def guide(self) -> Guide:
        """Of the next view that is projected."""
        models = self.desk.session.models if self.desk is not None else ()
        return guide_of(self.form, models, active_mesh(self.context), self.options.afresh)

    @property
    def letters(self) -> int:
        """How many fit into a line."""
        scale = self.context.preferences.system.ui_scale
        return max(18, int((self.context.region.width / scale - 40) / _PIXELS_PER_LETTER))

    def operator(self, layout: Any, name: str, text: str | None = None, **more: Any) -> Any:
        words = {} if text is None else {"text": text}
        return layout.operator(f"impasto.{name}", **words, **more)


def settings(layout: Any) -> Any:
    """A column of fields with their names at the left."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    return column


def lines(it: Drawn, text: str) -> None:
    """A remark, as many lines as it takes."""
    column = it.layout.column(align=True)
    column.scale_y = 0.8
    column.active = False
    for line in wrapped(text, it.letters):
        column.label(text=line)


def wrapped(text: str, letters: int) -> list[str]:
    """Broken between words; Chinese, whose letters are twice as wide, anywhere."""
    wide = any(ord(each) > 0x2E80 for each in text)
    return textwrap.wrap(text, letters // 2 if wide else letters) or [""]
