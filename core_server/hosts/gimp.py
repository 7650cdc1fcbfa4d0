"""Every GIMP 3 of this user: where it keeps its plug-ins, and putting ours there.

Must not run GIMP, nor touch any of its files but this plugin's and one `.env` file of its own.
"""

from __future__ import annotations

import os
import plistlib
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from xml.parsers.expat import ExpatError

from core_server.hosts import places
from core_server.hosts.places import Condition, flatpaks, put, take_out, windows_folders
from plugins.build import About

PLUGIN, ENVIRON = "plug-ins/impasto", "environ/impasto.env"
"""What is ours, below GIMP's profile folder."""

PACKAGE = f"{PLUGIN}/impasto_gimp"
FLATPAK_ID, STORE_IDS = "org.gimp.GIMP", ("GIMP.43237F745459_*", "GIMP.GIMPPreview_*")
FIRST = "3.0"
"""The version whose folder is named where there is none."""

PROFILE_NAME = re.compile(r"3\.\d+")
PROGRAM_NAME = re.compile(r"gimp-(3\.\d+)(\.exe)?")
PYTHON_PATH = re.compile(r"^(?:\S+ )?PYTHONPATH=(.*)$", re.MULTILINE)
MARK = "# Written by `impasto install gimp`: your own plug-ins can say `from gimpfu import *`.\n"
FLATPAK_CURE = f"flatpak update {FLATPAK_ID}: Flathub's own has Python"
PYTHON_CURE = (
    "install GIMP's Python plug-ins (python3-gi, gimp-plugin-python3 or python-gobject on Linux; "
    "choose them in GIMP's installer on Windows)"
)


@dataclass(frozen=True)
class Place(places.Place):
    """folder: the profile of one version, with `plug-ins` and `environ`. prefixes: where that GIMP
    itself is installed, as far as it is known."""

    PACKAGE = PACKAGE

    prefixes: tuple[Path, ...] = ()

    def libraries(self) -> list[Path]:
        """GIMP's own folders of plug-ins and of variables for them."""
        patterns = ("lib*/gimp/3.0", "lib*/*/gimp/3.0")
        return [path for prefix in self.prefixes for way in patterns for path in prefix.glob(way)]

    def has_python(self) -> bool | None:
        """Whether GIMP came with what runs Python plug-ins; None where that cannot be told."""
        found = self.libraries()
        return any((path / "plug-ins/python-eval").exists() for path in found) if found else None

    def python_cure(self) -> str:
        """What to do where GIMP came without Python."""
        is_flatpak = any(FLATPAK_ID in prefix.parts for prefix in self.prefixes)
        return FLATPAK_CURE if is_flatpak else PYTHON_CURE

    def condition(self) -> Condition:
        if self.has_python() is False:
            return Condition("trouble", "but this GIMP came without Python", self.python_cure())
        if sys.platform != "win32" and not os.access(self.folder / PLUGIN / "impasto.py", os.X_OK):
            return Condition("trouble", "but its impasto.py is not executable")
        foreign = other_python_path(self)
        if foreign is not None and not self.is_named_in(foreign):
            words = f"but {foreign} keeps your own plug-ins from importing gimpfu"
            return Condition("note", words, f"add {self.folder / PLUGIN} to its PYTHONPATH")
        return Condition()

    def is_named_in(self, variables: Path) -> bool:
        """Whether a file of variables leads plug-ins to ours, too."""
        return str(self.folder / PLUGIN) in _python_path(variables)


# ---- where -----------------------------------------------------------------------------------


def known_places() -> list[Place]:
    """Every profile that a GIMP 3 of this user has or would make; where there is none, the folder
    that GIMP 3.0 would make."""
    moved = os.environ.get("GIMP3_DIRECTORY")
    if moved:
        return [Place("GIMP", Path.home() / moved)]
    return places.on_this_system(linux_places, windows_places, macos_places)


def linux_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From the distribution or an AppImage (they share it), from Flathub, from the Snap store.

    Flathub's GIMP may use the distribution's folder, and does where it has none of its own.
    """
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "GIMP"
    sandbox, snap = home / ".var/app" / FLATPAK_ID / "config/GIMP", home / "snap/gimp/current"
    folders = [Path(folder) for folder in environment.get("PATH", "").split(os.pathsep) if folder]
    apps = [app / "current/active/files/bin" for app in flatpaks(FLATPAK_ID, data)]
    snaps = [Path("/snap/gimp/current/usr/bin"), Path("/snap/gimp/current/bin")]
    return _found(
        Kind("GIMP", config, _installed(folders)),
        Kind("GIMP (Flatpak)", _own(sandbox, config), _installed(apps)),
        Kind("GIMP (Snap)", snap / ".config/GIMP", _installed(snaps)),
    )


def windows_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From gimp.org, for all or for this user; and from the Microsoft Store, which has its own."""
    roaming, local = windows_folders(home, environment)
    program_files = Path(environment.get("PROGRAMFILES") or "C:/Program Files")
    installed = [program_files / "GIMP 3/bin", local / "Programs/GIMP 3/bin"]
    packages = [path for name in STORE_IDS for path in sorted((local / "Packages").glob(name))]
    shop = [package / "LocalCache/Roaming/GIMP" for package in packages]
    return _found(
        Kind("GIMP", roaming / "GIMP", _installed(installed)),
        *(Kind("GIMP (Microsoft Store)", root, {}) for root in shop),
    )


