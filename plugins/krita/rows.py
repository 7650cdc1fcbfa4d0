"""The jobs under way, one row each: what they are doing, how far they are, and a cancel button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.common.phrases import say
from plugins.common.tasks import Task
from plugins.common.wording import describe
from plugins.krita.qt import QtCore, QtGui, QtWidgets

PREVIEW = 56
_STEPS = 1000


class TaskRows(QtWidgets.QWidget):
    """cancel: what the button of a row does."""

    def __init__(self, cancel: Callable[[Task], None]) -> None:
        super().__init__()
        self._cancel = cancel
        self._rows: dict[str, _Row] = {}
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def draw(self, tasks: Sequence[Task]) -> None:
        """One row for each, the first to be painted on top."""
        wanted = {task.ticket.job: task for task in reversed(tasks)}
        for job in [job for job in self._rows if job not in wanted]:
            row = self._rows.pop(job)
            self._column.removeWidget(row)
            row.deleteLater()
        for job, task in wanted.items():
            if job not in self._rows:
                self._rows[job] = _Row(task, self._cancel)
                self._column.addWidget(self._rows[job])
            self._rows[job].draw()
        self.setVisible(bool(wanted))


class _Row(QtWidgets.QFrame):
    def __init__(self, task: Task, cancel: Callable[[Task], None]) -> None:
        super().__init__()
        self._task = task
        self._preview = QtWidgets.QLabel()
        self._preview.setVisible(False)
        self._title = QtWidgets.QLabel()
        policy = QtWidgets.QSizePolicy.Policy
        self._title.setSizePolicy(policy.Ignored, policy.Preferred)
        self._title.setToolTip(task.ticket.title)
        self._bar = QtWidgets.QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._doing = QtWidgets.QLabel()
        self._doing.setSizePolicy(policy.Ignored, policy.Preferred)
        stop = QtWidgets.QToolButton()
        stop.setText("✕")
        stop.setAutoRaise(True)
        stop.setToolTip(say("Cancel"))
        stop.clicked.connect(lambda: cancel(task))
        self._stop = stop
        texts = QtWidgets.QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._bar)
        texts.addWidget(self._doing)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._preview)
        row.addLayout(texts, 1)
        row.addWidget(stop)

    def draw(self) -> None:
        task = self._task
        self._title.setText(task.ticket.title)
        self._doing.setText(describe(task))
        share = task.share
        self._bar.setValue(round((share or 0.0) * _STEPS))
        self._stop.setEnabled(not task.is_cancelling)
        self._draw_preview()

    def _draw_preview(self) -> None:
        job, progress = self._task.job, self._task.progress
        if job is None or job.preview is None or progress is None or progress.preview is None:
            return
        size = progress.preview
        shape = QtGui.QImage.Format.Format_RGBA8888
        image = QtGui.QImage(bytes(job.preview), size.width, size.height, size.width * 4, shape)
        ratio = QtCore.Qt.AspectRatioMode.KeepAspectRatio
        smooth = QtCore.Qt.TransformationMode.SmoothTransformation
        small = image.scaled(PREVIEW, PREVIEW, ratio, smooth)
        self._preview.setPixmap(QtGui.QPixmap.fromImage(small))
        self._preview.setVisible(True)
