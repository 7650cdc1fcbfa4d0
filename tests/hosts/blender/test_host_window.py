"""BlenderHost in a Blender with a window: undo in every mode, previews, the view as an eye."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hosts.blender.host_jobs import JOBS
from tests.hosts.blender_program import Blender


@pytest.fixture(scope="module")
def windowed(blender: Blender, head: str) -> dict[str, Any]:
    with blender.start() as window:
        job = head + (JOBS / "host_window.py").read_text("utf-8")
        return window.execute(job, timeout_s=200)


@pytest.mark.parametrize("mode", ["OBJECT", "EDIT", "SCULPT", "TEXTURE_PAINT"])
def test_in_the_window_a_texture_is_one_step(windowed: dict[str, Any], mode: str) -> None:
    red, green = [200, 30, 20, 255], [20, 180, 40, 255]
    after, mode_after, undone, _, redone, _ = windowed["dressing"][mode]
    assert (after, mode_after, undone, redone) == (green, mode, red, green)


def test_in_the_window_painting_in_place_is_undone(windowed: dict[str, Any]) -> None:
    assert windowed["in_place"] == {"after": False, "undone": True, "redone": False}


def test_previews_are_shown_in_image_editors(windowed: dict[str, Any]) -> None:
    assert windowed["previews"] == {"shown": "Impasto preview", "back": "own", "after": "new"}


@pytest.mark.parametrize("kind", ["PERSP", "ORTHO"])
def test_the_3d_view_is_an_eye(windowed: dict[str, Any], kind: str) -> None:
    share, color = windowed["from_view"][kind]
    assert 0.1 < share < 0.7
    assert len(color) == 4
