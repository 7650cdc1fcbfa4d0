"""Which size is painted for an asked one, and how the painted picture becomes it."""

from __future__ import annotations

import numpy as np
import pytest

from core_server.execution.canvas import canvas_for
from core_server.models.families import POCKET, SD15
from protocol.errors import OutOfRange

SIZES = [
    (256, 256), (512, 512), (1024, 1024), (2048, 2048), (16, 16), (17, 33), (640, 360), (360, 640),
    (300, 900), (2048, 1024), (1000, 999), (8192, 16), (1, 8192), (8192, 8192), (500, 400),
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_a_pocket_canvas_is_a_square_of_its_own_with_room_at_two_sides(
    size: tuple[int, int],
) -> None:
    canvas = canvas_for(POCKET, size)
    width, height = canvas.fitted.model
    assert min(width, height) in (64, *POCKET.squares)
    assert width * height <= 16 * 2**20
    across, down = canvas.fitted.box.width / size[0], canvas.fitted.box.height / size[1]
    assert canvas.fitted.box.width <= width
    assert canvas.fitted.box.height <= height
    if min(size) >= 16:
        assert abs(across / down - 1) < 0.05, "stretched"


@pytest.mark.parametrize(
    ("size", "model"),
    [
        ((256, 256), (256, 256)),
        ((300, 300), (256, 256)),
        ((512, 512), (512, 512)),
        ((1024, 1024), (1024, 1024)),
        ((640, 360), (912, 512)),
        ((300, 900), (256, 768)),
        ((2048, 1024), (2048, 1024)),
        ((2048, 2048), (1024, 1024)),
    ],
)
def test_no_more_is_painted_than_is_asked_for(
    size: tuple[int, int], model: tuple[int, int]
) -> None:
    assert canvas_for(POCKET, size).fitted.model == model


@pytest.mark.parametrize(
    ("size", "tile", "model", "wrapped", "periods"),
    [
        ((512, 512), "both", (512, 512), "both", (1, 1)),
        ((640, 360), "both", (896, 512), "both", (1, 1)),
        ((300, 900), "both", (256, 384), "both", (1, 2)),
        ((900, 300), "x", (384, 256), "x", (2, 1)),
        ((300, 900), "x", (256, 384), "both", (1, 2)),
        ((2048, 1024), "both", (2048, 1024), "both", (1, 1)),
        ((2048, 1024), "y", (2048, 1024), "both", (1, 1)),
        ((256, 270), "x", (256, 256), "x", (1, 1)),
        ((8192, 64), "both", (512, 256), "both", (64, 1)),
    ],
)
def test_a_pocket_texture_has_the_shape_that_is_asked_for(
    size: tuple[int, int], tile: str, model: tuple[int, int], wrapped: str, periods: tuple[int, int]
) -> None:
    canvas = canvas_for(POCKET, size, tile)
    assert (canvas.fitted.model, canvas.tile, canvas.periods) == (model, wrapped, periods)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tile", ["x", "y", "both"])
def test_a_texture_is_hardly_stretched(size: tuple[int, int], tile: str) -> None:
    canvas = canvas_for(POCKET, size, tile)
    model, (across, down) = canvas.fitted.model, canvas.periods
    if min(size) >= 16:
        painted = (model[0] * across) / (model[1] * down)
        assert 1 / 1.15 < painted / (size[0] / size[1]) < 1.15


@pytest.mark.parametrize("size", [(300, 900), (2048, 512), (640, 360), (90, 70)])
@pytest.mark.parametrize("family", [POCKET, SD15])
def test_repeated_textures_still_wrap_around(family: object, size: tuple[int, int]) -> None:
    assert family in (POCKET, SD15)
    canvas = canvas_for(POCKET if family is POCKET else SD15, size, "both")
    width, height = canvas.fitted.model
    y, x = np.mgrid[:height, :width].astype(np.float32)
    image = np.ones((height, width, 4), np.float32)
    image[..., 0] = 0.5 + 0.4 * np.sin(2 * np.pi * x / width)
    image[..., 1] = 0.5 + 0.4 * np.cos(2 * np.pi * y / height)
    result = canvas.developed(image)
    assert result.shape == (size[1], size[0], 4)
    for axis in (0, 1):
        steps = np.abs(np.diff(result, axis=axis, append=np.take(result, [0], axis)))
        lines = steps.max(axis=(1 - axis, 2))
        assert lines[-1] <= lines[:-1].max() * 1.1
    # as often as it has periods
    crossings = np.diff(np.sign(result[0, :, 0] - 0.5)) != 0
    assert abs(crossings.sum() - 2 * canvas.periods[0]) <= 1


def test_what_is_clear_has_no_colour() -> None:
    image = np.full((512, 512, 4), 0.7, np.float32)
    image[..., 3] = np.linspace(0, 1, 512, dtype=np.float32)[None]
    result = canvas_for(POCKET, (500, 500)).developed(image)
    clear = result[..., 3] == 0
    assert clear.any()
    assert (result[clear] == 0).all()


@pytest.mark.parametrize(
    ("size", "field"), [((0, 9), "params.width"), ((9, 8193), "params.height")]
)
def test_a_size_beyond_reason_is_refused(size: tuple[int, int], field: str) -> None:
    with pytest.raises(OutOfRange) as caught:
        canvas_for(POCKET, size)
    assert caught.value.field == field
