"""Shows a picture over the canvas, as if it were a layer, without touching the document.

A widget of ours lies on Krita's own; it takes no clicks, adds no undo step, and goes with the view.
"""

from __future__ import annotations

from plugins.common.host import NewLayer
from plugins.krita.canvas import Canvas, canvases_of, image_transform
from plugins.krita.qt import QtCore, QtGui, QtWidgets, is_deleted
from plugins.krita.screen import ScreenPicture
from protocol.geometry import Rect

PIECE_MS = 15


class Previews:
    """At most one picture a document, on all its views."""

    def __init__(self) -> None:
        self._shown: dict[str, list[Overlay]] = {}

    def show(self, document: str, layer: NewLayer | None) -> None:
        """Replace what is shown; None takes it away. Views opened later do not show it."""
        for overlay in self._shown.pop(document, []):
            if not is_deleted(overlay):
                overlay.end()
        if layer is not None and not layer.rect.is_empty:
            picture = ScreenPicture(layer)
            overlays = [Overlay(each, layer.rect, picture) for each in canvases_of(document)]
            self._shown[document] = overlays
        for closed in [key for key, each in self._shown.items() if all(map(is_deleted, each))]:
            del self._shown[closed]


class Overlay(QtWidgets.QWidget):
    """A picture within a rectangle of the image, and that rectangle's outline, above a canvas."""

    def __init__(self, canvas: Canvas, rect: Rect, picture: ScreenPicture) -> None:
        super().__init__(canvas.widget)
        self.setObjectName("impasto_preview")
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self._canvas = canvas
        self._rect = QtCore.QRectF(*rect)
        self._picture = picture
        self._transform = image_transform(canvas)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._paint_more)
        self._timer.start(0)
        canvas.widget.installEventFilter(self)
        self.setGeometry(canvas.widget.rect())
        self.show()
        self.raise_()

    def end(self) -> None:
        """Take it away; what lies below is painted again."""
        self._timer.stop()
        self._canvas.widget.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        kind = event.type()
        if kind == QtCore.QEvent.Type.Resize:
            self.setGeometry(self._canvas.widget.rect())
        if kind in (QtCore.QEvent.Type.Paint, QtCore.QEvent.Type.Resize):
            transform = image_transform(self._canvas)
            if transform != self._transform:  # zoomed or moved: Krita has no signal for it
                self._transform = transform
                self.update()
        return False

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        try:
            painter.setTransform(self._transform)
            smooth = abs(self._transform.determinant()) < 1.0
            painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(self._rect, self._picture.image)
            self._outline(painter)
        finally:
            painter.end()

    def _outline(self, painter: QtGui.QPainter) -> None:
        """One dark and one light line, a screen pixel wide at any zoom: seen on every ground."""
        for colour, style in (
            (QtGui.QColor(0, 0, 0, 160), QtCore.Qt.PenStyle.SolidLine),
            (QtGui.QColor(255, 255, 255, 200), QtCore.Qt.PenStyle.DashLine),
        ):
            pen = QtGui.QPen(colour, 1, style)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(self._rect)

    def _paint_more(self) -> None:
        if self._picture.advance(PIECE_MS / 2 / 1000):  # painting what is there takes its time too
            self._timer.stop()
        self.update()
