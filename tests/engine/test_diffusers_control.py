"""Tiny models held to tiny ControlNets: that they are, where, how strongly; what can go wrong."""

from __future__ import annotations

import contextlib
import shutil
import socket
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from core_server.engine import controls, diffusers_engine
from core_server.engine import folder as folder_module
from core_server.engine.controls import load_control
from core_server.engine.diffusers_engine import DiffusersEngine
from core_server.engine.interface import Control, Plan, Step
from core_server.engine.loading import load_engine
from core_server.engine.sampling import SAMPLERS, draw_noise
from core_server.models.controls import ControlCard
from protocol.errors import (
    BadSize,
    Cancelled,
    CorruptModel,
    MissingModel,
    OutOfMemory,
    UnsupportedByModel,
)
from tests.tiny_models import (
    CONTROLS,
    card_of,
    control_card_of,
    copy_of,
    ignore,
    noisy_picture,
    plan,
    tiny_control,
    tiny_engine,
    tiny_model,
)

pytestmark = [
    pytest.mark.engine,
    # numpy 2.4 about torch 2.13, inside diffusers' schedulers
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

WEIGHTS = "diffusion_pytorch_model.safetensors"
SHIFT = 16
"""Pixels; a multiple of what the tiny UNet and VAE halve together."""

FROM_WORDS = ("generate", {})
REFINED = ("refine", {"strength": 0.6, "steps": 5})
STARTED_ANEW = ("refine", {"strength": 1.0})
WAYS = [FROM_WORDS, REFINED, STARTED_ANEW]
NAMED = pytest.mark.parametrize(
    ("task", "fields"), WAYS, ids=["from words", "refined", "at strength 1"]
)


def depth_picture(seed: int = 0, side: int = 64) -> NDArray[np.float32]:
    """(side, side, 3): a near disc somewhere, on nothing."""
    x, y = np.random.default_rng(seed).uniform(0.25, 0.75, 2) * side
    rows, columns = np.mgrid[:side, :side] + 0.5
    near = np.clip(1.2 - np.hypot(columns - x, rows - y) / (side / 3), 0, 1)
    return np.repeat(near.astype(np.float32)[..., None], 3, 2)


@cache
def card(family: str) -> ControlCard:
    return control_card_of(tiny_control(family))


def held(family: str, strength: float = 0.8, seed: int = 0) -> Control:
    return Control(card(family), depth_picture(seed), strength)


def paint(family: str, wanted: Plan) -> list[NDArray[np.float32]]:
    return tiny_engine(family).run(wanted, ignore).images


def difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.abs(a - b).max())


# ---- it is held to the control ---------------------------------------------------------------


@NAMED
@pytest.mark.parametrize("family", CONTROLS)
def test_the_depth_decides_what_is_painted_and_its_strength_how_much(
    family: str, task: str, fields: dict[str, object]
) -> None:
    free = paint(family, plan(task, **fields))[0]
    by_strength = [
        difference(paint(family, plan(task, control=held(family, s), **fields))[0], free)
        for s in (0.0, 0.001, 0.01, 0.1)
    ]
    assert by_strength[0] < 1e-5  # rounding
    assert by_strength == sorted(by_strength)
    assert by_strength[-1] > 0.02
    one, other = (paint(family, plan(task, control=held(family, 0.8, s), **fields)) for s in (1, 2))
    assert difference(one[0], other[0]) > 0.02
    assert difference(paint(family, plan(task, **fields))[0], free) == 0


@NAMED
@pytest.mark.parametrize("family", CONTROLS)
def test_a_candidate_does_not_depend_on_its_batch(
    family: str, task: str, fields: dict[str, object]
) -> None:
    wanted = plan(task, seeds=(5, 6, 7), control=held(family), negative_prompt="grey", **fields)
    together = paint(family, wanted)
    alone = paint(family, replace(wanted, seeds=(6,)))
    assert difference(together[1], alone[0]) < 1e-4
    again = paint(family, wanted)
    assert all(np.array_equal(a, b) for a, b in zip(together, again, strict=True))
    assert difference(together[0], together[1]) > 0.01


