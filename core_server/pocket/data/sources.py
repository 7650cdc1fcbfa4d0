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


def _icons(name: str, version: str, licence: str, attribution: str, sha256: str) -> Source:
    return Source(
        f"@iconify-json/{name}", version, licence, f"{attribution}; packaged by Iconify", sha256
    )


FLUENT_GRADIENT = _icons(
    "fluent-emoji", "1.2.7", "MIT", "Fluent Emoji, copyright Microsoft Corporation",
    "8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
)  # fmt: skip
FLUENT_FLAT = _icons(
    "fluent-emoji-flat", "1.2.6", "MIT", "Fluent Emoji, copyright Microsoft Corporation",
    "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
)  # fmt: skip
FLUENT_LINE = _icons(
    "fluent-emoji-high-contrast", "1.2.6", "MIT", "Fluent Emoji, copyright Microsoft Corporation",
    "0b92d48c90d2200bd499e3cdd09a127ca6a8c8ddefd34c35eb5a1e4994012ae0",
)  # fmt: skip
TWEMOJI = _icons(
    "twemoji", "1.2.5", "CC-BY-4.0", "Twemoji, copyright Twitter, Inc and other contributors",
    "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
)  # fmt: skip
NOTO_BLOB = _icons(
    "noto-v1", "1.2.5", "Apache-2.0", "Noto Emoji (blobs), copyright Google LLC",
    "2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
)  # fmt: skip
EMOJIONE = _icons(
    "emojione", "1.2.3", "CC-BY-4.0", "EmojiOne 2.3 / EmojiTwo, by Ranks.com and contributors",
    "26a14f44284407e8bcde91799388dca2bfd91dbcd55a97f425524a1c5b73610e",
)  # fmt: skip
STREAMLINE_EMOJI = _icons(
    "streamline-emojis", "1.2.4", "CC-BY-4.0", "Streamline Emojis, by Streamline",
    "5dac87c876b322500989828c5823143e0100d78881627a2e4081a4b897cbfdbc",
)  # fmt: skip
KAMELEON = _icons(
    "streamline-kameleon-color", "1.2.2", "CC-BY-4.0", "Kameleon Color, by Streamline",
    "5f972d986afb340d8a45d7a16e767f99f91fdd94db53e46a78c79847212aed7b",
)  # fmt: skip
ULTIMATE = _icons(
    "streamline-ultimate-color", "1.2.2", "CC-BY-4.0", "Ultimate Color, by Streamline",
    "46133a11f3734bcef29066391d7edc141ed1d8056242ddfa1b5d36ce286420b6",
)  # fmt: skip
FLAT_COLOUR = _icons(
    "flat-color-icons", "1.2.3", "MIT", "Flat Color Icons, by Icons8",
    "d8878a9b0f02d749bc8671eb7d47882eb711185cbcefbb365cbfb488773c4786",
)  # fmt: skip
FLUENT_COLOUR = _icons(
    "fluent-color", "1.2.21", "MIT", "Fluent System Icons, copyright Microsoft Corporation",
    "fa2ddaaac7a2a7b902659cea1b5b8c03017ce2ae56295138876b86a36177dfbe",
)  # fmt: skip
GAME_ICONS = _icons(
    "game-icons", "1.2.4", "CC-BY-3.0",
    "Game-icons.net, by Lorc, Delapouite and contributors",
    "f5758efb34d91c4f50b941f355f16ee73938625e5996fabc25171288404460a4",
)  # fmt: skip
SOURCES: tuple[Source, ...] = (
    FLUENT_3D, NOTO, EMOJIBASE, FLUENT_GRADIENT, FLUENT_FLAT, FLUENT_LINE, TWEMOJI, NOTO_BLOB,
    EMOJIONE, STREAMLINE_EMOJI, KAMELEON, ULTIMATE, FLAT_COLOUR, FLUENT_COLOUR, GAME_ICONS,
)  # fmt: skip


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
