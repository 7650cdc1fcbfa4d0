"""What a failed command says and returns: one red line, what to try, and an exit code.

Must not decide what went wrong; the errors carry their sentence and their remedy.
"""

from __future__ import annotations

import os
import sys
import traceback

import click

from protocol.connection import log_path
from protocol.errors import Cancelled, ConnectionFailed, ImpastoError, Remedy, RequestRejected

DONE, TROUBLE, USAGE, UNREACHABLE, REJECTED, FAILED, CANCELLED = 0, 1, 2, 3, 4, 5, 130

EXIT_CODES = """\
Exit codes: 0 done · 1 `doctor` found a trouble, or Impasto has a fault · 2 the command line is
wrong · 3 the daemon cannot be reached · 4 the request was refused · 5 the machine could not do it
· 130 cancelled."""


class Hint(click.ClickException):
    """A wrong command line, with what to type instead."""

    exit_code = USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def report(error: BaseException) -> int:
    """Say what went wrong on stderr; returns the exit code. No traceback but in debugging."""
    if os.environ.get("IMPASTO_DEBUG"):
        traceback.print_exception(error)
    match error:
        case click.exceptions.Abort() | KeyboardInterrupt() | Cancelled():
            say("Cancelled.", "yellow")
            return CANCELLED
        case Hint():
            return fail(error.message, error.hint, error.exit_code)
        case click.UsageError():
            return fail(error.format_message(), f"{_command(error)} --help", USAGE)
        case click.ClickException():
            return fail(error.format_message(), "", USAGE)
        case ImpastoError():
            return fail(error.message, hint_for(error), _exit_code(error))
        case OSError():
            return fail(_file_sentence(error), "", FAILED)
    return fail(
        f"Impasto has a fault ({type(error).__name__}: {error}).",
        "the same command with IMPASTO_DEBUG=1 shows where; please report it",
        TROUBLE,
    )


def fail(sentence: str, hint: str, code: int) -> int:
    say(sentence, "red")
    if hint:
        say(f"Try: {hint}")
    return code


def say(text: str, colour: str | None = None) -> None:
    """One line on stderr, coloured where stderr is a terminal and NO_COLOR is not set."""
    plain = colour is None or bool(os.environ.get("NO_COLOR")) or not sys.stderr.isatty()
    click.echo(text if plain else click.style(text, fg=colour), err=True)


def hint_for(error: ImpastoError) -> str:
    """The cure of an error as something to type or do; empty if there is none."""
    if error.remedy is None:
        return ""
    hint = _hint(error.remedy)
    if error.log_id:
        hint = f"{hint} (look for {error.log_id} in it)" if hint else ""
    return hint


def _hint(remedy: Remedy) -> str:
    option = f"--{remedy.target.replace('_', '-')}" if remedy.target else ""
    match remedy.action:
        case "start_daemon":
            return "impasto serve, or impasto doctor if it does not start"
        case "restart_daemon":
            return "impasto stop, then the same command again"
        case "update_plugin":
            return "pip install --upgrade impasto, then impasto stop"
        case "set_param" if isinstance(remedy.value, bool):
            return option if remedy.value else option.replace("--", "--no-", 1)
        case "set_param":
            given = remedy.value is not None
            return f"{option} {remedy.value}" if given else f"the command without {option}"
        case "select_area":
            return "a mask that is white where the picture shall be repainted"
        case "install_model":
            return "impasto models add FOLDER"
        case "choose_model":
            named = f"--model {remedy.value}" if remedy.value else "another --model"
            return f"{named} (impasto models list shows what each can do)"
        case "free_disk":
            return "make room on the disk (impasto doctor shows where)"
        case "free_memory":
            return "impasto release, close other programs, or a smaller picture"
        case "retry":
            return "the same command again"
        case "wait":
            return "again in a moment (impasto status shows the queue)"
        case "open_log":
            return f"the log has more: {log_path()}"
    return ""


def _exit_code(error: ImpastoError) -> int:
    if isinstance(error, ConnectionFailed):
        return UNREACHABLE
    return REJECTED if isinstance(error, RequestRejected) else FAILED


def _file_sentence(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."


def _command(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx is not None else "impasto"
