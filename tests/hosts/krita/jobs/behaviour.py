"""The same questions to the real Krita and to the shim of it; the test compares the answers.

Runs inside Krita, and beside it on the shim.
"""

from __future__ import annotations

import struct

SRGB, LINEAR = "sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc"
RED = bytes([50, 100, 200, 255])  # blue first


def observe(krita):
    """`yield from observe(krita)`: milliseconds to wait, and then what was answered."""
    app = krita.Krita.instance()
    window = app.windows()[0]
    document = app.createDocument(64, 48, "seen", "RGBA", "U8", SRGB, 300.0)
    answers = {"no view": [document.activeNode(), document.selection(), document.fileName()]}
    window.addView(document)
    while document.activeNode() is None:
        yield 20
    for part in (handles, ground, pixels, colours, selections, notes):
        answers[part.__name__] = part(krita, document)
    answers["clones"] = yield from clones(app, document)
    answers["layers"] = yield from layers(document)
    answers["views"], answers["zoom"] = views(window, document), zoom(window, document)
    document.resizeImage(-6, -8, 100, 80)
    yield 200
    answers["resized"] = [document.width(), document.height()]
    answers["closed"] = yield from closed(app, document)
    return answers


def handles(krita, document):
    """Handles are made anew, compare equal, and cannot be hashed."""
    app, root = krita.Krita.instance(), document.rootNode()
    active = app.activeDocument()
    found = [active == document, active is document, document in app.documents()]
    found += [root == document.rootNode(), root is document.rootNode()]
    found += [root.uniqueId() == document.rootNode().uniqueId()]
    for thing in (document, root, app.activeWindow().activeView()):
        try:
            hash(thing)
        except TypeError:
            found.append("unhashable")
        else:
            found.append("hashable")
    return [*found, app.action("no such action"), app.icon("no such icon").isNull()]


def ground(krita, document):
    node, root = document.activeNode(), document.rootNode()
    names = [root.type(), node.name(), node.type(), len(root.childNodes())]
    states = [node.visible(), node.locked(), node.alphaLocked(), root.parentNode()]
    sides = [document.resolution(), document.name(), box(node.bounds())]
    spots = [list(node.pixelData(x, 0, 1, 1).data()) for x in (0, -9)]
    return [names, states, sides, spots, list(document.pixelData(0, 0, 1, 1).data())]


def pixels(krita, document):
    """Of a node that is in no document; what is too short is not written, what is no bytes is
    refused."""
    node = document.createNode("new", "paintlayer")
    found = [node.parentNode(), node.bounds().isEmpty(), node.pixelData(0, 0, 1, 1).size()]
    for pixels, place in ((RED * 6, (-2, 3, 3, 2)), (RED, (0, 0, 9, 9))):
        node.setPixelData(pixels, *place)
        found.append(box(node.bounds()))
    try:
        node.setPixelData(memoryview(RED), 0, 0, 1, 1)
    except TypeError:
        found.append("no memoryview")
    found.append(list(node.pixelData(-3, 3, 2, 1).data()))
    return found


def colours(krita, document):
    node = document.createNode("new", "paintlayer")
    node.setPixelData(RED, 0, 0, 1, 1)
    found = []
    for model, depth, profile, code in (
        ("RGBA", "U8", "no such profile", "4B"),
        ("RGBA", "U16", SRGB, "4H"),
        ("RGBA", "F32", SRGB, "4f"),
        ("RGBA", "F32", LINEAR, "4f"),
        ("RGBA", "U8", SRGB, "4B"),
    ):
        changed = node.setColorSpace(model, depth, profile)
        numbers = struct.unpack(f"<{code}", node.pixelData(0, 0, 1, 1).data())
        state = [node.colorModel(), node.colorDepth(), node.colorProfile()]
        found.append([changed, state, [round(number, 2) for number in numbers]])
    return found


