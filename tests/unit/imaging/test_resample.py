"""Resizing pictures that wrap around."""

import numpy as np
import pytest

from core_server.imaging.resample import resize_image, resize_wrapped


def texture(width: int = 32, height: int = 24) -> np.ndarray:
    noise = np.random.default_rng(1).random((height, width, 4), np.float32)
    noise[..., 3] = 1
    return noise


@pytest.mark.parametrize("scale", [2, 3])
@pytest.mark.parametrize(("axes", "axis"), [("x", 1), ("y", 0), ("both", 0), ("both", 1)])
def test_rolling_a_texture_rolls_its_resized_picture(axes, axis, scale):
    picture = texture()
    size = (32 * scale, 24 * scale)
    rolled = resize_wrapped(np.roll(picture, 5, axis), size, axes)
    again = np.roll(rolled, -5 * scale, axis)
    np.testing.assert_allclose(again, resize_wrapped(picture, size, axes), atol=2e-5)


def test_an_axis_that_does_not_wrap_is_resized_as_ever():
    picture = texture()
    np.testing.assert_array_equal(
        resize_wrapped(picture, (48, 40), "none"), resize_image(picture, (48, 40))
    )
    wrapped = resize_wrapped(picture, (48, 40), "x")
    assert not np.array_equal(wrapped, resize_image(picture, (48, 40)))
    assert wrapped.shape == (40, 48, 4)
