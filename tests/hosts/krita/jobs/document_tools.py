"""What the jobs about documents share: work in pieces, pixels as numbers, colours on the canvas.

Runs inside Krita.
"""

from __future__ import annotations

import random
import struct
import time

from impasto.common.host import NewLayer
from impasto.protocol.pixels import ColorSpace, PixelLayout

KINDS = {"U8": "B", "U16": "H", "F16": "e", "F32": "f"}


def drive(work, pieces=None):
    """Does work in pieces as the plugin's pump does, one a turn; `pieces` collects their ms."""
    while True:
        started = time.perf_counter()
        try:
            next(work)
        except StopIteration as end:
            return end.value
        finally:
            if pieces is not None:
                pieces.append((time.perf_counter() - started) * 1000)
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


def noise(seed, count, depth, low=0.0, high=1.0):
    """`count` channels between parts of full scale, always the same."""
    chance = random.Random(seed)
    top = {"U8": 255, "U16": 65535}.get(depth)
    values = [chance.uniform(low, high) for _ in range(count)]
    return packed([round(v * top) for v in values] if top else values, depth)


def layer_of(name, rect, color, layout=PixelLayout.BGRA8, space=ColorSpace.SRGB):
    return NewLayer(name, rect, layout, space, bytes(color) * rect.area)
