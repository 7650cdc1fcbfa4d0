"""A document nobody sees: Krita converts colours in it, and groups are built in it.

Both would cost the artist's own document undo steps. Touches no document but its own.
"""

from __future__ import annotations

from itertools import pairwise

from plugins.common.host import HostError
from plugins.krita.pixels import Format
from plugins.krita.qt import krita
from protocol.codec import Buffer

ROW = 512  # Krita converts tile by tile, 64 × 64: short rows would waste most of each


class SideDocument:
    """To be closed by whoever opened it. Opening and closing cost 30 to 100 ms each.

    Its undo history keeps every conversion until it is closed, as far as Krita's own limit goes.
    """

    opened: frozenset[str] = frozenset()
    """Keys of all that are open, for `open_documents` to leave out."""

    def __init__(self, format_: Format) -> None:
        app = krita.Krita.instance()
        self.format = format_
        self.document = app.createDocument(1, 1, "Impasto", *format_, 72.0)
        if self.document is None:
            raise HostError(f"Krita cannot make a document with the profile {format_.profile!r}.")
        self.key = self.document.rootNode().uniqueId().toString()
        SideDocument.opened |= {self.key}

    def close(self) -> None:
        """Once is enough, more does not hurt."""
        if self.key in SideDocument.opened:
            SideDocument.opened -= {self.key}
            self.document.setModified(False)
            self.document.close()

    def convert(self, pixels: Buffer, count: int, source: Format, target: Format) -> bytes:
        """`count` pixels from one of Krita's formats to another. Raises HostError.

        Where a pixel lies does not matter to its colour, so they are laid out as suits Krita.
        """
        width = min(count, ROW)
        rows = -(-count // width)
        missing = (width * rows - count) * (len(pixels) // count)
        node = self.document.createNode("Impasto", "paintlayer")
        self._set_format(node, self.format, source)
        node.setPixelData(bytes(pixels) + bytes(missing), 0, 0, width, rows)
        # In float on the way: from integers straight to another profile, Krita would clip.
        stops = (source, source._replace(depth="F32"), target._replace(depth="F32"), target)
        for now, wanted in pairwise(stops):
            self._set_format(node, now, wanted)
        converted: bytes = node.pixelData(0, 0, width, rows).data()
        return converted[: count * (len(converted) // (width * rows))]

    def _set_format(self, node: krita.Node, now: Format, wanted: Format) -> None:
        if now != wanted and not node.setColorSpace(*wanted):
            raise HostError(
                f"Krita cannot convert {now.profile!r} to {wanted.profile!r}; "
                "convert the image to sRGB in Krita, and try again."
            )
