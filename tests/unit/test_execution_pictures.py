"""Generate, vary and mix around a deterministic engine: sizes, places, words and notes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_server.engine.interface import Task
from core_server.execution.notes import NAME_LENGTH, is_photographic, layer_name
from core_server.execution.record import model_digest
from protocol.errors import BadRequest, OutOfRange
from protocol.geometry import Rect
from protocol.messages import Output
from protocol.pixels import ColorSpace, PixelLayout, Rows
from tests.execution_stage import Brush, Stage, colour_of, image_input, photo

CAT = np.ascontiguousarray(photo("chelsea")[:300:2, :450:2])


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def brush(stage: Stage) -> Brush:
    assert isinstance(stage.engine, Brush)
    return stage.engine


# ---- generate --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "asked", "size"),
    [
        ("sd15", {}, (512, 512)),
        ("pocket", {}, (256, 256)),
        ("sd15", {"width": 640}, (640, 512)),
        ("sd15", {"width": 100, "height": 37}, (100, 37)),
        ("sd15", {"width": 701, "height": 699}, (701, 699)),
        ("pocket", {"width": 16, "height": 1200}, (16, 1200)),
        ("sdxl", {"width": 1500, "height": 130}, (1500, 130)),
    ],
)
def test_a_generated_picture_has_exactly_the_asked_size(
    stage: Stage, family: str, asked: dict[str, int], size: tuple[int, int]
) -> None:
    stage.family = family
    finished, (layer,) = stage.paint("generate", prompt="a fox", **asked)
    (item,) = finished.items
    assert item.rect == Rect(0, 0, *size)
    assert item.layout is PixelLayout.RGBA8
    assert np.abs(layer[..., :3] / 255 - colour_of(7)).max() < 0.005
    assert (layer[..., 3] == 255).all()


def test_a_size_beyond_the_limit_is_refused(stage: Stage) -> None:
    run = stage.submit("generate", prompt="a fox")
    run.submit.params["width"] = 9000
    with pytest.raises(OutOfRange):
        stage.execute(run)
    assert stage.loaded == []


def test_candidates_have_consecutive_seeds_and_one_plan(stage: Stage) -> None:
    finished, layers = stage.paint("generate", prompt="a fox", count=3, width=64, height=64)
    assert [item.seed for item in finished.items] == [7, 8, 9]
    assert len(brush(stage).plans) == 1
    for layer, seed in zip(layers, (7, 8, 9), strict=True):
        assert np.abs(layer[0, 0, :3] / 255 - colour_of(seed)).max() < 0.005


def test_sampling_parameters_and_style_reach_the_model(stage: Stage) -> None:
    stage.paint(
        "generate", prompt=" a fox ", negative_prompt="fog", style="oil", steps=9,
        guidance_scale=3.5, sampler="ddim", width=64, height=64,
    )  # fmt: skip
    (plan,) = brush(stage).plans
    assert (plan.steps, plan.guidance_scale, plan.sampler) == (9, 3.5, "ddim")
    assert plan.prompt.startswith("an oil painting of a fox")
    assert plan.negative_prompt.startswith("fog, ")
    assert stage.steps == [(step, 9) for step in range(1, 10)]
    assert stage.finishings == 1


def test_an_artists_own_style_is_applied_and_a_vanished_one_refused(stage: Stage) -> None:
    run = stage.submit("generate", prompt="a fox", width=64, height=64)
    run.submit.params["style"] = "mine"
    with pytest.raises(BadRequest, match="mine"):
        stage.execute(run)
    (stage.home / "styles.toml").write_text('[mine]\nprompt = "{prompt} of glass"\n', "utf-8")
    assert stage.execute(run).record["prompt"] == "a fox of glass"


@pytest.mark.parametrize("size", [(512, 512), (200, 120)])
def test_a_seamless_picture_is_never_cut(stage: Stage, size: tuple[int, int]) -> None:
    """The model's first and last columns are still the picture's, but for the filter that reads
    across the border there."""

    class Stripes(Brush):
        def _one(self, plan: Any, seed: int) -> Any:
            ramp = np.linspace(0, 1, plan.width, dtype=np.float32)
            return np.broadcast_to(ramp[None, :, None], (plan.height, plan.width, 3)).copy()

    stage.engine = Stripes()
    width, height = size
    _, (layer,) = stage.paint("generate", prompt="bark", tile="both", width=width, height=height)
    assert brush(stage).plans[0].tile == "both"
    assert layer[0, 0, 0] < 32
    assert layer[0, -1, 0] > 223


def test_with_a_picture_it_is_refined_in_its_place(stage: Stage) -> None:
    given = image_input(CAT, PixelLayout.RGBA16, (-20, 30), Rows.BOTTOM)
    finished, (layer,) = stage.paint("generate", [given], prompt="a fox", strength=0.3)
    (plan,) = brush(stage).plans
    assert (plan.task, plan.strength) == (Task.REFINE, 0.3)
    assert plan.image is not None
    assert plan.image.shape == (plan.height, plan.width, 3)
    (item,) = finished.items
    assert item.rect == Rect(-20, 30, 225, 150)
    assert (item.layout, item.rows) == (PixelLayout.RGBA16, Rows.BOTTOM)
    assert layer.shape == (150, 225, 4)


def test_a_refined_picture_can_get_another_size(stage: Stage) -> None:
    finished, _ = stage.paint("generate", [image_input(CAT, at=(5, 6))], width=300, height=100)
    assert finished.items[0].rect == Rect(5, 6, 300, 100)


def test_a_cut_out_stays_cut_out(stage: Stage) -> None:
    holed = CAT.copy()
    holed[:, :100] = 0
    _, (layer,) = stage.paint("generate", [image_input(holed)], prompt="a fox")
    assert not layer[:, :99, 3].any()
    assert (layer[:, 101:, 3] == 255).all()


def test_an_asked_output_is_obeyed(stage: Stage) -> None:
    output = Output(PixelLayout.RGBA32F, Rows.BOTTOM, ColorSpace.LINEAR)
    finished, (layer,) = stage.paint("generate", prompt="x", width=64, height=64, output=output)
    assert finished.items[0].layout is PixelLayout.RGBA32F
    assert layer.dtype == np.float32


def test_a_picture_with_transparency_keeps_it(stage: Stage) -> None:
    stage.engine = Brush(channels=4)
    _, (layer,) = stage.paint("generate", prompt="a fox")
    assert layer[256, 256, 3] == 0
    assert layer[0, 0, 3] == 255


# ---- vary and mix ----------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["sd15", "pocket"])
def test_variations_have_the_pictures_place_and_size(stage: Stage, family: str) -> None:
    stage.family = family
    given = image_input(CAT, PixelLayout.BGRA8, (9, -9), name="cat")
    finished, layers = stage.paint("vary", [given], variation=0.2, count=2)
    (plan,) = brush(stage).plans
    assert (plan.task, plan.variation) == (Task.VARY, 0.2)
    (reference,) = plan.references
    assert isinstance(reference, np.ndarray)
    expected = CAT.shape[:2] if family == "pocket" else (plan.height, plan.width)
    assert reference.shape == (*expected, 3)
    assert [item.rect for item in finished.items] == [Rect(9, -9, 225, 150)] * 2
    assert layers[0].shape == (150, 225, 4)
    assert finished.items[0].name == "Variation cat"
    assert any("CLIP embedding" in note for note in finished.notes) == (family == "pocket")


def test_two_pictures_are_mixed_in_the_place_of_the_first(stage: Stage) -> None:
    stage.family = "pocket"
    inputs = [image_input(CAT, at=(1, 2), name="cat"), image_input(CAT[:50, :60], name="ear")]
    finished, _ = stage.paint("mix", inputs, weight=0.25)
    (plan,) = brush(stage).plans
    assert [getattr(entry, "shape", entry) for entry in plan.references] == [
        (150, 225, 3),
        (50, 60, 3),
    ]
    assert plan.weight == 0.25
    assert finished.items[0].rect == Rect(1, 2, 225, 150)
    assert finished.items[0].name == "cat + ear"
    assert len(finished.record["inputs"]) == 2


def test_a_picture_is_mixed_with_a_text(stage: Stage) -> None:
    stage.family = "pocket"
    stage.paint("mix", [image_input(CAT)], prompt="a fox")
    assert brush(stage).plans[0].references[1] == "a fox"
    with pytest.raises(BadRequest, match="prompt"):
        stage.paint("mix", [image_input(CAT)])


def test_references_with_holes_lie_on_white(stage: Stage) -> None:
    stage.family = "pocket"
    holed = CAT.copy()
    holed[:, :100] = 0
    stage.paint("vary", [image_input(holed)])
    reference = brush(stage).plans[0].references[0]
    assert isinstance(reference, np.ndarray)
    assert (reference[:, :100] == 1).all()


@pytest.mark.parametrize("operation", ["generate", "vary", "mix"])
def test_a_wholly_transparent_picture_is_refused(stage: Stage, operation: str) -> None:
    stage.family = "pocket"
    with pytest.raises(BadRequest, match="transparent"):
        stage.paint(operation, [image_input(CAT * 0)], prompt="a fox")
    assert stage.loaded == []


# ---- words and notes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "place", "name"),
    [
        ("a red fox", 0, "a red fox"),
        (" a\n red\tfox ", 1, "a red fox · 2"),
        ("", 0, "Generated"),
        ("fox " * 40, 0, "fox " * 14 + "fox…"),
        ("x" * 100, 0, "x" * 59 + "…"),
        ("x" * 100, 9, "x" * 54 + "… · 10"),
    ],
)
def test_a_layer_is_named_after_the_prompt(prompt: str, place: int, name: str) -> None:
    assert layer_name(prompt, "Generated", place) == name
    assert len(name) <= NAME_LENGTH


@pytest.mark.parametrize(
    "name", ["astronaut", "chelsea", "coffee", "gravel", "rocket", "starry_night"]
)
def test_photographs_and_paintings_are_told_from_drawings(name: str) -> None:
    assert is_photographic(photo(name))


def test_a_drawing_is_no_photograph() -> None:
    drawing = np.ones((100, 100, 4), np.float32)
    y, x = np.mgrid[:100, :100]
    drawing[(x - 50) ** 2 + (y - 50) ** 2 < 900] = (0.9, 0.2, 0.1, 1)
    assert not is_photographic(drawing)
    assert not is_photographic(drawing * 0)


@pytest.mark.parametrize(
    ("family", "operation", "prompt", "cat", "told"),
    [
        ("pocket", "generate", "a photo of a fox", False, True),
        ("pocket", "generate", "a fox", False, False),
        ("pocket", "inpaint", "a fox", True, True),
        ("pocket", "vary", "", True, True),
        ("sd15", "generate", "a photo of a fox", False, False),
        ("sd15", "inpaint", "a fox", True, False),
    ],
)
def test_the_small_model_says_that_it_paints_no_photographs(
    stage: Stage, family: str, operation: str, prompt: str, cat: bool, told: bool
) -> None:
    stage.family = family
    inputs = [image_input(CAT)] if cat else []
    finished, _ = stage.paint(operation, inputs, prompt=prompt)
    assert any("impasto models add" in note for note in finished.notes) == told


def test_an_enlarged_result_says_so(stage: Stage) -> None:
    stage.family = "pocket"
    finished, _ = stage.paint("generate", prompt="a fox", width=2048, height=2048)
    assert any("enlarged 2.0 times" in note for note in finished.notes)
    finished, _ = stage.paint("generate", prompt="a fox", width=600, height=40)
    assert finished.notes == ("painted",)
    assert [(plan.width, plan.height) for plan in brush(stage).plans] == [
        (1024, 1024),
        (3840, 256),
    ]


def test_a_models_digest_follows_its_weights(tmp_path: Path) -> None:
    weights = tmp_path / "unet" / "model.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(bytes(300_000))
    first = model_digest(tmp_path)
    assert first == model_digest(tmp_path)
    weights.write_bytes(bytes(299_999) + b"\1")
    assert model_digest(tmp_path) != first
