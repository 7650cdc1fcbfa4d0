"""What the panels' smaller buttons do: candidates, cancel, memory, the daemon, cures.

Each is a function that is done at once; what it raises is shown as a sentence.
"""

from __future__ import annotations

import random
import webbrowser
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import bpy
from bpy.props import IntProperty, StringProperty

from plugins.blender.commands import command_named
from plugins.blender.painting import laid
from plugins.blender.properties import FORMS, PROGRAM
from plugins.blender.state import Run, explained, redraw, sentence, studio
from plugins.common.cures import command_to_run
from plugins.common.host import HostError, Work
from plugins.common.phrases import say
from plugins.common.request import variation
from plugins.common.session import Notice
from plugins.common.tasks import Candidate
from protocol.connection import home, log_path
from protocol.errors import Remedy


def picked(number: int) -> Candidate:
    """A candidate by its number, counted from the best of the last job; -1: the one that is
    chosen. Raises HostError."""
    desk = studio()
    candidates = desk.candidates
    if number < 0 and desk.chosen in candidates:
        return desk.chosen
    if not candidates or number >= len(candidates):
        raise HostError(say("There is no such candidate; paint some first."))
    return candidates[max(0, number)]


# ---- candidates ----------------------------------------------------------------------------------


def show_candidate(given: Any, context: bpy.types.Context) -> None:
    desk, candidate = studio(), picked(given.number)
    desk.choose_candidate(None if desk.landings.shown is candidate else candidate)
    if desk.trouble is not None:
        raise HostError(desk.trouble.text)


def apply(given: Any, context: bpy.types.Context) -> None:
    candidate, desk = picked(given.number), studio()
    run = Run(command_named("generate"))
    desk.finish(run, lambda _: desk.landings.keep([candidate]))
    desk.chosen = candidate
    if run.trouble is not None:
        raise HostError(sentence(run.trouble))
    context.scene.impasto.results = "\n".join(run.names)


def discard(given: Any, context: bpy.types.Context) -> None:
    studio().discard(picked(given.number))


def vary_candidate(given: Any, context: bpy.types.Context) -> None:
    """More like it, on the same object. In the background; without a window at once."""
    desk, candidate = studio(), picked(given.number)
    landing = desk.landings.of(candidate)
    form = FORMS.of(context.scene)
    asked = variation(form, candidate.layer.rect, candidate.ticket, candidate.layer)

    def work(run: Run) -> Work[list[str]]:
        desk.landings.expect(asked.ticket.job, landing)
        task = yield from desk.painted(run, asked)
        return (yield from laid(run, task))

    run = Run(command_named("vary"))
    if not bpy.app.background:
        desk.start(run, work)
        return
    desk.require_daemon()
    desk.finish(run, work)
    if run.trouble is not None:
        raise HostError(sentence(run.trouble))
    context.scene.impasto.results = "\n".join(run.names)


# ---- jobs ----------------------------------------------------------------------------------------


def cancel(given: Any, context: bpy.types.Context) -> None:
    """A job by its id; without one all that is under way."""
    desk = studio()
    for task in desk.unfinished:
        if given.job in ("", task.ticket.job):
            desk.session.cancel(task)
    for run in desk.runs:
        if not given.job or (run.task is not None and run.task.ticket.job == given.job):
            desk.stop(run)


# ---- the daemon ----------------------------------------------------------------------------------


def free_memory(given: Any, context: bpy.types.Context) -> None:
    desk = studio()
    if bpy.app.background:
        desk.free_memory_now()
    else:
        desk.session.free_memory()


def start(given: Any, context: bpy.types.Context) -> None:
    desk = studio()
    if bpy.app.background:
        desk.require_daemon()
    else:
        desk.dismiss()
        desk.session.start_daemon()


def restart(given: Any, context: bpy.types.Context) -> None:
    studio().session.restart_daemon()


def dismiss(given: Any, context: bpy.types.Context) -> None:
    studio().dismiss()


def cure(given: Any, context: bpy.types.Context) -> None:
    """Do what the button beside the notice promises."""
    desk = studio()
    desk.look()

    def shown(_name: str, _is_changed: bool) -> None:
        desk.dismiss()

    desk.press(shown, partial(_cure, context))


