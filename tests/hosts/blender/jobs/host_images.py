"""Pixels in and out of every kind of image, new images, saving, what is refused."""

import bpy
import numpy as np
from host_tools import (
    ColorSpace,
    PixelLayout,
    Rect,
    Rows,
    array_of,
    drive,
    host_for,
    images,
    keeping,
    layer_of,
    noise,
    parts,
    refused,
    reopened,
    stored,
)


def job(tools):
    return parts(
        tools, reading, making, packing, spaces, regions, wrapping, saving, beside, sixteen_bits,
        refusing,
    )  # fmt: skip


def byte_image(seed=1, width=37, height=23, name="texture"):
    pixels = noise(seed, width, height)
    work = images.new_image(name, width, height, False, pixels.tobytes())
    return drive(work), pixels


def float_image(seed=1, width=37, height=23, name="texture"):
    pixels = noise(seed, width, height, PixelLayout.RGBA32F)
    work = images.new_image(name, width, height, True, pixels.tobytes())
    return drive(work), pixels


def close(one, other, limit=1e-6):
    return bool(np.allclose(one, other, rtol=limit, atol=limit))


def reading(tools):
    image, pixels = byte_image()
    whole = drive(images.read_image(image, Rect(0, 0, 37, 23)))
    part = drive(images.read_image(image, Rect(5, 3, 20, 11), "mask"))
    floats, values = float_image(2)
    read = drive(images.read_image(floats, Rect(4, 6, 9, 8)))
    return {
        "bytes": bool((array_of(whole) == pixels).all()),
        "part": bool((array_of(part) == pixels[3:14, 5:25]).all()),
        "described": [whole.input.layout, whole.input.rows, whole.input.space, part.input.role],
        "floats": close(array_of(read), values[6:14, 4:13]),
        "float input": [read.input.layout, read.input.space],
        "premultiplied": close(stored(floats)[..., :3], values[..., :3] * values[..., 3:]),
    }


def making(tools):
    """From every layout, rows either way."""
    found = {}
    for layout in PixelLayout:
        pixels = noise(3, 11, 7, layout)
        is_float = layout.bytes_per_channel > 1
        for rows in Rows:
            given = pixels[::-1] if rows is Rows.BOTTOM else pixels
            image = drive(images.new_image(
                "x", 11, 7, is_float, np.ascontiguousarray(given).tobytes(), layout=layout,
                rows=rows, space="Non-Color",
            ))  # fmt: skip
            found[f"{layout.value} {rows.value}"] = close(stored(image), rgba(pixels, layout))
    return found


def rgba(pixels, layout):
    top = 1.0 if layout.is_float else np.iinfo(pixels.dtype).max
    values = pixels.astype(np.float64) / top
    alpha = values[..., -1:] if layout.has_alpha else np.ones_like(values[..., :1])
    colour = values[..., :1].repeat(3, 2) if layout.is_gray else values[..., :3]
    return np.concatenate([colour[..., ::-1] if layout.is_bgr else colour, alpha], 2)


def packing(tools):
    """Packed by us, and by Blender itself."""
    side = 1024
    pixels = noise(12, side, side)
    image = drive(images.new_image("x", side, side, False, pixels.tobytes()))
    plain = bpy.data.images.new("own", side, side, alpha=True)
    plain.pixels.foreach_set((np.ravel(pixels[::-1]) / 255).astype(np.float32))
    plain.pack()
    settings = ("source", "file_format", "filepath", "is_dirty", "depth", "alpha_mode")
    return {
        "small": image.packed_file.size < plain.packed_file.size * 1.1,
        "alike": {name: [getattr(each, name) for each in (image, plain)] for name in settings},
        "same": bool((stored(image) == stored(plain)).all()),
    }


