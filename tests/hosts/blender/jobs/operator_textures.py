"""Textures on a cube: from words, from a texture, from two; the maps; undo."""

import numpy as np

QUICK = {"steps": 4, "rank": False, "seed": "7"}


def gradients(tools, image, axis):
    """Mean step from each column (row) to the next, and from the last around to the first."""
    pixels = tools.pixels(image)[..., :3]
    steps = np.abs(pixels - np.roll(pixels, -1, axis)).mean(axis=(1 - axis, 2))
    return {"interior": float(steps[:-1].mean()), "border": float(steps[-1])}


def colour(tools, name):
    path = tools.render(tools.folder / f"{name}.png")
    image = tools.bpy.data.images.load(path)
    mean = tools.pixels(image).reshape(-1, 4).mean(0)
    tools.bpy.data.images.remove(image)
    return [float(each) for each in mean[:3]]


def worn(obj):
    """Names of the images in its material, by what they are for."""
    nodes = obj.active_material.node_tree.nodes if obj.active_material else ()
    return {
        node.label or node.name: node.image.name
        for node in nodes
        if node.type == "TEX_IMAGE" and node.image is not None
    }


def results(tools):
    return tools.bpy.context.scene.impasto.results.split("\n")


def job(tools):
    bpy = tools.bpy
    impasto, answer = bpy.ops.impasto, {}
    tools.new_file()
    tools.add_sun()
    tools.add_camera((0, 0, 4))
    cube = tools.add("cube")
    bpy.ops.ed.undo_push(message="before")
    answer["plain"] = colour(tools, "plain")
    impasto.generate_texture(prompt="a red brick wall", width=256, height=256, tile="both", **QUICK)
    texture = bpy.data.images[results(tools)[0]]
    answer["texture"] = {
        "name": texture.name,
        "size": list(texture.size),
        "space": texture.colorspace_settings.name,
        "packed": texture.packed_file is not None,
        "worn": texture.name in worn(cube).values(),
        "x": gradients(tools, texture, 1),
        "y": gradients(tools, texture, 0),
        "mean": tools.pixels(texture).reshape(-1, 4).mean(0).tolist(),
    }
    answer["painted"] = colour(tools, "painted")
    answer["maps"] = maps(tools, cube)
    impasto.vary_texture(image=texture.name, **QUICK)
    answer["varied"] = [results(tools), results(tools)[0] in worn(cube).values()]
    other = tools.new_image("blue", 256, 256, (0.1, 0.1, 0.9, 1))
    impasto.mix_textures(image=texture.name, other=other.name, count=2, **QUICK)
    answer["mixed"] = [results(tools), results(tools)[0] in worn(cube).values()]
    answer["undone"] = undone(tools)
    return answer


def maps(tools, cube):
    impasto = tools.bpy.ops.impasto
    impasto.material(image=tools.bpy.context.scene.impasto.results, tile="both")
    found = {}
    for name in results(tools):
        image = tools.bpy.data.images[name]
        kind = name.rsplit(" ", 1)[-1].lower()
        found[kind] = {
            "space": image.colorspace_settings.name,
            "x": gradients(tools, image, 1),
            "worn": name in worn(cube).values(),
        }
        if kind == "normal":
            lengths = np.linalg.norm(tools.pixels(image)[..., :3] * 2 - 1, axis=2)
            found[kind]["length"] = [float(lengths.min()), float(lengths.max())]
    return found


def undone(tools):
    """What the object wears after each undo, and again after as many redos."""
    bpy, seen = tools.bpy, []
    for deed in (bpy.ops.ed.undo, bpy.ops.ed.undo, bpy.ops.ed.redo, bpy.ops.ed.redo):
        deed()
        cube = bpy.data.objects["Cube"]
        names = worn(cube)
        texture = names.get("Texture")
        mean = float(tools.pixels(bpy.data.images[texture])[..., :3].mean()) if texture else 0
        seen.append([texture, mean])
    return seen
