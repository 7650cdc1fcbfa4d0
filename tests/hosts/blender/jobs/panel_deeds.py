"""The panels and what their buttons do, in a Blender with a window. The scene is the default one,
with its cube active."""

import sys
import time

MODULE = "bl_ext.user_default.impasto"
COMMANDS = ("generate", "inpaint", "vary", "mix", "material", "project", "render")


def job(tools):
    return globals()[tools.arguments["part"]](tools)


def desk():
    return sys.modules[f"{MODULE}.state"].studio()


def worn(tools):
    """Name of the image on the cube, and its mean colour."""
    cube = tools.bpy.data.objects["Cube"]
    nodes = cube.active_material.node_tree.nodes if cube.active_material else ()
    for node in nodes:
        if node.type == "TEX_IMAGE" and node.image is not None:
            mean = tools.pixels(node.image)[..., :3].mean()
            return [node.image.name, float(mean)]
    return ["", 0.0]


def prepared(tools):
    """Where the sidebar of the 3D Viewport is; small, quick pictures from now on."""
    scene = tools.bpy.context.scene
    form = scene.impasto_form
    form.size, form.generate_prompt = "256", "mossy cobblestone"
    form.generate_steps_own, form.generate_steps, form.generate_rank = True, 4, False
    form.generate_count = 2
    yield from tools.until(lambda: desk().session.is_ready, 20)
    tools.area("VIEW_3D").spaces.active.shading.color_type = "TEXTURE"
    where = yield from tools.sidebar("VIEW_3D", "Impasto")
    tools.bpy.ops.ed.undo_push(message="prepared")  # as if it had been typed
    return where


def drawn(tools):
    """Every command in both editors, with and without an image."""
    bpy = tools.bpy
    scene = bpy.context.scene
    count = 0
    for kind in ("VIEW_3D", "IMAGE_EDITOR"):
        area = tools.area("VIEW_3D")
        area.ui_type = kind
        yield 200
        yield from tools.sidebar(kind, "Impasto")
        for command in COMMANDS:
            scene.impasto.command = command
            for way, mask in (("fill", "stencil"), ("replace", "image"), ("remove", "faces")):
                scene.impasto.way, scene.impasto.mask = way, mask
                scene.impasto.whole_animation = mask == "image"
                scene.impasto_form.size = "own" if mask == "faces" else "256"
                area.tag_redraw()
                yield 60
                count += 1
        area.ui_type = "VIEW_3D"
        yield 200
    scene.impasto.command = "generate"
    scene.impasto.whole_animation = False
    scene.impasto_form.size = "256"
    return {"count": count}


def begun(tools):
    with tools.inside("VIEW_3D"):
        answer = tools.bpy.ops.impasto.generate_texture(
            "INVOKE_DEFAULT", **tools.arguments.get("more", {})
        )
    return {"answer": list(answer)}


def finished(tools):
    """How long Blender's main loop stood still at most while the job went on, and what came."""
    longest, last = 0.0, time.monotonic()
    steps = set()
    while desk().is_busy:
        for task in desk().unfinished:
            if task.share is not None:
                steps.add(task.progress.step)
        yield 20
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    yield 400
    trouble = desk().trouble
    return {
        "longest": longest,
        "steps": len(steps),
        "candidates": len(desk().candidates),
        "worn": worn(tools),
        "trouble": trouble.text if trouble else "",
        "modal": [
            each.bl_idname for each in tools.bpy.context.window_manager.windows[0].modal_operators
        ],
    }


def pressed(tools):
    """One of the small operators."""
    name, more = tools.arguments["name"], tools.arguments.get("more", {})
    try:
        getattr(tools.bpy.ops.impasto, name)(**more)
    except RuntimeError as error:
        return {"said": str(error)}
    yield 500
    return {
        "worn": worn(tools),
        "candidates": len(desk().candidates),
        "shown": desk().landings.shown is not None,
        "images": sorted(image.name for image in tools.bpy.data.images),
    }


def undone(tools):
    with tools.inside("VIEW_3D"):
        getattr(tools.bpy.ops.ed, tools.arguments["name"])()
    yield 800
    return {"worn": worn(tools)}


def moved(tools):
    """A step of the artist's own while a candidate is shown."""
    with tools.inside("VIEW_3D"):
        tools.bpy.ops.transform.translate("EXEC_DEFAULT", True, value=(0.1, 0, 0))
    yield 100


def saved(tools):
    bpy = tools.bpy
    bpy.ops.wm.save_as_mainfile(filepath=tools.arguments["target"], copy=True)
    yield 800
    with bpy.data.libraries.load(tools.arguments["target"]) as (inside, _):
        names = list(inside.images)
    return {"inside": sorted(names), "worn": worn(tools)}


def notice(tools):
    yield from tools.until(lambda: desk().notice is not None, 20)
    found = desk().notice
    return {"text": found.spoken, "cure": found.remedy.action if found.remedy else ""}


def connected(tools):
    yield from tools.until(lambda: desk().session.is_ready, 30)


