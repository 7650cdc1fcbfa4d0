"""What a remedy comes to, the same in every paint program: a field to correct, a command to run.

Decides only; `Desk.press` and the programs themselves do it.
"""

from __future__ import annotations

from protocol.errors import Remedy

COMMANDS = {
    "install_model": "impasto models add FOLDER",
    "update_plugin": "impasto install {program}",
}


def field_to_correct(remedy: Remedy) -> str:
    """The form's field that it is about; empty where it is about none."""
    return (remedy.target or "model") if remedy.action in ("set_param", "choose_model") else ""


def command_to_run(remedy: Remedy, program: str) -> str:
    """What the artist has to run in a terminal; empty where nothing. program: "krita", …

    FOLDER is left to the artist: nobody else knows where a model lies.
    """
    pattern = COMMANDS.get(remedy.action, "")
    return pattern.format(program=program)
