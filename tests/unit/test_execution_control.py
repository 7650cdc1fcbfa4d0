"""A control on its way to the model: its numbers, its place and size; and the record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core_server.engine.interface import Control, Task
from core_server.imaging.resample import resize_image
from protocol.geometry import Rect
from protocol.messages import Input
from protocol.pixels import ColorSpace, PixelLayout, Rows
from tests.execution_stage import Brush, Stage, control_input, image_input, photo

CAT = np.ascontiguousarray(photo("chelsea")[:300:2, :450:2])
SIZE = (225, 150)
WORDS = {"prompt": "a stone"}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def ramp(size: tuple[int, int]) -> NDArray[np.float32]:
    """(H, W): near on the left and at the top, far on the right, nothing along the bottom."""
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    depth = 1 - (x / size[0] + y / size[1]) / 2
    depth[-size[1] // 8 :] = 0
    return depth


def control_of(stage: Stage) -> Control:
    """What the engine was given last."""
    assert isinstance(stage.engine, Brush)
    control = stage.engine.plans[-1].control
    assert control is not None
    return control


# ---- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "space"), [(Rows.TOP, ColorSpace.SRGB), (Rows.BOTTOM, ColorSpace.LINEAR)]
)
@pytest.mark.parametrize("layout", PixelLayout)
def test_depth_arrives_number_by_number_in_any_layout(
    stage: Stage, layout: PixelLayout, rows: Rows, space: ColorSpace
) -> None:
    depth = ramp((512, 512))
    stage.paint("generate", [control_input(depth, layout, rows=rows, space=space)], **WORDS)
    control = control_of(stage)
    assert control.image.shape == (512, 512, 3)
    assert control.image.dtype == np.float32
    step = 1e-3 if layout.is_float else 1 / (256**layout.bytes_per_channel - 1)
    assert np.abs(control.image - depth[..., None]).max() <= step / 2 + 1e-6
    assert control.card.kind == "depth"
    assert control.strength == 0.8


def test_what_is_transparent_is_nothing_and_what_is_out_of_range_is_held(stage: Stage) -> None:
    pixels = np.full((512, 512, 4), 0.75, np.float32)
    pixels[:, :256, 3] = 0
    pixels[:256, 256:] = (7, 7, 7, 1)
    pixels[256:, 256:, 3] = 1
    entry, blob = image_input(pixels, PixelLayout.RGBA32F)
    stage.paint("generate", [(replace(entry, role="control", name="depth"), blob)], **WORDS)
    image = control_of(stage).image
    assert (image[:, :256] == 0).all()
    assert (image[:256, 256:] == 1).all()
    assert (image[256:, 256:] == 0.75).all()


def test_its_strength_is_the_parameters(stage: Stage) -> None:
    stage.paint("generate", [control_input(ramp(SIZE))], control_strength=1.25, **WORDS)
    assert control_of(stage).strength == 1.25


# ---- size and place --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, SIZE),
        ({"width": 300}, (300, 150)),
        ({"width": 96, "height": 128}, (96, 128)),
        ({"tile": "both"}, SIZE),
    ],
)
def test_without_an_image_the_layer_has_the_asked_size_where_the_control_lies(
    stage: Stage, asked: dict[str, Any], size: tuple[int, int]
) -> None:
    inputs = [control_input(ramp(SIZE), at=(-5, 40))]
    finished, (layer,) = stage.paint("generate", inputs, **WORDS, **asked)
    assert finished.items[0].rect == Rect(-5, 40, *size)
    assert finished.items[0].layout is PixelLayout.RGBA8
    assert layer.shape[:2] == (size[1], size[0])
    assert stage.engine.plans[-1].task is Task.GENERATE  # type: ignore[attr-defined]  # a Brush


def test_with_an_image_the_layer_lies_where_the_image_does(stage: Stage) -> None:
    inputs = [image_input(CAT, PixelLayout.RGBA16, (3, 4)), control_input(ramp((64, 64)))]
    finished, _ = stage.paint("generate", inputs, **WORDS)
    assert finished.items[0].rect == Rect(3, 4, *SIZE)
    assert finished.items[0].layout is PixelLayout.RGBA16
    assert stage.engine.plans[-1].task is Task.REFINE  # type: ignore[attr-defined]  # a Brush
    assert control_of(stage).image.shape == stage.engine.plans[-1].image.shape  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [SIZE, (64, 64), (640, 170)])
@pytest.mark.parametrize("tile", ["none", "x", "both"])
@pytest.mark.parametrize("has_image", [True, False])
def test_it_goes_the_pictures_own_way_to_the_model(
    stage: Stage, has_image: bool, tile: str, size: tuple[int, int]
) -> None:
    """The same picture as image and as control meets the model pixel by pixel alike."""
    depth = ramp(size)
    as_image = np.dstack([depth, depth, depth, np.ones_like(depth)])
    asked = {**WORDS, "tile": tile}
    stage.paint("generate", [image_input(as_image, PixelLayout.RGBA16)], **asked)
    seen = stage.engine.plans[-1].image  # type: ignore[attr-defined]  # a Brush
    inputs = [image_input(as_image)] if has_image else []
    stage.paint("generate", [*inputs, control_input(depth)], **asked)
    assert np.abs(control_of(stage).image - seen).max() < 1e-5
    plans = stage.engine.plans  # type: ignore[attr-defined]  # a Brush
    assert (plans[-1].width, plans[-1].height) == (plans[0].width, plans[0].height)
    assert plans[-1].tile == plans[0].tile


def test_a_control_of_another_size_is_stretched_to_the_pictures(stage: Stage) -> None:
    small = ramp((64, 64))
    stage.paint("generate", [control_input(small)], width=512, height=512, **WORDS)
    stretched = resize_image(np.dstack([small] * 3 + [np.ones_like(small)]), (512, 512))
    assert np.abs(control_of(stage).image - stretched[..., :3]).max() < 1e-4


# ---- beside it -------------------------------------------------------------------------------


def test_without_a_control_the_plan_has_none(stage: Stage) -> None:
    finished, _ = stage.paint("generate", [image_input(CAT)], control_strength=1.0, **WORDS)
    assert stage.engine.plans[-1].control is None  # type: ignore[attr-defined]  # a Brush
    assert "control" not in finished.record


def test_the_record_names_the_controlnet_and_the_depth_and_paints_the_same_again(
    stage: Stage,
) -> None:
    (stage.home / "diffusion_pytorch_model.safetensors").write_bytes(b"weights")
    inputs: list[tuple[Input, bytes]] = [image_input(CAT), control_input(ramp(SIZE), at=(1, 2))]
    finished, (layer,) = stage.paint("generate", inputs, control_strength=0.5, **WORDS)
    record = finished.record
    assert record["control"] == {
        "kind": "depth",
        "name": "sd15-depth",
        "family": "sd15",
        "digest": record["model"]["digest"],  # both in one folder here
    }
    depth = record["inputs"][1]
    assert (depth["role"], depth["name"], depth["layout"]) == ("control", "depth", "gray16")
    assert len(depth["sha256"]) == 64
    assert record["params"]["control_strength"] == 0.5
    again, (same,) = stage.paint("generate", inputs, **record["params"])
    assert np.array_equal(layer, same)
    assert again.record["control"] == record["control"]
