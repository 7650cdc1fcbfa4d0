"""What the jobs about GimpHost share: pictures of every layout, work driven to its end, errors.

Import it after `sys.path` has the built plugin.
"""

import random
import struct
import sys
import time
from array import array

from impasto_gimp.common.host import HostError, NewLayer
from impasto_gimp.host import GimpHost
from impasto_gimp.protocol.geometry import Rect
from impasto_gimp.protocol.pixels import ColorSpace, PixelLayout

__all__ = ["ColorSpace", "GimpHost", "HostError", "NewLayer", "PixelLayout", "Rect"]


def drive(work, pieces=None):
    """The result of work in pieces. pieces: takes how long each took, in ms."""
    while True:
        started = time.perf_counter()
        try:
            next(work)
        except StopIteration as end:
            return end.value
        finally:
            if pieces is not None:
                pieces.append(1000 * (time.perf_counter() - started))


def noise(seed, count, layout, low=0.0, high=1.0):
    """`count` random channel values; floats between low and high."""
    chance = random.Random(seed)
    if not layout.is_float:
        return chance.randbytes(count * layout.bytes_per_channel)
    values = [chance.uniform(low, high) for _ in range(count)]
    if layout.bytes_per_channel == 4:
        return array("f", values).tobytes()
    return struct.pack(f"<{count}e", *values)


def values(pixels, layout):
    """As numbers."""
    data = bytes(pixels)
    code = {"1": "B", "2": "H", "2f": "e", "4f": "f"}[
        f"{layout.bytes_per_channel}{'f' if layout.is_float else ''}"
    ]
    return struct.unpack(f"<{len(data) // layout.bytes_per_channel}{code}", data)


def difference(one, other, layout):
    return max(abs(a - b) for a, b in zip(values(one, layout), values(other, layout), strict=True))


def flat(name, rect, pixel, layout=PixelLayout.RGBA8, space=ColorSpace.SRGB, record=""):
    """A layer of one color. pixel: bytes, or the numbers of an 8-bit one."""
    return NewLayer(name, rect, layout, space, bytes(pixel) * rect.area, record)


def settle(tools, until=lambda: False, turns=200):
    """Turns of GLib's loop, until something is true; large previews are filled in it."""
    context = tools.GLib.MainContext.default()
    for _ in range(turns):
        if until():
            return
        context.iteration(False)
        tools.GLib.usleep(2000)


def show(tools, host, key, layer):
    """A preview that is on the canvas before this ends, however busy the machine."""
    host.show_preview(key, layer)
    settle(tools, lambda: not host._previews._filling, turns=5000)


def refused(deed):
    """What a deed raised, as text; work is driven."""
    try:
        work = deed()
        if hasattr(work, "send"):
            drive(work)
    except HostError as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:
        return f"!! {type(error).__name__}: {error}"
    return "nothing"


sys.dont_write_bytecode = True
