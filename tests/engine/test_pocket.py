"""Pocket's parts on tiny random networks, and, where they are packed, the weights that ship."""

from __future__ import annotations

import json
import time
from functools import cache

import numpy as np
import pytest
import torch
from torch import Generator, Tensor
from torch.nn import functional

from core_server.pocket.decoder import TILES, Condition, Tile
from core_server.pocket.diffusion import (
    Known,
    OnStep,
    Sample,
    Sampling,
    sample,
    without_condition,
)
from core_server.pocket.embeddings import FREE_ANGLE, slerp, vary
from core_server.pocket.evaluation.pixels import colour_of
from core_server.pocket.prior import Prior, sample_prior
from core_server.pocket.sample import PaintRequest, Pocket
from core_server.pocket.superres import SuperResolution, enlarge
from core_server.pocket.weights import (
    MANIFEST,
    SHARD_BYTES,
    WEIGHTS,
)
from tests.tiny_pocket import CLIP, PRIOR, SUPERRES, decoder, lively

pytestmark = pytest.mark.engine

torch.set_num_threads(1)


def condition(n: int) -> Condition:
    """The same for every picture of the batch."""
    draw = Generator().manual_seed(5)
    tokens = torch.randn(1, CLIP.context_length, CLIP.text_width, generator=draw)
    unit = functional.normalize(torch.randn(2, CLIP.embed_dim, generator=draw), dim=-1)
    on = torch.ones(n, dtype=torch.bool)
    mask = torch.arange(CLIP.context_length)[None] < 5
    return Condition(
        tokens.expand(n, -1, -1),
        mask.expand(n, -1),
        unit[:1].expand(n, -1),
        unit[1:].expand(n, -1),
        on,
        on,
    )


def draws(*seeds: int) -> list[Generator]:
    return [Generator().manual_seed(seed) for seed in seeds]


def paint(
    *seeds: int,
    sampling: Sampling = Sampling(steps=3),
    known: Known | None = None,
    on_step: OnStep | None = None,
) -> Sample:
    wanted = condition(len(seeds))
    against = without_condition(wanted)
    return sample(decoder(), wanted, against, draws(*seeds), sampling, on_step, known)


# ---- sampling


def test_a_picture_depends_on_its_own_seed_and_not_on_its_batch() -> None:
    together, alone = paint(3, 4, 5), paint(4)
    assert torch.allclose(together.picture[1], alone.picture[0], atol=1e-4)
    assert torch.allclose(together.alpha[1], alone.alpha[0], atol=1e-4)
    assert (together.picture[0] - together.picture[1]).abs().max() > 0.05


@pytest.mark.parametrize("sampler", ["euler", "heun"])
def test_the_same_seed_gives_the_same_picture_bit_by_bit(sampler: str) -> None:
    sampling = Sampling(steps=3, sampler=sampler)
    assert torch.equal(paint(9, sampling=sampling).picture, paint(9, sampling=sampling).picture)


def test_steps_are_counted_and_show_a_picture() -> None:
    seen: list[tuple[int, int, tuple[int, ...]]] = []
    paint(1, 2, on_step=lambda step, steps, clean: seen.append((step, steps, tuple(clean.shape))))
    assert seen == [(step, 3, (2, 3, 64, 64)) for step in (1, 2, 3)]


def test_an_exception_from_on_step_ends_the_painting_and_leaves_the_decoder_as_it_was() -> None:
    class Stop(Exception): ...

    def stop(step: int, _steps: int, _clean: Tensor) -> None:
        if step == 2:
            raise Stop

    before = paint(1).picture
    with pytest.raises(Stop):
        paint(1, sampling=Sampling(steps=3, tile="both"), on_step=stop)
    assert torch.equal(paint(1).picture, before)


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_inpainting_keeps_known_pixels_exactly(strength: float) -> None:
    start = torch.rand(1, 3, 64, 64, generator=Generator().manual_seed(2)) * 2 - 1
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 20:40, 10:50] = 1
    found = paint(1, 2, sampling=Sampling(steps=4, strength=strength), known=Known(start, mask))
    kept = (mask == 0).expand(2, 3, -1, -1)
    assert torch.equal(found.picture[kept], start.expand(2, -1, -1, -1)[kept])
    assert (found.picture - start)[~kept].abs().mean() > 0.05


@pytest.mark.parametrize("tile", TILES)
@pytest.mark.parametrize(("axis", "wrapping"), [(3, ("x", "both")), (2, ("y", "both"))])
def test_shifted_noise_gives_the_shifted_picture_only_along_tiled_axes(
    monkeypatch: pytest.MonkeyPatch, tile: Tile, axis: int, wrapping: tuple[Tile, ...]
) -> None:
    sampling = Sampling(steps=2, tile=tile)
    straight = paint(1, sampling=sampling).picture
    real, shift = torch.randn, 8

    def rolled(*size: int, generator: Generator) -> Tensor:
        drawn = real(*size, generator=generator)
        return drawn.roll(shift, axis) if drawn.ndim == 4 else drawn

    monkeypatch.setattr(torch, "randn", rolled)
    shifted = paint(1, sampling=sampling).picture
    error = float((shifted - straight.roll(shift, axis)).abs().max())
    assert error < 1e-3 if tile in wrapping else error > 1e-2


# ---- embeddings and prior


