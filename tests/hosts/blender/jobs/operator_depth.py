"""Suzanne painted from views, held to their depth where the model takes it; and what the panel says
of that. The daemon outside has the model “tiny” with a depth ControlNet, and Pocket without."""

import sys

MODULE = "bl_ext.user_default.impasto"
GIVEN = {"prompt": "a painted wooden toy", "view_side": 128, "rank": False, "seed": "3"}
TINY = {"model": "tiny", "steps": 2}
FRONT, BACK = (1.5, -3, 1), (-1.5, 3, 1)


def job(tools):
    return globals()[tools.arguments["part"]](tools)


def part_of(name):
    return sys.modules[f"{MODULE}.{name}"]


def views(tools):
    """A first view, another one, one afresh, and one by a model that takes no depth."""
    bpy = tools.bpy
    tools.new_file()
    tools.add("monkey")
    found = {}
    for name, place, more in (
        ("first", FRONT, {**TINY, "control_strength": 1.1}),
        ("next", BACK, {**TINY, "strength": 0.7}),
        ("afresh", FRONT, {**TINY, "afresh": True}),
        ("pocket", BACK, {"model": "pocket", "steps": 3}),
    ):
        found[name] = projected(tools, place, more)
    found["arguments"] = {
        name: "control_strength" in getattr(bpy.ops.impasto, name).get_rna_type().properties
        for name in ("project_from_view", "generate_texture", "repaint_render")
    }
    return found


def projected(tools, place, more):
    bpy = tools.bpy
    obj = bpy.data.objects["Suzanne"]
    tools.add_camera(place)
    bpy.context.view_layer.objects.active = obj
    depth = depth_of(obj, GIVEN["view_side"])
    bpy.ops.impasto.project_from_view(**GIVEN, **more)
    names = bpy.context.scene.impasto.results.split("\n")
    texture, coverage = (bpy.data.images[name] for name in names)
    return {
        "depth": depth,
        "worn": part_of("host.material").texture_of(obj) == texture,
        "size": list(texture.size),
        "share": float((tools.pixels(coverage)[..., 0] > 0.02).mean()),
        "sky": sky_of(tools, texture),
    }


def depth_of(obj, side):
    """As the extension says it, without any job: gray16, the bottom row first."""
    surface, host = part_of("surface"), part_of("landing").new_host(None, obj)
    picture = drive(surface.depth(host, surface.view_of(host, None, (side, side))))
    return bytes(picture.pixels)


def drive(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def sky_of(tools, texture):
    """How colourful it is: what is painted is, clay is not."""
    colours = tools.pixels(texture)[..., :3]
    return float((colours.max(2) - colours.min(2)).max())


# ---- in a window ---------------------------------------------------------------------------------


class Layout:
    """Stands in for Blender's, and knows what was drawn. said: its words, fields: its names."""

    def __init__(self, drawn):
        object.__setattr__(self, "drawn", drawn)

    def __setattr__(self, name, value):
        pass

    def __getattr__(self, name):
        def draw(*given, **more):
            if name == "prop":
                self.drawn["fields"].append(given[1])
            elif name == "label":
                self.drawn["said"].append(more.get("text", ""))
            return self

        return draw


def prepared(tools):
    """The default cube, and the command chosen; the models are not known yet, or not any more."""
    scene = tools.bpy.context.scene
    scene.impasto.command = "project"
    scene.impasto_form.generate_prompt = "a painted wooden toy"
    yield from tools.sidebar("VIEW_3D", "Impasto", 0)
    return drawn(tools)


def drawn(tools):
    """What the two panels say now."""
    bpy, panels, found = tools.bpy, part_of("panels"), {"said": [], "fields": []}
    area = tools.area("VIEW_3D")
    region = next(region for region in area.regions if region.type == "UI")
    window = bpy.context.window_manager.windows[0]

    class Panel:
        layout = Layout(found)

    with bpy.context.temp_override(window=window, area=area, region=region):
        panels.draw_main(Panel, bpy.context)
        panels.draw_advanced(Panel, bpy.context)
    names = [name.removeprefix("generate_") for name in found["fields"]]
    return {"said": " ".join(found["said"]), "fields": names}


def chosen(tools):
    """With a model; once its abilities are known."""
    session = part_of("state").studio().session
    yield from tools.until(lambda: session.models, 30)
    form = tools.bpy.context.scene.impasto_form
    form.generate_model = tools.arguments["model"]
    tools.area("VIEW_3D").tag_redraw()
    yield 300
    return drawn(tools)


def painted(tools):
    """One click: a job beside the artist, that is on the object at its end."""
    bpy = tools.bpy
    desk = part_of("state").studio()
    with tools.inside("VIEW_3D"):
        answer = bpy.ops.impasto.project_from_view("INVOKE_DEFAULT", **GIVEN, **TINY)
    yield from tools.until(lambda: not desk.is_busy, 90)
    yield 500
    cube = bpy.data.objects["Cube"]
    image = part_of("host.material").texture_of(cube)
    trouble = desk.trouble
    return {
        "answer": list(answer),
        "trouble": trouble.text if trouble else "",
        "worn": image.name if image is not None else "",
        "panel": drawn(tools),
    }


def waiting(tools):
    """A click without a daemon, and Stop."""
    bpy = tools.bpy
    desk = part_of("state").studio()
    with tools.inside("VIEW_3D"):
        bpy.ops.impasto.project_from_view("INVOKE_DEFAULT", **GIVEN)
    yield 600
    said, is_busy = drawn(tools)["said"], desk.is_busy
    bpy.ops.impasto.cancel()
    yield from tools.until(lambda: not desk.is_busy, 10)
    yield 300
    return {
        "said": said,
        "busy": is_busy,
        "notice": desk.notice.text if desk.notice else "",
        "modal": len(bpy.context.window_manager.windows[0].modal_operators),
    }
