"""Images as documents: results as new images and in place, undo, previews, notes, another file."""

import bpy
import numpy as np
from host_tools import (
    IN_PLACE,
    NEW,
    BlenderHost,
    ColorSpace,
    MaskSource,
    PixelLayout,
    Rect,
    array_of,
    drive,
    flat,
    host_for,
    images,
    keeping,
    layer_of,
    material,
    noise,
    parts,
    recorded,
    refused,
    reopened,
    stored,
    undo,
)
from impasto.host import laying

RED, GREEN, BLUE = (200, 30, 20, 255), (20, 180, 40, 255), (10, 20, 200, 255)


def job(tools):
    return parts(
        tools, documents, from_words, over_a_copy, whole_pictures, larger, in_place, in_modes,
        several, abandoned, previews, notes, closing, floats, data, seams, beside,
    )  # fmt: skip


def made(name="base", seed=1, width=32, height=24):
    pixels = noise(seed, width, height)
    return drive(images.new_image(name, width, height, False, pixels.tobytes())), pixels


def described(info):
    return [info.name, info.path != "", list(info.canvas), info.layout, info.space]


def documents(tools):
    image, pixels = made()
    other, theirs = made("other", 2, 64, 48)
    tiled = bpy.data.images.new("tiles", 8, 8, tiled=True)
    host, nothing = host_for(image), BlenderHost()
    key = host.active_document().key
    host_of_tiles = host_for(tiled)
    second = drive(host.read_pixels(key, Rect(0, 0, 32, 24), images.key_of(other)))
    host.choose(None, None, size=(300, 200), is_float=True)
    words = host.active_document()
    bpy.data.images["base"].name = "renamed"
    return {
        "image": described(host.info(key)),
        "new": described(words),
        "nothing": described(nothing.active_document()),
        "tiles": [host_of_tiles.active_document(), host_of_tiles.why_no_document()],
        "open": len(host.open_documents()),
        "layers": [each.name for each in host.layers(key)],
        "layers of nothing": [each.name for each in host.layers(NEW)],
        "active": [host.active_layer(key).id == key, host.active_layer(NEW)],
        "pixels": bool((array_of(drive(host.read_pixels(key, Rect(0, 0, 32, 24), None)))
                        == pixels).all()),
        "second": bool((array_of(second) == theirs[::2, 1::2]).all()),
        "no pixels": refused(lambda: host.read_pixels(NEW, Rect(0, 0, 8, 8), None)),
    }  # fmt: skip


def from_words(tools):
    """A new texture on an object that has nothing: one step of undo, pixels back with redo."""
    obj = tools.add()
    name = obj.name
    while obj.data.uv_layers:
        obj.data.uv_layers.remove(obj.data.uv_layers[0])
    undo.push("before")
    host = host_for(None, obj)
    layer = recorded(layer_of(flat(RED, 16, 16)), "generate")
    keys = drive(host.add_layers(NEW, [layer], None, "moss"))
    image = images.find_image(keys[0])
    after = [image.name, bool(image.packed_file), list(image.size), worn(name),
             len(bpy.data.objects[name].data.uv_layers)]  # fmt: skip
    record = host.read_record(keys[0])
    bpy.ops.ed.undo()
    undone = [worn(name), len(bpy.data.objects[name].data.uv_layers), "moss" in bpy.data.images]
    bpy.ops.ed.redo()
    redone = [worn(name), pixel("moss")]
    second = recorded(layer_of(flat(GREEN, 16, 16), name="moss 2"), "generate")
    drive(host.add_layers(NEW, [second], None, "moss"))
    changed = worn(name)
    bpy.ops.ed.undo()
    return {"after": after, "record": record == layer.record, "undone": undone, "redone": redone,
            "second": [changed, worn(name), pixel("moss")]}  # fmt: skip


def worn(name):
    image = material.texture_of(bpy.data.objects[name])
    return image.name if image else None


def pixel(name):
    return [round(float(value) * 255) for value in stored(bpy.data.images[name])[0, 0]]