@NAMED
@pytest.mark.parametrize("family", CONTROLS)
@pytest.mark.parametrize(
    ("tile", "axis", "wraps"),
    [("x", 1, True), ("both", 0, True), ("y", 1, False), ("none", 0, False)],
)
def test_with_shifted_noise_and_depth_the_whole_picture_is_shifted_where_it_tiles(
    monkeypatch: pytest.MonkeyPatch, family: str, task: str, fields: dict[str, object],
    tile: str, axis: int, wraps: bool,
) -> None:  # fmt: skip
    """The ControlNet wraps around with the rest, and the depth lies where the picture does."""
    if task == "refine":
        fields = {**fields, "image": np.full((64, 64, 3), 0.5, np.float32)}  # shifts into itself
    control = held(family)
    wanted = plan(task, tile=tile, control=control, **{**fields, "steps": 2, "sampler": "ddim"})
    straight = paint(family, wanted)[0]
    shifting = Shifting(axis)
    monkeypatch.setattr(diffusers_engine, "draw_noise", shifting.draw)
    monkeypatch.setattr("diffusers.pipelines.controlnet.pipeline_controlnet_img2img.randn_tensor",
                        shifting.randn)  # fmt: skip
    monkeypatch.setattr(
        "diffusers.pipelines.controlnet.pipeline_controlnet_sd_xl_img2img.randn_tensor",
        shifting.randn,
    )
    moved = replace(control, image=np.roll(control.image, SHIFT, axis))
    shifted = paint(family, replace(wanted, control=moved))[0]
    error = difference(shifted, np.roll(straight, SHIFT, axis))
    assert error < 1e-4 if wraps else error > 1e-3


