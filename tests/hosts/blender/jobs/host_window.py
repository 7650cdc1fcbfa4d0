"""What differs in a window: undo with its own steps, previews in editors, the 3D view's eye."""

import bpy
import numpy as np
from host_tools import (
    IN_PLACE,
    NEW,
    drive,
    flat,
    host_for,
    images,
    layer_of,
    material,
    noise,
    recorded,
    stored,
)
from impasto.surface import project, view_of

RED, GREEN = (200, 30, 20, 255), (20, 180, 40, 255)


def job(tools):
    found = {}
    for part in (dressing, in_place, previews, from_view):
        with tools.inside("VIEW_3D"):
            for each in list(bpy.data.objects):
                bpy.data.objects.remove(each)
            for each in list(bpy.data.images):
                bpy.data.images.remove(each)
        yield 200
        found[part.__name__] = yield from part(tools)
    return found


def worn(name):
    image = material.texture_of(bpy.data.objects[name])
    return [image.name, [round(float(v) * 255) for v in stored(image)[0, 0]]] if image else None


def mode_of(name):
    return bpy.data.objects[name].mode


def added(tools, kind="cube"):
    with tools.inside("VIEW_3D"):
        return tools.add(kind)


def dressing(tools):
    """In each mode one undo takes the texture off again, and one redo puts it back."""
    found = {}
    for mode in ("OBJECT", "EDIT", "SCULPT", "TEXTURE_PAINT"):
        obj = added(tools)
        name = obj.name
        with tools.inside("VIEW_3D"):
            first = drive(images.new_image("first", 8, 8, False, flat(RED).tobytes()))
            material.wear(obj, first)
            bpy.ops.object.mode_set(mode=mode)
            bpy.ops.ed.undo_push(message="before")
        yield 100
        host = host_for(None, bpy.data.objects[name])
        drive(host.add_layers(NEW, [layer_of(flat(GREEN), name="second")], None, "x"))
        yield 100
        steps = [worn(name)[1], mode_of(name)]
        bpy.ops.ed.undo()
        yield 100
        steps += [worn(name)[1], mode_of(name)]
        bpy.ops.ed.redo()
        yield 100
        found[mode] = [*steps, worn(name)[1], mode_of(name)]
        with tools.inside("VIEW_3D"):
            bpy.ops.object.mode_set(mode="OBJECT")
            bpy.data.objects.remove(bpy.data.objects[name])
    return found


def in_place(tools):
    pixels = noise(1, 64, 48)
    image = drive(images.new_image("own", 64, 48, False, pixels.tobytes()))
    image.use_fake_user = True
    bpy.ops.ed.undo_push(message="before")
    host = host_for(image, lays=IN_PLACE)
    layer = recorded(layer_of(flat(GREEN, 10, 8)), "fill")
    drive(host.add_layers(host.active_key, [layer], None, "x"))
    yield 100
    after = equal(pixels)
    bpy.ops.ed.undo()
    yield 100
    undone = equal(pixels)
    bpy.ops.ed.redo()
    yield 100
    return {"after": after, "undone": undone, "redone": equal(pixels)}


def equal(pixels):
    return bool((np.rint(stored(bpy.data.images["own"]) * 255) == pixels).all())


def previews(tools):
    """In an Image Editor that shows the image, and back."""
    area = max(bpy.context.window_manager.windows[0].screen.areas, key=lambda a: a.width * a.height)
    obj = added(tools)
    image = drive(images.new_image("own", 64, 48, False, noise(1, 64, 48).tobytes()))
    material.wear(obj, image)
    area.ui_type = "IMAGE_EDITOR"
    yield 300
    area.spaces.active.image = image
    host = host_for(image, obj)
    host.show_preview(host.active_key, recorded(layer_of(flat(GREEN, 20, 20)), "fill"))
    yield 300
    shown = area.spaces.active.image.name
    host.show_preview(host.active_key, None)
    yield 100
    back = area.spaces.active.image.name
    drive(host.add_layers(host.active_key, [layer_of(flat(RED, 64, 48), name="new")], None, "x"))
    after = area.spaces.active.image.name
    area.ui_type = "VIEW_3D"
    yield 300
    return {"shown": shown, "back": back, "after": after}


def from_view(tools):
    """As the 3D view sees it, in perspective and without; into JSON and back."""
    import json

    found = {}
    for kind in ("PERSP", "ORTHO"):
        obj = added(tools, "monkey")
        area = tools.area("VIEW_3D")
        region = area.spaces.active.region_3d
        region.view_perspective = kind
        yield 300
        host = host_for(None, obj)
        seen = json.loads(json.dumps(view_of(host, region, (256, 256))))
        keys = drive(project(host, layer_of(flat(GREEN, 256, 256)), seen, (128, 128), afresh=True))
        coverage = stored(images.find_image(keys[1]))[..., 0]
        found[kind] = [round(float((coverage > 0.05).mean()), 2), worn(obj.name)[1]]
        bpy.data.objects.remove(obj)
    return found
