"""New layers, one and several, their place, and what undo and redo make of them."""

from document_tools import close, drive, layer_of, left_open, node_of, noise, packed
from impasto.common.host import NewLayer
from impasto.host import KritaHost
from impasto.protocol.geometry import Rect
from impasto.protocol.pixels import ColorSpace, PixelLayout

RED, GREEN, BLUE = (0, 0, 255, 255), (0, 255, 0, 255), (255, 0, 0, 128)
SPOT = Rect(-20, -10, 60, 40)


def job(tools):
    host, document = KritaHost(), (yield from tools.new_document(300, 200))
    key = host.active_document().key
    source = host.active_layer(key)
    document.setModified(False)
    answer = {"one": (yield from one(tools, host, document, key, source.id))}
    answer["three"] = yield from three(tools, host, document, key, source.id)
    answer["float"] = yield from of_another_format(tools, host, document, key)
    answer["places"] = yield from places(host, document, key)
    answer["left"] = yield from abandoned(tools, host, document, key)
    answer["kinds"] = yield from other_kinds(host, document, key)
    answer["resized"] = yield from resized(tools, host, document, key)
    close(document)
    return answer


def one(tools, host, document, key, source):
    pixels = noise(5, SPOT.area * 4, "U8")
    layer = NewLayer("a red fox 🦊 狐狸", SPOT, PixelLayout.BGRA8, ColorSpace.SRGB, pixels)
    ids = yield from drive(host.add_layers(key, [layer], source, "unused"))
    yield 300
    node = node_of(document, ids[0])
    answer = {
        "steps": (yield from tools.undo_steps()),
        "name": node.name(),
        "bounds": list(host.active_layer(key).bounds),
        "active": host.active_layer(key).id == ids[0],
        "exact": bytes(node.pixelData(*SPOT)) == pixels,
        "order": [each.name for each in host.layers(key)],
        "modified": document.modified(),
    }
    tools.trigger("edit_undo")
    yield 300
    answer["undone"] = [each.name for each in host.layers(key)]
    tools.trigger("edit_redo")
    yield 300
    again = next(each for each in host.layers(key) if each.id == ids[0])
    answer["redone"] = bytes(node_of(document, again.id).pixelData(*SPOT)) == pixels
    return answer


def three(tools, host, document, key, source):
    before = len((yield from tools.undo_steps()))
    rect = Rect(100, 50, 30, 20)
    colors = {"first": RED, "second": GREEN, "third": BLUE}
    layers = [layer_of(name, rect, color) for name, color in colors.items()]
    ids = yield from drive(host.add_layers(key, layers, source, "three foxes"))
    yield 300
    folder = node_of(document, ids[0]).parentNode()
    exact = [bytes(node_of(document, i).pixelData(*rect)) for i in ids]
    answer = {
        "steps": len((yield from tools.undo_steps())) - before,
        "group": folder.name(),
        "inside, topmost first": [each.name() for each in reversed(folder.childNodes())],
        "order": [each.name for each in host.layers(key)],
        "active": host.active_layer(key).name,
        "exact": exact == [bytes(each.pixels) for each in layers],
        "seen": list(bytes(document.pixelData(110, 60, 1, 1))),
        "left open": left_open(),
    }
    tools.trigger("edit_undo")
    yield 300
    answer["undone"] = [each.name for each in host.layers(key)]
    tools.trigger("edit_redo")
    yield 300
    answer["redone"] = [bytes(node_of(document, i).pixelData(*rect)) for i in ids] == exact
    answer["seen again"] = list(bytes(document.pixelData(110, 60, 1, 1)))
    return answer


def of_another_format(tools, host, document, key):
    """Linear half floats and grays from another job, laid into an 8-bit document."""
    before = len((yield from tools.undo_steps()))
    rect = Rect(200, 100, 7, 5)
    color = packed([0.0, 0.2140411, 1.0, 1.0], "F16")  # linear; 0.5 as sRGB
    layers = [
        layer_of("half", rect, color, PixelLayout.RGBA16F, ColorSpace.LINEAR),
        layer_of("rgba", rect, (1, 2, 3, 200), PixelLayout.RGBA8),
        layer_of("gray", rect, (77,), PixelLayout.GRAY8),
    ]
    ids = yield from drive(host.add_layers(key, layers, None, "mixed"))
    yield 300
    read = {
        each.name: list(bytes(node_of(document, i).pixelData(*rect))[:4])
        for each, i in zip(layers, ids, strict=True)
    }
    return {**read, "steps": len((yield from tools.undo_steps())) - before}


def places(host, document, key):
    """Above a layer in a group; a locked group leads outside; what is gone, to the top."""
    root = document.rootNode()
    folder = document.createGroupLayer("folder")
    inner = document.createNode("inner", "paintlayer")
    root.addChildNode(folder, root.childNodes()[0])
    folder.addChildNode(inner, None)
    yield 200
    found = {}
    wanted = {"in a group": inner, "in a locked group": inner, "gone": None}
    for name, node in wanted.items():
        folder.setLocked(name == "in a locked group")
        above = node.uniqueId().toString() if node else "{00000000-0000-0000-0000-000000000001}"
        layer = layer_of(name, Rect(0, 0, 4, 4), RED)
        ids = yield from drive(host.add_layers(key, [layer], above, ""))
        yield 200
        parent = node_of(document, ids[0]).parentNode()
        names = [each.name() for each in reversed(parent.childNodes())]
        found[name] = [parent.name(), names[: names.index(name) + 2]]
    return found


def abandoned(tools, host, document, key):
    """Work given up half way, for one and for several layers, leaves nothing behind."""
    before = (yield from tools.undo_steps()), len(host.layers(key))
    layers = [layer_of(name, Rect(0, 0, 256, 256), RED) for name in ("one", "two")]
    for count in (1, 2):
        work = host.add_layers(key, layers[:count], None, "group")
        next(work)
        next(work)
        work.close()
    work = host.read_pixels(key, Rect(0, 0, 300, 200), host.active_layer(key).id)
    next(work)
    work.close()
    yield 200
    after = (yield from tools.undo_steps()), len(host.layers(key))
    return {"same": before == after, "left open": left_open()}


def other_kinds(host, document, key):
    """Groups, clones and vector layers have pixels too: what they show."""
    root = document.rootNode()
    spot = Rect(250, 10, 2, 1)
    paint = document.createNode("paint", "paintlayer")
    paint.setPixelData(bytes(RED) * 2, *spot)
    folder = document.createGroupLayer("group of paint")
    root.addChildNode(folder, None)
    folder.addChildNode(paint, None)
    clone = document.createCloneLayer("clone", paint)
    root.addChildNode(clone, folder)
    root.addChildNode(document.createVectorLayer("vector"), clone)
    document.refreshProjection()
    yield 500
    found = {}
    for each in host.layers(key):
        if each.name in ("paint", "group of paint", "clone", "vector"):
            picture = yield from drive(host.read_pixels(key, spot, each.id))
            found[each.name] = list(bytes(picture.pixels)[:4])
    return found


def resized(tools, host, document, key):
    """Where a layer lies after the canvas has grown to the left and above."""
    marked = layer_of("marked", Rect(10, 20, 5, 5), GREEN)
    before = len((yield from tools.undo_steps()))
    wanted = Rect(-30, -40, 400, 300)
    ids = yield from drive(host.add_layers(key, [marked], None, "", wanted))
    yield 300
    info = host.active_document()
    bounds = next(each.bounds for each in host.layers(key) if each.id == ids[0])
    steps = len((yield from tools.undo_steps())) - before
    return {"canvas": list(info.canvas), "bounds": list(bounds), "steps": steps}
