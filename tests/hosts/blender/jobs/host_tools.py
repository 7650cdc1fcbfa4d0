"""What the jobs about BlenderHost share: work driven to its end, pixels, undo, errors.

Import it after `sys.path` has the built plugin.
"""

import sys

import bpy
import numpy as np
from impasto.blender_host import IN_PLACE, NEW, BlenderHost
from impasto.common.host import HostError, NewLayer
from impasto.common.record import LayerRecord
from impasto.host import images, keeping, material, undo
from impasto.host.masks import MaskSource
from impasto.protocol.geometry import Rect
from impasto.protocol.jobs import Painted
from impasto.protocol.messages import Item
from impasto.protocol.pixels import ColorSpace, PixelLayout, Rows

__all__ = [
    "IN_PLACE", "NEW", "BlenderHost", "ColorSpace", "HostError", "Item", "LayerRecord",
    "MaskSource", "NewLayer", "Painted", "PixelLayout", "Rect", "Rows", "images", "keeping",
    "material", "undo",
]  # fmt: skip

sys.dont_write_bytecode = True


def parts(tools, *wanted):
    """Each part in an empty file."""
    found = {}
    for part in wanted:
        tools.new_file()
        found[part.__name__] = part(tools)
    return found


def drive(work):
    """The result of work in pieces."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def refused(deed):
    """What a deed raised, as text; work is driven."""
    try:
        work = deed()
        if hasattr(work, "send"):
            drive(work)
    except HostError as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


def stored(image):
    """All its floats as they are, (height, width, 4), the top row first."""
    width, height = image.size
    flat = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(flat)
    return flat.reshape(height, width, 4)[::-1].copy()


def noise(seed, width, height, layout=PixelLayout.RGBA8):
    """Random numbers as an array, the top row first; opaque are a third of them."""
    random = np.random.default_rng(seed)
    shape = height, width, layout.channels
    if layout.is_float:
        found = random.uniform(0, 4, shape).astype(
            np.float16 if layout.bytes_per_channel == 2 else np.float32
        )
        top = 1.0
    else:
        kind = np.uint8 if layout.bytes_per_channel == 1 else np.uint16
        top = np.iinfo(kind).max
        found = random.integers(0, top + 1, shape).astype(kind)
    if layout.has_alpha:
        found[..., -1] = np.where(random.random(shape[:2]) < 0.33, top, found[..., -1])
        if layout.is_float:
            found[..., -1] = np.clip(found[..., -1], 0.05, 1)
    return found


def layer_of(pixels, rect=None, name="moss", layout=PixelLayout.RGBA8, space=ColorSpace.SRGB,
             record=""):  # fmt: skip
    rect = rect or Rect(0, 0, pixels.shape[1], pixels.shape[0])
    return NewLayer(name, rect, layout, space, np.ascontiguousarray(pixels).tobytes(), record)


def flat(color, width=8, height=8):
    return np.tile(np.array(color, np.uint8), (height, width, 1))


def recorded(layer, intent, params=None):
    """The same with a record that says what it was painted for."""
    kept = LayerRecord(
        "job", intent, layer.name, layer.rect, layer.layout, layer.space,
        record={"operation": "generate", "params": params or {}},
    )  # fmt: skip
    return NewLayer(*[getattr(layer, each) for each in
                      ("name", "rect", "layout", "space", "pixels")], kept.to_text())  # fmt: skip


def array_of(picture):
    """A picture that was read, (height, width, channels), the top row first."""
    entry = picture.input
    layout = entry.layout
    kind = np.dtype(f"<{'f' if layout.is_float else 'u'}{layout.bytes_per_channel}")
    found = np.frombuffer(bytes(picture.pixels), kind)
    found = found.reshape(entry.rect.height, entry.rect.width, layout.channels)
    return found[::-1] if entry.rows is Rows.BOTTOM else found


def reopened(tools, name="saved.blend"):
    """Save the file and open it again."""
    path = str(tools.folder / name)
    keeping.pack_written()
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)


def host_for(image=None, obj=None, mask=None, **more):
    host = BlenderHost()
    host.choose(image.name if image else None, obj.name if obj else None, mask, **more)
    return host
