"""Pixel regions and tiles as GIMP 2's Python had them: `layer.get_pixel_rgn(…)[x, y]` and the like.

Slices, ranges and bytes; what moves pixels is `pages.py`.

- Coordinates are the drawable's own, not the region's. `rgn[x, y]` is one pixel, `rgn[x1:x2, y]` a
  row, `rgn[x, y1:y2]` a column, `rgn[x1:x2, y1:y2]` an area; an end left out is the region's.
- Reading gives bytes. Bytes, bytearray, array, a sequence of numbers, or a str of characters below
  256 (as GIMP 2's scripts made them with chr) can be written.
- With shadow=TRUE writing goes to a shadow that `drawable.merge_shadow(TRUE)` puts in place: one
  step to undo, and only inside the selection. Without, it goes to the drawable, past undo.
"""

from __future__ import annotations

import array
from collections.abc import Iterable

from gi.repository import Gimp

from plugins.gimp.fu.pages import BAND, Pages, pages_of

TILE = 64
"""Columns and rows of a tile, as `gimp.tile_width()` says: GIMP 3 has others inside."""


def as_bytes(given: object) -> bytes:
    """What a script writes, as bytes. Raises TypeError, ValueError."""
    if isinstance(given, bytes):
        return given
    if isinstance(given, str):
        try:
            return given.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError("Pixels given as text may have characters below 256 only.") from None
    if isinstance(given, array.array):
        return given.tobytes()
    if isinstance(given, (bytearray, memoryview)) or (
        isinstance(given, Iterable) and not isinstance(given, int)
    ):
        return bytes(given)
    raise TypeError(f"Pixels must be given as bytes, not as {type(given).__name__}.")


