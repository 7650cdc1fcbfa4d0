"""Material set: height, normal, roughness and occlusion of a texture, wired into the material.

The maps are derived from the picture, not measured, and the panel says so.
"""

from __future__ import annotations

from dataclasses import replace

import bpy

from plugins.blender.commands import command_named
from plugins.blender.jobs import Plan
from plugins.blender.landing import active_mesh, document_of, named_image, new_host
from plugins.blender.painting import painted
from plugins.blender.state import Run, studio
from plugins.blender.surface import add_maps
from plugins.blender.vary_mix import OnImage
from plugins.common.form import Form
from plugins.common.host import HostError, Work
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.request import Order, request
from protocol.messages import Output
from protocol.pixels import ColorSpace, PixelLayout

MAPS = ("height", "normal", "roughness", "occlusion")


class MaterialMaps(OnImage):
    command = command_named("material")

    def plan(self, context: bpy.types.Context, intent: Intent, form: Form) -> Plan:
        host = new_host(named_image(context, self.image), active_mesh(context))
        order, params = Order(intent, document_of(host)), form.params(intent)
        if not any(params.get(f"{name}_map", True) for name in MAPS):
            raise HostError(say("Choose at least one map."))

        def work(run: Run) -> Work[list[str]]:
            asked = yield from request(host, form, order)
            # 16 bits a number: floats of four maps at 4096² would be more than a gigabyte.
            output = Output(PixelLayout.GRAY16, space=ColorSpace.LINEAR)
            asked = replace(asked, submit=replace(asked.submit, output=output))
            task = yield from painted(run, host, asked)
            items = list(task.job.items) if task.job is not None else []
            studio().session.forget(task)  # there is nothing to choose from
            keys = yield from add_maps(
                host,
                items,
                texture=order.document.name,
                normal_format=str(params.get("normal_format", "opengl")),
            )
            return [host.info(key).name for key in keys.values()]

        return work
