"""Every Blender of this user from 4.2 on: where it keeps its extensions, and putting ours there.

Must not touch any of its files but this extension's. Blender itself is run where it can be found,
because only it can switch an extension on; never with a window.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from core_server.hosts import places
from core_server.hosts.places import Condition, put, take_out, windows_folders
from core_server.version import VERSION
from plugins.build import About, build
from protocol import connection

FLATPAK_ID, STORE_IDS = "org.blender.Blender", "BlenderFoundation.Blender*"
FIRST = "4.2"
"""The first version with extensions; its folder is named where there is none."""

REPOSITORY = "user_default"
MODULE = f"bl_ext.{REPOSITORY}.impasto"
"""What the extension is called in Blender's Python, and in its settings."""

SWITCH = "Edit ▸ Preferences ▸ Add-ons, Impasto"
RUN_S = 120
VERSION_NAME = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True)
class Place(places.Place):
    """folder: of one version's extensions. settings: its userpref.blend. program: the Blender that
    uses them, as far as it is known. succeeds: whether it was never started, but an older one was:
    at its first start Blender offers to take over settings, but not once it has any."""

    PACKAGE = f"{REPOSITORY}/impasto"

    settings: Path | None = None
    program: Path | None = None
    succeeds: bool = False

    def is_there(self) -> bool:
        return super().is_there() or self.was_started()

    def was_started(self) -> bool:
        return self.settings is not None and self.settings.parents[1].is_dir()

    def is_enabled(self) -> bool | None:
        """Whether Blender loads the extension at its start; None where that cannot be told."""
        if self.settings is None:
            return None
        try:
            # The names of what is switched on lie there as they are; the file is never compressed.
            return MODULE.encode() in self.settings.read_bytes()
        except OSError:
            return False

    def condition(self) -> Condition:
        match self.is_enabled():
            case True:
                return Condition("ok", "enabled")
            case False:
                return Condition("note", "not enabled", f"tick it in Blender: {SWITCH}")
        return Condition()


# ---- where -----------------------------------------------------------------------------------


def known_places() -> list[Place]:
    """One for every version that this user has; where there is none, those that Blender 4.2 would
    have made."""
    known = places.on_this_system(linux_places, windows_places, macos_places)
    return _as_moved(known, os.environ)


def linux_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From blender.org, the distribution, Steam or the Snap store (they share it), from Flathub."""
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    found = shutil.which("blender", path=environment.get("PATH", ""))
    steam = [home / ".steam/steam", data / "Steam"]
    exports = [data / "flatpak/exports/bin", places.SYSTEM_FLATPAKS.parent / "exports/bin"]
    return _found(
        Kind(
            "Blender", config / "blender",
            [*([Path(found)] if found else []), *(path / STEAM / "blender" for path in steam)],
        ),
        Kind(
            "Blender (Flatpak)", home / ".var/app" / FLATPAK_ID / "config/blender",
            [path / FLATPAK_ID for path in exports],
        ),
    )  # fmt: skip


def windows_places(home: Path, environment: Mapping[str, str]) -> list[Place]:
    """From blender.org or Steam; and from the Microsoft Store, which has its own."""
    roaming, local = windows_folders(home, environment)
    own = Path("Blender Foundation/Blender")
    program_files = Path(environment.get("PROGRAMFILES") or "C:/Program Files")
    steam = Path(environment.get("PROGRAMFILES(X86)") or "C:/Program Files (x86)") / "Steam"
    found = shutil.which("blender", path=environment.get("PATH", ""))
    installed = sorted((program_files / own.parent).glob("Blender*/blender.exe"), reverse=True)
    packages = sorted((local / "Packages").glob(STORE_IDS))
    return _found(
        Kind(
            "Blender", roaming / own,
            [*([Path(found)] if found else []), *installed, steam / STEAM / "blender.exe"],
        ),
        *(
            Kind("Blender (Microsoft Store)", package / "LocalCache/Roaming" / own, [])
            for package in packages
        ),
    )  # fmt: skip


def macos_places(home: Path) -> list[Place]:
    applications = [Path("/Applications"), home / "Applications"]
    found = [path for folder in applications for path in sorted(folder.glob("Blender*.app"))]
    programs = [path / "Contents/MacOS/Blender" for path in found]
    return _found(Kind("Blender", home / "Library/Application Support/Blender", programs))


def place_of(folder: Path) -> Place:
    """The place that this folder is of: a version's, of its extensions, or of a repository."""
    folder = folder.expanduser().absolute()
    folder = folder.parent if folder.name == REPOSITORY else folder
    profile = folder.parent if folder.name == "extensions" else folder
    is_profile = folder.name == "extensions" or bool(_number(folder.name))
    extensions = profile / "extensions" if is_profile else folder
    for place in known_places():
        if place.folder == extensions:
            return place
    settings = profile / "config/userpref.blend" if is_profile else None
    return Place("Blender", extensions, settings=settings)


STEAM = Path("steamapps/common/Blender")


