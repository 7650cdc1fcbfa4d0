"""models list, show, add, remove, default: which models there are and what each can do.

Must not need a daemon: the list is a file that daemon and command line both read anew.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core_server.config import models_path
from core_server.models.families import FAMILIES, TASKS
from core_server.models.listing import model_infos
from core_server.models.registry import ModelCard, ModelRegistry, can


@click.group()
def models() -> None:
    """List, show, add and remove models. Their files stay where they are."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_models(as_json: bool) -> None:
    """List the models and what each can do; * marks the default."""
    from core_server.cli.console import STDOUT, print_json, print_rows, size

    registry = ModelRegistry(models_path())
    cards = registry.list()
    default = registry.default().name if cards else ""
    if as_json:
        print_json([facts(card, default) for card in cards])
        return
    infos = model_infos(registry) if cards else ()
    verbs = tuple(infos[0].operations) if infos else ()
    print_rows(
        ("Model", *verbs, "Size", "Licence"),
        [
            (
                f"{info.name}{' *' if info.default else ''}", *info.operations.values(),
                size(info.size_bytes), info.licence,
            )
            for info in infos
        ],
        "There is no model yet; add one with: impasto models add FOLDER",
    )  # fmt: skip
    for info in infos:
        if info.note:
            STDOUT.print(f"\n{info.name}: {info.note}", markup=False)


@models.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(name: str, as_json: bool) -> None:
    """Show one model: family, size, licence, defaults, what it can do."""
    from core_server.cli.console import STDOUT, print_json

    registry = ModelRegistry(models_path())
    card = registry.find(name)
    data = facts(card, registry.default().name)
    if as_json:
        print_json(data)
        return
    for key, value in data.items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items())
        elif isinstance(value, (list, tuple)):
            value = "; ".join(value)
        if value not in ("", None):
            STDOUT.print(f"{key:>10}  {value}")


@models.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="What to call it. [default: the folder's name]")
def add(folder: Path, name: str | None) -> None:
    """Add a diffusers folder with safetensors weights; the files stay where they are."""
    from core_server.cli.console import STDOUT

    card = ModelRegistry(models_path()).add_folder(folder, name)
    STDOUT.print(f"Added {card.name}: {card.note}, licence {card.licence}.")
    for note in card.notes:
        STDOUT.print(note)
    STDOUT.print(f'Try: impasto generate "a red heart" --model {card.name}')


@models.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a model; its files stay."""
    from core_server.cli.console import STDOUT

    card = ModelRegistry(models_path()).remove(name)
    STDOUT.print(f"Forgot {card.name}; its files are still in {card.path}.")


@models.command()
@click.argument("name")
def default(name: str) -> None:
    """Use a model whenever none is named."""
    from core_server.cli.console import STDOUT

    card = ModelRegistry(models_path()).choose_default(name)
    STDOUT.print(f"{card.name} is now the default model.")


def facts(card: ModelCard, default_name: str) -> dict[str, Any]:
    """A model as data, with its family's defaults where it has none of its own."""
    family = FAMILIES[card.family]
    own = {
        "steps": family.steps,
        "guidance_scale": family.guidance_scale,
        "sampler": family.sampler,
        **card.defaults,
    }
    return {
        **asdict(card),
        "default": card.name == default_name,
        "defaults": own,
        "samplers": list(family.samplers),
        "size": f"{family.native_size} px",
        "can": {task: can(card, task) for task in TASKS},
    }
