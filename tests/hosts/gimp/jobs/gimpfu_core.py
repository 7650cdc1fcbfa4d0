"""Calls the plug-ins of tests/hosts/gimp/plugins in one GIMP, and says what came of it."""

import json


def job(tools):
    return {
        "registered": registered(tools),
        "refused": refused(),
        "polaroid": polaroid(tools),
        "watermark": watermark(tools),
        "card": card(tools),
        "questions": questions(tools),
        "troubles": troubles(tools),
        "files": files(tools),
        "left over": len(tools.Gimp.get_images()),
    }


def registered(tools):
    found = {}
    for name in tools.arguments["names"]:
        procedure = tools.Gimp.get_pdb().lookup_procedure(name)
        found[name] = procedure and {
            "menu": procedure.get_menu_paths(),
            "label": procedure.get_menu_label(),
            "blurb": procedure.get_blurb(),
            "blurbs": [spec.get_blurb() for spec in procedure.get_arguments()],
            "labels": [spec.get_nick() for spec in procedure.get_arguments()],
            "types": procedure.get_image_types(),
            "takes": [spec.name for spec in procedure.get_arguments()],
            "kinds": [spec.value_type.name for spec in procedure.get_arguments()],
            "gives": [spec.value_type.name for spec in procedure.get_return_values()],
        }
    return found


def refused():
    """What registering wrongly raises."""
    import gimpfu

    def register(name="a-name", params=(), results=(), **more):
        given = (name, "", "", "", "", "", "Label", "", list(params), list(results), print)
        return raised(lambda: gimpfu.register(*given, **more))

    return {
        "name": register("a name"),
        "short": register(params=[(gimpfu.PF_INT, "n", "N")]),
        "type": register(params=[("int", "n", "N", 1)]),
        "parameter": register(params=[(gimpfu.PF_INT, "n.m", "N", 1)]),
        "result": register(results=[(gimpfu.PF_INT, "n")]),
        "no entries": register(params=[(gimpfu.PF_OPTION, "o", "O", 0, [])]),
        "custom": register(params=[(gimpfu.PF_CUSTOM, "c", "C", None)]),
        "colors": register(results=[(gimpfu.PF_COLORARRAY, "c", "C")]),
        "advanced": register(advanced=["nobody"]),
        "handler": raised(lambda: gimpfu.gimp.register_load_handler("nobody", "x")),
    }


# ---- plug-ins ------------------------------------------------------------------------------------


def polaroid(tools):
    image = tools.new_image(40, 30, "rgb", fill=(0.2, 0.4, 0.6, 1.0))
    layer = image.get_layers()[0]
    called = tools.call(
        "python-fu-polaroid", image=image, drawables=[layer], border=10, caption="Sea", shadow=True
    )
    edge, photo, frame = image.get_layers()
    found = {
        "status": called.status,
        "message": called.message,
        "size": [image.get_width(), image.get_height()],
        "frame": list(tools.pixels(frame, (0, 0, 1, 1))),
        "photo": list(tools.pixels(photo, (5, 5, 1, 1))),
        "offsets": list(photo.get_offsets())[1:],
        "edge": [list(tools.pixels(edge, (x, 10, 1, 1))) for x in (9, 10, 49, 50)],
        "edge is": [edge.get_opacity(), int(edge.get_mode())],
        "frame is": frame.get_name(),
        "background": list(tools.Gimp.context_get_background().get_rgba())[:3],
    }
    twice = tools.call("python-fu-polaroid", image=image, drawables=[photo, frame])
    found["two layers"] = [twice.status, twice.message]
    image.delete()
    return found


def watermark(tools):
    from gimpfu import pdb

    nothing_open = pdb.python_fu_sign_all("none", 5)
    image = tools.new_image(200, 100, "rgb", fill=(0.0, 0.0, 0.0, 1.0))
    layer = image.get_layers()[0]
    called = tools.call(
        "python-fu-sign", image=image, drawables=[layer], text="HHH", corner="top-left"
    )
    (signature,) = called.values
    alpha = tools.pixels(signature)[3::4]
    found = {
        "status": called.status,
        "name": signature.get_name(),
        "offsets": list(signature.get_offsets())[1:],
        "painted": sum(value > 128 for value in alpha),
        "color": list(tools.pixels(signature)[4 * alpha.index(max(alpha)) :][:3]),
        "opacity": signature.get_opacity(),
    }
    # Positions, as plug-ins call one another: choices by number, colours by name or tuple.
    second = pdb.python_fu_sign(image, layer, "II", "Sans", 20, (255, 0, 0), 3, "screen", 33)
    x, y = second.get_offsets()[1:]
    found["second"] = {
        "opacity": second.get_opacity(),
        "mode": int(second.get_mode()),
        "right": x + second.get_width(),
        "bottom": y + second.get_height(),
        "is the top one": second == image.get_layers()[0],
    }
    found["nothing open"] = nothing_open
    empty = tools.call("python-fu-sign", image=image, drawables=[layer], text=" ")
    found["empty"] = [empty.status, empty.message]
    count, layers = pdb.python_fu_sign_all("all", 5)
    found["all"] = [count, [each.get_name() for each in layers], len(image.get_layers())]
    found["keyword"] = pdb.python_fu_sign_all(text="more", count=1, run_mode=1)[0]
    image.delete()
    return found


