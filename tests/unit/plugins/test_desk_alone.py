"""A desk without a daemon: it says what is missing, keeps what is typed, and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core_server.operations import catalogue, load_styles
from plugins.common import intents
from plugins.common.album import Page
from plugins.common.cures import command_to_run
from plugins.common.desk import Desk
from plugins.common.session import Notice, Session
from plugins.common.store import Ticket
from protocol.errors import JsonScalar, Remedy
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


# ---- the button beside a notice ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("remedy", "shown", "value"),
    [
        (Remedy("set_param", "steps", 7), ("steps", True), 7),
        (Remedy("set_param", "params.steps", 7), ("params.steps", True), 7),
        (Remedy("set_param", "steps"), ("steps", False), 9),
        (Remedy("set_param", "of a newer daemon", 7), ("of a newer daemon", False), 9),
        (Remedy("choose_model", "model", "sd15"), ("model", True), 9),
        (Remedy("choose_model"), ("model", False), 9),
    ],
)
def test_a_field_is_shown_with_the_value_that_is_allowed(
    session: Session, remedy: Remedy, shown: tuple[str, bool], value: JsonScalar
) -> None:
    session.catalogue = OFFERED
    desk = Desk(FakeHost(document()), session)
    desk.look()
    steps, model = (desk.form.field_named(desk.intent, name) for name in ("steps", "model"))
    assert steps is not None
    assert model is not None
    desk.form.set(steps, 9)
    desk.trouble = Notice("Something is wrong.", remedy)
    seen: list[tuple[str, bool]] = []
    desk.press(lambda *field: seen.append(field), lambda _: pytest.fail("a field was to be shown"))
    assert seen == [shown]
    assert desk.form.get(steps) == value
    assert desk.form.get(model) == (remedy.value if remedy.action == "choose_model" else None)
    assert desk.trouble is None


@pytest.mark.parametrize(
    "remedy", [None, Remedy("select_area"), Remedy("open_log"), Remedy("install_model", "sd15")]
)
def test_what_only_the_program_can_do_is_left_to_it(
    session: Session, remedy: Remedy | None
) -> None:
    desk = Desk(FakeHost(document()), session)
    notice = desk.trouble = Notice("Something is wrong.", remedy)
    left: list[Notice] = []
    desk.press(lambda *_: pytest.fail("there is no field to show"), left.append)
    assert left == [notice]
    assert desk.trouble is None


def test_what_the_desk_cures_itself_is_left_to_nobody(session: Session) -> None:
    desk = Desk(FakeHost(document()), session)
    desk.trouble = Notice("The queue is full.", Remedy("wait"))
    desk.press(lambda *_: pytest.fail("nothing to show"), lambda _: pytest.fail("nothing to do"))
    assert desk.trouble is None


@pytest.mark.parametrize(
    ("remedy", "command"),
    [
        (Remedy("install_model", "sd15"), "impasto models add FOLDER"),
        (Remedy("update_plugin"), "impasto install krita"),
        (Remedy("open_log"), ""),
    ],
)
def test_what_is_to_be_run_in_a_terminal(remedy: Remedy, command: str) -> None:
    assert command_to_run(remedy, "krita") == command