def clones(app, document):
    """Not listed, with the ids of what they are clones of; changing one leaves the other."""
    clone = document.clone()
    found = [clone in app.documents(), clone == document, clone.modified(), names(clone)]
    found += [clone.rootNode().uniqueId() == document.rootNode().uniqueId()]
    for profile in ("no such profile", SRGB, LINEAR):
        found += [clone.setColorSpace("RGBA", "U16", profile), clone.colorProfile()]
    node = clone.createNode("new", "paintlayer")
    found += [node.colorDepth(), node.colorProfile(), clone.createGroupLayer("g").colorDepth()]
    found += [document.colorDepth(), document.activeNode().colorDepth(), clone.activeNode()]
    clone.setModified(False)
    found.append(clone.close())
    yield 200
    return [*found, clone.rootNode(), document.width()]


def selections(krita, document):
    """What is handed out is the document's own, and so is what was handed in."""
    found = [document.selection(), krita.Selection().width()]
    chosen = krita.Selection()
    chosen.select(10, 8, 20, 5, 200)
    chosen.setPixelData(bytes([7, 9]), 30, 8, 2, 1)
    found.append(document.setSelection(chosen))
    given = document.selection()
    found += [given.x(), given.y(), given.width(), given.height()]
    found.append(list(given.pixelData(28, 8, 5, 1).data()))
    chosen.select(0, 0, 40, 40, 255)
    found.append(document.selection().width())
    given.select(0, 0, 64, 48, 255)
    found.append(document.selection().width())
    document.setSelection(None)
    return [*found, document.selection()]


def notes(krita, document):
    from krita import Krita  # as plugins do

    kind = type(document.annotation("x"))
    document.setModified(False)
    found = [document.annotation("impasto/x").size(), document.annotationTypes()]
    found.append(document.setAnnotation("impasto/x", "Impasto", kind(b"1\x002")))
    found += [document.modified(), document.annotation("impasto/x").data().decode()]
    found += [document.annotationTypes(), document.removeAnnotation("impasto/x")]
    found += [document.annotationTypes(), document.tryBarrierLock(), document.unlock()]
    return [*found, Krita.instance().notifier().setActive(True)]


def layers(document):
    root, below = document.rootNode(), document.activeNode()
    top, middle = (document.createNode(name, "paintlayer") for name in ("top", "middle"))
    top.setPixelData(bytes([0, 0, 0, 128]) * 100, 0, 0, 10, 10)
    found = [root.addChildNode(top, None), root.addChildNode(middle, below), names(document)]
    yield 300
    found += [top.parentNode() == root, document.setActiveNode(middle)]
    yield 300
    found.append(document.activeNode().name())
    group, inner = document.createGroupLayer("group"), document.createNode("inner", "paintlayer")
    inner.setPixelData(bytes([0, 0, 0, 128]) * 100, 20, 20, 10, 10)
    found += [group.type(), group.childNodes(), group.addChildNode(inner, None)]
    found += [root.addChildNode(group, top), document.refreshProjection()]
    yield 300
    found += [names(document), box(group.bounds())]
    found += [list(document.pixelData(x, x, 1, 1).data()) for x in (0, 15, 20)]
    found += [list(group.projectionPixelData(20, 20, 1, 1).data())]
    found += [top.remove(), top.parentNode(), names(document)]
    group.remove()
    yield 300
    return found


def views(window, document):
    """Every view is told by its equal."""
    view = window.activeView()
    found = [view.canvas().rotation(), view.canvas().mirror()]
    found += [view == window.views()[0], view is window.views()[0], view.document() == document]
    return found


def zoom(window, document):
    """The zoom of 100 % is a level of its own, up to Krita 5.2."""
    canvas = window.activeView().canvas()
    canvas.setZoomLevel(1.0)
    return round(canvas.zoomLevel() * 72.0 / document.resolution(), 3)


def closed(app, document):
    document.setModified(False)
    found = [document.close()]
    yield 300
    found += [document.name(), document.fileName(), document.width(), document.height()]
    found += [document.rootNode(), document.activeNode(), document.selection()]
    found += [document in app.documents(), app.activeDocument()]
    return found


def names(document):
    """The lowest first."""
    return [child.name() for child in document.rootNode().childNodes()]


def box(rect):
    return [rect.x(), rect.y(), rect.width(), rect.height()]
