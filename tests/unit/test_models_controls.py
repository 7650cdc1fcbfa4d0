"""ControlNets beside models: what is recognised, refused and kept, and which models use which."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core_server.models.controls import (
    CONTROLNET,
    OTHER_KINDS,
    ControlCard,
    is_control_folder,
    read_control,
)
from core_server.models.families import FAMILIES, families_with_control
from core_server.models.listing import model_infos
from core_server.models.registry import ModelRegistry
from core_server.operations import CONTROL_KINDS, catalogue, load_styles
from protocol.errors import (
    BadRequest,
    CorruptModel,
    MissingModel,
    OutOfRange,
    UnsupportedByModel,
)
from tests.unit.test_models_registry import SD, XL, write_model, write_safetensors

SD_CONFIG: dict[str, Any] = {"_class_name": CONTROLNET, "cross_attention_dim": 768}
XL_CONFIG: dict[str, Any] = {
    "_class_name": CONTROLNET,
    "cross_attention_dim": 2048,
    "addition_embed_type": "text_time",
}
CANNY_README = "---\nlicense: openrail\n---\n# Canny version\n| depth | another one |\n"


def write_control(
    folder: Path, config: dict[str, Any] = SD_CONFIG, infix: str = "", readme: str = ""
) -> Path:
    """A ControlNet's folder as far as the registry looks at one."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    write_safetensors(folder / f"diffusion_pytorch_model{infix}.safetensors")
    if readme:
        (folder / "README.md").write_text(readme)
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    """A registry without the embedded model."""
    return ModelRegistry(tmp_path / "home" / "models.json", tmp_path / "none.json")


# ---- what is recognised ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "family"),
    [
        (SD_CONFIG, "sd15"),
        (XL_CONFIG, "sdxl"),
        ({**SD_CONFIG, "cross_attention_dim": 32}, "sd15"),
        ({**XL_CONFIG, "cross_attention_dim": 96}, "sdxl"),
    ],
)
def test_the_family_is_told_by_the_width_of_the_text_else_by_the_sizes_it_hears_of(
    tmp_path: Path, config: dict[str, Any], family: str
) -> None:
    folder = write_control(tmp_path / "controlnet-depth", config)
    assert is_control_folder(folder)
    assert read_control(folder).family.name == family


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({**SD_CONFIG, "cross_attention_dim": 1024}, "Stable Diffusion 2"),
        ({**XL_CONFIG, "cross_attention_dim": 1280}, "refiner"),
        ({**SD_CONFIG, "_class_name": "ControlNetUnionModel"}, "class ControlNetUnionModel"),
        ({**SD_CONFIG, "_class_name": "FluxControlNetModel"}, "class FluxControlNetModel"),
        ({"_class_name": "T2IAdapter"}, "class T2IAdapter"),
        ({**XL_CONFIG, "encoder_hid_dim_type": "text_proj"}, "another text encoder"),
        ({**SD_CONFIG, "conditioning_channels": 4}, "a special kind"),
        ({**SD_CONFIG, "in_channels": 9}, "a special kind"),
    ],
)
def test_what_is_not_supported_is_refused_by_what_it_is(
    tmp_path: Path, config: dict[str, Any], said: str
) -> None:
    folder = write_control(tmp_path / "depth", config)
    with pytest.raises(UnsupportedByModel, match=said) as caught:
        read_control(folder)
    assert "Stable Diffusion XL" in caught.value.message
    assert caught.value.field == "folder"


@pytest.mark.parametrize(
    ("name", "readme"),
    [
        ("control_v11f1p_sd15_depth", ""),
        ("controlnet-depth-sdxl-1.0", CANNY_README),
        ("Depth-Anything", ""),
        ("abc123", "---\nlicense: x\n# depth\n---\n\nText\n\n# ControlNet - v1.1 - *Depth*\n"),
    ],
)
def test_depth_is_told_by_the_folders_name_or_the_readmes_title(
    tmp_path: Path, name: str, readme: str
) -> None:
    assert read_control(write_control(tmp_path / name, readme=readme)).kind == "depth"


