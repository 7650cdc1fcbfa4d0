from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_server.imaging.fit import Fit, ModelResolution, fit
from protocol.errors import OutOfRange
from tests.unit.imaging.scenes import working

SD15 = ModelResolution(512, multiple=8, min_side=256, max_side=768, max_pixels=768 * 768)
SDXL = ModelResolution(
    1024, multiple=16, min_side=512, max_side=1536, min_pixels=640_000, max_pixels=1_050_000
)
POCKET = ModelResolution.fixed(64)
WIDE = ModelResolution(1024, multiple=16)
MODELS = {"sd15": SD15, "sdxl": SDXL, "pocket": POCKET, "wide": WIDE}


@given(
    st.sampled_from(list(MODELS)),
    st.integers(1, 8192),
    st.integers(1, 8192),
    st.sampled_from(["pad", "crop"]),
)
def test_any_size_has_a_size_the_model_paints(
    name: str, width: int, height: int, policy: str
) -> None:
    model = MODELS[name]
    fitted = fit((width, height), model, "pad" if policy == "pad" else "crop")
    for side in fitted.model:
        assert side % model.multiple == 0
        assert model.min_side <= side <= model.max_side
    assert fitted.model[0] * fitted.model[1] <= model.max_pixels
    # the aspect is kept: both sides are scaled alike, to half a pixel
    across, down = fitted.box.width / width, fitted.box.height / height
    assert abs(across - down) * min(width, height) <= 1 + max(across, down)
    if policy == "pad":
        assert fitted.box.width <= fitted.model[0]
        assert fitted.box.height <= fitted.model[1]
    else:
        assert fitted.box.width >= fitted.model[0]
        assert fitted.box.height >= fitted.model[1]


@pytest.mark.parametrize(
    ("context", "model", "size", "scale"),
    [
        ((512, 512), SD15, (512, 512), 1.0),
        ((601, 443), SD15, (608, 448), 1.0),  # padded rather than resampled
        ((128, 128), SD15, (512, 512), 4.0),  # small regions get more pixels to paint with
        ((3000, 3000), SD15, (768, 768), 0.256),
        ((1024, 1024), SDXL, (1024, 1024), 1.0),
        ((4096, 2048), SDXL, (1440, 720), 0.352),
        ((512, 300), POCKET, (64, 64), 0.125),
    ],
)
def test_sizes_are_the_nearest_the_model_can(
    context: tuple[int, int], model: ModelResolution, size: tuple[int, int], scale: float
) -> None:
    fitted = fit(context, model)
    assert fitted.model == pytest.approx(size, abs=2 * model.multiple)
    assert fitted.scale == pytest.approx(scale, rel=0.03)


@pytest.mark.parametrize("size", [(64, 64), (61, 43), (56, 64)])
def test_what_is_not_scaled_comes_back_bit_for_bit(size: tuple[int, int]) -> None:
    image = np.random.default_rng(1).random((size[1], size[0], 4), np.float32)
    fitted = fit(size, ModelResolution(32, 16, 16, 128, max_pixels=128 * 128))
    assert fitted.scale == 1
    assert (fitted.from_model(fitted.to_model(image)) == image).all()


@pytest.mark.parametrize("name", ["astronaut", "coffee", "starry_night"])
@pytest.mark.parametrize("native", [768, 1024])
def test_enlarging_for_the_model_costs_no_visible_quality(name: str, native: int) -> None:
    image = working(name, 300)
    fitted = fit((300, 300), ModelResolution(native))
    back = fitted.from_model(fitted.to_model(image))
    assert np.abs(back - image).mean() < 0.01  # 2.5 of 255, at brush strokes one pixel wide
    assert back.min() >= image.min()
    assert back.max() <= image.max()