def over_a_copy(tools):
    """A part that was painted lies over a copy: all around it is the same to the bit."""
    image, pixels = made()
    patch = flat(GREEN, 10, 8)
    patch[:, :3, 3] = 0
    host = host_for(image)
    key = host.key_of(image)
    layer = recorded(layer_of(patch, Rect(5, 6, 10, 8)), "fill")
    keys = drive(host.add_layers(key, [layer], None, "moss"))
    result = np.rint(stored(images.find_image(keys[0])) * 255)
    wanted = pixels.copy()
    wanted[6:14, 8:15] = GREEN
    return {
        "new": bool((result == wanted).all()),
        "old": bool((stored_bytes(image) == pixels).all()),
        "other": keys[0] != key,
    }


def stored_bytes(image):
    return np.rint(stored(image) * 255).astype(np.uint8)


def whole_pictures(tools):
    """A generated picture has its own size; a variation keeps its own transparency."""
    image, _ = made()
    host = host_for(image)
    key = host.key_of(image)
    generated = recorded(layer_of(flat(RED, 64, 40), Rect(-16, -8, 64, 40)), "generate")
    clear = flat(BLUE, 32, 24)
    clear[..., 3] = 100
    varied = recorded(layer_of(clear), "vary")
    keys = drive(host.add_layers(key, [generated, varied], None, "both"))
    first, second = (images.find_image(each) for each in keys)
    return {"size": list(first.size), "alpha": int(stored_bytes(second)[0, 0, 3])}


def larger(tools):
    """An expanded picture is a larger image."""
    image, pixels = made()
    host = host_for(image)
    patch = flat(GREEN, 48, 24)
    patch[:, 16:, 3] = 0
    layer = recorded(layer_of(patch, Rect(-16, 0, 48, 24)), "expand")
    canvas = Rect(-16, 0, 48, 24)
    keys = drive(host.add_layers(host.key_of(image), [layer], None, "wide", canvas))
    new = images.find_image(keys[0])
    result = stored_bytes(new)
    host.resize_canvas(host.key_of(image), canvas)
    return {
        "size": list(new.size),
        "old": list(image.size),
        "kept": bool((result[:, 16:] == pixels).all()),
        "painted": bool((result[:, :16] == GREEN).all()),
    }


def in_place(tools):
    """Undone and redone with its pixels; saved as it is then."""
    image, pixels = made()
    image.use_fake_user = True
    undo.push("before")
    host = host_for(image, lays=IN_PLACE)
    key = host.key_of(image)
    layer = recorded(layer_of(flat(GREEN, 10, 8), Rect(5, 6, 10, 8)), "fill")
    keys = drive(host.add_layers(key, [layer], None, "moss"))
    wanted = pixels.copy()
    wanted[6:14, 5:15] = GREEN
    found = {"same": keys == [key], "after": equal("base", wanted), "record":
             host.read_record(key) == layer.record}  # fmt: skip
    bpy.ops.ed.undo()
    found["undone"] = equal("base", pixels)
    bpy.ops.ed.redo()
    found["redone"] = equal("base", wanted)
    bpy.ops.ed.undo()
    reopened(tools)
    found["saved undone"] = equal("base", pixels)
    image = bpy.data.images["base"]
    host = host_for(image, lays=IN_PLACE)
    drive(host.add_layers(host.key_of(image), [layer], None, "moss"))
    reopened(tools)
    found["saved"] = equal("base", wanted)
    found["nothing left to pack"] = keeping.pack_written()
    return found


def equal(name, pixels):
    return bool((stored_bytes(bpy.data.images[name]) == pixels).all())


def in_modes(tools):
    """One step, in each mode."""
    found = {}
    for mode in ("EDIT", "SCULPT", "TEXTURE_PAINT"):
        tools.new_file()
        obj = tools.add()
        name = obj.name
        first = drive(images.new_image("first", 8, 8, False, flat(RED).tobytes()))
        material.wear(obj, first)
        bpy.ops.object.mode_set(mode=mode)
        undo.push("before")
        host = host_for(None, obj)
        drive(host.add_layers(NEW, [layer_of(flat(GREEN), name="second")], None, "x"))
        steps = [worn(name), bpy.data.objects[name].mode == mode]
        bpy.ops.ed.undo()
        steps.append(worn(name))
        bpy.ops.ed.redo()
        found[mode] = [*steps, worn(name), pixel("second")[1]]
    return found


