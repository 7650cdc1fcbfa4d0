"""Pocket's training goes on where it stopped, from checkpoints and from packed weights."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core_server.pocket.clip import Tokenizer, build_clip
from core_server.pocket.data.cache import assemble, write
from core_server.pocket.data.concepts import Concept
from core_server.pocket.data.dataset import Dataset, load_dataset
from core_server.pocket.data.drawings import Drawing
from core_server.pocket.decoder import Decoder
from core_server.pocket.prior import Prior
from core_server.pocket.superres import SuperResolution
from core_server.pocket.train import decoder, prior
from core_server.pocket.train.__main__ import main as train
from core_server.pocket.train.feed import feed
from core_server.pocket.train.helper import Helper
from core_server.pocket.train.phrases import foreign_phrases
from core_server.pocket.train.run import Average, RunOptions, prepare, restore
from core_server.pocket.weights import Part, pack
from tests import tiny_pocket

pytestmark = pytest.mark.engine

NAMES = {"de": ("Katze",), "fr": ("chat",)}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    concepts = [
        Concept(f"{index:x}", (name,), "animal", True, NAMES if name == "cat" else {})
        for index, name in enumerate(("cat", "dog", "owl"))
    ]
    square = np.zeros((64, 64, 4), np.uint8)
    square[12:52, 12:52] = (200, 40, 40, 255)
    drawings = [Drawing(concept, style, square) for concept in range(3) for style in range(2)]
    path = tmp_path_factory.mktemp("pocket") / "small.npz"
    write(path, assemble(concepts, drawings, [None] * 6), texture_count=20, shape_count=20)
    return path


@pytest.fixture(scope="module")
def data(archive: Path) -> Dataset:
    return load_dataset(archive)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Checkpoints unpacked from tiny packed weights."""
    networks = {
        "clip": (build_clip(tiny_pocket.CLIP, factorised=True), tiny_pocket.CLIP),
        "prior": (Prior(tiny_pocket.PRIOR), tiny_pocket.PRIOR),
        "decoder": (Decoder(tiny_pocket.DECODER), tiny_pocket.DECODER),
        "superres": (SuperResolution(tiny_pocket.SUPERRES), tiny_pocket.SUPERRES),
    }
    parts = {
        name: Part(tiny_pocket.lively(network).state_dict(), vars(config), name != "superres")
        for name, (network, config) in networks.items()
    }
    pack(parts, tmp_path / "weights", {"decoder_step": 7, "decoder_samples": 56})
    places = ["--folder", str(tmp_path / "run"), "--weights", str(tmp_path / "weights")]
    assert train(["unpack", *places]) == 0
    return tmp_path / "run"


def options(archive: Path, folder: Path, seconds: float) -> RunOptions:
    return RunOptions(
        data=archive,
        folder=folder,
        seconds=seconds,
        device="cpu",
        threads=1,
        batch=4,
        learning_rate=1e-3,
        seed=0,
        fresh=False,
    )


def test_a_decoder_goes_on_from_packed_weights_and_then_from_its_checkpoint(
    archive: Path, folder: Path
) -> None:
    seen = []
    for _ in range(2):
        decoder.train(options(archive, folder, 0.5), tiny_pocket.DECODER)
        found = restore(folder / "decoder.pt")
        assert found is not None
        seen.append((found["step"], found["samples"]))
        assert all(torch.isfinite(value).all() for value in found["average"].values())
    first, second = seen
    assert 7 < first[0] < second[0]
    assert first[1] == 56 + 4 * (first[0] - 7)
    sheets = sorted(folder.glob("decoder-*.png"))
    assert len(sheets) == 2, "every save paints a sheet to judge by eye"
    with Image.open(sheets[0]) as sheet:
        assert np.asarray(sheet).std() > 5


def test_a_helper_finds_the_gradients_that_its_batch_has_in_this_process(
    archive: Path, folder: Path
) -> None:
    asked = options(archive, folder, 1)
    network = tiny_pocket.lively(Decoder(tiny_pocket.DECODER)).requires_grad_()
    prepare(asked, seed=5)
    next(decoder.learn(network, asked, 5))
    wanted = [each.grad for each in network.parameters()]
    network.zero_grad()
    helper = Helper(network, decoder.learn, asked, seed=5)
    limit = time.monotonic() + 60
    while not helper.take():
        assert time.monotonic() < limit, "the helper never finished a batch"
        time.sleep(0.05)
    for parameter, gradient in zip(network.parameters(), wanted, strict=True):
        if gradient is not None:
            torch.testing.assert_close(parameter.grad, gradient)


def test_an_average_goes_on_from_the_one_that_was_kept() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    kept = {"weight": torch.full((1, 1), 7.0)}
    average = Average(network, kept=kept)
    average.update(network, step=90)
    expected = 0.9 * 7.0 + 0.1 * network.weight.item()
    assert average.state["weight"].item() == pytest.approx(expected)


def test_unpacking_does_not_replace_a_checkpoint_unasked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--folder", str(folder), "--weights", str(folder.parent / "weights")]
    assert train(["unpack", *places]) == 1
    assert "--fresh" in capsys.readouterr().err
    assert train(["unpack", "--fresh", *places]) == 0


def test_a_prior_learns_on_pairs_of_the_frozen_clip(archive: Path, folder: Path) -> None:
    before = (folder / "prior.pt").read_bytes()
    prior.train(options(archive, folder, 0.3), tiny_pocket.PRIOR, pairs=64)
    assert (folder / "prior.pt").read_bytes() != before


@pytest.mark.parametrize("processes", [0, 1])
def test_pictures_arrive_with_the_tokens_of_their_captions(data: Dataset, processes: int) -> None:
    length = tiny_pocket.CLIP.context_length
    pictures = next(feed(data, length, 8, 3, "cpu", processes))
    assert pictures.rgb.shape == (8, 64, 64, 3)
    assert pictures.alpha.shape == (8, 64, 64)
    captions = data.sample(np.random.default_rng([3, 0]), 8).captions
    assert torch.equal(pictures.ids, Tokenizer(length)(captions))


def test_foreign_names_mean_what_the_english_name_says(data: Dataset) -> None:
    found = dict(foreign_phrases(data))
    assert found["Katze"] == "cat"
    assert found["rote Katze"] == found["chat rouge"] == "red cat"
