"""What `impasto models` and the model pickers show of each model."""

from core_server.models.families import FAMILIES, Family
from core_server.models.registry import ModelCard, ModelRegistry
from core_server.operations import CONTROL_KINDS
from protocol.errors import JsonScalar
from protocol.messages import ModelInfo

REMOVE = "no model needed"


def model_infos(registry: ModelRegistry) -> tuple[ModelInfo, ...]:
    """One entry per installed model, the default marked. Raises CorruptModel, MissingModel."""
    cards = registry.list()
    default = registry.default().name if cards else ""
    return tuple(_info(registry, card, card.name == default) for card in cards)


def _info(registry: ModelRegistry, card: ModelCard, is_default: bool) -> ModelInfo:
    family = FAMILIES[card.family]
    own: dict[str, JsonScalar] = {
        "width": family.native_size,
        "height": family.native_size,
        "steps": family.steps,
        "guidance_scale": family.guidance_scale,
        "sampler": family.sampler,
    }
    return ModelInfo(
        name=card.name,
        title=card.title or family.title,
        family=family.name,
        installed=True,
        operations=_operations(registry, card, family),
        defaults={**own, **card.defaults},
        samplers=family.samplers,
        licence=card.licence,
        size_bytes=card.bytes,
        note=" ".join((card.note, *card.notes)).strip(),
        default=is_default,
    )


def _operations(registry: ModelRegistry, card: ModelCard, family: Family) -> dict[str, str]:
    native = card.native_inpaint or family.inpaints == "native"
    return {
        "generate": "yes",
        "inpaint": "yes" if native else "yes (latent blend)",
        "remove": REMOVE,
        "vary": f"yes ({family.varies})",
        "mix": f"yes ({family.mixes})" if family.mixes else "no",
        "transparent": "yes" if family.paints_alpha else "no",
        **{kind: "yes" if registry.control_for(card, kind) else "no" for kind in CONTROL_KINDS},
    }
