"""What a submit must be to become a job: checked against catalogue, models and limits.

Looks at declarations and sizes only; pixels are the worker's business.
"""

import hashlib
import json
import secrets
from dataclasses import replace
from typing import Any, NamedTuple

from core_server.models.families import FAMILIES, families_with_alpha
from core_server.models.registry import ModelCard, ModelRegistry, can, who_can
from core_server.operations.material import MATERIAL, map_layouts
from protocol.codec import to_json
from protocol.errors import (
    BadRequest,
    BadSize,
    MissingModel,
    Remedy,
    TooLarge,
    UnsupportedByModel,
)
from protocol.messages import Input, Limits, Submit
from protocol.params import Catalogue, Operation

SIDES = ("left", "top", "right", "bottom")


class Admitted(NamedTuple):
    """submit: with complete parameters, seed and model included. model: empty if none is needed."""

    submit: Submit
    model: str


def admit(
    submit: Submit, catalogue: Catalogue, registry: ModelRegistry, limits: Limits
) -> Admitted:
    """Raises the error a wrong submit deserves, naming the field and the limit."""
    operation = catalogue.find(submit.operation)
    params = operation.check(submit.params)
    _check_inputs(operation, submit.inputs)
    _check_sense(submit, params, limits)
    task = _task(submit, params)
    controls = tuple(picture.name for picture in submit.inputs if picture.role == "control")
    model = _choose_model(params, task, registry, controls) if task else ""
    if "model" in params:
        params["model"] = model or None
    if params.get("seed", 0) is None:
        params["seed"] = secrets.randbelow(2**31)
    return Admitted(replace(submit, params=params), model)


