"""Previews over the canvas, in the place where the layer would be, and the document untouched."""

from document_tools import close, layer_of, packed
from impasto.common.host import NewLayer
from impasto.host import KritaHost
from impasto.protocol.geometry import Rect
from impasto.protocol.pixels import ColorSpace, PixelLayout
from impasto.qt import QtCore, QtWidgets

RECT = Rect(100, 75, 200, 150)
VIEWS = {
    "plain": (1.0, 0, False),
    "zoomed": (2.0, 0, False),
    "small": (0.5, 0, False),
    "turned": (1.0, 30, False),
    "turned and mirrored": (0.8, 45, True),
}


def job(tools):
    """A red rectangle in the document, a green one previewed on it: one must hide the other."""
    host, document = KritaHost(), (yield from red_document(tools))
    key = host.active_document().key
    before = yield from tools.undo_steps()
    green = layer_of("green", RECT, (0, 200, 0, 255))
    found = {"cover": {}}
    for name, (zoom, angle, mirror) in VIEWS.items():
        canvas = tools.window.activeView().canvas()
        canvas.setMirror(mirror)
        canvas.setRotation(angle)
        canvas.setZoomLevel(zoom)
        yield 500
        red = places_of(tools, is_red)
        host.show_preview(key, green)
        yield 400
        if name == "turned" and "picture" in tools.arguments:
            tools.screenshot(tools.arguments["picture"])
        both = len(red & places_of(tools, is_green))
        found["cover"][name] = [len(red), both, len(places_of(tools, is_red))]
        host.show_preview(key, None)
        yield 300
    canvas.setMirror(False)
    canvas.setRotation(0)
    host.show_preview(key, green)
    found["followed"] = []
    for zoom in (1.5, 0.6):  # it follows by itself
        canvas.setZoomLevel(zoom)
        yield 600
        found["followed"].append(len(places_of(tools, is_red)))
    canvas.setZoomLevel(1.0)
    host.show_preview(key, None)
    yield 200
    found["layouts"] = yield from layouts(tools, host, key)
    found["taken away"] = len(overlays(tools)) == 0
    found["same steps"] = before == (yield from tools.undo_steps())
    found["modified"] = document.modified()
    found["layers"] = len(host.layers(key))
    found["tabs"] = yield from in_two_tabs(tools, host, document, key)
    return found


def red_document(tools):
    """With 300 pixels to the inch: Krita's zoom is in another unit then."""
    document = tools.app.createDocument(
        400, 300, "red", "RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc", 300.0
    )
    tools.window.addView(document)
    yield from tools.until(document.activeNode, "the new document's layer")
    document.activeNode().setPixelData(bytes((0, 0, 255, 255)) * RECT.area, *RECT)
    document.refreshProjection()
    document.setModified(False)
    yield 300
    return document


def in_two_tabs(tools, host, document, key):
    green = layer_of("green", RECT, (0, 200, 0, 255))
    host.show_preview(key, green)
    other = yield from tools.new_document(50, 50)
    yield 300
    found = {"stays": len(overlays(tools))}
    host.show_preview(host.active_document().key, green)
    yield 200
    found["each its own"] = len(overlays(tools))
    host.show_preview(key, green)
    yield 200
    found["also behind"] = len(overlays(tools))
    close(document)
    yield 300
    found["gone with its view"] = len(overlays(tools))
    close(other)
    yield 300
    return found


def layouts(tools, host, key):
    """The same green in every layout, as the screen shows it in the middle of the rectangle."""
    half = 0.2140411  # 0.5 in sRGB
    pixels = {
        (PixelLayout.BGRA8, ColorSpace.SRGB): bytes((0, 128, 0, 255)),
        (PixelLayout.RGBA8, ColorSpace.SRGB): bytes((0, 128, 0, 255)),
        (PixelLayout.BGRA16, ColorSpace.SRGB): packed([0, 32896, 0, 65535], "U16"),
        (PixelLayout.RGBA16, ColorSpace.LINEAR): packed([0, 14027, 0, 65535], "U16"),
        (PixelLayout.RGBA16F, ColorSpace.LINEAR): packed([-0.5, half, 0, 1], "F16"),
        (PixelLayout.RGBA32F, ColorSpace.LINEAR): packed([-0.5, half, 0, 1], "F32"),
        (PixelLayout.RGBA32F, ColorSpace.SRGB): packed([float("nan"), 0.5, 0, 7], "F32"),
        (PixelLayout.GRAYA8, ColorSpace.SRGB): bytes((128, 255)),
        (PixelLayout.GRAY16, ColorSpace.LINEAR): packed([14027], "U16"),
        (PixelLayout.GRAY32F, ColorSpace.SRGB): packed([0.5], "F32"),
    }
    found = {}
    for (layout, space), pixel in pixels.items():
        host.show_preview(key, NewLayer("green", RECT, layout, space, pixel * RECT.area))
        yield 300
        found[f"{layout.value} {space.value}"] = color_in_the_middle(tools)
    host.show_preview(key, None)
    yield 100
    return found


def overlays(tools):
    window = tools.window.qwindow()
    return [
        each
        for each in window.findChildren(QtWidgets.QWidget, "impasto_preview")
        if each.isVisibleTo(each.parentWidget())
    ]


def canvas_image(tools):
    """What is on the canvas in front."""
    window = tools.window.qwindow()
    frame = window.findChild(QtWidgets.QMdiArea).activeSubWindow()
    names = ("KisOpenGLCanvas2", "KisQPainterCanvas")
    canvas = next(
        w for w in frame.findChildren(QtWidgets.QWidget) if w.metaObject().className() in names
    )
    corner = canvas.mapTo(window, QtCore.QPoint(0, 0))
    return window.grab(QtCore.QRect(corner, canvas.size())).toImage()


def places_of(tools, test):
    image = canvas_image(tools)
    return {
        (x, y)
        for y in range(0, image.height(), 4)
        for x in range(0, image.width(), 4)
        if test(image.pixelColor(x, y))
    }


def is_red(color):
    return color.red() > 150 and color.green() < 90


def is_green(color):
    return color.green() > 150 and color.red() < 90


def color_in_the_middle(tools):
    """Of the widget's part that the rectangle's middle falls on: the canvas is centred on it."""
    image = canvas_image(tools)
    color = image.pixelColor(image.width() // 2, image.height() // 2)
    return [color.red(), color.green(), color.blue()]
