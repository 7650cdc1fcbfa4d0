"""The Debian package of 3-D models: where its catalogues come from, on what terms, what they list.

It must never name a host: the package is fetched by name through the machine's own apt.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One catalogue inside the package: its file's stem, licence, and whom to name."""

    name: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class DebianSource:
    """One Debian package: the pinned version, the bytes we expect, and the catalogues in it."""

    package: str
    version: str
    sha256: str
    catalogues: tuple[Catalogue, ...]

    @property
    def archive_name(self) -> str:
        """File name that `apt-get download` gives this package."""
        return f"{self.package}_{self.version}_all.deb"


FURNITURE = DebianSource(
    package="sweethome3d-furniture",
    version="1.8-1",
    sha256="3ccb90c63f9525e887a767b9cd5c8b6933b8b6b2973a615a5359ee68a2118668",
    catalogues=(
        Catalogue(
            "BlendSwap-CC-0",
            "CC0-1.0",
            "BlendSwap contributors (each named by `read_credits`); prepared by "
            "Emmanuel Puybaret / eTeks for Sweet Home 3D",
        ),
        Catalogue(
            "BlendSwap-CC-BY",
            "CC-BY-3.0",
            "BlendSwap contributors (each named by `read_credits`); prepared by "
            "Emmanuel Puybaret / eTeks for Sweet Home 3D",
        ),
        Catalogue("KatorLegaz", "CC-BY-3.0-US", "Andrew Kator & Jennifer Legaz, 2003-2008"),
        Catalogue("Reallusion", "CC-BY-3.0-US", "Reallusion, 2008-2011"),
        Catalogue(
            "Scopia",
            "CC-BY-3.0",
            "Scopia Visual Interfaces Systems, s.l., 2006-2020, and "
            "Emmanuel Puybaret / eTeks, 2014-2020",
        ),
    ),
)
# Our language codes, and how the catalogues' files are called.
LANGUAGES: Mapping[str, str] = {
    "de": "de",
    "fr": "fr",
    "es": "es",
    "zh": "zh_CN",
    "zh-tw": "zh_TW",  # many names are not yet in simplified characters
    "ja": "ja",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One model as its catalogue lists it.

    `key` is catalogue and model folder ("Scopia/chair4"), `member` the OBJ file in the catalogue,
    `size` width, height and depth in centimetres, `rotation` nine numbers by rows.
    """

    key: str
    catalogue: str
    name: str
    category: str
    creator: str
    member: str
    size: tuple[float, float, float]
    rotation: tuple[float, ...]
    translations: Mapping[str, str]

    @property
    def matrix(self) -> npt.NDArray[np.float64]:
        """The (3, 3) rotation that turns the model's front to +z."""
        return np.array(self.rotation, np.float64).reshape(3, 3)


def fetch_package(source: DebianSource, folder: Path) -> Path:
    """Return the checked package file in `folder`, downloaded through apt when absent.

    Raises RuntimeError when apt is missing or fails, ValueError when the bytes are not the pinned
    ones.
    """
    archive = folder / source.archive_name
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        target = f"{source.package}={source.version}"
        _run("apt-get", "download", target, needed_for=source.archive_name, folder=folder)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != source.sha256:
        raise ValueError(
            f"{archive} is not the pinned {source.package} {source.version}; delete it and retry."
        )
    return archive


def unpack(archive: Path, source: DebianSource, folder: Path) -> dict[str, Path]:
    """Unpack `archive` into `folder`; the catalogue files by name.

    Raises RuntimeError when dpkg-deb is missing or fails, or when a catalogue is not inside.
    """
    _run("dpkg-deb", "-x", str(archive), str(folder), needed_for=archive.name, folder=folder)
    files = {path.stem: path for path in folder.rglob("*.sh3f")}
    for catalogue in source.catalogues:
        if catalogue.name not in files:
            raise RuntimeError(f"{archive.name} holds no catalogue named {catalogue.name}.")
    return {catalogue.name: files[catalogue.name] for catalogue in source.catalogues}


def read_entries(catalogue: str, path: Path) -> list[Entry]:
    """Every model that the catalogue file at `path` lists, in its order."""
    with zipfile.ZipFile(path) as opened:
        english = parse_properties(opened.read("PluginFurnitureCatalog.properties"))
        other = {
            language: parse_properties(opened.read(f"PluginFurnitureCatalog_{suffix}.properties"))
            for language, suffix in LANGUAGES.items()
        }
    numbers = sorted(int(key.split("#")[1]) for key in english if key.startswith("model#"))
    return [_entry(catalogue, number, english, other) for number in numbers]


def parse_properties(content: bytes) -> dict[str, str]:
    r"""Keys and values of a Java properties file in Latin-1 with \uXXXX escapes."""
    values: dict[str, str] = {}
    text = re.sub(r"\\\r?\n\s*", "", content.decode("latin-1"))
    for line in text.replace("\r", "\n").split("\n"):
        key, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), value)
            values[key.strip()] = unescaped.replace("\\", "").strip()
    return values


def _entry(
    catalogue: str, number: int, english: dict[str, str], other: Mapping[str, dict[str, str]]
) -> Entry:
    member = english[f"model#{number}"].lstrip("/")
    rotation = english.get(f"modelRotation#{number}", "1 0 0 0 1 0 0 0 1")
    width, height, depth = (
        float(english[f"{measure}#{number}"]) for measure in ("width", "height", "depth")
    )
    return Entry(
        key=f"{catalogue}/{PurePosixPath(member).stem}",
        catalogue=catalogue,
        name=english[f"name#{number}"],
        category=english[f"category#{number}"],
        creator=english.get(f"creator#{number}", ""),
        member=member,
        size=(width, height, depth),
        rotation=tuple(float(part) for part in rotation.split()),
        translations={
            language: values[f"name#{number}"]
            for language, values in other.items()
            if values.get(f"name#{number}")
        },
    )


def _run(program: str, *arguments: str, needed_for: str, folder: Path) -> None:
    found = shutil.which(program)
    if found is None:
        raise RuntimeError(
            f"Building pocket's 3-D models needs {program}, which this system lacks; "
            f"put {needed_for} there by hand or build on Debian."
        )
    finished = subprocess.run(
        [found, *arguments], capture_output=True, text=True, check=False, cwd=folder
    )
    if finished.returncode != 0:
        raise RuntimeError(f"{program} could not deliver {needed_for}: {finished.stderr.strip()}")
