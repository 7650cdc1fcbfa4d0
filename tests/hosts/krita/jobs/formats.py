"""Reads a layer of a document of each format, and lays the picture back as a new layer."""

import random

from document_tools import close, components, drive, left_open, node_of, noise, packed
from impasto.common.host import NewLayer
from impasto.host import KritaHost
from impasto.protocol.geometry import Rect
from impasto.protocol.pixels import PixelLayout

AREA = Rect(-3, -2, 40, 30)  # beyond the canvas: layers are
EXTREMES = {"F16": (-0.5, 4.0), "F32": (-0.5, 4.0)}  # HDR and out of gamut, where floats can


def job(tools):
    answer = {}
    for model, depth, profile in tools.arguments["formats"]:
        answer[f"{model} {depth} {profile}"] = yield from one(tools, model, depth, profile)
    return answer


def one(tools, model, depth, profile):
    host = KritaHost()
    document = yield from tools.new_document(64, 48, model, depth, profile)
    info = host.active_document()
    node = document.activeNode()
    channels = {"RGBA": 4, "GRAYA": 2, "CMYKA": 5}.get(model, 4)
    count = AREA.area * channels
    if tools.arguments["exact"] == "in range":  # saturated: far outside of sRGB
        written = noise(1, count, depth, 0.02)  # what is wholly clear has no colour to keep
    elif tools.arguments["exact"]:
        written = noise(1, count, depth, *EXTREMES.get(depth, (0.0, 1.0)))
    else:
        written = muted(model, depth, channels)
    node.setPixelData(written, *AREA)
    document.refreshProjection()
    yield 100
    layer = host.active_layer(info.key)
    picture = yield from drive(host.read_pixels(info.key, AREA, layer.id))
    new = NewLayer("back", AREA, picture.input.layout, picture.input.space, picture.pixels)
    ids = yield from drive(host.add_layers(info.key, [new], layer.id, "group"))
    back = bytes(node_of(document, ids[0]).pixelData(*AREA))
    made = node_of(document, ids[0])
    again = yield from drive(host.read_pixels(info.key, AREA, ids[0]))
    kind = {1: "U8", 2: "U16", 4: "F32"}[info.layout.bytes_per_channel]
    kind = "F16" if info.layout is PixelLayout.RGBA16F else kind
    canvas = Rect(0, 0, 64, 48)
    visible = yield from drive(host.read_pixels(info.key, canvas, None))
    answer = {
        "layout": info.layout.value,
        "space": info.space.value,
        "sent as it is": bytes(picture.pixels) == written,
        "back as it was": back == written,
        "largest error": difference(written, back, depth),
        "largest error seen": difference(picture.pixels, again.pixels, kind),
        "format kept": [made.colorModel(), made.colorDepth(), made.colorProfile()]
        == [document.colorModel(), document.colorDepth(), document.colorProfile()],
        "bounds": list(host.active_layer(info.key).bounds),
        "visible bytes": len(visible.pixels),
        "open": host.open_documents() == [info.key],
        "left open": left_open(),
        "steps": (yield from tools.undo_steps()),
    }
    close(document)
    yield 50
    return answer


def muted(model, depth, channels):
    """Colours that sRGB has too, opaque: the way there and back can keep them."""
    spans = {"CMYKA": 0.1, "XYZA": 0.02, "YCbCrA": 0.03, "LABA": 0.02}
    chance, top = random.Random(2), {"U8": 255, "U16": 65535}.get(depth, 1.0)
    if (model, depth) == ("LABA", "F32"):
        spans, top = {"LABA": 0.05}, 100.0
    values = []
    for _ in range(AREA.area):
        base, span = chance.uniform(0.3, 0.6), spans.get(model, 0.06)
        if model in ("YCbCrA", "LABA") and top != 100.0:
            base = 0.5
        values += [(base + chance.uniform(-span, span)) * top for _ in range(channels - 1)]
        values.append(1.0 if top == 100.0 else top)
    if depth.startswith("U"):
        values = [round(each) for each in values]
    return packed(values, depth)


def difference(one, other, depth):
    pairs = zip(components(one, depth), components(other, depth), strict=True)
    return max(abs(a - b) for a, b in pairs)
