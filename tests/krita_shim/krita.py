"""Krita's own module, as far as the plugin and its tests use it, where Krita is absent: on PyQt6.

What Krita does is done, in little: windows with tabs, actions, dockers, documents of plain bytes.
Nothing beyond what is used; tests/hosts/krita/test_shim.py compares all of it with the real one.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import ClassVar

from PyQt6 import QtCore, QtGui, QtWidgets

from protocol.geometry import Rect
from tests.krita_shim.documents import Document, Handle, Layer, Node, Page, Selection
from tests.krita_shim.raster import Format, Raster, encoded

__all__ = [
    "Canvas",
    "DockWidget",
    "DockWidgetFactory",
    "DockWidgetFactoryBase",
    "Document",
    "Extension",
    "Krita",
    "Node",
    "Notifier",
    "Selection",
    "View",
    "Window",
]

_INCH = 72.0


# ---- what plugins inherit ------------------------------------------------------------------------


class Extension(QtCore.QObject):
    def setup(self) -> None:
        raise NotImplementedError("Krita calls it, and plugins must have it.")

    def createActions(self, window: Window) -> None:
        raise NotImplementedError("Krita calls it, and plugins must have it.")


class DockWidget(QtWidgets.QDockWidget):
    def canvasChanged(self, canvas: Canvas | None) -> None:
        raise NotImplementedError("Krita calls it, and plugins must have it.")


class DockWidgetFactoryBase:
    class DockPosition(enum.IntEnum):
        DockRight = 3

    def __init__(self, _id: str, _dockPosition: DockPosition) -> None:
        self._id = _id

    def id(self) -> str:
        return self._id


class DockWidgetFactory(DockWidgetFactoryBase):
    def __init__(
        self,
        _id: str,
        _dockPosition: DockWidgetFactoryBase.DockPosition,
        _klass: Callable[[], DockWidget],
    ) -> None:
        super().__init__(_id, _dockPosition)
        self.klass = _klass

    def createDockWidget(self) -> DockWidget:
        return self.klass()


# ---- windows -------------------------------------------------------------------------------------


class KisQPainterCanvas(QtWidgets.QWidget):
    """What a view is painted on: not in Krita's module, but found by its class's name."""


class _Tab(QtWidgets.QMdiSubWindow):
    """What a view stands for: its frame, and its document. The image lies in its upper left."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.zoom = page, 1.0
        area = QtWidgets.QScrollArea()
        self.canvas = KisQPainterCanvas()
        self.canvas.setFixedSize(page.canvas.width, page.canvas.height)
        area.setWidget(self.canvas)
        self.setWidget(area)


class Canvas(Handle):
    def __init__(self, tab: _Tab) -> None:
        super().__init__(tab)
        self._tab = tab

    def zoomLevel(self) -> float:
        """1.0 is not the zoom of 100 %, but an image pixel on 72 to the inch."""
        return self._tab.zoom * self._tab.page.resolution / _INCH

    def setZoomLevel(self, value: float) -> None:
        self._tab.zoom = value

    def rotation(self) -> float:
        return 0.0

    def mirror(self) -> bool:
        return False


class View(Handle):
    def __init__(self, tab: _Tab) -> None:
        super().__init__(tab)
        self._tab = tab

    def document(self) -> Document:
        return Document(self._tab.page)

    def canvas(self) -> Canvas:
        return Canvas(self._tab)

    def flakeToImageTransform(self) -> QtGui.QTransform:
        """Flake counts in points."""
        scale = self._tab.page.resolution / _INCH
        return QtGui.QTransform.fromScale(scale, scale)

    def flakeToCanvasTransform(self) -> QtGui.QTransform:
        scale = self._tab.zoom * self._tab.page.resolution / _INCH
        return QtGui.QTransform.fromScale(scale, scale)

    def showFloatingMessage(
        self, message: str, icon: QtGui.QIcon, timeout: int, priority: int
    ) -> None:
        label = QtWidgets.QLabel(message, self._tab.canvas)
        label.show()
        timer = QtCore.QTimer(label)  # goes with it
        timer.timeout.connect(label.deleteLater)
        timer.start(timeout)


