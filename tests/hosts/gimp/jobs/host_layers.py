"""Which layers there are, what is read of them, where new ones go, and what stays as it was."""

import random

from host_tools import (
    GimpHost,
    NewLayer,
    PixelLayout,
    Rect,
    drive,
    flat,
    noise,
    refused,
    show,
)

RED, GREEN, BLUE, WHITE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (255,) * 4
SPOT = Rect(-20, -10, 60, 40)


def job(tools):
    parts = (
        empty,
        one,
        several,
        places,
        reading,
        kinds,
        masked,
        grouped,
        visible,
        active,
        selecting,
        room,
        left,
    )
    return {part.__name__: fresh(tools, part) for part in parts}


def fresh(tools, part):
    image = tools.new_image(300, 200)
    host = GimpHost()
    try:
        answer = part(tools, host, image, host.key_of(image))
    finally:
        image.delete()
    assert not tools.Gimp.get_images(), part.__name__
    return answer


def names(host, key):
    return [each.name for each in host.layers(key)]


def empty(tools, host, image, key):
    """An image without any layer."""
    image.remove_layer(image.get_layers()[0])
    rect = Rect(0, 0, 300, 200)
    info = host.info(key)
    found = {
        "info": [info.layout.value, info.space.value, list(info.canvas)],
        "layers": [host.layers(key), host.active_layer(key)],
        "seen": any(drive(host.read_pixels(key, rect, None)).pixels),
    }
    host.show_preview(key, None)
    show(tools, host, key, flat("preview", SPOT, RED))
    drive(host.add_layers(key, [flat("first", SPOT, BLUE)], None, ""))
    found["added"] = names(host, key)
    return found


def one(tools, host, image, key):
    base = host.active_layer(key)
    tools.new_layer(image, "over it", 10, 10)
    before = tools.pixels(image.get_layers()[1])
    pixels = noise(5, SPOT.area * 4, PixelLayout.BGRA8)
    srgb = host.info(key).space
    new = NewLayer("a red fox 🦊 狐狸", SPOT, PixelLayout.BGRA8, srgb, pixels, '{"a": "\\u72d0"}')
    ids = drive(host.add_layers(key, [new], base.id, "unused"))
    layer = host.layer(key, ids[0])
    ordered = bytearray(pixels)
    ordered[0::4], ordered[2::4] = pixels[2::4], pixels[0::4]
    return {
        "order": names(host, key),
        "active": host.active_layer(key).id == ids[0],
        "bounds": list(host.active_layer(key).bounds),
        "exact": tools.pixels(layer) == bytes(ordered),
        "others": tools.pixels(image.get_layers()[2]) == before,
        "record": host.read_record(key, ids[0]),
        "no record": host.read_record(key, base.id),
        "parasites": list(layer.get_parasite_list()),
        "dirty": image.is_dirty(),
    }


def several(tools, host, image, key):
    base = host.active_layer(key)
    rect = Rect(100, 50, 30, 20)
    colors = {"first": RED, "second": GREEN, "third": BLUE}
    layers = [flat(name, rect, color, record=name) for name, color in colors.items()]
    ids = drive(host.add_layers(key, layers, base.id, "three foxes"))
    group = image.get_layers()[0]
    picture = drive(host.read_pixels(key, Rect(100, 50, 1, 1), None))
    return {
        "top level": [each.get_name() for each in image.get_layers()],
        "group": group.is_group(),
        "inside": [each.get_name() for each in group.get_children()],
        "ids": [str(each.get_id()) for each in group.get_children()] == ids,
        "exact": [tools.pixels(host.layer(key, i)) for i in ids]
        == [each.pixels for each in layers],
        "records": [host.read_record(key, i) for i in ids],
        "active": host.active_layer(key).name,
        "seen": list(bytes(picture.pixels)),
    }


