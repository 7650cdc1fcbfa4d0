"""Runs the latent-diffusion families of diffusers from a local folder behind the `Engine` seam.

Must not see documents or messages, nor promise that pixels outside a mask are untouched: the
VAE's round trip changes them slightly, and the caller composites over the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core_server.engine import memory
from core_server.engine.blend import Blend, held
from core_server.engine.controls import LoadedControl, load_control
from core_server.engine.folder import load_pipeline
from core_server.engine.interface import Control, FloatImage, OnStep, Painted, Plan
from core_server.engine.latents import (
    LATENT_SCALE,
    decode,
    encode,
    latent_mask,
    to_image,
    to_pixels,
)
from core_server.engine.offline import import_diffusers
from core_server.engine.pipelines import Pipeline, call, sharing
from core_server.engine.previews import fit_matrix, to_rgb, watch_denoised
from core_server.engine.progress import Progress
from core_server.engine.prompts import cut_notes
from core_server.engine.sampling import (
    draw_noise,
    generators,
    make_scheduler,
    sampler_of,
    schedule_length,
)
from core_server.engine.seamless import seamless
from core_server.engine.work import Work, work_for
from core_server.models.families import FAMILIES
from core_server.models.registry import ModelCard
from protocol.errors import Internal, OutOfMemory, Remedy

UNNAMED_SCHEDULERS_TO_REPLACE = frozenset({"PNDMScheduler"})
"""Old defaults of model folders that a family's own sampler beats."""


