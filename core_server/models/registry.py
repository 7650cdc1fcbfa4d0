"""The models on this machine: cards in a JSON file, and what each of them can do.

Must not import torch, diffusers or numpy, and never opens a network connection.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from core_server.models.families import FAMILIES, TASKS, families_that_can
from core_server.models.folders import read_folder
from protocol.errors import BadRequest, CorruptModel, JsonScalar, MissingModel, Remedy

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


def matrix(cards: Iterable[ModelCard]) -> list[tuple[str, dict[str, bool]]]:
    """(name, {task: can}) per model, in order: the table of `impasto models list`."""
    return [(card.name, {task: can(card, task) for task in TASKS}) for card in cards]


def who_can(cards: Iterable[ModelCard], task: str) -> tuple[str, ...]:
    """Names of the models that can do a task; of the families that could, if none of them can."""
    names = tuple(card.name for card in cards if can(card, task))
    return names or tuple(family.name for family in families_that_can(task))


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
    """The models of one user, kept in one JSON file that is read anew at every question.

    Thread: any; writing replaces the file in one step.
    """

    def __init__(self, path: Path, manifest: Path = EMBEDDED_MANIFEST) -> None:
        self.path = path
        self._manifest = manifest

    def list(self) -> tuple[ModelCard, ...]:
        """All models, the embedded one first, then by name. Raises CorruptModel."""
        embedded = embedded_card(self._manifest)
        added = sorted(self._read()[0].values(), key=lambda card: card.name)
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
        chosen = self._read()[1]
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
        self._write(self._read()[0], name)
        return card

    def add_folder(self, folder: str | Path, name: str | None = None) -> ModelCard:
        """Recognise, check and remember a diffusers folder; the files stay where they are.

        Raises NotFound, UnsupportedByModel, CorruptModel (see `folders.read_folder`) and
        BadRequest where the name is taken by another folder.
        """
        root = Path(folder).expanduser().resolve()
        facts = read_folder(root)
        cards, chosen = self._read()
        slug = name_for(name or root.name)
        taken = cards.get(slug)
        if slug == EMBEDDED or (taken and taken.path != str(root)):
            raise BadRequest(
                f"There is already a model named {slug}; choose another name.", field="name"
            )
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
        self._write({**cards, slug: card}, chosen)
        return card

    def remove(self, name: str) -> ModelCard:
        """Forget a model; its files stay. Raises MissingModel; BadRequest for the embedded one."""
        if name == EMBEDDED:
            raise BadRequest(f"{EMBEDDED} comes with Impasto and cannot be removed.", field="name")
        card = self.find(name)
        cards, chosen = self._read()
        del cards[name]
        self._write(cards, None if chosen == name else chosen)
        return card

    def _read(self) -> tuple[dict[str, ModelCard], str | None]:
        if not self.path.is_file():
            return {}, None
        content = _read_object(self.path)
        known = {field.name for field in fields(ModelCard)}
        try:
            entries = cast("list[dict[str, object]]", content["models"])
            cards = [_card({k: v for k, v in entry.items() if k in known}) for entry in entries]
        except (KeyError, TypeError, AttributeError):
            raise _unreadable(self.path) from None
        chosen = content.get("default")
        return {card.name: card for card in cards}, chosen if isinstance(chosen, str) else None

    def _write(self, cards: Mapping[str, ModelCard], chosen: str | None) -> None:
        content = {"version": 1, "default": chosen, "models": [asdict(c) for c in cards.values()]}
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


def _card(entry: dict[str, object]) -> ModelCard:
    entry = {**entry, "notes": tuple(cast("list[str]", entry.get("notes", [])))}
    return ModelCard(**entry)  # type: ignore[arg-type]  # values as written by _write


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