def places(tools, host, image, key):
    """Above a layer in a group, in a locked one, above a group; what is gone, to the top."""
    folder = tools.Gimp.GroupLayer.new(image, "folder")
    image.insert_layer(folder, None, 1)
    inner = tools.new_layer(image, "inner", 5, 5)
    image.reorder_item(inner, folder, 0)
    found = {}
    wanted = {"in a group": inner, "in a locked group": inner, "a group": folder, "gone": None}
    for name, layer in wanted.items():
        folder.set_lock_content(name == "in a locked group")
        folder.set_lock_position(name == "in a locked group")
        above = str(layer.get_id()) if layer else "999999"
        new = flat(name, Rect(0, 0, 4, 4), RED)
        made = host.layer(key, drive(host.add_layers(key, [new], above, ""))[0])
        parent = made.get_parent()
        beside = (parent.get_children if parent else image.get_layers)()
        found[name] = [parent.get_name() if parent else None, [e.get_name() for e in beside][:2]]
        image.remove_layer(made)
    return found


def reading(tools, host, image, key):
    """A layer smaller than the image, one larger than it, hidden or not, without alpha too."""
    found = {}
    for kind, rect in (
        ("RGBA_IMAGE", Rect(250, 150, 20, 10)),
        ("RGB_IMAGE", Rect(-50, -40, 400, 300)),
    ):
        layer = tools.new_layer(image, kind, rect.width, rect.height, rect[:2], kind)
        pixels = random.Random(3).randbytes(rect.area * 3)
        tools.set_pixels(layer, pixels, layout="R'G'B' u8")
        layer.set_visible(False)
        layer.set_opacity(30.0)
        around = rect.padded(3, 4, 5, 6)
        picture = drive(host.read_pixels(key, around, str(layer.get_id())))
        found[kind] = {
            "input": [picture.input.role, list(picture.input.rect), picture.input.layout.value],
            "bounds": list(host.layer_info(key, layer).bounds),
            "exact": bytes(picture.pixels) == framed(tools.pixels(layer), rect, around),
        }
    found["far away"] = any(
        drive(host.read_pixels(key, Rect(900, 0, 5, 5), str(layer.get_id()))).pixels
    )
    found["gone"] = refused(lambda: host.read_pixels(key, Rect(0, 0, 5, 5), "4711"))
    found["no number"] = refused(lambda: host.read_pixels(key, Rect(0, 0, 5, 5), "{abc}"))
    return found


def framed(pixels, rect, around):
    """The pixels of a rectangle within a larger one, zeros around them."""
    whole = bytearray(around.area * 4)
    for y in range(rect.height):
        start = ((rect.y - around.y + y) * around.width + rect.x - around.x) * 4
        whole[start : start + rect.width * 4] = pixels[y * rect.width * 4 :][: rect.width * 4]
    return bytes(whole)


def kinds(tools, host, image, key):
    """Text, links and vectors (GIMP 3.2) are read as they look, and stay what they are."""
    gimp, found = tools.Gimp, {}
    font = gimp.context_get_font()
    layers = {"text": gimp.TextLayer.new(image, "HH", font, 40, gimp.Unit.pixel())}
    if hasattr(gimp, "LinkLayer"):
        path = tools.save(image, tools.folder / "linked.png")
        layers["link"] = gimp.LinkLayer.new(image, tools.Gio.File.new_for_path(path))
    if hasattr(gimp, "VectorLayer"):
        outline = gimp.Path.new(image, "outline")
        image.insert_path(outline, None, 0)
        corners = [(20, 20), (80, 20), (80, 70), (20, 70)]
        points = [value for corner in corners for value in corner * 3]
        outline.stroke_new_from_points(gimp.PathStrokeType.BEZIER, points, True)
        layers["vector"] = gimp.VectorLayer.new(image, outline)
    for name, layer in layers.items():
        image.insert_layer(layer, None, 0)
        if name == "vector":
            layer.refresh()
        info = host.layer_info(key, layer)
        picture = drive(host.read_pixels(key, info.bounds, info.id))
        painted = bytes(picture.pixels) == tools.pixels(layer) and any(picture.pixels[3::4])
        kept = type(image.get_layers()[0]).__name__
        new = drive(host.add_layers(key, [flat("new", SPOT, RED)], info.id, ""))[0]
        found[name] = [painted, kept, image.get_item_position(host.layer(key, new))]
    return found