def digest(submit: Submit) -> str:
    """Equal for repeated submits; the request id does not count."""
    text = json.dumps(to_json(replace(submit, id="")), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_inputs(operation: Operation, inputs: tuple[Input, ...]) -> None:
    roles = {image.role: image for image in operation.images}
    for index, picture in enumerate(inputs):
        if picture.role not in roles:
            raise BadRequest(
                f"{operation.name} takes no picture with role {picture.role!r}; "
                f"it takes: {', '.join(roles) or 'none'}.",
                field=f"inputs.{index}.role",
            )
        names = roles[picture.role].names
        if names and picture.name not in names:
            raise BadRequest(
                f"{operation.name} takes no {picture.role} named {picture.name!r}; "
                f"it takes: {', '.join(names)}.",
                field=f"inputs.{index}.name",
            )
        if picture.blob != index:
            raise BadRequest(
                "The blobs must be in the order of the inputs.", field=f"inputs.{index}.blob"
            )
    for role, image in roles.items():
        count = sum(picture.role == role for picture in inputs)
        if not image.min_count <= count <= image.max_count:
            wanted = str(image.min_count)
            if image.max_count != image.min_count:
                wanted += f" to {image.max_count}"
            raise BadRequest(
                f"{operation.name} needs {wanted} picture(s) with role {role!r}; {count} came.",
                field="inputs",
            )


def _check_sense(submit: Submit, params: dict[str, Any], limits: Limits) -> None:
    """What no single parameter can say."""
    images = [picture for picture in submit.inputs if picture.role == "image"]
    has_prompt = bool(str(params.get("prompt", "")).strip())
    if submit.operation == "generate" and not has_prompt and not images:
        raise BadRequest("Write what to paint: the prompt is empty.", field="params.prompt")
    if submit.operation == "mix" and len(images) == 1 and not has_prompt:
        raise BadRequest("Mix needs two pictures, or one and a prompt.", field="inputs")
    if submit.operation == "inpaint":
        _check_inpaint(submit, params, limits)
    if submit.operation == MATERIAL:
        _check_material(replace(submit, params=params), limits)


def _check_material(submit: Submit, limits: Limits) -> None:
    """At least one map, and all of them must fit into the result."""
    layouts = map_layouts(submit)
    if not layouts:
        raise BadRequest(
            "No map is asked for; switch at least one of them on.",
            field="params.height_map",
            remedy=Remedy("set_param", "height_map", True),
        )
    width, height = submit.inputs[0].rect.width, submit.inputs[0].rect.height
    sizes = {layout: layout.byte_length(width, height) for layout in layouts.values()}
    largest = max(sizes, key=lambda layout: sizes[layout])
    if sizes[largest] > limits.frame_bytes:
        raise TooLarge(
            f"One map of {width}×{height} pixels as {largest.value} would have "
            f"{_megabytes(sizes[largest])}; the limit is {_megabytes(limits.frame_bytes)}.",
            field="output.layout",
        )
    total = sum(sizes[layout] for layout in layouts.values())
    room = limits.message_bytes - limits.header_bytes
    if total > room:
        raise TooLarge(
            f"{len(layouts)} maps of {width}×{height} pixels would have {_megabytes(total)}; the "
            f"limit is {_megabytes(room)}. Ask for fewer maps, or for a gray layout.",
            field="output.layout",
        )


def _megabytes(count: int) -> str:
    return f"{-(-count // 10**6)} MB"


def _check_inpaint(submit: Submit, params: dict[str, Any], limits: Limits) -> None:
    image = next(picture for picture in submit.inputs if picture.role == "image")
    masks = [
        (index, picture) for index, picture in enumerate(submit.inputs) if picture.role == "mask"
    ]
    for index, mask in masks:
        if mask.rect != image.rect:
            raise BadSize(
                f"The mask covers {tuple(mask.rect)}, the image {tuple(image.rect)}; they must "
                "have the same rectangle.",
                field=f"inputs.{index}.rect",
            )
        if not mask.layout.is_gray or mask.layout.has_alpha:
            raise BadRequest(
                f"The mask is {mask.layout.value}; it must be gray8, gray16 or gray32f.",
                field=f"inputs.{index}.layout",
            )
    if params["intent"] == "expand":
        _check_expand(params, image, bool(masks), limits)
    elif any(params[side] for side in SIDES):
        raise BadRequest(
            "left, top, right and bottom belong to the intent 'expand'.",
            field="params.intent",
            remedy=Remedy("set_param", "intent", "expand"),
        )


def _check_expand(params: dict[str, Any], image: Input, masked: bool, limits: Limits) -> None:
    if masked:
        raise BadRequest("Expand takes no mask: it paints what is added.", field="inputs")
    left, top, right, bottom = (params[side] for side in SIDES)
    if not (left or top or right or bottom):
        raise BadRequest(
            "Expand needs at least one of left, top, right, bottom above 0.", field="params.left"
        )
    grown = image.rect.padded(left, top, right, bottom)
    if max(grown.width, grown.height) > limits.side:
        raise BadSize(
            f"The expanded picture would be {grown.width}×{grown.height} pixels; each side may "
            f"have at most {limits.side}.",
            field="params",
        )


def _task(submit: Submit, params: dict[str, Any]) -> str | None:
    """What the model must be able to do; None where no model is needed."""
    if submit.operation == "generate":
        is_refined = any(picture.role == "image" for picture in submit.inputs)
        return "refine" if is_refined else "generate"
    if submit.operation == "inpaint":
        return None if params["intent"] == "remove" else "inpaint"
    return submit.operation if submit.operation in ("vary", "mix") else None


def _choose_model(
    params: dict[str, Any], task: str, registry: ModelRegistry, controls: tuple[str, ...]
) -> str:
    asked = params["model"]
    try:
        card = registry.find(asked) if asked else registry.default()
    except MissingModel as error:
        error.field = "params.model"
        raise
    if not can(card, task):
        able = [name for name in who_can(registry.list(), task) if name != card.name]
        advice = f" {able[0]} can." if able else ""
        raise UnsupportedByModel(
            f"{card.name} cannot {task}.{advice}",
            field="params.model",
            remedy=Remedy("choose_model", "model", able[0]) if able else None,
        )
    _check_sampler(params.get("sampler"), card)
    if params.get("transparent"):
        _check_transparent(card, task)
    for kind in controls:
        registry.require_control(card, kind)
    return card.name


def _check_sampler(sampler: str | None, card: ModelCard) -> None:
    able = FAMILIES[card.family].samplers
    if sampler is not None and sampler not in able:
        raise UnsupportedByModel(
            f"{card.name} has no sampler {sampler}; it has: {', '.join(able)}.",
            field="params.sampler",
            remedy=Remedy("set_param", "sampler"),
        )


def _check_transparent(card: ModelCard, task: str) -> None:
    if task == "refine":
        raise BadRequest(
            "A refined picture keeps the transparency it has; switch Transparent background off.",
            field="params.transparent",
            remedy=Remedy("set_param", "transparent", False),
        )
    if not FAMILIES[card.family].paints_alpha:
        able = [family.name for family in families_with_alpha()]
        raise UnsupportedByModel(
            f"{card.name} paints no transparent background; choose {' or '.join(able)}, "
            "which can, or switch it off.",
            field="params.transparent",
            remedy=Remedy("choose_model", "model", able[0]),
        )
