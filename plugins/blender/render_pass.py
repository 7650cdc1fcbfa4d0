"""Repaint render: the last render, or every frame of the animation, gone over with a prompt.

Of an animation one seed paints all frames, and frames that are in the folder already are left
out: what was stopped goes on where it was.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from plugins.blender.blender_host import BlenderHost
from plugins.blender.commands import command_named
from plugins.blender.host import images, render
from plugins.blender.jobs import JobOperator, Plan
from plugins.blender.landing import new_host
from plugins.blender.painting import asked_for, laid, painted
from plugins.blender.state import Run, studio
from plugins.common.form import Form
from plugins.common.host import HostError, Work
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.store import Values, read_object
from protocol.jobs import Picture

RECORD = "impasto.json"
"""Beside the frames: what they were painted with, so that the rest is painted alike."""


class RepaintRender(JobOperator):
    command = command_named("render")

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        scene = context.scene
        params, host = form.params(intent), new_host(None, None)
        if not self.choice(scene, "whole_animation"):
            return lambda run: _still(run, host, intent, params)
        folder = str(self.choice(scene, "folder"))
        if not bpy.data.filepath and folder.startswith("//"):
            raise HostError(say("Save the .blend first, or choose a folder for the frames."))
        series = Series(
            scene.name, Path(bpy.path.abspath(folder)), self.choice(scene, "from_output")
        )
        series.prepare({**params, "count": 1, "rank": False})
        frames = range(scene.frame_start, scene.frame_end + 1, scene.frame_step)
        return lambda run: _animation(run, host, intent, series, frames)


def arguments() -> dict[str, Any]:
    """As in `scene.impasto`, for scripts."""
    kept: dict[str, Any] = {"options": {"SKIP_SAVE"}}
    return {
        "whole_animation": BoolProperty(name=say("All frames"), **kept),
        "from_output": BoolProperty(name=say("Use rendered frames"), **kept),
        "folder": StringProperty(name=say("Folder"), subtype="DIR_PATH", **kept),
    }


# ---- one picture ---------------------------------------------------------------------------------


def _still(run: Run, host: BlenderHost, intent: Intent, params: Values) -> Work[list[str]]:
    picture = yield from render.last_render()
    task = yield from painted(run, host, asked_for(intent, params, [picture]))
    return (yield from laid(run, task))


# ---- all frames ----------------------------------------------------------------------------------


class Series:
    """The frames of one scene, and the folder they are painted into. from_output: what was
    rendered already is taken from the scene's output folder; else each frame is rendered."""

    def __init__(self, scene: str, folder: Path, from_output: bool) -> None:
        self.scene, self.folder, self.from_output = scene, folder, from_output
        self.params: Values = {}

    def prepare(self, params: Values) -> None:
        """With the seed that the frames in the folder have. Raises HostError where they were
        painted with something else."""
        known = read_object(self.folder / RECORD)
        seed = params.get("seed")
        before = {**params, "seed": known.get("seed")}
        if known and (known != before or seed not in (None, known.get("seed"))):
            raise HostError(
                say("In {folder} are frames of another prompt; empty it, or choose another folder.",
                    folder=self.folder)
            )  # fmt: skip
        if seed is None:
            seed = known.get("seed", random.randint(0, 2**32 - 1))
        self.params = {**params, "seed": seed}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            record = json.dumps(self.params, ensure_ascii=False, indent=1)
            (self.folder / RECORD).write_text(record, "utf-8")
        except OSError as error:
            raise HostError(
                say("The frames cannot be saved in {folder}: {why}.",
                    folder=self.folder, why=error.strerror)
            ) from error  # fmt: skip

    def path(self, frame: int) -> Path:
        return self.folder / f"{frame:04}.png"

    def picture(self, run: Run, frame: int) -> Work[Picture]:
        """A frame as Blender renders it. Raises HostError."""
        scene = bpy.data.scenes.get(self.scene)
        if scene is None:
            raise HostError(say("The scene is not there any more."))
        output = Path(bpy.path.abspath(scene.render.frame_path(frame=frame)))
        if self.from_output and output.is_file():
            return (yield from render.read_file(output))
        scene.frame_set(frame)
        if run.keeps:
            bpy.ops.render.render(scene=scene.name)
        else:
            yield from _rendered_beside(scene.name)
        return (yield from render.last_render(bpy.data.scenes[self.scene]))


def _animation(
    run: Run, host: BlenderHost, intent: Intent, series: Series, frames: range
) -> Work[list[str]]:
    """Paths of all painted frames. What is there already stays as it is."""
    scene = bpy.data.scenes[series.scene]
    before, run.frames = scene.frame_current, len(frames)
    try:
        for number, frame in enumerate(frames, 1):
            run.frame, path = number, series.path(frame)
            if path.exists():
                continue
            picture = yield from series.picture(run, frame)
            if run.is_stopping:
                break
            task = yield from painted(run, host, asked_for(intent, series.params, [picture]))
            best = task.candidates[0].layer
            studio().session.forget(task)  # it is a file; there is nothing to choose from
            made = images.Pixels(
                best.rect.width, best.rect.height, best.layout, best.space, best.pixels
            )
            yield from render.write_file(made, path)
    finally:
        if series.scene in bpy.data.scenes:
            bpy.data.scenes[series.scene].frame_set(before)
    return [str(series.path(frame)) for frame in frames if series.path(frame).exists()]


def _rendered_beside(scene: str) -> Work[None]:
    """In Blender's own render job: the viewport stays alive."""
    window = bpy.context.window_manager.windows[0]
    with bpy.context.temp_override(window=window):
        bpy.ops.render.render("INVOKE_DEFAULT", scene=scene)
    yield
    while bpy.app.is_job_running("RENDER"):
        yield
