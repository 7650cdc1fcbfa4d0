"""Images nobody sees, in which pixels are read and new layers are filled, piece by piece.

GIMP ends a plug-in that asks for pixels of an image just closed, or of a layer just deleted; nobody
closes these. A copy shares its memory with the original, and costs a millisecond.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from plugins.common.host import HostError, NewLayer, Work
from plugins.common.pace import Pace, space_for, strips
from plugins.gimp.libraries import Gegl, Gimp
from plugins.gimp.pixels import babl_name, in_order
from protocol.geometry import Rect

MARK = "impasto-side-image"
STALE_S = 600
TILE = 128
"""Side of GIMP's tiles."""

Reader = Callable[[Rect], bytes]
"""Pixels of a rectangle of the document, zeros where there are none; nothing for all zeros."""


class SideImage:
    """To be deleted by whoever made it; more than once does not hurt. Its pixels lie where the
    document's do, until `visible_reader` is used."""

    def __init__(self, image: Gimp.Image) -> None:
        self.image = image
        image.undo_disable()
        image.attach_parasite(Gimp.Parasite.new(MARK, 0, str(int(time.time())).encode()))

    @classmethod
    def like(cls, image: Gimp.Image) -> SideImage:
        """Empty, in the same precision and with the same profile."""
        made = Gimp.Image.new_with_precision(1, 1, image.get_base_type(), image.get_precision())
        profile = image.get_color_profile()
        if profile is not None:
            made.set_color_profile(profile)
        return cls(made)

    @classmethod
    def for_masks(cls) -> SideImage:
        """Empty; copies of selections keep their numbers in it."""
        gray, linear = Gimp.ImageBaseType.GRAY, Gimp.Precision.U8_LINEAR
        return cls(Gimp.Image.new_with_precision(1, 1, gray, linear))

    @classmethod
    def copy_of(cls, image: Gimp.Image) -> SideImage:
        """All of it, as it is now."""
        return cls(image.duplicate())

    def delete(self) -> None:
        if self.image.is_valid():
            self.image.delete()

    # ---- layers ----------------------------------------------------------------------------------

    def add_copy(self, drawable: Gimp.Drawable) -> Gimp.Layer:
        """Raises HostError when the original is gone."""
        copy = Gimp.Layer.new_from_drawable(drawable, self.image)
        if copy is None:
            raise HostError("The layer was deleted meanwhile.")
        self.image.insert_layer(copy, None, 0)
        return copy

    def add_layer(self, layer: NewLayer) -> Gimp.Layer:
        """At its place, with nothing on it."""
        is_gray = self.image.get_base_type() == Gimp.ImageBaseType.GRAY
        kind = Gimp.ImageType.GRAYA_IMAGE if is_gray else Gimp.ImageType.RGBA_IMAGE
        rect, mode = layer.rect, Gimp.LayerMode.NORMAL
        made = Gimp.Layer.new(self.image, layer.name, rect.width, rect.height, kind, 100.0, mode)
        self.image.insert_layer(made, None, 0)
        made.set_offsets(rect.x, rect.y)
        return made

    # ---- reading ---------------------------------------------------------------------------------

    def layer_reader(self, layer: Gimp.Layer, name: str) -> Reader:
        """A layer of this image as it is seen alone: its mask and its filters applied, but neither
        its opacity nor its mode. name: babl's, of the format."""
        filters = (each.get_visible() for each in layer.get_filters())
        if layer.is_group() or layer.get_mask() is not None or any(filters):
            layer.set_visible(True)
            layer.set_opacity(100.0)
            layer.set_mode(Gimp.LayerMode.NORMAL)
            layer.set_show_mask(False)
            return self.visible_reader(name)
        _, x, y = layer.get_offsets()
        return lambda rect: get(layer, rect.shifted(-x, -y), name)

    def visible_reader(self, name: str, canvas: Rect | None = None) -> Reader:
        """All that is visible in this image, and within `canvas`. GIMP composes no more than the
        rectangle asked for, since this image's own canvas is made that large."""
        corner = [0, 0]

        def read(rect: Rect) -> bytes:
            inside = rect.intersect(canvas) if canvas else rect
            if inside.is_empty:
                return b""
            x, y = corner[0] - inside.x, corner[1] - inside.y
            self.image.resize(inside.width, inside.height, x, y)
            corner[:] = inside.x, inside.y
            seen = Gimp.Layer.new_from_visible(self.image, self.image, "")
            try:
                return get(seen, rect.shifted(-inside.x, -inside.y), name)
            finally:
                seen.delete()

        return read


def get(drawable: Gimp.Drawable, rect: Rect, name: str) -> bytes:
    """rect: counted from the drawable's own corner."""
    none = Gegl.AbyssPolicy.NONE
    return bytes(drawable.get_buffer().get(Gegl.Rectangle.new(*rect), 1.0, name, none))


def read(reader: Reader, rect: Rect, size: int) -> Work[memoryview]:
    """All pixels of a rectangle, of `size` bytes each."""
    pixels, pace = space_for(rect.area * size), Pace()
    for top, rows in strips(rect.width, rect.height, pace, TILE):
        start = top * rect.width * size
        strip = reader(Rect(rect.x, rect.y + top, rect.width, rows))
        pixels[start : start + len(strip)] = strip
        pace.stop()
        yield
    return pixels


def fill(made: Gimp.Layer, layer: NewLayer) -> Work[None]:
    """Write a picture into a layer of its size; babl brings it into that layer's own format."""
    width, height = layer.rect.width, layer.rect.height
    row, pace = width * layer.layout.bytes_per_pixel, Pace()
    pixels, name = memoryview(layer.pixels).cast("B"), babl_name(layer.layout, layer.space)
    for top, rows in strips(width, height, pace, TILE):
        strip = bytes(in_order(pixels[top * row : (top + rows) * row], layer.layout))
        buffer = made.get_buffer()
        buffer.set(Gegl.Rectangle.new(0, top, width, rows), name, strip)
        buffer.flush()
        pace.stop()
        yield
    made.update(0, 0, width, height)


def is_side_image(image: Gimp.Image) -> bool:
    return image.get_parasite(MARK) is not None


def delete_stale() -> None:
    """Those whose plug-in was ended long ago, by GIMP's Cancel button for one."""
    for image in Gimp.get_images():
        mark = image.get_parasite(MARK)
        with contextlib.suppress(ValueError):
            if mark is not None and time.time() - int(bytes(mark.get_data())) > STALE_S:
                image.delete()