def _cure(context: bpy.types.Context, notice: Notice) -> None:
    """What only Blender itself can do."""
    desk, remedy = studio(), notice.remedy or Remedy("")
    desk.dismiss()
    if remedy.action in ("open_log", "free_disk"):
        path = log_path() if remedy.action == "open_log" else home()
        webbrowser.open(path.as_uri())
    elif text := command_to_run(remedy, PROGRAM):
        context.window_manager.clipboard = text
        desk.trouble = Notice(
            say("Copied: {command} — run it in a terminal.", command=text), is_error=False
        )


# ---- the form ------------------------------------------------------------------------------------


def reset(given: Any, context: bpy.types.Context) -> None:
    desk = studio()
    desk.look()
    form = FORMS.copy(desk.form)
    form.reset(desk.intent)
    FORMS.keep(context.scene, form)


def new_seed(given: Any, context: bpy.types.Context) -> None:
    """Another one; of the chosen candidate, to paint it again, with `keep`."""
    desk = studio()
    desk.look()
    field = desk.form.field_named(desk.intent, "seed")
    if field is None:
        return
    pictures = [desk.chosen, *desk.candidates]
    known = [each.seed for each in pictures if each is not None and each.seed is not None]
    value: int | None = random.randint(0, 2**32 - 1)
    if given.kind == "last":
        value = known[0] if known else None
    FORMS.change(context.scene, field, value)


# ---- as Blender's operators ----------------------------------------------------------------------


class Deed(NamedTuple):
    """name: below `bpy.ops.impasto`. arguments: its properties."""

    name: str
    label: str
    help: str
    function: Callable[[Any, bpy.types.Context], None]
    arguments: dict[str, Any]


def deeds() -> tuple[Deed, ...]:
    return (*_candidate_deeds(), *_daemon_deeds(), *_form_deeds())


def _candidate_deeds() -> tuple[Deed, ...]:
    number = {"number": IntProperty(default=-1, min=-1, options={"SKIP_SAVE"})}
    show = say("Put it on the object for a look; once more takes it away.")
    keep = say("Keep this candidate as an image, on the object.")
    off = say("Take this candidate off the list; what the object wore before is back.")
    return (
        Deed("show_candidate", say("Show"), show, show_candidate, number),
        Deed("apply", say("Apply"), keep, apply, number),
        Deed("vary_candidate", say("Vary this"), say("More like this."), vary_candidate, number),
        Deed("discard", say("Discard"), off, discard, number),
    )


def _daemon_deeds() -> tuple[Deed, ...]:
    job = {"job": StringProperty(options={"SKIP_SAVE"})}
    room = say("The daemon unloads its models at once, so that a render has room.")
    return (
        Deed("cancel", say("Cancel"), say("Stop painting."), cancel, job),
        Deed("free_memory", say("Free GPU memory"), room, free_memory, {}),
        Deed("start_daemon", say("Start Impasto"), "", start, {}),
        Deed("restart_daemon", say("Restart Impasto"), "", restart, {}),
        Deed("cure", say("Do it"), "", cure, {}),
        Deed("dismiss", say("Dismiss"), "", dismiss, {}),
    )


def _form_deeds() -> tuple[Deed, ...]:
    kind = {"kind": StringProperty(options={"SKIP_SAVE"})}
    suggested = say("Every field as the daemon suggests it, the prompt excepted.")
    return (
        Deed("reset", say("Reset these fields"), suggested, reset, {}),
        Deed("seed", say("Seed"), say("Another seed, or the last picture's."), new_seed, kind),
    )


def operator(deed: Deed) -> type:
    def execute(self: Any, context: bpy.types.Context) -> set[str]:
        try:
            deed.function(self, context)
        except Exception as error:
            self.report({"ERROR"}, sentence(explained(error)))
            return {"CANCELLED"}
        studio().is_dirty = True
        redraw()
        return {"FINISHED"}

    return type(
        f"IMPASTO_OT_{deed.name}",
        (bpy.types.Operator,),
        {
            "__annotations__": dict(deed.arguments),
            "bl_idname": f"impasto.{deed.name}",
            "bl_label": deed.label,
            "bl_description": deed.help or deed.label,
            "bl_options": {"REGISTER"},
            "execute": execute,
        },
    )
