"""What an object wears: material and UV map made where missing, nodes found again, maps wired; and
what a small Cycles render shows of it."""

import bpy
import numpy as np
from host_tools import (
    BlenderHost,
    Item,
    Painted,
    PixelLayout,
    Rect,
    array_of,
    drive,
    flat,
    host_for,
    images,
    layer_of,
    material,
    noise,
    parts,
    refused,
)
from impasto.host import render
from impasto.surface import add_maps

RED, GREEN = (200, 30, 20, 255), (20, 180, 40, 255)


def job(tools):
    return parts(tools, wearing, modes, foreign, refusing, maps, bumps, rendered, lit, last_render)


def plain(name, color=RED):
    return drive(images.new_image(name, 8, 8, False, flat(color).tobytes()))


def bare(tools, kind="cube"):
    """An object without material and UV map."""
    obj = tools.add(kind)
    while obj.data.uv_layers:
        obj.data.uv_layers.remove(obj.data.uv_layers[0])
    return obj


def seen(obj):
    tree = obj.active_material.node_tree
    socket = material.base_color(obj.active_material)
    return {
        "image": material.texture_of(obj).name,
        "shader": socket.node.type,
        "textures": sum(node.type == "TEX_IMAGE" for node in tree.nodes),
        "uv": [layer.name for layer in obj.data.uv_layers],
        "active": tree.nodes.active.image.name,
    }


def wearing(tools):
    obj = bare(tools)
    material.wear(obj, plain("first"))
    first = seen(obj)
    material.wear(obj, plain("second"))
    uvs = np.empty(len(obj.data.loops) * 2, np.float32)
    obj.data.uv_layers.active.data.foreach_get("uv", uvs)
    return {"first": first, "second": seen(obj), "spread": float(np.ptp(uvs)) > 0.5,
            "inside": bool(((uvs >= 0) & (uvs <= 1)).all()),
            "mode": obj.mode, "selected": obj.select_get()}  # fmt: skip


def modes(tools):
    """In every mode, and with another object active; all is as it was afterwards."""
    found = {}
    for mode in ("OBJECT", "EDIT", "SCULPT", "TEXTURE_PAINT", "VERTEX_PAINT", "WEIGHT_PAINT"):
        tools.new_file()
        obj = bare(tools, "monkey")
        chosen = [number % 3 == 0 for number in range(len(obj.data.polygons))]
        for kind in ("vertices", "edges", "polygons"):
            part = getattr(obj.data, kind)
            part.foreach_set("select", [False] * len(part))
        obj.data.polygons.foreach_set("select", chosen)
        bpy.ops.object.mode_set(mode=mode)
        material.wear(obj, plain("texture"))
        worn = material.texture_of(obj)
        after = obj.mode
        bpy.ops.object.mode_set(mode="OBJECT")
        kept = [each.select for each in obj.data.polygons]
        found[mode] = [worn.name, after == mode, len(obj.data.uv_layers),
                       mode == "EDIT" or kept == chosen]  # fmt: skip
    tools.new_file()
    obj, other = bare(tools), tools.add("plane")
    bpy.ops.object.mode_set(mode="EDIT")
    material.wear(obj, plain("texture"))
    active = bpy.context.view_layer.objects.active
    found["another"] = [active == other, other.mode, obj.mode, len(obj.data.uv_layers)]
    return found


def foreign(tools):
    """An artist's own nodes stay."""
    found = {}
    obj = tools.add()
    mat = bpy.data.materials.new("own")
    mat.use_nodes = True
    obj.data.materials.append(mat)
    tree = mat.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    own = tree.nodes.new("ShaderNodeTexImage")
    own.image = plain("own texture")
    tree.links.new(own.outputs["Color"], shader.inputs["Base Color"])
    back = material.worn_for_now(obj, plain("for now"))
    shown = material.texture_of(obj).name
    back()
    found["for now"] = [shown, material.texture_of(obj).name, len(tree.nodes)]
    material.wear(obj, plain("new"))
    found["worn"] = [material.texture_of(obj).name, own.image.name, own.name in tree.nodes]
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    glow = tree.nodes.new("ShaderNodeEmission")
    tree.links.new(glow.outputs[0], output.inputs["Surface"])
    material.wear(obj, plain("glowing"))
    found["emission"] = [material.texture_of(obj).name, glow.inputs["Color"].is_linked]
    tree.nodes.clear()
    back = material.worn_for_now(obj, plain("for now"))
    back()
    found["cleared"] = [len(tree.nodes), obj.active_material.name]
    plain_one = tools.add("plane")
    plain_one.data.materials.append(bpy.data.materials.new("plain"))
    before = [uses_nodes(plain_one), len(nodes_of(plain_one))]
    back = material.worn_for_now(plain_one, plain("for now"))
    back()
    found["plain"] = before == [uses_nodes(plain_one), len(nodes_of(plain_one))]
    material.wear(obj, plain("again"))
    found["no surface"] = [material.texture_of(obj).name, len(tree.nodes)]
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    holdout = tree.nodes.new("ShaderNodeHoldout")
    tree.links.new(holdout.outputs[0], output.inputs["Surface"])
    found["holdout"] = refused(lambda: material.wear(obj, plain("never")))
    bare_obj = tools.add("plane")
    back = material.worn_for_now(bare_obj, plain("for now"))
    shown = material.texture_of(bare_obj).name
    back()
    found["nothing before"] = [shown.split(".")[0], bare_obj.active_material,
                               len(bare_obj.material_slots)]  # fmt: skip
    return found


