"""Every Krita of this user: where it keeps its plugins, and putting ours there.

Must not run Krita, nor touch any of its files but this plugin's and one line of its settings.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from core_server.hosts import kritarc
from plugins.build import About, lay_out, read_about

OURS = ("pykrita/impasto", "pykrita/impasto.desktop", "actions/impasto.action")
"""What the plugin consists of, below Krita's resource folder."""

FLATPAK_ID = "org.kde.krita"
SYSTEM_FLATPAKS = Path("/var/lib/flatpak/app")


class Place(NamedTuple):
    """Where one way of installing Krita keeps its things.

    resources: the folder of `pykrita` and `actions`. settings: its kritarc, if it is known.
    signs: files or folders that are there if that Krita is.
    """

    name: str
    resources: Path
    settings: Path | None
    signs: tuple[Path, ...] = ()

    @property
    def package(self) -> Path:
        return self.resources / OURS[0]

    def is_there(self) -> bool:
        known = (self.resources, *self.signs, *([self.settings] if self.settings else []))
        return any(path.exists() for path in known)

    def about(self) -> About | None:
        """The installed copy; None if there is none, or one that cannot be read."""
        return read_about(self.package)

    def is_enabled(self) -> bool | None:
        """Whether Krita loads the plugin; None where its settings are not known."""
        return kritarc.is_enabled(kritarc.read(self.settings)) if self.settings else None


# ---- where -----------------------------------------------------------------------------------


def places() -> list[Place]:
    """Every place where a Krita of this user may be, whether it is there or not."""
    home, environment = Path.home(), os.environ
    if sys.platform == "win32":
        known = windows_places(home, environment)
    elif sys.platform == "darwin":
        known = macos_places(home)
    else:
        known = linux_places(home, environment)
    return [_as_moved(place) for place in known]


def linux_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From the distribution or an AppImage (they share it), from Flathub, from the Snap store."""
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    program = shutil.which("krita", path=environment.get("PATH", ""))
    flatpak, snap = home / ".var/app" / FLATPAK_ID, home / "snap/krita/current"
    return [
        Place("Krita", data / "krita", config / "kritarc", (Path(program),) if program else ()),
        Place(
            "Krita (Flatpak)", flatpak / "data/krita", flatpak / "config/kritarc",
            (flatpak, SYSTEM_FLATPAKS / FLATPAK_ID, data / "flatpak/app" / FLATPAK_ID),
        ),
        Place("Krita (Snap)", snap / ".local/share/krita", snap / ".config/kritarc", (snap,)),
    ]  # fmt: skip


def windows_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From krita.org, Steam and the like; and from the Microsoft Store, which has its own."""
    roaming = Path(environment.get("APPDATA") or home / "AppData/Roaming")
    local = Path(environment.get("LOCALAPPDATA") or home / "AppData/Local")
    program = Path(environment.get("PROGRAMFILES") or "C:/Program Files") / "Krita (x64)"
    return [
        Place("Krita", roaming / "krita", local / "kritarc", (program,)),
        *(
            Place(
                "Krita (Microsoft Store)", package / "LocalCache/Roaming/krita",
                package / "LocalCache/Local/kritarc", (package,),
            )
            for package in sorted((local / "Packages").glob("49800Krita_*"))
        ),
    ]  # fmt: skip


def macos_places(home: Path) -> list[Place]:
    library = home / "Library"
    return [
        Place(
            "Krita", library / "Application Support/krita", library / "Preferences/kritarc",
            (Path("/Applications/krita.app"), home / "Applications/krita.app"),
        )
    ]  # fmt: skip


def place_of(folder: Path) -> Place:
    """The place whose resource folder this is; one that Krita would make alike if none is known."""
    folder = folder.expanduser().absolute()
    folder = folder.parent if folder.name == "pykrita" else folder
    for place in places():
        if place.resources == folder:
            return place
    ends = {(".local", "share", "krita"): ".config/kritarc", ("data", "krita"): "config/kritarc"}
    for end, settings in ends.items():
        if folder.parts[-len(end) :] == end:
            return Place("Krita", folder, folder.parents[len(end) - 1] / settings)
    return Place("Krita", folder, None)


def _as_moved(place: Place) -> Place:
    """The place with the resource folder that its settings name, where Krita would use that."""
    moved = kritarc.resource_folder(kritarc.read(place.settings)) if place.settings else None
    if moved is None or (moved.exists() and not os.access(moved, os.W_OK)):
        return place
    return place._replace(resources=moved)


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
    place.resources.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.resources, prefix=".impasto-") as name:
        made = {path.name: path for path in lay_out("krita", Path(name))}
        for ours in OURS:
            target = place.resources / ours
            _remove(target)
            if target.name in made:
                target.parent.mkdir(exist_ok=True)
                os.replace(made[target.name], target)
    if place.settings is not None and not place.is_enabled():
        kritarc.write(place.settings, kritarc.enable(kritarc.read(place.settings)))
    return Outcome(place, before, place.is_enabled())


def uninstall(place: Place) -> bool:
    """Take the plugin away; whether any of it was there. Raises OSError."""
    there = [place.resources / ours for ours in OURS if os.path.lexists(place.resources / ours)]
    for path in there:
        _remove(path)
    if place.settings is not None:
        text = kritarc.read(place.settings)
        if kritarc.forget(text) != text:
            kritarc.write(place.settings, kritarc.forget(text))
    return bool(there)


def _remove(path: Path) -> None:
    """A file, a folder with all in it, or a link to one (as programmers make), if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
