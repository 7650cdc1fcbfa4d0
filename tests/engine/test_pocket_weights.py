"""Pocket's weights as files, its card and its commands, on tiny random networks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from torch import Generator, Tensor

from core_server.models.registry import embedded_card
from core_server.pocket.clip import build_clip, read_text
from core_server.pocket.prior import Prior
from core_server.pocket.superres import SuperResolution
from core_server.pocket.train.__main__ import main as train
from core_server.pocket.weights import (
    MANIFEST,
    Part,
    load_parts,
    pack,
    pack_state,
    unpack_state,
)
from protocol.errors import CorruptModel
from tests.tiny_pocket import CLIP, DECODER, PRIOR, SUPERRES, decoder, lively

pytestmark = pytest.mark.engine

torch.set_num_threads(1)


# ---- weights


def pack_tiny(folder: Path) -> dict[str, dict[str, Tensor]]:
    """Packs random parts; returns what went in."""
    clip = lively(build_clip(CLIP, factorised=True)).state_dict()
    parts = {
        "clip": Part(clip, asdict(CLIP)),
        "prior": Part(lively(Prior(PRIOR)).state_dict(), asdict(PRIOR)),
        "decoder": Part(decoder().state_dict(), asdict(DECODER)),
        "superres": Part(lively(SuperResolution(SUPERRES)).state_dict(), asdict(SUPERRES), False),
    }
    pack(parts, folder, {"minutes": 1})
    return {name: dict(part.state) for name, part in parts.items()}


def test_packing_moves_no_weight_by_more_than_half_a_step() -> None:
    draw = Generator().manual_seed(1)
    rows = torch.logspace(-6, 2, 40)[:, None, None, None]
    state = {
        "conv": torch.randn(40, 8, 3, 3, generator=draw) * rows,
        "matrix": torch.randn(64, 32, generator=draw),
        "zeros": torch.zeros(64, 32),
        "small": torch.randn(9, 9, generator=draw),
        "bias": torch.randn(5000, generator=draw),
    }
    packed = pack_state(Part(state, {}))
    found = unpack_state(packed)
    assert {name for name, value in packed.items() if value.dtype == torch.int8} == {
        "conv", "matrix", "zeros",
    }  # fmt: skip
    assert found.keys() == state.keys()
    for name, value in state.items():
        error = (found[name] - value).abs()
        if packed[name].dtype == torch.int8:
            largest = value.flatten(1).abs().amax(1).reshape(-1, *[1] * (value.ndim - 1))
            assert (error <= largest / 127 * 0.502 + 2**-24).all(), name
        else:
            assert (error <= value.abs() * 2**-11 + 1e-7).all(), name


def test_parts_come_back_from_a_folder_as_they_were(tmp_path: Path) -> None:
    put = pack_tiny(tmp_path)
    clip, tokenizer, prior, found, superres = load_parts(tmp_path)
    for name, network in (("prior", prior), ("decoder", found), ("superres", superres)):
        for key, value in network.state_dict().items():
            assert (value - put[name][key]).abs().max() < 0.004, f"{name}.{key}"
    table = clip.state_dict()["token_embedding.weight"]
    factors = [put["clip"][f"token_embedding.{part}.weight"] for part in ("table", "project")]
    assert (table - factors[0] @ factors[1].T).abs().max() < 0.004
    assert found.config == DECODER
    reading = read_text(clip, tokenizer(["a red heart", "a"]))
    assert reading.tokens.shape == (2, CLIP.context_length, CLIP.text_width)
    assert reading.mask.sum(1).tolist() == [5, 3]


def test_the_manifest_says_what_the_registry_shows(tmp_path: Path) -> None:
    pack_tiny(tmp_path)
    card = embedded_card(tmp_path / MANIFEST)
    assert card is not None
    assert card.title == "Pocket"
    assert "no photographs" in card.note
    assert card.bytes == sum(path.stat().st_size for path in tmp_path.glob("*.safetensors"))


def test_packing_again_leaves_no_old_shards(tmp_path: Path) -> None:
    (tmp_path / "model-00009-of-00009.safetensors").write_bytes(b"old")
    pack_tiny(tmp_path)
    pack_tiny(tmp_path)
    assert [path.name for path in tmp_path.glob("*.safetensors")] == [
        "model-00001-of-00001.safetensors"
    ]


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-7] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "damage", "fault"),
    [
        ("model-00001-of-00001.safetensors", Path.unlink, "is missing"),
        ("model-00001-of-00001.safetensors", shorten, "bytes instead of"),
        ("model-00001-of-00001.safetensors", change, "was changed"),
        (MANIFEST, Path.unlink, "is missing"),
        (MANIFEST, shorten, None),
        (MANIFEST, lambda path: path.write_text("{"), "cannot be read"),
        (MANIFEST, lambda path: path.write_text('{"format": 99}'), "another version"),
        (MANIFEST, lambda path: path.write_text('{"format": 1}'), "does not fit"),
    ],
)
def test_damaged_weights_are_named_with_a_cure(
    tmp_path: Path, name: str, damage: Callable[[Path], object], fault: str | None
) -> None:
    pack_tiny(tmp_path)
    damage(tmp_path / name)
    if fault is None:  # only the last newline is gone
        load_parts(tmp_path)
        return
    with pytest.raises(CorruptModel, match=fault) as caught:
        load_parts(tmp_path)
    assert name in str(caught.value)
    assert "Install Impasto again" in str(caught.value)


def test_weights_of_other_sizes_than_the_manifest_says_are_refused(tmp_path: Path) -> None:
    pack_tiny(tmp_path)
    path = tmp_path / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["parts"]["prior"]["config"]["width"] = 24
    path.write_text(json.dumps(manifest))
    with pytest.raises(CorruptModel, match="does not fit"):
        load_parts(tmp_path)


# ---- the training commands


def test_packing_before_training_says_what_to_run_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "weights"
    assert train(["pack", "--folder", str(tmp_path), "--weights", str(weights)]) == 1
    assert "has no clip.pt: run `clip` first" in capsys.readouterr().err
    assert not weights.exists()
