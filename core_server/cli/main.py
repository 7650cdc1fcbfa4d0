"""The group of all commands, and the one border where an error becomes a line and an exit code.

Must not import a command's module before that command is used.
"""

from __future__ import annotations

import contextlib
import importlib
from typing import NamedTuple

import click

from core_server.cli.failure import EXIT_CODES, report
from protocol.connection import write_launcher


class Entry(NamedTuple):
    module: str
    help: str


COMMANDS: dict[str, dict[str, Entry]] = {
    "Paint": {
        "generate": Entry("paint", "Paint a picture from words, or refine a picture."),
        "inpaint": Entry("paint", "Repaint, replace, remove or expand a part of a picture."),
        "vary": Entry("paint", "Paint more pictures like this one."),
        "mix": Entry("paint", "Paint one picture out of two, or of a picture and words."),
        "material": Entry("paint", "Derive height, normal, roughness and occlusion maps."),
        "demo": Entry("demo", "See all of it once: writes demo-output/."),
    },
    "Paint programs": {
        "install": Entry("install", "Put the plugin into a paint program: gimp or krita."),
        "uninstall": Entry("install", "Take it out again."),
    },
    "Look after": {
        "models": Entry("models", "List, show, add and remove models."),
        "history": Entry("history", "List, show, save and repeat what was painted."),
        "doctor": Entry("doctor", "Check this installation, with a cure for each trouble."),
    },
    "Daemon": {
        "serve": Entry("daemon", "Run the daemon here (commands and plugins start it as needed)."),
        "status": Entry("daemon", "Show the daemon, its devices and its queue."),
        "stop": Entry("daemon", "Stop the daemon."),
        "release": Entry("daemon", "Make idle models give their memory back."),
    },
}


class Commands(click.Group):
    """Loads a command when it is used, and lists all under headings without loading any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for entries in COMMANDS.values() for name in entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entries in COMMANDS.values():
            if cmd_name in entries:
                module = importlib.import_module(f"core_server.cli.{entries[cmd_name].module}")
                command: click.Command = getattr(module, cmd_name)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, entries in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.help) for name, entry in entries.items()])


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(package_name="impasto", prog_name="impasto")
def impasto() -> None:
    """Impasto paints on your own machine: in GIMP, Krita, Blender, and here.

    \b
    impasto generate "a red heart" -n 4
    impasto inpaint photo.png mask.png "brick wall"
    impasto inpaint photo.png mask.png --intent remove
    """
    with contextlib.suppress(OSError):  # `doctor` says why it cannot be written
        write_launcher()  # plugins start the daemon with it; a wheel cannot write it


def run(arguments: list[str]) -> int:
    """Carry out a command line; returns the exit code."""
    try:
        code = impasto.main(arguments, "impasto", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        return report(error)
    return code if isinstance(code, int) else 0
