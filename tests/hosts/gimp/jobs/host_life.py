"""Keys, notes and records through saving, previews, and images that are closed at any time."""

from host_tools import (
    GimpHost,
    HostError,
    PixelLayout,
    Rect,
    drive,
    flat,
    noise,
    refused,
    settle,
    show,
)
from impasto_gimp.sideimage import MARK

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)
SPOT = Rect(10, 10, 30, 20)


def job(tools):
    answer = {
        "keys": keys(tools),
        "notes": notes(tools),
        "previews": previews(tools),
        "closed": closed(tools),
        "closed meanwhile": closed_meanwhile(tools),
    }
    answer["left"] = len(tools.Gimp.get_images())
    return answer


def keys(tools):
    host, other = GimpHost(), GimpHost()
    image, second = tools.new_image(40, 30), tools.new_image(20, 10)
    key = host.key_of(image)
    found = {
        "open": host.open_documents() == [key, host.key_of(second)],
        "same for all": other.key_of(image) == key,
        "before choosing": host.active_document(),
    }
    host.choose(key)
    info = host.active_document()
    found["chosen"] = [info.key == key, info.name, info.path, list(info.canvas)]
    found["another GIMP's"] = refused(lambda: host.info(f"abc-{image.get_id()}"))
    found["no key at all"] = [refused(lambda name=n: host.info(name)) for n in ("", "x", "1")]
    side = tools.new_image(5, 5)
    side.attach_parasite(tools.Gimp.Parasite.new(MARK, 0, b"0"))
    found["side images"] = len(host.open_documents())
    image.delete()
    found["after closing"] = [host.active_document(), len(host.open_documents())]
    host.choose(key)
    host.choose(None)
    GimpHost()
    found["stale ones swept"] = not side.is_valid()
    second.delete()
    return found


def notes(tools):
    host, image = GimpHost(), tools.new_image(40, 30)
    key, content = host.key_of(image), bytes(range(256)) * 40
    found = {"missing": host.read_note(key, "history") == b""}
    image.clean_all()
    host.write_note(key, "history", "旧".encode())
    host.write_note(key, "history", content)
    host.write_note(key, "other", b"x")
    found["dirty"] = image.is_dirty()
    found["at once"] = host.read_note(key, "history") == content
    host.write_note(key, "other", b"")
    host.write_note(key, "never", b"")
    ids = drive(host.add_layers(key, [flat("eins", SPOT, RED, record='{"seed": 7}')], None, ""))
    host.attach_record(key, ids[0], '{"seed": 8}')
    path = tools.save(image, tools.folder / "数据 é.xcf")
    image.delete()
    again = tools.open(path)
    new = host.key_of(again)
    found["path"] = host.info(new).path == path
    found["name"] = host.info(new).name
    layer = host.layers(new)[0]
    found["new key"] = new != key
    found["kept"] = host.read_note(new, "history") == content
    found["removed"] = host.read_note(new, "other") == b""
    found["record"] = [layer.name, host.read_record(new, layer.id)]
    copy = again.duplicate()
    found["in a copy"] = host.read_note(host.key_of(copy), "history") == content
    copy.delete()
    again.attach_parasite(tools.Gimp.Parasite.new("impasto/history", 1, b"?! no base64"))
    found["damaged"] = host.read_note(new, "history") == b""
    again.delete()
    return found


