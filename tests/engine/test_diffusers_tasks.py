"""Every task on every tiny diffusers family: pictures, refusals, seeds, steps, cancelling."""

from __future__ import annotations

import weakref
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core_server.engine import diffusers_engine
from core_server.engine.diffusers_engine import DiffusersEngine
from core_server.engine.interface import Plan, Step
from core_server.engine.loading import load_engine
from core_server.engine.pipelines import Scheduler
from core_server.engine.previews import fit_matrix, to_rgb, watch_denoised
from core_server.engine.prompts import unread_end
from core_server.engine.sampling import SAMPLERS, make_scheduler
from core_server.models.families import FAMILIES, TASKS
from protocol.errors import BadSize, Cancelled, Internal, Remedy, UnsupportedByModel
from tests.tiny_models import (
    NAMES,
    card_of,
    ignore,
    noisy_picture,
    plan,
    tiny_engine,
    tiny_model,
)

pytestmark = [
    pytest.mark.engine,
    # numpy 2.4 about torch 2.13, inside diffusers' schedulers
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

PAINTING = [task for task in TASKS if task != "mix"]


def paint(name: str, wanted: Plan) -> list[NDArray[np.float32]]:
    return tiny_engine(name).run(wanted, ignore).images


def difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.abs(a - b).max())


@pytest.mark.parametrize("task", PAINTING)
@pytest.mark.parametrize("name", NAMES)
def test_every_task_paints_one_picture_per_seed(name: str, task: str) -> None:
    painted = tiny_engine(name).run(plan(task, seeds=(1, 2), negative_prompt="grey"), ignore)
    assert len(painted.images) == 2
    for image in painted.images:
        assert image.shape == (64, 64, 3)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() <= 1
    assert difference(*painted.images) > 0.01
    assert painted.used["steps"] == 2
    assert painted.used["sampler"] in SAMPLERS


@pytest.mark.parametrize("name", NAMES)
def test_mix_is_refused_and_names_a_model_that_can(name: str) -> None:
    with pytest.raises(UnsupportedByModel, match="choose pocket") as caught:
        paint(name, plan("mix"))
    assert caught.value.remedy == Remedy("choose_model", "model", "pocket")


@pytest.mark.parametrize("task", PAINTING)
@pytest.mark.parametrize("name", NAMES)
def test_seed_alone_decides_whatever_the_batch(name: str, task: str) -> None:
    together = paint(name, plan(task, seeds=(5, 6, 7)))
    alone = paint(name, plan(task, seeds=(6,)))
    assert difference(together[1], alone[0]) < 1e-4


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_paints_with_seeds_and_soft_masks(sampler: str) -> None:
    wanted = plan("inpaint", seeds=(1, 2), steps=3, sampler=sampler, strength=0.7)
    images = paint("sd15", wanted)
    assert np.isfinite(images).all()
    alone = paint("sd15", plan("inpaint", seeds=(2,), steps=3, sampler=sampler, strength=0.7))
    assert difference(images[1], alone[0]) < 1e-4


def test_unknown_sampler_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnsupportedByModel, match="dpmpp_2m_karras") as caught:
        paint("sd15", plan("generate", sampler="magic"))
    assert caught.value.field == "params.sampler"


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_prompts_and_guidance_reach_the_model(name: str) -> None:
    base = paint(name, plan("generate"))[0]
    for change in (
        {"prompt": "a blue star"},
        {"negative_prompt": "grey"},
        {"guidance_scale": 2.0},
        {"steps": 3},
        {"sampler": "ddim"},
    ):
        assert difference(paint(name, plan("generate", **change))[0], base) > 1e-4


@pytest.mark.parametrize(("name", "expected"), [("sd15", "dpmpp_2m_karras"), ("sdxl", "euler")])
def test_defaults_are_reported_for_the_record(name: str, expected: str) -> None:
    painted = tiny_engine(name).run(plan("generate", steps=None), ignore)
    family = FAMILIES[name]
    assert painted.used == {
        "steps": family.steps,
        "guidance_scale": family.guidance_scale,
        "sampler": expected,
    }


