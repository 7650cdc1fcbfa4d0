"""Calls the plug-ins of tests/hosts/gimp/plugins that work on pixels and layers in one GIMP."""

import json
import time

PRECISIONS = {
    "rgb": "u8-non-linear",
    "rgba": "u8-non-linear",
    "gray": "u8-non-linear",
    "graya": "u8-non-linear",
    "rgba u16": "u16-non-linear",
    "rgba float": "float-linear",
    "rgb linear": "u8-linear",
    "graya half": "half-perceptual",
}
LAYOUTS = {"rgb": "R'G'B' u8", "rgba": "R'G'B'A u8", "gray": "Y' u8", "graya": "Y'A u8"}
WIDTH, HEIGHT = 30, 22


def job(tools):
    return {
        "regions": regions(tools),
        "precise": precise(tools),
        "selected": selected(tools),
        "others": others(tools),
        "wrong": wrong(tools),
        "speed": speed(tools),
        "tiles": tiles(tools),
        "effects": effects(tools),
        "cutouts": cutouts(tools),
        "counter": counter(tools),
        "collage": collage(tools),
        "exporter": exporter(tools),
        "left over": len(tools.Gimp.get_images()),
    }


def pattern(width, height, bpp):
    return bytes(
        (x * 7 + y * 3 + channel * 50) % 256
        for y in range(height)
        for x in range(width)
        for channel in range(bpp)
    )


def called(tools, name, **given):
    answer = tools.call(name, **given)
    assert answer.status == "success", f"{name}: {answer.message}"
    return answer.values


# ---- regions -------------------------------------------------------------------------------------


def regions(tools):
    """For each kind of image, way and shadow: the bytes before and after."""
    found = {}
    for kind, precision in PRECISIONS.items():
        channels = kind.split()[0]
        for way in tools.arguments["ways"]:
            for shadow in (False, True):
                image = tools.new_image(WIDTH, HEIGHT, channels, precision)
                layer = image.get_layers()[0]
                bpp = {"rgb": 3, "rgba": 4, "gray": 1, "graya": 2}[channels]
                layout = LAYOUTS[channels]
                tools.set_pixels(layer, pattern(WIDTH, HEIGHT, bpp), None, layout)
                before = tools.pixels(layer, None, layout)
                layers = {"drawables": [layer], "way": way, "shadow": shadow}
                called(tools, "python-fu-scanlines", image=image, **layers)
                after = tools.pixels(layer, None, layout)
                found[f"{kind} {way} {shadow}"] = [bpp, before, after]
                image.delete()
    return found


