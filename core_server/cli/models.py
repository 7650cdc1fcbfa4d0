"""models list, show, add, remove, default: which models and ControlNets there are, and what each
model can do.

Must not need a daemon: the list is a file that daemon and command line both read anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core_server.config import models_path
from core_server.models.controls import ControlCard, is_control_folder
from core_server.models.families import FAMILIES, TASKS
from core_server.models.listing import model_infos
from core_server.models.registry import ModelCard, ModelRegistry, can, model_card_page
from core_server.operations import CONTROL_KINDS
from protocol.errors import BadRequest

PAGE_WIDTH = 100


@click.group()
def models() -> None:
    """List, show, add and remove models and ControlNets. Their files stay where they are."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_models(as_json: bool) -> None:
    """List the models and what each can do; * marks the default. Then the ControlNets."""
    from core_server.cli.console import STDOUT, print_json, print_rows, size

    registry = ModelRegistry(models_path())
    cards = registry.list()
    default = registry.default().name if cards else ""
    if as_json:
        print_json(
            [facts(registry, card, default) for card in cards]
            + [control_facts(card) for card in registry.controls()]
        )
        return
    infos = model_infos(registry) if cards else ()
    print_rows(
        ("Model", "Can", "Size", "Licence"),
        [
            (
                f"{info.name}{' *' if info.default else ''}", abilities(info.operations),
                size(info.size_bytes), info.licence,
            )
            for info in infos
        ],
        "There is no model yet; add one with: impasto models add FOLDER",
        whole=("Model", "Size"),
    )  # fmt: skip
    for info in infos:
        if info.note:
            STDOUT.print(f"\n{info.name}: {info.note}", markup=False)
    for control in registry.controls():
        STDOUT.print(f"\n{control.name}: {control_note(control)}", markup=False)


@models.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(name: str, as_json: bool) -> None:
    """Show one model: family, size, licence, defaults, what it can do; and its model card. Or show
    one ControlNet."""
    from core_server.cli.console import STDOUT, print_json, size

    registry = ModelRegistry(models_path())
    control = next((each for each in registry.controls() if each.name == name), None)
    if control is not None:
        card, data = None, control_facts(control)
    else:
        card = registry.find(name)
        data = facts(registry, card, registry.default().name)
    if as_json:
        print_json(data)
        return
    for key, value in data.items():
        shown = size(value) if key == "bytes" else _in_words(value)
        if shown:
            STDOUT.print(f"{key.replace('_', ' '):>14}  {shown}")
    page = model_card_page(card) if card is not None else None
    if page is not None:
        _print_page(page)


def _in_words(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict() if all(type(entry) is bool for entry in value.values()):
            return ", ".join(name for name, entry in value.items() if entry)
        case dict():
            return ", ".join(f"{name} {entry}" for name, entry in value.items())
        case list() | tuple():
            return "; ".join(map(str, value))
        case _:
            return str(value)


def _print_page(page: Path) -> None:
    """A Markdown page, set for reading on a terminal, and as it is in a file or a pipe."""
    from rich.markdown import Markdown

    from core_server.cli.console import STDOUT

    text = page_text(page)
    STDOUT.print()
    if STDOUT.is_terminal:
        STDOUT.print(Markdown(text), width=min(STDOUT.width, PAGE_WIDTH))
    else:
        click.echo(text)


def page_text(page: Path) -> str:
    """The page without the marks that only programs read, and with the places of its pictures."""
    text = re.sub(r"<!--.*?-->\n?", "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"!\[([^\]]*)\]\(([^)]+)\)", lambda m: f"{m[1]}: `{page.parent / m[2]}`", text)


@models.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="What to call it. [default: the folder's name]")
@click.option(
    "--control",
    metavar="KIND",
    help="Of a ControlNet whose name and readme do not say so: what it follows. "
    f"[{', '.join(CONTROL_KINDS)}]",
)
def add(folder: Path, name: str | None, control: str | None) -> None:
    """Add a diffusers folder with safetensors weights; the files stay where they are.

    A model, or a depth ControlNet, which all models of its family then use where a picture of
    depth is given.
    """
    from core_server.cli.console import STDOUT

    registry = ModelRegistry(models_path())
    if is_control_folder(folder.expanduser()):
        steered = registry.add_control(folder, name, control)
        STDOUT.print(f"Added {steered.name}: {control_note(steered)}")
        STDOUT.print(f"Its licence: {steered.licence}.")
        return
    if control is not None:
        raise BadRequest(
            f"{folder} is no ControlNet, so it follows no {control}; leave --control out.",
            field="control",
        )
    card = registry.add_folder(folder, name)
    STDOUT.print(f"Added {card.name}: {card.note} Its licence: {card.licence}.")
    for note in card.notes:
        STDOUT.print(note)
    STDOUT.print(f'Try: impasto generate "a red heart" --model {card.name}')


@models.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a model or a ControlNet; its files stay."""
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


def abilities(operations: Mapping[str, str]) -> str:
    """What a model can do, and how where models differ: "generate, inpaint (latent blend)"."""
    can = {name: answer for name, answer in operations.items() if answer != "no"}
    how = {name: answer.removeprefix("yes").strip(" ()") for name, answer in can.items()}
    return ", ".join(f"{name} ({how[name]})" if how[name] else name for name in can)


def control_note(card: ControlCard) -> str:
    """What a ControlNet is for, in a sentence."""
    family = FAMILIES[card.family].title
    return f"A {card.kind} ControlNet: models of {family} take a {card.kind} picture with it."


def control_facts(card: ControlCard) -> dict[str, Any]:
    """A ControlNet as data; by itself it can do nothing."""
    return {**asdict(card), "default": False, "can": {}}


def facts(registry: ModelRegistry, card: ModelCard, default_name: str) -> dict[str, Any]:
    """A model as data, with its family's defaults where it has none of its own.

    controls: which ControlNet it uses for each kind of control that it takes.
    """
    steering = {kind: registry.control_for(card, kind) for kind in CONTROL_KINDS}
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
        "size": f"{', '.join(map(str, family.squares or [family.native_size]))} px",
        "transparent": family.paints_alpha,
        "controls": {kind: each.name for kind, each in steering.items() if each is not None},
        "can": {task: can(card, task) for task in TASKS},
    }