def previews(tools):
    host, image = GimpHost(), tools.new_image(400, 300)
    key = host.key_of(image)
    lower = tools.new_layer(image, "lower", 40, 40)
    tools.set_pixels(lower, noise(1, 40 * 40 * 4, PixelLayout.RGBA8))
    image.set_selected_layers([lower])
    before = [tools.pixels(each, layout="") for each in image.get_layers()]
    image.clean_all()

    def count():
        return len(image.get_layers())

    show(tools, host, key, flat("picture", SPOT, RED))
    top = image.get_layers()[0]
    found = {
        "on top": [count(), top.get_name(), list(top.get_offsets())[1:]],
        "pixels": list(tools.pixels(top, (0, 0, 1, 1))),
        "selected": [each.get_name() for each in image.get_selected_layers()],
        "no layer of the artist's": [each.name for each in host.layers(key)],
    }
    image.set_selected_layers([top])
    found["not worked on"] = host.active_layer(key)
    show(tools, host, key, flat("picture", SPOT, BLUE))
    found["replaced"] = [count(), list(tools.pixels(image.get_layers()[0], (0, 0, 1, 1)))]
    host.show_preview(key, None)
    host.show_preview(key, None)
    found["taken away"] = count()
    found["dirty"] = image.is_dirty()
    found["same pixels"] = [tools.pixels(each, layout="") for each in image.get_layers()] == before
    mask = lower.create_mask(tools.Gimp.AddMaskType.WHITE)
    lower.add_mask(mask)
    image.set_selected_layers([lower])
    lower.set_edit_mask(True)
    show(tools, host, key, flat("picture", SPOT, RED))
    found["still editing the mask"] = lower.get_edit_mask()
    host.show_preview(key, None)
    large = flat("large", Rect(0, 0, 4096, 4096), RED)
    host.show_preview(key, large)
    at_once = count()
    settle(tools, lambda: count() > 2, turns=2000)
    found["a large one comes"] = [at_once, count()]
    host.show_preview(key, large)
    host.show_preview(key, None)
    settle(tools)
    found["or is called off"] = [count(), len(tools.Gimp.get_images())]
    show(tools, host, key, flat("picture", SPOT, RED))
    ids = drive(host.add_layers(key, [flat("new", SPOT, BLUE)], None, ""))
    found["gone before a layer comes"] = [each.get_name() for each in image.get_layers()]
    found["above it"] = image.get_item_position(host.layer(key, ids[0]))
    show(tools, host, key, flat("picture", SPOT, RED))
    folder = tools.Gimp.GroupLayer.new(image, "folder")
    image.insert_layer(folder, None, 0)
    image.reorder_item(image.get_layers()[1], folder, 0)
    path = tools.save(image, tools.folder / "with a preview.xcf")
    GimpHost().sweep()
    found["swept by another"] = [len(folder.get_children()), count()]
    image.delete()
    again = tools.open(path)
    saved = len(again.get_layers()[0].get_children())
    host.choose(host.key_of(again))
    found["swept in a file"] = [saved, len(again.get_layers()[0].get_children())]
    again.delete()
    return found


def deeds(host, key, layer):
    new = flat("new", SPOT, RED)
    return {
        "info": lambda: host.info(key),
        "layers": lambda: host.layers(key),
        "active layer": lambda: host.active_layer(key),
        "selection": lambda: host.selection(key),
        "read a layer": lambda: host.read_pixels(key, SPOT, layer),
        "read what is visible": lambda: host.read_pixels(key, SPOT, None),
        "read the selection": lambda: host.read_selection(key, SPOT),
        "add": lambda: host.add_layers(key, [new], layer, "group"),
        "add several": lambda: host.add_layers(key, [new, new], layer, "group"),
        "preview": lambda: host.show_preview(key, new),
        "no preview": lambda: host.show_preview(key, None),
        "read a note": lambda: host.read_note(key, "history"),
        "write a note": lambda: host.write_note(key, "history", b"x"),
        "remove a note": lambda: host.write_note(key, "history", b""),
        "convert": lambda: host.convert_to_rgb(key),
        "needs": lambda: host.needs_rgb(key),
        "record": lambda: host.read_record(key, layer),
        "keep a record": lambda: host.attach_record(key, layer, "{}"),
    }


def closed(tools):
    host, image = GimpHost(), tools.new_image(40, 30)
    key = host.key_of(image)
    host.choose(key)
    layer = host.active_layer(key).id
    image.delete()
    found = {name: refused(deed) for name, deed in deeds(host, key, layer).items()}
    found["in front"], found["open"] = host.active_document(), host.open_documents()
    return found


def closed_meanwhile(tools):
    """After each piece of every long work: an answer or DocumentGone, never anything else."""
    found = {}
    wide, rect = flat("wide", Rect(0, 0, 900, 700), RED), Rect(0, 0, 900, 700)
    works = {
        "layer": lambda host, key, layer: host.read_pixels(key, rect, layer),
        "visible": lambda host, key, layer: host.read_pixels(key, rect, None),
        "selection": lambda host, key, layer: host.read_selection(key, rect),
        "add": lambda host, key, layer: host.add_layers(key, [wide], layer, ""),
        "add several": lambda host, key, layer: host.add_layers(key, [wide, wide], layer, "group"),
    }
    for name, make in works.items():
        ends = set()
        for pieces in range(1, 40):
            host, image = GimpHost(), tools.new_image(900, 700)
            key = host.key_of(image)
            work = make(host, key, host.active_layer(key).id)
            try:
                for _ in range(pieces):
                    next(work)
            except StopIteration:
                image.delete()
                break
            image.delete()
            try:
                drive(work)
                ends.add("done")
            except HostError as error:
                ends.add(type(error).__name__)
        found[name] = sorted(ends)
    return found
