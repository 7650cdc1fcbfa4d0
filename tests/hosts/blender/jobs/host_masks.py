"""Masks by stencil, by a mask image and by selected faces, at exact texels."""

import bmesh
import bpy
import numpy as np
from host_tools import MaskSource, array_of, drive, flat, host_for, images, noise, parts, refused
from impasto.host import raster

SIDE = 64


def job(tools):
    return parts(tools, stencil, mask_image, faces, faces_in_edit_mode, outside, suzanne, wrong,
                 triangles, growing)  # fmt: skip


def texture(side=SIDE):
    return drive(images.new_image("texture", side, side, False, flat((9, 9, 9, 255), side, side)
                                  .tobytes()))  # fmt: skip


def gray_image(name, pixels, alpha=255):
    rgba = np.repeat(pixels[..., None], 4, 2).astype(np.uint8)
    rgba[..., 3] = alpha
    height, width = pixels.shape
    return drive(images.new_image(name, width, height, False, rgba.tobytes(), "Non-Color"))


def read(host):
    """Bounds, and coverage of the whole image, the top row first."""
    key = host.active_key
    info = host.info(key)
    return host.selection(key), array_of(drive(host.read_selection(key, info.canvas)))[..., 0]


def stencil(tools):
    wanted = noise(1, SIDE, SIDE)[..., 0]
    wanted[:10], wanted[:, 50:] = 0, 0
    settings = bpy.context.scene.tool_settings.image_paint
    settings.stencil_image = gray_image("stencil", wanted)
    host = host_for(texture(), mask=MaskSource("stencil"))
    bounds, mask = read(host)
    settings.invert_stencil = True
    host.refresh()
    _, inverted = read(host)
    return {"exact": bool((mask == wanted).all()), "bounds": list(bounds),
            "inverted": bool((inverted == 255 - wanted).all())}  # fmt: skip


def mask_image(tools):
    """Of any size; transparent is not painted."""
    wanted = np.zeros((SIDE, SIDE), np.uint8)
    wanted[8:24, 32:40] = 255
    same = gray_image("same", wanted)
    half = gray_image("half", wanted[::2, ::2])
    clear = gray_image("clear", wanted, 128)
    found, image = {}, texture()
    for each in (same, half, clear):
        bounds, mask = read(host_for(image, mask=MaskSource("image", each.name)))
        found[each.name] = [list(bounds), bool((mask == wanted).all()), int(mask.max())]
    _, mask = read(host_for(image, mask=MaskSource("image", "same", inverted=True)))
    found["inverted"] = bool((mask == 255 - wanted).all())
    return found


def quads(tools, rects):
    """Faces whose UVs are these rectangles (left, bottom, right, top), in texels."""
    mesh = bpy.data.meshes.new("quads")
    points, polygons = [], []
    for number, (left, low, right, high) in enumerate(rects):
        points += [(left, low, number), (right, low, number), (right, high, number),
                   (left, high, number)]  # fmt: skip
        polygons.append(range(number * 4, number * 4 + 4))
    mesh.from_pydata(
        [(x / SIDE, y / SIDE, z) for x, y, z in points], [], [list(p) for p in polygons]
    )
    layer = mesh.uv_layers.new(name="map")
    for loop in mesh.loops:
        x, y, _ = points[loop.vertex_index]
        layer.data[loop.index].uv = x / SIDE, y / SIDE
    obj = bpy.data.objects.new("quads", mesh)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    obj.select_set(True)
    return obj


RECTS = [(4, 4, 20, 12), (20, 4, 30, 12), (40, 40, 50, 60)]


def drawn(*rects):
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for left, low, right, high in rects:
        mask[SIDE - high : SIDE - low, left:right] = 255
    return mask


def select(obj, *wanted):
    obj.data.polygons.foreach_set("select", [n in wanted for n in range(len(obj.data.polygons))])


def faces(tools):
    obj, image = quads(tools, RECTS), texture()
    select(obj, 0, 2)
    bounds, mask = read(host_for(image, obj, MaskSource("faces", margin=0)))
    _, grown = read(host_for(image, obj, MaskSource("faces", margin=3)))
    _, far = read(host_for(image, obj, MaskSource("faces", margin=20)))
    select(obj, 1)
    obj.data.polygons[1].hide = True
    nothing = host_for(image, obj, MaskSource("faces"))
    return {
        "exact": bool((mask == drawn(RECTS[0], RECTS[2])).all()),
        "bounds": list(bounds),
        "margin": [int((grown > 0).sum()), round_margin(mask > 0, 3) == int((grown > 0).sum())],
        "far": far_margin(mask > 0, 20) == int((far > 0).sum()),
        "hidden": [nothing.selection(nothing.active_key), nothing.why_no_mask()],
    }


def round_margin(mask, margin):
    ys, xs = np.nonzero(mask)
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]]
    near = np.zeros(mask.shape, bool)
    for row, column in zip(ys, xs, strict=True):
        near |= (y - row) ** 2 + (x - column) ** 2 <= margin**2
    return int(near.sum())