class Kind(NamedTuple):
    """One way of installing Blender. root: the folder of its versions. programs: where Blenders may
    be that use it, the preferred first."""

    name: str
    root: Path
    programs: Iterable[Path]


def _found(*kinds: Kind) -> list[Place]:
    """Of the versions that were started once, and of those whose programs are here. Where none is:
    the folders that would be made."""
    found: dict[Path, Place] = {}
    for name, root, programs in kinds:
        for path in root.glob("*"):
            if _number(path.name):
                found[path] = _place(name, path)
        for program in programs:
            version = version_of(program) if program.exists() else ""
            portable = program.resolve().parent / "portable"
            profile = portable if portable.is_dir() else root / version
            if _number(version):
                place = found.get(profile) or _place(name, profile, version)
                found[profile] = replace(place, signs=(program,), program=place.program or program)
    started = {path.parent for path, place in found.items() if place.was_started()}
    known = [
        replace(found[path], succeeds=path.parent in started and not found[path].was_started())
        for path in sorted(found, key=lambda path: (path.parent, _number(path.name)))
    ]
    return known or [_place(kind.name, kind.root / FIRST) for kind in kinds]


def _place(name: str, profile: Path, version: str = "") -> Place:
    label = name.replace("Blender", f"Blender {version or profile.name}", 1)
    return Place(label, profile / "extensions", settings=profile / "config/userpref.blend")


def _number(version: str) -> tuple[int, ...]:
    """(4, 3) of a version that knows extensions; nothing for all else."""
    match = VERSION_NAME.fullmatch(version)
    number = tuple(map(int, match.groups())) if match else ()
    return number if number >= (4, 2) else ()


@cache
def version_of(program: Path) -> str:
    """As in `4.3`; "" if it does not say. Blender's own builds have a folder of that name beside
    the program, or, on macOS, among its resources; others are asked."""
    beside = program.resolve().parent
    for folder in (beside, beside.parent / "Resources"):
        versions = [path.name for path in folder.glob("*.*") if _number(path.name)]
        if len(versions) == 1:
            return versions[0]
    try:
        said = _run(program, "--version").stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    match = re.search(r"^Blender (\d+\.\d+)", said, re.MULTILINE)
    return match[1] if match else ""


def _as_moved(known: list[Place], environment: Mapping[str, str]) -> list[Place]:
    """The places with the folders that Blender's own variables name, which all versions share."""
    resources = environment.get("BLENDER_USER_RESOURCES")
    extensions = environment.get("BLENDER_USER_EXTENSIONS")
    if not resources and not extensions:
        return known
    moved: dict[Path, Place] = {}
    for place in reversed(known):  # of those that are one now, the newest is kept
        profile = Path(resources) if resources else place.folder.parent
        folder = Path(extensions) if extensions else profile / "extensions"
        settings = profile / "config/userpref.blend"
        moved.setdefault(folder, replace(place, folder=folder, settings=settings))
    return list(moved.values())


# ---- what is done there ----------------------------------------------------------------------


class Outcome(NamedTuple):
    """before: the copy that was replaced. enabled: whether Blender will load the new one; None
    where its settings are not known. refused: what Blender said when it could not do it itself, ""
    when it could or was not asked."""

    place: Place
    before: About | None
    enabled: bool | None
    refused: str


def install(place: Place) -> Outcome:
    """Put the extension there, in place of an older copy: by Blender itself, which also switches it
    on; where it is not found, or refuses, by laying the files out. Nothing is done to a version
    that succeeds another. Raises OSError."""
    if place.succeeds:
        return Outcome(place, None, None, "")
    before, refused = place.about(), ""
    if place.program is not None:
        refused = _install_by(place)
    if place.program is None or refused:
        put("blender", place.folder, [place.PACKAGE])
    return Outcome(place, before, place.is_enabled(), refused)


def _install_by(place: Place) -> str:
    """Have Blender install the zip, as Install from Disk does; why not, if it did not."""
    home = connection.home()  # which a Blender in a sandbox can read, unlike /tmp
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=home, prefix="blender-") as name:
        archive = build("blender", Path(name))
        options = ["-r", REPOSITORY, "--enable"]
        refused = _command(place, "install-file", *options, str(archive))
    about = place.about()
    if not refused and (about is None or about.version != VERSION):
        return f"it put it elsewhere than in {place.package}"
    return refused


def uninstall(place: Place) -> bool:
    """Take the extension away, by Blender itself if possible, which also switches it off; whether
    any of it was there. Raises OSError."""
    was_there = place.package.exists()
    if was_there and place.program is not None:
        _command(place, "remove", f"{REPOSITORY}.impasto")
    return take_out(place.folder, [place.PACKAGE]) or was_there


def _command(place: Place, *arguments: str) -> str:
    """Run one of Blender's commands for extensions; its last words if that failed, else ""."""
    assert place.program is not None
    try:
        done = _run(place.program, "--command", "extension", *arguments)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return said[-1].strip() if said else f"exit code {done.returncode}"


def _run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Raises OSError, SubprocessError."""
    hidden = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
    return subprocess.run(
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=RUN_S,
        creationflags=hidden,
    )