def several(tools):
    """One step however many; the object wears the first."""
    obj = tools.add()
    name = obj.name
    undo.push("before")
    host = host_for(None, obj)
    layers = [layer_of(flat(color), name=text) for text, color in
              (("a", RED), ("b", GREEN), ("c", BLUE))]  # fmt: skip
    keys = drive(host.add_layers(NEW, layers, None, "three"))
    there = [images.find_image(each).name for each in keys]
    first = worn(name)
    bpy.ops.ed.undo()
    return {"names": there, "worn": first, "left": [each.name for each in bpy.data.images if
                                                    each.name in "abc"]}  # fmt: skip


def abandoned(tools):
    """Work that is given up leaves nothing behind; images that nothing shows are saved."""
    host = host_for(None)
    layers = [layer_of(flat(RED), name="a"), layer_of(flat(GREEN), name="b")]
    work = host.add_layers(NEW, layers, None, "two")
    while "a" not in bpy.data.images:
        next(work)
    work.close()
    left = len(bpy.data.images)
    drive(host.add_layers(NEW, layers, None, "two"))
    reopened(tools)
    return {"left": left, "saved": sorted(each.name for each in bpy.data.images)}


def previews(tools):
    """On the object and away again, without a trace."""
    obj, other = tools.add(), tools.add("plane")
    while obj.data.uv_layers:
        obj.data.uv_layers.remove(obj.data.uv_layers[0])
    image, _ = made("own")
    material.wear(other, image)
    before = state(obj)
    host = host_for(None, obj)
    host.show_preview(NEW, layer_of(flat(RED, 3000, 40)))
    shown = material.texture_of(obj)
    first = [shown.name, list(shown.size)]
    host.show_preview(NEW, layer_of(flat(GREEN)))
    second = int(stored_bytes(material.texture_of(obj))[0, 0, 1])
    host.show_preview(NEW, None)
    after = state(obj)
    host = host_for(image, other)
    patch = recorded(layer_of(flat(GREEN, 4, 4), Rect(0, 0, 4, 4)), "fill")
    host.show_preview(host.key_of(image), patch)
    shown = material.texture_of(other)
    composed = [stored_bytes(shown)[0, 0].tolist(), list(shown.size), shown.name]
    host.show_preview(host.key_of(image), None)
    return {"first": first, "second": second, "untouched": before == after, "state": after,
            "composed": composed, "back": material.texture_of(other).name}  # fmt: skip


def state(obj):
    return [len(bpy.data.images), len(bpy.data.materials), len(obj.data.materials),
            len(obj.data.uv_layers), len(obj.material_slots)]  # fmt: skip


def notes(tools):
    """Kept with the image, and with the scene before there is one."""
    image, _ = made()
    image.use_fake_user = True
    host = host_for(image)
    key, content = host.key_of(image), bytes(range(256)) * 40
    host.write_note(key, "history", content)
    host.write_note(NEW, "history", b"of the scene")
    host.write_note(key, "gone", b"x")
    host.write_note(key, "gone", b"")
    reopened(tools)
    image = bpy.data.images["base"]
    host = host_for(image)
    again = host.key_of(image)
    return {
        "image": host.read_note(again, "history") == content,
        "scene": host.read_note(NEW, "history").decode(),
        "gone": host.read_note(again, "gone").decode(),
        "path": host.info(again).path.rpartition("/")[2],
        "old key": refused(lambda: host.read_pixels("7777", Rect(0, 0, 2, 2), None)),
    }


def closing(tools):
    """What is deleted while work is under way."""
    image, _ = made()
    host = host_for(image)
    key = host.key_of(image)
    reading = host.read_pixels(key, Rect(0, 0, 32, 24), None)
    adding = host.add_layers(key, [recorded(layer_of(flat(RED)), "fill")], None, "x")
    next(reading)
    next(adding)
    bpy.data.images.remove(image)
    return {
        "reading": refused(lambda: reading),
        "adding": refused(lambda: adding),
        "active": [host.active_document(), host.why_no_document()],
        "images": len([each for each in bpy.data.images if each.users]),
    }


