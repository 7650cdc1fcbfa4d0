"""Masks on tiny diffusers models: what is repainted, how much, and what stays."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core_server.engine import diffusers_engine
from core_server.engine.blend import Blend, held
from core_server.engine.latents import cover, decode, encode, latent_mask, to_pixels
from core_server.engine.pipelines import Pipeline, call
from core_server.engine.sampling import make_scheduler
from tests.tiny_models import NAMES, ignore, noisy_picture, plan, tiny_engine

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def round_trip(name: str, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the VAE alone makes of a picture."""
    vae = tiny_engine(name)._base.vae
    return decode(vae, encode(vae, to_pixels(image)))[0].permute(1, 2, 0).numpy()


@pytest.mark.parametrize("strength", [0.6, 1.0])
@pytest.mark.parametrize("name", NAMES)
def test_without_coverage_only_the_vae_touches_the_picture(name: str, strength: float) -> None:
    wanted = plan("inpaint", steps=4, strength=strength, mask=np.zeros((64, 64), np.float32))
    image = tiny_engine(name).run(wanted, ignore).images[0]
    assert wanted.image is not None
    assert np.abs(image - round_trip(name, wanted.image)).max() < 1e-5


@pytest.mark.parametrize("strength", [0.6, 1.0])
@pytest.mark.parametrize("name", ["sd15", "sdxl_inpaint"])
def test_more_coverage_changes_more(name: str, strength: float) -> None:
    changes = []
    for coverage in (0.0, 0.3, 0.6, 1.0):
        mask = np.full((64, 64), coverage, np.float32)
        wanted = plan("inpaint", steps=6, strength=strength, mask=mask, seeds=(1, 2))
        assert wanted.image is not None
        images = np.array(tiny_engine(name).run(wanted, ignore).images)
        changes.append(float(np.abs(images - round_trip(name, wanted.image)).mean()))
    assert changes[0] < 1e-5
    assert all(changes[0] < change for change in changes[1:])
    assert changes[1] < changes[-1]


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_latents_are_released_in_order_of_their_coverage(name: str) -> None:
    """The released share of a left-to-right ramp grows with the steps; order never reverses."""
    scheduler = make_scheduler("ddim", tiny_engine(name)._own_scheduler)
    scheduler.set_timesteps(8)
    ramp = torch.linspace(0, 1, 16).expand(1, 1, 16, 16)
    zeros = torch.zeros(1, 4, 16, 16)
    blend = Blend(known=zeros, noise=zeros, mask=ramp)
    released = [held(blend, scheduler, zeros + 1, i, 8)[0, 0, 0] for i in range(8)]
    for free in released:
        assert torch.equal(free, free.sort().values)
    shares = [float(free.mean()) for free in released]
    assert shares == sorted(shares)
    assert shares[-1] == 15 / 16
    assert released[0][-1] == 1


def test_latent_mask_keeps_every_covered_pixel() -> None:
    mask = np.zeros((64, 64), np.float32)
    mask[17, 40] = 1
    mask[60, 3] = 0.25
    small = latent_mask(mask)[0, 0]
    assert small.shape == (8, 8)
    assert small[2, 5] == 1
    assert small[7, 0] == 0.25
    assert int((small > 0).sum()) == 2


@pytest.mark.parametrize("name", ["sd15_inpaint", "sdxl_inpaint"])
def test_mask_channels_hide_what_is_masked(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What the network is shown of the picture depends on its unmasked part alone."""
    shown: list[dict[str, torch.Tensor]] = []

    def listening(pipeline: Pipeline, arguments: dict[str, object]) -> torch.Tensor:
        shown.append({k: v for k, v in arguments.items() if isinstance(v, torch.Tensor)})
        return call(pipeline, arguments)

    monkeypatch.setattr(diffusers_engine, "call", listening)
    under_mask, beside_mask = noisy_picture(), noisy_picture()
    under_mask[:, 32:] = 0.1
    beside_mask[:, :32] = 0.1
    for image in (noisy_picture(), under_mask, beside_mask):
        tiny_engine(name).run(plan("inpaint", image=image), ignore)
    seen = [arguments["masked_image_latents"] for arguments in shown]
    assert torch.equal(seen[0], seen[1])
    assert not torch.equal(seen[0], seen[2])
    columns = shown[0]["mask_image"][0, 0].mean(0)
    assert columns.tolist() == [0.0] * 32 + [1.0] * 32


@pytest.mark.parametrize(
    ("shape", "size"), [((48, 80), (64, 64)), ((10, 300), (128, 64)), ((64, 64), (64, 64))]
)
def test_cover_fills_the_asked_size(shape: tuple[int, int], size: tuple[int, int]) -> None:
    filled = cover(noisy_picture(*shape), *size)
    assert filled.shape == (size[1], size[0], 3)
    assert filled.min() >= 0
    assert filled.max() <= 1


def test_cover_leaves_a_fitting_picture_alone() -> None:
    image = noisy_picture()
    assert np.array_equal(cover(image, 64, 64), image)


def test_half_precision_vae_is_upcast_only_while_it_works() -> None:
    import copy

    vae = copy.deepcopy(tiny_engine("sdxl")._base.vae)
    exact = encode(vae, to_pixels(noisy_picture()))
    vae.to(dtype=torch.float16)
    latents = encode(vae, to_pixels(noisy_picture()))
    assert latents.dtype == torch.float16
    assert vae.dtype == torch.float16
    assert torch.allclose(latents.float(), exact, atol=5e-3)
