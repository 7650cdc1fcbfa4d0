"""Candidates as thumbnails: click to see one on the canvas, choose several to apply together.

Shows what it is given; what becomes of a candidate is the docker's to decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from plugins.common.phrases import say
from plugins.common.tasks import Candidate
from plugins.common.wording import about
from plugins.krita.pictures import small_image
from plugins.krita.qt import QtCore, QtGui, QtWidgets

SIDE = 78
_GAP, _MARK, _FRAME = 3, 9, 3
_ROWS_SHOWN = 2
_CANDIDATE = QtCore.Qt.ItemDataRole.UserRole


class CandidateStrip(QtWidgets.QListWidget):
    """picked: the candidates that are chosen now, the clicked one first; none when it is over."""

    picked = QtCore.pyqtSignal(object)
    wanted = QtCore.pyqtSignal()
    """Double click or Enter: apply what is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[tuple[int, bool]] = []
        self._seen: set[tuple[str, int]] = set()
        self._images: dict[tuple[str, int], QtGui.QImage] = {}
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setIconSize(QtCore.QSize(SIDE, SIDE))
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        palette = self.palette()  # Qt's own mark of what is chosen is a stripe below the picture
        palette.setColor(QtGui.QPalette.ColorRole.Highlight, QtGui.QColor(0, 0, 0, 0))
        self.setPalette(palette)
        self.setAccessibleName(say("Candidates"))
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._draw_next)
        self.itemSelectionChanged.connect(self._pick)
        self.itemActivated.connect(lambda _: self.wanted.emit())

    @property
    def chosen(self) -> list[Candidate]:
        """In the order in which they are shown, the best first."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        return [self.item(row).data(_CANDIDATE) for row in rows]

    def draw(self, candidates: Sequence[Candidate]) -> None:
        """Show these; what was chosen stays chosen. New ones come with the first one chosen."""
        drawn = [(id(candidate), candidate.is_applied) for candidate in candidates]
        if drawn == self._drawn:
            return
        chosen = self.chosen
        before = {id(candidate) for candidate in chosen}
        fresh = [each for each in candidates if (each.ticket.job, each.place) not in self._seen]
        self._seen |= {(each.ticket.job, each.place) for each in fresh}
        self._drawn = drawn
        self.blockSignals(True)
        self.clear()
        known, self._images = self._images, {}
        for candidate in candidates:
            item = QtWidgets.QListWidgetItem()
            item.setData(_CANDIDATE, candidate)
            item.setToolTip(about(candidate))
            self.addItem(item)
            name = (candidate.ticket.job, candidate.place)
            if name in known:
                self._images[name] = known[name]
                item.setIcon(_icon(candidate, known[name]))
            else:
                self._timer.start(0)
            is_first = bool(fresh) and candidate is fresh[0]
            item.setSelected(is_first if fresh else id(candidate) in before)
            if item.isSelected() and self.currentRow() < 0:  # arrow keys and `step` go on from it
                self.setCurrentItem(item, QtCore.QItemSelectionModel.SelectionFlag.NoUpdate)
        self.blockSignals(False)
        self._fit()
        if self.chosen != chosen:
            self._pick()

    def step(self, by: int) -> None:
        """Choose the next candidate, or the one before, around the end."""
        if self.count():
            alone = QtCore.QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.setCurrentRow((self.currentRow() + by) % self.count(), alone)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _draw_next(self) -> None:
        """One picture a turn of the loop: many large ones at once would stall Krita."""
        for row in range(self.count()):
            item = self.item(row)
            candidate: Candidate = item.data(_CANDIDATE)
            name = (candidate.ticket.job, candidate.place)
            if name not in self._images:
                self._images[name] = small_image(candidate.layer, SIDE)
                item.setIcon(_icon(candidate, self._images[name]))
                return
        self._timer.stop()

    def _pick(self) -> None:
        self.picked.emit(self.chosen)

    def _fit(self) -> None:
        """Rows filled from side to side; as high as two of them, or one where one is enough."""
        cell = SIDE + 2 * _GAP
        width = self.width() - 2 * self.frameWidth() - 4  # Qt wraps what fits to the pixel
        across = max(1, width // cell)
        rows = -(-self.count() // across)
        policies = QtCore.Qt.ScrollBarPolicy  # as needed, it would take the room that avoids it
        scrolls = rows > _ROWS_SHOWN
        self.setVerticalScrollBarPolicy(
            policies.ScrollBarAlwaysOn if scrolls else policies.ScrollBarAlwaysOff
        )
        if scrolls:
            width -= self.verticalScrollBar().sizeHint().width()
            across = max(1, width // cell)
        self.setGridSize(QtCore.QSize(width // across, cell))
        self.setFixedHeight(min(max(rows, 1), _ROWS_SHOWN) * cell + 2 * self.frameWidth())


def _icon(candidate: Candidate, image: QtGui.QImage) -> QtGui.QIcon:
    """The picture on a checkerboard, with a dot where it is a layer already."""
    shown = QtGui.QPixmap(SIDE, SIDE)
    shown.fill(QtGui.QColor(0, 0, 0, 0))
    x, y = (SIDE - image.width()) // 2, (SIDE - image.height()) // 2
    painter = QtGui.QPainter(shown)
    checks = QtCore.Qt.BrushStyle.Dense4Pattern
    painter.fillRect(x, y, image.width(), image.height(), QtGui.QColor("#b8b8b8"))
    painter.fillRect(
        x, y, image.width(), image.height(), QtGui.QBrush(QtGui.QColor("#9a9a9a"), checks)
    )
    painter.drawImage(x, y, image)
    if candidate.is_applied:
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(QtGui.QPen(QtGui.QColor("white"), 1.5))
        painter.setBrush(QtGui.QColor("#2d9d4f"))
        painter.drawEllipse(x + 4, y + 4, _MARK, _MARK)
    painter.end()
    icon = QtGui.QIcon(shown)
    icon.addPixmap(_framed(shown, x, y, image), QtGui.QIcon.Mode.Selected)
    return icon


def _framed(shown: QtGui.QPixmap, x: int, y: int, image: QtGui.QImage) -> QtGui.QPixmap:
    """As it looks when it is chosen: Qt's own way would tint the picture's colours."""
    framed = QtGui.QPixmap(shown)
    painter = QtGui.QPainter(framed)
    highlight = QtWidgets.QApplication.palette().highlight().color().lighter(130)
    pen = QtGui.QPen(highlight, 2 * _FRAME)  # its outer half lies outside
    pen.setJoinStyle(QtCore.Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.drawRect(x, y, image.width(), image.height())
    painter.end()
    return framed
