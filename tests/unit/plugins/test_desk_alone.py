"""A desk without a daemon: it says what is missing, keeps what is typed, and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core_server.operations import catalogue, load_styles
from plugins.common import intents
from plugins.common.album import Page
from plugins.common.desk import Desk
from plugins.common.session import Session
from plugins.common.store import Ticket
from protocol.geometry import Rect
from tests.unit.plugins.fake_host import Document, FakeHost, Layer

OFFERED = catalogue(load_styles())


@pytest.fixture
def session(impasto_home: Path) -> Iterator[Session]:
    opened = Session("test", "0", folder=impasto_home / "plugins")
    yield opened
    opened.close()


def document(key: str = "doc") -> Document:
    canvas = Rect(0, 0, 64, 64)
    return Document(key, f"/{key}.kra", canvas, [Layer("sky", "Sky", canvas)])


def until_noticed(desk: Desk) -> None:
    for _ in range(500):
        desk.poll()
        if desk.notice is not None:
            return
        desk.session._client._closing.wait(0.01)


def test_without_a_daemon_there_is_one_sentence_and_one_cure(session: Session) -> None:
    desk = Desk(FakeHost(document()), session)
    until_noticed(desk)
    assert desk.notice is not None
    assert desk.notice.text == "Impasto is not running."
    assert desk.notice.remedy is not None
    assert desk.notice.remedy.action == "start_daemon"


def test_the_form_of_the_last_daemon_is_there_before_one_runs(session: Session) -> None:
    session.preferences.keep_catalogue(OFFERED.to_json())
    session.close()
    later = Session("test", "0", folder=Path(session.preferences._path).parent)
    desk = Desk(FakeHost(document()), later)
    desk.look()
    assert next(intent.name for intent in desk.offered) == "generate"
    later.close()


def test_a_catalogue_that_comes_while_nothing_is_open_makes_a_form(session: Session) -> None:
    desk = Desk(FakeHost(), session)
    desk.look()
    session.catalogue = OFFERED
    desk.poll()
    assert desk.form.fields(desk.intent)


def test_what_is_typed_stays_with_its_document(session: Session) -> None:
    session.catalogue = OFFERED
    host = FakeHost(document("one"), document("two"))
    desk = Desk(host, session)
    desk.look()
    prompt = desk.form.field_named(desk.intent, "prompt")
    assert prompt is not None
    desk.form.set(prompt, "a pond")
    host.front = "two"
    desk.look()
    desk.form.set(prompt, "a hill")
    host.front = "one"
    desk.look()
    assert desk.form.get(prompt) == "a pond"
    host.front = "two"
    desk.look()
    assert desk.form.get(prompt) == "a hill"


def test_the_intent_follows_the_selection(session: Session) -> None:
    session.catalogue = OFFERED
    page = document()
    desk = Desk(FakeHost(page), session)
    desk.look()
    assert desk.intent.name == "generate"
    page.selection = Rect(1, 1, 8, 8)
    desk.look()
    assert desk.intent.name == "fill"
    desk.choose(intents.find("vary"))
    page.selection = None
    desk.look()
    assert desk.intent.name == "vary"


def test_leaving_a_document_takes_the_preview_off_its_canvas(session: Session) -> None:
    host = FakeHost(document("one"), document("two"))
    desk = Desk(host, session)
    desk.look()
    host.shown = object()  # type: ignore[assignment]  # whatever was shown
    host.front = "two"
    desk.look()
    assert host.shown is None


def test_with_nothing_open_nothing_of_the_last_document_is_left(session: Session) -> None:
    host = FakeHost(document())
    desk = Desk(host, session)
    desk.look()
    desk.album.pages.append(Page(Ticket("job", "fill", "a pond", "doc")))
    host.front = None
    desk.look()
    assert desk.album.pages == []


def test_painting_with_nothing_open_says_what_to_do(session: Session) -> None:
    desk = Desk(FakeHost(), session)
    with pytest.raises(StopIteration):
        next(desk.paint())
    assert desk.notice is not None
    assert desk.notice.text == "Open or create a document first."
