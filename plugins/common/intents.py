"""What an artist wants to do, and which operation of the daemon does it.

A table. Which intents are offered depends on the selection alone, never on the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from protocol.params import Catalogue


@dataclass(frozen=True)
class Intent:
    """name: in files. label: on the button. layers: how many pictures it takes from the document.

    needs_selection: True, False, or None where it does not matter. fixed: parameters that the
    intent decides. tucked: parameters that belong into the advanced fold, because the document
    answers them. sends: pictures that go along beside the layers, by the daemon's parameter, and
    what they are: {"control": "depth"}; fields that are of use only with them are shown then.
    needs_prompt: nothing can be painted without words. expands: makes the canvas larger.
    """

    name: str
    label: str
    help: str
    operation: str
    layers: int = 1
    needs_selection: bool | None = None
    fixed: dict[str, Any] = field(default_factory=dict)
    tucked: tuple[str, ...] = ()
    sends: dict[str, str] = field(default_factory=dict)
    needs_prompt: bool = False
    expands: bool = False


INTENTS: tuple[Intent, ...] = (
    Intent(
        "fill", "Fill", "Paint the prompt into the selection, guided by what surrounds it.",
        "inpaint", needs_selection=True, fixed={"intent": "fill"},
    ),
    Intent(
        "replace", "Replace", "Paint the selection afresh, ignoring what is there.",
        "inpaint", needs_selection=True, fixed={"intent": "replace"},
    ),
    Intent(
        "remove", "Remove", "Take what is selected away; no prompt needed.",
        "inpaint", needs_selection=True,
        fixed={"intent": "remove", "strength": 1.0, "prompt": "", "negative_prompt": "",
               "style": "none"},
    ),
    Intent(
        "generate", "Generate", "Paint a picture from words.",
        "generate", layers=0, needs_selection=False, needs_prompt=True, fixed={"strength": 1.0},
        tucked=("width", "height"),
    ),
    Intent(
        "refine", "Refine", "Go over the picture; the strength says how much may change.",
        "generate", needs_selection=False,
        fixed={"transparent": False, "width": None, "height": None},
    ),
    Intent(
        "expand", "Expand", "Make the canvas larger at its sides and paint what is there.",
        "inpaint", needs_selection=False, expands=True, fixed={"intent": "expand"},
    ),
    Intent("vary", "Vary", "Paint more pictures like the active layer.", "vary"),
    Intent("mix", "Mix", "Paint one picture out of the active layer and another one.",
           "mix", layers=2),
)  # fmt: skip


def find(name: str) -> Intent:
    """Raises KeyError."""
    return {intent.name: intent for intent in INTENTS}[name]


def expands(name: str) -> bool:
    """Whether what came of this intent makes the canvas larger."""
    return any(intent.name == name and intent.expands for intent in INTENTS)


def offered(has_selection: bool, catalogue: Catalogue) -> list[Intent]:
    """Intents that suit the document now and that this daemon can do."""
    operations = {operation.name for operation in catalogue.operations}
    return [
        intent
        for intent in INTENTS
        if intent.operation in operations and intent.needs_selection in (None, has_selection)
    ]
