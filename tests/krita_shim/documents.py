"""The shim's documents, nodes and selections; see krita.py.

Plain Python is behind them (`Page`, `Layer`). As in Krita, what is handed out are handles: made
anew each time, equal where they stand for the same thing, and saying None, "" or 0 once their
document is closed. Paint layers and groups only.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from PyQt6 import QtCore

from protocol.geometry import Rect
from tests.krita_shim.raster import Format, Raster, composite, converted, known

COVERAGE = Format("A", "U8", "")


# ---- what the handles stand for ------------------------------------------------------------------


@dataclass(eq=False)
class Layer:
    name: str
    kind: str
    raster: Raster
    page: Page
    parent: Layer | None = None
    children: list[Layer] = field(default_factory=list)  # the lowest first
    is_locked: bool = False
    id: QtCore.QUuid = field(default_factory=QtCore.QUuid.createUuid)

    def seen(self, rect: Rect) -> bytes:
        """With all that a group has inside."""
        pixels = self.raster.read(rect)
        for child in self.children:
            above = converted(child.seen(rect), child.raster.format, self.raster.format)
            pixels = composite(pixels, above, self.raster.format)
        return pixels

    def bounds(self) -> Rect:
        """All of the canvas where even what is not painted on can be seen."""
        bounds = self.page.canvas if any(self.raster.ground) else Rect(0, 0, 0, 0)
        for layer in self.within():
            bounds = bounds.union(layer.raster.bounds())
        return bounds

    def within(self) -> list[Layer]:
        return [self, *(layer for child in self.children for layer in child.within())]

    def copied(self, page: Page, parent: Layer | None = None) -> Layer:
        """With the same ids."""
        layer = Layer(self.name, self.kind, copy.copy(self.raster), page, parent, id=self.id)
        layer.children = [child.copied(page, layer) for child in self.children]
        return layer


@dataclass(eq=False)
class Page:
    name: str
    canvas: Rect
    format: Format
    resolution: float
    root: Layer = field(init=False)
    path: str = ""
    active: Layer | None = None
    selected: Raster | None = None
    annotations: dict[str, bytes] = field(default_factory=dict)
    is_modified: bool = False
    views: int = 0
    close: Callable[[Page], None] = lambda _page: None
    is_open: bool = True

    def __post_init__(self) -> None:
        self.root = Layer("root", "grouplayer", Raster(self.format), self)

    def copied(self) -> Page:
        page = Page("", self.canvas, self.format, self.resolution)
        page.root = self.root.copied(page)
        return page


class Handle(QtCore.QObject):
    """Equal where it stands for the same thing; never hashable, as Krita's are not."""

    __hash__ = None  # type: ignore[assignment]  # that is what unhashable means

    def __init__(self, thing: object) -> None:
        super().__init__()
        self._thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and self._thing is other._thing


# ---- pictures ------------------------------------------------------------------------------------


class Selection(Handle):
    """One byte a pixel. A document's own: to change it changes the document's selection."""

    def __init__(self, raster: Raster | None = None) -> None:
        self._raster = raster or Raster(COVERAGE)
        super().__init__(self._raster)

    def x(self) -> int:
        return self._raster.bounds().x

    def y(self) -> int:
        return self._raster.bounds().y

    def width(self) -> int:
        return self._raster.bounds().width

    def height(self) -> int:
        return self._raster.bounds().height

    def select(self, x: int, y: int, w: int, h: int, value: int) -> None:
        self._raster.write(bytes([value]) * (w * h), Rect(x, y, w, h))

    def setPixelData(self, value: bytes, x: int, y: int, w: int, h: int) -> None:
        self._raster.write(_bytes_of(value), Rect(x, y, w, h))

    def pixelData(self, x: int, y: int, w: int, h: int) -> QtCore.QByteArray:
        return QtCore.QByteArray(self._raster.read(Rect(x, y, w, h)))


class Node(Handle):
    def __init__(self, layer: Layer) -> None:
        super().__init__(layer)
        self._layer = layer

    def name(self) -> str:
        return self._layer.name

    def type(self) -> str:
        return self._layer.kind

    def uniqueId(self) -> QtCore.QUuid:
        return self._layer.id

    def visible(self) -> bool:
        return True

    def locked(self) -> bool:
        return self._layer.is_locked

    def setLocked(self, value: bool) -> None:
        self._layer.is_locked = value

    def alphaLocked(self) -> bool:
        return False

    def colorModel(self) -> str:
        return self._layer.raster.format.model

    def colorDepth(self) -> str:
        return self._layer.raster.format.depth

    def colorProfile(self) -> str:
        return self._layer.raster.format.profile

    def setColorSpace(self, colorModel: str, colorDepth: str, colorProfile: str) -> bool:
        return self._layer.raster.convert(Format(colorModel, colorDepth, colorProfile))

    def bounds(self) -> QtCore.QRect:
        return QtCore.QRect(*self._layer.bounds())

    def pixelData(self, x: int, y: int, w: int, h: int) -> QtCore.QByteArray:
        return QtCore.QByteArray(self._layer.raster.read(Rect(x, y, w, h)))

    def projectionPixelData(self, x: int, y: int, w: int, h: int) -> QtCore.QByteArray:
        return QtCore.QByteArray(self._layer.seen(Rect(x, y, w, h)))

    def setPixelData(self, value: bytes, x: int, y: int, w: int, h: int) -> None:
        """None in Python, whether it was written or not."""
        self._layer.raster.write(_bytes_of(value), Rect(x, y, w, h))

    def parentNode(self) -> Node | None:
        return Node(self._layer.parent) if self._layer.parent is not None else None

    def childNodes(self) -> list[Node]:
        return [Node(child) for child in self._layer.children]

    def addChildNode(self, child: Node, above: Node | None) -> bool:
        """Above a node of the same parent; on top where that is None."""
        children = self._layer.children
        place = len(children) if above is None else children.index(above._layer) + 1
        children.insert(place, child._layer)
        child._layer.parent = self._layer
        for layer in child._layer.within():
            layer.page = self._layer.page
        self._layer.page.is_modified = True
        return True

    def remove(self) -> bool:
        if self._layer.parent is None:
            return False
        self._layer.parent.children.remove(self._layer)
        self._layer.parent = None
        return True