def test_a_models_own_defaults_win_over_its_familys() -> None:
    card = card_of(tiny_model("sd15"))
    lcm = type(card)(
        **{**vars(card), "defaults": {"steps": 3, "guidance_scale": 1.0, "sampler": "lcm"}}
    )
    painted = load_engine(lcm, "cpu").run(plan("generate", steps=None), ignore)
    assert painted.used == {"steps": 3, "guidance_scale": 1.0, "sampler": "lcm"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("strength", [0.01, 0.1, 0.3, 0.99, 1.0])
def test_low_strength_times_few_steps_still_paints(name: str, strength: float) -> None:
    steps: list[Step] = []
    wanted = plan("refine", steps=2, strength=strength)
    painted = tiny_engine(name).run(wanted, steps.append)
    assert np.isfinite(painted.images).all()
    assert [step.step for step in steps] == list(range(1, steps[-1].steps + 1))
    assert len(steps) >= 1


def test_strength_zero_gives_the_picture_back() -> None:
    wanted = plan("refine", strength=0.0, seeds=(1, 2))
    painted = tiny_engine("sd15").run(wanted, ignore)
    assert len(painted.images) == 2
    assert wanted.image is not None
    for image in painted.images:
        assert np.array_equal(image, wanted.image)


@pytest.mark.parametrize("name", ["sd15", "sdxl_inpaint"])
def test_more_strength_moves_further_from_the_picture(name: str) -> None:
    start = tiny_engine(name)
    kept = start.run(plan("refine", steps=8, strength=0.05, seeds=(1, 2)), ignore).images
    moved = [
        start.run(plan("refine", steps=8, strength=s, seeds=(1, 2)), ignore).images
        for s in (0.2, 0.5, 0.9)
    ]
    distances = [float(np.abs(np.array(m) - np.array(kept)).mean()) for m in moved]
    assert distances == sorted(distances)


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_variation_decides_how_far_a_variation_strays(name: str) -> None:
    close, free = (
        paint(name, plan("vary", steps=8, variation=v, references=(noisy_picture(),)))[0]
        for v in (0.0, 1.0)
    )
    kept = paint(name, plan("refine", steps=8, strength=0.01))[0]
    assert np.abs(close - kept).mean() < np.abs(free - kept).mean()


def test_vary_says_which_way_it_varies_and_refuses_a_text() -> None:
    painted = tiny_engine("sdxl").run(plan("vary"), ignore)
    assert any("strength" in note and "pocket" in note for note in painted.notes)
    with pytest.raises(UnsupportedByModel, match="not a text"):
        paint("sdxl", plan("vary", references=("a cat",)))


@pytest.mark.parametrize(
    "change",
    [
        {"width": 60},
        {"height": 100},
        {"image": noisy_picture(64, 32)},
        {"mask": np.ones((8, 8), np.float32)},
    ],
)
def test_wrong_sizes_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadSize):
        paint("sd15", plan("inpaint", **change))


@pytest.mark.parametrize("size", [(128, 64), (64, 192)])
def test_pictures_need_not_be_square(size: tuple[int, int]) -> None:
    for task in ("generate", "vary"):
        image = paint("sdxl", plan(task, width=size[0], height=size[1]))[0]
        assert image.shape == (size[1], size[0], 3)


@pytest.mark.parametrize(("words", "unread"), [(74, ""), (75, "on"), (76, "in on"), (90, None)])
def test_unread_end_begins_at_the_first_word_that_is_cut(words: int, unread: str | None) -> None:
    text = " ".join([*["the"] * (words - 1), "in", "on"])
    end = unread_end(tiny_engine("sd15")._base.tokenizer, text)
    assert end == unread if unread is not None else end.endswith("in on")


def test_long_prompt_gets_a_note_with_what_was_cut() -> None:
    words = " ".join(["red"] * 80)
    painted = tiny_engine("sd15").run(plan("generate", prompt=f"{words} zebra"), ignore)
    assert any("not used" in note and "zebra" in note for note in painted.notes)
    assert not tiny_engine("sd15").run(plan("generate"), ignore).notes


def test_negative_prompt_without_guidance_gets_a_note() -> None:
    wanted = plan("generate", negative_prompt="grey", guidance_scale=1.0)
    assert any("no effect" in note for note in tiny_engine("sd15").run(wanted, ignore).notes)


@pytest.mark.parametrize("name", NAMES)
def test_progress_counts_every_step_with_a_preview(name: str) -> None:
    steps: list[Step] = []
    tiny_engine(name).run(plan("generate", steps=3, seeds=(1, 2)), steps.append)
    assert [(step.step, step.steps) for step in steps] == [(1, 3), (2, 3), (3, 3)]
    for step in steps:
        assert step.preview is not None
        assert step.preview.shape == (8, 8, 3)
        assert step.preview.dtype == np.uint8


class LinearVae:
    """A decoder whose colours are known to be one matrix times the latents."""

    dtype, device = torch.float32, torch.device("cpu")
    config = SimpleNamespace(
        scaling_factor=0.5,
        latent_channels=4,
        force_upcast=True,
        latents_mean=None,
        latents_std=None,
    )
    matrix = torch.tensor([[0.1, 0, 0], [0, -0.1, 0], [0, 0, 0.05], [0.03, 0.03, 0.03]])

    def decode(self, z: torch.Tensor) -> SimpleNamespace:
        rgb = torch.einsum("nchw,cd->ndhw", z * self.config.scaling_factor, self.matrix)
        return SimpleNamespace(sample=rgb.repeat_interleave(8, 2).repeat_interleave(8, 3))


