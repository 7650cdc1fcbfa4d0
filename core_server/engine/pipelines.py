"""What the engine relies on in a diffusers pipeline, and the one place that calls it.

Must not know families or tasks.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Protocol

import torch


class Scheduler(Protocol):
    """A noise schedule with its sampler; carries the state of one run."""

    timesteps: torch.Tensor
    config: Mapping[str, object]
    step: Callable[..., object]

    def set_timesteps(self, num_inference_steps: int) -> None: ...
    def scale_model_input(self, sample: torch.Tensor, timestep: torch.Tensor) -> object: ...
    def add_noise(
        self, original_samples: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor
    ) -> torch.Tensor: ...


class AutoencoderConfig(Protocol):
    scaling_factor: float
    latent_channels: int
    force_upcast: bool
    latents_mean: Sequence[float] | None
    latents_std: Sequence[float] | None


class Encoded(Protocol):
    latent_dist: LatentDistribution


class LatentDistribution(Protocol):
    def mode(self) -> torch.Tensor: ...


class Decoded(Protocol):
    sample: torch.Tensor


class Autoencoder(Protocol):
    """The VAE between pixels and latents."""

    config: AutoencoderConfig

    @property
    def dtype(self) -> torch.dtype: ...

    @property
    def device(self) -> torch.device: ...

    def to(self, *, dtype: torch.dtype) -> object: ...
    def register_to_config(self, *, force_upcast: bool) -> None: ...
    def encode(self, x: torch.Tensor) -> Encoded: ...
    def decode(self, z: torch.Tensor) -> Decoded: ...
    def enable_tiling(self) -> None: ...
    def disable_tiling(self) -> None: ...


class Tokenizer(Protocol):
    model_max_length: int

    def __call__(self, text: str) -> Mapping[str, list[int]]: ...
    def decode(self, token_ids: list[int]) -> str: ...


class Painted(Protocol):
    images: torch.Tensor


class Pipeline(Protocol):
    """A diffusers pipeline of the latent-diffusion kind."""

    vae: Autoencoder
    scheduler: Scheduler
    tokenizer: Tokenizer
    components: dict[str, object]

    @property
    def num_timesteps(self) -> int: ...

    def set_progress_bar_config(self, *, disable: bool) -> None: ...

    def __call__(self, **arguments: object) -> Painted: ...


def accepted_arguments(pipeline: Pipeline) -> frozenset[str]:
    """The argument names of a pipeline's call, without a catch-all `**kwargs`."""
    parameters = inspect.signature(type(pipeline).__call__).parameters.values()
    return frozenset(p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD)


def call(pipeline: Pipeline, arguments: Mapping[str, object]) -> torch.Tensor:
    """Run a pipeline; returns latents (N, C, H/8, W/8).

    Some pipelines swallow unknown arguments in `**kwargs`, so a TypeError is raised here.
    """
    unknown = arguments.keys() - accepted_arguments(pipeline)
    if unknown:
        raise TypeError(f"{type(pipeline).__name__} takes no {', '.join(sorted(unknown))}")
    return pipeline(**arguments, output_type="latent").images


def sharing(library: ModuleType, source: Pipeline, class_name: str, **further: object) -> Pipeline:
    """A pipeline of another class on the same components: no second copy of any weight.

    further: components that the source has none of.
    """
    if type(source).__name__ == class_name:
        return source
    # Without dtype diffusers would cast the shared components to float32.
    unet = source.components["unet"]
    assert isinstance(unet, torch.nn.Module)
    dtype = next(unet.parameters()).dtype
    view: Pipeline = getattr(library, class_name).from_pipe(source, dtype=dtype, **further)
    return view
