"""Every operation on every family, through the daemon: it paints, or says who can instead."""

from collections.abc import Iterator

import numpy as np
import pytest

from core_server.api import Impasto
from core_server.models.registry import ModelRegistry
from core_server.pictures import Picture, Pictures
from protocol.errors import UnsupportedByModel
from tests.daemons import fresh_daemon
from tests.tiny_models import tiny_model

pytestmark = [pytest.mark.e2e, pytest.mark.engine, pytest.mark.timeout(240)]

FOLDERS = ("sd15", "sd15_inpaint", "sdxl", "sdxl_inpaint")
MODELS = ("pocket", *FOLDERS)

PHOTO = np.dstack([np.mgrid[:64, :64].sum(0) * 2 % 256] * 3).astype(np.uint8)
MASK = np.zeros((64, 64), np.uint8)
MASK[20:44, 20:44] = 255


@pytest.fixture(scope="module")
def impasto() -> Iterator[Impasto]:
    with fresh_daemon() as daemon, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMPASTO_HOME", str(daemon.home))
        registry = ModelRegistry(daemon.home / "models.json")
        for name in FOLDERS:
            registry.add_folder(tiny_model(name), name)
        with Impasto() as connected:
            yield connected


def paint(impasto: Impasto, cell: str, model: str) -> Pictures:
    options = {"model": model, "steps": 2, "seed": 5}
    if cell == "generate":
        return impasto.generate("a red heart", width=64, height=64, count=2, **options)
    if cell == "refine":
        return impasto.generate("a red heart", image=PHOTO, strength=0.6, **options)
    if cell == "vary":
        return impasto.vary(PHOTO, **options)
    if cell == "mix":
        return impasto.mix(PHOTO, prompt="a blue star", **options)
    if cell == "expand":
        return impasto.inpaint(PHOTO, None, "sky", intent="expand", right=32, **options)
    return impasto.inpaint(PHOTO, MASK, "sky", intent=cell, **options)


PAINTED = ("generate", "refine", "fill", "replace", "expand", "vary")


@pytest.mark.parametrize("cell", PAINTED)
@pytest.mark.parametrize("model", MODELS)
def test_a_cell_of_the_matrix_paints(impasto, model, cell):
    pictures = paint(impasto, cell, model)
    assert len(pictures) == (2 if cell == "generate" else 1)
    best = pictures.best
    assert best.pixels.shape[:2] == (best.rect.height, best.rect.width)
    assert best.pixels[..., :3].std() > 0
    if cell == "expand":
        assert (best.rect.width, best.rect.height) == (96, 64)
    if cell in ("fill", "replace"):
        outside = transparent(best)
        assert (best.flattened()[outside][:, :3] == PHOTO[outside]).all()


def transparent(best: Picture) -> np.ndarray:
    """Where the layer is fully transparent, in the picture's pixels."""
    alpha = np.zeros((64, 64), np.uint8)
    x, y, width, height = best.rect
    alpha[y : y + height, x : x + width] = best.pixels[..., 3]
    return alpha == 0


@pytest.mark.parametrize("model", FOLDERS)
def test_a_model_that_cannot_mix_names_one_that_can(impasto, model):
    with pytest.raises(UnsupportedByModel, match="pocket"):
        paint(impasto, "mix", model)


def test_pocket_mixes(impasto):
    assert any("CLIP" in note for note in paint(impasto, "mix", "pocket").notes)


def test_removing_needs_no_model_and_says_that_a_prompt_is_not_used(impasto):
    pictures = impasto.inpaint(PHOTO, MASK, "sky", intent="remove")
    assert any("prompt" in note for note in pictures.notes)
