"""From switching on to switching off: the timer, what Blender reports, and the end.

Draws nothing. Without a window there is no timer; operators then do all they need themselves.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import bpy
from bpy.app.handlers import persistent

from plugins.blender import memory, operators, panels, preferences, properties, state
from plugins.blender.host import keeping
from plugins.blender.previews import PICTURES
from plugins.blender.properties import FORMS
from plugins.common.tasks import Candidate

FIRST_S = 0.5
"""From switching on until the daemon is looked for: Blender draws its window first."""

_spoken: list[str] = []
_is_undone: list[bool] = []
_shown: list[Candidate] = []


def tick() -> float:
    """Blender calls it again after so many seconds. Whatever happens, it must not raise: Blender
    would never call it again."""
    desk = state.studio()
    try:
        _work(desk)
    except Exception as error:
        desk.trouble = state.explained(error)
    return state.BUSY_S if desk.is_busy else state.IDLE_S


def _work(desk: state.Studio) -> None:
    _adapt(desk)
    if _is_undone:
        _is_undone.clear()
        desk.reconcile()
    if desk.tick():
        PICTURES.keep_only(desk.candidates, desk.unfinished)
        state.redraw()


def _adapt(desk: state.Studio) -> None:
    """To another catalogue, or another language; not while an operator of ours is running."""
    language = state.language()
    is_other = desk.session.catalogue is not FORMS.catalogue or language not in _spoken
    if not is_other or desk.runs:
        return
    digest = FORMS.catalogue.digest
    FORMS.use(desk.session.catalogue)
    if language in _spoken and digest == FORMS.catalogue.digest:
        return
    _spoken[:] = [state.speak()]
    for module in (panels, operators, properties):
        module.unregister()
    for module in (properties, operators, panels):
        module.register()


# ---- what Blender reports ------------------------------------------------------------------------


@persistent
def _before_saving(*_: Any) -> None:
    """What is only shown must not be in the file; what was written in place must be."""
    desk = state.opened()
    if desk is not None and desk.landings.shown is not None:
        _shown[:] = [desk.landings.shown]
        desk.landings.take_away()
    keeping.pack_written()


@persistent
def _saved(*_: Any) -> None:
    desk = state.opened()
    if desk is not None and _shown:
        desk.put_on_again(_shown.pop())


@persistent
def _opened(*_: Any) -> None:
    desk = state.opened()
    if desk is not None:
        desk.landings.forget()
        desk.chosen, desk.is_dirty = None, True


@persistent
def _undone(*_: Any) -> None:
    """The step may be of when another candidate was shown, or none."""
    _is_undone[:] = [True]


@persistent
def _before_rendering(*_: Any) -> None:
    """In a window this is the render's own thread, which may wait."""
    if preferences.frees_memory():
        memory.release_if_running()


_HANDLERS = (
    ("save_pre", _before_saving),
    ("save_post", _saved),
    ("load_post", _opened),
    ("save_post_fail", _saved),
    ("undo_post", _undone),
    ("redo_post", _undone),
    ("render_init", _before_rendering),
)


def _look_away() -> None:
    """Nothing of ours stays on an object; where Blender is quitting already, it does not matter."""
    desk = state.opened()
    if desk is not None and not bpy.app.background:
        with suppress(AttributeError, ReferenceError, RuntimeError):
            desk.choose_candidate(None)


def register() -> None:
    _spoken[:] = [state.language()]
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name, []).append(handler)
    if not bpy.app.background:
        bpy.app.timers.register(tick, first_interval=FIRST_S, persistent=True)


def unregister() -> None:
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    for name, handler in _HANDLERS:
        listed = getattr(bpy.app.handlers, name, [])
        if handler in listed:
            listed.remove(handler)
    _look_away()
    state.close()
    PICTURES.close()
    FORMS.use(None)
