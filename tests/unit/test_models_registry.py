"""The model registry and the family table: what is recognised, refused, listed and kept."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from core_server.models.families import FAMILIES, TASKS, families_that_can, family_of_folder
from core_server.models.folders import read_folder
from core_server.models.registry import (
    ModelCard,
    ModelRegistry,
    can,
    embedded_card,
    name_for,
    who_can,
)
from core_server.models.weights import check_safetensors
from protocol.errors import (
    BadRequest,
    CorruptModel,
    ImpastoError,
    MissingModel,
    NotFound,
    UnsupportedByModel,
)

SD = {"_class_name": "StableDiffusionPipeline"}
XL = {"_class_name": "StableDiffusionXLPipeline"}


def write_safetensors(path: Path, values: int = 4) -> None:
    """A whole safetensors file with one float32 vector."""
    entry = {"dtype": "F32", "shape": [values], "data_offsets": [0, 4 * values]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "weight": entry}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(4 * values))


def write_model(
    folder: Path,
    index: dict[str, str] = SD,
    unet: dict[str, object] | None = None,
    scheduler: dict[str, object] | None = None,
    infix: str = "",
) -> Path:
    """A diffusers folder as far as the registry looks at one."""
    family = family_of_folder(index["_class_name"], None)
    components = getattr(family, "components", FAMILIES["sd15"].components)
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps(index))
    for component in components:
        part = folder / component
        part.mkdir()
        if component == "scheduler":
            (part / "scheduler_config.json").write_text(json.dumps(scheduler or {}))
        elif component.startswith("tokenizer"):
            (part / "vocab.json").write_text("{}")
            (part / "merges.txt").write_text("")
        else:
            stem = "model" if component.startswith("text") else "diffusion_pytorch_model"
            config = (unet or {}) if component == "unet" else {}
            (part / "config.json").write_text(json.dumps(config))
            write_safetensors(part / f"{stem}{infix}.safetensors")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    """A registry without the embedded model."""
    return ModelRegistry(tmp_path / "home" / "models.json", tmp_path / "none.json")


@pytest.mark.parametrize(
    ("index", "unet", "family", "native_inpaint"),
    [
        (SD, {"cross_attention_dim": 768, "in_channels": 4}, "sd15", False),
        ({"_class_name": "StableDiffusionInpaintPipeline"}, {"in_channels": 9}, "sd15", True),
        (XL, {"cross_attention_dim": 2048, "in_channels": 4}, "sdxl", False),
        ({"_class_name": "StableDiffusionXLInpaintPipeline"}, {"in_channels": 9}, "sdxl", True),
        (SD, {}, "sd15", False),
    ],
)
def test_folder_is_recognised_by_class_and_channels(
    tmp_path: Path,
    index: dict[str, str],
    unet: dict[str, object],
    family: str,
    native_inpaint: bool,
) -> None:
    facts = read_folder(write_model(tmp_path / "m", index, unet))
    assert (facts.family.name, facts.native_inpaint) == (family, native_inpaint)


@pytest.mark.parametrize(
    ("index", "unet", "said"),
    [
        (SD, {"cross_attention_dim": 1024}, "Stable Diffusion 2"),
        (
            {"_class_name": "StableDiffusionXLImg2ImgPipeline"},
            {"cross_attention_dim": 1280},
            "refiner",
        ),
        ({"_class_name": "FluxPipeline"}, {}, "FluxPipeline"),
        (SD, {"in_channels": 8}, "8 input channels"),
    ],
)
def test_foreign_folder_is_refused_by_what_it_is(
    tmp_path: Path, index: dict[str, str], unet: dict[str, object], said: str
) -> None:
    with pytest.raises(UnsupportedByModel, match=said):
        read_folder(write_model(tmp_path / "m", index, unet))


def test_folder_that_is_not_there_or_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(UnsupportedByModel, match=r"model_index\.json"):
        read_folder(tmp_path)


@pytest.mark.parametrize("component", FAMILIES["sdxl"].components)
def test_missing_component_is_named(tmp_path: Path, component: str) -> None:
    folder = write_model(tmp_path / "m", XL)
    for path in (folder / component).iterdir():
        path.unlink()
    with pytest.raises(CorruptModel, match=rf": {component} missing"):
        read_folder(folder)


def test_weights_that_exist_as_pickle_only_are_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(UnsupportedByModel, match=r"diffusion_pytorch_model\.bin"):
        read_folder(folder)


def test_half_precision_variant_is_used_where_it_is_the_complete_one(tmp_path: Path) -> None:
    assert read_folder(write_model(tmp_path / "half", infix=".fp16")).variant == "fp16"
    both = write_model(tmp_path / "both")
    write_safetensors(both / "unet" / "diffusion_pytorch_model.fp16.safetensors")
    assert read_folder(both).variant is None


def test_sharded_weights_are_counted_and_a_missing_shard_is_named(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    whole = read_folder(folder).bytes
    part = folder / "unet"
    (part / "diffusion_pytorch_model.safetensors").rename(part / "one.safetensors")
    write_safetensors(part / "two.safetensors")
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (part / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    assert read_folder(folder).bytes == whole + (part / "two.safetensors").stat().st_size
    (part / "two.safetensors").unlink()
    with pytest.raises(CorruptModel, match=r"two\.safetensors"):
        read_folder(folder)


def _damage(content: bytes, how: str) -> bytes:
    header = int(struct.unpack("<Q", content[:8])[0])
    damaged: dict[str, bytes] = {
        "empty": b"",
        "cut in the tensors": content[:-1],
        "cut in the header": content[:20],
        "longer than promised": content + b"\0",
        "header too long": struct.pack("<Q", 1 << 40) + content[8:],
        "header no JSON": content[:8] + b"{" * header + content[8 + header :],
        "shape disagrees": content.replace(b'"shape": [4]', b'"shape": [5]'),
        "offsets disagree": content.replace(b"[0, 16]", b"[4, 16]"),
    }
    return damaged[how]


@pytest.mark.parametrize(
    "how",
    [
        "empty",
        "cut in the tensors",
        "cut in the header",
        "longer than promised",
        "header too long",
        "header no JSON",
        "shape disagrees",
        "offsets disagree",
    ],
)
def test_damaged_weights_are_found_without_torch(tmp_path: Path, how: str) -> None:
    path = tmp_path / "model.safetensors"
    write_safetensors(path)
    assert check_safetensors(path) == 16
    path.write_bytes(_damage(path.read_bytes(), how))
    with pytest.raises(CorruptModel, match=r"model\.safetensors is damaged"):
        check_safetensors(path)


@pytest.mark.parametrize(
    ("scheduler", "defaults"),
    [
        ({"_class_name": "PNDMScheduler"}, {}),
        (
            {"_class_name": "LCMScheduler"},
            {"steps": 6, "guidance_scale": 1.5, "sampler": "lcm"},
        ),
        (
            {"_class_name": "EulerAncestralDiscreteScheduler", "timestep_spacing": "trailing"},
            {"steps": 4, "guidance_scale": 1.0},
        ),
        (
            {
                "_class_name": "DDIMScheduler",
                "timestep_spacing": "trailing",
                "prediction_type": "v_prediction",
            },
            {},
        ),
    ],
)
def test_few_step_models_bring_their_own_defaults(
    tmp_path: Path, scheduler: dict[str, object], defaults: dict[str, object]
) -> None:
    assert read_folder(write_model(tmp_path / "m", scheduler=scheduler)).defaults == defaults


def test_licence_is_read_from_the_readme(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    assert read_folder(folder).licence == "unknown"
    (folder / "README.md").write_text("---\ntags: [a]\nlicense: openrail++\n---\n# A model\n")
    assert read_folder(folder).licence == "openrail++"


def test_added_model_is_kept_found_and_forgotten(tmp_path: Path, registry: ModelRegistry) -> None:
    card = registry.add_folder(write_model(tmp_path / "Dream Shaper"))
    assert card.name == "dream-shaper"
    assert card.bytes > 0
    again = ModelRegistry(registry.path, tmp_path / "none.json")
    assert again.list() == (card,)
    assert again.find("dream-shaper") == card
    assert again.remove("dream-shaper") == card
    assert registry.list() == ()
    assert Path(card.path).is_dir()


def test_missing_model_error_names_what_there_is_and_the_command(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    registry.add_folder(write_model(tmp_path / "a"), "alpha")
    with pytest.raises(MissingModel, match=r"alpha.*impasto models add") as caught:
        registry.find("beta")
    assert caught.value.field == "model"
    assert caught.value.remedy is not None
    with pytest.raises(MissingModel):
        registry.remove("beta")


def test_name_stays_with_its_folder(tmp_path: Path, registry: ModelRegistry) -> None:
    folder = write_model(tmp_path / "a")
    registry.add_folder(folder, "one")
    registry.add_folder(folder, "one")
    assert len(registry.list()) == 1
    with pytest.raises(BadRequest, match="already"):
        registry.add_folder(write_model(tmp_path / "b"), "one")
    with pytest.raises(BadRequest, match="pocket"):
        registry.add_folder(folder, "Pocket")
    with pytest.raises(BadRequest, match="letter"):
        name_for("///")


def test_default_is_the_chosen_model_else_the_first(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    with pytest.raises(MissingModel, match="no model"):
        registry.default()
    for name in ("a", "b"):
        registry.add_folder(write_model(tmp_path / name))
    assert registry.default().name == "a"
    registry.choose_default("b")
    assert registry.default().name == "b"
    registry.remove("b")
    assert registry.default().name == "a"


def test_embedded_model_is_always_first_and_cannot_be_removed(tmp_path: Path) -> None:
    manifest = tmp_path / "weights" / "manifest.json"
    assert embedded_card(manifest) is None
    write_safetensors(manifest.parent / "model-00001-of-00001.safetensors")
    manifest.write_text(json.dumps({"title": "Pocket 1", "licence": "MIT", "else": [1]}))
    registry = ModelRegistry(tmp_path / "models.json", manifest)
    registry.add_folder(write_model(tmp_path / "a"))
    assert [card.name for card in registry.list()] == ["pocket", "a"]
    assert registry.default().title == "Pocket 1"
    assert registry.find("pocket").bytes > 0
    with pytest.raises(BadRequest, match="cannot be removed"):
        registry.remove("pocket")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"models": [{"title": "x"}]}', "nope"])
def test_unreadable_list_is_reported_not_replaced(registry: ModelRegistry, content: str) -> None:
    registry.path.parent.mkdir(parents=True)
    registry.path.write_text(content)
    with pytest.raises(CorruptModel, match=r"models\.json"):
        registry.list()
    assert registry.path.read_text() == content


def test_entries_of_a_newer_version_are_hidden_but_kept(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    registry.add_folder(write_model(tmp_path / "a"))
    content = json.loads(registry.path.read_text())
    newer = {"name": "z", "family": "flux9", "path": "/z", "shiny": True}
    content["models"].append(newer)
    registry.path.write_text(json.dumps(content))
    assert [card.name for card in registry.list()] == ["a"]
    registry.add_folder(write_model(tmp_path / "b"))
    families = {entry["family"] for entry in json.loads(registry.path.read_text())["models"]}
    assert "flux9" in families


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("pocket", {"generate", "refine", "inpaint", "vary", "mix"}),
        ("sd15", {"generate", "refine", "inpaint", "vary"}),
        ("sdxl", {"generate", "refine", "inpaint", "vary"}),
    ],
)
def test_a_model_can_what_its_family_can(family: str, expected: set[str]) -> None:
    card = ModelCard(name="m", family=family, path="")
    assert {task for task in TASKS if can(card, task)} == expected


def test_who_can_names_models_and_else_families() -> None:
    mixer = ModelCard(name="mine", family="pocket", path="")
    painter = ModelCard(name="yours", family="sdxl", path="")
    assert who_can([painter, mixer], "mix") == ("mine",)
    assert who_can([painter], "mix") == ("pocket",)
    assert [family.name for family in families_that_can("mix")] == ["pocket"]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_each_family_is_consistent(family: object) -> None:
    row = FAMILIES[family.name]  # type: ignore[attr-defined]  # parametrize loses the type
    assert row.sampler in row.samplers
    assert row.native_size % row.multiple == 0
    assert row.min_pixels <= row.native_size**2 <= row.max_pixels
    if row.engine == "diffusers":
        assert {"generate", "refine", "inpaint"} == set(row.pipelines)
        assert set(row.pipelines.values()) == set(row.recognised_by)


def test_errors_are_one_sentence_for_an_artist(tmp_path: Path, registry: ModelRegistry) -> None:
    with pytest.raises(ImpastoError) as caught:
        registry.add_folder(tmp_path)
    assert caught.value.message.endswith(".")
    assert caught.value.field == "folder"


def test_importing_the_registry_loads_nothing_heavy() -> None:
    code = (
        "import sys, core_server.models.registry;"
        "print([m for m in ('torch', 'diffusers', 'numpy', 'transformers') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown.strip() == "[]"
