"""What every paint program says alike of models, candidates and layers."""

from __future__ import annotations

from pathlib import Path

from plugins.common.desk import Desk
from plugins.common.host import HostError, NewLayer, Work
from plugins.common.session import Session
from plugins.common.store import Ticket
from plugins.common.tasks import Candidate
from plugins.common.wording import Offered, about, offered_models
from protocol.errors import Remedy
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import ModelInfo
from protocol.pixels import ColorSpace, PixelLayout
from tests.unit.plugins.fake_host import Document, FakeHost, Layer

MODELS = (
    ModelInfo("pocket", "Pocket", "pocket", True, {}, note="Small.", default=True),
    ModelInfo("flat", "Flat", "flat", True, {"vary": "no: it has no image encoder."}),
    ModelInfo("mute", "", "mute", True, {"vary": "no"}),
    ModelInfo("far", "Far", "far", False, {}),
)


def test_models_that_cannot_do_it_are_listed_with_the_reason() -> None:
    assert offered_models(MODELS, "vary", None) == [
        Offered(None, "automatic (Pocket)"),
        Offered("pocket", "Pocket", "Small."),
        Offered("flat", "Flat", "it has no image encoder.", False),
        Offered("mute", "mute", "This model cannot do this.", False),
        Offered("far", "Far", "Not installed: impasto models add FOLDER", False),
    ]


def test_a_chosen_model_that_is_not_known_stays_in_the_list() -> None:
    assert offered_models((), "vary", "gone") == [
        Offered(None, "automatic"),
        Offered("gone", "gone"),
    ]


def test_what_is_known_of_a_candidate_is_said_line_by_line() -> None:
    pixel = Rect(0, 0, 1, 1)
    layer = NewLayer("a star", pixel, PixelLayout.RGBA8, ColorSpace.SRGB, bytes(4))
    plain = Candidate(Ticket("job", "fill", "a star", "doc"), 0, layer)
    assert about(plain) == "a star"
    plain.seed, plain.score, plain.is_applied = 7, 0.314, True
    assert about(plain).splitlines()[1:] == [
        "Seed 7",
        "Fits the prompt: 0.31",
        "Is a layer already",
    ]


class Picky(FakeHost):
    """Says what would cure it."""

    def read_pixels(self, document: str, rect: Rect, layer: str | None) -> Work[Picture]:
        trouble = HostError("This image has a palette.")
        trouble.remedy = Remedy("convert_rgb")
        raise trouble
        yield


def test_a_desk_knows_what_can_be_mixed_and_passes_on_the_cure(impasto_home: Path) -> None:
    canvas = Rect(0, 0, 64, 64)
    layers = [Layer("sky", "Sky", canvas), Layer("sea", "Sea", canvas)]
    session = Session("test", "0", folder=impasto_home / "plugins")
    desk = Desk(Picky(Document("doc", "", canvas, layers)), session)
    assert desk.mixable == []
    desk.look()
    assert [each.name for each in desk.mixable] == ["Sea"]
    desk.choose(next(intent for intent in desk.offered if intent.name == "vary"))
    for _ in desk.paint():
        pass
    assert desk.notice is not None
    assert (desk.notice.text, desk.notice.remedy) == (
        "This image has a palette.",
        Remedy("convert_rgb"),
    )
    session.close()
