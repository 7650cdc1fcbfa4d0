"""Vary and mix: from the active image, or from two, to new textures."""

from __future__ import annotations

from typing import Any

import bpy

from plugins.blender.commands import command_named
from plugins.blender.jobs import JobOperator, Plan, name_argument
from plugins.blender.landing import (
    active_image,
    active_mesh,
    document_of,
    named_image,
    new_host,
    no_image,
)
from plugins.blender.painting import painted_and_laid
from plugins.common.form import Form
from plugins.common.host import HostError
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.request import Order


class OnImage(JobOperator):
    """Works on an image that is there."""

    image: str

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        if active_image(context) is None and not bpy.data.images:
            return no_image()
        return ""


class VaryTexture(OnImage):
    command = command_named("vary")

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        host = new_host(named_image(context, self.image), active_mesh(context))
        order = Order(intent, document_of(host))
        return lambda run: painted_and_laid(run, host, form, order)


class MixTextures(OnImage):
    command = command_named("mix")
    other: str

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        host = new_host(named_image(context, self.image), active_mesh(context))
        document = document_of(host)
        partner = context.scene.impasto.other
        name = self.other or (partner.name if partner is not None else "")
        known = {each.name: each for each in host.layers(document.key) if each.id != document.key}
        if self.other and name not in known:
            raise HostError(say("There is no image “{name}” to mix with.", name=name))
        order = Order(intent, document, other=known.get(name))
        return lambda run: painted_and_laid(run, host, form, order)


def image_argument() -> dict[str, Any]:
    """For scripts, as is the next."""
    text = say("Which image to work on; empty: the active one.")
    return {"image": name_argument(say("Image"), text)}


def other_argument() -> dict[str, Any]:
    text = say("The second image; empty: the panel's, or the prompt.")
    return {"other": name_argument(say("Mix with"), text)}