@pytest.mark.parametrize(
    ("name", "readme"),
    [
        *((f"control_v11p_sd15_{other}", "# All: depth and others\n") for other in OTHER_KINDS),
        ("abc123", CANNY_README),
    ],
)
def test_another_kind_is_refused_although_its_readme_speaks_of_depth(
    tmp_path: Path, name: str, readme: str
) -> None:
    folder = write_control(tmp_path / name, readme=readme)
    with pytest.raises(UnsupportedByModel, match="not depth"):
        read_control(folder)


@pytest.mark.parametrize("readme", ["", "No title, only depth.", "# My ControlNet\n## Depth\n"])
def test_a_kind_that_cannot_be_told_is_asked_for(tmp_path: Path, readme: str) -> None:
    folder = write_control(tmp_path / "net", readme=readme)
    with pytest.raises(BadRequest, match="--control depth"):
        read_control(folder)
    assert read_control(folder, "depth").kind == "depth"
    with pytest.raises(OutOfRange, match="must be one of: depth"):
        read_control(folder, "pose")


def test_half_precision_is_used_where_there_is_nothing_else(tmp_path: Path) -> None:
    folder = write_control(tmp_path / "depth", infix=".fp16")
    assert read_control(folder).variant == "fp16"
    write_safetensors(folder / "diffusion_pytorch_model.safetensors")
    assert read_control(folder).variant is None


def test_weights_must_be_there_whole_and_no_pickle(tmp_path: Path) -> None:
    folder = write_control(tmp_path / "depth")
    weights = folder / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1])
    with pytest.raises(CorruptModel, match="is damaged"):
        read_control(folder)
    weights.unlink()
    with pytest.raises(CorruptModel, match="incomplete"):
        read_control(folder)
    weights.with_suffix(".bin").write_bytes(whole)
    with pytest.raises(UnsupportedByModel, match=r"diffusion_pytorch_model\.bin"):
        read_control(folder)


def test_a_model_is_no_controlnet(tmp_path: Path) -> None:
    model = write_model(tmp_path / "m")
    (model / "config.json").write_text(json.dumps(SD_CONFIG))
    assert not is_control_folder(model)
    assert not is_control_folder(tmp_path)
    unet = write_control(tmp_path / "unet", {"_class_name": "UNet2DConditionModel"})
    assert not is_control_folder(unet)
    (unet / "config.json").write_text("[]")
    with pytest.raises(CorruptModel, match=r"config\.json"):
        is_control_folder(unet)


# ---- what is kept ----------------------------------------------------------------------------


