"""How long the pieces of long work take in a large image."""

from host_tools import GimpHost, NewLayer, PixelLayout, Rect, drive, noise


def job(tools):
    found = {}
    for side, precision in tools.arguments["images"]:
        image = tools.new_image(side, side, "rgba", precision, fill=None)
        for n in range(3):
            layer = tools.new_layer(image, f"layer {n}", side, side)
            tools.set_pixels(layer, noise(n, side * side, PixelLayout.RGBA8) * 4)
            layer.set_opacity(70.0)
        found[f"{side} {precision}"] = measured(tools, image)
        image.delete()
    return found


def measured(tools, image):
    host = GimpHost()
    key = host.key_of(image)
    info, layer = host.info(key), host.active_layer(key)
    found = {}

    def take(name, work):
        pieces = []
        answer = drive(work, pieces)
        found[name] = {
            "sum": round(sum(pieces)),
            "pieces": len(pieces),
            "longest": [round(each) for each in sorted(pieces)[-3:]],
        }
        return answer

    small = Rect(1500, 1500, 1024, 1024).intersect(info.canvas)
    take("visible, 1024²", host.read_pixels(key, small, None))
    take("layer, 1024²", host.read_pixels(key, small, layer.id))
    take("visible", host.read_pixels(key, info.canvas, None))
    picture = take("layer", host.read_pixels(key, info.canvas, layer.id))
    take("selection", host.read_selection(key, info.canvas))
    found["exact"] = bytes(picture.pixels) == tools.pixels(host.layer(key, layer.id))
    shown = picture.input
    new = NewLayer("new", info.canvas, shown.layout, shown.space, picture.pixels)
    take("add one", host.add_layers(key, [new], layer.id, ""))
    take("add three", host.add_layers(key, [new] * 3, layer.id, "group"))
    for name, deed in {
        "look": lambda: (host.info(key), host.selection(key), host.active_layer(key)),
        "open documents": host.open_documents,
        "layers": lambda: host.layers(key),
    }.items():
        take(name, as_work(deed))
    return found


def as_work(deed):
    deed()
    yield
