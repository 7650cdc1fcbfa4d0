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
ANY = Format("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc")


class SideDocument:
    """To be closed by whoever opened it: its undo history keeps every conversion until then, as far
    as Krita's own limit goes.

    A clone of a blank document that is kept: Krita 5.2.9 takes 41 to 55 ms to create one, and as
    long to close it, but 2 ms each for a clone, and 1 to 25 ms to give that another colour space.
    """

    key = ""
    """Of the blank one, for `open_documents` to leave out; Krita does not list the clones."""

    _blank: krita.Document | None = None

    def __init__(self, format_: Format) -> None:
        self.format = format_
        self.document = SideDocument.prepare().clone()
        self.is_open = True
        self.document.setColorSpace(*format_)  # says True even for what it does not know
        if _format(self.document) != format_:
            self.close()
            raise HostError(f"Krita cannot make a document with the profile {format_.profile!r}.")

    @staticmethod
    def prepare() -> krita.Document:
        """The document to be cloned. To be called when no stroke can be under way: the first call
        is the only one that costs anything, and nothing can split it."""
        if not _is_open(SideDocument._blank):  # a plugin may close all that are
            blank = krita.Krita.instance().createDocument(1, 1, "Impasto", *ANY, 72.0)
            if _is_open(SideDocument._blank):  # Krita's loop turned meanwhile, and came here too
                blank.close()
            else:
                SideDocument._blank = blank
                SideDocument.key = blank.rootNode().uniqueId().toString()
        return SideDocument._blank

    @staticmethod
    def end() -> None:
        """Close what is kept; the next one that is opened begins anew."""
        blank, SideDocument._blank = SideDocument._blank, None
        if _is_open(blank):
            blank.close()

    def close(self) -> None:
        """Once is enough, more does not hurt."""
        if self.is_open:
            self.is_open = False
            self.document.setModified(False)
            self.document.close()

    def convert(self, pixels: Buffer, count: int, source: Format, target: Format) -> bytes:
        """`count` pixels from one of Krita's formats to another. Raises HostError.

        Where a pixel lies does not matter to its colour, so they are laid out as suits Krita. It
        turns its event loop (without the artist's input) while it waits in `setColorSpace`, so that
        a call seems to take long when Krita draws something meanwhile.
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


def _is_open(document: krita.Document | None) -> bool:
    return document is not None and document.rootNode() is not None


def _format(document: krita.Document) -> Format:
    return Format(document.colorModel(), document.colorDepth(), document.colorProfile())
