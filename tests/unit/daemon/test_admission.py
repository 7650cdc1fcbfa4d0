"""What a submit must be to become a job."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from core_server.daemon.admission import admit, digest
from core_server.models.families import FAMILIES
from core_server.models.registry import ModelRegistry
from core_server.operations import catalogue, load_styles
from protocol import errors
from protocol.geometry import Rect
from protocol.messages import Input, Limits, Output, Submit
from protocol.pixels import PixelLayout

CATALOGUE = catalogue(load_styles())
AREA = Rect(0, 0, 64, 64)
IMAGE = Input("image", AREA, PixelLayout.RGBA8, 0)
MASK = Input("mask", AREA, PixelLayout.GRAY8, 1)

CONTROL = Input("control", AREA, PixelLayout.GRAY16, 0, "depth")


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"shards": []}')
    return ModelRegistry(tmp_path / "models.json", manifest)


def submit(operation: str, *inputs: Input, **params: object) -> Submit:
    return Submit("r1", str(uuid4()), operation, params, inputs)


def material(side: int, layout: str) -> Submit:
    """All maps of a square picture, in a layout."""
    image = Input("image", Rect(0, 0, side, side), PixelLayout.RGBA8, 0)
    return replace(submit("material", image), output=Output(PixelLayout(layout)))


def test_an_admitted_job_has_every_parameter_a_seed_and_a_model(registry):
    admitted = admit(submit("generate", prompt="a heart"), CATALOGUE, registry, Limits())
    params = admitted.submit.params
    assert admitted.model == params["model"] == "pocket"
    assert 0 <= params["seed"] < 2**32
    assert params["count"] == 1
    assert params["steps"] is None


def test_a_material_needs_no_model_and_no_seed(registry):
    admitted = admit(submit("material", IMAGE, tile="both"), CATALOGUE, registry, Limits())
    assert admitted.model == ""
    assert not {"model", "seed"} & set(admitted.submit.params)


@pytest.mark.parametrize(
    ("side", "layout"), [(8192, "gray16"), (4096, "rgba16"), (4080, "rgba32f")]
)
def test_maps_that_fit_into_one_result_are_admitted(registry, side, layout):
    admit(material(side, layout), CATALOGUE, registry, Limits())


def test_a_given_seed_is_kept(registry):
    admitted = admit(submit("generate", prompt="x", seed=7), CATALOGUE, registry, Limits())
    assert admitted.submit.params["seed"] == 7


def test_removing_needs_no_model(registry):
    asked = submit("inpaint", IMAGE, MASK, intent="remove", model="not here")
    assert admit(asked, CATALOGUE, registry, Limits()).model == ""


REFUSED = [
    ("no such operation", submit("sculpt"), errors.UnknownOperation, "operation"),
    ("no prompt", submit("generate", prompt=" "), errors.BadRequest, "params.prompt"),
    (
        "unknown parameter",
        submit("generate", prompt="x", step=3),
        errors.UnknownParameter,
        "params.step",
    ),
    (
        "out of range",
        submit("generate", prompt="x", count=11),
        errors.OutOfRange,
        "params.count",
    ),
    (
        "not a number",
        submit("generate", prompt="x", count="two"),
        errors.BadRequest,
        "params.count",
    ),
    ("no picture", submit("vary"), errors.BadRequest, "inputs"),
    (
        "three pictures",
        submit("mix", IMAGE, IMAGE, IMAGE),
        errors.BadRequest,
        "inputs.1.blob",
    ),
    ("one picture and no prompt", submit("mix", IMAGE), errors.BadRequest, "inputs"),
    (
        "no map",
        submit(
            "material", IMAGE,
            height_map=False, normal_map=False, roughness_map=False, occlusion_map=False,
        ),
        errors.BadRequest,
        "params.height_map",
    ),
    ("no seed", submit("material", IMAGE, seed=3), errors.UnknownParameter, "params.seed"),
    ("no such format", submit("material", IMAGE, normal_format="vulkan"), errors.OutOfRange,
     "params.normal_format"),
    ("radius", submit("material", IMAGE, occlusion_radius=0), errors.OutOfRange,
     "params.occlusion_radius"),
    ("one map too large", material(8193, "rgba16"), errors.TooLarge, "output.layout"),
    ("too large together", material(8192, "rgba16"), errors.TooLarge, "output.layout"),
    (
        "unknown role",
        submit("vary", Input("sound", AREA, PixelLayout.RGBA8, 0)),
        errors.BadRequest,
        "inputs.0.role",
    ),
    (
        "mask elsewhere",
        submit("inpaint", IMAGE, Input("mask", AREA.shifted(1, 0), PixelLayout.GRAY8, 1)),
        errors.BadSize,
        "inputs.1.rect",
    ),
    (
        "coloured mask",
        submit("inpaint", IMAGE, Input("mask", AREA, PixelLayout.RGBA8, 1)),
        errors.BadRequest,
        "inputs.1.layout",
    ),
    (
        "expand with a mask",
        submit("inpaint", IMAGE, MASK, intent="expand", left=8),
        errors.BadRequest,
        "inputs",
    ),
    (
        "expand by nothing",
        submit("inpaint", IMAGE, intent="expand"),
        errors.BadRequest,
        "params.left",
    ),
    (
        "expand too far",
        submit("inpaint", Input("image", Rect(0, 0, 16000, 8), PixelLayout.RGBA8, 0),
               intent="expand", left=4096),
        errors.BadSize,
        "params",
    ),
    (
        "sides without expand",
        submit("inpaint", IMAGE, MASK, left=8),
        errors.BadRequest,
        "params.intent",
    ),
    (
        "a sampler of other models",
        submit("generate", prompt="x", sampler="unipc"),
        errors.UnsupportedByModel,
        "params.sampler",
    ),
    (
        "a refined picture on nothing",
        submit("generate", IMAGE, prompt="x", transparent=True),
        errors.BadRequest,
        "params.transparent",
    ),
    (
        "a control of an unknown kind",
        submit("generate", replace(CONTROL, name="pose"), prompt="x"),
        errors.BadRequest,
        "inputs.0.name",
    ),
    (
        "two controls",
        submit("generate", CONTROL, replace(CONTROL, blob=1), prompt="x"),
        errors.BadRequest,
        "inputs",
    ),
    (
        "a control for an operation that takes none",
        submit("vary", IMAGE, replace(CONTROL, blob=1)),
        errors.BadRequest,
        "inputs.1.role",
    ),
    (
        "a control without words",
        submit("generate", CONTROL),
        errors.BadRequest,
        "params.prompt",
    ),
    (
        "a control for a model that takes none",
        submit("generate", CONTROL, prompt="x"),
        errors.UnsupportedByModel,
        "inputs",
    ),
    (
        "a control for a refinement by a model that takes none",
        submit("generate", IMAGE, replace(CONTROL, blob=1), prompt="x", model="pocket"),
        errors.UnsupportedByModel,
        "inputs",
    ),
    (
        "held too strongly",
        submit("generate", CONTROL, prompt="x", control_strength=1.6),
        errors.OutOfRange,
        "params.control_strength",
    ),
    (
        "missing model",
        submit("generate", prompt="x", model="dream"),
        errors.MissingModel,
        "params.model",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "error", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_wrong_submit_is_refused_naming_the_field(registry, asked, error, field):
    with pytest.raises(error) as caught:
        admit(asked, CATALOGUE, registry, Limits())
    assert caught.value.field == field
    assert caught.value.message.endswith((".", "?"))


@pytest.mark.parametrize("operation", ["generate", "vary"])
def test_a_model_without_alpha_is_refused_naming_one_with(registry, tmp_path, operation):
    card = {"name": "mine", "family": "sd15", "path": str(tmp_path)}
    registry.path.write_text(json.dumps({"models": [card]}))
    images = [IMAGE] if operation == "vary" else []
    asked = submit(operation, *images, prompt="x", model="mine", transparent=True)
    with pytest.raises(errors.UnsupportedByModel, match="choose pocket") as caught:
        admit(asked, CATALOGUE, registry, Limits())
    assert caught.value.field == "params.transparent"
    assert caught.value.remedy == errors.Remedy("choose_model", "model", "pocket")


@pytest.mark.parametrize("images", [(), (IMAGE,)], ids=["from words", "with an image"])
def test_a_control_is_admitted_for_a_model_with_a_controlnet(registry, tmp_path, images):
    model = {"name": "mine", "family": "sd15", "path": str(tmp_path)}
    steering = {**model, "name": "net", "kind": "depth"}
    registry.path.write_text(json.dumps({"models": [model], "controls": [steering]}))
    asked = submit("generate", *images, replace(CONTROL, blob=len(images)), prompt="x")
    with pytest.raises(errors.UnsupportedByModel, match="choose mine, which does"):
        admit(asked, CATALOGUE, registry, Limits())  # the default takes none
    chosen = replace(asked, params={"prompt": "x", "model": "mine"})
    admitted = admit(chosen, CATALOGUE, registry, Limits())
    assert admitted.model == "mine"
    assert admitted.submit.params["control_strength"] == 0.8
    registry.remove("net")
    with pytest.raises(errors.UnsupportedByModel, match="add a depth ControlNet"):
        admit(chosen, CATALOGUE, registry, Limits())


def test_the_digest_ignores_the_request_id_only():
    one = submit("generate", prompt="x")
    same = Submit("r2", one.job, one.operation, one.params)
    other = Submit("r1", one.job, one.operation, {"prompt": "y"})
    assert digest(one) == digest(same) != digest(other)


def test_the_catalogue_offers_the_samplers_that_some_family_has():
    sampler = CATALOGUE.find("generate").param("sampler")
    offered = {option.value for option in sampler.options}
    assert offered == {name for family in FAMILIES.values() for name in family.samplers}
