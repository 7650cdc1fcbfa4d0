"""Pictures that wrap around on tiny diffusers models, and that nothing of it stays behind."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import torch

from core_server.engine import diffusers_engine
from core_server.engine.latents import decode, encode
from core_server.engine.sampling import draw_noise
from core_server.engine.seamless import seamless
from tests.tiny_models import NAMES, ignore, noisy_picture, plan, tiny_engine

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SHIFT = 16
"""Pixels; a multiple of what the tiny UNet and VAE halve together."""


@pytest.mark.parametrize(
    ("tile", "axis", "wraps"),
    [
        ("x", 1, True),
        ("x", 0, False),
        ("y", 0, True),
        ("y", 1, False),
        ("both", 0, True),
        ("both", 1, True),
        ("none", 1, False),
    ],
)
def test_shifted_noise_gives_the_shifted_picture_only_along_tiled_axes(
    monkeypatch: pytest.MonkeyPatch, tile: str, axis: int, wraps: bool
) -> None:
    wanted = plan("generate", tile=tile)
    straight = tiny_engine("sd15").run(wanted, ignore).images[0]

    def rolled(*arguments: object) -> torch.Tensor:
        return draw_noise(*arguments).roll(SHIFT // 8, 2 + axis)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(diffusers_engine, "draw_noise", rolled)
    shifted = tiny_engine("sd15").run(wanted, ignore).images[0]
    error = float(np.abs(shifted - np.roll(straight, SHIFT, axis)).max())
    assert error < 1e-4 if wraps else error > 1e-3


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_the_encoder_wraps_too(name: str) -> None:
    engine = tiny_engine(name)
    pixels = torch.from_numpy(noisy_picture()).permute(2, 0, 1)[None]
    with seamless(engine._networks(), "both"):
        straight = encode(engine._base.vae, pixels)
        shifted = encode(engine._base.vae, pixels.roll((SHIFT, SHIFT), (2, 3)))
    assert torch.allclose(shifted, straight.roll((2, 2), (2, 3)), atol=1e-4)


@pytest.mark.parametrize("task", ["refine", "inpaint", "vary"])
@pytest.mark.parametrize("name", NAMES)
def test_every_task_can_tile(name: str, task: str) -> None:
    image = tiny_engine(name).run(plan(task, tile="both"), ignore).images[0]
    assert np.isfinite(image).all()


def test_leaving_restores_every_module_exactly() -> None:
    engine = tiny_engine("sd15")
    parts = [part for network in engine._networks() for part in network.modules()]
    before = [dict(vars(part)) for part in parts]
    latents = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    plain = decode(engine._base.vae, latents)
    with contextlib.suppress(KeyboardInterrupt), seamless(engine._networks(), "x"):
        assert not torch.equal(decode(engine._base.vae, latents), plain)
        raise KeyboardInterrupt
    assert [dict(vars(part)) for part in parts] == before
    assert torch.equal(decode(engine._base.vae, latents), plain)
