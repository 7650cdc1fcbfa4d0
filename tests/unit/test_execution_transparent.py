"""A transparent background on request: who has it, how it is delivered, recorded and ranked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_server.engine.interface import FloatImage
from core_server.models.listing import model_infos
from core_server.models.registry import EMBEDDED_MANIFEST, ModelRegistry
from core_server.operations import catalogue, load_styles
from protocol.errors import UnknownParameter
from protocol.messages import Output
from protocol.pixels import PixelLayout
from tests.execution_stage import Brush, Stage, colour_of, image_input, mask_input, photo

CAT = np.ascontiguousarray(photo("chelsea")[:90, :120])


@dataclass
class Looker(Brush):
    """Remembers what it was shown to rank."""

    shown: list[FloatImage] = field(default_factory=list)

    def rank(self, prompt: str, images: list[FloatImage]) -> list[float] | None:
        self.shown += images
        return [float(image.mean()) for image in images]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, Looker(channels=4), family="pocket")


def looker(stage: Stage) -> Looker:
    assert isinstance(stage.engine, Looker)
    return stage.engine


GIVEN: dict[str, tuple[int, dict[str, Any]]] = {
    "generate": (0, {"width": 120, "height": 90}),
    "vary": (1, {}),
    "mix": (1, {}),
}


@pytest.mark.parametrize("operation", GIVEN)
@pytest.mark.parametrize("layout", [PixelLayout.RGBA8, PixelLayout.RGBA16, PixelLayout.RGBA32F])
def test_the_layer_is_clear_where_nothing_was_painted(
    stage: Stage, operation: str, layout: PixelLayout
) -> None:
    images, params = GIVEN[operation]
    asked = {"prompt": "a fox", "transparent": True, "output": Output(layout), **params}
    finished, (layer,) = stage.paint(operation, [image_input(CAT)] * images, **asked)
    assert looker(stage).plans[0].transparent
    assert finished.items[0].layout is layout
    whole = {PixelLayout.RGBA8: 255, PixelLayout.RGBA16: 65535}.get(layout, 1)
    assert (layer[layer.shape[0] // 2, layer.shape[1] // 2] == 0).all()
    assert layer[2, 2, 3] == whole
    assert np.abs(layer[2, 2, :3] / whole - colour_of(7)).max() < 0.005


@pytest.mark.parametrize("operation", GIVEN)
def test_it_is_off_unless_asked_for(stage: Stage, operation: str) -> None:
    images, params = GIVEN[operation]
    stage.paint(operation, [image_input(CAT)] * images, prompt="a fox", **params)
    assert not looker(stage).plans[0].transparent


@pytest.mark.parametrize("operation", GIVEN)
def test_a_record_repeats_it(stage: Stage, operation: str) -> None:
    images, params = GIVEN[operation]
    given = [image_input(CAT)] * images
    finished, (first,) = stage.paint(operation, given, prompt="a", transparent=True, **params)
    assert finished.record["params"]["transparent"] is True
    _, (second,) = stage.paint(operation, given, **finished.record["params"])
    assert np.array_equal(first, second)


def test_a_layout_without_alpha_shows_white(stage: Stage) -> None:
    asked = {"prompt": "a fox", "transparent": True, "width": 64, "height": 64}
    _, (layer,) = stage.paint("generate", output=Output(PixelLayout.GRAY8), **asked)
    assert layer[32, 32, 0] == 255
    assert layer[2, 2, 0] < 255


def test_candidates_are_ranked_on_white(stage: Stage) -> None:
    stage.paint("generate", prompt="a fox", transparent=True, count=2)
    assert [image.shape[2] for image in looker(stage).shown] == [3, 3]
    assert all((image[128, 128] == 1).all() for image in looker(stage).shown)


def test_inpaint_does_not_have_it(stage: Stage) -> None:
    inputs = [image_input(CAT), mask_input(np.ones(CAT.shape[:2], np.float32))]
    with pytest.raises(UnknownParameter):
        stage.paint("inpaint", inputs, prompt="a fox", transparent=True)


def test_forms_and_lists_know_it(tmp_path: Path) -> None:
    for operation in catalogue(load_styles()).operations:
        names = [param.name for param in operation.params]
        assert ("transparent" in names) == (operation.name in GIVEN)
    if EMBEDDED_MANIFEST.is_file():
        (info,) = model_infos(ModelRegistry(tmp_path / "models.json"))
        assert info.operations["transparent"] == "yes"
