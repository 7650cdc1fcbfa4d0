"""The docker under PyQt6, as an artist works it: its real buttons and fields, on no screen.

No daemon: what one would have painted is laid into the session's tasks.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plugins.common.intents import INTENTS
from plugins.common.phrases import choose_language
from plugins.common.session import Notice
from plugins.common.wording import REMEDIES
from protocol.errors import Remedy
from protocol.messages import ModelInfo
from protocol.params import Choice, Model, Number, Parameter, Seed, Text, Toggle

if TYPE_CHECKING:
    from collections.abc import Callable

    from plugins.common.intents import Intent
    from tests.unit.plugins.krita.conftest import Turning

PLUGIN = Path(__file__).parents[4] / "plugins" / "krita"
MODULES = sorted(each.name for each in pkgutil.iter_modules([str(PLUGIN)]))
KINDS = {"number", "choice", "toggle", "seed", "model", "text"}
LATEST = ModelInfo("latest", "The latest", "unclip", True, {"generate": "yes"}, default=True)
GREY = [
    ModelInfo("away", "Not here", "unclip", False, {"generate": "yes"}),
    ModelInfo("fills", "Fills only", "sd", True, {"generate": "no: it only fills"}),
]


def choose(view: Any, name: str) -> None:
    view.draw()
    view._intents._buttons[view._intents._names.index(name)].click()


def fields(view: Any) -> list[tuple[Any, Parameter]]:
    """Every field that is drawn, with the widget inside its form."""
    forms = (view._basic, view._advanced)
    desk = view.desk
    return [
        (widget, desk.form.field_named(desk.intent, name))
        for form in forms
        for name, widget in form._widgets.items()
    ]


def edit(widget: Any, field: Parameter) -> Any:
    """Put another value into a field, with the widget's own means; gives the value."""
    if isinstance(field, Toggle):
        widget.click()
        return not field.default
    if isinstance(field, Seed):
        widget._line.setText("7")
        widget._line.textEdited.emit("7")
        return 7
    if isinstance(field, Choice):
        widget.setCurrentIndex(widget.count() - 1)
        return field.options[-1].value
    if isinstance(field, Model):
        widget.setCurrentIndex(widget.count() - 1)
        return widget.currentData()
    if isinstance(field, Text):
        widget.setText("no birds")
        return "no birds"
    assert isinstance(field, Number)
    box = getattr(widget, "_box", widget)
    box.setValue(box.maximum())
    box.stepDown()
    return box.value() / 100 if box is not widget else box.value()


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports(qt: Turning, name: str) -> None:
    module = importlib.import_module(f"plugins.krita.{name}")
    parts = [getattr(module, part) for part in ("QtCore", "QtGui") if hasattr(module, part)]
    assert all(part.__name__.startswith("PyQt6.") for part in parts)


def test_without_a_daemon_the_docker_says_so_and_shows_the_form(view: Any) -> None:
    assert view.isVisible()
    assert view._notice_text.text() == "Impasto is not running."
    assert view._notice_button.text() == "Start Impasto"
    assert view.desk.document.name == "pond"
    assert view._button.isEnabled()
    assert not view.grab().isNull()


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.name)
def test_every_intent_is_drawn_and_its_fields_change_the_form(
    view: Any, select: Callable[..., None], turning: Turning, intent: Intent
) -> None:
    if intent.needs_selection:
        select(8, 8, 20, 20)
    view.desk.session.models = (LATEST, ModelInfo("other", "Other", "sd", True, {}))
    choose(view, intent.name)
    desk = view.desk
    assert desk.intent is intent
    assert view._button.text() == intent.label
    assert view._prompt.isVisibleTo(view) == ("prompt" not in intent.fixed)
    drawn = [field.name for _, field in fields(view)]
    expected = [
        field.name
        for visibility in ("basic", "advanced")
        for field in desk.form.fields(intent, visibility)
        if field.name != "prompt"
    ]
    assert drawn == expected
    view._fold.click()
    for widget, field in fields(view):
        assert field.kind in KINDS, f"no field is drawn for {field.name}"
        edited = edit(widget, field)
        assert desk.form.get(field) == edited != field.default, field.name
    turning.turn()
    assert desk.trouble is None
    assert not view.grab().isNull()


def test_fields_are_reset_together(view: Any) -> None:
    menu = view._options.findChildren(type(view._prompt._menu))
    (reset,) = [
        action for each in menu for action in each.actions() if action.text().startswith("Reset")
    ]
    for widget, field in fields(view):
        edit(widget, field)
    reset.trigger()
    assert all(view.desk.form.get(field) == field.default for _, field in fields(view))
    assert view._basic._widgets["count"].value() == 1


