"""The embedded model's engine and the operations on it, with small random weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core_server.engine.interface import Plan, Step, Task
from core_server.engine.pocket_engine import PocketEngine
from core_server.pocket.clip import ClipConfig, Tokenizer, build_clip
from core_server.pocket.decoder import Decoder, DecoderConfig
from core_server.pocket.prior import Prior, PriorConfig
from core_server.pocket.sample import Pocket
from core_server.pocket.superres import SuperResolution, SuperResolutionConfig
from protocol.errors import BadSize, Cancelled, UnsupportedByModel
from protocol.geometry import Rect
from protocol.messages import Deliver
from protocol.pixels import PixelLayout
from tests.execution_stage import Stage, ellipse, image_input, mask_input, native_of, photo

pytestmark = pytest.mark.engine

CAT = np.ascontiguousarray(photo("chelsea")[:300:2, :450:2])
PICTURE = np.ascontiguousarray(photo("chelsea")[:256, :256, :3])
HALF = np.zeros((256, 256), np.float32)
HALF[:, 128:] = 1


@pytest.fixture(scope="module")
def engine() -> PocketEngine:
    torch.manual_seed(0)
    clip = ClipConfig(vision_width=48, vision_layers=1, text_layers=1, text_width=64, text_heads=2)
    decoder = Decoder(
        DecoderConfig(channels=(32, 32, 32, 32), blocks=(1, 1, 1, 1), text_width=64, patch=4)
    )
    for parameter in decoder.parameters():  # fresh, its last layer would paint nothing
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    parts = (
        build_clip(clip),
        Tokenizer(clip.context_length),
        Prior(PriorConfig(width=64, blocks=1)),
        decoder,
        SuperResolution(SuperResolutionConfig(width=8, layers=2)),
    )
    return PocketEngine(Pocket(*parts, "cpu"), torch.device("cpu"))


TASKS: dict[Task, dict[str, Any]] = {
    Task.GENERATE: {},
    Task.REFINE: {"image": PICTURE, "strength": 0.5},
    Task.INPAINT: {"image": PICTURE, "mask": HALF},
    Task.VARY: {"references": (PICTURE[:100],)},
    Task.MIX: {"references": (PICTURE, "a red heart")},
}


def plan(task: Task, *seeds: int, **more: Any) -> Plan:
    fields = {"prompt": "a red heart", "steps": 2, **TASKS[task], **more}
    return Plan(task, 256, 256, seeds or (1,), **fields)


def ignore(step: Step) -> None:
    pass


@pytest.mark.parametrize("task", TASKS)
def test_every_task_paints_one_finite_picture_per_seed(engine: PocketEngine, task: Task) -> None:
    painted = engine.run(plan(task, 1, 2), ignore)
    assert [image.shape for image in painted.images] == [(256, 256, 3)] * 2
    assert all(image.dtype == np.float32 for image in painted.images)
    assert all(0 <= image.min() < image.max() <= 1 for image in painted.images)
    assert np.abs(painted.images[0] - painted.images[1]).max() > 0.01
    assert painted.used == {"steps": 2, "guidance_scale": 3.0, "sampler": "euler"}


@pytest.mark.parametrize("task", TASKS)
def test_a_candidate_does_not_depend_on_its_batch(engine: PocketEngine, task: Task) -> None:
    alone = engine.run(plan(task, 5), ignore).images[0]
    among = engine.run(plan(task, 1, 2, 3, 4, 5), ignore).images[4]
    assert np.abs(alone - among).max() < 2e-3


def test_steps_of_all_batches_are_one_count(engine: PocketEngine) -> None:
    steps: list[Step] = []
    engine.run(plan(Task.GENERATE, *range(6), steps=3), steps.append)
    assert [(step.step, step.steps) for step in steps] == [(n, 6) for n in range(1, 7)]
    preview = steps[0].preview
    assert preview is not None
    assert (preview.shape, preview.dtype) == ((64, 64, 3), np.uint8)
    assert steps[-1].preview is None


def test_cancelling_ends_at_a_step_and_leaves_the_model_usable(engine: PocketEngine) -> None:
    before = engine.run(plan(Task.GENERATE, tile="both"), ignore).images[0]

    def stop(step: Step) -> None:
        raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        engine.run(plan(Task.GENERATE, tile="x"), stop)
    after = engine.run(plan(Task.GENERATE, tile="both"), ignore).images[0]
    assert np.array_equal(before, after)


def test_a_strength_of_nothing_changes_nothing(engine: PocketEngine) -> None:
    painted = engine.run(plan(Task.REFINE, strength=0.0), ignore)
    assert np.array_equal(painted.images[0], PICTURE)


@pytest.mark.parametrize("task", [Task.REFINE, Task.INPAINT])
def test_without_a_prompt_the_picture_leads(engine: PocketEngine, task: Task) -> None:
    painted = engine.run(plan(task, prompt=""), ignore)
    assert np.isfinite(painted.images[0]).all()


def test_a_larger_square_is_the_models_own_enlargement(engine: PocketEngine) -> None:
    painted = engine.run(replace(plan(Task.GENERATE), width=1024, height=1024), ignore)
    assert painted.images[0].shape == (1024, 1024, 3)


@pytest.mark.parametrize(
    ("error", "fields"),
    [
        (BadSize, {"width": 256, "height": 70}),
        (BadSize, {"width": 300, "height": 300}),
        (BadSize, {"width": 512, "height": 256, "image": np.zeros((256, 512, 3), np.float32)}),
        (BadSize, {"width": 512, "height": 300, "tile": "both"}),
        (BadSize, {"image": PICTURE[:64, :64]}),
        (UnsupportedByModel, {"sampler": "ddim"}),
    ],
)
def test_what_it_cannot_do_is_said(
    engine: PocketEngine, error: type[Exception], fields: dict[str, Any]
) -> None:
    with pytest.raises(error):
        engine.run(replace(plan(Task.GENERATE), **fields), ignore)


def test_the_end_of_a_long_prompt_is_named(engine: PocketEngine) -> None:
    words = " ".join(f"fox{n}" for n in range(40))
    painted = engine.run(plan(Task.GENERATE, prompt=words, negative_prompt="fog"), ignore)
    (note,) = painted.notes
    assert note.startswith("The prompt is longer")
    assert "fox39" in note or "fox2" in note
    assert "fox0 " not in note


def test_its_clip_ranks_pictures_of_any_size(engine: PocketEngine) -> None:
    holed = np.dstack([PICTURE, HALF])
    scores = engine.rank("a red heart", [PICTURE, PICTURE[:50, :90], holed])
    assert scores is not None
    assert len(scores) == 3
    assert all(-1 <= score <= 1 for score in scores)
    assert scores[0] != scores[2]


# ---- operations ------------------------------------------------------------------------------


@pytest.fixture
def stage(tmp_path: Path, engine: PocketEngine) -> Stage:
    return Stage(tmp_path, engine, family="pocket")


@pytest.mark.parametrize("params", [{}, {"strength": 0.4}, {"prompt": ""}])
def test_outside_the_selection_nothing_changes(stage: Stage, params: dict[str, Any]) -> None:
    mask = ellipse((225, 150), Rect(50, 40, 60, 44))
    inputs = [image_input(CAT, PixelLayout.RGBA16), mask_input(mask)]
    asked = {"prompt": "a heart", "steps": 2, "grow": 0, "feather": 0, "count": 2, **params}
    finished, pictures = stage.paint("inpaint", inputs, deliver=Deliver.FLATTENED, **asked)
    original = native_of(CAT, PixelLayout.RGBA16)
    for picture in pictures:
        assert np.array_equal(picture[mask == 0], original[mask == 0])
        assert not np.array_equal(picture[mask > 0], original[mask > 0])
    scores = [item.score for item in finished.items]
    if asked["prompt"]:
        assert scores == sorted(scores, reverse=True)
        assert scores[0] is not None
    else:
        assert scores == [None, None]


@pytest.mark.parametrize(
    ("operation", "inputs", "params", "rect"),
    [
        ("generate", 0, {"tile": "both"}, Rect(0, 0, 256, 256)),
        ("generate", 0, {"width": 500, "height": 400}, Rect(0, 0, 500, 400)),
        ("generate", 0, {"transparent": True, "width": 400, "height": 90}, Rect(0, 0, 400, 90)),
        ("generate", 0, {"tile": "x", "width": 90, "height": 400}, Rect(0, 0, 90, 400)),
        ("generate", 1, {"strength": 0.5}, Rect(3, 4, 225, 150)),
        ("generate", 1, {"strength": 0.5, "tile": "both"}, Rect(3, 4, 225, 150)),
        ("vary", 1, {"variation": 0.3}, Rect(3, 4, 225, 150)),
        ("mix", 2, {"weight": 0.3}, Rect(3, 4, 225, 150)),
        ("mix", 1, {}, Rect(3, 4, 225, 150)),
        ("inpaint", 1, {"intent": "expand", "left": 32}, Rect(-29, 4, 257, 150)),
    ],
)
def test_every_operation_is_repeated_by_its_record(
    stage: Stage, operation: str, inputs: int, params: dict[str, Any], rect: Rect
) -> None:
    given = [image_input(CAT, at=(3, 4)), image_input(CAT[:90])][:inputs]
    asked = {"prompt": "a red heart", "steps": 2, "count": 2, **params}
    finished, pictures = stage.paint(operation, given, **asked)
    assert [item.rect for item in finished.items] == [rect, rect]
    _, again = stage.paint(operation, given, **finished.record["params"])
    assert all(np.array_equal(a, b) for a, b in zip(pictures, again, strict=True))


def test_unloading_lets_go_of_the_weights(engine: PocketEngine) -> None:
    other = PocketEngine(engine._pocket, torch.device("cpu"))
    other.unload()
    with pytest.raises(AttributeError):
        other.rank("a heart", [PICTURE])