def test_an_added_controlnet_is_kept_beside_the_models_and_forgotten(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    model = registry.add_folder(write_model(tmp_path / "dreams"))
    registry.choose_default("dreams")
    readme = "---\nlicense: openrail\n---\n"
    card = registry.add_control(write_control(tmp_path / "SD Depth", readme=readme))
    assert (card.name, card.kind, card.family) == ("sd-depth", "depth", "sd15")
    assert card.bytes > 0
    assert card.licence == "openrail"
    again = ModelRegistry(registry.path, tmp_path / "none.json")
    assert again.controls() == (card,)
    assert again.list() == (model,)
    assert again.default() == model
    with pytest.raises(MissingModel):
        again.find("sd-depth")
    assert again.remove("sd-depth") == card
    assert (registry.controls(), registry.list()) == ((), (model,))
    assert Path(card.path).is_dir()


def test_a_name_stands_for_one_folder_only(tmp_path: Path, registry: ModelRegistry) -> None:
    model = write_model(tmp_path / "model")
    control = write_control(tmp_path / "depth")
    registry.add_folder(model, "one")
    with pytest.raises(BadRequest, match="already"):
        registry.add_control(control, "one")
    registry.add_control(control, "two")
    registry.add_control(control, "two")
    assert len(registry.controls()) == 1
    with pytest.raises(BadRequest, match="already"):
        registry.add_folder(model, "two")
    with pytest.raises(BadRequest, match="already"):
        registry.add_control(control, "pocket")


def test_a_list_of_an_older_version_has_no_controlnets(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    registry.add_folder(write_model(tmp_path / "a"))
    content = json.loads(registry.path.read_text())
    del content["controls"]
    registry.path.write_text(json.dumps(content))
    assert registry.controls() == ()
    registry.add_control(write_control(tmp_path / "depth"))
    assert [card.name for card in registry.controls()] == ["depth"]
    assert [card.name for card in registry.list()] == ["a"]


def test_controlnets_of_a_newer_version_are_hidden_but_kept(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    registry.add_control(write_control(tmp_path / "depth"))
    content = json.loads(registry.path.read_text())
    for change in ({"kind": "pose"}, {"family": "flux9"}):
        newer = {**content["controls"][0], **change, "name": str(change), "shiny": True}
        content["controls"].append(newer)
    registry.path.write_text(json.dumps(content))
    assert [card.name for card in registry.controls()] == ["depth"]
    registry.add_folder(write_model(tmp_path / "a"))
    assert len(json.loads(registry.path.read_text())["controls"]) == 3


@pytest.mark.parametrize("controls", ["nope", [3], [{"name": "x"}]])
def test_a_damaged_list_is_reported(registry: ModelRegistry, controls: object) -> None:
    registry.path.parent.mkdir(parents=True)
    registry.path.write_text(json.dumps({"models": [], "controls": controls}))
    with pytest.raises(CorruptModel, match=r"models\.json"):
        registry.controls()


# ---- which model uses which ------------------------------------------------------------------


def test_models_of_its_family_take_depth_but_for_those_with_mask_channels(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    painting = {"_class_name": "StableDiffusionInpaintPipeline"}
    registry.add_folder(write_model(tmp_path / "sd", SD))
    registry.add_folder(write_model(tmp_path / "sd9", painting, {"in_channels": 9}))
    registry.add_folder(write_model(tmp_path / "xl", XL))

    def takes() -> dict[str, str]:
        return {info.name: info.operations["depth"] for info in model_infos(registry)}

    assert takes() == {"sd": "no", "sd9": "no", "xl": "no"}
    registry.add_control(write_control(tmp_path / "sd-depth"))
    assert takes() == {"sd": "yes", "sd9": "no", "xl": "no"}
    registry.add_control(write_control(tmp_path / "xl-depth", XL_CONFIG))
    assert takes() == {"sd": "yes", "sd9": "no", "xl": "yes"}
    registry.remove("sd-depth")
    assert takes() == {"sd": "no", "sd9": "no", "xl": "yes"}


def test_of_two_the_one_added_last_is_used(tmp_path: Path, registry: ModelRegistry) -> None:
    model = registry.add_folder(write_model(tmp_path / "sd"))
    for name in ("b-depth", "a-depth"):
        registry.add_control(write_control(tmp_path / name))
    assert registry.require_control(model, "depth").name == "a-depth"
    registry.add_control(tmp_path / "b-depth")
    assert registry.require_control(model, "depth").name == "b-depth"


def test_a_model_that_takes_no_depth_says_what_to_add_or_to_choose(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{}")
    registry = ModelRegistry(registry.path, manifest)
    pocket = registry.find("pocket")
    with pytest.raises(UnsupportedByModel, match=r"add a model of Stable Diffusion 1\.5") as said:
        registry.require_control(pocket, "depth")
    assert "`impasto models add FOLDER`" in said.value.message
    sd = registry.add_folder(write_model(tmp_path / "sd"))
    with pytest.raises(UnsupportedByModel, match=r"add a depth ControlNet for Stable Diff") as said:
        registry.require_control(sd, "depth")
    assert said.value.field == "inputs"
    registry.add_control(write_control(tmp_path / "depth"))
    with pytest.raises(
        UnsupportedByModel, match="pocket takes no depth picture; choose sd"
    ) as said:
        registry.require_control(pocket, "depth")
    assert said.value.remedy is not None
    assert (said.value.remedy.action, said.value.remedy.value) == ("choose_model", "sd")


def test_every_steered_family_has_a_pipeline_for_words_and_for_pictures() -> None:
    assert [family.name for family in families_with_control()] == ["sd15", "sdxl"]
    for family in families_with_control():
        assert set(family.controlled) == {"generate", "refine"}
        assert all("ControlNet" in name for name in family.controlled.values())
        assert family.text_width
    assert not FAMILIES["pocket"].controlled


def test_the_catalogue_declares_the_kinds_there_are() -> None:
    (control,) = (
        image
        for image in catalogue(load_styles()).find("generate").images
        if image.role == "control"
    )
    assert control.names == CONTROL_KINDS == ("depth",)
    assert (control.min_count, control.max_count) == (0, 1)
    assert ControlCard("a", "depth", "sd15", "/a").variant is None
