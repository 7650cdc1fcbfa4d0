"""What was painted, in the docker under PyQt6: candidates and previews, jobs, album, history.

No daemon: what one would have sent is laid into the session's tasks.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from plugins.common.album import Album, Page, Small
from plugins.common.host import NewLayer
from plugins.common.store import Ticket
from plugins.common.tasks import Candidate, Task
from plugins.common.thumbnails import png_text
from protocol.geometry import Rect
from protocol.jobs import Job
from protocol.messages import HistoryEntry, JobState, Phase, Preview, Progress
from protocol.pixels import ColorSpace, PixelLayout

if TYPE_CHECKING:
    from tests.unit.plugins.krita.conftest import Turning

RECT = Rect(8, 4, 32, 16)
RED = {  # one pixel of full red, or of half gray, in every layout that a result may have
    PixelLayout.RGBA8: bytes([255, 0, 0, 255]),
    PixelLayout.BGRA8: bytes([0, 0, 255, 255]),
    PixelLayout.RGBA16: struct.pack("<4H", 65535, 0, 0, 65535),
    PixelLayout.BGRA16: struct.pack("<4H", 0, 0, 65535, 65535),
    PixelLayout.RGBA16F: struct.pack("<4e", 1, 0, 0, 1),
    PixelLayout.RGBA32F: struct.pack("<4f", 1, 0, 0, 1),
    PixelLayout.GRAY8: bytes([128]),
    PixelLayout.GRAYA8: bytes([128, 255]),
    PixelLayout.GRAYA16: struct.pack("<2H", 32896, 65535),
    PixelLayout.GRAYA32F: struct.pack("<2f", 0.502, 1),
}


def painted(layout: PixelLayout = PixelLayout.RGBA8, title: str = "a red fox") -> NewLayer:
    return NewLayer(title, RECT, layout, ColorSpace.SRGB, RED[layout] * RECT.area)


def lay_in(view: Any, count: int, job: str = "job") -> list[Candidate]:
    """As if the daemon had painted so many for the document in front."""
    ticket = Ticket(job, "generate", "a red fox", view.desk.document.key)
    found = [Candidate(ticket, n, painted(), 0.3 - n / 100, 40 + n) for n in range(count)]
    view.desk.session.tasks.insert(0, Task(ticket, candidates=list(found), is_done=True))
    view.draw()
    return found


def preview_on(krita: Any) -> Any:
    from PyQt6.QtWidgets import QWidget

    canvas = krita.Krita.instance().activeWindow().activeView()._tab.canvas
    return canvas.findChild(QWidget, "impasto_preview")


def colour_at(widget: Any, x: int, y: int) -> tuple[int, ...]:
    return tuple(widget.grab().toImage().pixelColor(x, y).getRgb()[:3])


# ---- candidates ----------------------------------------------------------------------------------


def test_the_best_candidate_is_chosen_and_its_preview_shown(
    view: Any, krita: Any, page: Any, turning: Turning
) -> None:
    first, second, _ = lay_in(view, 3)
    assert view._results.isVisibleTo(view)
    assert view._strip.chosen == [first]
    assert view._strip.item(0).toolTip() == "a red fox\nSeed 40\nFits the prompt: 0.30"
    assert view._basic._widgets["seed"]._line.text() == "40"
    shown = turning.until(lambda: preview_on(krita))
    assert colour_at(shown.parent(), 20, 10) == (255, 0, 0)
    view.choose_next(1)
    assert view._strip.chosen == [second]
    view.choose_next(-1)
    view.choose_next(-1)
    assert view._strip.currentRow() == 2, "around the end"
    assert page.rootNode().childNodes()[-1].name() == "Background"


def test_the_candidates_pictures_come_one_a_turn(view: Any, turning: Turning) -> None:
    lay_in(view, 3)
    strip = view._strip
    assert strip.count() == 3
    drawn = []
    for _ in range(8):
        drawn.append(sum(not strip.item(row).icon().isNull() for row in range(3)))
        turning.turn()
    assert [after - before for before, after in pairwise(drawn)].count(1) == 3


def test_a_chosen_candidate_has_a_frame_in_its_own_colours(view: Any, turning: Turning) -> None:
    from PyQt6.QtGui import QIcon

    lay_in(view, 1)
    turning.until(lambda: not view._strip.item(0).icon().isNull())
    icon = view._strip.item(0).icon()
    plain, framed = (
        icon.pixmap(78, 78, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)
    )
    middle, corner = (39, 39), (0, 21)  # 78 × 39 in the middle of the square
    assert plain.pixelColor(*middle) == framed.pixelColor(*middle)
    assert plain.pixelColor(*corner).getRgb()[:3] == (255, 0, 0)
    assert framed.pixelColor(*corner) != plain.pixelColor(*corner)


def test_several_candidates_are_applied_together_and_marked(
    view: Any, krita: Any, page: Any, turning: Turning
) -> None:
    candidates = lay_in(view, 3)
    turning.until(lambda: preview_on(krita))
    for row in (0, 2):
        view._strip.item(row).setSelected(True)
    assert view._apply.text() == "Apply 2 layers"
    assert not view._vary.isEnabled()
    view._apply.click()
    turning.until(lambda: candidates[2].is_applied)
    group = page.rootNode().childNodes()[-1]
    assert (group.name(), len(group.childNodes())) == ("a red fox", 2)
    turning.until(lambda: "Is a layer already" in view._strip.item(0).toolTip())
    turning.until(lambda: preview_on(krita) is None)


def test_a_double_click_applies(view: Any, page: Any, turning: Turning) -> None:
    lay_in(view, 1)
    view._strip.itemActivated.emit(view._strip.item(0))
    turning.until(lambda: page.rootNode().childNodes()[-1].name() == "a red fox")
    assert page.rootNode().childNodes()[-1].bounds().width() == RECT.width


def test_candidates_are_varied_and_discarded(view: Any, krita: Any, turning: Turning) -> None:
    first, second = lay_in(view, 2)
    view._vary.click()
    (row,) = view._rows._rows.values()
    assert row._title.text() == "a red fox"
    view._discard.click()
    assert view.desk.candidates == [second]
    view._strip.setCurrentRow(0)
    view._discard.click()
    assert view.desk.candidates == []
    assert not view._results.isVisibleTo(view)
    turning.until(lambda: preview_on(krita) is None)
    assert first not in view.desk.candidates


@pytest.mark.parametrize("layout", RED, ids=lambda layout: layout.value)
def test_every_layout_is_shown_as_thumbnail_and_as_preview(
    qt: Turning, layout: PixelLayout
) -> None:
    from plugins.krita.pictures import small_image
    from plugins.krita.screen import ScreenPicture

    screen = ScreenPicture(painted(layout))
    while not screen.advance(1.0):
        pass
    for image in (small_image(painted(layout), 64), screen.image):
        red, green, _, alpha = image.pixelColor(image.width() // 2, image.height() // 2).getRgb()
        assert alpha == 255
        expected = (128, 128) if layout.is_gray else (255, 0)
        assert (red, green) == pytest.approx(expected, abs=1)


# ---- previews ------------------------------------------------------------------------------------


def test_a_preview_follows_the_zoom_the_old_way_and_the_new(
    view: Any, krita: Any, turning: Turning, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugins.krita.canvas import canvases_of, image_transform

    seen = krita.Krita.instance().activeWindow().activeView()
    lay_in(view, 1)
    shown = turning.until(lambda: preview_on(krita))
    assert colour_at(shown.parent(), 45, 15) != (255, 0, 0)
    seen.canvas().setZoomLevel(1.5)
    shown.parent().repaint()
    assert colour_at(shown.parent(), 45, 15) == (255, 0, 0)
    (canvas,) = canvases_of(view.desk.document.key)
    newer = image_transform(canvas)
    assert newer.m11() == pytest.approx(1.5)
    monkeypatch.delattr(krita.View, "flakeToImageTransform")  # as in Krita 5.1
    older = image_transform(canvas)
    assert (older.m11(), older.dx()) == (pytest.approx(newer.m11()), pytest.approx(newer.dx()))


def test_a_preview_grows_with_its_canvas_and_goes_with_its_view(
    view: Any, krita: Any, page: Any, turning: Turning
) -> None:
    from PyQt6 import sip

    lay_in(view, 1)
    shown = turning.until(lambda: preview_on(krita))
    shown.parent().setFixedSize(300, 200)
    turning.until(lambda: shown.width() == 300)
    page.close()
    turning.until(lambda: sip.isdeleted(shown))
    turning.until(lambda: view.desk.document is None)


# ---- jobs under way ------------------------------------------------------------------------------


def test_a_job_has_a_row_with_its_steps_its_preview_and_a_way_to_stop_it(view: Any) -> None:
    client = view.desk.session._client
    job = Job(client, "job", None)
    size = Preview(4, 2, 0)
    job.progress = Progress("job", Phase.PAINTING, step=5, steps=20, preview=size)
    job.preview = RED[PixelLayout.RGBA8] * 8
    ticket = Ticket("job", "generate", "a red fox", view.desk.document.key)
    view.desk.session.tasks.append(Task(ticket, job=job))
    view.draw()
    (row,) = view._rows._rows.values()
    assert row._doing.text() == "Painting, step 5 of 20"
    assert row._bar.value() == 250
    assert colour_at(row._preview, 28, 14) == (255, 0, 0)
    row._stop.click()
    assert row._doing.text() == "Stopping …"
    assert not row._stop.isEnabled()
    view.desk.session.tasks.clear()
    view.draw()
    assert not view._rows.isVisibleTo(view)


# ---- what was painted before ---------------------------------------------------------------------


def test_the_album_unfolds_and_brings_a_job_back(view: Any, turning: Turning) -> None:
    from plugins.krita.album_view import AlbumView

    small = Small(png_text(painted(), 64))
    pages = [
        Page(Ticket("one", "generate", "a fox", ""), (small, small)),
        Page(Ticket("two", "fill", "a hare", ""), (small,) * 6),
    ]
    reopened: list[str] = []
    album = AlbumView(reopened.append)
    album.draw(Album(pages), shown=set())
    assert album._fold.text() == "Painted before (2)"
    assert not album._list.isVisibleTo(album)
    album._fold.click()
    assert album._list.isVisibleTo(album)
    icon = album._list.item(0).icon().pixmap(96, 48).toImage()
    assert icon.pixelColor(24, 24).getRgb()[:3] == (255, 0, 0)
    album._list.itemClicked.emit(album._list.item(1))
    assert reopened == ["two"]
    album.draw(Album(pages), shown={"one"})
    assert album._list.count() == 1
    album.draw(Album([]), shown=set())
    assert album.isHidden()


def test_what_was_painted_is_in_the_album_once_it_is_off_the_list(
    view: Any, page: Any, turning: Turning
) -> None:
    lay_in(view, 2)
    turning.until(lambda: view.desk.album.pages)
    assert "impasto/history" in page.annotationTypes()
    view.desk.session.tasks.clear()
    view.draw()
    assert view._album.isVisibleTo(view)
    view._album._list.itemClicked.emit(view._album._list.item(0))
    assert view.desk.trouble is None


def test_the_history_window_searches_and_reopens(view: Any, turning: Turning) -> None:
    from PyQt6.QtWidgets import QApplication

    from plugins.krita.history_window import HistoryWindow

    entries = [
        HistoryEntry("a", "Gimp", "generate", JobState.DONE, 1.7e9, "a fox", items=2),
        HistoryEntry("b", "Krita", "inpaint", JobState.FAILED, 1.7e9, "a hare"),
        HistoryEntry("c", "Blender", "vary", JobState.DONE, 1.7e9, "", items=1),
    ]
    reopened: list[HistoryEntry] = []
    searched: list[str] = []
    window = HistoryWindow(view.window(), reopened.append)
    window.searched.connect(searched.append)
    window.show_entries(entries)
    rows = [window._list.topLevelItem(n) for n in range(window._list.topLevelItemCount())]
    assert [(row.text(0), row.text(1)) for row in rows] == [("a fox", "Gimp"), ("vary", "Blender")]
    window._list.setCurrentItem(rows[1])
    window._list.itemActivated.emit(rows[1], 0)
    assert reopened == [entries[2]]
    window._words.setText("fox")
    turning.until(lambda: searched == ["fox"])
    window.close()

    view._show_history()
    (shown,) = [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, HistoryWindow) and each.isVisible()
    ]
    shown.close()