def spaces(tools):
    """A picture in sRGB becomes a linear float image and the other way round; data stays."""
    half = np.full((4, 4, 4), 128, np.uint8)
    half[..., 3] = 255
    found = {}
    for name, is_float, space in (
        ("bytes", False, ""), ("floats", True, ""), ("data", False, "Non-Color"),
        ("float data", True, "Non-Color"), ("linear bytes", False, "Linear Rec.709"),
    ):  # fmt: skip
        image = drive(images.new_image(
            name, 4, 4, is_float, half.tobytes(), space, PixelLayout.RGBA8,
            numbers_are=ColorSpace.SRGB,
        ))  # fmt: skip
        read = drive(images.read_image(image, Rect(0, 0, 1, 1)))
        found[name] = {
            "value": round(float(stored(image)[0, 0, 0]), 4),
            "space": image.colorspace_settings.name,
            "read as": [read.input.layout, read.input.space],
            "alpha": image.alpha_mode,
        }
    return found


def regions(tools):
    """In place: what is under alpha 0 keeps every bit, in bytes and floats."""
    found = {}
    for name, make in (("bytes", byte_image), ("floats", float_image)):
        image, _ = make(4, 60, 40, name)
        before = stored(image)
        layout = PixelLayout.RGBA32F if image.is_float else PixelLayout.RGBA8
        patch = noise(5, 20, 10, layout)
        patch[:5, :, 3], patch[5:, :10, 3] = 0, 1 if image.is_float else 255
        rect = Rect(30, 20, 20, 10)
        drive(images.write_region(image, rect, patch.tobytes()))
        after = stored(image)
        outside = np.ones((40, 60), bool)
        outside[25:30, 30:50] = False
        covered = after[25:30, 30:40]
        top = 1 if image.is_float else 255
        found[name] = {
            "outside": bool((after[outside] == before[outside]).all()),
            "covered": close(covered, patch[5:, :10].astype(np.float32) / top, 1e-6),
            "mixed": bool((after[25:30, 40:50] != before[25:30, 40:50]).any()),
            "kept float": image.is_float,
            "mix": mixed_right(before[25:30, 40:50], patch[5:, 10:] / top, after[25:30, 40:50],
                               image.is_float),
        }  # fmt: skip
    return found


def mixed_right(below, above, after, is_float):
    alpha = above[..., 3:]
    if is_float:
        wanted = above[..., :3] * alpha + below[..., :3] * (1 - alpha)
        return close(after[..., :3], wanted, 1e-5)
    under = below[..., 3:] * (1 - alpha)
    wanted = (above[..., :3] * alpha + below[..., :3] * under) / np.maximum(alpha + under, 1e-9)
    return bool(np.abs(after[..., :3] - wanted).max() < 0.5 / 255 + 1e-6)


def wrapping(tools):
    """Beyond an edge a texture goes on at the opposite one, to be read and to be written."""
    image, pixels = byte_image(6, 16, 12)
    rect = Rect(-3, 8, 22, 9)
    read = array_of(drive(images.read_image(image, rect)))
    ys, xs = np.arange(8, 17) % 12, np.arange(-3, 19) % 16
    patch = np.zeros((4, 6, 4), np.uint8)
    patch[:] = (1, 2, 3, 255)
    drive(images.write_region(image, Rect(13, 10, 6, 4), patch.tobytes()))
    wanted = pixels.copy()
    wanted[np.ix_(np.arange(10, 14) % 12, np.arange(13, 19) % 16)] = (1, 2, 3, 255)
    return {
        "read": bool((read == pixels[np.ix_(ys, xs)]).all()),
        "written": bool((np.rint(stored(image) * 255) == wanted).all()),
    }


def saving(tools):
    """Packed, saved, opened again: the numbers, what they mean, and what was written in place."""
    pixels = {}
    for make in (byte_image, float_image):
        image, _ = make(7, name=make.__name__)
        patch = noise(8, 5, 5)
        patch[..., 3] = 255
        drive(images.write_region(
            image, Rect(2, 2, 5, 5), patch.tobytes(), layout=PixelLayout.RGBA8,
            space=ColorSpace.SRGB,
        ))  # fmt: skip
        pixels[image.name] = stored(image)
    data = drive(images.new_image("data", 8, 8, True, noise(9, 8, 8, PixelLayout.RGBA32F).tobytes(),
                                  "Non-Color"))  # fmt: skip
    pixels["data"] = stored(data)
    for image in bpy.data.images:
        image.use_fake_user = True
    reopened(tools)
    found = {}
    for name, before in pixels.items():
        image = bpy.data.images[name]
        after = stored(image)
        found[name] = [
            bool((after == before).all()) if not image.is_float else close(after, before, 1e-6),
            image.colorspace_settings.name, bool(image.packed_file), image.is_float,
        ]  # fmt: skip
    return found