def test_the_source_and_the_second_layer_are_chosen(view: Any, page: Any) -> None:
    page.rootNode().addChildNode(page.createNode("sky", "paintlayer"), None)
    choose(view, "mix")
    layers = [view._other.itemText(row) for row in range(view._other.count())]
    assert layers == ["Mix with: the prompt", "Mix with: sky"]
    view._other.setCurrentIndex(1)
    view._other.activated.emit(1)
    assert view.desk.other.name == "sky"
    view._source.activated.emit(1)
    assert view.desk.reads_visible
    choose(view, "generate")
    assert not view._source.isVisibleTo(view)


def test_the_menu_keeps_whether_the_daemon_starts_too(view: Any, turning: Turning) -> None:
    actions = {
        action.text(): action
        for menu in view._options.findChildren(type(view._prompt._menu))
        for action in menu.actions()
    }
    actions["Start Impasto together with this program"].trigger()
    assert view.desk.session.preferences.setting("starts_daemon", False)
    actions["Free GPU memory"].trigger()
    turning.turn()
    assert view.desk.notice.text == "Impasto is not running."


def test_an_optional_number_below_its_smallest_is_left_to_the_model(view: Any) -> None:
    box = view._advanced._widgets["steps"]
    field = view.desk.form.field_named(view.desk.intent, "steps")
    assert box.text() == "automatic"
    box.setValue(box.maximum())
    assert view.desk.form.get(field) == field.maximum
    box.setValue(box.minimum())
    assert view.desk.form.get(field) is None


def test_a_refused_value_shows_the_sentence_and_stays_as_it_was(view: Any) -> None:
    line = view._basic._widgets["seed"]._line
    field = view.desk.form.field_named(view.desk.intent, "seed")
    line.setText("99999999999")
    line.textEdited.emit(line.text())
    assert "it must be from 0 to 4294967295" in view._notice_text.text()
    assert view.desk.form.get(field) is None
    view._notice_read.click()
    assert view._notice_text.text() == "Impasto is not running."
    view._prompt._edit.setPlainText("x" * 5000)
    assert "5000 characters" in view._notice_text.text()


def test_errors_and_notes_are_shown_in_the_artists_language(view: Any) -> None:
    choose_language("zh_CN")
    try:
        line = view._basic._widgets["seed"]._line
        line.setText("99999999999")
        line.textEdited.emit(line.text())
        assert view._notice_text.text() == "种子是 99999999999，必须在 0 到 4294967295 之间。"
        view.desk.trouble = Notice("Mixed between the two CLIP embeddings. pocket cannot mix.")
        view.draw()
        assert view._notice_text.text() == "已在两个 CLIP 嵌入之间混合。pocket 不支持混合。"
    finally:
        choose_language("en")


def test_a_seed_is_thrown_locked_and_let_go(view: Any, krita: Any) -> None:
    seed = view._basic._widgets["seed"]
    field = view.desk.form.field_named(view.desk.intent, "seed")
    seed.show_last(1234)
    assert view.desk.form.get(field) is None
    seed._lock.click()
    assert view.desk.form.get(field) == 1234
    seed.show_last(99)
    assert seed._line.text() == "1234"
    dice = next(each for each in seed.children() if getattr(each, "text", str)() == "⚄")
    dice.click()
    assert view.desk.form.get(field) == int(seed._line.text())
    seed._lock.click()
    assert view.desk.form.get(field) is None


def test_models_that_cannot_do_it_are_grey_and_say_why(view: Any) -> None:
    from PyQt6.QtCore import Qt

    view.desk.session.models = (LATEST, *GREY)
    view.draw()
    box = view._basic._widgets["model"]
    assert box.itemText(0) == "automatic (The latest)"
    assert [box.model().item(row).isEnabled() for row in range(4)] == [True, True, False, False]
    tips = [box.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in (2, 3)]
    assert tips == ["Not installed: impasto models add FOLDER", "it only fills"]


