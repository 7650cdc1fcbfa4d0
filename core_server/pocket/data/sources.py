"""The pinned open packages that pocket's pictures and words come from, with licence and checksum.

It must never name a registry host: packages are fetched by name through the ordinary npm client.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One package: what it is called, who made it, on what terms, and the bytes we expect."""

    package: str
    version: str
    licence: str
    attribution: str
    sha256: str

    @property
    def archive_name(self) -> str:
        """File name that `npm pack` gives this package."""
        return f"{self.package.lstrip('@').replace('/', '-')}-{self.version}.tgz"


FLUENT_3D = Source(
    package="@lobehub/fluent-emoji-3d",
    version="1.1.0",
    licence="MIT",
    attribution="Fluent Emoji, copyright Microsoft Corporation; packaged by LobeHub",
    sha256="c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
)
NOTO = Source(
    package="@iconify-json/noto",
    version="1.2.9",
    licence="Apache-2.0",
    attribution="Noto Emoji, copyright Google LLC; packaged by Iconify",
    sha256="3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
)
EMOJIBASE = Source(
    package="emojibase-data",
    version="17.0.0",
    licence="MIT",
    attribution="Emojibase, copyright Miles Johnson; labels and tags from Unicode CLDR",
    sha256="d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
)
SOURCES: tuple[Source, ...] = (FLUENT_3D, NOTO, EMOJIBASE)


def cache_folder() -> Path:
    """Folder for archives and the finished data set; `IMPASTO_POCKET_CACHE` moves it."""
    chosen = os.environ.get("IMPASTO_POCKET_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "impasto-pocket"


def fetch(source: Source, folder: Path) -> Path:
    """Return the checked archive of `source` in `folder`, packing it with npm when absent.

    Raises RuntimeError when npm is missing or fails, ValueError when the bytes are not the pinned
    ones.
    """
    archive = folder / source.archive_name
    if not archive.exists():
        _pack(source, folder)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != source.sha256:
        raise ValueError(
            f"{archive} is not the pinned {source.package} {source.version}; delete it and retry."
        )
    return archive


def read_members(archive: Path, prefix: str) -> dict[str, bytes]:
    """Contents of every file in `archive` whose name inside `package/` starts with `prefix`.

    Keys are names without the leading `package/`. Nothing is written to disk.
    """
    contents: dict[str, bytes] = {}
    with tarfile.open(archive, "r:gz") as opened:
        for member in opened:
            name = member.name.removeprefix("package/")
            stream = opened.extractfile(member) if name.startswith(prefix) else None
            if stream is not None:
                contents[name] = stream.read()
    return contents


def _pack(source: Source, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"Building pocket's data needs npm to fetch {source.package}; install Node.js."
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = f"{source.package}@{source.version}"
    finished = subprocess.run(
        [npm, "pack", target, "--pack-destination", str(folder), "--silent"],
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"npm could not fetch {target}: {finished.stderr.strip()}")
