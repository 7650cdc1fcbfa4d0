"""The tab “Impasto” in the sidebars of the 3D Viewport and the Image Editor.

Draws what the desk says; every click is one of Blender's operators. It must change nothing.
"""

from __future__ import annotations

from typing import Any

import bpy

from plugins.blender.drawing import Drawn, lines, settings, wrapped
from plugins.blender.fields import has_own_switch, switch_of
from plugins.blender.host.preview import NAME as PREVIEW
from plugins.blender.landing import active_image, active_mesh, apply_first, no_image
from plugins.blender.properties import FORMS, property_name
from plugins.blender.strip import draw_candidates, draw_jobs
from plugins.common.phrases import say
from plugins.common.session import Notice
from plugins.common.wording import REMEDIES
from protocol.params import Parameter, Text

TAB = "Impasto"
_APART = {"prompt", "width", "height", "tile", "intent"}
"""Drawn by hand, where they are looked for."""

_INERT = {"select_area"}
"""Cures that only a click elsewhere in Blender is."""

_registered: list[type] = []


# ---- the parts -----------------------------------------------------------------------------------


def draw_notice(it: Drawn) -> None:
    desk = it.desk
    notice = desk.notice if desk is not None else None
    if notice is None and FORMS.refused:
        notice = Notice(FORMS.refused)
    if notice is None or desk is None:
        return
    box = it.layout.box()
    column = box.column(align=True)
    lines = wrapped(notice.spoken, it.letters - 4)
    for number, line in enumerate(lines):
        icon = ("ERROR" if notice.is_error else "INFO") if number == 0 else "BLANK1"
        column.label(text=line, icon=icon)
    action = notice.remedy.action if notice.remedy else ""
    row = box.row()
    if action in REMEDIES and action not in _INERT:
        it.operator(row, "cure", say(REMEDIES[action]))
    if notice is desk.trouble:
        it.operator(row, "dismiss", "" if action in REMEDIES else say("Dismiss"), icon="X")


def draw_command(it: Drawn) -> None:
    it.layout.prop(it.options, "command", text="")
    if len(it.command.intents) > 1:
        row = it.layout.row(align=True)
        row.prop(it.options, "way", expand=True)


def draw_prompt(it: Drawn) -> None:
    name = property_name(it.intent.operation, "prompt")
    if "prompt" in it.intent.fixed or not hasattr(it.group, name):
        return
    row = it.layout.row()
    row.scale_y = 1.3
    row.prop(it.group, name, icon="GREASEPENCIL", text="", placeholder=say("Prompt"))


def draw_subject(it: Drawn) -> None:
    """What the command works on, and what it asks beside the form."""
    {
        "generate": draw_size,
        "inpaint": draw_inpaint,
        "vary": draw_image,
        "mix": draw_mix,
        "material": draw_material,
        "project": draw_project,
        "render": draw_render,
    }[it.command.name](it)


def draw_size(it: Drawn) -> None:
    column = settings(it.layout)
    column.prop(it.group, "size")
    if it.group.size == "own":
        for side in ("width", "height"):
            column.prop(it.group, property_name("generate", side))
    column.prop(it.group, property_name("generate", "tile"))
    if active_mesh(it.context) is None:
        lines(it, say("No mesh object is active: the texture will be an image on its own."))


def draw_image(it: Drawn) -> None:
    image = active_image(it.context)
    row = it.layout.row()
    desk = it.desk
    shown = desk.landings.shown if desk is not None else None
    name = image.name if image is not None else ""
    if shown is not None and name == PREVIEW and desk is not None:
        name = desk.landings.of(shown).host.target.image
        if not name:
            lines(it, apply_first())
            return
    if name:
        row.label(text=name, icon="IMAGE_DATA", translate=False)
    else:
        lines(it, no_image())


def draw_inpaint(it: Drawn) -> None:
    draw_image(it)
    column = settings(it.layout)
    column.prop(it.options, "mask")
    if it.options.mask == "stencil":
        painting = it.scene.tool_settings.image_paint
        column.prop(painting, "stencil_image", text=say("Stencil"))
    elif it.options.mask == "image":
        column.prop(it.options, "mask_image")
    else:
        column.prop(it.options, "margin")
    column.prop(it.options, "inverted")
    column.prop(it.options, "in_place")


