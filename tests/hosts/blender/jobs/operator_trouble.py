"""What goes wrong, said in a sentence; and what is kept in the file."""


def said(deed):
    try:
        return str(deed())
    except RuntimeError as error:
        return str(error)


def job(tools):
    return globals()[tools.arguments["part"]](tools)


def generate(tools, **more):
    given = {"prompt": "moss", "width": 64, "height": 64, "steps": 2, "rank": False, **more}
    return tools.bpy.ops.impasto.generate_texture(**given)


def refusals(tools):
    impasto = tools.bpy.ops.impasto
    tools.new_file()
    answer = {
        "no prompt": said(lambda: generate(tools, prompt=" ")),
        "bad seed": said(lambda: generate(tools, seed="seven")),
        "large seed": said(lambda: generate(tools, seed=str(2**32))),
        "no image": said(lambda: impasto.vary_texture(steps=2)),
        "no object": said(lambda: impasto.project_from_view(prompt="moss")),
        "no render": said(lambda: impasto.repaint_render(prompt="moss")),
        "no candidate": said(lambda: impasto.apply(number=3)),
    }
    tools.add("cube")
    tools.new_image("old", 64, 64)
    answer["no camera"] = said(lambda: impasto.project_from_view(prompt="moss"))
    answer["no stencil"] = said(
        lambda: impasto.inpaint_texture(image="old", prompt="moss", mask="stencil")
    )
    answer["no such image"] = said(lambda: impasto.vary_texture(image="nowhere"))
    return answer


def alone(tools):
    """Without an object: an image, and nothing else."""
    tools.new_file()
    generate(tools, tile="none")
    bpy = tools.bpy
    return {
        "results": bpy.context.scene.impasto.results,
        "images": [image.name for image in bpy.data.images],
        "materials": len(bpy.data.materials),
    }


def paint(tools):
    tools.new_file()
    tools.add("cube")
    return {"said": said(lambda: generate(tools, **tools.arguments.get("more", {})))}


def beside(tools):
    """With texture files beside the .blend, which is packed into as long as it has no file."""
    bpy = tools.bpy
    preferences = bpy.context.preferences.addons[tools.arguments["module"]].preferences
    preferences.textures = "beside"
    tools.new_file()
    tools.add("cube")
    found = []
    for _ in range(2):
        generate(tools)
        image = bpy.data.images[bpy.context.scene.impasto.results]
        found.append([image.filepath, image.packed_file is not None])
        bpy.ops.wm.save_as_mainfile(filepath=tools.arguments["target"])
    return {"found": found}


def memory(tools):
    return {"said": said(tools.bpy.ops.impasto.free_memory)}


def filled_in(tools):
    """Every field of the form, set as an artist would, and the file saved."""
    bpy = tools.bpy
    tools.new_file()
    scene = bpy.context.scene
    form = scene.impasto_form
    form.generate_prompt = "moss on stone"
    form.generate_style = "texture"
    form.size = "2048"
    form.generate_tile = "x"
    form.generate_seed = str(2**32 - 1)
    form.generate_steps_own = True
    form.generate_steps = 12
    form.generate_sampler = "heun"
    form.vary_variation = 0.25
    form.material_normal_format = "directx"
    form.material_invert = True
    scene.impasto.command = "inpaint"
    scene.impasto.way = "replace"
    generate(tools)
    bpy.ops.wm.save_as_mainfile(filepath=tools.arguments["target"])
    return shown(tools)


def shown(tools):
    scene = tools.bpy.context.scene
    form = scene.impasto_form
    names = ("prompt", "style", "tile", "seed", "steps", "steps_own", "sampler", "width", "model")
    values = {name: getattr(form, f"generate_{name}") for name in names}
    return {
        **values,
        "size": form.size,
        "variation": round(form.vary_variation, 3),
        "others": [form.inpaint_prompt, form.vary_seed, form.material_tile],
        "material": [form.material_normal_format, form.material_invert],
        "guidance_own": form.generate_guidance_scale_own,
        "command": [scene.impasto.command, scene.impasto.way],
        "json": scene.impasto.form,
        "images": [image.name for image in tools.bpy.data.images if image.has_data],
    }


def off_and_on(tools):
    """The values of the open file, after the extension was off, and after another catalogue."""
    import sys

    bpy, module = tools.bpy, tools.arguments["module"]
    before = shown(tools)
    bpy.ops.preferences.addon_disable(module=module)
    gone = [hasattr(bpy.types.Scene, "impasto"), hasattr(bpy.types, "IMPASTO_PT_view_3d")]
    timers = [name for name in ("generate_texture", "apply") if name in dir(bpy.ops.impasto)]
    bpy.ops.preferences.addon_enable(module=module)
    again = shown(tools)
    properties = sys.modules[f"{module}.properties"]
    params = sys.modules[f"{module}.protocol.params"]
    known = properties.FORMS.catalogue
    newer = params.Catalogue(
        tuple(
            params.Operation(
                each.name,
                each.label,
                each.help,
                (
                    *(one for one in each.params if one.name != "style"),
                    params.Toggle("sparkle", "Sparkle", default=False),
                ),
            )
            for each in known.operations
        )
    )
    properties.unregister()
    properties.FORMS.use(newer)
    properties.register()
    form = bpy.context.scene.impasto_form
    changed = [form.generate_prompt, form.generate_sparkle, hasattr(form, "generate_style")]
    return {"before": before, "again": again, "gone": gone, "left": timers, "changed": changed}
