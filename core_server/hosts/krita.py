"""Every Krita of this user: where it keeps its plugins, and putting ours there.

Must not run Krita, nor touch any of its files but this plugin's and one line of its settings.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from core_server.hosts import kritarc, places
from core_server.hosts.places import Condition, flatpaks, put, take_out, windows_folders
from plugins.build import About

OURS = ("pykrita/impasto", "pykrita/impasto.desktop", "actions/impasto.action")
"""What the plugin consists of, below Krita's resource folder."""

FLATPAK_ID = "org.kde.krita"


@dataclass(frozen=True)
class Place(places.Place):
    """folder: of Krita's resources, with `pykrita` and `actions`. settings: its kritarc, if it is
    known."""

    PACKAGE = OURS[0]

    settings: Path | None = None

    def is_there(self) -> bool:
        return super().is_there() or (self.settings is not None and self.settings.exists())

    def is_enabled(self) -> bool | None:
        """Whether Krita loads the plugin; None where its settings are not known."""
        return kritarc.is_enabled(kritarc.read(self.settings)) if self.settings else None

    def condition(self) -> Condition:
        match self.is_enabled():
            case True:
                return Condition("ok", "enabled")
            case False:
                return Condition("note", "not enabled")
        return Condition()


# ---- where -----------------------------------------------------------------------------------


def known_places() -> list[Place]:
    """Every place where a Krita of this user may be, whether it is there or not."""
    known = places.on_this_system(linux_places, windows_places, macos_places)
    return [_as_moved(place) for place in known]


def linux_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From the distribution or an AppImage (they share it), from Flathub, from the Snap store."""
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    program = shutil.which("krita", path=environment.get("PATH", ""))
    flatpak, snap = home / ".var/app" / FLATPAK_ID, home / "snap/krita/current"
    return [
        Place("Krita", data / "krita", (Path(program),) if program else (), config / "kritarc"),
        Place(
            "Krita (Flatpak)", flatpak / "data/krita", (flatpak, *flatpaks(FLATPAK_ID, data)),
            flatpak / "config/kritarc",
        ),
        Place("Krita (Snap)", snap / ".local/share/krita", (snap,), snap / ".config/kritarc"),
    ]  # fmt: skip


def windows_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From krita.org, Steam and the like; and from the Microsoft Store, which has its own."""
    roaming, local = windows_folders(home, environment)
    program = Path(environment.get("PROGRAMFILES") or "C:/Program Files") / "Krita (x64)"
    return [
        Place("Krita", roaming / "krita", (program,), local / "kritarc"),
        *(
            Place(
                "Krita (Microsoft Store)", package / "LocalCache/Roaming/krita", (package,),
                package / "LocalCache/Local/kritarc",
            )
            for package in sorted((local / "Packages").glob("49800Krita_*"))
        ),
    ]  # fmt: skip


def macos_places(home: Path) -> list[Place]:
    library = home / "Library"
    return [
        Place(
            "Krita", library / "Application Support/krita",
            (Path("/Applications/krita.app"), home / "Applications/krita.app"),
            library / "Preferences/kritarc",
        )
    ]  # fmt: skip


def place_of(folder: Path) -> Place:
    """The place whose resource folder this is; one that Krita would make alike if none is known."""
    folder = folder.expanduser().absolute()
    folder = folder.parent if folder.name == "pykrita" else folder
    for place in known_places():
        if place.folder == folder:
            return place
    ends = {(".local", "share", "krita"): ".config/kritarc", ("data", "krita"): "config/kritarc"}
    for end, settings in ends.items():
        if folder.parts[-len(end) :] == end:
            return Place("Krita", folder, settings=folder.parents[len(end) - 1] / settings)
    return Place("Krita", folder)


def _as_moved(place: Place) -> Place:
    """The place with the resource folder that its settings name, where Krita would use that."""
    moved = kritarc.resource_folder(kritarc.read(place.settings)) if place.settings else None
    if moved is None or (moved.exists() and not os.access(moved, os.W_OK)):
        return place
    return replace(place, folder=moved)


# ---- what is done there ----------------------------------------------------------------------


class Outcome(NamedTuple):
    """before: the copy that was replaced. enabled: whether Krita will load the new one; None where
    its settings are not known."""

    place: Place
    before: About | None
    enabled: bool | None


def install(place: Place) -> Outcome:
    """Put the plugin there, in place of an older copy, and switch it on. Raises OSError.

    Krita may be running: what it writes when it ends it merges with what the file holds then
    (seen with 5.1.5), so the switch stays on, for its next start.
    """
    before = place.about()
    put("krita", place.folder, OURS)
    if place.settings is not None and not place.is_enabled():
        kritarc.write(place.settings, kritarc.enable(kritarc.read(place.settings)))
    return Outcome(place, before, place.is_enabled())


def uninstall(place: Place) -> bool:
    """Take the plugin away; whether any of it was there. Raises OSError."""
    was_there = take_out(place.folder, OURS)
    if place.settings is not None:
        text = kritarc.read(place.settings)
        if kritarc.forget(text) != text:
            kritarc.write(place.settings, kritarc.forget(text))
    return was_there
