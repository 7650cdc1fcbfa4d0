"""A photograph of 16 bits: fill and remove through a soft ellipse, undo, vary, mix, cancel."""

import hashlib
import math
import struct

from docker_tools import apply, choose, fill_in, opened, paint, press_paint
from krita import Selection

WIDTH, HEIGHT = 360, 240
CENTRE, RADII, SOFT = (170, 120), (60, 45), 0.25


def photograph(pixels8: bytes) -> bytes:
    """BGRA 8 bit as 16 bit, with low bits that a detour through 8 bit would lose."""
    values = [value * 257 ^ (place * 37 & 0xFF) for place, value in enumerate(pixels8)]
    for place in range(3, len(values), 4):
        values[place] = 65535
    return struct.pack(f"<{len(values)}H", *values)


def ellipse() -> bytes:
    rows = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            across, down = (x - CENTRE[0]) / RADII[0], (y - CENTRE[1]) / RADII[1]
            inside = (1 + SOFT - math.hypot(across, down)) / SOFT
            rows.append(round(255 * min(max(inside, 0.0), 1.0)))
    return bytes(rows)


def whole(node):
    return bytes(node.pixelData(0, 0, WIDTH, HEIGHT))


def digest(data):
    return hashlib.sha256(data).hexdigest()


def differing(before, after, alpha):
    """How many pixels differ where the layer has no alpha."""
    clear = [place for place in range(WIDTH * HEIGHT) if not alpha[place]]
    return sum(before[8 * n : 8 * n + 8] != after[8 * n : 8 * n + 8] for n in clear), len(clear)


def job(tools):
    photo = tools.app.openDocument(tools.arguments["photo"])
    pixels8 = bytes(photo.rootNode().childNodes()[0].pixelData(20, 10, WIDTH, HEIGHT))
    document = yield from tools.new_document(WIDTH, HEIGHT, depth="U16")
    layer = document.activeNode()
    layer.setPixelData(photograph(pixels8), 0, 0, WIDTH, HEIGHT)
    document.refreshProjection()
    selection = Selection()
    selection.setPixelData(ellipse(), 0, 0, WIDTH, HEIGHT)
    document.setSelection(selection)
    yield 100
    before, original = bytes(document.pixelData(0, 0, WIDTH, HEIGHT)), digest(whole(layer))
    view = yield from opened(tools)
    steps_before = yield from tools.undo_steps()
    answer = {}

    yield from choose(tools, view, "fill")
    fill_in(view, prompt="a red heart", count=2)
    yield from paint(tools, view)
    answer["modified by painting"] = (yield from tools.undo_steps()) != steps_before
    (candidate,) = yield from apply(tools, view)
    added = document.activeNode()
    pixels = whole(added)
    alpha = [pixels[place + 6] | pixels[place + 7] for place in range(0, len(pixels), 8)]
    after = bytes(document.pixelData(0, 0, WIDTH, HEIGHT))
    bounds = added.bounds()
    answer |= {
        "name": added.name(),
        "depth": added.colorDepth(),
        "above": added.parentNode().childNodes().index(added),
        "bounds": [bounds.x(), bounds.y(), bounds.width(), bounds.height()],
        "rect": list(candidate.layer.rect),
        "outside": differing(before, after, alpha),
        "inside": sum(map(bool, alpha)),
        "soft": len(set(pixels[7::8])),
        "original": digest(whole(layer)) == original,
        "steps": (yield from tools.undo_steps())[len(steps_before) :],
    }
    tools.screenshot(tools.folder / "filled.png")
    tools.trigger("edit_undo")
    yield 300
    answer["undone"] = bytes(document.pixelData(0, 0, WIDTH, HEIGHT)) == before
    tools.trigger("edit_redo")
    yield 300
    answer["redone"] = bytes(document.pixelData(0, 0, WIDTH, HEIGHT)) == after

    document.setActiveNode(layer)
    yield 200
    yield from choose(tools, view, "remove")
    fill_in(view, count=1)
    removed = yield from paint(tools, view)
    answer["removed"] = removed.ticket.title

    document.setSelection(None)
    yield 200
    yield from choose(tools, view, "vary")
    varied = yield from paint(tools, view)
    answer["varied"] = list(varied.candidates[0].layer.rect)
    yield from choose(tools, view, "mix")
    fill_in(view, prompt="a blue star")
    mixed = yield from paint(tools, view)
    answer["mixed"] = list(mixed.candidates[0].layer.rect)

    fill_in(view, count=10, steps=150)
    task = yield from press_paint(tools, view)
    yield from tools.until(lambda: task.share, "the first step", 60)
    row = view._rows._rows[task.ticket.job]
    row._stop.click()
    yield from tools.until(lambda: task.state.is_final, "the end of the job", 30)
    answer["cancelled"] = task.state.value
    return answer