def uses_nodes(obj):
    return bpy.app.version >= (5, 0, 0) or obj.active_material.use_nodes


def nodes_of(obj):
    tree = obj.active_material.node_tree
    return tree.nodes if tree is not None and uses_nodes(obj) else ()


def refusing(tools):
    bpy.ops.object.light_add()
    empty = bpy.data.objects.new("empty", bpy.data.meshes.new("empty"))
    bpy.context.scene.collection.objects.link(empty)
    hidden = bare(tools)
    hidden.hide_set(True)
    image = plain("x")
    return {
        "light": refused(lambda: material.wear(bpy.data.objects["Point"], image)),
        "none": refused(lambda: material.wear(None, image)),
        "no faces": refused(lambda: material.wear(empty, image)),
        "hidden": refused(lambda: material.wear(hidden, image)),
    }


def painted_maps(layout=PixelLayout.GRAY16):
    found = []
    for seed, name in enumerate(("height", "normal", "roughness", "occlusion")):
        kind = PixelLayout.RGBA16 if name == "normal" else layout
        pixels = noise(seed, 16, 16, kind)
        if kind is PixelLayout.RGBA16:
            pixels[..., 3] = 65535
        item = Item("map", Rect(0, 0, 16, 16), kind, seed, name)
        found.append((Painted(item, pixels.tobytes()), pixels))
    return found


def maps(tools):
    """All four, twice: the second time the same nodes are used again."""
    obj = tools.add()
    material.wear(obj, plain("moss"))
    made = painted_maps()
    host = host_for(obj=obj)
    keys = drive(add_maps(host, [each for each, _ in made], texture="moss"))
    tree = obj.active_material.node_tree
    count = len(tree.nodes)
    again = drive(add_maps(host, [each for each, _ in made], texture="moss"))
    shader = material.base_color(obj.active_material).node
    output = tree.get_output_node("ALL")
    exact = {}
    for painted, pixels in made:
        image = images.find_image(again[painted.item.name])
        read = array_of(drive(images.read_image(image, Rect(0, 0, 16, 16))))[..., :3]
        limit = 1e-6 if image.is_float else 0.5
        wanted = pixels[..., :3] / 65535 * (1 if image.is_float else 255)
        exact[painted.item.name] = bool(np.abs(read - wanted).max() <= limit)
    return {
        "names": sorted(images.find_image(each).name for each in keys.values()),
        "spaces": sorted({images.find_image(e).colorspace_settings.name for e in again.values()}),
        "floats": [name for name, key in again.items() if images.find_image(key).is_float],
        "exact": exact,
        "nodes": [count, len(tree.nodes)],
        "base": [link.from_node.type for link in shader.inputs["Base Color"].links],
        "roughness": shader.inputs["Roughness"].links[0].from_node.image.name,
        "normal": shader.inputs["Normal"].links[0].from_node.type,
        "displacement": output.inputs["Displacement"].links[0].from_node.type,
        "method": obj.active_material.displacement_method,
        "texture": material.texture_of(obj).name,
        "changed": changed(obj, plain("other")),
    }


def changed(obj, image):
    """A new texture keeps the occlusion."""
    material.wear(obj, image)
    socket = material.base_color(obj.active_material)
    return [socket.links[0].from_node.type, material.texture_of(obj).name]


