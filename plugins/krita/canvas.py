"""Where a document is on the screen: the widget of each of its views, and image to widget pixels.

Krita's API gives neither widget nor, before 5.2, a transform; both come from its window. Changes
nothing, and makes no widget.
"""

from __future__ import annotations

from typing import NamedTuple

from plugins.krita.qt import QtCore, QtGui, QtWidgets, krita

CANVASES = ("KisOpenGLCanvas2", "KisQPainterCanvas")


class Canvas(NamedTuple):
    """One view of a document, and the widget that it is painted on."""

    view: krita.View
    widget: QtWidgets.QWidget


def canvases_of(document: str) -> list[Canvas]:
    """All views of the document with that key, in all windows."""
    found = []
    for window in krita.Krita.instance().windows():
        for view, frame in _views(window):
            if _key(view) == document:
                found += [Canvas(view, widget) for widget in _canvas_widgets(frame)[:1]]
    return found


def image_transform(canvas: Canvas) -> QtGui.QTransform:
    """From image pixels to the widget's: zoom, place, rotation, mirror."""
    view = canvas.view
    if not hasattr(view, "flakeToImageTransform"):
        return _older_transform(canvas)
    inverse, _ = view.flakeToImageTransform().inverted()
    return inverse * view.flakeToCanvasTransform()


def _older_transform(canvas: Canvas) -> QtGui.QTransform:
    """Krita 5.1: the scroll bars say where the image's bounding box begins."""
    document, seen = canvas.view.document(), canvas.view.canvas()
    zoom = seen.zoomLevel() * 72.0 / document.resolution()
    turned = QtGui.QTransform.fromScale(-zoom if seen.mirror() else zoom, zoom)
    turned *= QtGui.QTransform().rotate(seen.rotation())
    box = turned.mapRect(QtCore.QRectF(0, 0, document.width(), document.height()))
    area = canvas.widget.parentWidget()
    while area is not None and not isinstance(area, QtWidgets.QAbstractScrollArea):
        area = area.parentWidget()
    across = area.horizontalScrollBar().value() if area else 0
    down = area.verticalScrollBar().value() if area else 0
    return turned * QtGui.QTransform.fromTranslate(-across - box.x(), -down - box.y())


def _views(window: krita.Window) -> list[tuple[krita.View, QtWidgets.QMdiSubWindow]]:
    """Each view with its frame. Krita does not say which belong together; both lists are in the
    order of opening, and where that does not fit the active pair is all that is known."""
    area = window.qwindow().findChild(QtWidgets.QMdiArea)
    if area is None:
        return []
    views, frames = window.views(), area.subWindowList()
    active_view, active_frame = window.activeView(), area.activeSubWindow()
    pairs = list(zip(views, frames, strict=False))
    if len(views) == len(frames) and (active_view, active_frame) in pairs:
        return pairs
    return [(active_view, active_frame)] if active_view and active_frame else []


def _canvas_widgets(frame: QtWidgets.QMdiSubWindow) -> list[QtWidgets.QWidget]:
    widgets = frame.findChildren(QtWidgets.QWidget)
    return [each for each in widgets if each.metaObject().className() in CANVASES]


def _key(view: krita.View) -> str:
    document = view.document()
    root = document.rootNode() if document is not None else None
    return root.uniqueId().toString() if root is not None else ""
