"""A cube and Suzanne painted from a view, and from a second one; the render and three frames gone
over."""

import numpy as np

QUICK = {"steps": 3, "rank": False, "seed": "3"}


def job(tools):
    bpy, answer = tools.bpy, {}
    for kind in ("cube", "monkey"):
        tools.new_file()
        tools.add_sun()
        obj = tools.add(kind)
        answer[kind] = views(tools, obj)
    answer["render"] = render(tools)
    answer["frames"] = frames(tools, bpy.context.scene)
    return answer


def views(tools, obj):
    bpy, seen = tools.bpy, []
    for place in ((3, -3, 2), (-3, 3, -2)):
        tools.add_camera(place)
        bpy.context.view_layer.objects.active = obj
        bpy.ops.impasto.project_from_view(
            prompt="a painted wooden toy", view_side=128, strength=0.9, **QUICK
        )
        texture, coverage = (
            bpy.data.images[name] for name in bpy.context.scene.impasto.results.split("\n")
        )
        share = float((tools.pixels(coverage)[..., 0] > 0.02).mean())
        seen.append({"size": list(texture.size), "share": share})
        seen[-1]["pixels"] = tools.pixels(texture)[..., :3].copy()
        seen[-1]["full"] = tools.pixels(coverage)[..., 0] > 0.98
    first, second = seen
    kept = np.abs(first.pop("pixels") - second.pop("pixels")).max(2)[first.pop("full")]
    second.pop("full")
    return {"first": first, "second": second, "kept": float(kept.max()) if kept.size else None}


def render(tools):
    bpy = tools.bpy
    tools.add_camera((0, -4, 2))
    tools.render(tools.folder / "render.png", 96, 72)
    bpy.ops.impasto.repaint_render(prompt="an oil painting", strength=0.7, **QUICK)
    image = bpy.data.images[bpy.context.scene.impasto.results]
    worn = [
        node.image.name
        for node in bpy.context.object.active_material.node_tree.nodes
        if node.type == "TEX_IMAGE"
    ]
    return {"size": list(image.size), "worn": image.name in worn}


def frames(tools, scene):
    folder = tools.folder / "frames"
    scene.frame_start, scene.frame_end = 1, 3
    given = {"whole_animation": True, "folder": str(folder), "prompt": "an oil painting"}
    impasto = tools.bpy.ops.impasto
    impasto.repaint_render(steps=3, strength=0.5, **given)
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    (folder / "0002.png").unlink()
    impasto.repaint_render(steps=3, strength=0.5, **given)
    after = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    try:
        impasto.repaint_render(steps=3, strength=0.5, **{**given, "prompt": "something else"})
    except RuntimeError as error:
        refused = str(error)
    return {
        "painted": sorted(after),
        "anew": sorted(name for name in after if before[name] != after[name]),
        "results": len(scene.impasto.results.split("\n")),
        "refused": refused,
        "frame": scene.frame_current,
    }
