"""GIMP 2's colours, `gimpcolor.RGB`: channels as floats by name, 0 to 255 by index.

All sRGB, not linear, as GIMP 2's were. Knows no images.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from gi.repository import Babl, Gegl, Gimp, GLib

from plugins.gimp.fu.errors import error

FORMAT = "R'G'B'A float"


class RGB:
    """A colour. Integers count to 255, floats to 1.0. r, g, b, a: floats; [0] to [3]: integers."""

    def __init__(self, r: float = 0, g: float = 0, b: float = 0, a: float | None = None) -> None:
        self.r, self.g, self.b = (_channel(value) for value in (r, g, b))
        self.a = 1.0 if a is None else _channel(a)
        self._has_alpha = a is not None

    def __len__(self) -> int:
        return 4 if self._has_alpha else 3

    def __getitem__(self, index: Any) -> Any:
        return self.bytes()[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self.bytes())

    def bytes(self) -> tuple[int, ...]:
        """The channels, 0 to 255."""
        values = (self.r, self.g, self.b, self.a)[: len(self)]
        return tuple(min(255, max(0, round(value * 255))) for value in values)

    def floats(self) -> tuple[float, float, float, float]:
        return self.r, self.g, self.b, self.a

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RGB):
            return all(
                abs(x - y) < 1e-5 for x, y in zip(self.floats(), other.floats(), strict=True)
            )
        if isinstance(other, tuple | list):
            return self.bytes()[: len(other)] == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.bytes())

    def __repr__(self) -> str:
        return f"RGB ({self.r:g}, {self.g:g}, {self.b:g}, {self.a:g})"


def _channel(value: float) -> float:
    return value / 255 if isinstance(value, int) and not isinstance(value, bool) else float(value)


def from_gegl(color: Any) -> RGB | None:
    """None stays None."""
    if color is None:
        return None
    # Not get_rgba: its numbers are linear.
    return RGB(*struct.unpack("4f", bytes(color.get_bytes(Babl.format(FORMAT)).get_data())))


def to_gegl(color: Any) -> Any:
    """A Gegl.Color from one, an RGB, a name, "#rrggbb", or three or four channels.

    Raises error when it is no colour.
    """
    if color is None or isinstance(color, Gegl.Color):
        return color
    if isinstance(color, str):
        return _from_name(color)
    if isinstance(color, RGB):
        channels: tuple[float, ...] = color.floats()
    elif hasattr(color, "r") and hasattr(color, "b"):
        channels = (color.r, color.g, color.b, getattr(color, "a", 1.0))
    else:
        channels = _channels(color)
    made = Gegl.Color.new("black")
    made.set_bytes(Babl.format(FORMAT), GLib.Bytes.new(struct.pack("4f", *channels)))
    return made


def _channels(color: Any) -> tuple[float, ...]:
    try:
        values = tuple(color)
        if len(values) not in (3, 4):
            raise ValueError
        return RGB(*values).floats()
    except (TypeError, ValueError):
        raise error(
            f"{color!r} is not a colour: give a name, or three or four numbers "
            "(integers to 255, or floats to 1.0)."
        ) from None


def _from_name(name: str) -> Any:
    read = Gimp.color_parse_hex if name.startswith("#") else Gimp.color_parse_css
    found = read(name)
    if found is None:
        raise error(f"{name!r} is not a colour: give a name of CSS, or #rrggbb.")
    return found
