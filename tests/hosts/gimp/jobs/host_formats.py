"""Reads a layer of an image of each precision and kind, and lays the picture back as a new one."""

from host_tools import (
    GimpHost,
    NewLayer,
    PixelLayout,
    Rect,
    difference,
    drive,
    noise,
    refused,
    values,
)
from impasto_gimp.pixels import babl_name
from tools import native

RECT = Rect(-7, -5, 40, 30)  # of the layer; the canvas is smaller and begins elsewhere


def job(tools):
    answer = {}
    for kind, precision in tools.arguments.get("plain", []):
        answer[f"{kind} {precision}"] = plain(tools, kind, precision)
    for kind, precision, profile in tools.arguments.get("profiled", []):
        answer[f"{kind} {precision} {profile}"] = profiled(tools, kind, precision, profile)
    for kind in ("indexed", "indexeda"):
        answer[kind] = indexed(tools, kind)
    answer["images left"] = len(tools.Gimp.get_images())
    return answer


def image_of(tools, kind, precision):
    image = tools.new_image(32, 24, kind, precision, fill=None)
    layer = tools.new_layer(image, "base", RECT.width, RECT.height, RECT[:2], kind_name(kind))
    return image, layer


def kind_name(kind):
    return f"{kind.upper()}_IMAGE"


def plain(tools, kind, precision):
    image, layer = image_of(tools, kind, precision)
    host = GimpHost()
    key = host.key_of(image)
    host.choose(key)
    info = host.active_document()
    spread = (-0.5, 4.0) if info.layout.is_float and "u32" not in precision else (0.0, 1.0)
    written = noise(1, RECT.area * info.layout.channels, info.layout, *spread)
    tools.set_pixels(layer, written, layout=babl_name(info.layout, info.space))
    answer = there_and_back(tools, host, image, layer, info)
    image.delete()
    return answer


def profiled(tools, kind, precision, profile):
    """The numbers in the image's own space are noise: strong colors, outside of sRGB."""
    image, layer = image_of(tools, kind, precision)
    assert image.set_color_profile(profile_named(tools, profile))
    host = GimpHost()
    info = host.info(host.key_of(image))
    own = own_layout(precision, kind)
    written = noise(1, RECT.area * own.channels, own)
    tools.set_pixels(layer, written, layout="")
    answer = there_and_back(tools, host, image, layer, info)
    back = image.get_layers()[0]
    answer["largest error"] = difference(
        tools.pixels(layer, layout=""), tools.pixels(back, layout=""), own
    )
    image.delete()
    return answer


def profile_named(tools, profile):
    color = tools.Gimp.ColorProfile
    if profile == "ROMM":  # comes with Ghostscript, which GIMP needs
        path = "/usr/share/color/icc/ghostscript/rommrgb.icc"
        return color.new_from_file(tools.Gio.File.new_for_path(path))
    makers = {"adobe": color.new_rgb_adobe, "gray lab": color.new_d50_gray_lab_trc}
    return makers.get(profile, color.new_rgb_srgb)()


def own_layout(precision, kind):
    depth = {"u8": "8", "u16": "16", "float": "32f"}[precision.split("-")[0]]
    return PixelLayout({"rgba": "rgba", "graya": "graya"}[kind] + depth)


def there_and_back(tools, host, image, layer, info):
    key = info.key
    image.clean_all()
    before = tools.pixels(layer, layout="")
    picture = drive(host.read_pixels(key, RECT, str(layer.get_id())))
    seen = drive(host.read_pixels(key, RECT, None))
    dirty = image.is_dirty()
    name = babl_name(info.layout, info.space)
    shown = picture.input
    new = NewLayer("back", RECT, shown.layout, shown.space, picture.pixels)
    ids = drive(host.add_layers(key, [new], str(layer.get_id()), "unused"))
    back = host.layer(key, ids[0])
    read = values(picture.pixels, info.layout)
    return {
        "layout": info.layout.value,
        "space": info.space.value,
        "as GIMP gives it": bytes(picture.pixels) == tools.pixels(layer, layout=name),
        "original": tools.pixels(layer, layout="") == before,
        "natively the same": tools.pixels(back, layout="") == before,
        "largest difference": difference(
            tools.pixels(layer, layout=name), tools.pixels(back, layout=name), info.layout
        ),
        "range": [min(read), max(read)],
        "visible": visible(seen, picture, info),
        "dirty": dirty,
        "format": [native(back), native(layer)],
        "bounds": list(host.layer_info(key, back).bounds),
        "images": len(tools.Gimp.get_images()),
    }


def visible(seen, picture, info):
    """Within the canvas the same as the layer where that is opaque; nothing beyond it."""
    size, row = info.layout.bytes_per_pixel, RECT.width * info.layout.bytes_per_pixel
    worst = 0.0
    for y in range(RECT.height):
        one, other = bytes(seen.pixels[y * row :][:row]), bytes(picture.pixels[y * row :][:row])
        first, last = (7, 39) if 5 <= y < 29 else (0, 0)
        if any(one[: first * size]) or any(one[last * size :]):
            return "beyond the canvas"
        if first < last:
            inner = slice(first * size, last * size)
            worst = max(worst, difference(one[inner], other[inner], info.layout))
    return worst


def indexed(tools, kind):
    image = tools.new_image(32, 24, kind)
    host = GimpHost()
    key = host.key_of(image)
    info = host.info(key)
    layer = host.active_layer(key)
    rect = Rect(0, 0, 8, 8)
    new = NewLayer("new", rect, info.layout, info.space, bytes(rect.area * 4))
    answer = {
        "needs": host.needs_rgb(key),
        "reading": refused(lambda: host.read_pixels(key, rect, layer.id)),
        "seeing": refused(lambda: host.read_pixels(key, rect, None)),
        "adding": refused(lambda: host.add_layers(key, [new], None, "")),
        "showing": refused(lambda: host.show_preview(key, new)),
        "selection": refused(lambda: host.read_selection(key, rect)),
    }
    host.convert_to_rgb(key)
    answer["still needs"] = host.needs_rgb(key)
    answer["layer kept"] = host.active_layer(key).id == layer.id
    answer["then adding"] = refused(lambda: host.add_layers(key, [new], None, ""))
    answer["then reading"] = list(bytes(drive(host.read_pixels(key, rect, layer.id)).pixels[:4]))
    host.convert_to_rgb(key)
    image.delete()
    return answer
