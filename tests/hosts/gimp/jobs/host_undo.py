"""Steps of a test that presses Undo between them; `tools.kept` has the host and the image."""

from host_tools import GimpHost, NewLayer, PixelLayout, Rect, drive, flat, noise, show

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)
SPOT = Rect(-20, -10, 60, 40)


def job(tools):
    return globals()[tools.arguments["step"]](tools, tools.kept)


def state(_tools, kept):
    image, host = kept["image"], kept["host"]
    return {
        "layers": [each.name for each in host.layers(kept["key"])],
        "canvas": list(host.info(kept["key"]).canvas),
        "kind": int(image.get_base_type()),
        "all": len(image.get_layers()),
    }


def begin(tools, kept):
    """An image on the screen, and one step in it that can be undone."""
    image = tools.new_image(300, 200, fill=None)
    image.undo_disable()
    base = tools.new_layer(image, "base", 300, 200)
    tools.fill(base, (1, 1, 1, 1))
    image.undo_enable()
    kept["display"] = tools.show(image)
    kept["image"], kept["host"] = image, GimpHost()
    kept["key"] = kept["host"].key_of(image)
    kept["host"].choose(kept["key"])
    kind, mode = tools.Gimp.ImageType.RGBA_IMAGE, tools.Gimp.LayerMode.NORMAL
    layer = tools.Gimp.Layer.new(image, "a step", 10, 10, kind, 100.0, mode)
    image.insert_layer(layer, None, 0)
    tools.Gimp.displays_flush()
    return state(tools, kept)


def read_and_preview(tools, kept):
    """All that must not be a step."""
    host, key, image = kept["host"], kept["key"], kept["image"]
    canvas = host.info(key).canvas
    drive(host.read_pixels(key, canvas, None))
    drive(host.read_pixels(key, canvas, host.active_layer(key).id))
    drive(host.read_selection(key, canvas))
    host.write_note(key, "history", b"something")
    host.attach_record(key, host.active_layer(key).id, "{}")
    show(tools, host, key, flat("preview", SPOT, RED))
    show(tools, host, key, flat("preview", SPOT, BLUE))
    assert len(image.get_layers()) == 3
    if tools.arguments.get("takes_away", True):
        host.show_preview(key, None)
    return state(tools, kept)


def end_preview(tools, kept):
    kept["host"].show_preview(kept["key"], None)
    return state(tools, kept)


def add(tools, kept):
    """Three at once, above the lowest layer, on a larger canvas."""
    host, key = kept["host"], kept["key"]
    show(tools, host, key, flat("preview", SPOT, RED))
    rect = Rect(-30, -20, 360, 250)
    layout, space = PixelLayout.RGBA8, host.info(key).space
    kept["pixels"] = [noise(n, rect.area * 4, layout) for n in range(3)]
    layers = [
        NewLayer(f"new {n}", rect, layout, space, pixels, f'{{"n": {n}}}')
        for n, pixels in enumerate(kept["pixels"])
    ]
    base = host.layers(key)[-1].id
    kept["ids"] = drive(host.add_layers(key, layers, base, "group", canvas=rect))
    return state(tools, kept)


def exact(tools, kept):
    host, key = kept["host"], kept["key"]
    layers = [host.layer(key, each) for each in kept["ids"]]
    return {
        "pixels": [tools.pixels(each) for each in layers] == kept["pixels"],
        "records": [host.read_record(key, each) for each in kept["ids"]],
        "bounds": [list(host.layer_info(key, each).bounds) for each in layers],
    }


def convert(tools, kept):
    """To a palette, in a step of its own; then back."""
    gimp, image = tools.Gimp, kept["image"]
    dither, palette = gimp.ConvertDitherType.NONE, gimp.ConvertPaletteType.WEB
    image.convert_indexed(dither, palette, 255, False, False, "")
    kept["host"].convert_to_rgb(kept["key"])
    return state(tools, kept)
