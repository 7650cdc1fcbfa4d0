"""install, uninstall: the plugins, in every paint program of this user.

Must not ask the daemon anything: a plugin is installed by copying files, or by the program itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

import click

from core_server.cli.failure import FAILED, Hint, say
from core_server.hosts import blender, gimp, krita
from core_server.hosts.places import AnyPlace
from core_server.version import VERSION

MANAGER = "Settings ▸ Configure Krita ▸ Python Plugin Manager"


class NotFoundHere(Hint):
    """The paint program is not on this machine, as far as can be seen."""

    exit_code = FAILED


@dataclass(frozen=True)
class Program(Generic[AnyPlace]):
    """A paint program as these commands see it. install: puts the plugin into places and tells what
    came of it. folder_hint: what to say of --folder where the program was not found."""

    title: str
    known_places: Callable[[], list[AnyPlace]]
    place_of: Callable[[Path], AnyPlace]
    install: Callable[[Sequence[AnyPlace]], None]
    uninstall: Callable[[AnyPlace], bool]
    folder_hint: str

    def places(self, folder: Path | None) -> list[AnyPlace]:
        """The one that was asked for, or all that are there. Raises NotFoundHere."""
        if folder is not None:
            if not folder.expanduser().is_dir():
                raise NotFoundHere(f"There is no folder {folder}.", self.folder_hint)
            return [self.place_of(folder)]
        known = self.known_places()
        there = [place for place in known if place.is_there()]
        if not there:
            looked = ", ".join(str(place.folder) for place in known)
            sentence = f"No {self.title} was found; these folders are not there: {looked}."
            raise NotFoundHere(sentence, self.folder_hint)
        return there

    def install_in(self, folder: Path | None) -> None:
        self.install(self.places(folder))

    def uninstall_from(self, folder: Path | None) -> None:
        for place in self.places(folder):
            was_there = self.uninstall(place)
            what = "Removed Impasto from" if was_there else "There is no Impasto in"
            _tell(f"{place.name}: {what} {place.folder}.")


# ---- what came of it -------------------------------------------------------------------------


def _tell(sentence: str) -> None:
    from core_server.cli.console import STDOUT

    STDOUT.print(sentence, soft_wrap=True)


def _tell_installed(outcome: krita.Outcome | gimp.Outcome | blender.Outcome, where: Path) -> None:
    place, before = outcome.place, outcome.before
    replaced = f", in place of {before.version}" if before and before.version != VERSION else ""
    _tell(f"{place.name}: Installed Impasto {VERSION} in {where}{replaced}.")


def _install_krita(places: Sequence[krita.Place]) -> None:
    for place in places:
        outcome = krita.install(place)
        _tell_installed(outcome, place.folder / "pykrita")
        if outcome.enabled:
            _tell(f"It is enabled in {place.settings}. A Krita that is running needs a restart.")
        else:
            say(f"Enable Impasto under {MANAGER}, and restart Krita.", "yellow")


def _install_gimp(places: Sequence[gimp.Place]) -> None:
    for place in places:
        outcome = gimp.install(place)
        plugin = place.folder / gimp.PLUGIN
        _tell_installed(outcome, plugin)
        if place.has_python() is False:
            say(f"This GIMP came without Python. Try: {place.python_cure()}.", "yellow")
        if outcome.foreign is None:
            table = plugin / "GIMPFU.md"
            _tell(f"Plug-ins of your own can import gimpfu now; what it covers is in {table}.")
        else:
            say(
                f"For plug-ins of your own to import gimpfu, add {plugin} to PYTHONPATH in "
                f"{outcome.foreign}: GIMP takes it from one file only.",
                "yellow",
            )
    _tell(
        "A GIMP that is running needs a restart. Then look under Filters ▸ Impasto, and open the "
        "panel with Windows ▸ Impasto."
    )


def _install_blender(places: Sequence[blender.Place]) -> None:
    for place in places:
        if place.succeeds:
            say(f"{place.name}: Start it once, so that it can take over your settings.", "yellow")
            continue
        outcome = blender.install(place)
        if outcome.refused:
            say(f"Blender did not install it itself ({outcome.refused}).", "yellow")
        _tell_installed(outcome, place.package)
        if outcome.enabled:
            _tell("It is switched on.")
        else:
            say(f"Switch it on in Blender: {blender.SWITCH}.", "yellow")
    _tell(
        "A Blender that is running needs a restart. Then press N in the 3D Viewport or the Image "
        "Editor, and choose the tab Impasto."
    )


KRITA = Program(
    "Krita", krita.known_places, krita.place_of, _install_krita, krita.uninstall,
    "--folder with the folder that Krita opens with Settings ▸ Manage Resources ▸ Open Resource "
    "Folder",
)  # fmt: skip
GIMP = Program(
    "GIMP 3", gimp.known_places, gimp.place_of, _install_gimp, gimp.uninstall,
    "starting GIMP 3 once, or --folder with the folder that Edit ▸ Preferences ▸ Folders ▸ "
    "Plug-ins shows",
)  # fmt: skip
BLENDER = Program(
    "Blender 4.2 or newer", blender.known_places, blender.place_of, _install_blender,
    blender.uninstall,
    "putting blender on PATH, starting it once, or --folder with the folder of its version "
    "(~/.config/blender/4.2 on Linux)",
)  # fmt: skip
PROGRAMS: Mapping[
    str, Program[krita.Place] | Program[gimp.Place] | Program[blender.Place]
] = {"blender": BLENDER, "gimp": GIMP, "krita": KRITA}  # fmt: skip


# ---- the commands ----------------------------------------------------------------------------

host_argument = click.argument("host", type=click.Choice(list(PROGRAMS)))
folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="GIMP's profile folder, Krita's resource folder, or that of a Blender version. "
    "[default: those of all found]",
)


@click.command()
@host_argument
@folder_option
def install(host: str, folder: Path | None) -> None:
    """Put the plugin into a paint program: blender, gimp or krita. Run it again after an update.

    Finds the program from the distribution, an AppImage, Flathub, Snap, the Microsoft Store, on
    Windows and macOS, in every version that is there; an older copy is replaced. In Krita the
    plugin is switched on, in Blender too if the program is found; with GIMP's, plug-ins of your own
    may import gimpfu again.
    """
    PROGRAMS[host].install_in(folder)


@click.command()
@host_argument
@folder_option
def uninstall(host: str, folder: Path | None) -> None:
    """Take the plugin out of a paint program again. Pictures and history stay."""
    PROGRAMS[host].uninstall_from(folder)
