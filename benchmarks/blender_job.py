"""Runs inside Blender for `benchmarks.blender`: how long it stands still, in seconds, for each new
image, as the extension makes it and as Blender does by itself.
"""

import time

import bpy
import numpy as np


def job(tools):
    return {
        str(side): one_size(side, tools.arguments["rounds"]) for side in tools.arguments["sides"]
    }


def one_size(side, rounds):
    pixels = picture(side)
    found = {"ours": [], "blender": []}
    for _ in range(rounds):
        found["ours"].append(longest_piece(pixels))
        found["blender"].append(all_at_once(pixels))
    return found


def picture(side):
    """(side, side, 4) bytes: smooth, with a little noise, as textures are."""
    y, x = np.mgrid[:side, :side] / side
    smooth = np.stack([x, y, np.sin(9 * x) * np.cos(7 * y) / 2 + 0.5, np.ones_like(x)], 2)
    noise = np.random.default_rng(3).integers(0, 12, smooth.shape)
    return np.clip(smooth * 240 + noise, 0, 255).astype(np.uint8)


def longest_piece(pixels):
    from bl_ext.user_default.impasto.host import images

    side = len(pixels)
    work, longest, image = images.new_image("x", side, side, False, pixels.tobytes()), 0.0, None
    while image is None:
        begun = time.perf_counter()
        try:
            next(work)
        except StopIteration as end:
            image = end.value
        longest = max(longest, time.perf_counter() - begun)
    bpy.data.images.remove(image)
    return longest


def all_at_once(pixels):
    side = len(pixels)
    floats = (np.ravel(pixels[::-1]) / 255).astype(np.float32)
    begun = time.perf_counter()
    image = bpy.data.images.new("x", side, side, alpha=True)
    image.pixels.foreach_set(floats)
    image.pack()
    seconds = time.perf_counter() - begun
    bpy.data.images.remove(image)
    return seconds