def precise(tools):
    """Values between those of 8 bits: where nothing is written they stay as they are."""
    image = tools.new_image(WIDTH, HEIGHT, "rgba", "float-linear")
    layer = image.get_layers()[0]
    tools.fill(layer, (0.12345, 0.5004, 0.7777, 0.9))
    native = ""
    before = tools.pixels(layer, None, native)
    called(
        tools,
        "python-fu-scanlines",
        **{"image": image, "drawables": [layer], "way": "stamp", "shadow": False},
    )
    after = tools.pixels(layer, None, native)
    image.delete()
    size = len(before) // (WIDTH * HEIGHT)
    changed = [
        (place % WIDTH, place // WIDTH)
        for place in range(WIDTH * HEIGHT)
        if before[place * size : (place + 1) * size] != after[place * size : (place + 1) * size]
    ]
    columns, rows = zip(*changed, strict=True)
    return [len(changed), min(columns), max(columns), min(rows), max(rows)]


def selected(tools):
    """Where the plug-in changed something, with the left half selected."""
    found = {}
    for shadow in (False, True):
        image = tools.new_image(WIDTH, HEIGHT, "rgba")
        layer = image.get_layers()[0]
        image.select_rectangle(tools.Gimp.ChannelOps.REPLACE, 0, 0, 10, HEIGHT)
        layers = {"drawables": [layer], "way": "negative", "shadow": shadow}
        called(tools, "python-fu-scanlines", image=image, **layers)
        row = tools.pixels(layer, (0, 3, WIDTH, 1))
        found[str(shadow)] = [row[place] for place in range(0, len(row), 4)]
        image.delete()
    return found


def others(tools):
    """Masks, channels, the selection, indexed images: as stored, one byte a pixel or two."""
    import gimpfu

    image = tools.new_image(WIDTH, HEIGHT, "rgba")
    layer = image.get_layers()[0]
    mask = layer.create_mask(gimpfu.ADD_BLACK_MASK)
    layer.add_mask(mask)
    image.select_rectangle(tools.Gimp.ChannelOps.REPLACE, 2, 2, 5, 5)
    found = {}
    for name, drawable in (("mask", mask), ("selection", image.selection)):
        rgn = drawable.get_pixel_rgn(0, 0, WIDTH, HEIGHT)
        rgn[20, 20] = b"\x9d"
        drawable.flush()
        found[name] = [rgn.bpp, rgn[20, 20][0], drawable.get_pixel_rgn(0, 0, 9, 9)[3, 3][0]]
        found[name].append(tools.pixels(drawable, (20, 20, 1, 1), "Y u8")[0])
    image.delete()
    image = tools.new_image(WIDTH, HEIGHT, "rgb")
    layer = image.get_layers()[0]
    tools.set_pixels(layer, b"\xff\x00\x00\xff" * 4, (0, 0, 2, 2))
    image.convert_indexed(0, 0, 4, False, False, "")
    rgn = layer.get_pixel_rgn(0, 0, WIDTH, HEIGHT)
    indices = [rgn[0, 0][0], rgn[9, 9][0]]
    rgn[9, 9] = bytes([indices[0]])
    layer.flush()
    colors = [list(tools.pixels(layer, (x, x, 1, 1))) for x in (0, 9, 10)]
    found["indexed"] = [rgn.bpp, indices[0] != indices[1], colors]
    image.delete()
    return found


def wrong(tools):
    """What is said when a script goes wrong."""
    image = tools.new_image(WIDTH, HEIGHT, "rgb")
    rgn = image.active_layer.get_pixel_rgn(4, 4, 10, 10)

    def short():
        rgn[4, 4] = b"ab"

    attempts = {
        "outside": lambda: rgn[2, 4],
        "beyond": lambda: rgn[14, 4],
        "fraction": lambda: rgn[4.5, 4],
        "short": short,
        "one number": lambda: rgn[4],
        "too large": lambda: image.active_layer.get_pixel_rgn(0, 0, 99, 9),
        "no tile": lambda: image.active_layer.get_tile(False, 3, 0),
        "step": lambda: rgn[4:8:2, 4],
        "gtk 2": lambda: __import__("gimpui"),
    }
    found = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            found[name] = "nothing"
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    found["whole"] = len(rgn[:, :])
    found["from the start"] = len(rgn[0:8, 4:])
    image.delete()
    return found


def speed(tools):
    image = tools.new_image(256, 256, "rgba")
    rgn = image.active_layer.get_pixel_rgn(0, 0, 256, 256)
    began = time.perf_counter()
    for x in range(256):
        for y in range(256):
            red, green, blue, alpha = rgn[x, y]
            rgn[x, y] = bytes((blue, red, green, alpha))
    image.active_layer.flush()
    image.delete()
    return time.perf_counter() - began


def tiles(tools):
    image = tools.new_image(150, 70, "gray")
    layer = image.get_layers()[0]
    tools.set_pixels(layer, bytes(x % 256 for _ in range(70) for x in range(150)), None, "Y' u8")
    report, dirty = called(tools, "python-fu-tile-map", image=image, drawables=[layer])
    after = tools.pixels(layer, None, "Y' u8")
    image.delete()
    return {"report": report.split(), "dirty": dirty, "after": after}


# ---- filters, selections -------------------------------------------------------------------------


def scene(tools):
    """White, with a blue square at 24 to 48, and a slope of red below."""
    image = tools.new_image(64, 64, "rgba")
    layer = image.get_layers()[0]
    tools.set_pixels(layer, b"\x00\x00\xff\xff" * (24 * 24), (24, 24, 24, 24))
    return image, layer


def effects(tools):
    found = {}
    for number, name in enumerate(tools.arguments["effects"]):
        image, layer = scene(tools)
        slope = bytes(v for _ in range(8) for x in range(64) for v in (x * 4, 100, 50, 255))
        tools.set_pixels(layer, slope, (0, 56, 64, 8))
        before = tools.pixels(layer)
        procedure = tools.Gimp.get_pdb().lookup_procedure("python-fu-effects")
        spec = procedure.find_argument("effect")
        nick = list(tools.Gimp.param_spec_choice_get_choice(spec).list_nicks())[number]
        called(tools, "python-fu-effects", image=image, drawables=[layer], effect=nick)
        found[name] = [before, tools.pixels(layer), len(image.get_layers())]
        image.delete()
    return found


def cutouts(tools):
    found = {}
    for way in tools.arguments["cutouts"]:
        image, layer = scene(tools)
        (is_selected,) = called(tools, "python-fu-cutouts", image=image, drawables=[layer], way=way)
        found[way] = [is_selected, tools.pixels(layer)]
        image.delete()
    return found


# ---- the rest ------------------------------------------------------------------------------------


def counter(tools):
    image, layer = scene(tools)
    given = {"image": image, "drawables": [layer]}
    said = [json.loads(called(tools, "python-fu-counter", **given)[0]) for _ in range(2)]
    (known,) = called(tools, "python-fu-counter-forget", **given)
    said.append(json.loads(called(tools, "python-fu-counter", **given)[0]))
    image.delete()
    return {"said": said, "known after": known}


def collage(tools):
    image, layer = scene(tools)
    layer.set_name("base")
    (said,) = called(tools, "python-fu-collage", image=image, drawables=[layer])
    image.delete()
    return json.loads(said)


def exporter(tools):
    image, layer = scene(tools)
    layer.set_name("below")
    small = tools.new_layer(image, "small", 20, 12, (30, 40))
    tools.fill(small, (0.0, 1.0, 0.0, 1.0))
    (sizes,) = called(
        tools,
        "python-fu-exporter",
        image=image,
        drawables=[layer],
        folder=tools.Gio.File.new_for_path(str(tools.folder)),
    )
    image.delete()
    reloaded = tools.open(tools.folder / "small.png")
    pixel = list(tools.pixels(reloaded.get_layers()[0], (5, 5, 1, 1)))
    reloaded.delete()
    return {"sizes": sizes.split(), "pixel": pixel}
