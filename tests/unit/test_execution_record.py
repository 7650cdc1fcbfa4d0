"""The record that repeats a job, and the order and seeds of its candidates."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.geometry import Rect
from protocol.pixels import PixelLayout
from tests.execution_stage import (
    STEPS,
    Brush,
    Stage,
    colour_of,
    ellipse,
    image_input,
    mask_input,
    photo,
)

CAT = np.ascontiguousarray(photo("chelsea")[:300:2, :450:2])
SIZE = (225, 150)
BOX = Rect(50, 40, 60, 44)
EXACT = {"grow": 0, "feather": 0}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, family="pocket")  # small, so quick


def test_a_record_paints_the_same_again(stage: Stage) -> None:
    inputs = [image_input(CAT, PixelLayout.RGBA16), mask_input(ellipse(SIZE, BOX))]
    finished, layers = stage.paint("inpaint", inputs, prompt="moss", style="oil", count=3, seed=11)
    record = finished.record
    _, again = stage.paint("inpaint", inputs, **record["params"])
    assert all(np.array_equal(a, b) for a, b in zip(layers, again, strict=True))
    _, (second,) = stage.paint(
        "inpaint", inputs, **{**record["params"], "seed": record["seeds"][1], "count": 1}
    )
    assert np.array_equal(second, layers[1])
    assert record["seeds"] == [11, 12, 13]
    assert record["used"] == {"steps": STEPS, "sampler": "euler"}
    assert "impasto" in record["prompt"]
    assert record["params"]["prompt"] == "moss"
    assert record["model"].keys() == {"name", "family", "digest"}
    assert [len(entry["sha256"]) for entry in record["inputs"]] == [64, 64]
    assert record["device"] == "cpu"
    assert record["seconds"] >= 0
    assert {"impasto", "protocol", "numpy"} <= record["versions"].keys()


def test_candidates_come_in_order_of_their_score(stage: Stage) -> None:
    stage.engine = Brush(scores=(0.1, 0.3, 0.2))
    inputs = [image_input(CAT), mask_input(ellipse(SIZE, BOX))]
    finished, layers = stage.paint("inpaint", inputs, prompt="moss", count=3, **EXACT)
    assert [item.seed for item in finished.items] == [8, 9, 7]
    assert [item.score for item in finished.items] == [0.3, 0.2, 0.1]
    assert [item.name for item in finished.items] == ["moss", "moss · 2", "moss · 3"]
    assert [item.blob for item in finished.items] == [0, 1, 2]
    assert finished.record["seeds"] == [8, 9, 7]
    order = [int(np.argmin([np.abs(layer[22, 30, :3] / 255 - colour_of(seed)).sum()
                            for layer in layers])) for seed in (8, 9, 7)]  # fmt: skip
    assert order == [0, 1, 2]


@pytest.mark.parametrize("params", [{"prompt": ""}, {"prompt": "moss", "rank": False}])
def test_without_prompt_or_wish_the_order_of_seeds_stays(
    stage: Stage, params: dict[str, Any]
) -> None:
    stage.engine = Brush(scores=(0.1, 0.3, 0.2))
    finished, _ = stage.paint("inpaint", [image_input(CAT)], count=3, **params)
    assert [item.seed for item in finished.items] == [7, 8, 9]
    assert [item.score for item in finished.items] == [None] * 3


def test_another_models_clip_ranks_for_a_model_without_one(stage: Stage) -> None:
    stage.other = Brush(scores=(0.1, 0.2))
    finished, _ = stage.paint("inpaint", [image_input(CAT)], count=2, prompt="moss")
    assert [item.seed for item in finished.items] == [8, 7]
    single, _ = stage.paint("inpaint", [image_input(CAT)], prompt="moss")
    assert single.items[0].score is None


def test_seeds_wrap_around_at_the_end_of_their_range(stage: Stage) -> None:
    finished, _ = stage.paint("inpaint", [image_input(CAT)], seed=2**32 - 1, count=2, rank=False)
    assert [item.seed for item in finished.items] == [2**32 - 1, 0]
