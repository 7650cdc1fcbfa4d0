"""The family table: what each kind of model is called, expects and can do, as data.

Must not import torch, diffusers or numpy: the daemon process and the command line read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

TASKS = ("generate", "refine", "inpaint", "vary", "mix")
"""Every task, by the values of `core_server.engine.interface.Task`."""

UNET_SAMPLERS = (
    "euler",
    "euler_a",
    "dpmpp_2m",
    "dpmpp_2m_karras",
    "dpmpp_2m_sde_karras",
    "unipc",
    "ddim",
    "lcm",
)
"""Samplers that suit models predicting noise (eps) or velocity (v)."""


@dataclass(frozen=True)
class Family:
    """One row of the table.

    engine: which engine runs it. pipelines: diffusers class names by role; `generate` and
    `refine` make every task, `inpaint` is for UNets that take the mask as extra channels.
    controlled: the same for a picture that is held to a control, by a ControlNet beside the UNet;
    {} = takes none. recognised_by: the `_class_name` values of a model_index.json. text_width: the
    UNet's cross_attention_dim. foreign_widths: values of it under the same class names that mean
    another family. told_sizes: its UNet, and so its ControlNets, are told the picture's size.
    native_size: side in pixels the model paints best; multiple, min_pixels, max_pixels bound
    what may be asked (pixels = width x height). squares: sides of the only squares it paints, by a
    super-resolution of its own; it continues them to canvases of other shapes. () = any size.
    paints_alpha: it tells its subject from the ground, and can leave the ground out.
    steps, guidance_scale, sampler: defaults where the model itself brings none.
    scheduler_kind: what the network predicts. inpaints: `blend` = latent blend with a soft
    mask; a model with mask channels does it natively whatever stands here. varies, mixes: how;
    None = cannot. components: what a folder must hold. activation_bytes: a first guess of
    working memory per image pixel and candidate in 16-bit, used to split batches.
    vae_overflows: the VAE needs float32 unless a folder says otherwise (`force_upcast`).
    """

    name: str
    title: str
    engine: Literal["pocket", "diffusers"]
    native_size: int
    multiple: int
    min_pixels: int
    max_pixels: int
    steps: int
    guidance_scale: float
    sampler: str
    samplers: tuple[str, ...]
    scheduler_kind: Literal["eps", "v", "flow"]
    inpaints: Literal["native", "blend"]
    varies: Literal["clip embedding", "image to image"]
    mixes: Literal["clip embedding"] | None
    squares: tuple[int, ...] = ()
    paints_alpha: bool = False
    pipelines: Mapping[str, str] = field(default_factory=dict)
    controlled: Mapping[str, str] = field(default_factory=dict)
    load_options: Mapping[str, bool | None] = field(default_factory=dict)
    recognised_by: tuple[str, ...] = ()
    text_width: int = 0
    foreign_widths: Mapping[int, str] = field(default_factory=dict)
    told_sizes: bool = False
    components: tuple[str, ...] = ()
    activation_bytes: int = 0
    vae_overflows: bool = False

    @property
    def tasks(self) -> frozenset[str]:
        """The tasks every model of this family can do."""
        return frozenset(TASKS if self.mixes else (task for task in TASKS if task != "mix"))


POCKET = Family(
    name="pocket",
    title="Pocket",
    engine="pocket",
    native_size=256,
    multiple=64,
    min_pixels=256 * 256,
    max_pixels=256 * 256,
    steps=16,
    guidance_scale=3.0,
    sampler="euler",
    samplers=("euler", "heun"),
    scheduler_kind="flow",
    inpaints="native",
    varies="clip embedding",
    mixes="clip embedding",
    squares=(256, 512, 1024),
    paints_alpha=True,
)

SD15 = Family(
    name="sd15",
    title="Stable Diffusion 1.5",
    engine="diffusers",
    native_size=512,
    multiple=64,
    min_pixels=384 * 384,
    max_pixels=768 * 768,
    steps=25,
    guidance_scale=7.0,
    sampler="dpmpp_2m_karras",
    samplers=UNET_SAMPLERS,
    scheduler_kind="eps",
    inpaints="blend",
    varies="image to image",
    mixes=None,
    pipelines=MappingProxyType(
        {
            "generate": "StableDiffusionPipeline",
            "refine": "StableDiffusionImg2ImgPipeline",
            "inpaint": "StableDiffusionInpaintPipeline",
        }
    ),
    controlled=MappingProxyType(
        {
            "generate": "StableDiffusionControlNetPipeline",
            "refine": "StableDiffusionControlNetImg2ImgPipeline",
        }
    ),
    load_options=MappingProxyType(
        {
            "safety_checker": None,
            "feature_extractor": None,
            "image_encoder": None,
            "requires_safety_checker": False,
        }
    ),
    recognised_by=(
        "StableDiffusionPipeline",
        "StableDiffusionImg2ImgPipeline",
        "StableDiffusionInpaintPipeline",
    ),
    text_width=768,
    foreign_widths=MappingProxyType({1024: "Stable Diffusion 2"}),
    components=("unet", "vae", "text_encoder", "tokenizer", "scheduler"),
    activation_bytes=3000,
)

SDXL = Family(
    name="sdxl",
    title="Stable Diffusion XL",
    engine="diffusers",
    native_size=1024,
    multiple=64,
    min_pixels=768 * 768,
    max_pixels=1536 * 1024,
    steps=25,
    guidance_scale=5.0,
    sampler="dpmpp_2m_karras",
    samplers=UNET_SAMPLERS,
    scheduler_kind="eps",
    inpaints="blend",
    varies="image to image",
    mixes=None,
    pipelines=MappingProxyType(
        {
            "generate": "StableDiffusionXLPipeline",
            "refine": "StableDiffusionXLImg2ImgPipeline",
            "inpaint": "StableDiffusionXLInpaintPipeline",
        }
    ),
    controlled=MappingProxyType(
        {
            "generate": "StableDiffusionXLControlNetPipeline",
            "refine": "StableDiffusionXLControlNetImg2ImgPipeline",
        }
    ),
    load_options=MappingProxyType(
        {"add_watermarker": False, "feature_extractor": None, "image_encoder": None}
    ),
    recognised_by=(
        "StableDiffusionXLPipeline",
        "StableDiffusionXLImg2ImgPipeline",
        "StableDiffusionXLInpaintPipeline",
    ),
    text_width=2048,
    foreign_widths=MappingProxyType({1280: "the Stable Diffusion XL refiner"}),
    told_sizes=True,
    components=(
        "unet",
        "vae",
        "text_encoder",
        "text_encoder_2",
        "tokenizer",
        "tokenizer_2",
        "scheduler",
    ),
    activation_bytes=3000,
    vae_overflows=True,
)

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {family.name: family for family in (POCKET, SD15, SDXL)}
)
"""All families by name; a new one is one entry here and at most one small adapter."""


def families_that_can(task: str) -> tuple[Family, ...]:
    """The families that can do `task`, in the order of the table."""
    return tuple(family for family in FAMILIES.values() if task in family.tasks)


def families_with_alpha() -> tuple[Family, ...]:
    """The families that can paint on a transparent background, in the order of the table."""
    return tuple(family for family in FAMILIES.values() if family.paints_alpha)


def family_of_folder(class_name: str, cross_attention_dim: int | None) -> Family | str | None:
    """Which family a diffusers folder belongs to.

    class_name: `_class_name` of model_index.json; cross_attention_dim: of unet/config.json.
    Returns the family; the name of a known relative that is not supported; or None.
    """
    for family in FAMILIES.values():
        if class_name in family.recognised_by:
            foreign = family.foreign_widths.get(cross_attention_dim or 0)
            return foreign or family
    return None


def families_with_control() -> tuple[Family, ...]:
    """The families that can be held to a control, in the order of the table."""
    return tuple(family for family in FAMILIES.values() if family.controlled)


def family_of_control(width: int, told_sizes: bool) -> Family | str | None:
    """Which family a ControlNet steers.

    width: its cross_attention_dim; told_sizes: whether its `addition_embed_type` is "text_time".
    Returns the family; the name of a known relative that is not supported; or None.
    """
    steered = families_with_control()
    for family in steered:
        if family.text_width == width:
            return family
    for family in steered:
        if family.told_sizes is told_sizes:
            return family.foreign_widths.get(width) or family
    return None
