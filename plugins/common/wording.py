"""What states and remedies are called, the same in every paint program.

Words only; `phrases` translates them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from plugins.common.cures import COMMANDS
from plugins.common.phrases import say, say_sentence
from plugins.common.tasks import Candidate, State, Task
from protocol.messages import ModelInfo


def describe(task: Task) -> str:
    """What a task is doing, in a few words."""
    progress = task.progress
    state = task.state
    if task.is_cancelling and not state.is_final:
        return say("Stopping …")
    if state is State.QUEUED and progress is not None and progress.position > 0:
        text = say("Waiting, number {position}", position=progress.position)
    elif state is State.PAINTING and progress is not None and progress.steps:
        text = say("Painting, step {step} of {steps}", step=progress.step, steps=progress.steps)
    else:
        text = say(STATES[state])
    if progress is not None and progress.eta_s and not state.is_final:
        text = f"{text} · {duration(progress.eta_s)}"
    return text


def about(candidate: Candidate) -> str:
    """What is known of a candidate, one line each."""
    lines = [candidate.layer.name]
    if candidate.seed is not None:
        lines.append(say("Seed {seed}", seed=candidate.seed))
    if candidate.score is not None:
        lines.append(say("Fits the prompt: {score}", score=f"{candidate.score:.2f}"))
    if candidate.is_applied:
        lines.append(say("Is a layer already"))
    return "\n".join(lines)


class Offered(NamedTuple):
    """An entry of the model list. name: None lets the daemon choose. help: why it cannot be
    chosen, or what is to be known of it."""

    name: str | None
    label: str
    help: str = ""
    is_able: bool = True


def offered_models(
    models: Sequence[ModelInfo], operation: str, chosen: str | None
) -> list[Offered]:
    """Those that cannot do it, or are not there, too. chosen: is in the list, known or not."""
    default = next((model.title for model in models if model.default), "")
    automatic = f"{say('automatic')} ({default})" if default else say("automatic")
    offered = [Offered(None, automatic), *(_offered(model, operation) for model in models)]
    if all(chosen != each.name for each in offered):
        offered.append(Offered(chosen, str(chosen)))
    return offered


def _offered(model: ModelInfo, operation: str) -> Offered:
    answer = model.operations.get(operation, "yes")
    is_able = not answer.startswith("no")
    why = model.note if is_able else answer.partition(":")[2].strip()
    reason = say_sentence(why) if is_able or why else say("This model cannot do this.")
    if not model.installed:
        reason = say("Not installed: {command}", command=COMMANDS["install_model"])
    return Offered(model.name, model.title or model.name, reason, is_able and model.installed)


def duration(seconds: float) -> str:
    """About how long, rounded up: "12 s", "3 min"."""
    if seconds < 90:
        return say("{count} s", count=max(1, round(seconds)))
    return say("{count} min", count=round(seconds / 60))


STATES = {
    State.SENDING: "Handing in …",
    State.QUEUED: "Waiting",
    State.LOADING: "Loading the model …",
    State.PAINTING: "Painting …",
    State.FINISHING: "Finishing …",
    State.DONE: "Done",
    State.FAILED: "Failed",
    State.CANCELLED: "Cancelled",
}

REMEDIES = {
    "start_daemon": "Start Impasto",
    "restart_daemon": "Restart Impasto",
    "update_plugin": "How to update",
    "set_param": "Show me",
    "convert_rgb": "Convert to RGB",
    "select_area": "Select all",
    "install_model": "How to install it",
    "choose_model": "Choose a model",
    "free_disk": "Open the folder",
    "free_memory": "Free memory",
    "retry": "Retry",
    "wait": "Retry",
    "open_log": "Open the log",
}
"""What the button beside a sentence says, by the remedy's action."""