def test_slerp_meets_its_ends_and_stays_on_the_sphere() -> None:
    first, second = functional.normalize(torch.eye(3)[:2] + 0.2, dim=-1)
    assert torch.allclose(slerp(first, second, 0.0), first, atol=1e-6)
    assert torch.allclose(slerp(first, second, 1.0), second, atol=1e-6)
    assert torch.allclose(slerp(first, first, 0.4), first)
    for weight in (0.1, 0.5, 0.9):
        assert float(slerp(first, second, weight).norm()) == pytest.approx(1, abs=1e-6)
    middle = slerp(first, second, 0.5)
    assert float(middle @ first) == pytest.approx(float(middle @ second), abs=1e-6)


def test_no_variation_is_the_picture_itself_and_more_turns_it_further() -> None:
    unit = functional.normalize(torch.randn(256, generator=Generator().manual_seed(7)), dim=-1)
    assert torch.allclose(vary(unit, 0.0, draws(1, 2)), unit.expand(2, -1), atol=1e-6)
    cosines = [float(vary(unit, amount, draws(1))[0] @ unit) for amount in (0.2, 0.6, 1.0)]
    assert cosines[0] > cosines[1] > cosines[2]
    assert cosines[2] == pytest.approx(np.cos(FREE_ANGLE), abs=1e-5)
    assert not torch.equal(*vary(unit, 0.5, draws(1, 2)))


def test_the_prior_gives_unit_vectors_that_hang_on_their_own_seed() -> None:
    prior = lively(Prior(PRIOR))
    assert isinstance(prior, Prior)
    text = functional.normalize(torch.ones(1, CLIP.embed_dim), dim=-1)
    both = sample_prior(prior, text.expand(2, -1), draws(1, 2), steps=1)
    assert torch.allclose(both.norm(dim=-1), torch.ones(2), atol=1e-5)
    assert torch.allclose(sample_prior(prior, text, draws(2), steps=1), both[1:], atol=1e-4)
    assert (both[0] - both[1]).abs().max() > 0.01


# ---- enlargement


@pytest.mark.parametrize("enlargement", [1, 4, 16])
def test_enlarging_multiplies_both_sides_and_stays_in_range(enlargement: int) -> None:
    net = lively(SuperResolution(SUPERRES))
    assert isinstance(net, SuperResolution)
    pictures = torch.rand(2, 3, 6, 10, generator=Generator().manual_seed(1)) * 2 - 1
    large = enlarge(net, pictures, enlargement)
    assert large.shape == (2, 3, 6 * enlargement, 10 * enlargement)
    assert large.abs().max() <= 1
    assert torch.equal(enlarge(net, pictures[1:], enlargement), large[1:])


@pytest.mark.parametrize("tile", TILES)
@pytest.mark.parametrize(("axis", "wrapping"), [(3, ("x", "both")), (2, ("y", "both"))])
def test_a_tiled_picture_stays_seamless_when_enlarged(
    tile: Tile, axis: int, wrapping: tuple[Tile, ...]
) -> None:
    net = lively(SuperResolution(SUPERRES))
    assert isinstance(net, SuperResolution)
    picture = torch.rand(1, 3, 12, 12, generator=Generator().manual_seed(1)) - 0.5
    straight = enlarge(net, picture, 16, tile)
    shifted = enlarge(net, picture.roll(5, axis), 16, tile)
    error = float((shifted - straight.roll(5 * 16, axis)).abs().max())
    assert error < 1e-4 if tile in wrapping else error > 1e-3


def test_an_enlargement_that_the_net_cannot_do_is_named() -> None:
    with pytest.raises(ValueError, match="enlargement is 2; it can be 1, 4, 8 or 16"):
        enlarge(SuperResolution(SUPERRES), torch.zeros(1, 3, 4, 4), 2)


# ---- the weights that ship

shipped = pytest.mark.skipif(
    not (WEIGHTS / MANIFEST).exists(), reason="no weights are packed in core_server/pocket/weights"
)


@cache
def pocket() -> Pocket:
    return Pocket.load()


def nothing(_step: int, _steps: int, _preview: object) -> None: ...


@shipped
def test_the_shipped_weights_are_whole_and_light_enough() -> None:
    shards = sorted(WEIGHTS.glob("*.safetensors"))
    assert len(shards) == len(json.loads((WEIGHTS / MANIFEST).read_text())["shards"])
    assert all(path.stat().st_size <= SHARD_BYTES for path in shards)
    assert sum(path.stat().st_size for path in shards) <= 40e6
    assert (WEIGHTS / "LICENSE-Real-ESRGAN.txt").exists()


@shipped
@pytest.mark.parametrize("word", ["kitty", "feline"])  # the second is in no caption
def test_a_synonym_is_nearer_to_its_word_than_to_another(word: str) -> None:
    synonym, cat, truck = pocket().embed_text([f"a {word}", "a cat", "a truck"])
    assert float(synonym @ cat) > float(synonym @ truck) + 0.2


@shipped
def test_a_red_heart_is_red_and_painted_in_time() -> None:
    started = time.monotonic()
    image = pocket().paint(PaintRequest("a red heart", (0,)), nothing)[0]
    assert time.monotonic() - started < 30
    assert image.shape == (256, 256, 3)
    assert colour_of(image, is_texture=False) == "red"


@shipped
def test_a_seamless_picture_meets_itself_at_its_borders() -> None:
    image = pocket().paint(PaintRequest("brick wall texture", (0,), tile="both", steps=8), nothing)[
        0
    ]
    for axis in (0, 1):
        steps = np.abs(np.diff(image, axis=axis, append=np.take(image, [0], axis)))
        rows = steps.mean(axis=(1 - axis, 2))
        assert rows[-1] <= rows[:-1].max() * 1.05
