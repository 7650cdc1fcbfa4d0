"""Image datablocks: pixels out of them and into them, new ones, packed or saved beside the .blend.

Knows no materials and no masks. Blender keeps the bottom row first; rectangles count from the top
as everywhere else. Long work is cut in pieces; only what one call of Blender's costs is not.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import bpy

from plugins.blender.host import packing
from plugins.blender.host.floats import floats as f
from plugins.blender.host.undo import pixel_step
from plugins.common.host import DocumentGone, HostError, Work
from plugins.common.phrases import say
from protocol.codec import Buffer
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import Input
from protocol.pixels import ColorSpace, PixelLayout, Rows

PIECE = 1 << 18
"""Pixels worked on between two pauses: 5 to 20 ms."""

SRGB, LINEAR, DATA = "sRGB", "Linear Rec.709", "Non-Color"
"""Blender's names of the colour spaces that all its versions have."""

WRITTEN = "impasto_written"
"""Custom property of an image written in place whose packed bytes are older than its pixels."""

_SESSION = uuid.uuid4().hex[:8]

_REFUSED = {
    "TILED": "The image “{name}” is in UDIM tiles; choose an image of a single tile.",
    "MOVIE": "The image “{name}” is a movie; choose a still image.",
    "SEQUENCE": "The image “{name}” is a sequence; choose a still image.",
    "VIEWER": "“{name}” is what Blender renders, not an image; choose an image.",
    "GONE": "The file of the image “{name}” cannot be found; choose another image.",
    "EMPTY": "The image “{name}” has no pixels; choose another image.",
    "LIBRARY": "The image “{name}” is linked from another file; make it local, or a new one.",
}


class Kind(NamedTuple):
    """How an image keeps its numbers. space: what they mean; data is passed on as it is."""

    is_float: bool
    space: ColorSpace
    colorspace: str
    is_premultiplied: bool

    @property
    def layout(self) -> PixelLayout:
        return PixelLayout.RGBA32F if self.is_float else PixelLayout.RGBA8

    @property
    def is_data(self) -> bool:
        return self.colorspace == DATA


def kind_of(image: bpy.types.Image) -> Kind:
    """Floats are in linear light and multiplied by alpha, bytes as they are shown, and straight."""
    colorspace, is_float = image.colorspace_settings.name, bool(image.is_float)
    if image.colorspace_settings.is_data:
        return Kind(is_float, ColorSpace.SRGB, DATA, False)
    is_linear = is_float or colorspace.startswith("Linear")
    space = ColorSpace.LINEAR if is_linear else ColorSpace.SRGB
    premultiplied = is_float and image.alpha_mode in ("PREMUL", "STRAIGHT")
    return Kind(is_float, space, colorspace, premultiplied)


def plain_kind(is_float: bool, colorspace: str) -> Kind:
    """Of an image that `made_image` makes."""
    is_linear = is_float or colorspace == LINEAR
    space = ColorSpace.LINEAR if is_linear and colorspace != DATA else ColorSpace.SRGB
    return Kind(is_float, space, colorspace, is_float and colorspace != DATA)


# ---- finding -------------------------------------------------------------------------------------


def key_of(image: bpy.types.Image) -> str:
    """Names it until the file is opened again, also after renaming and undo; never the same in
    another Blender, where a job may come back to."""
    return f"{_SESSION}-{getattr(image, 'session_uid', 0) or image.name_full}"


def find_image(key: str) -> bpy.types.Image:
    """Raises DocumentGone."""
    for image in bpy.data.images:
        if key_of(image) == key:
            return image
    raise DocumentGone(say("The image is not there any more."))


def why_unusable(image: bpy.types.Image) -> str:
    """Why its pixels cannot be worked on, for an artist; empty if they can."""
    name = image.name
    if image.source in _REFUSED:
        return say(_REFUSED[image.source], name=name)
    if image.type in ("RENDER_RESULT", "COMPOSITING"):
        return say(_REFUSED["VIEWER"], name=name)
    if image.type == "MULTILAYER" or image.channels == 0 or not all(image.size):
        is_gone = image.source == "FILE" and not image.packed_file and not _file_of(image).exists()
        return say(_REFUSED["GONE" if is_gone else "EMPTY"], name=name)
    return ""


def require_pixels(image: bpy.types.Image, *, to_write: bool = False) -> None:
    """Raises HostError."""
    why = why_unusable(image)
    if not why and to_write and image.library is not None:
        why = say(_REFUSED["LIBRARY"], name=image.name)
    if why:
        raise HostError(why)


def is_usable(image: bpy.types.Image) -> bool:
    """The same at a glance: without loading the file of one that is not in memory yet."""
    if image.has_data:
        return not why_unusable(image)
    is_still = image.source not in _REFUSED and image.type in ("IMAGE", "UV_TEST")
    return is_still and (image.source != "FILE" or bool(image.packed_file or image.filepath))


def canvas_of(image: bpy.types.Image) -> Rect:
    return Rect(0, 0, image.size[0], image.size[1])


def _file_of(image: bpy.types.Image) -> Path:
    return Path(bpy.path.abspath(image.filepath, library=image.library))