@given(st.integers(1, 90), st.integers(1, 90), st.integers(8, 96))
def test_sizes_and_bounds_hold_for_any_picture(width: int, height: int, native: int) -> None:
    random = np.random.default_rng(width * 97 + height)
    image = np.rint(random.random((height, width, 4), np.float32))
    fitted = fit((width, height), ModelResolution(native, 8, 8, 128, max_pixels=128 * 128))
    seen = fitted.to_model(image)
    assert seen.shape == (fitted.model[1], fitted.model[0], 4)
    back = fitted.from_model(seen)
    assert back.shape == image.shape
    for picture in (seen, back):
        assert picture.dtype == np.float32
        assert picture.min() >= 0
        assert picture.max() <= 1


def test_hard_edges_do_not_ring_beyond_their_range() -> None:
    image = np.zeros((100, 100, 4), np.float32)
    image[..., 3] = 1
    image[:, 50:, :3] = 1
    for native in (37, 333):
        seen = fit((100, 100), ModelResolution(native, 1, 8, 512, max_pixels=native**2)).to_model(
            image
        )
        assert seen.min() == 0
        assert seen.max() == 1


def test_transparent_pixels_lend_no_colour() -> None:
    image = np.zeros((64, 64, 4), np.float32)
    image[:, :32] = (1, 0, 0, 1)
    image[:, 32:] = (0, 1, 0, 0)  # green, but not there
    seen = fit((64, 64), ModelResolution(256)).to_model(image)
    visible = seen[..., 3] > 0.01
    np.testing.assert_allclose(seen[visible][:, 1], 0, atol=1e-5)
    np.testing.assert_allclose(seen[visible][:, 0], 1, atol=1e-5)


def test_unbounded_light_survives() -> None:
    image = np.ones((32, 32, 4), np.float32)
    image[8:24, 8:24, :3] = 12.5
    fitted = fit((32, 32), ModelResolution(64, 8, 8, 128))
    assert fitted.from_model(fitted.to_model(image))[16, 16, 0] == pytest.approx(12.5)


@pytest.mark.parametrize("native", [24, 64, 300])
def test_masks_stay_coverage_and_lose_nothing_thin(native: int) -> None:
    mask = np.zeros((100, 100), np.float32)
    mask[40] = 1
    mask[70:, 60:] = 0.5
    fitted = fit((100, 100), ModelResolution(native, 8, 8, 512, max_pixels=native**2 + 999))
    seen = fitted.to_model_mask(mask)
    assert seen.shape == (fitted.model[1], fitted.model[0])
    assert seen.min() == 0
    assert seen.max() <= 1
    line = seen[: seen.shape[0] // 2].max(axis=0)
    assert line.min() > 0.05
    assert seen[-1, -1] == pytest.approx(0.5)


def test_a_full_mask_is_full_in_the_padding_too() -> None:
    fitted = fit((100, 30), POCKET)
    assert (fitted.to_model_mask(np.ones((30, 100), np.float32)) == 1).all()


def test_cropping_fills_the_model_and_leaves_the_overhang_transparent() -> None:
    image = np.ones((40, 80, 4), np.float32)
    fitted = fit((80, 40), ModelResolution.fixed(40), "crop")
    assert fitted.box.width == 80
    seen = fitted.to_model(image)
    assert (seen == 1).all()
    back = fitted.from_model(seen)
    assert back[:, 20:60].min() == 1
    assert back[:, :20].max() == 0
    assert back[:, 60:].max() == 0


@pytest.mark.parametrize(("size", "field"), [((0, 5), "width"), ((5, 8193), "height")])
def test_a_size_out_of_range_names_the_field(size: tuple[int, int], field: str) -> None:
    with pytest.raises(OutOfRange, match=rf"{field} must be between 1 and 8192") as caught:
        fit(size, SD15)
    assert caught.value.field == f"params.{field}"


@pytest.mark.parametrize("method", ["to_model", "from_model"])
def test_a_picture_of_another_size_is_a_programming_error(method: str) -> None:
    fitted: Fit = fit((10, 10), POCKET)
    with pytest.raises(ValueError, match="this fit is for"):
        getattr(fitted, method)(np.zeros((11, 10, 4), np.float32))