def draw_mix(it: Drawn) -> None:
    draw_image(it)
    settings(it.layout).prop(it.options, "other")


def draw_material(it: Drawn) -> None:
    draw_image(it)
    column = settings(it.layout)
    column.prop(it.group, property_name("material", "tile"))
    lines(it, say("The maps are derived from the picture, not measured."))


def draw_project(it: Drawn) -> None:
    column = settings(it.layout)
    column.prop(it.options, "view_side")
    column.prop(it.options, "afresh")
    lines(it, say(it.guide.remark))


def draw_render(it: Drawn) -> None:
    column = settings(it.layout)
    column.prop(it.options, "whole_animation")
    if it.options.whole_animation:
        column.prop(it.options, "folder")
        column.prop(it.options, "from_output")


def paints_frames(it: Drawn) -> bool:
    """One picture for each, whatever the form says."""
    return it.command.name == "render" and it.options.whole_animation


def draw_fields(it: Drawn, visibility: str) -> None:
    column = settings(it.layout)
    for field in it.form.fields(it.intent, visibility):
        if field.name not in _APART and not (field.name == "count" and paints_frames(it)):
            draw_field(it, column, field)


def draw_field(it: Drawn, column: Any, field: Parameter) -> None:
    name = property_name(it.intent.operation, field.name)
    if not hasattr(it.group, name):
        return
    if has_own_switch(field):
        row = column.row(heading=say(field.label))
        row.prop(it.group, switch_of(name), text="")
        if getattr(it.group, switch_of(name)):
            row.prop(it.group, name, text="")
        else:
            row.label(text=say("automatic"))
    elif field.name == "seed":
        row = column.row(align=True)
        row.prop(it.group, name, placeholder=say("random"))
        it.operator(row, "seed", "", icon="FILE_REFRESH").kind = "new"
        it.operator(row, "seed", "", icon="LOCKED").kind = "last"
    elif isinstance(field, Text):
        row = column.row()  # as wide as the panel: it is for words
        row.use_property_split = False
        row.prop(it.group, name, text="", placeholder=say(field.label))
    else:
        column.prop(it.group, name)


def draw_button(it: Drawn) -> None:
    row = it.layout.row()
    row.scale_y = 1.6
    label = say(it.intent.label if len(it.command.intents) > 1 else it.command.label)
    it.operator(row, it.command.operator, label, icon=it.command.icon)


def draw_menu(it: Drawn) -> None:
    row = it.layout.row(align=True)
    it.operator(row, "free_memory", say("Free GPU memory"))
    it.operator(row, "reset", "", icon="LOOP_BACK")


# ---- the panels ----------------------------------------------------------------------------------


def draw_main(self: Any, context: bpy.types.Context) -> None:
    it = Drawn(context, self.layout)
    for part in (draw_notice, draw_command, draw_prompt, draw_subject):
        part(it)
    draw_fields(it, "basic")
    for part in (draw_button, draw_jobs, draw_candidates):
        part(it)


def draw_advanced(self: Any, context: bpy.types.Context) -> None:
    it = Drawn(context, self.layout)
    draw_fields(it, "advanced")
    draw_menu(it)


def panels(space: str) -> list[type]:
    """Of one editor: the main one, and the folded one below it."""
    common: dict[str, Any] = {
        "bl_space_type": space,
        "bl_region_type": "UI",
        "bl_category": TAB,
        "__doc__": None,
    }
    name = f"IMPASTO_PT_{space.lower()}"
    main = {**common, "bl_idname": name, "bl_label": "Impasto", "draw": draw_main}
    advanced = {
        **common,
        "bl_idname": f"{name}_advanced",
        "bl_parent_id": name,
        "bl_label": say("Advanced"),
        "bl_options": {"DEFAULT_CLOSED"},
        "draw": draw_advanced,
    }
    return [type(each["bl_idname"], (bpy.types.Panel,), each) for each in (main, advanced)]


def register() -> None:
    for space in ("VIEW_3D", "IMAGE_EDITOR"):
        for each in panels(space):
            bpy.utils.register_class(each)
            _registered.append(each)


def unregister() -> None:
    while _registered:
        bpy.utils.unregister_class(_registered.pop())