def floats(tools):
    """A float image's results stay floats, in linear light, and what is above 1 stays above."""
    pixels = noise(5, 16, 16, PixelLayout.RGBA32F)
    pixels[..., 3] = 1
    image = drive(images.new_image("sky", 16, 16, True, pixels.tobytes()))
    host = host_for(image)
    key = host.key_of(image)
    info = host.info(key)
    patch = np.full((4, 4, 4), 3.5, np.float32)
    patch[..., 3] = 1
    layer = recorded(
        layer_of(patch, Rect(4, 4, 4, 4), layout=info.layout, space=info.space), "fill"
    )
    new = images.find_image(drive(host.add_layers(key, [layer], None, "sky"))[0])
    wanted = pixels.copy()
    wanted[4:8, 4:8] = patch
    return {"float": new.is_float, "exact": bool((stored(new) == wanted).all()),
            "space": new.colorspace_settings.name,
            "layout": [info.layout, info.space]}  # fmt: skip


def data(tools):
    """Of a Non-Color image only numbers come and go."""
    pixels = noise(6, 16, 16)
    image = drive(images.new_image("rough", 16, 16, False, pixels.tobytes(), "Non-Color"))
    host = host_for(image)
    key = host.key_of(image)
    layer = recorded(layer_of(flat(GREEN, 4, 4), Rect(4, 4, 4, 4)), "fill")
    new = images.find_image(drive(host.add_layers(key, [layer], None, "rough"))[0])
    wanted = pixels.copy()
    wanted[4:8, 4:8] = GREEN
    return {"exact": bool((stored_bytes(new) == wanted).all()),
            "space": new.colorspace_settings.name}  # fmt: skip


def seams(tools):
    """In a seamless texture a mask on the edge is seen whole, with what comes beyond the edge."""
    image, pixels = made("tile", 7, 32, 24)
    mask = np.zeros((24, 32, 4), np.uint8)
    mask[..., 3] = 255
    mask[4:10, :5], mask[4:10, -3:] = 255, 255
    stencil = drive(images.new_image("mask", 32, 24, False, mask.tobytes(), "Non-Color"))
    source = MaskSource("image", stencil.name)
    key = images.key_of(image)
    plain = host_for(image, mask=source).selection(key)
    host = host_for(image, mask=source, repeats="x")
    canvas, selection = host.info(key).canvas, host.selection(key)
    covered = array_of(drive(host.read_selection(key, selection)))
    read = array_of(drive(host.read_pixels(key, canvas, None)))
    patch = flat(GREEN, selection.width, selection.height)
    layer = recorded(layer_of(patch, selection), "fill")
    new = images.find_image(drive(host.add_layers(key, [layer], None, "tile"))[0])
    wanted = pixels.copy()
    wanted[4:10, :5], wanted[4:10, -3:] = GREEN, GREEN
    rolled = np.roll(pixels, -(canvas.x % 32), 1)
    return {
        "without": list(plain),
        "canvas": [canvas.width, canvas.height, canvas.contains(selection)],
        "selection": [selection.width, selection.height],
        "all covered": bool((covered == 255).all()),
        "read": bool((read == rolled).all()),
        "written": bool((stored_bytes(new) == wanted).all()),
        "size": list(new.size),
        "by its record": by_record(image, source),
        "as it looks": [laying.repeats(each) for each in (image, *waves())],
    }


def waves():
    """Seamless pictures without a record: on both axes, on one."""
    y, x = np.mgrid[:64, :64] / 64 * 2 * np.pi
    for wave in (np.sin(x + 2 * y), np.sin(x + 1) * np.cos(0.35 * y)):
        pixels = np.repeat((128 + 80 * wave)[..., None], 4, 2).astype(np.uint8)
        pixels[..., 3] = 255
        yield drive(images.new_image("wave", 64, 64, False, pixels.tobytes()))


def by_record(image, source):
    layer = recorded(layer_of(flat(RED, 32, 24)), "generate", {"tile": "both"})
    host = host_for(None)
    new = images.find_image(drive(host.add_layers(NEW, [layer], None, "x"))[0])
    return host_for(new, mask=source).selection(images.key_of(new)).width


def beside(tools):
    obj = tools.add()
    bpy.ops.wm.save_as_mainfile(filepath=str(tools.folder / "scene.blend"))
    host = host_for(None, obj, beside=True)
    keys = drive(host.add_layers(NEW, [layer_of(flat(GREEN), name="wall")], None, "wall"))
    image = images.find_image(keys[0])
    name = obj.name
    found = [image.filepath, bool(image.packed_file), worn(name)]
    reopened(tools, "scene.blend")
    return {"found": found, "again": [worn(name), pixel("wall")],
            "space": ColorSpace.SRGB}  # fmt: skip
