"""A paint program in memory: documents of plain 8-bit layers, as little as `Host` asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from plugins.common.host import DocumentGone, DocumentInfo, HostError, LayerInfo, NewLayer, Work
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import Input
from protocol.pixels import PixelLayout

CANVAS = Rect(0, 0, 640, 480)


@dataclass
class Layer:
    """Filled with one colour within its bounds."""

    id: str
    name: str
    bounds: Rect
    rgba: tuple[int, int, int, int] = (90, 120, 60, 255)


@dataclass
class Document:
    key: str
    path: str = ""
    canvas: Rect = CANVAS
    layers: list[Layer] = field(default_factory=list)
    selection: Rect | None = None
    notes: dict[str, bytes] = field(default_factory=dict)
    undo_steps: int = 0
    added: list[NewLayer] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


class FakeHost:
    """pieces: how often reading yields."""

    def __init__(self, *documents: Document, pieces: int = 3) -> None:
        self.documents = {document.key: document for document in documents}
        self.front: str | None = documents[0].key if documents else None
        self.shown: NewLayer | None = None
        self._pieces = pieces

    def active_document(self) -> DocumentInfo | None:
        if self.front is None:
            return None
        document = self._open(self.front)
        return DocumentInfo(document.key, document.key, document.path, document.canvas)

    def open_documents(self) -> list[str]:
        return list(self.documents)

    def selection(self, document: str) -> Rect | None:
        return self._open(document).selection

    def layers(self, document: str) -> list[LayerInfo]:
        layers = self._open(document).layers
        return [LayerInfo(layer.id, layer.name, layer.bounds) for layer in layers]

    def active_layer(self, document: str) -> LayerInfo | None:
        return next(iter(self.layers(document)), None)

    def read_pixels(self, document: str, rect: Rect, layer: str | None) -> Work[Picture]:
        layers = {each.id: each for each in self._open(document).layers}
        if layer is not None and layer not in layers:
            raise HostError("This layer is gone.")
        for _ in range(self._pieces):
            self._open(document)
            yield
        color = layers[layer].rgba if layer else (10, 20, 30, 255)
        pixels = bytes(color) * rect.area
        return Picture(Input("image", rect, PixelLayout.RGBA8, 0), pixels)

    def read_selection(self, document: str, rect: Rect) -> Work[Picture]:
        yield
        selected = self._open(document).selection or Rect(0, 0, 0, 0)
        inside = selected.shifted(-rect.x, -rect.y)
        rows = [
            bytes(
                255 if inside.x <= x < inside.right and inside.y <= y < inside.bottom else 0
                for x in range(rect.width)
            )
            for y in range(rect.height)
        ]
        return Picture(Input("mask", rect, PixelLayout.GRAY8, 0), b"".join(rows))

    def add_layers(
        self,
        document: str,
        layers: Sequence[NewLayer],
        above: str | None,
        group: str,
        canvas: Rect | None = None,
    ) -> Work[list[str]]:
        target = self._open(document)
        yield
        target.undo_steps += 1
        target.added += layers
        target.groups += [group] if len(layers) > 1 else []
        target.canvas = target.canvas if canvas is None else Rect(0, 0, canvas.width, canvas.height)
        return [f"new-{number}" for number in range(len(layers))]

    def show_preview(self, document: str, layer: NewLayer | None) -> None:
        self._open(document)
        self.shown = layer

    def read_note(self, document: str, name: str) -> bytes:
        return self._open(document).notes.get(name, b"")

    def write_note(self, document: str, name: str, content: bytes) -> None:
        self._open(document).notes[name] = content

    def _open(self, document: str) -> Document:
        if document not in self.documents:
            raise DocumentGone("This document is closed.")
        return self.documents[document]
