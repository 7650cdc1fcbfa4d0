"""material: the maps of a surface, derived from its picture."""

from __future__ import annotations

from core_server.operations.common import IMAGE, tile
from protocol.messages import Output, Submit
from protocol.params import Choice, Number, Operation, Option, Toggle
from protocol.pixels import PixelLayout

MATERIAL = "material"
MAPS = ("height", "normal", "roughness", "occlusion")
"""The maps by the names of the items, in the order of the result; `height_map` asks for height."""

_COLOUR = {
    PixelLayout.GRAY8: PixelLayout.RGBA8,
    PixelLayout.GRAYA8: PixelLayout.RGBA8,
    PixelLayout.GRAY16: PixelLayout.RGBA16,
    PixelLayout.GRAYA16: PixelLayout.RGBA16,
    PixelLayout.GRAY32F: PixelLayout.RGBA32F,
    PixelLayout.GRAYA32F: PixelLayout.RGBA32F,
}
"""What a normal comes in where gray was asked for: it has three numbers."""


def material() -> Operation:
    return Operation(
        MATERIAL,
        "Material",
        "Derive height, normal, roughness and occlusion maps from a texture: guessed from its "
        "brightness, not measured.",
        (
            IMAGE,
            tile("Where the texture wraps around; the maps then do so, too."),
            Toggle("height_map", "Height map", "Gray: white is high.", default=True),
            Toggle("normal_map", "Normal map", "Which way the surface faces.", default=True),
            Toggle("roughness_map", "Roughness map", "Gray: black is glossy.", default=True),
            Toggle("occlusion_map", "Occlusion map", "Gray: dark in pits.", default=True),
            Number(
                "relief", "Relief", "How steep normals and occlusion take the surface to be.",
                minimum=0.0, maximum=4.0, step=0.05, default=1.0,
            ),
            Number(
                "detail", "Detail", "0: broad forms; 1: fine grain as strong as in the picture.",
                minimum=0.0, maximum=1.0, step=0.01, default=0.5,
            ),
            Toggle("invert", "Light is deep", "For pale joints between darker bricks or stones."),
            Choice(
                "normal_format", "Normal format", "Which way green points in the normal map.",
                default="opengl",
                options=(
                    Option("opengl", "OpenGL", "Green is up: Blender, Godot, Unity."),
                    Option("directx", "DirectX", "Green is down: Unreal, 3ds Max."),
                ),
            ),
            *_roughness(),
            *_occlusion(),
        ),
    )  # fmt: skip


def _roughness() -> tuple[Number, ...]:
    return (
        Number(
            "roughness_base", "Roughness", "Of the surface as a whole.",
            visibility="advanced", minimum=0.0, maximum=1.0, step=0.01, default=0.7,
        ),
        Number(
            "roughness_contrast", "Roughness contrast",
            "How much rougher what is deep or grainy is, and how much smoother the rest.",
            visibility="advanced", minimum=0.0, maximum=1.0, step=0.01, default=0.25,
        ),
    )  # fmt: skip


def _occlusion() -> tuple[Number, ...]:
    return (
        Number(
            "occlusion_strength", "Occlusion strength", "How dark pits and joints are.",
            visibility="advanced", minimum=0.0, maximum=4.0, step=0.05, default=1.0,
        ),
        Number(
            "occlusion_radius", "Occlusion radius",
            "How far away something may stand in the light. Empty: from the picture's size.",
            visibility="advanced", minimum=1, maximum=1024, step=1, integer=True, nullable=True,
            unit="px",
        ),
    )  # fmt: skip


def map_layouts(submit: Submit) -> dict[str, PixelLayout]:
    """The maps that a submit with complete parameters asks for, and the layout each comes in."""
    asked = map_output(submit).layout
    return {
        name: _COLOUR.get(asked, asked) if name == "normal" else asked
        for name in MAPS
        if submit.params[f"{name}_map"]
    }


def map_output(submit: Submit) -> Output:
    """How the maps are laid out: as asked, else like the picture."""
    if submit.output is not None:
        return submit.output
    first = next((entry for entry in submit.inputs if entry.role == "image"), None)
    return Output() if first is None else Output(first.layout, first.rows, first.space)