class _Pixels:
    """What regions and tiles have in common: the drawable, and where its pixels are kept."""

    def __init__(self, drawable: Gimp.Drawable, shadow: object) -> None:
        self.drawable = drawable
        self.shadow = bool(shadow)
        self._pages = pages_of(drawable, self.shadow)
        self.bpp = self._pages.layout.bpp

    def _now(self) -> Pages:
        if not self._pages.current:
            self._pages = pages_of(self.drawable, self.shadow)
        return self._pages

    def _get(self, x: int, y: int) -> bytes:
        pages = self._now()
        start = (y % BAND) * pages.stride + x * self.bpp
        return bytes(pages.band(y // BAND)[start : start + self.bpp])

    def _set(self, x: int, y: int, pixel: object) -> None:
        pages, data = self._now(), pixel if type(pixel) is bytes else as_bytes(pixel)
        _require_length(data, self.bpp)
        start = (y % BAND) * pages.stride + x * self.bpp
        pages.band_to_change(y // BAND)[start : start + self.bpp] = data


def _require_length(data: bytes, wanted: int) -> None:
    if len(data) != wanted:
        raise TypeError(f"string is wrong length: {len(data)} bytes, not {wanted}")


class PixelRgn(_Pixels):
    """A rectangle of a drawable's pixels, to be read and written by subscripts."""

    def __init__(
        self,
        drawable: Gimp.Drawable,
        x: int,
        y: int,
        width: int,
        height: int,
        dirty: object = True,
        shadow: object = False,
    ) -> None:
        super().__init__(drawable, shadow)
        self.dirty = bool(dirty)
        self.resize(x, y, width, height)

    def resize(self, x: int, y: int, width: int, height: int) -> None:
        """Raises IndexError: not inside the drawable."""
        pages = self._now()
        x, y, width, height = int(x), int(y), int(width), int(height)
        inside = x >= 0 and y >= 0 and x + width <= pages.width and y + height <= pages.height
        if not inside or width < 0 or height < 0:
            raise IndexError(
                f"{width} × {height} pixels at {x}, {y} are not inside the "
                f"{pages.width} × {pages.height} of the layer."
            )
        self.x, self.y, self.w, self.h = x, y, width, height
        self.rowstride = width * self.bpp

    def __getitem__(self, key: object) -> bytes:
        x, y = _pair(key)
        if type(x) is int and type(y) is int:
            self._require_inside(x, y)
            return self._get(x, y)
        left, top, width, height = self._area(x, y)
        return self._now().read(left, top, width, height)

    def __setitem__(self, key: object, given: object) -> None:
        x, y = _pair(key)
        if type(x) is int and type(y) is int:
            self._require_inside(x, y)
            self._set(x, y, given)
            return
        left, top, width, height = self._area(x, y)
        data = as_bytes(given)
        _require_length(data, width * height * self.bpp)
        self._now().write(left, top, width, height, data)

    def __len__(self) -> int:
        raise TypeError("Can't get size of pixel region")

    def __iter__(self) -> object:
        raise TypeError("A pixel region has no order: use rgn[x, y].")

    def __repr__(self) -> str:
        name = self.drawable.get_name()
        return f"<gimp.PixelRgn for drawable {name!r}{' (shadow)' if self.shadow else ''}>"

    def _require_inside(self, x: int, y: int) -> None:
        if not self.x <= x < self.x + self.w:
            raise IndexError("x subscript out of range")
        if not self.y <= y < self.y + self.h:
            raise IndexError("y subscript out of range")

    def _area(self, x: object, y: object) -> tuple[int, int, int, int]:
        left, right = _ends(x, self.x, self.w, "x")
        top, bottom = _ends(y, self.y, self.h, "y")
        return left, top, right - left, bottom - top


def _pair(key: object) -> tuple[object, object]:
    if isinstance(key, tuple) and len(key) == 2:
        return key
    raise TypeError("subscript must be a 2-tuple")


def _ends(given: object, first: int, length: int, axis: str) -> tuple[int, int]:
    """From where to where a subscript means. Raises IndexError, TypeError."""
    if isinstance(given, slice):
        start, stop, step = given.indices(first + length)
        start = start or first  # GIMP 2 took 0 for "from the region's start"
        if step != 1 or start < first or stop < start:
            raise IndexError(f"invalid {axis} slice")
        return start, stop
    if isinstance(given, float) and not given.is_integer():
        raise TypeError(
            f"invalid {axis} subscript {given}: use whole numbers, as with // in place of /"
        )
    if not isinstance(given, (int, float)):
        raise TypeError(f"invalid {axis} subscript")
    if not first <= given < first + length:
        raise IndexError(f"{axis} subscript out of range")
    return int(given), int(given) + 1


class Tile(_Pixels):
    """64 × 64 pixels, or fewer at the right and the bottom; `tile[x, y]` counts from its corner."""

    def __init__(self, drawable: Gimp.Drawable, shadow: object, row: int, column: int) -> None:
        super().__init__(drawable, shadow)
        pages = self._pages
        self._x, self._y = int(column) * TILE, int(row) * TILE
        if not (0 <= self._x < pages.width and 0 <= self._y < pages.height):
            raise IndexError(f"There is no tile in row {row}, column {column}.")
        self.ewidth = min(TILE, pages.width - self._x)
        self.eheight = min(TILE, pages.height - self._y)
        self.tile_num = int(row) * -(-pages.width // TILE) + int(column)
        self.dirty = False

    @classmethod
    def at(cls, drawable: Gimp.Drawable, shadow: object, x: int, y: int) -> Tile:
        """The tile with this pixel."""
        return cls(drawable, shadow, int(y) // TILE, int(x) // TILE)

    def pixel(self, x: int, y: int) -> bytes:
        """The pixel at a place of the drawable, not of the tile."""
        return self[x - self._x, y - self._y]

    def set_pixel(self, x: int, y: int, pixel: bytes) -> None:
        self[x - self._x, y - self._y] = pixel

    def __len__(self) -> int:
        return self.ewidth * self.eheight

    def __getitem__(self, key: object) -> bytes:
        return self._get(*self._place(key))

    def __setitem__(self, key: object, pixel: object) -> None:
        self._set(*self._place(key), pixel)
        self.dirty = True

    def __repr__(self) -> str:
        name = self.drawable.get_name()
        return f"<gimp.Tile for drawable {name!r}{' (shadow)' if self.shadow else ''}>"

    def flush(self) -> None:
        self._now().flush()
        self.dirty = False

    def _place(self, key: object) -> tuple[int, int]:
        if isinstance(key, int):
            if not 0 <= key < len(self):
                raise IndexError("index out of range")
            return self._x + key % self.ewidth, self._y + key // self.ewidth
        if not (isinstance(key, tuple) and len(key) == 2):
            raise TypeError("tile subscript not int or 2-tuple")
        x, y = key
        if not (0 <= x < self.ewidth and 0 <= y < self.eheight):
            raise IndexError("index out of range")
        return self._x + int(x), self._y + int(y)