def beside(tools):
    """Saved beside the .blend; without one, packed."""
    image, _ = byte_image()
    found = {"without a file": keeping.keep(image, beside=True)}
    bpy.ops.wm.save_as_mainfile(filepath=str(tools.folder / "scene.blend"))
    kept = {}
    for make, name in ((byte_image, "moss/ä"), (float_image, "moss/ä"), (byte_image, "moss/ä")):
        image, _ = make(9, name=name)
        image.use_fake_user = True
        kept[image.name] = stored(image)
        path = keeping.keep(image, beside=True)
        found.setdefault("paths", []).append(path)
    found["packed"] = [bool(bpy.data.images[name].packed_file) for name in kept]
    reopened(tools, "scene.blend")
    found["there"] = [
        close(stored(bpy.data.images[name]), before, 1e-6) for name, before in kept.items()
    ]
    found["spaces"] = [bpy.data.images[name].colorspace_settings.name for name in kept]
    return found


def sixteen_bits(tools):
    """A 16-bit PNG: floats in linear light, though its colour space is sRGB."""
    image, pixels = float_image(12, 16, 16)
    pixels = np.clip(pixels, 0, 1)
    pixels[..., 3] = 1
    image = drive(images.new_image("own", 16, 16, True, pixels.tobytes()))
    scene = bpy.context.scene
    scene.view_settings.view_transform = "Standard"
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.color_depth = "PNG", "RGBA", "16"
    path = str(tools.folder / "deep.png")
    image.save_render(path, scene=scene)
    found = {}
    for packs in (False, True):
        deep = bpy.data.images.load(path, check_existing=False)
        deep.use_fake_user = True
        if packs:
            deep.pack()
        host = host_for(deep)
        patch = np.full((4, 4, 4), 0.25, np.float32)
        patch[..., 3] = 1
        layer = layer_of(patch, Rect(4, 4, 4, 4), layout=PixelLayout.RGBA32F,
                         space=ColorSpace.LINEAR)  # fmt: skip
        key = drive(host.add_layers(host.active_key, [layer], None, "x"))[0]
        new = images.find_image(key)
        name = deep.name
        wanted = pixels.copy()
        wanted[4:8, 4:8] = patch
        found[f"new {packs}"] = [close(stored(new), wanted, 1e-3), new.colorspace_settings.name]
        new.name = f"new {packs}"
        drive(images.write_region(deep, Rect(4, 4, 4, 4), patch.tobytes()))
        found[f"in place {packs}"] = close(stored(deep), wanted, 1e-3)
        if packs:
            reopened(tools)
            found["new again"] = close(stored(bpy.data.images["new True"]), wanted, 1e-3)
            found["in place again"] = close(stored(bpy.data.images[name]), wanted, 1e-3)
    return found


def refusing(tools):
    tiled = bpy.data.images.new("tiles", 8, 8, tiled=True)
    gone = bpy.data.images.new("gone", 8, 8)
    gone.source, gone.filepath = "FILE", "/nowhere/gone.png"
    movie = bpy.data.images.new("film", 8, 8)
    movie.source = "MOVIE"
    result = {
        each.name: refused(lambda each=each: images.read_image(each, Rect(0, 0, 4, 4)))
        for each in (tiled, gone, movie)
    }
    image, _ = byte_image()
    work = images.write_region(image, Rect(0, 0, 37, 23), bytes(37 * 23 * 4))
    next(work)
    bpy.data.images.remove(image)
    result["deleted meanwhile"] = refused(lambda: work)
    return result
