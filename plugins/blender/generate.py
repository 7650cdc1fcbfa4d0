"""Generate texture: from words onto the active object."""

from __future__ import annotations

import bpy

from plugins.blender.commands import SIDE, command_named
from plugins.blender.jobs import JobOperator, Plan
from plugins.blender.landing import active_mesh, document_of, new_host
from plugins.blender.painting import painted_and_laid
from plugins.common.form import Form
from plugins.common.intents import Intent
from plugins.common.request import Order


class GenerateTexture(JobOperator):
    command = command_named("generate")

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        values = form.params(intent)
        size = values.get("width") or SIDE, values.get("height") or SIDE
        host = new_host(None, active_mesh(context), size=size)
        order = Order(intent, document_of(host))
        return lambda run: painted_and_laid(run, host, form, order)
