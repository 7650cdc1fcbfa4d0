"""What is read from a document for each intent, and what is sent of it."""

from __future__ import annotations

import pytest

from core_server.operations import catalogue, load_styles
from plugins.common import intents
from plugins.common.form import Form
from plugins.common.host import DocumentGone, HostError, LayerInfo, Work
from plugins.common.request import TITLE_LENGTH, Order, Request, request
from protocol.errors import BadRequest, EmptySelection
from protocol.geometry import Rect, context_rect
from tests.unit.plugins.fake_host import Document, FakeHost, Layer

CANVAS = Rect(0, 0, 2000, 1000)
SELECTION = Rect(900, 300, 200, 100)


@pytest.fixture
def document() -> Document:
    layers = [
        Layer("top", "Sketch", Rect(-50, 10, 300, 200)),
        Layer("low", "Sky", CANVAS, (0, 0, 250, 255)),
    ]
    return Document("doc", "/doc.kra", CANVAS, layers)


def finish(work: Work[Request]) -> Request:
    while True:
        try:
            next(work)
        except StopIteration as end:
            asked: Request = end.value
            return asked


def ask(document: Document, intent: str, **order: object) -> Request:
    host = FakeHost(document)
    front = host.active_document()
    assert front is not None
    filled = Form(catalogue(load_styles()), {})
    chosen = intents.find(intent)
    prompt = filled.field_named(chosen, "prompt")
    assert prompt is not None
    filled.set(prompt, "a pond")
    side = filled.field_named(chosen, "left")
    if side is not None:
        filled.set(side, 64)
    return finish(request(host, filled, Order(chosen, front, **order)))  # type: ignore[arg-type]


@pytest.mark.parametrize("intent", ["fill", "replace", "remove"])
def test_a_selection_is_sent_with_its_surroundings_and_nothing_else(
    document: Document, intent: str
) -> None:
    document.selection = SELECTION
    asked = ask(document, intent)
    image, mask = asked.pictures
    assert image.input.rect == mask.input.rect == context_rect(SELECTION, CANVAS)
    assert (image.input.role, mask.input.role) == ("image", "mask")
    assert sum(map(bool, bytes(mask.pixels))) == SELECTION.area
    assert asked.submit.canvas == CANVAS
    assert asked.submit.params["intent"] == intent


def test_without_a_selection_fill_says_what_to_do(document: Document) -> None:
    with pytest.raises(EmptySelection) as caught:
        ask(document, "fill")
    assert caught.value.remedy is not None
    assert caught.value.remedy.action == "select_area"


def test_generate_reads_nothing_and_fills_the_canvas(document: Document) -> None:
    document.canvas = Rect(0, 0, 640, 480)
    asked = ask(document, "generate")
    assert asked.pictures == ()
    assert (asked.submit.params["width"], asked.submit.params["height"]) == (640, 480)
    assert asked.ticket.origin == (0, 0)


@pytest.mark.parametrize("intent", ["refine", "expand"])
def test_the_whole_canvas_is_refined_or_expanded(document: Document, intent: str) -> None:
    (image,) = ask(document, intent).pictures
    assert image.input.rect == CANVAS


def test_a_layer_is_varied_where_it_is_painted_or_selected(document: Document) -> None:
    assert ask(document, "vary").pictures[0].input.rect == Rect(0, 10, 250, 200)
    document.selection = SELECTION
    assert ask(document, "vary").pictures[0].input.rect == SELECTION


def test_two_layers_are_mixed_each_with_its_own_pixels(document: Document) -> None:
    other = LayerInfo("low", "Sky", CANVAS)
    first, second = ask(document, "mix", other=other).pictures
    assert (first.input.rect, second.input.rect) == (Rect(0, 10, 250, 200), CANVAS)
    assert bytes(second.pixels)[:4] == bytes((0, 0, 250, 255))


def test_a_layer_is_mixed_with_the_prompt_where_no_other_is_chosen(document: Document) -> None:
    asked = ask(document, "mix")
    assert len(asked.pictures) == 1
    assert asked.submit.params["prompt"] == "a pond"


def test_what_is_visible_is_read_when_asked_for(document: Document) -> None:
    document.selection = SELECTION
    shown = ask(document, "fill", reads_visible=True).pictures[0]
    assert bytes(shown.pixels)[:4] == bytes((10, 20, 30, 255))


def test_an_empty_layer_is_named_in_the_error(document: Document) -> None:
    document.layers[0].bounds = Rect(0, 0, 0, 0)
    with pytest.raises(BadRequest, match="“Sketch” has nothing on it"):
        ask(document, "vary")


def test_without_a_layer_the_error_says_what_else_there_is(document: Document) -> None:
    document.layers.clear()
    document.selection = SELECTION
    with pytest.raises(BadRequest, match="what is visible"):
        ask(document, "fill")


def test_results_go_above_the_layer_that_was_worked_on(document: Document) -> None:
    document.selection = SELECTION
    ticket = ask(document, "fill").ticket
    assert (ticket.above, ticket.document, ticket.path) == ("top", "doc", "/doc.kra")


def test_a_document_closed_while_it_is_read_is_an_error_not_a_crash(document: Document) -> None:
    document.selection = SELECTION
    host = FakeHost(document)
    front = host.active_document()
    assert front is not None
    filled = Form(catalogue(load_styles()), {})
    work = request(host, filled, Order(intents.find("fill"), front))
    next(work)
    del host.documents["doc"]
    with pytest.raises(DocumentGone):
        finish(work)
    assert issubclass(DocumentGone, HostError)


def test_layers_are_named_after_the_prompt_in_short(document: Document) -> None:
    document.selection = SELECTION
    assert ask(document, "fill").ticket.title == "a pond"
    assert ask(document, "remove").ticket.title == "Remove"
    host = FakeHost(document)
    front = host.active_document()
    assert front is not None
    filled = Form(catalogue(load_styles()), {})
    prompt = filled.field_named(intents.find("fill"), "prompt")
    assert prompt is not None
    filled.set(prompt, "a very\nlong " + "and winding " * 20 + "road")
    title = finish(request(host, filled, Order(intents.find("fill"), front))).ticket.title
    assert len(title) == TITLE_LENGTH
    assert title.startswith("a very long and winding")
    assert title.endswith("…")


def test_the_same_again_is_another_job(document: Document) -> None:
    first = ask(document, "generate")
    again = first.again()
    assert again.ticket.job == again.submit.job != first.submit.job
    assert again.submit.params == first.submit.params