def test_the_prompt_is_typed_painted_from_the_keyboard_and_remembered(
    view: Any, turning: Turning
) -> None:
    from PyQt6.QtCore import Qt
    from PyQt6.QtTest import QTest

    view.desk.session.preferences.keep_prompt("prompt", "A & B " * 20)
    view.draw()
    (before,) = view._prompt._menu.actions()
    assert before.text().startswith("A && B")
    assert before.text().endswith("…")
    before.trigger()
    prompt = view.desk.form.field_named(view.desk.intent, "prompt")
    assert view.desk.form.get(prompt) == ("A & B " * 20).strip()
    view._prompt._edit.selectAll()
    QTest.keyClicks(view._prompt._edit, "a pond")
    QTest.keyClick(view._prompt._edit, Qt.Key.Key_Return)
    assert view.desk.form.get(prompt) == "a pond\n"
    QTest.keyClick(view._prompt._edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    turning.until(lambda: view.desk.session.tasks)
    assert view.desk.session.preferences.prompts("prompt")[0] == "a pond"
    (row,) = view._rows._rows.values()
    assert row._title.text() == "a pond"


def test_scrolling_the_docker_changes_no_number(
    view: Any, turning: Turning, select: Callable[..., None]
) -> None:
    from PyQt6.QtCore import QPoint, QPointF, Qt
    from PyQt6.QtGui import QWheelEvent

    def scroll(widget: Any) -> None:
        place = QPointF(widget.rect().center())
        keys, none = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
        down = QPoint(0, -120)
        wheel = QWheelEvent(
            place, place, QPoint(), down, none, keys, Qt.ScrollPhase.NoScrollPhase, False
        )
        turning.application.sendEvent(widget, wheel)

    choose(view, "refine")
    box, share = view._basic._widgets["count"], view._basic._widgets["strength"]
    box.setValue(3)
    strength = share._slider.value()
    view._prompt.focus()
    for widget in (box, share._slider, share._box, view._basic._widgets["style"]):
        scroll(widget)
    assert (box.value(), share._slider.value()) == (3, strength)
    assert view._basic._widgets["style"].currentIndex() == 0
    view.window().activateWindow()
    turning.until(view.isActiveWindow)
    turning.until(box.isVisible)
    assert view._basic.focus("count")
    scroll(box)
    assert box.value() == 2


# ---- notices -------------------------------------------------------------------------------------


def show(view: Any, action: str, target: str | None = None, value: Any = None) -> Any:
    view.desk.trouble = Notice("Something is wrong.", Remedy(action, target, value))
    view.draw()
    assert view._notice_text.text() == "Something is wrong."
    assert view._notice_button.text() == REMEDIES[action]
    return view._notice_button


def test_notices_are_cured_by_their_buttons(
    view: Any, krita: Any, page: Any, turning: Turning, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PyQt6 import QtGui, QtWidgets

    clipboard = QtWidgets.QApplication.clipboard()
    show(view, "select_area").click()
    assert page.selection().width() == 64
    view.draw()
    assert view.desk.intent.name == "fill"
    view.window().activateWindow()
    turning.until(view.isActiveWindow)
    show(view, "set_param", "steps", 7).click()
    assert view._advanced._widgets["steps"].hasFocus()
    show(view, "set_param", "count", 2).click()
    assert view._basic._widgets["count"].hasFocus()
    assert view._fold.isChecked()
    assert view._advanced._widgets["steps"].value() == 7
    show(view, "install_model", "unclip").click()
    assert clipboard.text() == "impasto models add FOLDER"
    canvas = krita.Krita.instance().activeWindow().activeView()._tab.canvas
    assert clipboard.text() in canvas.findChild(QtWidgets.QLabel).text()
    show(view, "update_plugin").click()
    assert clipboard.text() == "impasto install krita"

    opened: list[str] = []
    docker = importlib.import_module("plugins.krita.docker")
    monkeypatch.setattr(docker.webbrowser, "open", opened.append)
    monkeypatch.setattr(
        QtGui.QDesktopServices, "openUrl", lambda url: opened.append(url.toString())
    )
    show(view, "open_log").click()
    show(view, "free_disk").click()
    assert opened[0].startswith(opened[1])
    assert view.desk.trouble is None


def test_a_daemon_that_cannot_be_started_is_no_dead_end(view: Any, turning: Turning) -> None:
    """Nothing is installed in this home, so that nothing can start."""
    view._notice_button.click()
    turning.until(lambda: view.desk.session._trouble)
    turning.until(lambda: "Impasto is starting" not in view._notice_text.text())
    assert view.desk.notice.is_error
    assert view._notice_text.text() == view.desk.notice.text


def test_an_empty_prompt_says_what_is_missing_and_where(view: Any, turning: Turning) -> None:
    view._button.click()
    turning.until(lambda: view.desk.trouble)
    assert view._notice_text.text() == "Say in the prompt what to paint."
    assert view._notice_button.text() == "Show me"
    view._notice_button.click()
    assert view.desk.trouble is None
