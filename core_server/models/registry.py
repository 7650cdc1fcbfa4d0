"""The models on this machine and the ControlNets beside them: cards in a JSON file, and what each
model can do.

Must not import torch, diffusers or numpy, and never opens a network connection.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

from core_server.models.controls import ControlCard, read_control
from core_server.models.families import (
    FAMILIES,
    families_that_can,
    families_with_control,
)
from core_server.models.folders import read_folder
from core_server.operations import CONTROL_KINDS
from protocol.errors import (
    BadRequest,
    CorruptModel,
    JsonScalar,
    MissingModel,
    Remedy,
    UnsupportedByModel,
)

Card = TypeVar("Card", "ModelCard", ControlCard)

EMBEDDED = "pocket"
"""The name of the model that comes with the package; always there, never removed."""

EMBEDDED_MANIFEST = Path(__file__).parents[1] / "pocket" / "weights" / "manifest.json"


@dataclass(frozen=True)
class ModelCard:
    """One model an artist can choose.

    path: its folder. bytes: of its weights. added: ISO date. note: what it is, in one sentence;
    notes: what else the artist should know. native_inpaint: the network takes the mask itself.
    variant: part of the weight files' names. defaults: steps, guidance_scale, sampler where
    this model differs from its family.
    """

    name: str
    family: str
    path: str
    title: str = ""
    licence: str = "unknown"
    bytes: int = 0
    added: str = ""
    note: str = ""
    notes: tuple[str, ...] = ()
    native_inpaint: bool = False
    variant: str | None = None
    defaults: Mapping[str, JsonScalar] = field(default_factory=dict)


def can(card: ModelCard, task: str) -> bool:
    """Whether a model can do a task (`generate`, `refine`, `inpaint`, `vary`, `mix`)."""
    return task in FAMILIES[card.family].tasks


def who_can(cards: Iterable[ModelCard], task: str) -> tuple[str, ...]:
    """Names of the models that can do a task; of the families that could, if none of them can."""
    names = tuple(card.name for card in cards if can(card, task))
    return names or tuple(family.name for family in families_that_can(task))


@dataclass(frozen=True)
class _Content:
    """What the file holds, by names. chosen: the default model."""

    models: Mapping[str, ModelCard] = field(default_factory=dict)
    controls: Mapping[str, ControlCard] = field(default_factory=dict)
    chosen: str | None = None


def embedded_card(manifest: Path = EMBEDDED_MANIFEST) -> ModelCard | None:
    """The card of the packaged model, or None where its weights are not in the package.

    The manifest's `title`, `licence` and `note` are used where it has them.
    """
    if not manifest.is_file():
        return None
    content = _read_object(manifest)
    family = FAMILIES[EMBEDDED]
    return ModelCard(
        name=EMBEDDED,
        family=EMBEDDED,
        path=str(manifest.parent),
        title=str(content.get("title") or family.title),
        licence=str(content.get("licence") or "unknown"),
        bytes=sum(path.stat().st_size for path in manifest.parent.rglob("*.safetensors")),
        note=str(content.get("note") or "The model that comes with Impasto; runs on any machine."),
        native_inpaint=True,
    )


def model_card_page(card: ModelCard) -> Path | None:
    """The Markdown page on what a model can do, learned from and measured; only the packaged
    model's, since texts of other folders may hold anything."""
    page = Path(card.path).parent / "MODEL_CARD.md"
    return page if card.name == EMBEDDED and page.is_file() else None


