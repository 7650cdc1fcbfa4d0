"""install, uninstall: the plugins, in every paint program of this user.

Must not ask the daemon anything: a plugin is installed by copying files.
"""

from __future__ import annotations

from pathlib import Path

import click

from core_server.cli.failure import FAILED, Hint, say
from core_server.hosts import krita
from core_server.hosts.krita import Outcome, Place
from core_server.version import VERSION

HOSTS = ("krita",)
MANAGER = "Settings ▸ Configure Krita ▸ Python Plugin Manager"
FOLDER_HINT = "the folder that Krita opens with Settings ▸ Manage Resources ▸ Open Resource Folder"


class NotFoundHere(Hint):
    """The paint program is not on this machine, as far as can be seen."""

    exit_code = FAILED


host_argument = click.argument("host", type=click.Choice(HOSTS))
folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Krita's resource folder. [default: that of every Krita found]",
)


@click.command()
@host_argument
@folder_option
def install(host: str, folder: Path | None) -> None:
    """Put the plugin into a paint program: krita. Run it again after an update of Impasto.

    Finds Krita from the distribution, an AppImage, Flathub, Snap, the Microsoft Store, on Windows
    and macOS; an older copy is replaced, and the plugin is switched on in Krita's settings.
    """
    for place in _places(folder):
        _tell(krita.install(place))


@click.command()
@host_argument
@folder_option
def uninstall(host: str, folder: Path | None) -> None:
    """Take the plugin out of a paint program again: krita. Pictures and history stay."""
    from core_server.cli.console import STDOUT

    for place in _places(folder):
        was_there = krita.uninstall(place)
        what = "Removed Impasto from" if was_there else "There is no Impasto in"
        STDOUT.print(f"{place.name}: {what} {place.resources}.", soft_wrap=True)


def _places(folder: Path | None) -> list[Place]:
    """The one that was asked for, or all that are there. Raises NotFoundHere."""
    if folder is not None:
        if not folder.expanduser().is_dir():
            raise NotFoundHere(f"There is no folder {folder}.", f"--folder with {FOLDER_HINT}")
        return [krita.place_of(folder)]
    known = krita.places()
    there = [place for place in known if place.is_there()]
    if not there:
        looked = ", ".join(str(place.resources) for place in known)
        raise NotFoundHere(
            f"No Krita was found; these folders are not there: {looked}.",
            f"--folder with {FOLDER_HINT}",
        )
    return there


def _tell(outcome: Outcome) -> None:
    from core_server.cli.console import STDOUT

    place, before, enabled = outcome
    replaced = f", in place of {before.version}" if before and before.version != VERSION else ""
    STDOUT.print(
        f"{place.name}: Installed Impasto {VERSION} in {place.resources / 'pykrita'}{replaced}.",
        soft_wrap=True,
    )
    if enabled:
        STDOUT.print(
            f"It is enabled in {place.settings}. A Krita that is running needs a restart.",
            soft_wrap=True,
        )
    else:
        say(f"Enable Impasto under {MANAGER}, and restart Krita.", "yellow")
