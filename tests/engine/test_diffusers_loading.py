"""Loading diffusers folders: whole, damaged, incomplete, gone; and that nothing goes online."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core_server.engine import folder as folder_module
from core_server.engine.loading import load_engine
from core_server.engine.offline import ENVIRONMENT, import_diffusers
from core_server.engine.pipelines import accepted_arguments, call
from protocol.errors import CorruptModel, MissingModel, OutOfMemory
from tests.tiny_models import card_of, copy_of, ignore, plan, tiny_engine, tiny_model

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

UNET = "unet/diffusion_pytorch_model.safetensors"
VAE = "vae/diffusion_pytorch_model.safetensors"
TEXT = "text_encoder/model.safetensors"


@pytest.mark.parametrize("part", [UNET, VAE, TEXT])
def test_file_cut_off_after_it_was_added_is_named(tmp_path: Path, part: str) -> None:
    folder = copy_of("sd15", tmp_path)
    card = card_of(folder)
    whole = (folder / part).read_bytes()
    (folder / part).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CorruptModel, match=part):
        load_engine(card, "cpu")


def _drop(tensors: dict[str, torch.Tensor], name: str) -> None:
    del tensors[name]


def _reshape(tensors: dict[str, torch.Tensor], name: str) -> None:
    tensors[name] = torch.zeros(7)


@pytest.mark.parametrize("edit", [_drop, _reshape])
@pytest.mark.parametrize("part", [UNET, VAE, TEXT])
def test_tensors_that_lack_or_do_not_fit_are_found(
    tmp_path: Path, part: str, edit: Callable[[dict[str, torch.Tensor], str], None]
) -> None:
    folder = copy_of("sd15", tmp_path)
    tensors = load_file(folder / part)
    edit(tensors, sorted(tensors)[3])
    save_file(tensors, folder / part, metadata={"format": "pt"})
    with pytest.raises(CorruptModel) as caught:
        load_engine(card_of(folder), "cpu")
    assert caught.value.field == "model"
    assert "torch" not in caught.value.message.lower()


@pytest.mark.parametrize(
    "part", ["unet/config.json", "tokenizer/tokenizer.json", "scheduler/scheduler_config.json"]
)
def test_unreadable_text_files_are_a_damaged_model(tmp_path: Path, part: str) -> None:
    folder = copy_of("sd15", tmp_path)
    card = card_of(folder)
    (folder / part).write_text("{ no")
    with pytest.raises(CorruptModel):
        load_engine(card, "cpu")


def test_folder_that_is_gone_is_a_missing_model(tmp_path: Path) -> None:
    folder = copy_of("sd15", tmp_path)
    card = card_of(folder)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(MissingModel, match="gone"):
        load_engine(card, "cpu")


def test_half_precision_variant_loads_and_paints(tmp_path: Path) -> None:
    folder = copy_of("sdxl", tmp_path)
    for path in folder.rglob("*.safetensors"):
        path.rename(path.with_suffix(".fp16.safetensors"))
    card = card_of(folder)
    assert card.variant == "fp16"
    image = load_engine(card, "cpu").run(plan("generate"), ignore).images[0]
    assert (image == tiny_engine("sdxl").run(plan("generate"), ignore).images[0]).all()


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_a_seed_means_the_same_picture_in_half_precision(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As on a GPU; every task runs without mixing precisions."""
    tasks = ("generate", "refine", "inpaint", "vary")
    exact = [tiny_engine(name).run(plan(task), ignore).images[0] for task in tasks]
    monkeypatch.setattr(folder_module, "dtype_for", lambda device: torch.float16)
    engine = load_engine(card_of(tiny_model(name)), "cpu")
    half = [engine.run(plan(task), ignore).images[0] for task in tasks]
    assert all(abs(a - b).mean() < 0.01 for a, b in zip(half, exact, strict=True))


def test_memory_that_runs_out_while_loading_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_arguments: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(folder_module, "_check_complete", full)
    with pytest.raises(OutOfMemory, match="needs more memory than cpu has free"):
        load_engine(card_of(tiny_model("sd15")), "cpu")


def test_loading_and_painting_open_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load_engine(card_of(tiny_model("sdxl")), "cpu").run(plan("generate"), ignore)
    assert {key: os.environ[key] for key in ENVIRONMENT} == ENVIRONMENT


def test_argument_that_a_pipeline_would_swallow_is_refused() -> None:
    pipeline = tiny_engine("sd15")._base
    assert "negative_prompt" in accepted_arguments(pipeline)
    with pytest.raises(TypeError, match="true_cfg_scale"):
        call(pipeline, {"prompt": ["a cat"], "true_cfg_scale": 4.0})


def test_import_is_offline_and_repeatable() -> None:
    assert import_diffusers() is import_diffusers()
