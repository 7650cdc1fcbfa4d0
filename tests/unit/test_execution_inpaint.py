"""Inpaint around a deterministic engine, on real photographs: where it paints, and where not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from protocol.errors import BadRequest, Cancelled, EmptySelection, ImpastoError
from protocol.geometry import Rect, context_rect
from protocol.messages import Deliver, Output
from protocol.pixels import ColorSpace, PixelLayout, Rows
from tests.execution_stage import (
    Brush,
    Stage,
    colour_of,
    ellipse,
    image_input,
    mask_input,
    native_of,
    photo,
)

CAT = np.ascontiguousarray(photo("chelsea")[:300:2, :450:2])
SIZE = (225, 150)
BOX = Rect(50, 40, 60, 44)
EXACT = {"grow": 0, "feather": 0}
LAYOUTS = [
    (PixelLayout.RGBA8, ColorSpace.SRGB, Rows.TOP),
    (PixelLayout.RGBA8, ColorSpace.SRGB, Rows.BOTTOM),
    (PixelLayout.BGRA8, ColorSpace.SRGB, Rows.TOP),
    (PixelLayout.RGBA16, ColorSpace.SRGB, Rows.TOP),
    (PixelLayout.BGRA16, ColorSpace.LINEAR, Rows.BOTTOM),
    (PixelLayout.RGBA16F, ColorSpace.LINEAR, Rows.TOP),
    (PixelLayout.RGBA32F, ColorSpace.LINEAR, Rows.BOTTOM),
    (PixelLayout.GRAY8, ColorSpace.SRGB, Rows.TOP),
    (PixelLayout.GRAYA16, ColorSpace.SRGB, Rows.BOTTOM),
    (PixelLayout.GRAY32F, ColorSpace.LINEAR, Rows.TOP),
]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, family="pocket")  # small, so quick


def brush(stage: Stage) -> Brush:
    assert isinstance(stage.engine, Brush)
    return stage.engine


def far_from(mask: NDArray[np.float32], px: float) -> NDArray[np.bool_]:
    return ndimage.distance_transform_edt(mask == 0) > px


@pytest.mark.parametrize(("layout", "space", "rows"), LAYOUTS)
def test_outside_the_alpha_not_one_bit_changes(
    stage: Stage, layout: PixelLayout, space: ColorSpace, rows: Rows
) -> None:
    original = native_of(CAT, layout, space)
    mask = ellipse(SIZE, BOX)
    inputs = [image_input(CAT, layout, (-50, 30), rows, space), mask_input(mask, (-50, 30))]
    finished, (result,) = stage.paint(
        "inpaint", inputs, deliver=Deliver.FLATTENED, grow=6, feather=10, prompt="moss"
    )
    (item,) = finished.items
    assert item.rect == Rect(-50, 30, *SIZE)
    assert (item.layout, item.rows, item.space) == (layout, rows, space)
    outside = far_from(mask, 6 + 10 * 1.1 + 1)
    assert np.array_equal(result[outside], original[outside])
    assert not np.array_equal(result[mask > 0], original[mask > 0])


@pytest.mark.parametrize("intent", ["fill", "replace", "remove"])
@pytest.mark.parametrize("deliver", list(Deliver))
def test_without_grow_and_feather_exactly_the_selection_changes(
    stage: Stage, intent: str, deliver: Deliver
) -> None:
    soft = ndimage.gaussian_filter(ellipse(SIZE, BOX), 2).astype(np.float32)
    soft = np.rint(np.where(soft > 0.05, soft, 0) * 255).astype(np.float32) / 255
    inputs = [image_input(CAT, PixelLayout.RGBA16), mask_input(soft)]
    finished, (result,) = stage.paint(
        "inpaint", inputs, intent=intent, deliver=deliver, prompt="", **EXACT
    )
    if deliver is Deliver.FLATTENED:
        original = native_of(CAT, PixelLayout.RGBA16)
        changed = (result != original).any(axis=2)
        assert not changed[soft == 0].any()
        assert changed[soft == 1].mean() > 0.9
        return
    (item,) = finished.items
    alpha = np.zeros((SIZE[1], SIZE[0]))
    alpha[item.rect.y : item.rect.bottom, item.rect.x : item.rect.right] = result[..., 3] / 65535
    assert np.abs(alpha - soft).max() < 1e-4


def test_the_layer_is_tight_and_opaque_wherever_something_was_selected(stage: Stage) -> None:
    mask = ellipse(SIZE, BOX)
    inputs = [image_input(CAT, at=(1000, -200)), mask_input(mask, (1000, -200))]
    finished, (layer,) = stage.paint("inpaint", inputs, prompt="moss", **EXACT)
    (item,) = finished.items
    assert item.rect == BOX.shifted(1000, -200)
    assert np.array_equal(layer[..., 3], mask[40:84, 50:110] * 255)
    assert not layer[layer[..., 3] == 0].any()
    grown, (layer,) = stage.paint("inpaint", inputs, prompt="moss")
    rect = grown.items[0].rect
    assert rect.contains(item.rect)
    assert rect != item.rect
    assert item.rect.padded(30, 30, 30, 30).contains(rect)
    inside = mask[rect.y + 200 : rect.bottom + 200, rect.x - 1000 : rect.right - 1000]
    assert (layer[..., 3][inside > 0] == 255).all()


def test_a_layer_laid_over_the_original_is_the_flattened_result(stage: Stage) -> None:
    inputs = [image_input(CAT, PixelLayout.RGBA16), mask_input(ellipse(SIZE, BOX))]
    finished, (layer,) = stage.paint("inpaint", inputs, prompt="moss")
    _, (flattened,) = stage.paint("inpaint", inputs, prompt="moss", deliver=Deliver.FLATTENED)
    rect = finished.items[0].rect
    part = np.s_[rect.y : rect.bottom, rect.x : rect.right]
    alpha = layer[..., 3:] / 65535
    below = native_of(CAT, PixelLayout.RGBA16)[part][..., :3]
    laid = layer[..., :3] * alpha + below * (1 - alpha)
    assert np.abs(laid - flattened[part][..., :3]).max() <= 1.5


def test_colours_keep_sixteen_bits(stage: Stage) -> None:
    full = np.ones((SIZE[1], SIZE[0]), np.float32)
    inputs = [image_input(CAT, PixelLayout.RGBA16), mask_input(full)]
    _, (layer,) = stage.paint("inpaint", inputs, prompt="moss", **EXACT)
    assert np.abs(layer[50, 50, :3] / 65535 - colour_of(7)).max() < 2 / 65535


def test_linear_float_is_painted_in_linear_light(stage: Stage) -> None:
    inputs = [image_input(CAT * 2, PixelLayout.RGBA32F, space=ColorSpace.LINEAR)]
    finished, (layer,) = stage.paint("inpaint", inputs, prompt="moss")
    assert finished.items[0].space is ColorSpace.LINEAR
    encoded = colour_of(7).astype(np.float64)
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    assert np.abs(layer[10, 10, :3] - linear).max() < 1e-5


def test_without_a_mask_everything_is_repainted(stage: Stage) -> None:
    finished, (layer,) = stage.paint("inpaint", [image_input(CAT)], prompt="moss")
    assert finished.items[0].rect == Rect(0, 0, *SIZE)
    assert (layer[..., 3] == 255).all()


def test_a_gray_picture_gets_a_layer_with_alpha(stage: Stage) -> None:
    inputs = [image_input(CAT, PixelLayout.GRAY16), mask_input(ellipse(SIZE, BOX))]
    finished, (layer,) = stage.paint("inpaint", inputs, prompt="moss", **EXACT)
    assert finished.items[0].layout is PixelLayout.GRAYA16
    assert layer[22, 30, 1] == 65535


def test_an_asked_layout_is_obeyed(stage: Stage) -> None:
    inputs = [image_input(CAT, PixelLayout.RGBA16), mask_input(ellipse(SIZE, BOX))]
    output = Output(PixelLayout.RGBA32F, Rows.BOTTOM, ColorSpace.LINEAR)
    for deliver in Deliver:
        finished, (pixels,) = stage.paint(
            "inpaint", inputs, prompt="moss", output=output, deliver=deliver
        )
        (item,) = finished.items
        assert (item.layout, item.rows, item.space) == (
            output.layout,
            output.rows,
            output.space,
        )
        assert pixels.dtype == np.float32


# ---- context ---------------------------------------------------------------------------------


def test_a_whole_photograph_and_a_plugins_context_give_the_same_layer(stage: Stage) -> None:
    stage.family = "sd15"
    big = np.tile(CAT, (5, 4, 1))  # 900 × 750
    size = (big.shape[1], big.shape[0])
    box = Rect(500, 400, 80, 60)
    mask = ellipse(size, box)
    canvas = Rect(0, 0, *size)
    context = context_rect(box, canvas)
    assert context != canvas
    part = np.s_[context.y : context.bottom, context.x : context.right]
    cut = [
        image_input(big[part], at=(context.x, context.y)),
        mask_input(mask[part], (context.x, context.y)),
    ]
    whole, (first,) = stage.paint("inpaint", [image_input(big), mask_input(mask)], prompt="moss")
    sent, (second,) = stage.paint("inpaint", cut, canvas=canvas, prompt="moss")
    assert whole.items[0].rect == sent.items[0].rect
    assert np.array_equal(first, second)
    plans = brush(stage).plans
    assert np.array_equal(plans[0].image, plans[1].image)


def test_a_small_region_is_enlarged_for_the_model(stage: Stage) -> None:
    stage.family = "sd15"
    tiny = CAT[:40, :40]
    stage.paint("inpaint", [image_input(tiny)], prompt="moss")
    (plan,) = brush(stage).plans
    assert (plan.width, plan.height) == (512, 512)


def test_a_small_model_sees_little_more_than_the_selection(stage: Stage) -> None:
    inputs = [image_input(CAT), mask_input(ellipse(SIZE, Rect(100, 50, 60, 60)))]
    stage.paint("inpaint", inputs, prompt="moss", **EXACT)
    (plan,) = brush(stage).plans
    assert plan.mask.mean() > 0.25


def test_a_feather_larger_than_the_context_is_not_cut(stage: Stage) -> None:
    big = np.tile(CAT, (3, 2, 1))  # 450 × 450
    mask = ellipse((450, 450), Rect(220, 220, 10, 10))
    inputs = [image_input(big, PixelLayout.RGBA16), mask_input(mask)]
    finished, (layer,) = stage.paint("inpaint", inputs, prompt="moss", grow=80, feather=100)
    assert finished.items[0].rect.width > 300
    border = np.concatenate([layer[0], layer[-1], layer[:, 0], layer[:, -1]])
    assert border[:, 3].max() < 0.02 * 65535


# ---- intents ---------------------------------------------------------------------------------


def started_from(stage: Stage) -> NDArray[np.float32]:
    plan = brush(stage).plans[-1]
    image: NDArray[np.float32] = plan.image
    return image


@pytest.mark.parametrize("intent", ["fill", "replace"])
def test_full_strength_forgets_what_was_there_and_less_does_not(stage: Stage, intent: str) -> None:
    square = CAT[:128, :128].copy()
    square[50:75, 50:75, :3] = (1, 0, 0)
    mask = np.zeros((128, 128), np.float32)
    mask[50:75, 50:75] = 1
    inputs = [image_input(square), mask_input(mask)]
    red = np.array([1, 0, 0])
    stage.paint("inpaint", inputs, prompt="moss", intent=intent)
    assert np.abs(started_from(stage)[128, 128] - red).max() > 0.3
    stage.paint("inpaint", inputs, prompt="moss", intent=intent, strength=0.6)
    assert np.abs(started_from(stage)[128, 128] - red).max() < 0.02
    assert brush(stage).plans[-1].strength == 0.6


def test_remove_needs_no_model_and_no_prompt(stage: Stage) -> None:
    ground = photo("gravel")[:100, :100].copy()
    ground[40:60, 40:60, :3] = (1, 0, 0)
    mask = np.zeros((100, 100), np.float32)
    mask[38:62, 38:62] = 1
    inputs = [image_input(ground), mask_input(mask)]
    finished, layers = stage.paint("inpaint", inputs, intent="remove", count=2)
    assert stage.loaded == []
    assert stage.steps == [(1, 2), (2, 2)]
    assert "model" not in finished.record
    assert [item.name for item in finished.items] == ["Removed", "Removed · 2"]
    assert not np.array_equal(*layers)
    reddest = (layers[0][..., 0].astype(int) - layers[0][..., 1]).max()
    assert reddest < 60


SIDES = [
    ({"left": 64, "top": 32, "right": 16, "bottom": 8}, Rect(-54, -12, 305, 190)),
    ({"left": 128}, Rect(-118, 20, 353, 150)),
    ({"bottom": 40}, Rect(10, 20, 225, 190)),
]


@pytest.mark.parametrize(("sides", "rect"), SIDES)
@pytest.mark.parametrize("deliver", list(Deliver))
def test_expand_returns_the_larger_picture(
    stage: Stage, sides: dict[str, Any], rect: Rect, deliver: Deliver
) -> None:
    inputs = [image_input(CAT, PixelLayout.RGBA16, (10, 20))]
    finished, (result,) = stage.paint(
        "inpaint", inputs, intent="expand", prompt="moss", deliver=deliver, **sides
    )
    assert finished.items[0].rect == rect
    left, top = 10 - rect.x, 20 - rect.y
    old = np.s_[top : top + 150, left : left + 225]
    beyond = np.ones(result.shape[:2], np.bool_)
    beyond[old] = False
    assert (result[..., 3][beyond] == 65535).all()
    deep = far_from(beyond.astype(np.float32), 60)
    if deliver is Deliver.LAYER:
        assert not result[deep].any()
    else:
        original = native_of(CAT, PixelLayout.RGBA16)
        assert np.array_equal(result[deep], original[deep[old]])


def test_expanding_a_large_picture_at_one_side_leaves_the_far_side_alone(stage: Stage) -> None:
    wide = np.tile(CAT, (1, 5, 1))  # 1125 × 150
    finished, (layer,) = stage.paint(
        "inpaint", [image_input(wide)], intent="expand", prompt="moss", right=80
    )
    assert finished.items[0].rect == Rect(0, 0, 1205, 150)
    assert not layer[:, :1000].any()
    assert (layer[:, 1125:, 3] == 255).all()


# ---- what can be wrong -----------------------------------------------------------------------

EMPTY = np.zeros((150, 225), np.float32)


@pytest.mark.parametrize(
    ("error", "params", "mask", "action"),
    [
        (EmptySelection, {}, EMPTY, "select_area"),
        (EmptySelection, {"intent": "remove"}, EMPTY, "select_area"),
        (BadRequest, {"intent": "remove"}, EMPTY + 1, "select_area"),
        (BadRequest, {"intent": "expand"}, None, None),
    ],
)
def test_what_makes_no_sense_is_refused_before_a_model_is_loaded(
    stage: Stage,
    error: type[ImpastoError],
    params: dict[str, Any],
    mask: NDArray[np.float32] | None,
    action: str | None,
) -> None:
    inputs = [image_input(CAT)] + ([] if mask is None else [mask_input(mask)])
    with pytest.raises(error) as caught:
        stage.paint("inpaint", inputs, prompt="moss", **params)
    assert (caught.value.remedy.action if caught.value.remedy else None) == action
    assert caught.value.field
    assert stage.loaded == []


@pytest.mark.parametrize("params", [{"prompt": "moss"}, {"intent": "remove", "count": 2}])
def test_cancelling_stops_at_the_next_step(stage: Stage, params: dict[str, Any]) -> None:
    stage.stop_at = 2
    inputs = [image_input(CAT[:80, :100]), mask_input(ellipse((100, 80), Rect(40, 30, 12, 9)))]
    run = stage.submit("inpaint", inputs, **params)
    with pytest.raises(Cancelled):
        stage.execute(run)
    assert len(stage.steps) == 1
    assert not list(Path(run.folder).glob("output-*"))


def test_a_picture_with_holes_is_laid_over_what_was_there(stage: Stage) -> None:
    stage.engine = Brush(channels=4)
    inputs = [image_input(CAT), mask_input(ellipse(SIZE, BOX))]
    _, (layer,) = stage.paint("inpaint", inputs, prompt="moss", strength=0.9, **EXACT)
    assert layer[22, 30, 3] == 255


def test_transparent_pixels_do_not_darken_what_the_model_sees(stage: Stage) -> None:
    holed = CAT.copy()
    holed[:, :100] = 0
    mask = ellipse(SIZE, Rect(150, 50, 40, 40))
    stage.paint("inpaint", [image_input(holed), mask_input(mask)], prompt="moss")
    image = started_from(stage)
    assert image[:, : image.shape[1] // 4].mean() > 0.2


def test_a_mask_of_sixteen_bits_and_bottom_rows_is_the_same_mask(stage: Stage) -> None:
    mask = ellipse(SIZE, BOX)
    _, (first,) = stage.paint("inpaint", [image_input(CAT), mask_input(mask)], **EXACT)
    entry, blob = mask_input(mask, layout=PixelLayout.GRAY16, rows=Rows.BOTTOM)
    _, (second,) = stage.paint("inpaint", [image_input(CAT), (replace(entry), blob)], **EXACT)
    assert np.array_equal(first, second)
