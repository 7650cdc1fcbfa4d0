"""Packs a plugin as its paint program loads it, with all it needs inside: the program's own Python
has no Impasto.

    python -m plugins.build krita --out DIR

Standard library only; must not import what it packs, which needs the paint program to run.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
"""The folder of `plugins` and `protocol`: the repository, or where the wheel was unpacked."""

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every file in a zip, so that the same sources make the same bytes. The oldest it can say."""


class BuildError(Exception):
    """A plugin cannot be built; the message is one sentence with file and line."""


@dataclass(frozen=True)
class HostLayout:
    """How one paint program takes a plugin.

    package: what the plugin is called in that program's Python. modules: what that Python offers
    beyond the standard library. beside: files of the plugin's folder that go beside the package,
    not into it; those that are not there are left out.
    """

    package: str
    modules: frozenset[str]
    beside: tuple[str, ...] = field(default=())


HOSTS: Mapping[str, HostLayout] = {
    "krita": HostLayout(
        "impasto", frozenset({"krita", "PyQt5", "PyQt6"}), ("impasto.desktop", "impasto.action")
    ),
}


class Part(NamedTuple):
    """A package of the repository and the one it becomes. modules: what it may import besides."""

    source: str
    target: str
    modules: frozenset[str]


def parts(host: str) -> tuple[Part, ...]:
    """What the plugin of a host is made of. The host's own files alone may know the host."""
    layout = HOSTS[host]
    return (
        Part(f"plugins.{host}", layout.package, layout.modules),
        Part("plugins.common", f"{layout.package}.common", frozenset()),
        Part("protocol", f"{layout.package}.protocol", frozenset()),
    )


# ---- building --------------------------------------------------------------------------------


def build(host: str, out: Path, root: Path = ROOT) -> Path:
    """Make `impasto-HOST-VERSION.zip` in the folder `out`, which is made if need be.

    The same sources give the same bytes. Raises BuildError, OSError.
    """
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"impasto-{host}-{version()}.zip"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(host, folder, root)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(folder.rglob("*")):
                _add(archive, path, path.relative_to(folder).as_posix())
    return made


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Folders are added too: Krita's importer looks for the package's own entry."""
    entry = zipfile.ZipInfo(f"{name}/" if path.is_dir() else name, ZIP_DATE)
    entry.create_system = 3  # Unix, wherever it is built
    entry.compress_type = zipfile.ZIP_STORED if path.is_dir() else zipfile.ZIP_DEFLATED
    entry.external_attr = (0o40755 << 16 | 0x10) if path.is_dir() else 0o100644 << 16
    archive.writestr(entry, b"" if path.is_dir() else path.read_bytes())


def lay_out(host: str, folder: Path, root: Path = ROOT) -> list[Path]:
    """Write the plugin's package, and the files beside it, into a folder that is there.

    What is not the plugin's stays; older files of the same names must be gone. Returns what lies in
    the folder now because of it. Raises BuildError, OSError.
    """
    layout, known = HOSTS[host], parts(host)
    laid = [folder / layout.package]
    for part in known:
        source = root.joinpath(*part.source.split("."))
        for path in _files(source):
            place = path.relative_to(source)
            if part is known[0] and place.as_posix() in layout.beside:
                laid.append(folder / place)
                shutil.copyfile(path, folder / place)
                continue
            target = folder.joinpath(*part.target.split("."), place)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".py":
                module = Module(str(path), ".".join(place.with_suffix("").parts), part, known)
                target.write_bytes(with_relative_imports(path.read_bytes(), module))
            else:
                shutil.copyfile(path, target)
    package = folder / layout.package
    (package / "common" / "about.py").write_text(_about(root), "utf-8", newline="\n")
    (package / "LICENSE").write_text(_licence(root), "utf-8", newline="\n")
    return laid


def _files(folder: Path) -> Iterator[Path]:
    """What of a source folder belongs into a plugin: no caches, no pages for programmers."""
    for path in sorted(folder.rglob("*")):
        is_hidden = any(
            name.startswith(".") or name == "__pycache__" for name in path.relative_to(folder).parts
        )
        if path.is_file() and not is_hidden and path.suffix not in (".md", ".pyc", ".typed"):
            yield path


# ---- imports ---------------------------------------------------------------------------------


class Module(NamedTuple):
    """A source to be packed. name: below its part, with dots, `__init__` for a package."""

    file: str
    name: str
    part: Part
    known: tuple[Part, ...]

    def target(self, absolute: str) -> str | None:
        """What a module of the repository is called in the plugin; None if it is not in it."""
        for part in self.known:
            if f"{absolute}.".startswith(f"{part.source}."):
                return part.target + absolute.removeprefix(part.source)
        return None

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module of `from … import`, with leading dots resolved."""
        if not node.level:
            return node.module or ""
        above = f"{self.part.source}.{self.name}".split(".")[: -node.level]
        return ".".join([*above, *([node.module] if node.module else [])])


