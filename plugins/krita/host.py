"""Krita's documents, layers, selections and pixels, as the plugin's logic wants them.

The one file that touches the artist's documents. No network, no widgets but the preview's.
Undo: Krita counts one step for each `addChildNode`, none for what is read or done to a layer that
is not in a document yet; so a layer is filled first, and a group built in a document of its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Sequence

from plugins.common.host import DocumentGone, DocumentInfo, HostError, LayerInfo, NewLayer, Work
from plugins.common.pace import Pace, space_for, strips
from plugins.krita.overlay import Previews
from plugins.krita.pixels import Format, format_of, in_order, suits, travels_as
from plugins.krita.qt import QtCore, krita
from plugins.krita.sidedoc import SideDocument
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import Input
from protocol.pixels import PixelLayout

NOTE = "impasto/{}"
SETTLE_S = 3.0
ACTIVATE_TRIES = 10
READ_PIXELS, CONVERT_PIXELS = 1 << 17, 1 << 14  # the first piece; `Pace` finds the rest
LAYERS = {
    "paintlayer",
    "grouplayer",
    "filelayer",
    "filllayer",
    "filterlayer",
    "clonelayer",
    "vectorlayer",
}
SHAPING = {"transparencymask", "filtermask", "transformmask", "colorizemask"}

Reader = Callable[[int, int, int, int], QtCore.QByteArray]


class KritaHost:
    """See `plugins.common.host.Host`. A document's key is the id of its root, new at each opening;
    a layer's id is Krita's own, kept in the file. Nothing of Krita's is kept between calls, and
    what long work holds is looked up again after each pause: artists close and delete."""

    def __init__(self) -> None:
        self._previews = Previews()

    # ---- documents -------------------------------------------------------------------------------

    def active_document(self) -> DocumentInfo | None:
        document = krita.Krita.instance().activeDocument()
        root = document.rootNode() if document is not None else None
        if root is None or document.width() <= 0:
            return None
        key, path = root.uniqueId().toString(), document.fileName()
        if key not in self.open_documents():
            return None
        layout, space = suits(_format(document))
        name = os.path.basename(path) or document.name()
        return DocumentInfo(key, name, path, _canvas(document), layout, space)

    def open_documents(self) -> list[str]:
        return [key for key, _ in _documents() if key != SideDocument.key]

    def selection(self, document: str) -> Rect | None:
        found = _document(document)
        selected = found.selection()
        if selected is None:
            return None
        bounds = Rect(selected.x(), selected.y(), selected.width(), selected.height())
        inside = bounds.intersect(_canvas(found))
        return None if inside.is_empty else inside

    # ---- layers ----------------------------------------------------------------------------------

    def layers(self, document: str) -> list[LayerInfo]:
        return [_layer_info(node) for node in _walk(_document(document).rootNode())]

    def active_layer(self, document: str) -> LayerInfo | None:
        """A mask's layer where the artist works on a mask; None also in a document not in front."""
        node = _document(document).activeNode()
        while node is not None and node.type() not in LAYERS:
            node = node.parentNode()
        if node is None or node.parentNode() is None:
            return None
        return _layer_info(node)

    # ---- reading ---------------------------------------------------------------------------------

    def read_pixels(self, document: str, rect: Rect, layer: str | None) -> Work[Picture]:
        found = _document(document)
        layout, space = suits(_format(found))
        source = _format(_layer(found, layer) if layer else found)
        yield from _settle(document)
        if travels_as(source) == (layout, space):
            pixels = yield from _read(document, layer, rect, layout.bytes_per_pixel)
        else:
            side = SideDocument(source)
            try:
                yield
                target = format_of(layout, space)
                size = layout.bytes_per_pixel
                pixels = yield from _read(document, layer, rect, size, side, target)
            finally:
                side.close()
        return Picture(Input("image", rect, layout, 0, space=space), pixels)

    def read_selection(self, document: str, rect: Rect) -> Work[Picture]:
        pixels = space_for(rect.area)
        pace = Pace(READ_PIXELS)
        for top, rows in strips(rect.width, rect.height, pace):
            selected = _document(document).selection()
            if selected is not None:  # it may be gone by now: then nothing is selected
                strip = selected.pixelData(rect.x, rect.y + top, rect.width, rows)
                pixels[top * rect.width : (top + rows) * rect.width] = strip.data()
            pace.stop()
            yield
        return Picture(Input("mask", rect, PixelLayout.GRAY8, 0), pixels)

    # ---- writing ---------------------------------------------------------------------------------

    def add_layers(
        self,
        document: str,
        layers: Sequence[NewLayer],
        above: str | None,
        group: str,
        canvas: Rect | None = None,
    ) -> Work[list[str]]:
        """A larger canvas is another undo step: Krita lets nobody join two."""
        if not layers:
            return []
        own = _format(_document(document))
        converts = any(_converts(each, own) for each in layers)
        side = SideDocument(own) if len(layers) > 1 or converts else None
        try:
            yield
            nodes = []
            for layer in layers:
                maker = side.document if side and len(layers) > 1 else _document(document)
                node = maker.createNode(layer.name, "paintlayer")
                yield from _fill(node, layer, own, side)
                nodes.append(node)
            _attach(_document(document), nodes, above, side, group)
            yield
            if canvas is not None:  # layers move along with the corner
                _document(document).resizeImage(canvas.x, canvas.y, canvas.width, canvas.height)
        finally:
            if side:
                side.close()
        ids = [node.uniqueId().toString() for node in nodes]
        _activate(document, ids[0], ACTIVATE_TRIES)
        return ids

    def show_preview(self, document: str, layer: NewLayer | None) -> None:
        _document(document)  # raises DocumentGone
        self._previews.show(document, layer)

    # ---- notes -----------------------------------------------------------------------------------

    def read_note(self, document: str, name: str) -> bytes:
        content: bytes = _document(document).annotation(NOTE.format(name)).data()
        return content

    def write_note(self, document: str, name: str, content: bytes) -> None:
        """Krita then counts the document as modified, as it does for anything it has to save."""
        found, name = _document(document), NOTE.format(name)
        if content:
            found.setAnnotation(name, "Impasto", QtCore.QByteArray(content))
        elif name in found.annotationTypes():
            found.removeAnnotation(name)
            found.setModified(True)


# ---- finding -------------------------------------------------------------------------------------


def _documents() -> list[tuple[str, krita.Document]]:
    """Key and document of all that are open, those without a view too."""
    roots = [(each, each.rootNode()) for each in krita.Krita.instance().documents()]
    return [(root.uniqueId().toString(), each) for each, root in roots if root is not None]


def _document(key: str) -> krita.Document:
    for name, document in _documents():
        if name == key:
            return document
    raise DocumentGone("The document was closed.")


def _layer(document: krita.Document, layer: str) -> krita.Node:
    """Found by walking: Krita 5.1's `nodeByUniqueID` gives no Node."""
    for node in _walk(document.rootNode()):
        if node.uniqueId().toString() == layer:
            return node
    raise HostError("The layer is not there any more; choose another one.")


def _walk(parent: krita.Node) -> Generator[krita.Node, None, None]:
    """All layers below a node, the topmost first."""
    for node in reversed(parent.childNodes()):
        if node.type() in LAYERS:
            yield node
            yield from _walk(node)


def _format(thing: krita.Document | krita.Node) -> Format:
    return Format(thing.colorModel(), thing.colorDepth(), thing.colorProfile())


def _canvas(document: krita.Document) -> Rect:
    return Rect(0, 0, document.width(), document.height())


def _layer_info(node: krita.Node) -> LayerInfo:
    bounds = node.bounds()
    rect = Rect(bounds.x(), bounds.y(), bounds.width(), bounds.height())
    return LayerInfo(node.uniqueId().toString(), node.name(), rect)


# ---- pixels --------------------------------------------------------------------------------------


def _settle(document: str) -> Work[None]:
    """Wait for Krita to finish the strokes under way, else a picture lacks their ends."""
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        found = _document(document)
        if found.tryBarrierLock():
            found.unlock()
            return
        yield


def _reader(document: krita.Document, node: krita.Node | None) -> Reader:
    """What reads a layer as the artist sees it, its masks applied, or all that is visible."""
    read: Reader = document.pixelData
    if node is None:
        return read
    if node.parentNode() is None:
        raise HostError("The layer was deleted meanwhile.")
    shaped = any(each.visible() and each.type() in SHAPING for each in node.childNodes())
    return (
        node.pixelData if node.type() == "paintlayer" and not shaped else node.projectionPixelData
    )


def _read(
    document: str,
    layer: str | None,
    rect: Rect,
    size: int,
    side: SideDocument | None = None,
    target: Format | None = None,
) -> Work[memoryview]:
    """Pixels of `size` bytes, converted from the side document's format to `target`."""
    pixels = space_for(rect.area * size)
    node = _layer(_document(document), layer) if layer else None
    pace = Pace(CONVERT_PIXELS if side else READ_PIXELS)
    for top, rows in strips(rect.width, rect.height, pace):
        read = _reader(_document(document), node)
        strip = read(rect.x, rect.y + top, rect.width, rows).data()
        if side and target:
            strip = side.convert(strip, rect.width * rows, side.format, target)
        start = top * rect.width * size
        pixels[start : start + len(strip)] = strip
        pace.stop()
        yield
    return pixels


def _fill(node: krita.Node, layer: NewLayer, own: Format, side: SideDocument | None) -> Work[None]:
    """Write a picture into a node that is in no document yet, in the document's own format."""
    given = format_of(layer.layout, layer.space)
    converts = _converts(layer, own)
    rect, size = layer.rect, layer.layout.bytes_per_pixel
    pixels = memoryview(layer.pixels).cast("B")
    pace = Pace(CONVERT_PIXELS if converts else READ_PIXELS)
    for top, rows in strips(rect.width, rect.height, pace):
        strip = pixels[top * rect.width * size : (top + rows) * rect.width * size]
        ordered = bytes(in_order(strip, layer.layout))
        if converts and side:
            ordered = side.convert(ordered, rect.width * rows, given, own)
        node.setPixelData(ordered, rect.x, rect.y + top, rect.width, rows)
        pace.stop()
        yield


def _converts(layer: NewLayer, own: Format) -> bool:
    return travels_as(format_of(layer.layout, layer.space)) != travels_as(own)


# ---- adding --------------------------------------------------------------------------------------


def _attach(
    document: krita.Document,
    nodes: list[krita.Node],
    above: str | None,
    side: SideDocument | None,
    group: str,
) -> None:
    """The one step that the artist can undo; its cost is Krita's, and grows with the image."""
    parent, below = _place(document, above)
    if len(nodes) == 1 or side is None:
        parent.addChildNode(nodes[0], below)
        return
    folder = side.document.createGroupLayer(group)
    lower = None
    for node in reversed(nodes):
        folder.addChildNode(node, lower)
        lower = node
    parent.addChildNode(folder, below)
    document.refreshProjection()  # else a group stays empty to the eye


def _place(document: krita.Document, above: str | None) -> tuple[krita.Node, krita.Node | None]:
    """(parent, the node to lie above or None for the top): out of groups that are locked."""
    root = document.rootNode()
    if above is None:
        return root, None
    try:
        place = _layer(document, above)
    except HostError:
        return root, None
    parent = place.parentNode()
    while parent is not None and parent.parentNode() is not None:
        if parent.type() != "grouplayer" or parent.locked() or parent.alphaLocked():
            place = parent
        parent = parent.parentNode()
    return place.parentNode(), place


def _activate(document: str, layer: str, tries: int) -> None:
    """Make a layer the active one: not before Krita, on later turns of its loop, knows of it."""

    def attempt() -> None:
        try:
            found = _document(document)
            node = _layer(found, layer)
        except HostError:  # closed or undone meanwhile
            return
        found.setActiveNode(node)
        active = found.activeNode()
        if tries > 1 and (active is None or active.uniqueId().toString() != layer):
            _activate(document, layer, tries - 1)

    QtCore.QTimer.singleShot(20, attempt)