# ---- parts of a texture --------------------------------------------------------------------------


class Part(NamedTuple):
    """Where a part of a rectangle is in the image, and where in the rectangle; from the bottom."""

    x: int
    y: int
    width: int
    height: int
    to_x: int
    to_y: int


def parts_of(rect: Rect, canvas: Rect) -> Iterator[Part]:
    """What a rectangle is cut into by the edges of a texture, which repeats. canvas: at 0, 0."""
    y = rect.y
    while y < rect.bottom:
        top = y % canvas.height
        high = min(canvas.height - top, rect.bottom - y)
        x = rect.x
        while x < rect.right:
            left = x % canvas.width
            wide = min(canvas.width - left, rect.right - x)
            below, to_y = canvas.height - top - high, rect.bottom - y - high
            yield Part(left, below, wide, high, x - rect.x, to_y)
            x += wide
        y += high


def strips(part: Part) -> Iterator[Part]:
    """As few rows at a time as one piece of work may have."""
    high = max(1, PIECE // max(1, part.width))
    for done in range(0, part.height, high):
        rows = min(high, part.height - done)
        yield part._replace(y=part.y + done, to_y=part.to_y + done, height=rows)


# ---- reading -------------------------------------------------------------------------------------


def numbers_of(image: bpy.types.Image) -> f.Floats:
    """All its floats, as Blender has them: one call, 10 ms for 1024², 100 for 4096²."""
    numbers = f.empty(image.size[0] * image.size[1] * image.channels)
    image.pixels.foreach_get(numbers)
    if image.channels == 4:
        return numbers
    few = {1: PixelLayout.GRAY32F, 2: PixelLayout.GRAYA32F}.get(image.channels)
    if few is None:
        raise HostError(say("The image “{name}” has {count} channels; save it as RGBA.",
                            name=image.name, count=image.channels))  # fmt: skip
    return f.rgba(f.to_floats(numbers), few)


def read_image(image: bpy.types.Image, rect: Rect, role: str = "image") -> Work[Picture]:
    """The pixels within `rect`, with straight alpha, as its bytes or floats are; beyond its edges
    it goes on from the opposite one, as a texture does. Raises HostError."""
    require_pixels(image)
    kind, canvas = kind_of(image), canvas_of(image)
    numbers = numbers_of(image)
    yield
    layout = kind.layout
    pixels, size = bytearray(layout.byte_length(rect.width, rect.height)), layout.bytes_per_pixel
    for part in parts_of(rect, canvas):
        for strip in strips(part):
            piece = f.cut(numbers, canvas.width, strip.x, strip.y, strip.width, strip.height)
            packed = _packed(piece, kind)
            long = strip.width * size
            for row in range(strip.height):
                start = ((strip.to_y + row) * rect.width + strip.to_x) * size
                pixels[start : start + long] = packed[row * long : (row + 1) * long]
            yield
    described = Input(role, rect, layout, 0, rows=Rows.BOTTOM, space=kind.space)
    return Picture(described, pixels)


def read_scaled(image: bpy.types.Image, rect: Rect, role: str = "image") -> Work[Picture]:
    """All of an image, at the size of `rect`. Raises HostError."""
    require_pixels(image)
    kind, across = kind_of(image), image.size[0]
    numbers = numbers_of(image)
    yield
    numbers = f.resized(numbers, across, rect.width, rect.height)
    yield
    pixels = bytearray()
    for strip in strips(Part(0, 0, rect.width, rect.height, 0, 0)):
        pixels += _packed(f.cut(numbers, rect.width, *strip[:4]), kind)
        yield
    described = Input(role, rect, kind.layout, 0, rows=Rows.BOTTOM, space=kind.space)
    return Picture(described, pixels)


def _packed(piece: f.Floats, kind: Kind) -> bytes:
    if kind.is_premultiplied:
        piece = f.straight(piece)
    return f.to_floats(piece) if kind.is_float else f.to_bytes(piece)


# ---- writing -------------------------------------------------------------------------------------


class Pixels(NamedTuple):
    """A picture from elsewhere, with straight alpha."""

    width: int
    height: int
    layout: PixelLayout
    space: ColorSpace
    pixels: Buffer
    rows: Rows = Rows.TOP


def converted(picture: Pixels, kind: Kind) -> Work[f.Floats]:
    """As an image of a kind keeps it, but with straight alpha, the bottom row first."""
    given = memoryview(picture.pixels).cast("B")
    long = picture.width * picture.layout.bytes_per_pixel
    numbers = f.empty(picture.width * picture.height * 4)
    whole = Part(0, 0, picture.width, picture.height, 0, 0)
    for strip in strips(whole):
        is_top = picture.rows is Rows.TOP
        first = picture.height - strip.y - strip.height if is_top else strip.y
        piece = f.rgba(given[first * long : (first + strip.height) * long], picture.layout)
        if is_top:
            piece = f.flipped(piece, picture.width)
        if not kind.is_data and picture.space is not kind.space:
            piece = f.decode(piece) if kind.space is ColorSpace.LINEAR else f.encode(piece)
        f.paste(numbers, picture.width, 0, strip.y, picture.width, strip.height, piece)
        yield
    return numbers


def new_image(
    name: str,
    width: int,
    height: int,
    is_float: bool,
    pixels: Buffer,
    space: str = "",
    layout: PixelLayout | None = None,
    rows: Rows = Rows.TOP,
    numbers_are: ColorSpace | None = None,
) -> Work[bpy.types.Image]:
    """A new packed image. space: Blender's name of its colour space; empty: as is usual.

    pixels: straight, in `layout` (rgba8, or rgba32f for floats), and encoded as `numbers_are` says
    (as the image will be).
    """
    kind = plain_kind(is_float, space or (LINEAR if is_float else SRGB))
    given = numbers_are or kind.space
    picture = Pixels(width, height, layout or kind.layout, given, pixels, rows)
    numbers = yield from converted(picture, kind)
    if kind.is_premultiplied:
        numbers = f.premultiplied(numbers)
    return (yield from made_image(name, width, height, kind, numbers))


def made_image(
    name: str, width: int, height: int, kind: Kind, numbers: f.Floats
) -> Work[bpy.types.Image]:
    """A new image of these floats, packed: else redo and a saved file would have a black one."""
    files = None
    if not kind.is_float:
        files = yield from packing.files_of(numbers, width, height)
    return _made(name, width, height, kind, numbers, files)


def made_at_once(
    name: str, width: int, height: int, kind: Kind, numbers: f.Floats
) -> bpy.types.Image:
    """The same, larger, without a pause: for a small one that is soon gone."""
    files = None if kind.is_float else packing.files_at_once(numbers, width, height)
    return _made(name, width, height, kind, numbers, files)


def _made(
    name: str, width: int, height: int, kind: Kind, numbers: f.Floats, files: packing.Files | None
) -> bpy.types.Image:
    """files: of bytes. Floats are packed by Blender, which does not compress them: half a second
    for 4096²."""
    size = (width, height) if files is None else (1, 1)
    image = bpy.data.images.new(name, *size, alpha=True, float_buffer=kind.is_float)
    try:
        _set_space(image, kind)  # first: later it would throw the pixels away
        if files is not None:
            packing.fill(image, files)
        else:
            image.pixels.foreach_set(numbers)
            image.update()
            image.pack()
    except Exception:
        bpy.data.images.remove(image)
        raise
    return image


def _set_space(image: bpy.types.Image, kind: Kind) -> None:
    """Floats are linear whatever their file is: of a 16-bit PNG, Blender says sRGB."""
    wanted = LINEAR if kind.is_float and not kind.is_data else kind.colorspace
    if image.colorspace_settings.name != wanted:
        try:
            image.colorspace_settings.name = wanted
        except TypeError:  # a colour management of the studio's own, without it
            image.colorspace_settings.is_data = kind.is_data
    if kind.is_float:
        image.alpha_mode = "PREMUL" if kind.is_premultiplied else "CHANNEL_PACKED"


def write_region(
    image: bpy.types.Image,
    rect: Rect,
    pixels: Buffer,
    rows: Rows = Rows.TOP,
    layout: PixelLayout | None = None,
    space: ColorSpace | None = None,
) -> Work[None]:
    """Lay a picture with straight alpha over the image, in place: where its alpha is 0 not one bit
    changes. Blender can undo it. Beyond an edge it goes on at the opposite one. Raises HostError.

    layout, space: of the pixels; as `kind_of(image)` says unless told.
    """
    require_pixels(image, to_write=True)
    kind, key, size = kind_of(image), key_of(image), tuple(image.size)
    picture = Pixels(
        rect.width, rect.height, layout or kind.layout, space or kind.space, pixels, rows
    )
    piece = yield from converted(picture, kind)
    image = find_image(key)
    if tuple(image.size) != size or kind_of(image) != kind:
        raise HostError(
            say("The image “{name}” was changed meanwhile; try again.", name=image.name)
        )
    numbers = numbers_of(image)
    for _ in laid_over(numbers, canvas_of(image), rect, piece, kind):
        pass  # without a pause: what the artist paints meanwhile would be lost
    write_numbers(image, numbers)


def laid_over(
    numbers: f.Floats, canvas: Rect, rect: Rect, piece: f.Floats, kind: Kind
) -> Iterator[None]:
    """Put a straight picture over an image's floats, a few rows at a time."""
    for part in parts_of(rect, canvas):
        for strip in strips(part):
            below = f.cut(numbers, canvas.width, *strip[:4])
            above = f.cut(piece, rect.width, strip.to_x, strip.to_y, strip.width, strip.height)
            mixed = f.laid_over(below, above, kind.is_premultiplied)
            f.paste(numbers, canvas.width, *strip[:4], mixed)
            yield


def write_numbers(image: bpy.types.Image, numbers: f.Floats) -> None:
    """All its floats, so that it can be undone. Blender keeps them when the file is saved only if
    it is packed again then: see `keeping.pack_written`."""
    with pixel_step(image):
        image.pixels.foreach_set(numbers)
        image.update()
        image.update_tag()  # else a viewport that renders would not see it
    image[WRITTEN] = True
