"""The binding's `pdb` and `gimp`, used as a script in GIMP's console uses them."""


def job(tools):
    checks = (calls, objects, colors, data, context, surroundings, constants, gone)
    found = {check.__name__: check(tools) for check in checks}
    return {**found, "wrong calls": wrong_calls(tools), "left over": len(tools.Gimp.get_images())}


def raised(work):
    """What it raises: the class and the words."""
    try:
        return ["nothing", repr(work())]
    except Exception as wrong:
        return [type(wrong).__name__, str(wrong)]


# ---- pdb -----------------------------------------------------------------------------------------


def calls(tools):
    from gimpfu import error, pdb

    image = tools.new_image(8, 6)
    layer = image.get_layers()[0]
    found = {
        "none": pdb.gimp_context_set_line_dash_pattern(3, [5, 2.5, 1]),
        "array": pdb.gimp_context_get_line_dash_pattern(),
        "array of GIMP 3": pdb.native("gimp-context-get-line-dash-pattern")(),
        "several": pdb.gimp_drawable_get_offsets(layer),
        "one for many": pdb.gimp_edit_copy(layer),
        "by number": pdb["gimp-drawable-get-width"](layer.get_id()),
        "hyphens": pdb["gimp_image_get_width"](image),
        "no parent": raised(lambda: pdb.gimp_image_reorder_item(image, layer, None, 0)),
        "no parent, as -1": raised(lambda: pdb.gimp_image_reorder_item(image, layer, -1, 0)),
        "font": str(pdb.gimp_context_get_font()),
        "unit": [pdb.gimp_image_set_unit(image, 2), pdb.gimp_image_get_unit(image)],
        "has": [hasattr(pdb, "gimp_image_new"), hasattr(pdb, "gimp_nothing_like_it")],
        "in": ["gimp-image-new" in pdb, "gimp_nope" in pdb],
        "query": pdb.query("gimp-image-undo-.*"),
        "dir": [name in dir(pdb) for name in ("gimp_image_new", "query")],
        "is error": issubclass(error, RuntimeError),
        "about": [
            pdb.gimp_drawable_get_offsets.nparams,
            pdb.gimp_drawable_get_offsets.nreturn_vals,
            pdb.gimp_drawable_get_offsets.params[0][:2],
            pdb.native("gimp-layer-new").proc_name,
        ],
        "run mode first": raised(lambda: pdb.plug_in_despeckle(1, image, layer, 3, 1, 7, 248)),
    }
    image.delete()
    return found


def wrong_calls(tools):
    from gimpfu import pdb

    image = tools.new_image(8, 6)
    layer = image.get_layers()[0]
    deleted = layer.copy()
    deleted.delete()
    wrong = {
        "out of range": lambda: pdb.gimp_layer_set_opacity(layer, 101),
        "no layer": lambda: pdb.gimp_layer_get_opacity(None),
        "an image for a layer": lambda: pdb.gimp_layer_get_opacity(image),
        "a text for a layer": lambda: pdb.gimp_layer_get_opacity("base"),
        "deleted": lambda: pdb.gimp_layer_get_opacity(deleted),
        "no such number": lambda: pdb.gimp_layer_get_opacity(99999),
        "too many": lambda: pdb.gimp_drawable_get_width(layer, 1, 2),
        "no argument": lambda: pdb.gimp_drawable_get_width(drawable=layer, wide=1),
        "no brush": lambda: pdb.gimp_context_set_brush("none of that name"),
        "no color": lambda: pdb.gimp_context_set_foreground((1, 2)),
        "no number": lambda: pdb.gimp_layer_set_opacity(layer, "much"),
        "no choice": lambda: pdb.plug_in_despeckle(image, layer, 3, 99, 0, 255),
        "no such way": lambda: pdb.native("gimp-drawable-desaturate")(layer, 99),
        "unknown": lambda: pdb.gimp_nothing_like_it,
        "unknown item": lambda: pdb["gimp-nothing-like-it"],
        "removed": lambda: pdb.gimp_brushes_get_brush(),
    }
    found = {name: raised(work) for name, work in wrong.items()}
    image.delete()
    return found


# ---- gimp ----------------------------------------------------------------------------------------


