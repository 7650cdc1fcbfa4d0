"""Every procedure on a photograph, as a script calls it; what came of each."""

import json

WIDTH, HEIGHT = 320, 216
ELLIPSE = (96.0, 60.0, 120.0, 96.0)
QUICK = {"steps": 2, "rank": False}


def photograph(tools, case):
    """The picture in the case's precision and kind, its layer moved where the case wants it."""
    image = tools.open(tools.arguments["photo"])
    image.scale(WIDTH, HEIGHT)
    kind = case.get("kind", "rgb")
    if kind == "gray":
        image.convert_grayscale()
    if "precision" in case:
        image.convert_precision(getattr(tools.Gimp.Precision, case["precision"]))
    if kind == "indexed":
        image.convert_indexed(
            tools.Gimp.ConvertDitherType.NONE,
            tools.Gimp.ConvertPaletteType.WEB,
            0,
            False,
            False,
            "",
        )
    layer = image.get_layers()[0]
    if "offsets" in case:
        layer.set_offsets(*case["offsets"])
    return image, layer


def select(tools, image, case):
    if case.get("selects", True):
        tools.Gimp.context_push()
        tools.Gimp.context_set_feather(True)
        tools.Gimp.context_set_feather_radius(9.0, 9.0)
        image.select_ellipse(tools.Gimp.ChannelOps.REPLACE, *ELLIPSE)
        tools.Gimp.context_pop()


def visible(tools, image):
    """All that is seen, in the image's own numbers."""
    copy = image.duplicate()
    merged = copy.merge_visible_layers(tools.Gimp.MergeType.CLIP_TO_IMAGE)
    merged.resize_to_image_size()
    pixels = tools.pixels(merged, layout="")
    copy.delete()
    return pixels


def outside_is_untouched(tools, before, image, layer):
    """Whether what is seen is the same, bit for bit, wherever the new layer is transparent."""
    after = visible(tools, image)
    cover = image.duplicate()
    for each in cover.get_layers():
        if each.get_name() != layer.get_name():
            cover.remove_layer(each)
    alone = cover.get_layers()[0]
    alone.resize_to_image_size()
    alpha = memoryview(tools.pixels(alone, layout="RGBA float")).cast("f")[3::4].tolist()
    cover.delete()
    size = len(after) // len(alpha)
    clear = [place for place, value in enumerate(alpha) if value == 0.0]
    same = all(
        before[place * size : (place + 1) * size] == after[place * size : (place + 1) * size]
        for place in clear
    )
    return {"clear": len(clear), "of": len(alpha), "same": same}


def called(tools, case):
    image, layer = photograph(tools, case)
    select(tools, image, case)
    before, source = visible(tools, image), tools.pixels(layer, layout="")
    given = {} if case.get("plain") else {**QUICK, **case.get("arguments", {})}
    if "other" in case:
        given["other"] = tools.new_layer(image, "other", 80, 80)
        tools.fill(given["other"], (0.9, 0.2, 0.1, 1.0))
        before = visible(tools, image)
    answer = tools.call(case["procedure"], image=image, drawables=[layer], **given)
    said = {"status": answer.status, "message": answer.message, "layers": []}
    said["source_is_untouched"] = tools.pixels(layer, layout="") == source
    for new in answer.values[0] if answer.values else ():
        _, x, y = new.get_offsets()
        parasite = new.get_parasite("impasto-record")
        record = json.loads(bytes(parasite.get_data()).decode()) if parasite else {}
        said["layers"].append(
            {
                "name": new.get_name(),
                "rect": [x, y, new.get_width(), new.get_height()],
                "record": record,
                "above": image.get_item_position(new) < image.get_item_position(layer),
            }
        )
    if len(said["layers"]) == 1:
        only = answer.values[0][0]
        said["outside"] = outside_is_untouched(tools, before, image, only)
        if case.get("again"):
            said["again"] = again(tools, image, only)
    said["canvas"] = [image.get_width(), image.get_height()]
    image.delete()
    return said


def again(tools, image, layer):
    answer = tools.call("impasto-rerun", image=image, drawables=[layer])
    if answer.status != "success":
        return answer.message
    (new,) = answer.values[0]
    return {
        "same": tools.pixels(new, layout="") == tools.pixels(layer, layout=""),
        "offsets": list(new.get_offsets())[1:] == list(layer.get_offsets())[1:],
    }


def job(tools):
    return {case["name"]: called(tools, case) for case in tools.arguments["cases"]}
