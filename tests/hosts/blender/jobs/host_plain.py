"""In a Blender whose Python has no numpy: all that needs no rasterising works."""

import sys
from array import array

import bpy

for name in [each for each in sys.modules if each.partition(".")[0] == "numpy"]:
    del sys.modules[name]
sys.modules["numpy"] = None

from impasto.blender_host import IN_PLACE, NEW, BlenderHost  # noqa: E402
from impasto.common.host import HostError, NewLayer  # noqa: E402
from impasto.host import images  # noqa: E402
from impasto.host.floats import HAS_NUMPY  # noqa: E402
from impasto.host.masks import MaskSource  # noqa: E402
from impasto.protocol.geometry import Rect  # noqa: E402
from impasto.protocol.pixels import ColorSpace, PixelLayout  # noqa: E402
from impasto.surface import view_of  # noqa: E402


def job(tools):
    tools.new_file()
    obj = tools.add("cube")
    host = BlenderHost()
    host.choose(None, obj.name)
    pixels = bytes(range(256)) * 4
    layer = NewLayer("moss", Rect(0, 0, 16, 16), PixelLayout.RGBA8, ColorSpace.SRGB, pixels)
    key = drive(host.add_layers(NEW, [layer], None, "moss"))[0]
    name = images.find_image(key).name
    host.choose(name, obj.name, lays=IN_PLACE)
    read = drive(host.read_pixels(key, Rect(0, 0, 16, 16), None))
    rows = [bytes(read.pixels[start : start + 64]) for start in range(0, 1024, 64)]
    patch = NewLayer(
        "red", Rect(4, 4, 2, 2), PixelLayout.RGBA8, ColorSpace.SRGB, bytes((255, 0, 0, 255)) * 4
    )
    drive(host.add_layers(key, [patch], None, "red"))
    floats = array("f", bytes(4 * 1024))
    images.find_image(key).pixels.foreach_get(floats)
    host.choose(name, obj.name, MaskSource("faces"))
    return {
        "numpy": HAS_NUMPY,
        "exact": b"".join(reversed(rows)) == pixels,
        "red": [round(value * 255) for value in floats[(11 * 16 + 4) * 4 : (11 * 16 + 4) * 4 + 4]],
        "faces": host.why_no_mask(),
        "view": refused(lambda: view_of(host)),
    }


def drive(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def refused(deed):
    try:
        deed()
    except HostError as error:
        return str(error)
    return f"nothing in {bpy.app.version_string}"
