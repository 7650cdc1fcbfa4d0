"""What the jobs about documents share: work in pieces, pixels as numbers, colours on the canvas.

Runs inside Krita.
"""

from __future__ import annotations

import gc
import random
import struct
import time

from impasto.common.host import NewLayer
from impasto.protocol.pixels import ColorSpace, PixelLayout
from impasto.sidedoc import SideDocument

KINDS = {"U8": "B", "U16": "H", "F16": "e", "F32": "f"}


def drive(work, pieces=None):
    """Does work in pieces as the plugin's pump does, one a turn; `pieces` collects their ms, this
    thread's own: what other programs take meanwhile does not count."""
    while True:
        started = time.thread_time()
        try:
            next(work)
        except StopIteration as end:
            return end.value
        finally:
            if pieces is not None:
                pieces.append((time.thread_time() - started) * 1000)
        yield 0


def components(pixels, depth):
    """All channels of all pixels as numbers."""
    code = KINDS[depth]
    return struct.unpack(f"<{len(pixels) // struct.calcsize(code)}{code}", bytes(pixels))


def packed(values, depth):
    return struct.pack(f"<{len(values)}{KINDS[depth]}", *values)


def node_of(document, layer):
    """Krita 5.1's `nodeByUniqueID` gives no Node."""
    nodes = [document.rootNode()]
    while nodes:
        node = nodes.pop()
        if node.uniqueId().toString() == layer:
            return node
        nodes += node.childNodes()
    return None


def close(document):
    document.setModified(False)
    document.close()


def left_open():
    """How many documents for conversion are; Krita does not list clones."""
    return sum(isinstance(each, SideDocument) and each.is_open for each in gc.get_objects())


def noise(seed, count, depth, low=0.0, high=1.0):
    """`count` channels between parts of full scale, always the same."""
    chance = random.Random(seed)
    top = {"U8": 255, "U16": 65535}.get(depth)
    values = [chance.uniform(low, high) for _ in range(count)]
    return packed([round(v * top) for v in values] if top else values, depth)


def layer_of(name, rect, color, layout=PixelLayout.BGRA8, space=ColorSpace.SRGB):
    return NewLayer(name, rect, layout, space, bytes(color) * rect.area)