class DiffusersEngine:
    """One latent-diffusion model on one device. Thread: the worker's main thread only."""

    def __init__(self, card: ModelCard, device: torch.device, pipeline: Pipeline) -> None:
        self._card = card
        self._family = FAMILIES[card.family]
        self._device = device
        self._base = pipeline
        self._own_scheduler = {
            **pipeline.scheduler.config,
            "_class_name": type(pipeline.scheduler).__name__,
        }
        self._views: dict[str, Pipeline] = {}
        self._control: LoadedControl | None = None
        self._preview_matrix: torch.Tensor | None = None
        self._fitting_batch: dict[tuple[int, int, bool], int] = {}

    @classmethod
    def load(cls, card: ModelCard, device: str) -> DiffusersEngine:
        """Load the folder of a model card. Raises CorruptModel, OutOfMemory."""
        return cls(card, torch.device(device), load_pipeline(card, torch.device(device)))

    def run(self, plan: Plan, on_step: OnStep) -> Painted:
        """Paint one candidate per seed; see `Engine.run`.

        A strength of 0 gives the picture back as it came. Raises Cancelled (from on_step),
        UnsupportedByModel, BadSize, OutOfMemory, Internal (invalid numbers); with a control also
        MissingModel, CorruptModel.
        """
        work = work_for(plan, self._card, self._own_sampler())
        used = {
            "steps": work.steps,
            "guidance_scale": work.guidance_scale,
            "sampler": work.sampler or str(self._own_scheduler["_class_name"]),
        }
        notes = work.notes + cut_notes(
            self._base.tokenizer, prompt=plan.prompt, negative_prompt=plan.negative_prompt
        )
        if work.picture is not None and work.strength <= 0:
            return Painted([work.picture.copy() for _ in plan.seeds], used, notes)
        with seamless(self._networks(plan.control), plan.tile):
            images = self._paint_all(work, on_step)
        if not all(np.isfinite(image).all() for image in images):
            raise Internal(
                f"{self._card.title or self._card.name} painted invalid numbers instead of a "
                "picture; try another sampler or a lower guidance scale."
            )
        return Painted(images, used, notes)

    def rank(self, prompt: str, images: list[FloatImage]) -> list[float] | None:
        """None: these models bring no joint embedding of picture and text."""
        return None

    def unload(self) -> None:
        """Drop every reference to the weights and give the memory back."""
        self._views.clear()
        self._control = None
        self._preview_matrix = None
        del self._base
        memory.release(self._device)

    def _own_sampler(self) -> str | None:
        name = sampler_of(self._own_scheduler)
        if name is None and self._own_scheduler["_class_name"] in UNNAMED_SCHEDULERS_TO_REPLACE:
            return self._family.sampler
        return name

    def _networks(self, control: Control | None = None) -> list[torch.nn.Module]:
        """All that a plan runs through; a ControlNet is loaded if need be."""
        parts = [self._base.components[name] for name in ("unet", "vae")]
        if control is not None:
            parts.append(self._controlled(control).network)
        return [part for part in parts if isinstance(part, torch.nn.Module)]

    def _controlled(self, control: Control) -> LoadedControl:
        """The ControlNet of a plan; the last one stays until another is asked for."""
        if self._control is None or self._control.card != control.card:
            self._control = None
            memory.release(self._device)
            unet = self._base.components["unet"]
            assert isinstance(unet, torch.nn.Module)
            self._control = load_control(control.card, unet, self._device)
        return self._control

    def _view(self, role: str, control: Control | None) -> Pipeline:
        views, class_names, further = self._views, self._family.pipelines, {}
        if control is not None:
            loaded = self._controlled(control)
            views, class_names = loaded.views, self._family.controlled
            further = {"controlnet": loaded.network}
        if role not in views:
            view = sharing(import_diffusers(), self._base, class_names[role], **further)
            view.set_progress_bar_config(disable=True)
            views[role] = view
        return views[role]

    def _role(self, work: Work) -> str:
        """A UNet with mask channels always runs as inpaint: elsewhere the mask is everything."""
        if self._card.native_inpaint:
            return "inpaint"
        return "generate" if work.picture is None or work.strength >= 1 else "refine"

    def _paint_all(self, work: Work, on_step: OnStep) -> list[FloatImage]:
        plan = work.plan
        size = (plan.width, plan.height, plan.control is not None)
        batch = self._fitting_batch.get(size) or memory.largest_batch(
            len(plan.seeds),
            plan.width * plan.height,
            self._family.activation_bytes * self._base.vae.dtype.itemsize // 2,
            memory.free_bytes(self._device),
        )
        progress = Progress(on_step, len(plan.seeds))

        def paint(seeds: Sequence[int]) -> list[FloatImage]:
            progress.begin(len(seeds))
            images = self._paint(work, seeds, progress)
            progress.end()
            return images

        try:
            images, fitted = memory.in_batches(
                plan.seeds, batch, paint, self._reliefs(plan), lambda: memory.release(self._device)
            )
        except memory.NoMemory:
            raise self._too_large(plan) from None
        finally:
            self._base.vae.disable_tiling()
        if fitted < batch:
            self._fitting_batch[size] = fitted
        return images

    def _reliefs(self, plan: Plan) -> Iterator[Callable[[], None]]:
        # Tiles of the VAE would each wrap around in themselves.
        return iter([self._base.vae.enable_tiling] if plan.tile == "none" else [])

    def _too_large(self, plan: Plan) -> OutOfMemory:
        return OutOfMemory(
            f"A picture of {plan.width} × {plan.height} pixels needs more memory than "
            f"{self._device} has free; choose a smaller area or close other programs.",
            remedy=Remedy("free_memory"),
        )

    def _paint(self, work: Work, seeds: Sequence[int], progress: Progress) -> list[FloatImage]:
        """Paint one batch; leaves nothing behind, however it ends."""
        role = self._role(work)
        pipeline = self._view(role, work.plan.control)
        scheduler = make_scheduler(work.sampler, self._own_scheduler)
        denoised = watch_denoised(scheduler)
        pipeline.scheduler = scheduler
        arguments, blend = self._inputs(work, role, seeds)

        def at_step_end(
            _pipeline: Pipeline, index: int, _timestep: torch.Tensor, now: dict[str, torch.Tensor]
        ) -> dict[str, torch.Tensor]:
            latents = now["latents"]
            steps = pipeline.num_timesteps
            if blend is not None:
                latents = held(blend, scheduler, latents, index, steps)
            guess = denoised()
            clear = latents if guess is None or index + 1 == steps else guess
            progress.report(index + 1, steps, lambda: self._preview(clear[0]))
            return {"latents": latents}

        painted = call(pipeline, {**arguments, "callback_on_step_end": at_step_end})
        # One picture at a time: hardly slower, and it bounds the peak of a batch.
        return [to_image(decode(self._base.vae, latents[None])) for latents in painted]

    def _inputs(
        self, work: Work, role: str, seeds: Sequence[int]
    ) -> tuple[dict[str, object], Blend | None]:
        """The arguments of the pipeline for one batch, and what holds the unmasked part."""
        plan, vae, count = work.plan, self._base.vae, len(seeds)
        shape = (
            vae.config.latent_channels,
            plan.height // LATENT_SCALE,
            plan.width // LATENT_SCALE,
        )
        # `generate` is handed its noise; the others draw it before anything else: the same numbers.
        sources = generators(seeds)
        noise = draw_noise(sources, shape, vae.dtype).to(self._device)
        known = None
        if work.picture is not None:
            known = encode(vae, to_pixels(work.picture)).expand(count, -1, -1, -1)
        arguments = self._text(work, count)
        arguments |= {"guidance_scale": work.guidance_scale}
        arguments["num_inference_steps"] = work.steps
        if role == "generate":
            arguments |= {"latents": noise, "generator": sources}
            arguments |= {"width": plan.width, "height": plan.height}
        else:
            arguments["num_inference_steps"] = schedule_length(work.steps, work.strength)
            arguments |= {"strength": work.strength, "generator": generators(seeds)}
            arguments["image"] = known
        if role == "inpaint":
            arguments |= self._mask_channels(work, known, count)
        if plan.control is not None:
            arguments |= _steering(plan.control, role)
        if work.mask is None or known is None:
            return arguments, None
        return arguments, Blend(known, noise, latent_mask(work.mask).to(self._device))

    def _text(self, work: Work, count: int) -> dict[str, object]:
        """Prompts, as lists of our own: some pipelines write into the list they get."""
        texts: dict[str, object] = {"prompt": [work.plan.prompt] * count}
        # An empty negative prompt is not the same as none: SDXL then takes zeros, as trained.
        if work.plan.negative_prompt:
            texts["negative_prompt"] = [work.plan.negative_prompt] * count
        return texts

    def _mask_channels(
        self, work: Work, known: torch.Tensor | None, count: int
    ) -> dict[str, object]:
        """What a UNet with mask channels wants beside the rest; without a mask all is masked."""
        plan, vae = work.plan, self._base.vae
        pixels = (
            torch.full((1, 3, plan.height, plan.width), 0.5)
            if work.picture is None
            else to_pixels(work.picture)
        )
        hidden = torch.ones(1, 1, plan.height, plan.width)
        if work.mask is not None:
            touched = (latent_mask(work.mask) > 0).float()
            hidden = torch.nn.functional.interpolate(touched, scale_factor=float(LATENT_SCALE))
        # Middle grey is this network's "nothing seen here".
        visible = encode(vae, torch.where(hidden > 0, 0.5, pixels))
        start = visible if known is None else known
        return {
            "image": start.expand(count, -1, -1, -1),
            "mask_image": hidden,
            "masked_image_latents": visible.expand(count, -1, -1, -1),
            "width": plan.width,
            "height": plan.height,
        }

    def _preview(self, latents: torch.Tensor) -> NDArray[np.uint8]:
        if self._preview_matrix is None:
            self._preview_matrix = fit_matrix(self._base.vae)
        return to_rgb(latents, self._preview_matrix)


def _steering(control: Control, role: str) -> dict[str, object]:
    """What a pipeline with a ControlNet wants beside the rest, under the name it has for it."""
    name = "image" if role == "generate" else "control_image"
    return {
        name: to_pixels(control.image),
        "controlnet_conditioning_scale": float(control.strength),
    }
