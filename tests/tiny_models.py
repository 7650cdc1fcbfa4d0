"""Builds tiny random-weight diffusers folders offline, once per machine, for the engine tests.

Must not reach the network; the real factor of the VAE (8) is kept so that sizes behave.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray

from core_server.engine.diffusers_engine import DiffusersEngine
from core_server.engine.interface import Plan, Step, Task
from core_server.engine.loading import load_engine
from core_server.engine.offline import import_diffusers
from core_server.models.controls import ControlCard
from core_server.models.registry import ModelCard, ModelRegistry

# With two, OpenMP barriers make it twenty times slower on a machine that is busy otherwise.
torch.set_num_threads(1)

NAMES = ("sd15", "sd15_inpaint", "sdxl", "sdxl_inpaint")
CONTROLS = {"sd15": "sd15_depth", "sdxl": "sdxl_depth"}
"""Tiny depth ControlNets, by the family whose plain tiny model they steer."""

_MERGES = 500
_WIDTH = 32


def tiny_model(name: str) -> Path:
    """The folder of a tiny model, one of NAMES, or of CONTROLS' values; built at the first call.

    Do not write into it.
    """
    cache = _cache()
    folder = cache / name
    with FileLock(cache.with_suffix(".lock")):
        if not folder.is_dir():
            cache.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(dir=cache))
            _build(name, unfinished)
            unfinished.rename(folder)
    return folder


def tiny_control(family: str) -> Path:
    """The folder of the tiny depth ControlNet of a family; its name says its kind."""
    return tiny_model(CONTROLS[family])


def copy_of(name: str, destination: Path) -> Path:
    """A copy of a tiny model that a test may damage."""
    return Path(shutil.copytree(tiny_model(name), destination / name))


def card_of(folder: Path) -> ModelCard:
    """The card of a model folder, as the registry makes it."""
    with tempfile.TemporaryDirectory() as home:
        return ModelRegistry(Path(home) / "models.json").add_folder(folder)


def control_card_of(folder: Path) -> ControlCard:
    """The card of a ControlNet's folder, as the registry makes it."""
    with tempfile.TemporaryDirectory() as home:
        return ModelRegistry(Path(home) / "models.json").add_control(folder)


@functools.cache
def tiny_engine(name: str) -> DiffusersEngine:
    """A tiny model on the CPU, loaded once per process. Do not unload it."""
    engine = load_engine(card_of(tiny_model(name)), "cpu")
    assert isinstance(engine, DiffusersEngine)
    return engine


def noisy_picture(height: int = 64, width: int = 64, seed: int = 0) -> NDArray[np.float32]:
    """(height, width, 3) in [0, 1]."""
    return np.random.default_rng(seed).random((height, width, 3), dtype=np.float32)


def plan(task: str, *, seeds: tuple[int, ...] = (1,), **fields: object) -> Plan:
    """A small plan with all that its task needs, unless `fields` says otherwise."""
    needs: dict[str, dict[str, object]] = {
        "generate": {},
        "refine": {"image": noisy_picture(), "strength": 0.5},
        "inpaint": {"image": noisy_picture(), "mask": _right_half()},
        "vary": {"references": (noisy_picture(48, 80),)},
        "mix": {"references": (noisy_picture(), "a red heart")},
    }
    values = {"prompt": "a red heart", "steps": 2, "width": 64, "height": 64}
    return Plan(Task(task), seeds=seeds, **{**values, **needs[task], **fields})  # type: ignore[arg-type]  # a test's own fields


def _right_half() -> NDArray[np.float32]:
    mask = np.zeros((64, 64), np.float32)
    mask[:, 32:] = 1
    return mask


def ignore(step: Step) -> None:
    """Listens to no step."""


def _cache() -> Path:
    """One folder per user, builder and library versions."""
    recipe = (
        Path(__file__).read_bytes()
        + "".join(version(package) for package in ("torch", "diffusers", "transformers")).encode()
    )
    key = hashlib.sha256(recipe).hexdigest()[:12]
    user = getattr(os, "getuid", lambda: 0)()
    return Path(tempfile.gettempdir()) / f"impasto-tiny-{user}-{key}"