class Shifting:
    """Noise rolled along an axis of the picture, for pipelines that draw it themselves, too."""

    def __init__(self, axis: int) -> None:
        self._axis = 2 + axis

    def draw(self, *arguments: object) -> torch.Tensor:
        return self._rolled(draw_noise(*arguments))  # type: ignore[arg-type]  # passed on

    def randn(self, shape: tuple[int, ...], generator: object, **_: object) -> torch.Tensor:
        return self.draw(generator, tuple(shape)[1:], torch.float32)

    def _rolled(self, noise: torch.Tensor) -> torch.Tensor:
        return noise.roll(SHIFT // 8, self._axis)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_can_be_held(sampler: str) -> None:
    for task, fields in (FROM_WORDS, REFINED):
        wanted = plan(task, **{**fields, "steps": 3}, sampler=sampler, control=held("sd15"))
        assert np.isfinite(paint("sd15", wanted)).all()


def test_the_weights_are_there_once() -> None:
    engine = tiny_engine("sdxl")
    for task, fields in WAYS:
        engine.run(plan(task, control=held("sdxl"), **fields), ignore)
    assert engine._control is not None
    assert set(engine._control.views) == {"generate", "refine"}
    for view in engine._control.views.values():
        for name, part in engine._base.components.items():
            if isinstance(part, torch.nn.Module):
                assert view.components[name] is part
        assert view.components["controlnet"] is engine._control.network


# ---- progress, cancelling, what is left behind -----------------------------------------------


@NAMED
def test_previews_and_steps_come_as_ever(task: str, fields: dict[str, object]) -> None:
    steps: list[Step] = []
    wanted = plan(task, control=held("sd15"), **{**fields, "steps": 4})
    tiny_engine("sd15").run(wanted, steps.append)
    assert [step.step for step in steps] == list(range(1, steps[-1].steps + 1))
    assert all(step.preview is not None and step.preview.shape == (8, 8, 3) for step in steps)


@NAMED
def test_cancelling_leaves_the_next_picture_as_it_was(task: str, fields: dict[str, object]) -> None:
    def stop(step: Step) -> None:
        raise Cancelled("The job was cancelled.")

    wanted = plan(task, control=held("sd15"), tile="x", **fields)
    free = plan(task, **fields)
    before, before_free = paint("sd15", wanted)[0], paint("sd15", free)[0]
    with pytest.raises(Cancelled):
        tiny_engine("sd15").run(wanted, stop)
    assert np.array_equal(paint("sd15", wanted)[0], before)
    assert np.array_equal(paint("sd15", free)[0], before_free)


def test_another_controlnet_takes_the_place_of_the_first(tmp_path: Path) -> None:
    other = control_card_of(Path(shutil.copytree(tiny_control("sd15"), tmp_path / "other_depth")))
    engine = load_engine(card_of(tiny_model("sd15")), "cpu")
    assert isinstance(engine, DiffusersEngine)
    first = engine.run(plan("generate", control=held("sd15")), ignore).images[0]
    assert engine._control is not None
    gone = weakref.ref(engine._control.network)
    second = engine.run(plan("generate", control=Control(other, depth_picture(), 0.8)), ignore)
    assert gone() is None
    assert np.array_equal(second.images[0], first)
    left = weakref.ref(engine._control.network)
    engine.unload()
    assert left() is None


def test_a_batch_that_does_not_fit_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load_engine(card_of(tiny_model("sd15")), "cpu")
    assert isinstance(engine, DiffusersEngine)
    wanted = plan("generate", seeds=(1, 2, 3), control=held("sd15"))
    whole = engine.run(wanted, ignore).images
    call = diffusers_engine.call

    def small(pipeline: object, arguments: dict[str, list[str]]) -> torch.Tensor:
        if len(arguments["prompt"]) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return call(pipeline, arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(diffusers_engine, "call", small)
    split = engine.run(wanted, ignore).images
    assert max(difference(a, b) for a, b in zip(whole, split, strict=True)) < 1e-4
    assert set(engine._fitting_batch) == {(64, 64, True)}  # without a control more may fit


@pytest.mark.parametrize("family", CONTROLS)
def test_half_precision_means_the_same_picture(
    monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    """As on a GPU; nothing mixes precisions."""
    plans = [plan(task, control=held(family, 0.1), **fields) for task, fields in WAYS]
    exact = [paint(family, each)[0] for each in plans]
    monkeypatch.setattr(folder_module, "dtype_for", lambda device: torch.float16)
    engine = load_engine(card_of(tiny_model(family)), "cpu")
    assert isinstance(engine, DiffusersEngine)
    half = [engine.run(each, ignore).images[0] for each in plans]
    assert all(abs(a - b).mean() < 0.01 for a, b in zip(half, exact, strict=True))
    assert engine._control is not None
    assert {p.dtype for p in engine._control.network.parameters()} == {torch.float16}


def test_half_precision_files_load(tmp_path: Path) -> None:
    folder = copy_of("sd15_depth", tmp_path)
    (folder / WEIGHTS).rename((folder / WEIGHTS).with_suffix(".fp16.safetensors"))
    small = Control(control_card_of(folder), depth_picture(), 0.8)
    assert small.card.variant == "fp16"
    ours, theirs = (
        paint("sd15", plan("generate", control=control))[0] for control in (small, held("sd15"))
    )
    assert np.array_equal(ours, theirs)


# ---- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "family", "task"),
    [
        ("sd15_inpaint", "sd15", "generate"),
        ("sdxl_inpaint", "sdxl", "refine"),
        ("sd15", "sdxl", "generate"),
        ("sdxl", "sd15", "generate"),
        ("sd15", "sd15", "inpaint"),
        ("sd15", "sd15", "vary"),
    ],
)
def test_a_controlnet_that_is_not_for_this_is_refused(model: str, family: str, task: str) -> None:
    with pytest.raises(UnsupportedByModel, match="with the ControlNet") as caught:
        paint(model, plan(task, control=held(family)))
    assert caught.value.field == "inputs"


def test_a_depth_of_another_size_than_the_plan_is_refused() -> None:
    wrong = replace(held("sd15"), image=depth_picture(side=128))
    with pytest.raises(BadSize, match="control is 128 × 128"):
        paint("sd15", plan("generate", control=wrong))


def load(folder: Path) -> None:
    """Add a damaged copy's card as it was when it was whole, and load it."""
    unet = tiny_engine("sd15")._base.components["unet"]
    assert isinstance(unet, torch.nn.Module)
    load_control(replace(card("sd15"), name="net", path=str(folder)), unet, torch.device("cpu"))


def test_a_folder_that_is_gone_is_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="ControlNet net are gone from") as caught:
        load(tmp_path / "nowhere")
    assert caught.value.field == "inputs"


def _cut(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: len(whole) // 2])


def _garble(folder: Path) -> None:
    (folder / "config.json").write_text("{ no")


def _drop(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    del tensors[sorted(tensors)[3]]
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def _reshape(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors[sorted(tensors)[3]] = torch.zeros(7)
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


@pytest.mark.parametrize("damage", [_cut, _garble, _drop, _reshape])
def test_files_damaged_after_they_were_added_are_named(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = copy_of("sd15_depth", tmp_path)
    damage(folder)
    with pytest.raises(CorruptModel) as caught:
        load(folder)
    message = caught.value.message
    assert "of net" in message or str(folder) in message
    assert "torch" not in message.replace(WEIGHTS, "").lower()


def test_a_network_of_another_shape_is_refused_before_it_runs() -> None:
    with pytest.raises(UnsupportedByModel, match=r"another shape.*impasto models remove net"):
        load(tiny_control("sdxl"))


def test_memory_that_runs_out_while_it_loads_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(controls, "_check_fits", full)
    with pytest.raises(OutOfMemory, match="net needs more memory than cpu has free"):
        load(tiny_control("sd15"))


def test_what_could_not_be_loaded_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    before = paint("sd15", plan("generate"))[0]
    missing = Control(replace(card("sd15"), path=str(tmp_path / "no")), depth_picture(), 1.0)
    with contextlib.suppress(MissingModel):
        paint("sd15", plan("generate", control=missing))
    assert np.array_equal(paint("sd15", plan("generate"))[0], before)


def test_loading_and_painting_open_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    engine = load_engine(card_of(tiny_model("sd15")), "cpu")
    wanted = plan("refine", image=noisy_picture(), control=held("sd15"))
    assert len(engine.run(wanted, ignore).images) == 1
