"""All operators below `bpy.ops.impasto`, as Blender registers them.

They are made anew when the catalogue or the language is another.
"""

from __future__ import annotations

import bpy

from plugins.blender import control, inpaint, jobs, project, render_pass, vary_mix
from plugins.blender.generate import GenerateTexture
from plugins.blender.inpaint import InpaintTexture
from plugins.blender.material_maps import MaterialMaps
from plugins.blender.project import ProjectFromView
from plugins.blender.render_pass import RepaintRender
from plugins.blender.vary_mix import MixTextures, VaryTexture

_registered: list[type] = []


def operators() -> list[type]:
    on_image = vary_mix.image_argument()
    return [
        jobs.operator(GenerateTexture),
        jobs.operator(InpaintTexture, {**on_image, **inpaint.arguments()}),
        jobs.operator(VaryTexture, on_image),
        jobs.operator(MixTextures, {**on_image, **vary_mix.other_argument()}),
        jobs.operator(MaterialMaps, on_image),
        jobs.operator(ProjectFromView, project.arguments()),
        jobs.operator(RepaintRender, render_pass.arguments()),
        *(control.operator(deed) for deed in control.deeds()),
    ]


def register() -> None:
    for each in operators():
        bpy.utils.register_class(each)
        _registered.append(each)


def unregister() -> None:
    while _registered:
        bpy.utils.unregister_class(_registered.pop())