def _build(name: str, folder: Path) -> None:
    diffusers = import_diffusers()
    torch.manual_seed(0)
    if name in CONTROLS.values():
        _controlnet(is_xl=name.startswith("sdxl")).save_pretrained(str(folder))
        return
    is_xl, channels = name.startswith("sdxl"), 9 if name.endswith("inpaint") else 4
    parts: dict[str, object] = {
        "vae": _vae(),
        "unet": _unet(channels, is_xl),
        "text_encoder": _text_encoder(_WIDTH, projected=False),
        "tokenizer": _tokenizer(folder / "bpe"),
        "scheduler": _scheduler(is_xl),
    }
    kind = "Inpaint" if channels == 9 else ""
    if is_xl:
        parts["text_encoder_2"] = _text_encoder(_WIDTH * 2, projected=True)
        parts["tokenizer_2"] = parts["tokenizer"]
        pipeline_class = getattr(diffusers, f"StableDiffusionXL{kind}Pipeline")
        pipeline = pipeline_class(**parts, add_watermarker=False)
    else:
        pipeline_class = getattr(diffusers, f"StableDiffusion{kind}Pipeline")
        pipeline = pipeline_class(
            **parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False
        )
    pipeline.save_pretrained(str(folder))
    shutil.rmtree(folder / "bpe")


def _vae() -> object:
    diffusers = import_diffusers()
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=64,
    ).eval()


def _controlnet(is_xl: bool) -> Any:
    """Steers `_unet`, and strongly: its zero convolutions, which let nothing through when new, are
    filled, and what it makes of the control outweighs the noise."""
    diffusers = import_diffusers()
    network = diffusers.ControlNetModel.from_unet(
        _unet(4, is_xl),
        conditioning_embedding_out_channels=(8, 8, 16, 16),
        load_weights_from_unet=False,
    )
    with torch.no_grad():
        for weights in network.parameters():
            if not weights.any():
                weights.normal_(std=0.2)
        for weights in network.controlnet_cond_embedding.parameters():
            weights.mul_(4)
    return network.eval()


def _unet(channels: int, is_xl: bool) -> Any:
    diffusers = import_diffusers()
    extra: dict[str, object] = {}
    if is_xl:
        extra = {
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 8,
            "projection_class_embeddings_input_dim": 6 * 8 + _WIDTH * 2,
            "transformer_layers_per_block": 1,
            "use_linear_projection": True,
        }
    return diffusers.UNet2DConditionModel(
        in_channels=channels,
        out_channels=4,
        block_out_channels=(16, 32),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        norm_num_groups=8,
        attention_head_dim=8,
        cross_attention_dim=_WIDTH * 3 if is_xl else _WIDTH,
        sample_size=8,
        **extra,
    ).eval()


def _text_encoder(width: int, projected: bool) -> object:
    import transformers

    config = transformers.CLIPTextConfig(
        vocab_size=512 + _MERGES + 2,
        hidden_size=width,
        projection_dim=width,
        intermediate_size=width * 2,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        bos_token_id=512 + _MERGES,
        eos_token_id=513 + _MERGES,
        pad_token_id=513 + _MERGES,
    )
    kind = transformers.CLIPTextModelWithProjection if projected else transformers.CLIPTextModel
    return kind(config).eval()


def _scheduler(is_xl: bool) -> object:
    diffusers = import_diffusers()
    schedule = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    if is_xl:
        return diffusers.EulerDiscreteScheduler(**schedule)
    return diffusers.PNDMScheduler(
        **schedule, skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1
    )


def _tokenizer(folder: Path) -> object:
    """CLIP's own byte pairs, the first 500 of them, from the file that open_clip carries."""
    import transformers

    found = importlib.util.find_spec("open_clip")
    assert found is not None
    assert found.origin is not None
    pairs_file = Path(found.origin).parent / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.decompress(pairs_file.read_bytes()).decode("utf-8").split("\n")
    merges = lines[1 : 1 + _MERGES]
    letters = _byte_letters()
    words = [*letters, *(letter + "</w>" for letter in letters)]
    words += ["".join(merge.split()) for merge in merges]
    words += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir()
    vocabulary = {word: index for index, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", "utf-8")
    return transformers.CLIPTokenizer.from_pretrained(str(folder), model_max_length=77)


def _byte_letters() -> list[str]:
    """The visible letter that stands for each byte in byte-level BPE files (GPT-2's table)."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return [*map(chr, visible), *(chr(256 + index) for index in range(len(hidden)))]
