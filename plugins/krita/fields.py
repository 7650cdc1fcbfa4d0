"""One widget per parameter of the daemon's catalogue, and the form that stacks them.

Decides nothing about values: `Form` does, and refuses what is out of range.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from plugins.common.form import Form
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.wording import offered_models
from plugins.krita.qt import QtCore, QtGui, QtWidgets, krita
from protocol.errors import ImpastoError
from protocol.messages import ModelInfo
from protocol.params import Choice, Model, Number, Parameter, Seed, Text, Toggle

Changed = Callable[[Any], None]

_SLIDER_STEPS = 100
_APART = ("prompt",)
"""Drawn by the docker itself, at the top and large."""


class FormView(QtWidgets.QWidget):
    """The fields of one visibility. refused: gets the sentence when a value is not allowed.

    before: what was typed into a text field before, by its name.
    """

    def __init__(
        self,
        visibility: str,
        refused: Callable[[str], None],
        before: Callable[[str], Sequence[str]],
    ) -> None:
        super().__init__()
        self._visibility, self._refused, self._before = visibility, refused, before
        self._drawn: object = None
        self._widgets: dict[str, QtWidgets.QWidget] = {}
        self._rows = QtWidgets.QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(4)
        grow = QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow
        self._rows.setFieldGrowthPolicy(grow)

    def draw(
        self, form: Form, intent: Intent, models: Sequence[ModelInfo], last_seed: int | None
    ) -> None:
        """Build the fields anew where they are others than before."""
        fields = [
            field for field in form.fields(intent, self._visibility) if field.name not in _APART
        ]
        drawn = (id(form), intent.name, tuple(field.name for field in fields), tuple(models))
        if drawn == self._drawn:
            self._show_seed(last_seed)
            return
        self._drawn = drawn
        while self._rows.rowCount():
            self._rows.removeRow(0)
        self._widgets.clear()
        for field in fields:
            self._add(form, field, intent, models)
        self._show_seed(last_seed)

    def forget(self) -> None:
        """Values were changed from elsewhere: the next `draw` shows them."""
        self._drawn = None

    def focus(self, name: str) -> bool:
        """Put the cursor where the error is; False if this form has no such field."""
        widget = self._widgets.get(name)
        if widget is None:
            return False
        widget.show()  # a new field is hidden until the event loop turns: it would take no focus
        widget.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        return True

    def _add(
        self, form: Form, field: Parameter, intent: Intent, models: Sequence[ModelInfo]
    ) -> None:
        def changed(value: Any) -> None:
            try:
                form.set(field, value)
            except ImpastoError as error:
                self._refused(error.message)

        widget = _widget(field, form.get(field), changed, intent, models)
        if widget is None:
            return
        if isinstance(widget, TextField):
            widget.offer(self._before(field.name))
        widget.setToolTip(say(field.help))
        self._widgets[field.name] = widget
        if isinstance(field, Toggle):
            self._rows.addRow("", widget)
            return
        label = QtWidgets.QLabel(say(field.label))
        label.setToolTip(say(field.help))
        self._rows.addRow(label, widget)

    def _show_seed(self, seed: int | None) -> None:
        widget = self._widgets.get("seed")
        if isinstance(widget, SeedField) and seed is not None:
            widget.show_last(seed)


def _widget(
    field: Parameter,
    value: Any,
    changed: Changed,
    intent: Intent,
    models: Sequence[ModelInfo],
) -> QtWidgets.QWidget | None:
    """None for a kind that this plugin cannot draw; its default is then sent."""
    if isinstance(field, Number):
        is_share = not field.integer and not field.nullable and field.maximum <= 1.0
        return ShareField(field, value, changed) if is_share else _number(field, value, changed)
    if isinstance(field, Choice):
        return _choice(field, value, changed)
    if isinstance(field, Toggle):
        box = QtWidgets.QCheckBox(say(field.label))
        box.setChecked(bool(value))
        box.toggled.connect(changed)
        return box
    if isinstance(field, Seed):
        return SeedField(field, value, changed)
    if isinstance(field, Model):
        return _model(value, changed, intent, models)
    if isinstance(field, Text):
        return TextField(field, value, changed)
    return None


def _number(field: Number, value: Any, changed: Changed) -> QtWidgets.QWidget:
    """Below the smallest value an optional number says that the model decides."""
    box = QtWidgets.QSpinBox() if field.integer else QtWidgets.QDoubleSpinBox()
    kind = int if field.integer else float
    step = max(field.step, 1.0) if field.integer else field.step
    lowest = field.minimum - step if field.nullable else field.minimum
    if isinstance(box, QtWidgets.QDoubleSpinBox):
        box.setDecimals(2 if field.step < 0.1 else 1)
    box.setRange(kind(lowest), kind(field.maximum))
    box.setSingleStep(kind(step))
    if field.unit:
        box.setSuffix(f" {field.unit}")
    if field.nullable:
        box.setSpecialValueText(say("automatic"))
    box.setValue(kind(lowest if value is None else value))
    box.valueChanged.connect(
        lambda now: changed(None if field.nullable and now < field.minimum else now)
    )
    _calm(box)
    return box


def _choice(field: Choice, value: Any, changed: Changed) -> QtWidgets.QWidget:
    box = QtWidgets.QComboBox()
    if field.nullable:
        box.addItem(say("automatic"), None)
    for option in field.options:
        box.addItem(say(option.label), option.value)
        if option.help:
            tip = QtCore.Qt.ItemDataRole.ToolTipRole
            box.setItemData(box.count() - 1, say(option.help), tip)
    box.setCurrentIndex(max(0, box.findData(value)))
    box.currentIndexChanged.connect(lambda _: changed(box.currentData()))
    _narrow(box)
    return box


def _model(
    value: Any, changed: Changed, intent: Intent, models: Sequence[ModelInfo]
) -> QtWidgets.QWidget:
    """Models that cannot do it, or are not there, are shown grey with the reason."""
    box = QtWidgets.QComboBox()
    for row, each in enumerate(offered_models(models, intent.operation, value)):
        box.addItem(each.label, each.name)
        if each.help:
            box.setItemData(row, each.help, QtCore.Qt.ItemDataRole.ToolTipRole)
        box.model().item(row).setEnabled(each.is_able)
    box.setCurrentIndex(max(0, box.findData(value)))
    box.currentIndexChanged.connect(lambda _: changed(box.currentData()))
    _narrow(box)
    return box


class TextField(QtWidgets.QLineEdit):
    """One line, completed from what was typed before; the arrow down shows all of it."""

    def __init__(self, field: Text, value: Any, changed: Changed) -> None:
        super().__init__(str(value or ""))
        self.setMaxLength(field.max_length)
        self.textChanged.connect(changed)

    def offer(self, texts: Sequence[str]) -> None:
        completer = QtWidgets.QCompleter(list(texts), self)
        completer.setCaseSensitivity(QtCore.Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(QtCore.Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        completer = self.completer()
        if event.key() == QtCore.Qt.Key.Key_Down and completer is not None:
            completer.setCompletionPrefix("")
            completer.complete()
            return
        super().keyPressEvent(event)


class ShareField(QtWidgets.QWidget):
    """A number from 0 to 1 as a slider in per cent."""

    def __init__(self, field: Number, value: Any, changed: Changed) -> None:
        super().__init__()
        self._slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        self._slider.setRange(
            round(field.minimum * _SLIDER_STEPS), round(field.maximum * _SLIDER_STEPS)
        )
        self._box = QtWidgets.QSpinBox()
        self._box.setRange(self._slider.minimum(), self._slider.maximum())
        self._box.setSuffix(" %")
        now = round(float(value if value is not None else 0) * _SLIDER_STEPS)
        self._slider.setValue(now)
        self._box.setValue(now)
        self._slider.valueChanged.connect(self._box.setValue)
        self._box.valueChanged.connect(self._slider.setValue)
        self._box.valueChanged.connect(lambda steps: changed(steps / _SLIDER_STEPS))
        self.setFocusProxy(self._box)
        _calm(self._box)
        _calm(self._slider)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._slider, 1)
        row.addWidget(self._box)


class SeedField(QtWidgets.QWidget):
    """A number that is drawn anew each time, until the artist locks it."""

    def __init__(self, field: Seed, value: Any, changed: Changed) -> None:
        super().__init__()
        self._field, self._changed = field, changed
        self._line = QtWidgets.QLineEdit("" if value is None else str(value))
        self._line.setPlaceholderText(say("random"))
        self._lock = QtWidgets.QToolButton()
        self._lock.setCheckable(True)
        self._lock.setChecked(value is not None)
        self._lock.setToolTip(say("Keep this seed for the next pictures."))
        dice = QtWidgets.QToolButton()
        dice.setText("⚄")
        dice.setAutoRaise(True)
        self._lock.setAutoRaise(True)
        dice.setToolTip(say("Another seed."))
        dice.clicked.connect(self._throw)
        self._lock.toggled.connect(self._locked)
        self._line.textEdited.connect(self._typed)
        self.setFocusProxy(self._line)
        self._label()
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._line, 1)
        row.addWidget(dice)
        row.addWidget(self._lock)

    def show_last(self, seed: int) -> None:
        """What the last picture was painted with, so that locking it paints it again."""
        if not self._lock.isChecked() and not self._line.hasFocus():
            self._line.setText(str(seed))

    def _label(self) -> None:
        name = "layer-locked" if self._lock.isChecked() else "layer-unlocked"
        self._lock.setIcon(krita.Krita.instance().icon(name))

    def _throw(self) -> None:
        self._line.setText(str(random.randint(0, self._field.maximum)))
        self._lock.setChecked(True)
        self._typed()

    def _locked(self, is_locked: bool) -> None:
        self._label()
        if not is_locked:
            self._changed(None)
        elif self._line.text():
            self._typed()
        else:
            self._throw()

    def _typed(self, _text: str = "") -> None:
        text = self._line.text().strip()
        if text.isascii() and text.isdigit():
            self._lock.setChecked(True)
            self._changed(int(text))
        elif not text:
            self._lock.setChecked(False)
            self._changed(None)


class _WheelGuard(QtCore.QObject):
    """Scrolling the docker must not change the numbers that pass under the mouse."""

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        is_wheel = event.type() == QtCore.QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QtWidgets.QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


_guard = _WheelGuard()


def _calm(widget: QtWidgets.QWidget) -> None:
    widget.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_guard)


def _narrow(box: QtWidgets.QComboBox) -> None:
    """A long name must not make the whole docker wide."""
    policy = QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    box.setSizeAdjustPolicy(policy)
    box.setMinimumContentsLength(8)
    _calm(box)
