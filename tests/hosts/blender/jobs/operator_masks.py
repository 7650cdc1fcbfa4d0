"""A texture repainted in part: by stencil, by mask image, by faces; as a new image and in place."""

import numpy as np

QUICK = {"steps": 4, "rank": False, "seed": "7", "grow": 0, "feather": 0}
SIDE = 128


def job(tools):
    bpy = tools.bpy
    tools.new_file()
    cube = tools.add("cube")
    bpy.context.scene.impasto.mask = "image"
    rng = np.random.default_rng(3)
    pixels = np.ones((SIDE, SIDE, 4), np.float32)
    pixels[..., :3] = np.rint(rng.random((SIDE, SIDE, 3)) * 255) / 255
    mask = np.zeros((SIDE, SIDE, 4), np.float32)
    mask[..., 3], mask[30:60, 40:90, :3] = 1, 1
    image = tools.new_image("mask", SIDE, SIDE, pack=False)
    tools.set_pixels(image, mask)
    image.pack()
    bpy.context.scene.tool_settings.image_paint.stencil_image = image
    for number, face in enumerate(cube.data.polygons):
        face.select = number == 2
    found = {
        kind: one(tools, pixels, {"mask": kind, **more})
        for kind, more in (
            ("stencil", {"in_place": True}),
            ("image", {"mask_image": "mask"}),
            ("faces", {"margin": 2}),
        )
    }
    found["float"] = one(tools, pixels, {"mask": "image", "mask_image": "mask"}, is_float=True)
    return {**found, "seamless": seamless(tools)}


def seamless(tools):
    """A texture that repeats, repainted across its left and right edges: mean steps there, and
    everywhere else."""
    bpy = tools.bpy
    quick = {"steps": 4, "rank": False, "seed": "7"}
    bpy.ops.impasto.generate_texture(
        prompt="mossy cobblestone", width=SIDE, height=SIDE, tile="both", **quick
    )
    name = bpy.context.scene.impasto.results
    mask = np.zeros((SIDE, SIDE, 4), np.float32)
    mask[..., 3], mask[30:98, :24, :3], mask[30:98, -24:, :3] = 1, 1, 1
    tools.set_pixels(tools.new_image("edges", SIDE, SIDE), mask)
    before = tools.pixels(bpy.data.images[name]).copy()
    bpy.ops.impasto.inpaint_texture(
        image=name, prompt="a red brick", mask="image", mask_image="edges", **quick
    )
    after = tools.pixels(bpy.data.images[bpy.context.scene.impasto.results])
    steps = np.abs(after - np.roll(after, -1, 1))[30:98, :, :3].mean((0, 2))
    changed = (after != before).any(2)
    return {
        "border": float(steps[-1]),
        "interior": float(steps[:-1].mean()),
        "edges": [float(changed[30:98, 0].mean()), float(changed[30:98, -1].mean())],
        "middle": int(changed[:, 50:78].sum()),
    }


def one(tools, pixels, arguments, is_float=False):
    """How many texels changed, where they are, and what became of the old image."""
    bpy = tools.bpy
    old = tools.new_image("old", SIDE, SIDE, is_float=is_float, pack=False)
    tools.set_pixels(old, pixels)
    old.pack()
    before = tools.pixels(old).copy()
    name = old.name
    bpy.ops.impasto.inpaint_texture(image=name, prompt="a red brick", **arguments, **QUICK)
    new = bpy.data.images[bpy.context.scene.impasto.results]
    after = tools.pixels(new)
    changed = (after != before).any(2)
    rows, columns = np.nonzero(changed)
    return {
        "same image": new.name == name,
        "is float": new.is_float,
        "old kept": bool((tools.pixels(bpy.data.images[name]) == before).all()),
        "changed": int(changed.sum()),
        "box": [int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1],
    }
