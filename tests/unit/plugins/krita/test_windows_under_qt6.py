"""The docker as a part of Krita under PyQt6: actions, tabs, windows, language, closing."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.common.intents import INTENTS, find
from plugins.common.phrases import choose_language, say

if TYPE_CHECKING:
    from tests.unit.plugins.krita.conftest import Turning

PLUGIN = Path(__file__).parents[4] / "plugins" / "krita"


def test_every_action_in_the_file_is_there_and_works(
    view: Any, krita: Any, turning: Turning
) -> None:
    app = krita.Krita.instance()
    tree = ElementTree.parse(PLUGIN / "impasto.action")
    names = [each.attrib["name"] for each in tree.iter("Action")]
    assert {f"impasto_{intent.name}" for intent in INTENTS} <= set(names)
    docker = view.parent().parent().parent()
    for name in names:
        app.action(name).trigger()
        turning.turn()
    docker.setVisible(False)
    app.action("impasto_prompt").trigger()
    assert docker.isVisible()


def test_an_action_chooses_the_intent(view: Any, krita: Any) -> None:
    krita.Krita.instance().action("impasto_vary").trigger()
    assert view.desk.intent is find("vary")


def test_the_docker_follows_the_tabs_and_empties_with_the_last(
    view: Any, krita: Any, page: Any, turning: Turning
) -> None:
    app = krita.Krita.instance()
    other = app.createDocument(16, 16, "hill", "RGBA", "U8", page.colorProfile(), 72.0)
    app.activeWindow().addView(other)
    turning.until(lambda: view.desk.document.name == "hill")
    other.close()
    turning.until(lambda: view.desk.document.name == "pond")
    page.close()
    turning.until(lambda: view.desk.document is None)
    view.desk.dismiss()
    assert not view._button.isEnabled()


def test_two_windows_share_one_session(view: Any, krita: Any, turning: Turning) -> None:
    from PyQt6.QtWidgets import QDockWidget

    window = krita.Krita.instance().openWindow().qwindow()
    second = window.findChild(QDockWidget, "impasto").view
    assert second is not view
    assert second.desk.session is view.desk.session
    turning.until(lambda: second._notice_text.text())


def test_the_docker_speaks_the_programs_language(krita: Any, turning: Turning) -> None:
    from PyQt6.QtCore import QLocale
    from PyQt6.QtWidgets import QDockWidget

    english = QLocale()
    QLocale.setDefault(QLocale("zh_CN"))
    try:
        window = krita.Krita.instance().openWindow().qwindow()
        view = window.findChild(QDockWidget, "impasto").view
        turning.until(lambda: view._notice_text.text())
        assert view._apply.text() == say("Apply") != "Apply"
    finally:
        QLocale.setDefault(english)
        choose_language("en")


def test_krita_closing_ends_the_session(view: Any, krita: Any) -> None:
    krita.Krita.instance().notifier().applicationClosing.emit()
    assert view.desk.session._client.link.value == "closed"
