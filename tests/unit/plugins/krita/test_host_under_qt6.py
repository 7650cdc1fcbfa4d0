"""KritaHost against the shim: what goes in and out of documents, and what is said when one closes.

How the real Krita undoes, converts and stalls is in tests/hosts/krita/test_host.py.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest

from plugins.common.host import DocumentGone, HostError, NewLayer
from protocol.geometry import Rect
from protocol.pixels import ColorSpace, PixelLayout

if TYPE_CHECKING:
    from tests.unit.plugins.krita.conftest import Turning

SRGB, LINEAR = "sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc"
GRAY = "Gray-D50-elle-V2-srgbtrc.icc"
AREA = Rect(-3, -2, 20, 10)
FORMATS = {
    ("RGBA", "U8", SRGB): (PixelLayout.BGRA8, ColorSpace.SRGB),
    ("RGBA", "U16", LINEAR): (PixelLayout.BGRA16, ColorSpace.LINEAR),
    ("RGBA", "F16", LINEAR): (PixelLayout.RGBA16F, ColorSpace.LINEAR),
    ("RGBA", "F32", SRGB): (PixelLayout.RGBA32F, ColorSpace.SRGB),
    ("GRAYA", "U8", GRAY): (PixelLayout.GRAYA8, ColorSpace.SRGB),
}


@pytest.fixture
def host(krita: Any) -> Any:
    from plugins.krita.host import KritaHost

    return KritaHost()


def opened(krita: Any, turning: Turning, model: str, depth: str, profile: str) -> Any:
    app = krita.Krita.instance()
    document = app.createDocument(32, 24, "t", model, depth, profile, 72.0)
    (app.activeWindow() or app.openWindow()).addView(document)
    turning.until(document.activeNode)
    return document


def left_open() -> int:
    """How many documents for conversion are; Krita does not list clones."""
    from plugins.krita.sidedoc import SideDocument

    # By type: isinstance would ask every object, and some of torch's warn when they are asked.
    return sum(type(each) is SideDocument and each.is_open for each in gc.get_objects())


def noise(size: int) -> bytes:
    return bytes((place * 37 + 11) % 120 + 1 for place in range(size))


def layer(name: str, rect: Rect = AREA, rgba: tuple[int, ...] = (200, 100, 50, 255)) -> NewLayer:
    return NewLayer(name, rect, PixelLayout.RGBA8, ColorSpace.SRGB, bytes(rgba) * rect.area)


def names(host: Any, key: str) -> list[str]:
    return [each.name for each in host.layers(key)]


@pytest.mark.parametrize("format_", FORMATS, ids=" ".join)
def test_pixels_make_the_round_trip_bit_for_bit(
    krita: Any, turning: Turning, host: Any, format_: tuple[str, str, str]
) -> None:
    opened(krita, turning, *format_)
    found = host.active_document()
    assert (found.layout, found.space) == FORMATS[format_]
    pixels = noise(AREA.area * found.layout.bytes_per_pixel)
    new = NewLayer("new", AREA, found.layout, found.space, pixels)
    (name,) = turning.drive(host.add_layers(found.key, [new], None, ""))
    picture = turning.drive(host.read_pixels(found.key, AREA, name))
    assert bytes(picture.pixels) == pixels
    assert picture.input.layout is found.layout
    assert host.layers(found.key)[0].bounds == AREA
    turning.until(lambda: host.active_layer(found.key).name == "new")


@pytest.mark.parametrize("format_", FORMATS, ids=" ".join)
def test_a_picture_of_another_layout_is_converted_to_the_documents(
    krita: Any, turning: Turning, host: Any, format_: tuple[str, str, str]
) -> None:
    document = opened(krita, turning, *format_)
    found = host.active_document()
    turning.drive(host.add_layers(found.key, [layer("sky", rgba=(60, 60, 60, 255))], None, ""))
    node = document.rootNode().childNodes()[-1]
    assert (node.colorModel(), node.colorDepth(), node.colorProfile()) == format_
    assert node.setColorSpace("RGBA", "U8", SRGB)
    assert node.pixelData(0, 0, 1, 1).data() == bytes([60, 60, 60, 255])
    assert host.open_documents() == [found.key]
    assert left_open() == 0


def test_the_blank_document_is_made_with_the_first_one_and_made_again_if_it_is_closed(
    krita: Any, view: Any, turning: Turning, host: Any
) -> None:
    from plugins.krita.sidedoc import ANY, SideDocument

    app = krita.Krita.instance()
    turning.until(lambda: len(app.documents()) == 2)
    assert len(host.open_documents()) == 1
    SideDocument(ANY).close()
    assert len(app.documents()) == 2, "it was there already"
    for document in app.documents():
        document.close()
    SideDocument(ANY).close()
    assert len(app.documents()) == 1
    SideDocument.end()
    assert app.documents() == []


def test_krita_may_turn_its_loop_within_a_piece_of_work(view: Any, turning: Turning) -> None:
    def work() -> Any:
        turning.turn()
        turning.turn()
        yield
        return "done"

    done: list[str] = []
    view.pump.start(work(), done.append)
    assert turning.until(lambda: done) == ["done"]


def test_what_is_visible_has_all_layers_in_it(page: Any, turning: Turning, host: Any) -> None:
    key = host.active_document().key
    turning.drive(host.add_layers(key, [layer("veil", rgba=(0, 0, 0, 128))], None, ""))
    picture = turning.drive(host.read_pixels(key, Rect(0, 0, 18, 1), None))
    assert bytes(picture.pixels) == bytes([127, 127, 127, 255]) * 17 + b"\xff" * 4


def test_several_layers_come_in_a_group_the_first_on_top(
    page: Any, turning: Turning, host: Any
) -> None:
    key = host.active_document().key
    below = host.layers(key)[0].id
    turning.drive(host.add_layers(key, [layer("top")], None, ""))
    ids = turning.drive(host.add_layers(key, [layer("a"), layer("b")], below, "two foxes"))
    assert names(host, key) == ["top", "two foxes", "a", "b", "Background"]
    assert [each.id for each in host.layers(key)[2:4]] == ids
    assert left_open() == 0


def test_nothing_is_laid_into_a_locked_group(page: Any, turning: Turning, host: Any) -> None:
    key = host.active_document().key
    inner = turning.drive(host.add_layers(key, [layer("a"), layer("b")], None, "group"))[1]
    page.rootNode().childNodes()[-1].setLocked(True)
    turning.drive(host.add_layers(key, [layer("new")], inner, ""))
    assert names(host, key)[:2] == ["new", "group"]


def test_work_given_up_leaves_the_document_as_it_was(
    page: Any, turning: Turning, host: Any
) -> None:
    key = host.active_document().key
    work = host.add_layers(key, [layer("a"), layer("b")], None, "group")
    next(work)
    work.close()
    assert names(host, key) == ["Background"]
    assert host.open_documents() == [key]
    assert left_open() == 0


def test_a_layer_that_was_deleted_is_missed_in_a_sentence(
    page: Any, turning: Turning, host: Any
) -> None:
    key = host.active_document().key
    (gone,) = turning.drive(host.add_layers(key, [layer("gone")], None, ""))
    assert page.rootNode().childNodes()[-1].remove()
    with pytest.raises(HostError, match="not there any more"):
        turning.drive(host.read_pixels(key, AREA, gone))
    turning.drive(host.add_layers(key, [layer("still")], gone, ""))
    assert names(host, key) == ["still", "Background"]


def test_a_selection_is_read_as_it_is(
    page: Any, krita: Any, turning: Turning, host: Any, select: Any
) -> None:
    key = host.active_document().key
    assert host.selection(key) is None
    select(60, 40, 10, 10)
    assert host.selection(key) == Rect(60, 40, 4, 8)
    soft = krita.Selection()
    soft.setPixelData(bytes(range(1, 13)), 2, 3, 4, 3)
    page.setSelection(soft)
    picture = turning.drive(host.read_selection(key, Rect(2, 3, 4, 3)))
    assert bytes(picture.pixels) == bytes(range(1, 13))
    page.setSelection(None)
    assert set(turning.drive(host.read_selection(key, AREA)).pixels) == {0}


def test_a_larger_canvas_counts_from_its_own_corner(page: Any, turning: Turning, host: Any) -> None:
    key = host.active_document().key
    turning.drive(host.add_layers(key, [layer("new")], None, "", Rect(-16, -8, 128, 64)))
    assert host.active_document().canvas == Rect(0, 0, 128, 64)
    assert host.layers(key)[0].bounds == AREA.shifted(16, 8)


def test_notes_are_kept_with_the_document(page: Any, host: Any) -> None:
    key = host.active_document().key
    assert host.read_note(key, "history") == b""
    host.write_note(key, "history", "狐狸".encode())
    assert host.read_note(key, "history").decode() == "狐狸"
    page.setModified(False)
    host.write_note(key, "history", b"")
    assert host.read_note(key, "history") == b""
    assert page.modified()
    assert page.annotationTypes() == []


def test_everything_says_that_a_document_was_closed(page: Any, turning: Turning, host: Any) -> None:
    key = host.active_document().key
    reading = host.read_pixels(key, Rect(0, 0, 640, 480), host.layers(key)[0].id)
    next(reading)
    assert page.close()
    turning.turn()
    assert host.active_document() is None
    assert host.open_documents() == []
    for asked in (
        lambda: turning.drive(reading),
        lambda: host.selection(key),
        lambda: host.layers(key),
        lambda: host.active_layer(key),
        lambda: turning.drive(host.read_pixels(key, AREA, None)),
        lambda: turning.drive(host.read_selection(key, AREA)),
        lambda: turning.drive(host.add_layers(key, [layer("a")], None, "")),
        lambda: host.show_preview(key, layer("a")),
        lambda: host.read_note(key, "history"),
        lambda: host.write_note(key, "history", b"a"),
    ):
        with pytest.raises(DocumentGone, match="The document was closed"):
            asked()
    assert page.rootNode() is None
    assert (page.name(), page.width()) == ("", 0)
