"""Selections, notes, and documents that are closed while something is going on."""

from document_tools import close, drive, layer_of, left_open, node_of
from impasto.common.host import HostError, NewLayer
from impasto.host import KritaHost
from impasto.protocol.geometry import Rect
from impasto.protocol.pixels import ColorSpace, PixelLayout
from krita import Selection


def job(tools):
    answer = {"selection": (yield from selections(tools))}
    answer["notes"] = yield from notes(tools)
    answer["closed"] = yield from closed(tools)
    answer["left open"] = left_open()
    return answer


def selections(tools):
    host, document = KritaHost(), (yield from tools.new_document(100, 80))
    key = host.active_document().key
    found = {"none": host.selection(key)}
    for name, rect in {"empty": (0, 0, 0, 0), "half outside": (90, -10, 30, 40)}.items():
        chosen = Selection()
        if name != "empty":
            chosen.select(*rect, 255)
        document.setSelection(chosen)
        yield 100
        bounds = host.selection(key)
        found[name] = bounds and list(bounds)
    ramp = bytes(
        max(0, 255 - 8 * (abs(x - 30) + abs(y - 20))) for y in range(40) for x in range(60)
    )
    chosen = Selection()
    chosen.setPixelData(ramp, 5, 6, 60, 40)
    document.setSelection(chosen)
    yield 100
    area = Rect(5, 6, 60, 40)
    mask = yield from drive(host.read_selection(key, area))
    found["soft, exact"] = bytes(mask.pixels) == ramp
    found["soft"] = list(host.selection(key))
    found["layout"] = mask.input.layout.value
    wider = yield from drive(host.read_selection(key, Rect(-5, -5, 110, 90)))
    found["wider sum"] = sum(bytes(wider.pixels)) == sum(ramp)
    document.setSelection(None)
    yield 100
    found["taken away"] = host.selection(key)
    mask = yield from drive(host.read_selection(key, area))
    found["then all zero"] = not any(bytes(mask.pixels))
    close(document)
    yield 100
    return found


# ---- notes ---------------------------------------------------------------------------------------


def notes(tools):
    """Kept in the file, under a path that is not ASCII; layers keep their ids, documents do not."""
    host, document = KritaHost(), (yield from tools.new_document(64, 64))
    document.setBatchmode(True)
    key = host.active_document().key
    content = bytes(range(256)) * 400
    found = {"missing": host.read_note(key, "album") == b""}
    layers = [layer_of(name, Rect(1, 2, 3, 4), (9, 8, 7, 255)) for name in ("eins", "zwei")]
    ids = yield from drive(host.add_layers(key, layers, None, "组 1"))
    before = yield from tools.undo_steps()
    document.setModified(False)
    host.write_note(key, "album", content)
    host.write_note(key, "gone", b"soon")
    host.write_note(key, "gone", b"")
    host.write_note(key, "never", b"")
    found["steps"] = before == (yield from tools.undo_steps())
    found["modified"] = document.modified()
    path = tools.arguments["path"]
    found["saved"] = document.saveAs(path)
    yield 500
    close(document)
    yield 300
    document = yield from tools.open_document(path)
    info = host.active_document()
    found["path"] = info.path == path
    found["name"] = info.name
    found["new key"] = info.key != key
    found["kept"] = host.read_note(info.key, "album") == content
    found["removed"] = host.read_note(info.key, "gone") == b""
    kept = {each.id: each.name for each in host.layers(info.key)}
    found["layers"] = [kept.get(each) for each in ids]
    node = node_of(document, ids[0])
    found["group"] = node.parentNode().name()
    found["pixels"] = bytes(node.pixelData(1, 2, 3, 4)) == bytes((9, 8, 7, 255)) * 12
    close(document)
    yield 200
    return found


# ---- closing -------------------------------------------------------------------------------------


def closed(tools):
    """Everything about a document that is gone says so; nothing crashes."""
    host, document = KritaHost(), (yield from tools.new_document(512, 512, depth="U16"))
    info = host.active_document()
    key, layer = info.key, host.active_layer(info.key)
    area = Rect(0, 0, 512, 512)
    pixels = bytes(area.area * 4)
    new = [NewLayer(n, area, PixelLayout.BGRA8, ColorSpace.SRGB, pixels) for n in "ab"]
    going = {
        "reading": host.read_pixels(key, area, layer.id),
        "adding": host.add_layers(key, new, layer.id, "group"),
        "adding one": host.add_layers(key, new[:1], layer.id, "group"),
    }
    for work in going.values():
        next(work)
    host.show_preview(key, new[0])
    close(document)
    yield 300
    found = {name: what_it_raises(lambda work=work: list(work)) for name, work in going.items()}
    calls = {
        "selection": lambda: host.selection(key),
        "layers": lambda: host.layers(key),
        "active_layer": lambda: host.active_layer(key),
        "read_pixels": lambda: next(host.read_pixels(key, area, None)),
        "read_selection": lambda: next(host.read_selection(key, area)),
        "add_layers": lambda: next(host.add_layers(key, new, None, "")),
        "show_preview": lambda: host.show_preview(key, new[0]),
        "hide_preview": lambda: host.show_preview(key, None),
        "read_note": lambda: host.read_note(key, "x"),
        "write_note": lambda: host.write_note(key, "x", b"y"),
    }
    found |= {name: what_it_raises(call) for name, call in calls.items()}
    found["in front"] = host.active_document()
    found["open"] = host.open_documents()
    found["deleted layer"] = yield from deleted_while_read(tools)
    return found


def deleted_while_read(tools):
    host, document = KritaHost(), (yield from tools.new_document(1024, 1024))
    key, area = host.active_document().key, Rect(0, 0, 1024, 1024)
    ids = yield from drive(host.add_layers(key, [layer_of("x", area, RED)], None, ""))
    yield 200
    work = host.read_pixels(key, area, ids[0])
    next(work)
    tools.trigger("edit_undo")
    yield 300
    found = [what_it_raises(lambda: list(work))]
    found.append(what_it_raises(lambda: next(host.read_pixels(key, area, ids[0]))))
    close(document)
    yield 200
    return found


def what_it_raises(call):
    try:
        call()
    except HostError as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


RED = (0, 0, 255, 255)