def rendered(tools):
    """With the preference that frees the memory before."""
    bpy = tools.bpy
    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.frees_memory = tools.arguments["frees"]
    started = time.monotonic()
    tools.render(tools.folder / "render.png", 64, 48, 1)
    preferences.frees_memory = False
    yield 100
    return {"seconds": time.monotonic() - started}


def animated(tools):
    """Two frames, rendered and gone over beside the artist; the folder is not asked for twice."""
    bpy = tools.bpy
    scene = bpy.context.scene
    tools.render(tools.folder / "still.png", 64, 48, 1)
    scene.frame_start, scene.frame_end = 1, 2
    folder = tools.folder / "frames"
    for _ in range(2):
        with tools.inside("VIEW_3D"):
            bpy.ops.impasto.repaint_render(
                "INVOKE_DEFAULT", whole_animation=True, folder=str(folder),
                prompt="an oil painting", steps=3, strength=0.5,
            )  # fmt: skip
        seen = set()
        while desk().is_busy:
            seen |= {(run.frame, run.frames) for run in desk().runs}
            yield 20
        yield 300
    trouble = desk().trouble
    return {
        "files": sorted(path.name for path in folder.iterdir()),
        "candidates": len(desk().candidates),
        "trouble": trouble.text if trouble else "",
        "modal": len(bpy.context.window_manager.windows[0].modal_operators),
    }


def failed(tools):
    """A job that the daemon refuses, and what the panel says of it."""
    with tools.inside("VIEW_3D"):
        tools.bpy.ops.impasto.generate_texture("INVOKE_DEFAULT", sampler="ddim")
    yield from tools.until(lambda: desk().trouble is not None, 30)
    yield from tools.until(lambda: not desk().is_busy, 30)
    yield 300
    found = {"text": desk().trouble.text, "modal": desk().runs}
    tools.bpy.ops.impasto.dismiss()
    return {**found, "dismissed": desk().trouble is None}


def cured(tools):
    """What the button beside a notice does to the form and to the clipboard."""
    notice = sys.modules[f"{MODULE}.common.session"].Notice
    remedy = sys.modules[f"{MODULE}.protocol.errors"].Remedy
    form, manager = tools.bpy.context.scene.impasto_form, tools.bpy.context.window_manager
    before = form.generate_steps
    found = {}
    for name, given in (
        ("field", remedy("set_param", "steps", before + 3)),
        ("nothing", remedy("set_param", "steps")),
        ("model", remedy("install_model", "sd15")),
        ("plugin", remedy("update_plugin")),
    ):
        desk().trouble = notice("Something is wrong.", given)
        tools.bpy.ops.impasto.cure()
        yield 100
        trouble = desk().trouble
        said = trouble.spoken if trouble else ""
        found[name] = [form.generate_steps - before, manager.clipboard if said else "", said]
        desk().dismiss()
    form.generate_steps = before
    return found


def arrived(tools):
    """Candidates of what an earlier Blender handed in."""
    yield from tools.until(lambda: desk().candidates, 30)
    return {"candidates": len(desk().candidates)}


def off_and_on(tools):
    """While a job is painted and a candidate is shown."""
    bpy = tools.bpy
    worn_before = worn(tools)
    bpy.ops.preferences.addon_disable(module=MODULE)
    yield 500
    window = bpy.context.window_manager.windows[0]
    gone = {
        "worn": worn(tools),
        "properties": hasattr(bpy.types.Scene, "impasto"),
        "modal": [each.bl_idname for each in window.modal_operators],
    }
    bpy.ops.preferences.addon_enable(module=MODULE)
    bpy.ops.script.reload()
    yield 1500
    prompt = bpy.context.scene.impasto_form.generate_prompt
    return {"before": worn_before, "gone": gone, "prompt": prompt}


def in_place(tools):
    """The applied texture repainted in place, and that undone: its mean colour at each stage."""
    bpy = tools.bpy
    name = worn(tools)[0]
    before = tools.pixels(bpy.data.images[name]).copy()
    with tools.inside("VIEW_3D"):
        bpy.ops.impasto.inpaint_texture(
            "INVOKE_DEFAULT", mask="faces", in_place=True, prompt="red bricks", steps=3, count=1
        )
    yield from tools.until(lambda: not desk().is_busy, 60)
    yield 300
    seen = [worn(tools)[0]]
    bpy.ops.impasto.apply()
    yield 300
    after = tools.pixels(bpy.data.images[name]).copy()
    seen += [worn(tools)[0], bool((after != before).any())]
    for _ in range(2):  # the last one of them is empty: see host/undo.py
        with tools.inside("VIEW_3D"):
            bpy.ops.ed.undo()
        yield 300
    seen.append(bool((tools.pixels(bpy.data.images[name]) == before).all()))
    return {"seen": seen, "name": name}


def words(tools):
    """The language that Blender has, and what is said in it."""
    bpy = tools.bpy
    return {
        "languages": len(bpy.app.translations.locales),
        "apply": bpy.ops.impasto.apply.get_rna_type().name,
        "seed": bpy.context.scene.impasto_form.bl_rna.properties["generate_seed"].name,
    }