class Edit(NamedTuple):
    """Bytes from `start` to `end` of a line (counted from 0) become `text`."""

    line: int
    start: int
    end: int
    text: bytes


def with_relative_imports(source: bytes, module: Module) -> bytes:
    """The source with every import of the project written relative to where it will be.

    Every line stays where it was. Raises BuildError on an import that the paint program's Python
    could not follow.
    """
    lines = source.splitlines(keepends=True)
    edits: list[Edit] = []
    for node in ast.walk(ast.parse(source, module.file)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                _require_outside(alias.name, node.lineno, module)
        elif isinstance(node, ast.ImportFrom):
            edits += _edits(node, lines, module)
    for edit in sorted(edits, reverse=True):  # from the end, so that positions stay right
        line = lines[edit.line]
        lines[edit.line] = line[: edit.start] + edit.text + line[edit.end :]
    return b"".join(lines)


def _require_outside(name: str, line: int, module: Module) -> None:
    """Raises BuildError unless the paint program's Python has a module of that name."""
    top = name.partition(".")[0]
    if module.target(name):
        raise BuildError(
            f"{module.file}:{line}: import {name} cannot be made relative; "
            "write from … import … instead."
        )
    if top not in sys.stdlib_module_names and top not in module.part.modules:
        raise BuildError(
            f"{module.file}:{line}: {name} is neither in the standard library nor in this plugin "
            "nor the paint program's."
        )


def _edits(node: ast.ImportFrom, lines: list[bytes], module: Module) -> list[Edit]:
    """What to change in one `from … import …`: nothing, or the name of the module."""
    absolute = module.absolute(node)
    target = module.target(absolute)
    if target is None:
        _require_outside(absolute, node.lineno, module)
        return []
    written = f"from {'.' * node.level}{node.module or ''} import"
    if not lines[node.lineno - 1][node.col_offset :].startswith(written.encode()):
        raise BuildError(f"{module.file}:{node.lineno}: write it on one line as {written}.")
    better = f"from {relative(target, f'{module.part.target}.{module.name}')} import"
    end = node.col_offset + len(written.encode())
    return [Edit(node.lineno - 1, node.col_offset, end, better.encode())]


def relative(target: str, own: str) -> str:
    """`target` as the module `own` imports it: `.client`, `..protocol.client`, `.`.

    own: a dotted name, with `__init__` for a package; both below the same first name.
    """
    package, wanted = own.split(".")[:-1], target.split(".")
    common = 0
    while common < min(len(package), len(wanted)) and package[common] == wanted[common]:
        common += 1
    return "." * (len(package) - common + 1) + ".".join(wanted[common:])


# ---- what a copy says of itself --------------------------------------------------------------


class About(NamedTuple):
    """A copy's version, and the protocol that it speaks."""

    version: str
    protocol: int


def version() -> str:
    """Of the installed Impasto; 0.0.0 in a checkout that was not installed."""
    try:
        return metadata.version("impasto")
    except metadata.PackageNotFoundError:
        return "0.0.0"


def read_about(package: Path) -> About | None:
    """What a built package says of itself, without running it; None if it is none, or damaged."""
    try:
        found = _constants(package / "common" / "about.py")
    except (OSError, SyntaxError, ValueError):
        return None
    named, spoken = found.get("VERSION"), found.get("PROTOCOL")
    if isinstance(named, str) and isinstance(spoken, int):
        return About(named, spoken)
    return None


def _about(root: Path) -> str:
    spoken = _constants(root / "protocol" / "messages.py")["PROTOCOL_VERSION"]
    return (
        '"""Which version this copy of the plugin is."""\n\n'
        f'VERSION = "{version()}"\nPROTOCOL = {spoken}\n'
    )


def _constants(path: Path) -> dict[str, object]:
    """The names that a module gives a literal to."""
    return {
        target.id: node.value.value
        for node in ast.parse(path.read_bytes(), str(path)).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _licence(root: Path) -> str:
    """The licence asks to be in every copy; a wheel keeps it with its own description."""
    path = root / "LICENSE"
    if path.is_file():
        return path.read_text("utf-8")
    return metadata.distribution("impasto").read_text("licenses/LICENSE") or ""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m plugins.build", description="Pack a plugin as its paint program loads it."
    )
    parser.add_argument("host", choices=sorted(HOSTS))
    parser.add_argument("--out", type=Path, default=Path("dist"), help="folder for the zip [dist]")
    arguments = parser.parse_args()
    try:
        print(build(arguments.host, arguments.out))
    except (BuildError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
