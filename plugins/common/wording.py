"""What states and remedies are called, the same in every paint program.

Words only; `phrases` translates them.
"""

from __future__ import annotations

from plugins.common.phrases import say
from plugins.common.tasks import State, Task


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