def bumps(tools):
    obj = tools.add()
    material.wear(obj, plain("moss"))
    made = [each for each, _ in painted_maps()]
    drive(add_maps(host_for(obj=obj), made[:1]))
    shader = material.base_color(obj.active_material).node
    alone = shader.inputs["Normal"].links[0].from_node.type
    drive(add_maps(host_for(obj=obj), made[:2], relief="bump", normal_format="directx"))
    bump = shader.inputs["Normal"].links[0].from_node
    before = bump.inputs["Normal"].links[0].from_node
    without = drive(add_maps(BlenderHost(), made[2:]))
    return {
        "alone": alone,
        "both": [bump.type, before.type, before.inputs["Color"].links[0].from_node.type],
        "without an object": sorted(without),
    }


def rendered(tools):
    """The colour of a plane that fills the picture follows its texture; occlusion darkens it."""
    obj = tools.add("plane", size=4)
    tools.add_camera((0, 0, 3))
    tools.add_sun(3.1416)
    found = {}
    for name, color in (("red", RED), ("green", GREEN)):
        material.wear(obj, plain(name, color))
        found[name] = picture(tools, name)
    half = np.full((8, 8, 1), 128, np.uint8)
    item = Item("map", Rect(0, 0, 8, 8), PixelLayout.GRAY8, 0, "occlusion")
    drive(add_maps(host_for(obj=obj), [Painted(item, half.tobytes())]))
    found["occluded"] = picture(tools, "occluded")
    return found


def lit(tools):
    """A dome in the normal map is bright where the light comes from: from above in the picture, or
    from the right; with green up or, said so, down."""
    obj = tools.add("plane", size=2)
    tools.add_camera((0, 0, 3), 0.64).rotation_euler = (0, 0, 0)
    sun = tools.add_sun(3)
    material.wear(obj, plain("gray", (128, 128, 128, 255)))
    found = {}
    for name, turn in (("above", (-1.0, 0, 0)), ("right", (0, 1.0, 0))):
        sun.rotation_euler = turn
        for kind in ("opengl", "directx"):
            normal = Painted(Item("map", Rect(0, 0, 64, 64), PixelLayout.RGBA16, 0, "normal"),
                             dome(kind))  # fmt: skip
            drive(add_maps(host_for(obj=obj), [normal], normal_format=kind))
            path = tools.render(tools.folder / f"{name}.png", 64, 64, 8)
            seen = array_of(drive(render.read_file(path)))[..., 0].astype(int)
            top, low = seen[12:24, 24:40].mean(), seen[40:52, 24:40].mean()
            left, right = seen[24:40, 12:24].mean(), seen[24:40, 40:52].mean()
            found[f"{name} {kind}"] = [int(top - low), int(right - left)]
    return found


def dome(kind):
    y, x = (np.mgrid[:64, :64] + 0.5) / 32 - 1
    rim = np.hypot(x, y) < 0.8
    vector = np.stack([np.where(rim, x, 0), np.where(rim, -y, 0), np.ones_like(x)], 2)
    vector /= np.linalg.norm(vector, axis=2, keepdims=True)
    if kind == "directx":
        vector[..., 1] *= -1
    pixels = np.full((64, 64, 4), 65535, np.uint16)
    pixels[..., :3] = np.rint((vector * 0.5 + 0.5) * 65535)
    return pixels.tobytes()


def picture(tools, name):
    path = tools.render(tools.folder / f"{name}.png", 48, 48, 2)
    read = array_of(drive(render.read_file(path)))
    return [int(value) for value in read[12:36, 12:36, :3].mean((0, 1))]


def last_render(tools):
    """As it is shown, and the artist's settings are as before; without one, a sentence."""
    nothing = refused(lambda: render.last_render())
    obj = tools.add("plane", size=4)
    tools.add_camera((0, 0, 3))
    tools.add_sun(3.1416)
    material.wear(obj, plain("red"))
    path = tools.render(tools.folder / "shown.png", 32, 24, 2)
    settings = bpy.context.scene.render.image_settings
    settings.file_format, settings.color_depth = "OPEN_EXR", "16"
    before = [settings.file_format, settings.color_depth, len(bpy.data.images)]
    read = drive(render.last_render())
    file = array_of(drive(render.read_file(path)))
    layer = layer_of(array_of(read))
    written = tools.folder / "frames" / "0001.png"
    drive(
        render.write_file(images.Pixels(32, 24, layer.layout, layer.space, layer.pixels), written)
    )
    back = array_of(drive(render.read_file(written)))
    return {
        "nothing": nothing,
        "size": list(read.input.rect),
        "same": int(np.abs(array_of(read).astype(int) - file).max()),
        "kept": before == [settings.file_format, settings.color_depth, len(bpy.data.images)],
        "frame": bool((back == array_of(read)).all()),
        "no file": refused(lambda: render.read_file(tools.folder / "nothing.png")).split(":")[0],
    }