def test_preview_colours_are_those_of_the_decoder() -> None:
    latents = torch.randn(4, 6, 10, generator=torch.Generator().manual_seed(7))
    seen = to_rgb(latents, fit_matrix(LinearVae()))  # type: ignore[arg-type]  # a known decoder
    expected = torch.einsum("chw,cd->hwd", latents, LinearVae.matrix) / 2 + 0.5
    assert seen.shape == (6, 10, 3)
    assert np.abs(seen / 255 - expected.clamp(0, 1).numpy()).max() < 1 / 250


@pytest.mark.parametrize("name", NAMES)
def test_cancelling_stops_at_once_and_the_next_picture_is_the_same(name: str) -> None:
    wanted = plan("inpaint", steps=4, tile="both")
    before = paint(name, wanted)[0]
    seen: list[int] = []

    def cancel_at_two(step: Step) -> None:
        seen.append(step.step)
        if step.step == 2:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        tiny_engine(name).run(wanted, cancel_at_two)
    assert seen == [1, 2]
    assert np.array_equal(paint(name, wanted)[0], before)


def test_tasks_share_one_copy_of_the_weights() -> None:
    engine = load_engine(card_of(tiny_model("sd15")), "cpu")
    assert isinstance(engine, DiffusersEngine)
    for task in PAINTING:
        engine.run(plan(task), ignore)
    views = list(engine._views.values())
    assert len(views) == 2
    for name in FAMILIES["sd15"].components:
        if name != "scheduler":
            assert views[0].components[name] is views[1].components[name]


def _parts(engine: object) -> list[torch.nn.Conv2d]:
    networks = engine._networks()  # type: ignore[attr-defined]  # the engine's own list
    return [p for n in networks for p in n.modules() if isinstance(p, torch.nn.Conv2d)]


def test_unload_frees_the_weights() -> None:
    engine = load_engine(card_of(tiny_model("sdxl")), "cpu")
    for task in PAINTING:
        engine.run(plan(task), ignore)
    weights = [weakref.ref(part) for part in _parts(engine)]
    assert weights
    engine.unload()
    assert not [ref for ref in weights if ref() is not None]


def test_invalid_numbers_are_an_error_not_a_black_picture() -> None:
    engine = load_engine(card_of(tiny_model("sd15")), "cpu")
    _parts(engine)[0].weight.data.fill_(float("nan"))
    with pytest.raises(Internal, match="invalid numbers"):
        engine.run(plan("generate"), ignore)


class Listening:
    """Notes what noise was added when, by the schedulers of the runs it is told of."""

    def __init__(self) -> None:
        self.noises: list[torch.Tensor] = []
        self.timesteps: list[int] = []
        self.scheduler: Scheduler | None = None

    def make_scheduler(self, name: str | None, config: dict[str, object]) -> Scheduler:
        scheduler = make_scheduler(name, config)
        add_noise = scheduler.add_noise

        def heard(
            original_samples: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor
        ) -> torch.Tensor:
            self.noises.append(noise.clone())
            self.timesteps.append(int(timesteps[0]))
            return add_noise(original_samples, noise, timesteps)

        # One scheduler serves one run.
        scheduler.add_noise = heard  # type: ignore[method-assign]
        self.scheduler = scheduler
        return scheduler


@pytest.mark.parametrize("name", NAMES)
def test_the_blend_adds_the_pipelines_own_noise_at_the_next_timestep(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    listening = Listening()
    monkeypatch.setattr(diffusers_engine, "make_scheduler", listening.make_scheduler)
    paint(name, plan("inpaint", steps=8, strength=0.5, seeds=(3, 4), sampler="ddim"))
    assert all(torch.equal(noise, listening.noises[0]) for noise in listening.noises)
    assert listening.scheduler is not None
    assert listening.timesteps == listening.scheduler.timesteps[-4:].tolist()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_previews_see_through_the_noise(sampler: str) -> None:
    """A network that finds the noise exactly gives away the finished latents at every step."""
    scheduler = make_scheduler(sampler, tiny_engine("sd15")._own_scheduler)
    denoised = watch_denoised(scheduler)
    scheduler.set_timesteps(8)
    clean, noise = torch.randn(2, 1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    t = scheduler.timesteps[3:4]
    noisy = scheduler.add_noise(clean, noise, t)
    scheduler.scale_model_input(noisy, t[0])
    scheduler.step(noise, t[0], noisy, return_dict=False)
    guess = denoised()
    assert guess is not None
    # LCM mixes its guess with its input by the distance from the end.
    assert torch.allclose(guess, clean, atol=0.1 if sampler == "lcm" else 1e-3)


def test_rank_has_no_opinion() -> None:
    assert tiny_engine("sd15").rank("a cat", [noisy_picture()]) is None
