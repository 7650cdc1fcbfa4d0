#!/usr/bin/env python3
# ruff: noqa: F403, F405 - a starred import is how such plug-ins are written
"""Builds, reorders, masks and merges layers with the attributes that GIMP 2's objects had."""

import json

from gimpfu import *


def collage(image, drawable):
    said = {}
    said["image"] = [image.width, image.height, image.base_type, image.name, image.filename]
    said["drawable"] = [
        *(drawable.width, drawable.height, drawable.bpp, drawable.has_alpha, drawable.is_rgb),
        *(drawable.is_gray, drawable.is_indexed, drawable.type, list(drawable.offsets)),
        *(drawable.name, drawable.visible, drawable.mask_bounds),
    ]
    said["new calls still work"] = [
        *(drawable.has_alpha(), drawable.is_rgb(), int(drawable.type()), drawable.get_width()),
        list(drawable.mask_bounds()),
    ]
    image.undo_group_start()
    red = gimp.Layer(image, "red", 20, 10, RGBA_IMAGE, 60.0, NORMAL_MODE)
    image.add_layer(red, 0)
    red.translate(5, 6)
    gimp.set_foreground((255, 0, 0))
    red.fill(FOREGROUND_FILL)
    twin = red.copy(True)
    twin.name = "twin"
    image.insert_layer(twin)
    twin.mode = MULTIPLY_MODE
    twin.opacity = 50
    twin.visible = False
    twin.lock_alpha = True
    image.lower_layer(twin)
    said["order"] = [layer.name for layer in image.layers]
    image.raise_layer_to_top(drawable)
    said["raised"] = [layer.name for layer in image.layers]
    image.lower_layer_to_bottom(drawable)
    said["twin"] = [twin.mode == MULTIPLY_MODE, twin.opacity, twin.visible, twin.lock_alpha]
    image.active_layer = red
    said["active"] = [image.active_layer.name, image.active_drawable.ID == red.ID]

    mask = red.create_mask(ADD_BLACK_MASK)
    red.add_mask(mask)
    said["mask"] = [red.mask.ID == mask.ID, mask.is_layer_mask, mask.bpp]
    rgn = mask.get_pixel_rgn(0, 0, 10, 10)
    rgn[:, :] = b"\xff" * 100
    mask.flush()
    red.remove_mask(MASK_APPLY)
    said["alpha"] = [red.get_pixel(2, 2)[3], red.get_pixel(15, 2)[3]]
    red.set_pixel(0, 0, (1, 2, 3, 4))
    said["pixel"] = list(red.get_pixel(0, 0))

    group = gimp.GroupLayer(image, "group")
    image.insert_layer(group, None, 0)
    inside = gimp.Layer(image, "inside", 8, 8, RGBA_IMAGE, 100, NORMAL_MODE)
    image.insert_layer(inside, group, 0)
    said["group"] = [[layer.name for layer in group.children], inside.parent.name]
    image.remove_layer(group)

    kept = gimp.Channel(image, "kept", image.width, image.height, 40.0, (0, 0, 255))
    image.add_channel(kept)
    said["channel"] = [image.channels[0].name, kept.opacity, tuple(kept.color)]
    image.active_channel = kept
    said["active channel"] = image.active_channel.name
    image.remove_channel(kept)

    drawable.attach_new_parasite("note", 0, b"\x00\xffbytes")
    image.parasite_attach(gimp.Parasite("plan", PARASITE_PERSISTENT, "to do"))
    found = drawable.parasite_find("note")
    said["parasites"] = [
        *(found.name, list(found.data), drawable.parasite_list(), image.parasite_list()),
        drawable.parasite_find("no such"),
    ]
    drawable.parasite_detach("note")
    said["parasites"].append(drawable.parasite_list())

    path = gimp.Vectors(image, "line")
    image.add_vectors(path, 0)
    stroke = path.bezier_stroke_new_moveto(0, 0)
    path.bezier_stroke_lineto(stroke, 30, 40)
    said["path"] = [
        *(image.vectors[0].name, image.active_vectors.name, len(path.strokes)),
        *(round(path.strokes[0].get_length(1.0)), path.strokes[0].points[1]),
    ]
    curve = gimp.VectorsBezierStroke(path, [0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9], True)
    said["stroke"] = [len(path.strokes), curve.points[1], gimp.Item.from_id(path.ID).name]
    image.resolution = (150.0, 150.0)
    image.unit = UNIT_MM
    said["resolution"] = [list(image.resolution), image.unit]

    image.active_layer = drawable
    twin.visible = True
    copied = image.duplicate()
    whole = copied.merge_visible_layers(CLIP_TO_IMAGE)
    said["merged"] = [len(copied.layers), whole.width, whole.height]
    copied.scale(image.width // 2, image.height // 2)
    copied.crop(10, 10, 0, 0)
    said["scaled"] = [copied.width, copied.height, len(copied.layers)]
    copied.resize(40, 30, 2, 3)
    said["resized"] = [copied.width, copied.height, list(copied.layers[0].offsets)]
    pdb.gimp_image_convert_indexed(copied, NO_DITHER, MAKE_PALETTE, 4, False, False, "")
    flat = copied.flatten()
    said["indexed"] = [copied.base_type, flat.is_indexed, flat.bpp, len(copied.colormap) % 3]
    copied.colormap = b"\x0a\x14\x1e" * 4
    said["colormap"] = list(copied.colormap[:3])
    gimp.delete(copied)
    said["scaled layer"] = scaled(image)
    merged = image.merge_down(image.layers[0], EXPAND_AS_NECESSARY)
    said["merged down"] = merged.name
    image.undo_group_end()
    image.disable_undo()
    said["undo"] = image.undo_is_enabled()
    image.enable_undo()
    image.clean_all()
    said["dirty"] = image.dirty
    gimp.displays_flush()
    return json.dumps(said, default=int)


def scaled(image):
    layer = gimp.Layer(image, "scaled", 8, 8, RGBA_IMAGE, 100, NORMAL_MODE)
    image.add_layer(layer)
    layer.scale(16, 12)
    layer.resize(20, 20, 2, 2)
    layer.set_offsets(3, 4)
    turned = layer.transform_rotate_simple(ROTATE_90, True, 0, 0)
    try:
        layer.linked = True
        linked = "fine"
    except NotSupported as error:
        linked = str(error)
    layer.linked = False
    found = [layer.width, layer.height, list(layer.offsets), turned.ID == layer.ID, linked]
    image.remove_layer(layer)
    return found


register(
    "collage",
    "Builds layers",
    "Builds layers.",
    "Impasto",
    "Impasto",
    "2026",
    "_Collage",
    "RGB*",
    [(PF_IMAGE, "image", "Image", None), (PF_LAYER, "drawable", "Layer", None)],
    [(PF_STRING, "said", "What was found")],
    collage,
    menu="<Image>/Layer",
)

main()