def card(tools):
    from gimpfu import pdb

    image = pdb.plug_in_color_card(8, 2, 9, [255, 0, 0, 0, 255, 0, 10, 20, 30], (9, 9, 9), 0)
    layer = image.get_layers()[0]
    found = {
        "size": [image.get_width(), image.get_height()],
        "fields": [list(tools.pixels(layer, (x, y, 1, 1))[:3]) for y in (4, 12) for x in (4, 12)],
        "undo": image.undo_is_enabled(),
    }
    measured = pdb.python_fu_measure_picture(image, layer)
    found["measured"] = [*measured[:2], list(measured[2]), *measured[3:7], measured[9]]
    found["same"] = [measured[7] == image, measured[8] == layer]
    found["no drawable"] = pdb.plug_in_forget(image)
    image.delete()
    defaults = pdb.plug_in_color_card()
    found["defaults"] = [
        list(tools.pixels(defaults.get_layers()[0], (x, 4, 1, 1))[:3]) for x in (4, 20, 36)
    ]
    defaults.delete()
    gray = pdb["plug-in-color-card"](4, 1, [128.0, 128.0, 128.0], "black", 1)
    found["gray"] = [
        int(gray.get_base_type()),
        tools.pixels(gray.get_layers()[0], None, "Y' u8")[0],
    ]
    gray.delete()
    return found


def questions(tools):
    from gimpfu import gimp, pdb

    image = tools.new_image(8, 8)
    layer = image.get_layers()[0]
    channel = tools.Gimp.Channel.new(image, "a channel", 8, 8, 50, tools.Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    path = tools.Gimp.Path.new(image, "a path")
    image.insert_path(path, None, 0)
    given = [
        9, 10, 11, 12, 2, "S", "V", "T", (1, 2, 3), "red", 0, True, 1, 5, 0.25, "Monospace",
        "/tmp/f.png", "/tmp/g.png", "/", "1. Pixel", "Leather", "FG to BG (RGB)", "Default",
        "A", 4, 2, image, layer, channel, channel, path, None, -1, 2, [5, 6], [7], [8],
        b"\x01\xfe", 2, (0.1, 0.2), 1, ["x"], 1, [layer], image.get_selection(), 1, [layer],
        1, [image], gimp.Parasite("p", 1, b"\x80"),
    ]  # fmt: skip
    found = {
        "defaults": json.loads(pdb.python_fu_questionnaire()),
        "given": json.loads(pdb.python_fu_questionnaire(*given)),
    }
    echoed = pdb.python_fu_echo(*given[:31], *given[32:-3])
    found["echo"] = [shown(each) for each in echoed]
    image.delete()
    return found


def shown(value):
    if hasattr(value, "get_name"):
        return value.get_name()
    if isinstance(value, list | tuple) or type(value).__name__ == "RGB":
        return [shown(each) for each in value]
    return list(value) if isinstance(value, bytes) else value


def troubles(tools):
    from gimpfu import gimp

    found = {}
    for how in tools.arguments["troubles"]:
        image = tools.new_image(8, 8)
        layer = image.get_layers()[0]
        called = tools.call("python-fu-fail", image=image, drawables=[layer], how=how)
        found[how] = {
            "status": called.status,
            "message": called.message,
            "number": called.values[0] if called.values else None,
            # Nothing may be left open: else this one's end would not be GIMP's either.
            "balanced": [image.undo_group_start(), image.undo_group_end(), image.undo_group_end()],
        }
        image.delete()
    found["on_run"] = gimp.get_data("troubles")
    return found


def files(tools):
    from gimpfu import pdb

    path = str(tools.folder / "a picture.sketch")
    with open(path, "w") as file:
        file.write("012\n987\n")
    image = pdb.gimp_file_load(path, path)
    layer = image.get_layers()[0]
    found = {
        "size": [image.get_width(), image.get_height()],
        "pixels": list(tools.pixels(layer, None, "Y' u8")),
    }
    copy = str(tools.folder / "copy.sketch")
    called = tools.call(
        "file-sketch-save", image=image, file=tools.Gio.File.new_for_path(copy), mark="!"
    )
    found["saved"] = [called.status, called.message]
    with open(copy) as file:
        found["text"] = file.read()
    image.delete()
    return found


def raised(work):
    """What it raises: the class and the words."""
    try:
        return ["nothing", repr(work())]
    except Exception as wrong:
        return [type(wrong).__name__, str(wrong)]
