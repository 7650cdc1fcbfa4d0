"""The pixels of drawables as a script works on them: read in bands, written back when changed.

One set of bands for each drawable and each of its shadows, shared by all regions and tiles, so that
what one writes another reads. Knows nothing of slices or tiles.
"""

from __future__ import annotations

from gi.repository import Gegl, Gimp

from plugins.gimp.fu.pixel_layouts import Layout, layout_of

BAND = 64
"""Rows of a band; the height of a tile, so that no tile lies in two."""


class Pages:
    """What a script has seen or changed of one drawable, or of its shadow."""

    def __init__(self, drawable: Gimp.Drawable, shadow: bool) -> None:
        self.drawable = drawable
        self.shadow = shadow
        self.layout: Layout = layout_of(drawable)
        self.width = int(drawable.get_width())
        self.height = int(drawable.get_height())
        self.stride = self.width * self.layout.bpp
        self.buffer = drawable.get_shadow_buffer() if shadow else drawable.get_buffer()
        self.bands: dict[int, bytearray] = {}
        self.changed: dict[int, bytes] = {}
        """Bands to be written back, as they were when they were read."""
        self.current = True
        """Whether these are still the ones to use; if not, ask `pages_of` again."""
        if shadow:
            self._begin_as_the_drawable_is()

    def _begin_as_the_drawable_is(self) -> None:
        """GIMP merges all of the shadow; what a script does not write must stay."""
        whole = Gegl.Rectangle.new(0, 0, self.width, self.height)
        self.drawable.get_buffer().copy(whole, Gegl.AbyssPolicy.NONE, self.buffer, whole)

    def band(self, number: int) -> bytearray:
        """Rows 64 × number and on, read when asked for first."""
        found = self.bands.get(number)
        if found is None:
            data = self.buffer.get(
                self._rectangle(number), 1.0, self.layout.format, Gegl.AbyssPolicy.NONE
            )
            found = self.bands[number] = bytearray(data)
        return found

    def band_to_change(self, number: int) -> bytearray:
        found = self.band(number)
        if number not in self.changed:
            self.changed[number] = bytes(found)
        return found

    def _rectangle(self, number: int) -> Gegl.Rectangle:
        top = number * BAND
        return Gegl.Rectangle.new(0, top, self.width, min(BAND, self.height - top))

    # ---- rectangles ----------------------------------------------------------------------------

    def read(self, x: int, y: int, width: int, height: int) -> bytes:
        """Rows top-down, packed."""
        bpp, stride = self.layout.bpp, self.stride
        left, right = x * bpp, (x + width) * bpp
        parts = []
        for row in range(y, y + height):
            start = (row % BAND) * stride
            parts.append(self.band(row // BAND)[start + left : start + right])
        return b"".join(parts)

    def write(self, x: int, y: int, width: int, height: int, data: bytes) -> None:
        """Rows top-down, packed: as many bytes as there are."""
        bpp, stride = self.layout.bpp, self.stride
        left, line = x * bpp, width * bpp
        for number, row in enumerate(range(y, y + height)):
            start = (row % BAND) * stride + left
            band = self.band_to_change(row // BAND)
            band[start : start + line] = data[number * line : (number + 1) * line]

    # ---- writing back --------------------------------------------------------------------------

    def flush(self) -> None:
        """Hand all changes to GIMP."""
        if not self.changed:
            return
        for number, before in self.changed.items():
            after = self.bands[number]
            if self.layout.exact:
                self.buffer.set(self._rectangle(number), self.layout.format, bytes(after))
            else:
                self._write_what_differs(number, before, after)
        self.changed.clear()
        self.buffer.flush()

    def _write_what_differs(self, number: int, before: bytes, after: bytearray) -> None:
        """Row by row: from the first pixel that differs to the last, in runs of such pixels."""
        bpp, stride = self.layout.bpp, self.stride
        for row in range(len(after) // stride):
            start = row * stride
            old, new = before[start : start + stride], after[start : start + stride]
            if old == new:
                continue
            for left, right in _runs(old, new, bpp):
                rectangle = Gegl.Rectangle.new(left, number * BAND + row, right - left, 1)
                self.buffer.set(rectangle, self.layout.format, bytes(new[left * bpp : right * bpp]))


def _runs(old: bytes, new: bytearray, bpp: int) -> list[tuple[int, int]]:
    """Where pixels differ: (first, end) of each run."""
    runs: list[tuple[int, int]] = []
    for place in range(len(new) // bpp):
        if old[place * bpp : (place + 1) * bpp] == new[place * bpp : (place + 1) * bpp]:
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


# ---- all of them -------------------------------------------------------------------------------

_known: dict[tuple[int, bool], Pages] = {}


def pages_of(drawable: Gimp.Drawable, shadow: bool) -> Pages:
    """Those of the drawable as it is now; changes not yet written are kept."""
    key = (int(drawable.get_id()), shadow)
    found = _known.get(key)
    if found is not None and shadow and not _fits(found):  # others do not outlive `settle`
        _drop(key)
        found = None
    if found is None:
        found = _known[key] = Pages(drawable, shadow)
    return found


def _fits(pages: Pages) -> bool:
    """Whether the drawable still has the size and the format that it had."""
    drawable = pages.drawable
    return bool(
        drawable.is_valid()
        and pages.width == drawable.get_width()
        and pages.height == drawable.get_height()
        and pages.layout == layout_of(drawable)
    )


def flush(drawable: Gimp.Drawable) -> None:
    """Write back one drawable and its shadow, and forget what was read: GIMP may change it now."""
    for shadow in (False, True):
        pages = _known.get((int(drawable.get_id()), shadow))
        if pages is not None:
            _settle(pages)


def settle() -> None:
    """Write back everything, and forget what was read."""
    for pages in list(_known.values()):
        _settle(pages)


def _settle(pages: Pages) -> None:
    if not _fits(pages):
        forget(pages.drawable)
        return
    pages.flush()
    pages.bands.clear()
    if not pages.shadow:  # a buffer shows later changes only if it is a new one
        _drop((int(pages.drawable.get_id()), False))


def forget_shadow(drawable: Gimp.Drawable) -> None:
    """After it was merged or freed."""
    _drop((int(drawable.get_id()), True))


def forget(drawable: Gimp.Drawable) -> None:
    for shadow in (False, True):
        _drop((int(drawable.get_id()), shadow))


def _drop(key: tuple[int, bool]) -> None:
    pages = _known.pop(key, None)
    if pages is not None:
        pages.current = False
        pages.buffer = None  # else it lives as long as a region, and longer than the plug-in
