"""From a view onto the UVs: where a picture ends up, what stays free, what the next view adds.

The pictures are looked at: `$KEEP` is where renders of them go.
"""

import bpy
import numpy as np
from host_tools import (
    array_of,
    drive,
    flat,
    host_for,
    images,
    layer_of,
    material,
    parts,
    refused,
    reopened,
    stored,
)
from impasto.host import geometry, render, view
from impasto.host.projection import view_of
from impasto.surface import depth, guide, project
from impasto.surface import view_of as chosen_view

SIDE = 256


def job(tools):
    return parts(
        tools, cube, suzanne, behind, views, guides, unseen, depths, crossing, later, undone,
        refusing,
    )  # fmt: skip


def checks(side=SIDE):
    """Red, green, blue and white quarters with a checkerboard in them."""
    picture = flat((220, 40, 30, 255), side, side)
    picture[:, side // 2 :] = (30, 170, 60, 255)
    picture[side // 2 :, : side // 2] = (40, 60, 220, 255)
    picture[side // 2 :, side // 2 :] = (235, 235, 235, 255)
    y, x = np.mgrid[:side, :side] // (side // 16)
    picture[(x + y) % 2 == 0, :3] //= 2
    return picture


def kept(tools, name, width=256, height=256):
    path = tools.render(tools.folder / f"{name}.png", width, height, 4)
    return array_of(drive(render.read_file(path)))


def coverage_of(keys):
    return stored(images.find_image(keys[1]))[..., 0]


def cube(tools):
    """The front face wears the picture, exactly where it is seen; what is not seen is free."""
    obj = tools.add("cube")
    camera = tools.add_camera((0, -5, 0), 0.6)
    host = host_for(None, obj)
    seen = view_of(obj, camera, (SIDE, SIDE), framed=False)
    picture = checks()
    keys = drive(project(host, layer_of(picture, name="wall"), seen, (512, 512)))
    texture, coverage = stored(images.find_image(keys[0])), coverage_of(keys)
    uvs, points = front_texels(obj, 512)
    lens = view.Lens.of(seen)
    pixels, _ = lens.seen(points)
    x, y = pixels[:, 0].astype(int), SIDE - 1 - pixels[:, 1].astype(int)
    rows, columns = 511 - uvs[:, 1], uvs[:, 0]
    wanted = picture[y, x, :3] / 255
    near = np.abs(texture[rows, columns, :3] - wanted).max(1)
    plain = (np.abs((pixels / (SIDE // 16) + 0.5) % 1 - 0.5) > 0.1).all(1)  # between the checks
    front = np.zeros((512, 512), bool)
    front[rows, columns] = True
    return {
        "names": [images.find_image(key).name for key in keys],
        "exact": round(float((near[plain] < 0.003).mean()), 3),
        "covered": round(float(coverage[rows, columns].min()), 2),
        "free": float(coverage[~front].max()),
        "gray": texture[2, 2].round(3).tolist(),
        "worn": material.texture_of(obj).name,
        "space": images.find_image(keys[1]).colorspace_settings.name,
    }


def front_texels(obj, side):
    """Texels of the face that looks to -y, a little inside of it, and where they are."""
    triangles = geometry.visible_triangles(obj)
    front = (triangles.points[:, :, 1] < -0.99).all(1)
    uvs = triangles.uvs[front].reshape(-1, 2)
    low, high = uvs.min(0) * side, uvs.max(0) * side
    xs, ys = np.meshgrid(np.arange(int(low[0]), int(high[0])), np.arange(int(low[1]), int(high[1])))
    texels = np.stack([xs.ravel(), ys.ravel()], 1)
    corner = triangles.points[front].reshape(-1, 3)
    base = np.c_[uvs, np.ones(len(uvs))]
    to_world, *_ = np.linalg.lstsq(base, corner, rcond=None)
    return texels, np.c_[(texels + 0.5) / side, np.ones(len(texels))] @ to_world


def suzanne(tools):
    """Two views of Suzanne: the second fills what the first has not seen, and leaves the rest."""
    obj = tools.add("monkey")
    modifier = obj.modifiers.new("smooth", "SUBSURF")
    modifier.levels = 2
    bpy.ops.object.shade_smooth()
    tools.add_sun(2.5, (0.6, 0.2, 0.3))
    camera = tools.add_camera((1.2, -4, 0.8), 0.7)
    host = host_for(None, obj)
    first_view = view_of(obj, camera, (512, 512))
    keys = drive(project(host, layer_of(checks(512), name="first"), first_view, (512, 512)))
    first, cover = stored(images.find_image(keys[0])), coverage_of(keys)
    shown = kept(tools, "suzanne one view")
    bpy.data.objects.remove(camera)
    camera = tools.add_camera((-3, 3, 1.5), 0.7)
    other = flat((250, 160, 20, 255), 256, 256)
    second_view = view_of(obj, camera, (256, 256))
    again = drive(project(host, layer_of(other, name="second"), second_view))
    second, total = stored(images.find_image(again[0])), coverage_of(again)
    kept(tools, "suzanne from behind")
    full, free = cover > 0.99, cover == 0
    fresh = free & (total > 0.02)
    orange = np.array([250, 160, 20]) / 255
    return {
        "first": round(float((cover > 0).mean()), 3),
        "both": round(float((total > 0).mean()), 3),
        "kept": bool(np.abs(first[full] - second[full]).max() < 0.01),
        "filled": round(float(np.abs(second[fresh][:, :3] - orange).max()), 3),
        "size": list(images.find_image(again[0]).size),
        "colours": len(np.unique((shown[..., :3] // 64).reshape(-1, 3), axis=0)),
        "afresh": afresh(host, other, second_view),
    }


def afresh(host, picture, seen):
    keys = drive(project(host, layer_of(picture), seen, (128, 128), afresh=True))
    return [list(images.find_image(keys[0]).size), bool((coverage_of(keys) > 0).any())]


def behind(tools):
    """What another object hides is left free; what is turned away, too."""
    obj = tools.add("plane", size=4)
    camera = tools.add_camera((0, 0, 6), 0.8)
    tools.add("cube", size=1, location=(0, 0, 1))
    keys = drive(project(host_for(None, obj), layer_of(flat((0, 255, 0, 255), 256, 256)),
                         view_of(obj, camera, (256, 256)), (256, 256)))  # fmt: skip
    cover = coverage_of(keys)
    camera.location, camera.rotation_euler = (0, 0, -6), (3.14159265, 0, 0)
    bpy.context.view_layer.update()
    from_below = drive(project(host_for(None, obj), layer_of(flat((255, 0, 0, 255), 64, 64)),
                               view_of(obj, camera, (64, 64)), (64, 64), afresh=True))  # fmt: skip
    # The cube's upper side is 1.5 above the plane and 4.5 from the eye, so its shadow is 1.333.
    shadow = 1.0 * 6 / 4.5 / 4
    return {
        "hidden": round(float((cover == 0).mean()), 3),
        "wanted": round(shadow**2, 3),
        "middle": float(cover[128, 128]),
        "corner": round(float(cover[5, 5]), 2),
        "from behind": float(coverage_of(from_below).max()),
    }


def views(tools):
    """A camera and a 3D view that look from the same place see the same; framed, all is in it."""
    obj = tools.add("monkey", location=(1.5, 0, 0.5))
    camera = tools.add_camera((3, -6, 2), 0.9)
    found = {}
    for kind in ("PERSP", "ORTHO"):
        camera.data.type, camera.data.ortho_scale = kind, 8
        for size in ((256, 256), (320, 192), (128, 256)):
            seen = view_of(obj, camera, size)
            lens = view.Lens.of(seen)
            points = geometry.visible_triangles(obj).points.reshape(-1, 3)
            pixels, depths = lens.seen(points)
            share = np.ptp(pixels, axis=0) / size
            eye = lens.eye
            away = np.linalg.norm(points - np.array(camera.location), axis=1)
            found[f"{kind} {size[0]}×{size[1]}"] = {
                "inside": bool(((pixels >= 0) & (pixels <= size)).all()),
                "fills": bool(share.max() > 0.8),
                "eye": eye is None or bool(np.allclose(eye, camera.location, atol=1e-4)),
                "depth": bool((depths > 0).all() and (depths <= away + 1e-6).all()),
                "square": round(squareness(lens, points), 3),
            }
    whole = view_of(obj, camera, (256, 256), framed=False)
    found["plain numbers"] = isinstance(whole.matrix[0][0], float)
    return found


def squareness(lens, points):
    """How much longer a pixel is than wide: steps of 0.01 across and up, at the object."""
    middle = points.mean(0)
    inverse = np.linalg.inv(lens.matrix)
    ndc = np.array([*(lens.matrix[:, :3] @ middle + lens.matrix[:, 3])])
    ndc /= ndc[3]
    steps = []
    for axis, side in ((0, lens.width), (1, lens.height)):
        moved = ndc.copy()
        moved[axis] += 2 / side
        there = inverse @ moved
        steps.append(np.linalg.norm(there[:3] / there[3] - middle))
    return float(steps[0] / steps[1])


def guides(tools):
    """The object with its texture as it looks, to be refined."""
    obj = tools.add("monkey")
    obj.modifiers.new("smooth", "SUBSURF").levels = 2
    bpy.ops.object.shade_smooth()
    tools.add("plane", size=20, location=(0, 0, -1))
    tools.add_camera((1.5, -4, 1), 0.7)
    host = host_for(None, obj)
    clay = array_of(drive(guide(host, chosen_view(host))))
    image = drive(images.new_image("red", 8, 8, False, flat((220, 40, 30, 255)).tobytes()))
    material.wear(obj, image)
    red = array_of(drive(guide(host, chosen_view(host, size=(320, 256)))))
    write(tools, "guide clay", clay)
    write(tools, "guide red", red)
    on = (red[..., 0].astype(int) - red[..., 1]) > 40
    return {"size": list(red.shape), "red": round(float(on.mean()), 2),
            "gray": bool((clay[..., 0] == clay[..., 1]).all()),
            "opaque": bool((red[..., 3] == 255).all())}  # fmt: skip


def unseen(tools):
    """From behind, where a first view has painted nothing."""
    obj = tools.add("cube")
    tools.add_camera((0.01, -4, 0.01), 0.7)
    host = host_for(None, obj)
    front = flat((220, 40, 30, 255), 64, 64)
    drive(project(host, layer_of(front), chosen_view(host, size=(64, 64)), (128, 128)))
    bpy.context.scene.camera.location = (0.01, 4, 0.01)
    bpy.context.scene.camera.rotation_euler = (1.5708, 0, 3.14159)
    bpy.context.view_layer.update()
    seen = array_of(drive(guide(host, chosen_view(host, size=(64, 64)))))
    write(tools, "guide unseen", seen)
    return {"middle": seen[32, 32].tolist(), "corner": seen[0, 0].tolist()}


def write(tools, name, pixels):
    layer = layer_of(pixels)
    picture = images.Pixels(
        pixels.shape[1], pixels.shape[0], layer.layout, layer.space, layer.pixels
    )
    drive(render.write_file(picture, tools.folder / f"{name}.png"))


def depths(tools):
    """Like Cycles' own depth, and a picture of it."""
    obj = tools.add("monkey")
    tools.add("plane", size=3, location=(0, 0.5, 0), rotation=(1.2, 0.3, 0))
    camera = tools.add_camera((1, -4, 1), 0.7)
    seen = view_of(obj, camera, (96, 96), framed=False)
    triangles = geometry.visible_triangles(obj)
    z = drive(view.depth_buffer(view.Lens.of(seen), triangles)).z
    rays = ray_depths(camera, 96)
    both = np.isfinite(z) & np.isfinite(rays)
    picture = array_of(drive(depth(host_for(None, obj), seen)))[..., 0]
    pixels = np.repeat(picture[..., None] // 257, 4, 2).astype(np.uint8)
    pixels[..., 3] = 255
    write(tools, "depth", pixels)
    nearest = np.unravel_index(np.argmin(z[::-1]), z.shape)
    return {
        "differ": int((np.isfinite(z) != np.isfinite(rays)).sum()),
        "error": float(np.percentile(np.abs(z - rays)[both], 99)),
        "white": int(picture[nearest]),
        "background": int(picture[0, 0]),
        "seen": int(both.sum()) > 1000,
    }


def ray_depths(camera, side):
    """By casting a ray through the middle of each pixel, the bottom row first."""
    from mathutils import Vector

    depsgraph, scene = bpy.context.evaluated_depsgraph_get(), bpy.context.scene
    frame = camera.data.view_frame(scene=None)
    right, low = max(v.x for v in frame), min(v.y for v in frame)
    away = -frame[0].z
    world = camera.matrix_world
    found = np.full((side, side), np.inf)
    for row in range(side):
        for column in range(side):
            x, y = ((2 * (column + 0.5) / side) - 1) * right, (1 - 2 * (row + 0.5) / side) * low
            way = world.to_3x3() @ Vector((x, y, -away))
            hit, place, *_ = scene.ray_cast(depsgraph, world.translation, way.normalized())
            if hit:
                found[row, column] = -(world.inverted() @ place).z
    return found


def crossing(tools):
    """A floor that goes on behind the eye hides what is below it all the same."""
    obj = tools.add("cube", location=(0, 0, -2))
    tools.add("plane", size=100, location=(0, 0, 0))
    camera = tools.add_camera((0, -6, 2), 0.9)
    before = drive(project(host_for(None, obj), layer_of(flat((0, 255, 0, 255), 64, 64)),
                           view_of(obj, camera, (64, 64)), (64, 64)))  # fmt: skip
    return {"covered": float(coverage_of(before).max())}


def later(tools):
    """What was covered is known after the file was opened again, under any name."""
    obj = tools.add("plane")
    camera, name = tools.add_camera((0, 0, 5), 0.7), obj.name
    seen = view_of(obj, camera, (64, 64))
    drive(project(host_for(None, obj), layer_of(flat((0, 255, 0, 255), 64, 64)), seen, (96, 96)))
    bpy.data.images["moss coverage"].name = "other"
    reopened(tools)
    host = host_for(None, bpy.data.objects[name])
    keys = drive(project(host, layer_of(flat((255, 0, 0, 255), 64, 64)), seen, (32, 32)))
    image = images.find_image(keys[0])
    return {"size": list(image.size), "green": stored(image)[48, 48].tolist()}


def undone(tools):
    obj = tools.add("cube")
    camera, name = tools.add_camera((3, -4, 2), 0.7), obj.name
    first = drive(images.new_image("first", 8, 8, False, flat((9, 9, 9, 255)).tobytes()))
    material.wear(obj, first)
    bpy.ops.ed.undo_push(message="before")
    seen = view_of(obj, camera, (64, 64))
    drive(
        project(host_for(None, obj), layer_of(flat((0, 255, 0, 255), 64, 64), name="green"), seen)
    )
    after = material.texture_of(bpy.data.objects[name]).name
    bpy.ops.ed.undo()
    return {"after": after, "undone": material.texture_of(bpy.data.objects[name]).name,
            "left": "green" in bpy.data.images}  # fmt: skip


def refusing(tools):
    obj = tools.add("cube")
    nothing = refused(lambda: chosen_view(host_for(None, obj)))
    camera = tools.add_camera((0, -6, 0), 0.7)
    away = refused(lambda: view_of(obj, obj))
    camera.location = (0, 0.5, 0)
    bpy.context.view_layer.update()
    inside = refused(lambda: view_of(obj, camera))
    camera.location = (40, -6, 0)
    bpy.context.view_layer.update()
    aside = refused(lambda: view_of(obj, camera))
    return {"no camera": nothing, "no view": away, "inside": inside, "aside": aside}
