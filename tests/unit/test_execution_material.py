"""The maps of a material as items: which come, in what layout, how far along, and from what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core_server.execution.material import DERIVED, DERIVED_INVERTED, SEEMS_SEAMLESS
from core_server.imaging.srgb import decode
from core_server.operations.material import MAPS
from protocol.errors import BadRequest, Cancelled
from protocol.geometry import Rect
from protocol.messages import Output
from protocol.pixels import ColorSpace, PixelLayout, Rows
from tests.execution_stage import Stage, image_input, photo

STONES = np.ascontiguousarray(photo("gravel")[:60, :80])


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def only(*names: str) -> dict[str, bool]:
    return {f"{name}_map": name in names for name in MAPS}


def unit(native: NDArray[Any]) -> NDArray[np.float64]:
    """Numbers as they are meant, whatever holds them."""
    top = np.iinfo(native.dtype).max if native.dtype.kind == "u" else 1
    return native.astype(np.float64) / top


def test_every_map_is_an_item_that_is_data(stage: Stage) -> None:
    finished, pixels = stage.paint("material", [image_input(STONES, at=(-7, 30))], tile="both")
    assert [item.name for item in finished.items] == list(MAPS)
    for place, item in enumerate(finished.items):
        assert (item.role, item.space, item.blob) == ("map", ColorSpace.LINEAR, place)
        assert item.rect == Rect(-7, 30, 80, 60)
        assert (item.score, item.seed) == (None, None)
    height, normal, *others = pixels
    for gray in (height, *others):
        assert (gray[..., :1] == gray[..., 1:3]).all()
        assert gray[..., 0].std() > 2
    assert (normal[..., 2] > 127).all()
    assert all((each[..., 3] == 255).all() for each in pixels)
    assert finished.notes == (DERIVED,)
    assert "not measured" in DERIVED


@pytest.mark.parametrize("wanted", [("normal",), ("height", "occlusion"), ("roughness",), MAPS])
def test_only_the_maps_asked_for_come_and_every_step_is_told(
    stage: Stage, wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core_server.execution.material._REPORT_EVERY_S", 0.0)
    monkeypatch.setattr("core_server.imaging.spectral._PART_PIXELS", 1500)
    finished, _ = stage.paint("material", [image_input(STONES)], **only(*wanted))
    assert [item.name for item in finished.items] == [name for name in MAPS if name in wanted]
    total = stage.steps[-1][1]
    assert stage.steps == [(step, total) for step in range(1, total + 1)]
    assert not stage.loaded, "no model is needed"


def test_steps_are_told_no_oftener_than_can_be_seen(stage: Stage) -> None:
    stage.paint("material", [image_input(STONES)])
    assert len(stage.steps) < 8
    assert stage.steps[-1][0] == stage.steps[-1][1]


@pytest.mark.parametrize("layout", PixelLayout)
def test_maps_come_in_the_layout_asked_for(stage: Stage, layout: PixelLayout) -> None:
    reference, wide = stage.paint(
        "material", [image_input(STONES)], output=Output(PixelLayout.RGBA32F)
    )
    finished, pixels = stage.paint("material", [image_input(STONES)], output=Output(layout))
    tolerance = 1e-3 if layout is PixelLayout.RGBA16F else 1 / (2 ** (8 * pixels[0].itemsize) - 1)
    for item, native, expected in zip(finished.items, pixels, wide, strict=True):
        if item.name == "normal" and layout.is_gray:
            assert item.layout.channels == 4
            assert item.layout.bytes_per_channel == layout.bytes_per_channel
        else:
            assert item.layout is layout
        shown = 3 if item.layout.channels == 4 else 1
        found = unit(native)[..., :shown]
        np.testing.assert_allclose(found, expected[..., :shown], atol=max(tolerance, 1e-6))
        if item.layout.has_alpha:
            assert (unit(native)[..., -1] == 1).all()
    assert len(reference.items) == len(MAPS)


def test_without_a_wish_maps_come_as_the_picture_came(stage: Stage) -> None:
    given = image_input(STONES, PixelLayout.GRAY16, rows=Rows.BOTTOM)
    finished, _ = stage.paint("material", [given])
    layouts = [item.layout.value for item in finished.items]
    assert layouts == ["gray16", "rgba16", "gray16", "gray16"]
    assert {item.rows for item in finished.items} == {Rows.BOTTOM}


def test_the_order_of_rows_changes_nothing_but_the_blob(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core_server.imaging.spectral._PART_PIXELS", 1500)
    both = [
        stage.paint("material", [image_input(STONES, rows=rows)], output=Output(rows=rows))
        for rows in Rows
    ]
    for top, bottom in zip(both[0][1], both[1][1], strict=True):
        assert (top == bottom).all()


def test_the_same_picture_in_linear_light_gives_the_same_maps(stage: Stage) -> None:
    wide = PixelLayout.RGBA32F
    encoded = image_input(STONES, wide)
    linear = image_input(STONES, wide, space=ColorSpace.LINEAR)
    assert not np.allclose(decode(STONES), STONES)
    for a, b in zip(
        *(stage.paint("material", [each])[1] for each in (encoded, linear)), strict=True
    ):
        np.testing.assert_allclose(a, b, atol=1e-3)


def test_a_record_derives_the_same_again(stage: Stage) -> None:
    given = [image_input(STONES, PixelLayout.RGBA16)]
    asked = {"tile": "x", "invert": True, "normal_format": "directx", "detail": 0.3}
    finished, pixels = stage.paint("material", given, **asked)
    record = finished.record
    assert record["operation"] == "material"
    assert asked.items() <= record["params"].items()
    assert record["used"].keys() == {"depth_px", "occlusion_radius"}
    assert [len(entry["sha256"]) for entry in record["inputs"]] == [64]
    assert finished.notes == (DERIVED_INVERTED,)
    _, again = stage.paint("material", given, **record["params"])
    assert all((a == b).all() for a, b in zip(pixels, again, strict=True))


@pytest.mark.parametrize(
    ("seamless", "tile", "said"),
    [
        ((), "none", False),
        ((0, 1), "none", True),
        ((0, 1), "x", True),
        ((0, 1), "both", False),
        ((1,), "none", True),
        ((1,), "x", False),
    ],
)
def test_a_seamless_picture_that_is_not_said_to_be_one_is_told(
    stage: Stage, seamless: tuple[int, ...], tile: str, said: bool
) -> None:
    picture = STONES
    for axis in seamless:
        picture = np.concatenate([picture, np.flip(picture, axis)], axis)
    finished, _ = stage.paint("material", [image_input(picture)], tile=tile)
    assert (SEEMS_SEAMLESS in finished.notes) is said


# ---- transparency --------------------------------------------------------------------------------


def test_colours_that_cannot_be_seen_make_no_relief(stage: Stage) -> None:
    holed, hidden = STONES.copy(), STONES.copy()
    for each, colour in ((holed, 0.0), (hidden, 1.0)):
        each[20:40, 20:40] = (colour, colour, colour, 0)
    results = [stage.paint("material", [image_input(each)])[1] for each in (holed, hidden)]
    for a, b in zip(*results, strict=True):
        assert (a == b).all()
    height = unit(results[0][0])[..., 0]
    assert height[26:34, 26:34].std() < 0.3 * height.std()
    assert (results[0][0][..., 3] == 255).all()


def test_a_picture_with_nothing_on_it_is_refused(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="fully transparent") as caught:
        stage.paint("material", [image_input(np.zeros((8, 8, 4), np.float32))])
    assert caught.value.field == "inputs.0"


# ---- cancelling ----------------------------------------------------------------------------------


@dataclass
class Impatient(Stage):
    """Somebody who cancels when `patience` parts are done."""

    patience: int = 0
    looks: int = 0

    def check(self) -> None:
        self.looks += 1
        if self.looks > self.patience:
            raise Cancelled("The job was cancelled.")

    def stepped(self, step: int, steps: int, preview: NDArray[np.uint8] | None = None) -> None:
        self.check()
        super().stepped(step, steps, preview)


def cancelled_after(folder: Path, given: Sequence[Any], patience: int) -> int:
    stage = Impatient(folder, patience=patience)
    with pytest.raises(Cancelled):
        stage.paint("material", given)
    return stage.looks


def test_a_job_is_looked_at_after_every_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core_server.imaging.spectral._PART_PIXELS", 1500)
    given = [image_input(STONES)]
    for patience in (0, 1, 30, 100):
        assert cancelled_after(tmp_path, given, patience) == patience + 1