class Document(Handle):
    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page

    def name(self) -> str:
        return self._page.name if self._page.is_open else ""

    def fileName(self) -> str:
        return self._page.path if self._page.is_open else ""

    def setFileName(self, value: str) -> None:
        self._page.path = value

    def width(self) -> int:
        return self._page.canvas.width if self._page.is_open else 0

    def height(self) -> int:
        return self._page.canvas.height if self._page.is_open else 0

    def resolution(self) -> int:
        return round(self._page.resolution)

    def colorModel(self) -> str:
        return self._page.format.model

    def colorDepth(self) -> str:
        return self._page.format.depth

    def colorProfile(self) -> str:
        return self._page.format.profile

    def setColorSpace(self, colorModel: str, colorDepth: str, colorProfile: str) -> bool:
        """True, and another profile, also where this one is not known."""
        self._page.format = known(Format(colorModel, colorDepth, colorProfile))
        for layer in self._page.root.within():
            layer.raster.convert(self._page.format)
        return True

    def clone(self) -> Document | None:
        """Not among those that are open, and without a name; the ids are the same."""
        return Document(self._page.copied()) if self._page.is_open else None

    def modified(self) -> bool:
        return self._page.is_modified

    def setModified(self, modified: bool) -> None:
        self._page.is_modified = modified

    def close(self) -> bool:
        is_open, self._page.is_open = self._page.is_open, False
        if is_open:
            self._page.close(self._page)
        return is_open

    # Nodes and selection

    def rootNode(self) -> Node | None:
        return Node(self._page.root) if self._page.is_open else None

    def activeNode(self) -> Node | None:
        """None in a document without a view, and until Krita's loop has turned."""
        active = self._page.active
        return Node(active) if active is not None and self._page.is_open else None

    def setActiveNode(self, value: Node) -> None:
        QtCore.QTimer.singleShot(0, lambda: self._activate(value._layer))

    def _activate(self, layer: Layer) -> None:
        if self._page.is_open and self._page.views:
            self._page.active = layer

    def createNode(self, name: str, nodeType: str) -> Node | None:
        if nodeType not in ("paintlayer", "grouplayer"):
            raise NotImplementedError(f"The shim has no {nodeType}.")
        if not self._page.is_open:
            return None
        return Node(Layer(name, nodeType, Raster(self._page.format), self._page))

    def createGroupLayer(self, name: str) -> Node | None:
        return self.createNode(name, "grouplayer")

    def selection(self) -> Selection | None:
        selected = self._page.selected if self._page.is_open else None
        return Selection(selected) if selected is not None else None

    def setSelection(self, value: Selection | None) -> None:
        self._page.selected = value._raster if value is not None else None

    # Pixels

    def pixelData(self, x: int, y: int, w: int, h: int) -> QtCore.QByteArray:
        return QtCore.QByteArray(self._page.root.seen(Rect(x, y, w, h)))

    def refreshProjection(self) -> None:
        """Always fresh here."""

    def tryBarrierLock(self) -> bool:
        return self._page.is_open

    def unlock(self) -> None:
        """Nothing is locked out here: there are no strokes."""

    def resizeImage(self, x: int, y: int, w: int, h: int) -> None:
        for layer in self._page.root.within():
            bounds = layer.raster.bounds()
            moved = Raster(layer.raster.format, layer.raster.ground)
            moved.write(layer.raster.read(bounds), bounds.shifted(-x, -y))
            layer.raster = moved
        self._page.canvas = Rect(0, 0, w, h)

    # Annotations

    def annotation(self, type: str) -> QtCore.QByteArray:
        return QtCore.QByteArray(self._page.annotations.get(type, b""))

    def annotationTypes(self) -> list[str]:
        return list(self._page.annotations)

    def setAnnotation(self, type: str, description: str, annotation: QtCore.QByteArray) -> None:
        self._page.annotations[type] = _bytes_of(annotation)
        self._page.is_modified = True

    def removeAnnotation(self, type: str) -> None:
        self._page.annotations.pop(type, None)


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, (bytes, bytearray, QtCore.QByteArray)):
        raise TypeError(f"expected bytes or QByteArray, not {type(value).__name__}")
    return bytes(value.data()) if isinstance(value, QtCore.QByteArray) else bytes(value)