class ModelRegistry:
    """The models and ControlNets of one user, in one JSON file that is read anew at every question.

    Thread: any; writing replaces the file in one step.
    """

    def __init__(self, path: Path, manifest: Path = EMBEDDED_MANIFEST) -> None:
        self.path = path
        self._manifest = manifest

    def list(self) -> tuple[ModelCard, ...]:
        """All models, the embedded one first, then by name. Raises CorruptModel."""
        embedded = embedded_card(self._manifest)
        added = sorted(self._read().models.values(), key=lambda card: card.name)
        # A family that only a newer version knows stays in the file, unseen.
        usable = [card for card in added if card.family in FAMILIES]
        return (*([embedded] if embedded else []), *usable)

    def find(self, name: str) -> ModelCard:
        """The card of a model by name; raises MissingModel naming what there is."""
        cards = self.list()
        for card in cards:
            if card.name == name:
                return card
        have = ", ".join(card.name for card in cards) or "none"
        raise MissingModel(
            f"There is no model named {name!r} here (there is: {have}); add one with "
            "`impasto models add FOLDER`.",
            field="model",
            remedy=Remedy("install_model", name),
        )

    def default(self) -> ModelCard:
        """The model that is used when none is named: the chosen one, else the first."""
        cards = {card.name: card for card in self.list()}
        chosen = self._read().chosen
        if chosen in cards:
            return cards[chosen]
        if not cards:
            raise MissingModel(
                "There is no model on this machine; add one with `impasto models add FOLDER`.",
                field="model",
                remedy=Remedy("install_model"),
            )
        return next(iter(cards.values()))

    def choose_default(self, name: str) -> ModelCard:
        """Make a model the one used when none is named. Raises MissingModel."""
        card = self.find(name)
        self._write(replace(self._read(), chosen=name))
        return card

    def add_folder(self, folder: str | Path, name: str | None = None) -> ModelCard:
        """Recognise, check and remember a diffusers folder; the files stay where they are.

        Raises NotFound, UnsupportedByModel, CorruptModel (see `folders.read_folder`) and
        BadRequest where the name is taken by another folder.
        """
        root = Path(folder).expanduser().resolve()
        facts = read_folder(root)
        content = self._read()
        slug = _free_name(name or root.name, root, content)
        card = ModelCard(
            name=slug,
            family=facts.family.name,
            path=str(root),
            title=name or root.name,
            licence=facts.licence,
            bytes=facts.bytes,
            added=datetime.now(UTC).date().isoformat(),
            note=(
                f"{facts.family.title} for inpainting."
                if facts.native_inpaint
                else f"{facts.family.title}."
            ),
            notes=facts.notes,
            native_inpaint=facts.native_inpaint,
            variant=facts.variant,
            defaults=facts.defaults,
        )
        self._write(replace(content, models={**content.models, slug: card}))
        return card

    def controls(self) -> tuple[ControlCard, ...]:
        """All ControlNets, in the order in which they were added. Raises CorruptModel."""
        # What only a newer version knows stays in the file, unseen.
        return tuple(
            card
            for card in self._read().controls.values()
            if card.family in FAMILIES and card.kind in CONTROL_KINDS
        )

    def control_for(self, card: ModelCard, kind: str) -> ControlCard | None:
        """The ControlNet that holds a model's pictures to a control: of those of its family the one
        added last. None without one, and for a model with mask channels, which takes none."""
        if card.native_inpaint:
            return None
        fitting = [c for c in self.controls() if (c.family, c.kind) == (card.family, kind)]
        return fitting[-1] if fitting else None

    def require_control(self, card: ModelCard, kind: str) -> ControlCard:
        """Like `control_for`; raises UnsupportedByModel saying what to add or to choose."""
        control = self.control_for(card, kind)
        if control is None:
            able = [other.name for other in self.list() if self.control_for(other, kind)]
            raise _takes_no_control(card, kind, able)
        return control

    def add_control(
        self, folder: str | Path, name: str | None = None, kind: str | None = None
    ) -> ControlCard:
        """Recognise, check and remember a ControlNet folder; the files stay where they are.

        Raises what `controls.read_control` raises, and BadRequest where the name is taken.
        """
        root = Path(folder).expanduser().resolve()
        facts = read_control(root, kind)
        content = self._read()
        slug = _free_name(name or root.name, root, content)
        card = ControlCard(
            name=slug,
            kind=facts.kind,
            family=facts.family.name,
            path=str(root),
            title=name or root.name,
            licence=facts.licence,
            bytes=facts.bytes,
            added=datetime.now(UTC).date().isoformat(),
            variant=facts.variant,
        )
        others = {key: other for key, other in content.controls.items() if key != slug}
        self._write(replace(content, controls={**others, slug: card}))
        return card

    def remove(self, name: str) -> ModelCard | ControlCard:
        """Forget a model or a ControlNet; its files stay. Raises MissingModel; BadRequest for the
        embedded model."""
        if name == EMBEDDED:
            raise BadRequest(f"{EMBEDDED} comes with Impasto and cannot be removed.", field="name")
        content = self._read()
        if name in content.controls:
            rest = {key: card for key, card in content.controls.items() if key != name}
            self._write(replace(content, controls=rest))
            return content.controls[name]
        card = self.find(name)
        models = {key: other for key, other in content.models.items() if key != name}
        chosen = None if content.chosen == name else content.chosen
        self._write(replace(content, models=models, chosen=chosen))
        return card

    def _read(self) -> _Content:
        if not self.path.is_file():
            return _Content()
        content = _read_object(self.path)
        try:
            models = _cards(ModelCard, content["models"])
            controls = _cards(ControlCard, content.get("controls", []))
        except (KeyError, TypeError, AttributeError):
            raise _unreadable(self.path) from None
        chosen = content.get("default")
        return _Content(models, controls, chosen if isinstance(chosen, str) else None)

    def _write(self, stored: _Content) -> None:
        content = {
            "version": 1,
            "default": stored.chosen,
            "models": [asdict(card) for card in stored.models.values()],
            "controls": [asdict(card) for card in stored.controls.values()],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        fresh.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
        os.replace(fresh, self.path)


def name_for(title: str) -> str:
    """A name that is easy to type: a-z, 0-9, `.`, `_`, `-`. Raises BadRequest if empty."""
    name = re.sub(r"[^a-z0-9._-]+", "-", title.lower()).strip("-.")
    if not name:
        raise BadRequest("A model's name needs a letter or a digit.", field="name")
    return name


def _free_name(title: str, root: Path, content: _Content) -> str:
    """The name for a folder that is added. Raises BadRequest where another folder has it."""
    name = name_for(title)
    taken: ModelCard | ControlCard | None = content.models.get(name) or content.controls.get(name)
    if name == EMBEDDED or (taken and taken.path != str(root)):
        raise BadRequest(
            f"There is already a model named {name}; choose another name.", field="name"
        )
    return name


def _takes_no_control(card: ModelCard, kind: str, able: list[str]) -> UnsupportedByModel:
    """What a model without a ControlNet says. able: names of the models that have one."""
    family, remedy = FAMILIES[card.family], Remedy("install_model")
    if family.controlled and not card.native_inpaint:
        cure = f"add a {kind} ControlNet for {family.title} with `impasto models add FOLDER`"
    elif able:
        cure = f"choose {able[0]}, which does"
        remedy = Remedy("choose_model", "model", able[0])
    else:
        titles = " or ".join(other.title for other in families_with_control())
        cure = (
            f"add a model of {titles} and a {kind} ControlNet for it with "
            "`impasto models add FOLDER`"
        )
    return UnsupportedByModel(
        f"{card.name} takes no {kind} picture; {cure}.",
        field="inputs",
        remedy=remedy,
    )


def _cards(kind: type[Card], entries: object) -> dict[str, Card]:
    """Cards by name, as `_write` wrote them; fields of a newer version are left out."""
    known = {field.name for field in fields(kind)}
    cards: dict[str, Card] = {}
    for entry in cast("list[dict[str, object]]", entries):
        values = {name: value for name, value in entry.items() if name in known}
        if "notes" in values:
            values["notes"] = tuple(cast("list[str]", values["notes"]))
        card = kind(**values)  # type: ignore[arg-type]  # values as written by _write
        cards[card.name] = card
    return cards


def _read_object(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise _unreadable(path) from None
    if not isinstance(content, dict):
        raise _unreadable(path)
    return content


def _unreadable(path: Path) -> CorruptModel:
    return CorruptModel(
        f"The list of models in {path} cannot be read; repair or remove that file.",
        remedy=Remedy("open_log"),
    )