def objects(tools):
    from gimpfu import GRAY, NORMAL_MODE, gimp

    image, plain = gimp.Image(20, 10, GRAY), gimp.Image(20, 10)
    layer = gimp.Layer(plain, "small", 5, 4)
    plain.add_layer(layer, 0)
    group = gimp.GroupLayer(plain, "a group", 40.0)
    channel = gimp.Channel(plain, "a channel", 20, 10, 30.0, (255, 0, 0))
    path = gimp.Vectors(plain, "a path")
    text = gimp.TextLayer(plain, "word", "Sans", 12)
    svg = '<svg width="20" height="10"><path d="M 1 1 L 9 9"/></svg>'
    drawing = tools.folder / "drawing.svg"
    drawing.write_text(svg)
    found = {
        "image": [image.get_width(), int(image.get_base_type()), int(plain.get_base_type())],
        "layer": [layer.get_width(), int(layer.get_mode()) == int(NORMAL_MODE), layer.has_alpha],
        "group": [group.get_name(), group.get_opacity()],
        "channel": [channel.get_opacity(), channel.get_name()],
        "types": [
            type(layer) is gimp.Layer,
            isinstance(layer, gimp.Drawable),
            isinstance(group, gimp.GroupLayer),
            isinstance(path, gimp.Vectors),
            isinstance(text, gimp.TextLayer),
            isinstance(plain, gimp.Image),
        ],
        "images": [each in gimp.image_list() for each in (image, plain)],
        "by number": [
            gimp._id2image(plain.get_id()) == plain,
            gimp._id2drawable(layer.get_id()) == layer,
            gimp._id2vectors(path.get_id()) == path,
            gimp._id2display(-1) is None,
        ],
        "paths": [
            len(gimp.vectors_import_from_string(plain, svg)),
            len(gimp.vectors_import_from_file(plain, str(drawing))),
        ],
        "no image": raised(lambda: gimp.Image(0, 0)),
    }
    gimp.delete(image)
    gimp.delete(plain)
    return found


def colors(_tools):
    from gimpfu import gimp

    gimp.set_foreground(128, 64, 200)
    gimp.set_background("#102030")
    return {
        "both": [list(gimp.get_foreground()), list(gimp.get_background())],
        "gradient": [
            gimp.gradients_set_gradient("FG to BG (RGB)"),
            str(gimp.gradients_get_gradient()),
            "FG to BG (RGB)" in gimp.gradients_get_list(""),
            [list(color) for color in gimp.gradients_sample_uniform(2)],
            len(gimp.gradients_sample_custom([0.0, 0.5])),
        ],
    }


def data(_tools):
    from gimpfu import gimp

    gimp.attach_parasite(gimp.Parasite("mine", 0, b"\x00\xff"))
    gimp.attach_new_parasite("text", 0, "words")
    gimp.set_data("a key", b"\x80data")
    found = {
        "parasites": [
            gimp.parasite_find("mine").data,
            str(gimp.parasite_find("text")),
            sorted(name for name in gimp.parasite_list() if name in ("mine", "text")),
            gimp.parasite_find("nobody"),
        ],
        "data": gimp.get_data("a key"),
        "no data": raised(lambda: gimp.get_data("another")),
    }
    gimp.parasite_detach("mine")
    gimp.detach_parasite("text")
    return {**found, "detached": gimp.parasite_find("mine")}


def context(_tools):
    from gimpfu import gimp

    gimp.set_foreground(1, 2, 3)
    gimp.context_push()
    gimp.set_foreground(0, 0, 0)
    gimp.context_pop()
    gimp.progress_init("Working")
    gimp.progress_update(2.0)
    gimp.progress_pulse()
    gimp.progress_set_text("Still working")
    gimp.progress_end()
    gimp.displays_flush()
    gimp.message("Said.")
    return {"foreground": list(gimp.get_foreground())}


def surroundings(_tools):
    from gimpfu import gimp

    folders = (
        gimp.directory,
        gimp.data_directory,
        gimp.locale_directory,
        gimp.plug_in_directory,
        gimp.sysconf_directory,
    )
    refreshed = (
        gimp.fonts_refresh(),
        gimp.brushes_refresh(),
        gimp.patterns_refresh(),
        gimp.gradients_refresh(),
        gimp.palettes_refresh(),
    )
    return {
        "version": list(gimp.version),
        "folders": all(isinstance(each, str) and each.startswith("/") for each in folders),
        "rc": gimp.personal_rc_file("x") == gimp.directory + "/x",
        "user": gimp.user_directory(0),
        "tiles": [gimp.tile_width() > 0, gimp.tile_height() > 0],
        "cache": [gimp.tile_cache_ntiles(3), gimp.tile_cache_size(1)],
        "refreshed": refreshed,
        "gamma": gimp.gamma(),
        "name": isinstance(gimp.get_progname(), str),
        "display": gimp.default_display(),
    }


def constants(_tools):
    import gimp as imported
    import gimpenums
    from gimpfu import FALSE, N_, PF_INT, RGB, RGB_IMAGE, RGBA_IMAGE, TRUE, gimp, math, pdb

    return {
        "values": [PF_INT, int(TRUE), int(FALSE), int(RGB), int(RGB_IMAGE), int(RGBA_IMAGE)],
        "gimpenums": int(gimpenums.RGBA_IMAGE),
        "math": math.pi,
        "gettext": [N_("marked"), _("translated")],  # noqa: F821 - as gettext.install leaves it
        "same module": imported is gimp,
        "pdb": gimp.pdb is pdb,
    }


def gone(_tools):
    from gimpfu import gimp

    return {
        "removed": raised(lambda: gimp.install_procedure),
        "unknown": raised(lambda: gimp.nothing_like_it),
        "gimpplugin": raised(lambda: __import__("gimpplugin")),
    }
