"""What all operators that paint have in common: asynchronous in a window, blocking for scripts,
the scene's values where nothing is said, and errors in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import bpy
from bpy.props import StringProperty

from plugins.blender import fields
from plugins.blender.commands import Command
from plugins.blender.properties import FORMS, form_fields, intent_of
from plugins.blender.state import Run, explained, redraw, sentence, studio
from plugins.common.form import Form
from plugins.common.host import Work
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.session import Notice
from protocol.params import Parameter

Plan = Callable[[Run], Work[list[str]]]
"""Paints and lays in, in pieces; gives the names of what came of it. Keeps no datablock from one
piece to the next: an undo or another file would make it invalid."""

TICK_S = 0.1


if TYPE_CHECKING:
    _Base = bpy.types.Operator
else:
    _Base = object  # Blender registers what `operator` makes of it, and not a base of that


class JobOperator(_Base):
    """command: what it does."""

    bl_options: ClassVar[set[str]] = {"REGISTER"}  # the host makes the undo steps itself
    command: ClassVar[Command]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        why = cls.why_not(context)
        if why:
            cls.poll_message_set(why)
        return not why

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        """Why it cannot be done now; empty if it can."""
        return ""

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        """Reads what was chosen, and does nothing yet. Raises HostError, ImpastoError."""
        raise NotImplementedError

    # ---- the two worlds ----------------------------------------------------------------------

    def execute(self, context: bpy.types.Context) -> set[str]:
        """All at once: for scripts, and without a window."""
        run = Run(self.command)
        desk = studio()
        try:
            plan = self._planned(context)
            desk.require_daemon()
        except Exception as error:
            return self._refuse(explained(error))
        desk.finish(run, plan)
        if run.trouble is not None:
            return self._refuse(run.trouble)
        if run.is_stopping:
            return {"CANCELLED"}
        context.scene.impasto.results = "\n".join(run.names)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """In the background: what comes of it is shown on the object, to be applied."""
        desk = studio()
        self._run = Run(self.command)
        try:
            plan = self._planned(context)
        except Exception as error:
            desk.trouble = explained(error)
            return self._refuse(desk.trouble)
        desk.start(self._run, plan)
        manager = context.window_manager
        self._timer = manager.event_timer_add(TICK_S, window=context.window)
        manager.modal_handler_add(self)
        redraw()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Everything goes on as if there were none; Esc stops the job."""
        if event.type == "ESC" and event.value == "PRESS" and not self._run.is_stopping:
            studio().stop(self._run)
            return {"RUNNING_MODAL"}
        if event.type == "TIMER" and self._run.is_done:
            self.cancel(context)
            redraw()
            trouble = self._run.trouble
            if trouble is not None:
                return self._refuse(trouble)
            return {"CANCELLED"} if self._run.is_stopping else {"FINISHED"}
        return {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender opens another file, or quits: the job goes on, and comes into the strip."""
        context.window_manager.event_timer_remove(self._timer)

    # ---- inside ------------------------------------------------------------------------------

    def _planned(self, context: bpy.types.Context) -> Plan:
        scene = context.scene
        studio().choose_candidate(None)  # what is only shown is no image to work on
        intent = self.meant(scene)
        form = FORMS.copy(FORMS.of(scene))
        for field in form_fields(intent.operation):
            if field.name in intent.fixed or not hasattr(self, field.name):
                continue
            if self.is_given(field.name):
                form.set(field, fields.value_of(field, getattr(self, field.name)))
        return self.plan(context, intent, form)

    def meant(self, scene: bpy.types.Scene) -> Intent:
        return intent_of(scene, self.command)

    def is_given(self, name: str) -> bool:
        return bool(self.properties.is_property_set(name))

    def choice(self, scene: bpy.types.Scene, name: str) -> Any:
        """What a script says, else what the panel does."""
        return getattr(self if self.is_given(name) else scene.impasto, name)

    def _refuse(self, notice: Notice) -> set[str]:
        self.report({"ERROR"}, sentence(notice))
        return {"CANCELLED"}


def operator(base: type[JobOperator], extra: dict[str, Any] | None = None) -> type:
    """The class that Blender registers: with the parameters of the operation as the catalogue has
    them now, and properties of its own."""
    command = base.command
    annotations: dict[str, Any] = {}
    for intent in command.intents:
        for field in form_fields(intent.operation):
            if not any(_is_of_use(each, field) for each in command.intents):
                continue
            declared = fields.argument(field)
            if declared is not None:
                annotations[field.name] = declared
    return type(
        f"IMPASTO_OT_{command.operator}",
        (base, bpy.types.Operator),
        {
            "__annotations__": {**annotations, **(extra or {})},
            "__doc__": None,
            "bl_idname": f"impasto.{command.operator}",
            "bl_label": say(command.label),
            "bl_description": say(command.help),
        },
    )


def _is_of_use(intent: Intent, field: Parameter) -> bool:
    """Whether the intent leaves it to the artist, and sends the pictures that it belongs to."""
    pictures = {each.name for each in FORMS.catalogue.find(intent.operation).images}
    return field.name not in intent.fixed and pictures & set(field.when) <= set(intent.sends)


def name_argument(label: str, text: str) -> Any:
    """Of a datablock, for scripts; empty: the active one."""
    return StringProperty(name=label, description=text, options={"SKIP_SAVE"})