def masked(tools, host, image, key):
    """What a layer's mask and its filters make of it; its own mode and opacity do not count."""
    layer = tools.new_layer(image, "masked", 40, 30, (-8, -6))
    tools.fill(layer, (1, 0, 0, 1))
    mask = layer.create_mask(tools.Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    tools.set_pixels(mask, bytes(20 * 30), (0, 0, 20, 30), "Y u8")
    layer.set_opacity(20.0)
    layer.set_mode(tools.Gimp.LayerMode.MULTIPLY)
    layer.set_visible(False)
    here, clear = Rect(20, 5, 1, 1), Rect(0, 5, 1, 1)

    def read(rect):
        return list(bytes(drive(host.read_pixels(key, rect, str(layer.get_id()))).pixels))

    found = {"kept": read(here), "masked away": read(clear)}
    layer.set_apply_mask(False)
    found["mask switched off"] = read(clear)
    layer.set_apply_mask(True)
    invert = tools.Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "invert")
    layer.append_filter(invert)
    found["filtered"] = read(here)
    invert.set_visible(False)
    found["filter switched off"] = read(here)
    shadow = tools.Gimp.DrawableFilter.new(layer, "gegl:dropshadow", "shadow")
    layer.append_filter(shadow)
    layer.remove_mask(tools.Gimp.MaskApplyMode.DISCARD)
    found["under a shadow"] = read(here)
    found["shadow"] = read(Rect(40, 28, 1, 1))[3] > 20
    found["nothing"] = read(Rect(80, 80, 1, 1))
    found["untouched"] = [layer.get_opacity(), layer.get_visible(), len(layer.get_filters())]
    return found


def grouped(tools, host, image, key):
    """A group is read as its layers are seen together."""
    folder = tools.Gimp.GroupLayer.new(image, "folder")
    image.insert_layer(folder, None, 0)
    for name, color, offset in (("low", (1, 0, 0, 1), (-5, -5)), ("high", (0, 1, 0, 1), (10, 10))):
        layer = tools.new_layer(image, name, 20, 20, offset)
        tools.fill(layer, color)
        image.reorder_item(layer, folder, 0)
    info = host.layer_info(key, folder)
    picture = drive(host.read_pixels(key, info.bounds, info.id))
    pixel = memoryview(picture.pixels)
    at = lambda x, y: list(pixel[((y + 5) * info.bounds.width + x + 5) * 4 :][:4])  # noqa: E731
    return {
        "bounds": list(info.bounds),
        "order": names(host, key),
        "pixels": [at(-5, -5), at(12, 12), at(29, 29), at(29, -5)],
    }


def visible(tools, host, image, key):
    """Half clear over white, hidden ones not, previews not; the canvas ends it."""
    half = tools.new_layer(image, "half", 400, 300, (-20, -20))
    tools.fill(half, (0, 0, 0, 1))
    half.set_opacity(50.0)
    hidden = tools.new_layer(image, "hidden", 300, 200)
    tools.fill(hidden, (1, 0, 0, 1))
    hidden.set_visible(False)
    low = tools.new_layer(image, "small", 30, 30, (50, 60))
    tools.set_pixels(low, noise(9, 30 * 30 * 4, PixelLayout.RGBA8))
    rect = Rect(-5, -5, 310, 210)
    expected = tools.pixels(
        tools.Gimp.Layer.new_from_visible(image, image, "expected"), (-5, -5, 310, 210)
    )
    image.clean_all()
    plain = drive(host.read_pixels(key, rect, None))
    found = {"exact": bytes(plain.pixels) == expected, "dirty": image.is_dirty()}
    show(tools, host, key, flat("preview", Rect(0, 0, 300, 200), BLUE))
    shown = drive(host.read_pixels(key, rect, None))
    found["without the preview"] = bytes(shown.pixels) == expected
    found["preview still there"] = len(image.get_layers())
    host.show_preview(key, None)
    image.select_rectangle(tools.Gimp.ChannelOps.REPLACE, 0, 0, 40, 40)
    floating = tools.Gimp.Selection.float(image, [image.get_layers()[-1]], 100, 100)
    seen = drive(host.read_pixels(key, Rect(0, 0, 300, 200), None))
    found["with a floating selection"] = len(seen.pixels)
    found["still floating"] = image.get_floating_sel() is not None
    found["layers without it"] = names(host, key)
    found["worked on"] = host.active_layer(key).name
    drive(host.add_layers(key, [flat("new", SPOT, RED)], host.active_layer(key).id, ""))
    found["after adding"] = [image.get_floating_sel() is not None, names(host, key)]
    assert floating is not None
    return found


