"""Where a paint program keeps its plugins, as all of them see it, and putting ours there.

Knows no paint program; must not touch anything but this project's own plugin.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar

from plugins.build import About, lay_out, read_about

SYSTEM_FLATPAKS = Path("/var/lib/flatpak/app")


class Condition(NamedTuple):
    """How a copy of the plugin is. level: ok, note or trouble. words: what there is to say of it.
    cure: what to do, if not to install it again."""

    level: str = "ok"
    words: str = ""
    cure: str = ""


@dataclass(frozen=True)
class Place:
    """Where one way of installing a program keeps its things.

    folder: what the plugin goes below. signs: files or folders that are there if that program is.
    """

    PACKAGE: ClassVar[str]
    """The plugin's package, below the folder."""

    name: str
    folder: Path
    signs: tuple[Path, ...] = ()

    @property
    def package(self) -> Path:
        return self.folder / self.PACKAGE

    def is_there(self) -> bool:
        return any(path.exists() for path in (self.folder, *self.signs))

    def about(self) -> About | None:
        """The installed copy; None if there is none, or one that cannot be read."""
        return read_about(self.package)

    def condition(self) -> Condition:
        """Whether the program will load a copy that is up to date."""
        return Condition()


AnyPlace = TypeVar("AnyPlace", bound=Place)


def on_this_system(
    linux: Callable[[Path, Mapping[str, str]], list[AnyPlace]],
    windows: Callable[[Path, Mapping[str, str]], list[AnyPlace]],
    macos: Callable[[Path], list[AnyPlace]],
) -> list[AnyPlace]:
    """The places of this user, by the one of three functions that knows this system."""
    home, environment = Path.home(), os.environ
    if sys.platform == "win32":
        return windows(home, environment)
    if sys.platform == "darwin":
        return macos(home)
    return linux(home, environment)


def flatpaks(name: str, data: Path) -> tuple[Path, ...]:
    """Where a Flatpak of that name is installed, for all users or for this one."""
    return SYSTEM_FLATPAKS / name, data / "flatpak/app" / name


def windows_folders(home: Path, environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Where programs keep what moves with the user, and what stays on the machine."""
    roaming = Path(environment.get("APPDATA") or home / "AppData/Roaming")
    return roaming, Path(environment.get("LOCALAPPDATA") or home / "AppData/Local")


# ---- what is done there ----------------------------------------------------------------------


def put(host: str, folder: Path, parts: Sequence[str]) -> None:
    """Put the built plugin below a folder, which is made if need be. Raises OSError.

    parts: what it consists of, below the folder, named there as `plugins.build` names it; each
    takes the place of an older one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".impasto-") as name:
        made = {path.name: path for path in lay_out(host, Path(name))}
        for part in parts:
            target = folder / part
            _remove(target)
            if target.name in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(made[target.name], target)


def take_out(folder: Path, parts: Sequence[str]) -> bool:
    """Remove the plugin's parts; whether any was there. Raises OSError."""
    there = [folder / part for part in parts if os.path.lexists(folder / part)]
    for path in there:
        _remove(path)
    return bool(there)


def _remove(path: Path) -> None:
    """A file, a folder with all in it, or a link to one (as programmers make), if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
