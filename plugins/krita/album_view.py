"""What was painted for this document, folded away: one row of small pictures per job."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from plugins.common.album import SIDE, Album, Page
from plugins.common.phrases import say
from plugins.krita.fold import Fold
from plugins.krita.qt import QtCore, QtGui, QtWidgets

_JOB = QtCore.Qt.ItemDataRole.UserRole
_ROWS_SHOWN = 3
_SIDE = SIDE * 3 // 4


class AlbumView(QtWidgets.QWidget):
    """reopen: gets the job of the row that is clicked, to bring its pictures back."""

    def __init__(self, reopen: Callable[[str], None]) -> None:
        super().__init__()
        self._reopen = reopen
        self._drawn: object = None
        self._list = QtWidgets.QListWidget()
        self._list.setIconSize(QtCore.QSize(4 * _SIDE, _SIDE))
        self._list.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.itemClicked.connect(lambda item: self._reopen(item.data(_JOB)))
        self._fold = Fold(self._list)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._fold)
        column.addWidget(self._list)

    def draw(self, album: Album, shown: set[str]) -> None:
        """shown: jobs whose pictures are among the candidates already."""
        pages = [page for page in album.pages if page.ticket.job not in shown]
        drawn = [(page.ticket.job, page.pictures) for page in pages]
        self.setVisible(bool(pages))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._fold.setText(say("Painted before ({count})", count=len(pages)))
        self._list.clear()
        for page in pages:
            item = QtWidgets.QListWidgetItem(_strip(page), page.ticket.title)
            item.setData(_JOB, page.ticket.job)
            item.setToolTip(say("Show these pictures again: {title}", title=page.ticket.title))
            self._list.addItem(item)
        height = (_SIDE + 8) * min(len(pages), _ROWS_SHOWN) + 4
        self._list.setFixedHeight(height)


def _strip(page: Page) -> QtGui.QIcon:
    """Up to four of the job's pictures side by side."""
    pictures = page.pictures[:4]
    shown = QtGui.QPixmap(max(1, len(pictures)) * _SIDE, _SIDE)
    shown.fill(QtGui.QColor(0, 0, 0, 0))
    painter = QtGui.QPainter(shown)
    ratio = QtCore.Qt.AspectRatioMode.KeepAspectRatio
    smooth = QtCore.Qt.TransformationMode.SmoothTransformation
    for place, picture in enumerate(pictures):
        image = QtGui.QImage.fromData(b64decode(picture.png))
        if not image.isNull():
            small = image.scaled(_SIDE - 2, _SIDE - 2, ratio, smooth)
            painter.drawImage(place * _SIDE, (_SIDE - small.height()) // 2, small)
    painter.end()
    return QtGui.QIcon(shown)
