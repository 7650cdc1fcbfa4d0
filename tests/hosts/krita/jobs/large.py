"""How long the pieces of work are in large documents, and what Krita's own one call costs."""

import time

from document_tools import close, drive, node_of, noise
from impasto.common.host import NewLayer
from impasto.host import KritaHost
from impasto.protocol.geometry import Rect
from krita import Selection


def job(tools):
    answer = {}
    for side, depth, profile in tools.arguments["documents"]:
        answer[f"{side} {depth} {profile}"] = yield from one(tools, side, depth, profile)
    return answer


def one(tools, side, depth, profile):
    host, document = (
        KritaHost(),
        (yield from tools.new_document(side, side, "RGBA", depth, profile)),
    )
    key, canvas = host.active_document().key, Rect(0, 0, side, side)
    info = host.active_document()
    layer = host.active_layer(key)
    found = {"looking ms": worst_of(host, key)}
    stripe = noise(3, side * 4, depth, *((0.3, 0.5) if depth[0] == "F" else ()))
    rows = Rect(0, side // 2, side, 1)
    document.activeNode().setPixelData(stripe, *rows)
    chosen = Selection()
    chosen.select(10, 10, side - 20, side - 20, 200)
    document.setSelection(chosen)
    yield 500
    picture = yield from timed(found, "layer", host.read_pixels(key, canvas, layer.id))
    start = rows.y * len(stripe)
    found["exact"] = bytes(picture.pixels[start : start + len(stripe)]) == stripe
    mask = yield from timed(found, "selection", host.read_selection(key, canvas))
    found["mask"] = len(mask.pixels) == side * side and mask.pixels[side * 20 + 20] == 200
    yield from timed(found, "visible", host.read_pixels(key, canvas, None))
    new = NewLayer("new", canvas, info.layout, info.space, picture.pixels)
    ids = yield from timed(found, "adding", host.add_layers(key, [new], layer.id, ""))
    node = node_of(document, ids[0])
    found["back"] = bytes(node.pixelData(*rows)) == stripe
    small = Rect(100, 100, 512, 512)
    part = bytes(info.layout.byte_length(512, 512))
    new = NewLayer("small", small, info.layout, info.space, part)
    yield from timed(found, "adding 512", host.add_layers(key, [new], layer.id, ""))
    yield from timed(found, "adding 3 of 512", host.add_layers(key, [new] * 3, layer.id, "three"))
    close(document)
    yield 300
    return found


def worst_of(host, key):
    """What the docker asks often."""
    worst = {}
    calls = {"active_document": host.active_document, "open_documents": host.open_documents}
    for name in ("selection", "layers", "active_layer"):
        calls[name] = lambda name=name: getattr(host, name)(key)
    for name, call in calls.items():
        started = time.thread_time()
        call()
        worst[name] = round((time.thread_time() - started) * 1000, 2)
    return worst


def timed(found, name, work):
    """The longest pieces; of what is added, the first of them is Krita's own call."""
    pieces, started = [], time.perf_counter()
    result = yield from drive(work, pieces)
    total = (time.perf_counter() - started) * 1000
    ranked = sorted(pieces, reverse=True)
    found[name] = {
        "longest ms": [round(each, 1) for each in ranked[:3]],
        "pieces": len(pieces),
        "total": round(total),
    }
    return result