def far_margin(mask, margin):
    """The same over the edges, where the texture goes on."""
    tiled = np.zeros((SIDE, SIDE), bool)
    for dy in range(-margin, margin + 1):
        for dx in range(-margin, margin + 1):
            if dy * dy + dx * dx <= margin**2:
                tiled |= np.roll(mask, (dy, dx), (0, 1))
    return int(tiled.sum())


def faces_in_edit_mode(tools):
    """What is selected there now, not what was when the mode was entered."""
    obj, image = quads(tools, RECTS), texture()
    select(obj, 0)
    bpy.ops.object.mode_set(mode="EDIT")
    mesh = bmesh.from_edit_mesh(obj.data)
    mesh.faces.ensure_lookup_table()
    for number, face in enumerate(mesh.faces):
        face.select_set(number == 1)
    bmesh.update_edit_mesh(obj.data)
    _, mask = read(host_for(image, obj, MaskSource("faces", margin=0)))
    meshes = len(bpy.data.meshes)
    return {"exact": bool((mask == drawn(RECTS[1])).all()), "mode": obj.mode, "meshes": meshes}


def outside(tools):
    """UVs beyond the square cover what repeats there."""
    obj, image = quads(tools, [(70, -60, 80, -50), (60, 10, 70, 14)]), texture()
    select(obj, 0, 1)
    _, mask = read(host_for(image, obj, MaskSource("faces", margin=0)))
    wanted = drawn((6, 4, 16, 14), (60, 10, 64, 14), (0, 10, 6, 14))
    return {"exact": bool((mask == wanted).all())}


def suzanne(tools):
    """All faces cover what all triangles cover, each texel once."""
    obj = tools.add("monkey")
    image = texture(256)
    obj.data.polygons.foreach_set("select", [True] * len(obj.data.polygons))
    _, mask = read(host_for(image, obj, MaskSource("faces", margin=0)))
    obj.data.polygons.foreach_set("select", [each.center.x > 0 for each in obj.data.polygons])
    _, half = read(host_for(image, obj, MaskSource("faces", margin=0)))
    return {"all": int((mask > 0).sum()), "half": int((half > 0).sum())}


def wrong(tools):
    image = texture()
    bpy.ops.object.light_add()
    light = bpy.context.object
    bare = tools.add()
    while bare.data.uv_layers:
        bare.data.uv_layers.remove(bare.data.uv_layers[0])
    empty = gray_image("empty", np.zeros((SIDE, SIDE)))
    found = {}
    for name, obj, source in (
        ("no stencil", None, MaskSource("stencil")),
        ("no image", None, MaskSource("image", "none")),
        ("light", light, MaskSource("faces")),
        ("no uvs", bare, MaskSource("faces")),
        ("empty", None, MaskSource("image", empty.name)),
    ):  # fmt: skip
        host = host_for(image, obj, source)
        found[name] = [host.selection(host.active_key), host.why_no_mask()]
    found["read"] = refused(lambda: host_for(image, light, MaskSource("faces")).read_selection(
        images.key_of(image), (0, 0, 4, 4)))  # fmt: skip
    return found


def triangles(tools):
    """Triangles that share edges share no pixel and leave none out, however they lie."""
    random = np.random.default_rng(3)
    size = 96
    inner = random.uniform(4, size - 4, (40, 2))
    corners = np.array([[0, 0], [size, 0], [size, size], [0, size]], float)
    points = np.concatenate([corners, inner])
    from mathutils import Vector
    from mathutils.geometry import delaunay_2d_cdt

    made = delaunay_2d_cdt([Vector(p) for p in points], [], [], 0, 1e-9)
    shape = np.array([[tuple(made[0][i]) for i in face] for face in made[2]])
    counts = np.zeros((size, size), int)
    weights = []
    for hits in raster.rasterised(shape, (0, 0, size, size)):
        np.add.at(counts, (hits.y, hits.x), 1)
        share = raster.barycentric(shape, hits)
        there = (shape[hits.triangle] * share[:, :, None]).sum(1)
        weights.append(np.abs(there - np.stack([hits.x, hits.y], 1) - 0.5).max())
    half = list(raster.rasterised(shape, (10, 20, 30, 40)))
    inside = all(((h.x >= 10) & (h.x < 30) & (h.y >= 20) & (h.y < 40)).all() for h in half)
    return {"least": int(counts.min()), "most": int(counts.max()), "exact": max(weights) < 1e-6,
            "box": [inside, sum(len(h.x) for h in half)], "triangles": len(shape)}  # fmt: skip


def growing(tools):
    mask = np.zeros((SIDE, SIDE), bool)
    mask[0, 5] = mask[30, 30] = True
    grown, wrapped = raster.grown(mask, 5), raster.grown(mask, 5, wraps=True)
    return {"disc": int(grown[20:41, 20:41].sum()), "wanted": round_margin(mask[20:41, 20:41], 5),
            "wrapped": bool(wrapped[-5, 5]), "not wrapped": bool(grown[-5, 5])}  # fmt: skip
