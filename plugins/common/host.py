"""What a paint program must offer to the plugin logic: documents, pixels in, layers out.

Types only. Each plugin's own host.py implements `Host` and is the one file there that touches
documents, layers and pixels. Thread: everything here, the user interface's alone.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from protocol.codec import Buffer
from protocol.errors import Remedy
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.pixels import ColorSpace, PixelLayout

T = TypeVar("T")

Work = Generator[None, None, T]
"""Long work in short pieces: each runs for 50 ms at most, then yields to the event loop; what it
returns is the result. `close()` abandons it, and it then leaves the document as it was."""


class HostError(Exception):
    """The program could not do it; the message is one sentence for an artist.

    remedy: what a button beside it would do.
    """

    remedy: Remedy | None = None


class DocumentGone(HostError):
    """The document was closed meanwhile."""


@dataclass(frozen=True)
class DocumentInfo:
    """key: names the document as long as it is open. path: its file, empty until it is saved.

    canvas: its rectangle in document pixels. layout, space: of the pictures that suit it best,
    both those read from it and results.
    """

    key: str
    name: str
    path: str
    canvas: Rect
    layout: PixelLayout = PixelLayout.RGBA8
    space: ColorSpace = ColorSpace.SRGB


@dataclass(frozen=True)
class LayerInfo:
    """id: survives renaming, moving and, where the program allows, saving.

    bounds: of what is painted on it, in document pixels; may reach beyond the canvas, or be empty.
    """

    id: str
    name: str
    bounds: Rect


@dataclass(frozen=True)
class NewLayer:
    """A picture to lay into a document at `rect`, straight alpha, rows from the top.

    record: what `plugins.common.record` says of how it was painted, to be kept with the layer
    where the program can; ASCII.
    """

    name: str
    rect: Rect
    layout: PixelLayout
    space: ColorSpace
    pixels: Buffer
    record: str = ""


class Host(Protocol):
    """A paint program. `document`: a `DocumentInfo.key`; every method given one that is not open
    any more raises DocumentGone."""

    def active_document(self) -> DocumentInfo | None:
        """The document in front, or None."""

    def open_documents(self) -> list[str]:
        """Keys of all open documents."""

    def selection(self, document: str) -> Rect | None:
        """Bounds of what is selected, within the canvas; None where nothing is."""

    def layers(self, document: str) -> list[LayerInfo]:
        """Layers that have pixels of their own, the topmost first."""

    def active_layer(self, document: str) -> LayerInfo | None:
        """The layer that the artist works on, if it has pixels."""

    def read_pixels(self, document: str, rect: Rect, layer: str | None) -> Work[Picture]:
        """A layer's pixels within `rect` as role `image`; None: what is visible.

        In the layout and space of `DocumentInfo`, converted by the program's own colour management
        where the document has another. Raises HostError when the layer is gone.
        """

    def read_selection(self, document: str, rect: Rect) -> Work[Picture]:
        """How much of each pixel is selected, as role `mask`, with the selection's own feather."""

    def add_layers(
        self,
        document: str,
        layers: Sequence[NewLayer],
        above: str | None,
        group: str,
        canvas: Rect | None = None,
    ) -> Work[list[str]]:
        """Add new layers above the layer `above` (None or gone: on top), the first one topmost,
        and give their ids. One undo step, however many; several come in a group of that name.

        canvas: make the canvas that rectangle of the document too, in the same step where the
        program can, cutting nothing off the layers. Document pixels count from the new corner
        then: what was at `canvas.x` is at 0.
        """

    def show_preview(self, document: str, layer: NewLayer | None) -> None:
        """Show a picture over the canvas without touching the document; None takes it away."""

    def read_note(self, document: str, name: str) -> bytes:
        """What `write_note` kept; empty where there is nothing."""

    def write_note(self, document: str, name: str, content: bytes) -> None:
        """Keep something with the document, saved and opened with it; empty removes it."""
