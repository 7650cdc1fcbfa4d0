"""The jobs under way, and the candidates that came of them, in the panels of both editors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plugins.blender.drawing import Drawn, lines
from plugins.blender.previews import PICTURES
from plugins.common.phrases import say, say_sentence
from plugins.common.tasks import Candidate, Task
from plugins.common.wording import about, describe

ROWS = 4
"""Of candidates; older ones come as those above are discarded."""


def draw_jobs(it: Drawn) -> None:
    desk = it.desk
    if desk is None:
        return
    for run in desk.runs:
        if run.frames:
            text = say("Frame {number} of {count}", number=run.frame, count=run.frames)
            it.layout.progress(factor=(run.frame - 1) / run.frames, text=text)
        elif run.is_idle:
            row = it.layout.row(align=True)
            row.label(text=say("Waiting"))
            it.operator(row, "cancel", "", icon="X")
    for task in reversed(desk.unfinished):
        draw_job(it, task)


def draw_job(it: Drawn, task: Task) -> None:
    box = it.layout.box()
    row = box.row()
    icon = PICTURES.progress(task)
    if icon:
        row.template_icon(icon_value=icon, scale=2.6)
    column = row.column(align=True)
    column.label(text=task.ticket.title, translate=False)
    line = column.row(align=True)
    line.progress(factor=task.share or 0.0, text=describe(task))
    stop = line.row(align=True)
    stop.enabled = not task.is_cancelling
    it.operator(stop, "cancel", "", icon="X").job = task.ticket.job


def draw_candidates(it: Drawn) -> None:
    desk = it.desk
    candidates = desk.candidates if desk is not None else []
    if desk is None or not candidates:
        return
    chosen = desk.chosen if desk.chosen in candidates else candidates[0]
    row = it.layout.row(align=True)
    it.operator(row, "apply", say("Apply"), icon="CHECKMARK")
    it.operator(row, "vary_candidate", say("Vary this"))
    it.operator(row, "discard", say("Discard"), icon="TRASH")
    draw_textured(it)
    across = max(2, min(len(candidates), int(it.letters / 11), 4))
    grid = it.layout.grid_flow(
        row_major=True, columns=across, even_columns=True, even_rows=True, align=True
    )
    for number, candidate in enumerate(candidates[: ROWS * across]):
        draw_candidate(it, grid, number, candidate)
    known = about(replace(chosen, is_applied=False)).splitlines()[1:]  # its name is the prompt
    if known:
        it.layout.label(text=" · ".join(known), translate=False)
    for note in desk.notes_of(chosen):
        lines(it, say_sentence(note))


def draw_candidate(it: Drawn, grid: Any, number: int, candidate: Candidate) -> None:
    desk = it.desk
    assert desk is not None
    is_shown = desk.landings.is_chosen(candidate, desk.chosen)
    cell = grid.column(align=True)
    icon = PICTURES.candidate(candidate)
    if icon:
        cell.template_icon(icon_value=icon, scale=4.4)
    mark = "HIDE_OFF" if is_shown else "CHECKMARK" if candidate.is_applied else "HIDE_ON"
    button = it.operator(cell, "show_candidate", "", icon=mark, depress=is_shown)
    button.number = number


def draw_textured(it: Drawn) -> None:
    """Blender's plain viewport shows no textures until it is told."""
    space = it.context.space_data
    if space is None or space.type != "VIEW_3D":
        return
    shading = space.shading
    if shading.type == "SOLID" and shading.color_type != "TEXTURE":
        words = say("Show textures in this view")
        button = it.layout.operator("wm.context_set_enum", text=words, icon="SHADING_TEXTURE")
        button.data_path, button.value = "space_data.shading.color_type", "TEXTURE"
