"""Inpaint texture: the part of the active image that a stencil, an image or faces mark."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty

from plugins.blender.commands import WAYS, command_named
from plugins.blender.host.masks import FACES, IMAGE, STENCIL, MaskSource
from plugins.blender.jobs import Plan, name_argument
from plugins.blender.landing import active_mesh, document_of, named_image, new_host
from plugins.blender.painting import painted_and_laid
from plugins.blender.vary_mix import OnImage
from plugins.common.form import Form
from plugins.common.host import HostError
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.request import Order


class InpaintTexture(OnImage):
    command = command_named("inpaint")
    mask_image: str

    def meant(self, scene: bpy.types.Scene) -> Intent:
        name = self.choice(scene, "intent") if self.is_given("intent") else scene.impasto.way
        return next(each for each in WAYS if each.name == name)

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        scene = context.scene
        mask = self._mask(scene)
        image = named_image(context, self.image)
        in_place = self.choice(scene, "in_place")
        host = new_host(image, active_mesh(context), mask=mask, in_place=in_place)
        order = Order(intent, document_of(host))
        why = host.why_no_mask()
        if why:
            raise HostError(why)
        return lambda run: painted_and_laid(run, host, form, order)

    def _mask(self, scene: bpy.types.Scene) -> MaskSource:
        kind = self.choice(scene, "mask")
        chosen = scene.impasto.mask_image
        name = self.mask_image or (chosen.name if chosen is not None else "")
        if kind == IMAGE and not name:
            raise HostError(say("Choose the mask image: white is painted."))
        margin, inverted = self.choice(scene, "margin"), self.choice(scene, "inverted")
        return MaskSource(kind, name, margin, inverted)


def arguments() -> dict[str, Any]:
    """As in `scene.impasto`, for scripts."""
    kept: dict[str, Any] = {"options": {"SKIP_SAVE"}}
    masks = [(STENCIL, say("Stencil"), "", 0), (IMAGE, say("Image"), "", 1),
             (FACES, say("Faces"), "", 2)]  # fmt: skip
    ways = [(way.name, say(way.label), say(way.help), n) for n, way in enumerate(WAYS)]
    return {
        "intent": EnumProperty(name=say("Intent"), items=ways, **kept),
        "mask": EnumProperty(name=say("Mask"), items=masks, **kept),
        "mask_image": name_argument(say("Mask image"), say("By its name.")),
        "margin": IntProperty(name=say("Margin"), default=4, min=0, max=64, **kept),
        "inverted": BoolProperty(name=say("Invert the mask"), **kept),
        "in_place": BoolProperty(name=say("In place"), **kept),
    }
