"""Project from view: the object is painted as it is seen now, and that is baked into its texture
where it is visible; a coverage image says where, so that the next view fills the rest.

What guides the model is in `guiding`; the panel says so.
"""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty

from plugins.blender import surface
from plugins.blender.blender_host import BlenderHost
from plugins.blender.commands import SIDE, TEXTURE, command_named
from plugins.blender.guiding import Guide, guide_of
from plugins.blender.jobs import JobOperator, Plan
from plugins.blender.landing import active_mesh, new_host
from plugins.blender.painting import asked_for, laid, painted
from plugins.blender.state import Run, studio
from plugins.common.form import Form
from plugins.common.host import Work
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.tasks import Candidate
from protocol.jobs import Picture

VIEW_SIDE = 768
"""Pixels of the picture that is painted of a view, along each side."""


class ProjectFromView(JobOperator):
    command = command_named("project")

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return "" if active_mesh(context) is not None else say("Select a mesh object first.")

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        scene = context.scene
        form.params(intent)  # what is wrong with it is said at once
        host = new_host(None, active_mesh(context))
        side = self.choice(scene, "view_side")
        view = surface.view_of(host, _eye(context), (side, side))
        size = _texture_size(form)
        afresh = bool(self.choice(scene, "afresh"))

        def keep(candidate: Candidate) -> Work[list[str]]:
            keys = yield from surface.project(host, candidate.layer, view, size, afresh=afresh)
            return [host.info(key).name for key in keys]

        def work(run: Run) -> Work[list[str]]:
            models = yield from studio().models_now(run)
            guide = guide_of(form, models, host.object, afresh)
            pictures = yield from _pictures(host, view, guide)
            asked = asked_for(guide.intent, form.params(guide.intent), pictures)
            task = yield from painted(run, host, asked, keep)
            if run.keeps or len(task.candidates) == 1:
                run.keeps = True  # with nothing to choose from, it is on the object at once
                task.candidates[1:] = []
            return (yield from laid(run, task))

        return work


def _pictures(host: BlenderHost, view: surface.Seen, guide: Guide) -> Work[list[Picture]]:
    """All of the view's size, which is the result's then."""
    found = []
    if guide.sends_look:
        found.append((yield from surface.guide(host, view)))
    if guide.sends_depth:
        found.append((yield from surface.depth(host, view)))
    return found


def arguments() -> dict[str, Any]:
    """As in `scene.impasto`, for scripts."""
    kept: dict[str, Any] = {"options": {"SKIP_SAVE"}}
    return {
        "view_side": IntProperty(name=say("View size"), default=VIEW_SIDE, min=128,
                                 max=4096, subtype="PIXEL", **kept),
        "afresh": BoolProperty(name=say("Forget earlier views"), **kept),
    }  # fmt: skip


def _eye(context: bpy.types.Context) -> bpy.types.RegionView3D | None:
    """The 3D view that the artist is in, else the largest one; None: the scene's camera."""
    space = context.space_data
    if space is not None and space.type == "VIEW_3D":
        return space.region_3d
    screen = context.screen if not bpy.app.background else None
    areas = [area for area in screen.areas if area.type == "VIEW_3D"] if screen else []
    largest = max(areas, key=lambda area: area.width * area.height, default=None)
    return largest.spaces.active.region_3d if largest is not None else None


def _texture_size(form: Form) -> tuple[int, int]:
    """As for a new texture."""
    values = form.values(TEXTURE)
    return values.get("width") or SIDE, values.get("height") or SIDE