class _MainWindow(QtWidgets.QMainWindow):
    """What a Window stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.area = QtWidgets.QMdiArea()
        self.area.setViewMode(QtWidgets.QMdiArea.ViewMode.TabbedView)
        self.setCentralWidget(self.area)
        self.area.subWindowActivated.connect(self.tell_dockers)

    @property
    def tabs(self) -> list[_Tab]:
        return [each for each in self.area.subWindowList() if isinstance(each, _Tab)]

    def tell_dockers(self, tab: QtWidgets.QMdiSubWindow | None) -> None:
        for docker in self.findChildren(DockWidget):
            docker.canvasChanged(Canvas(tab) if isinstance(tab, _Tab) else None)


class Window(Handle):
    def __init__(self, window: _MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def qwindow(self) -> QtWidgets.QMainWindow:
        return self._window

    def views(self) -> list[View]:
        return [View(tab) for tab in self._window.tabs]

    def activeView(self) -> View | None:
        tab = self._window.area.activeSubWindow()
        return View(tab) if isinstance(tab, _Tab) else None

    def addView(self, document: Document) -> View | None:
        page = document._page
        if not page.is_open:
            return None
        tab = _Tab(page)
        page.views += 1
        self._window.area.addSubWindow(tab)
        tab.show()
        document.setActiveNode(Node(page.root.children[-1]))
        return View(tab)

    def createAction(self, id: str, text: str, menuLocation: str) -> QtGui.QAction:
        action = QtGui.QAction(text, self._window)
        action.setObjectName(id)
        return action

    def close(self) -> None:
        Krita.instance()._main_windows.remove(self._window)
        self._window.close()
        self._window.deleteLater()


# ---- the program ---------------------------------------------------------------------------------


class Notifier(QtCore.QObject):
    applicationClosing = QtCore.pyqtSignal()

    def setActive(self, value: bool) -> None:
        """Always is."""


class Krita(QtCore.QObject):
    _only: ClassVar[Krita | None] = None

    def __init__(self) -> None:
        super().__init__()
        self._notifier = Notifier()
        self._extensions: list[Extension] = []
        self._factories: list[DockWidgetFactory] = []
        self._main_windows: list[_MainWindow] = []
        self._pages: list[Page] = []

    @staticmethod
    def instance() -> Krita:
        if Krita._only is None:
            Krita._only = Krita()
        return Krita._only

    def notifier(self) -> Notifier:
        return self._notifier

    def icon(self, iconName: str) -> QtGui.QIcon:
        return QtGui.QIcon()

    # Plugins

    def addExtension(self, extension: Extension) -> None:
        self._extensions.append(extension)
        extension.setup()

    def addDockWidgetFactory(self, factory: DockWidgetFactory) -> None:
        self._factories.append(factory)

    # Windows

    def openWindow(self) -> Window:
        main = _MainWindow()
        window = Window(main)
        self._main_windows.append(main)
        select = QtGui.QAction("Select All", main)
        select.setObjectName("select_all")
        select.triggered.connect(self._select_all)
        for extension in self._extensions:
            extension.createActions(window)
        for factory in self._factories:
            docker = factory.createDockWidget()
            docker.setObjectName(factory.id())
            main.addDockWidget(QtCore.Qt.DockWidgetArea.RightDockWidgetArea, docker)
        main.show()
        return window

    def windows(self) -> list[Window]:
        return [Window(each) for each in self._main_windows]

    def activeWindow(self) -> Window | None:
        """The one that was opened last: there is no window manager."""
        return Window(self._main_windows[-1]) if self._main_windows else None

    def action(self, name: str) -> QtGui.QAction | None:
        window = self.activeWindow()
        return window.qwindow().findChild(QtGui.QAction, name) if window is not None else None

    def _select_all(self) -> None:
        document = self.activeDocument()
        if document is not None:
            selection = Selection()
            selection.select(0, 0, document.width(), document.height(), 255)
            document.setSelection(selection)

    # Documents

    def documents(self) -> list[Document]:
        return [Document(page) for page in self._pages]

    def activeDocument(self) -> Document | None:
        window = self.activeWindow()
        view = window.activeView() if window is not None else None
        return view.document() if view is not None else None

    def createDocument(
        self,
        width: int,
        height: int,
        name: str,
        colorModel: str,
        colorDepth: str,
        profile: str,
        resolution: float,
    ) -> Document | None:
        """With one layer, "Background", all white: its pixels outside the canvas are white too."""
        format_ = Format(colorModel, colorDepth, profile)
        if not format_.is_known:
            return None
        page = Page(name, Rect(0, 0, width, height), format_, resolution)
        white = encoded([(1.0, 1.0, 1.0, 1.0)], format_)
        ground = Layer("Background", "paintlayer", Raster(format_, white), page, page.root)
        page.root.children.append(ground)
        page.close = self._close
        self._pages.append(page)
        return Document(page)

    def _close(self, page: Page) -> None:
        self._pages.remove(page)
        for main in self._main_windows:
            for tab in main.tabs:
                if tab.page is page:
                    main.area.removeSubWindow(tab)
                    tab.deleteLater()
            if not main.tabs:
                main.tell_dockers(None)