def active(tools, host, image, key):
    gimp = tools.Gimp
    layer = tools.new_layer(image, "masked", 10, 10)
    mask = layer.create_mask(gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    layer.set_edit_mask(True)
    found = {"mask": host.active_layer(key).name}
    image.set_selected_layers(image.get_layers())
    found["several"] = host.active_layer(key).name
    folder = gimp.GroupLayer.new(image, "folder")
    image.insert_layer(folder, None, 0)
    image.set_selected_layers([folder])
    found["group"] = host.active_layer(key).name
    channel = gimp.Channel.new(image, "channel", 300, 200, 50.0, tools.Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    image.set_selected_channels([channel])
    found["channel"] = host.active_layer(key)
    return found


def selecting(tools, host, image, key):
    gimp = tools.Gimp
    replace = gimp.ChannelOps.REPLACE
    found = {"none": host.selection(key)}
    around = Rect(-10, -5, 330, 220)
    found["nothing selected"] = any(drive(host.read_selection(key, around)).pixels)
    image.select_rectangle(replace, -20, 150, 60, 90)
    found["beyond"] = list(host.selection(key))
    image.select_ellipse(replace, 40, 30, 120, 90)
    gimp.Selection.feather(image, 20)
    image.clean_all()
    picture = drive(host.read_selection(key, around))
    bounds = host.selection(key)
    exact = bytes(
        image.get_selection()
        .get_buffer()
        .get(tools.Gegl.Rectangle.new(*around), 1.0, "Y u8", tools.Gegl.AbyssPolicy.NONE)
    )
    found["feathered"] = bytes(picture.pixels) == exact
    found["levels"] = len(set(exact)) > 100
    found["input"] = [picture.input.role, list(picture.input.rect), picture.input.layout.value]
    outside = bytearray(exact)
    for y in range(bounds.y, bounds.bottom):
        start = (y - around.y) * around.width + bounds.x - around.x
        outside[start : start + bounds.width] = bytes(bounds.width)
    found["all of it within its bounds"] = not any(outside)
    found["dirty"] = image.is_dirty()
    drive(host.add_layers(key, [flat("new", SPOT, RED)], None, ""))
    found["not cut by it"] = list(tools.pixels(image.get_layers()[0], (0, 0, 1, 1)))
    gimp.Selection.none(image)
    found["taken away"] = host.selection(key)
    return found


def room(tools, host, image, key):
    """A larger canvas together with a layer, twice."""
    new, wanted = flat("marked", Rect(10, 20, 5, 5), GREEN), Rect(-30, -40, 400, 300)
    (marked,) = drive(host.add_layers(key, [new], None, "", wanted))
    found = {
        "canvas": list(host.info(key).canvas),
        "bounds": list(host.layer_info(key, host.layer(key, marked)).bounds),
    }
    new = flat("around", Rect(-10, -10, 450, 350), BLUE)
    ids = drive(host.add_layers(key, [new], marked, "", canvas=Rect(-10, -10, 450, 350)))
    found["with a layer"] = list(host.info(key).canvas)
    found["the layer"] = list(host.layer_info(key, host.layer(key, ids[0])).bounds)
    found["the marked one"] = list(host.layer_info(key, host.layer(key, marked)).bounds)
    return found


def left(tools, host, image, key):
    """Work given up half way leaves nothing behind."""
    image.clean_all()
    large = [flat(name, Rect(0, 0, 1024, 1024), RED) for name in ("one", "two")]
    counts = []
    for work in (
        host.add_layers(key, large[:1], None, "group"),
        host.add_layers(key, large, None, "group"),
        host.read_pixels(key, Rect(0, 0, 300, 200), host.active_layer(key).id),
        host.read_pixels(key, Rect(0, 0, 300, 200), None),
        host.read_selection(key, Rect(0, 0, 300, 200)),
    ):
        next(work)
        counts.append([len(tools.Gimp.get_images()), len(host.open_documents())])
        work.close()
    return {
        "meanwhile": counts,
        "nothing": drive(host.add_layers(key, [], None, "")),
        "layers": names(host, key),
        "images": len(tools.Gimp.get_images()),
        "dirty": image.is_dirty(),
    }