def macos_places(home: Path) -> list[Place]:
    applications = [Path("/Applications"), home / "Applications"]
    bundles = [path for folder in applications for path in sorted(folder.glob("GIMP*.app"))]
    installed = {
        version: path / "Contents/Resources" for path in bundles for version in _bundled(path)
    }
    return _found(Kind("GIMP", home / "Library/Application Support/GIMP", installed))


def place_of(folder: Path) -> Place:
    """The place whose profile this is; one that GIMP would make alike if none is known."""
    folder = folder.expanduser().absolute()
    folder = folder.parent if folder.name == "plug-ins" else folder
    return next(
        (place for place in known_places() if place.folder == folder), Place("GIMP", folder)
    )


def _own(sandbox: Path, shared: Path) -> Path:
    return sandbox if sandbox.is_dir() and sandbox.resolve() != shared.resolve() else shared


class Kind(NamedTuple):
    """One way of installing GIMP. root: the folder of its versions' profiles. installed: the prefix
    of each version that is known to be here."""

    name: str
    root: Path
    installed: Mapping[str, Path]


def _installed(binaries: Iterable[Path]) -> dict[str, Path]:
    programs = [path for folder in binaries for path in sorted(folder.glob("gimp-3.*"))]
    found = ((PROGRAM_NAME.fullmatch(path.name), path) for path in reversed(programs))
    return {match[1]: path.resolve().parents[1] for match, path in found if match}


def _found(*kinds: Kind) -> list[Place]:
    """Of the versions that were started once, and of those whose programs are here; one place for
    ways that share a folder. Where none is: the folders that would be made."""
    found: dict[Path, Place] = {}
    for name, root, installed in kinds:
        started = {path.name for path in root.glob("3.*") if PROFILE_NAME.fullmatch(path.name)}
        for version in sorted(started | installed.keys(), key=lambda version: int(version[2:])):
            prefixes = (installed[version],) if version in installed else ()
            label = name.replace("GIMP", f"GIMP {version}", 1)
            place = found.setdefault(root / version, Place(label, root / version))
            found[root / version] = replace(
                place, signs=place.signs + prefixes, prefixes=place.prefixes + prefixes
            )
    return list(found.values()) or [Place(kind.name, kind.root / FIRST) for kind in kinds]


def _bundled(bundle: Path) -> list[str]:
    """The version of a macOS application, as in `3.0`, if it is a GIMP 3."""
    try:
        facts = plistlib.loads((bundle / "Contents/Info.plist").read_bytes())
        found = re.match(r"3\.\d+", str(facts["CFBundleShortVersionString"]))
    except (OSError, ValueError, KeyError, TypeError, ExpatError):
        return []
    return [found[0]] if found else []


# ---- what is done there ----------------------------------------------------------------------


class Outcome(NamedTuple):
    """before: the copy that was replaced. foreign: the file of variables, not ours, that keeps
    `import gimpfu` from working in the artist's own plug-ins; None if it works."""

    place: Place
    before: About | None
    foreign: Path | None


def install(place: Place) -> Outcome:
    """Put the plugin there, in place of an older copy, for GIMP's next start. Raises OSError."""
    before = place.about()
    put("gimp", place.folder, [PLUGIN])
    foreign = other_python_path(place)
    own = place.folder / ENVIRON
    if foreign is None:
        own.parent.mkdir(exist_ok=True)
        own.write_text(variables(), "utf-8", newline="\n")
    elif _is_ours(own):
        own.unlink()  # of two files that set one variable, GIMP takes either
    in_the_way = foreign is not None and not place.is_named_in(foreign)
    return Outcome(place, before, foreign if in_the_way else None)


def uninstall(place: Place) -> bool:
    """Take the plugin away; whether any of it was there. Raises OSError."""
    own = [ENVIRON] if _is_ours(place.folder / ENVIRON) else []
    return take_out(place.folder, [PLUGIN, *own])


def variables() -> str:
    """The `.env` file: it goes before the PYTHONPATH that GIMP was started with."""
    return f"{MARK}{os.pathsep} PYTHONPATH=${{gimp_dir}}/{PLUGIN}\n"


def other_python_path(place: Place) -> Path | None:
    """A file of variables, not ours, that sets PYTHONPATH for plug-ins: GIMP does not merge them.
    One that would only be overwritten counts too."""
    folders = [place.folder, *place.libraries()]
    found = [path for folder in folders for path in sorted((folder / "environ").glob("*.env"))]
    own = place.folder / ENVIRON
    for path in found:
        if not _is_ours(path) and (path == own or _python_path(path)):
            return path
    return None


def _is_ours(path: Path) -> bool:
    return _text(path).startswith(MARK)


def _python_path(path: Path) -> str:
    """What the file sets it to; the first counts."""
    found = PYTHON_PATH.search(_text(path))
    return found[1].strip() if found else ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
