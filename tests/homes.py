"""Homes of users without paint programs, and what lies in them, for tests of the installers."""

from __future__ import annotations

from pathlib import Path

import pytest

from core_server.hosts import places
from plugins import build

VARIABLES = (
    "XDG_DATA_HOME", "XDG_CONFIG_HOME", "GIMP3_DIRECTORY",
    "BLENDER_USER_RESOURCES", "BLENDER_USER_EXTENSIONS",
)  # fmt: skip


def empty_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, in which no program is: neither on PATH (`bin` beside it) nor in a folder."""
    home = folder / "hôme"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(folder / "bin"))
    monkeypatch.setattr(places, "SYSTEM_FLATPAKS", folder / "flatpaks")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(build, "with_relative_imports", written_once)
    return home


WRITTEN: dict[tuple[bytes, str], bytes] = {}
WRITE = build.with_relative_imports


def written_once(source: bytes, module: build.Module) -> bytes:
    """As `build` writes a module. Dozens of tests install the same plugin: each of its modules is
    parsed for the first of them only."""
    key = source, repr(module)
    if key not in WRITTEN:
        WRITTEN[key] = WRITE(source, module)
    return WRITTEN[key]


def everything(folder: Path) -> dict[str, bytes | None]:
    """What lies in a folder: paths, and the bytes of files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }
