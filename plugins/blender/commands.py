"""What a texture artist wants to do in Blender, and which operation of the daemon does it.

A table; the intents that all paint programs have are in `plugins.common.intents`.
"""

from __future__ import annotations

from typing import NamedTuple

from plugins.common.intents import Intent, find

SIDE = 1024
"""Pixels of a new texture, until the artist says another size."""

_UNSEEN = {"transparent": False, "tile": "none", "width": None, "height": None}

TEXTURE = Intent(
    "texture", "Generate texture", "Paint a texture from words and put it on the active object.",
    "generate", layers=0, needs_prompt=True, fixed={"strength": 1.0}, tucked=("transparent",),
)  # fmt: skip
MATERIAL = Intent(
    "material", "Material set",
    "Derive height, normal, roughness and occlusion maps from the texture and wire them up.",
    "material",
)  # fmt: skip
PROJECT = Intent(
    "project", "Project from view",
    "Paint the object as it is seen now, and bake that into its texture where it is visible.",
    "generate", needs_prompt=True, fixed=_UNSEEN, sends={"control": "depth"},
)  # fmt: skip
RENDER = Intent(
    "render", "Repaint render",
    "Go over the last render, or all frames; the strength says how much may change.",
    "generate", fixed=_UNSEEN,
)  # fmt: skip
WAYS = tuple(find(name) for name in ("fill", "replace", "remove"))
"""Of inpainting."""

VARY, MIX = find("vary"), find("mix")
BLENDER_INTENTS = (TEXTURE, MATERIAL, PROJECT, RENDER)
"""Those that only Blender has."""


class Command(NamedTuple):
    """An entry of the list at the top of the panel. number: what a .blend keeps; never changes.

    intents: what may be meant by it. operator: below `bpy.ops.impasto`. icon: one of Blender's.
    """

    name: str
    number: int
    label: str
    help: str
    operator: str
    icon: str
    intents: tuple[Intent, ...]


COMMANDS: tuple[Command, ...] = (
    Command("generate", 0, TEXTURE.label, TEXTURE.help, "generate_texture", "TEXTURE", (TEXTURE,)),
    Command(
        "inpaint", 1, "Inpaint texture", "Repaint a part of the active image.",
        "inpaint_texture", "BRUSH_DATA", WAYS,
    ),
    Command(
        "vary", 2, "Vary texture", "Paint more textures like the active image.",
        "vary_texture", "DUPLICATE", (VARY,),
    ),
    Command(
        "mix", 3, "Mix textures", "Paint one texture out of the active image and another one.",
        "mix_textures", "XRAY", (MIX,),
    ),
    Command("material", 4, MATERIAL.label, MATERIAL.help, "material", "MATERIAL", (MATERIAL,)),
    Command(
        "project", 5, PROJECT.label, PROJECT.help, "project_from_view", "MOD_UVPROJECT", (PROJECT,)
    ),
    Command("render", 6, RENDER.label, RENDER.help, "repaint_render", "RENDER_STILL", (RENDER,)),
)  # fmt: skip


def command_named(name: str) -> Command:
    """Raises KeyError."""
    return {each.name: each for each in COMMANDS}[name]
