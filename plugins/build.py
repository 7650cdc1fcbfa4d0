"""Packs a plugin as its paint program loads it, with all it needs inside: the program's own Python
has no Impasto.

    python -m plugins.build krita|gimp|blender --out DIR

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
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path, PurePosixPath
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
    beyond the standard library. beside: patterns of the files of the plugin's folder that go beside
    the package, not into it; those that are not there are left out, and modules among them are
    imported by their own names. folder: where all of it goes; "" for loose files. executable: what
    the program starts, below that folder. own_modules: what only one folder of the plugin's may
    import. manifest: the file of the package that says the version. is_flat: the zip holds what is
    in the package, not the package. licence: what to say before the text of the project's own.
    """

    package: str
    modules: frozenset[str]
    beside: tuple[str, ...] = field(default=())
    folder: str = ""
    executable: tuple[str, ...] = field(default=())
    own_modules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    manifest: str = ""
    is_flat: bool = False
    licence: str = ""

    def is_beside(self, place: Path) -> bool:
        """Whether a file of the plugin's folder goes beside the package."""
        return any(fnmatchcase(place.as_posix(), pattern) for pattern in self.beside)

    def is_executable(self, name: str) -> bool:
        """Whether the program starts the file `name` of the built plugin."""
        return any(name == PurePosixPath(self.folder, own).as_posix() for own in self.executable)


HOSTS: Mapping[str, HostLayout] = {
    "krita": HostLayout(
        "impasto", frozenset({"krita", "PyQt5", "PyQt6"}), ("impasto.desktop", "impasto.action")
    ),
    "gimp": HostLayout(
        "impasto_gimp", frozenset({"gi"}), ("impasto.py", "gimp*.py", "GIMPFU.md"),
        folder="impasto", executable=("impasto.py",),
    ),
    "blender": HostLayout(
        "impasto",
        frozenset({
            "addon_utils", "blf", "bmesh", "bpy", "bpy_extras", "gpu", "gpu_extras", "mathutils",
        }),
        own_modules={"host": frozenset({"numpy"})}, manifest="blender_manifest.toml", is_flat=True,
        licence=(
            "As a Blender extension, Impasto is offered under the GNU General Public License,\n"
            "version 3 or any later one (https://www.gnu.org/licenses/gpl-3.0.html), as Blender's\n"
            "platform asks. Its source is under this licence, which allows that:\n\n"
        ),
    ),
}  # fmt: skip


class Part(NamedTuple):
    """A package of the repository and the one it becomes. modules: what it may import besides;
    own_modules: and what a folder in it may, too."""

    source: str
    target: str
    modules: frozenset[str]
    own_modules: Mapping[str, frozenset[str]]


def parts(host: str) -> tuple[Part, ...]:
    """What the plugin of a host is made of. The host's own files alone may know the host."""
    layout = HOSTS[host]
    return (
        Part(f"plugins.{host}", layout.package, layout.modules, layout.own_modules),
        Part("plugins.common", f"{layout.package}.common", frozenset(), {}),
        Part("protocol", f"{layout.package}.protocol", frozenset(), {}),
    )


# ---- building --------------------------------------------------------------------------------


def build(host: str, out: Path, root: Path = ROOT) -> Path:
    """Make `impasto-HOST-VERSION.zip` in the folder `out`, which is made if need be.

    The same sources give the same bytes. Raises BuildError, OSError.
    """
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"impasto-{host}-{version()}.zip"
    with tempfile.TemporaryDirectory() as name:
        laid, layout = Path(name), HOSTS[host]
        lay_out(host, laid, root)
        folder = laid / layout.package if layout.is_flat else laid
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                _add(archive, path, name, layout.is_executable(name))
    return made


def _add(archive: zipfile.ZipFile, path: Path, name: str, is_executable: bool) -> None:
    """Folders are added too: Krita's importer looks for the package's own entry."""
    mode = 0o40755 if path.is_dir() else 0o100755 if is_executable else 0o100644
    entry = zipfile.ZipInfo(f"{name}/" if path.is_dir() else name, ZIP_DATE)
    entry.create_system = 3  # Unix, wherever it is built
    entry.compress_type = zipfile.ZIP_STORED if path.is_dir() else zipfile.ZIP_DEFLATED
    entry.external_attr = mode << 16 | (0x10 if path.is_dir() else 0)
    archive.writestr(entry, b"" if path.is_dir() else path.read_bytes())


def lay_out(host: str, folder: Path, root: Path = ROOT) -> list[Path]:
    """Write the plugin's package, and the files beside it, into a folder that is there.

    What is not the plugin's stays; older files of the same names must be gone. Returns what lies in
    the folder now because of it. Raises BuildError, OSError.
    """
    layout, known = HOSTS[host], parts(host)
    into = folder / layout.folder
    into.mkdir(exist_ok=True)
    own = root.joinpath(*known[0].source.split("."))
    beside = [
        path for path in _files(own, layout.beside) if layout.is_beside(path.relative_to(own))
    ]
    alone = frozenset(path.stem for path in beside if path.suffix == ".py")
    for part in known:
        source = root.joinpath(*part.source.split("."))
        for path in _files(source):
            if path not in beside:
                place = path.relative_to(source)
                module = Module(
                    str(path), ".".join(place.with_suffix("").parts), part, known, alone
                )
                _copy(path, into.joinpath(*part.target.split("."), place), module)
    for path in beside:
        _copy(path, into / path.name, Module(str(path), path.stem, known[0], known, alone))
    package = into / layout.package
    (package / "common" / "about.py").write_text(_about(root), "utf-8", newline="\n")
    licence = layout.licence + _licence(root)
    (package / "LICENSE").write_text(licence, "utf-8", newline="\n")
    if layout.manifest:
        _put_version(package / layout.manifest)
    for name in layout.executable:
        if (into / name).exists():
            (into / name).chmod(0o755)
    return [into] if layout.folder else [package, *(into / path.name for path in beside)]


def _copy(path: Path, target: Path, module: Module) -> None:
    """A file as it is; of a module, the imports change."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".py":
        target.write_bytes(with_relative_imports(path.read_bytes(), module))
    else:
        shutil.copyfile(path, target)


def _files(folder: Path, wanted: tuple[str, ...] = ()) -> Iterator[Path]:
    """What of a source folder belongs into a plugin: no caches, and no pages for programmers but
    those that are wanted."""
    for path in sorted(folder.rglob("*")):
        is_hidden = any(
            name.startswith(".") or name == "__pycache__" for name in path.relative_to(folder).parts
        )
        is_needless = path.suffix in (".md", ".pyc", ".typed") and path.name not in wanted
        if path.is_file() and not is_hidden and not is_needless:
            yield path


# ---- imports ---------------------------------------------------------------------------------


class Module(NamedTuple):
    """A source to be packed. name: below its part, with dots, `__init__` for a package. alone: the
    modules of the host's part that lie beside the package."""

    file: str
    name: str
    part: Part
    known: tuple[Part, ...]
    alone: frozenset[str] = frozenset()

    @property
    def modules(self) -> frozenset[str]:
        """What the module may import beside the standard library and the plugin."""
        folder, _, name = self.name.partition(".")
        more = self.part.own_modules.get(folder) if name else None
        return self.part.modules | (more or frozenset())

    @property
    def is_alone(self) -> bool:
        return self.part == self.known[0] and self.name in self.alone

    def target(self, absolute: str) -> str | None:
        """What a module of the repository is called in the plugin; None if it is not in it."""
        package, _, name = absolute.rpartition(".")
        if package == self.known[0].source and name in self.alone:
            return name
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
    """The source with every import of the project written relative to where it will be; absolute
    in and of modules beside the package.

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
    if top not in sys.stdlib_module_names and top not in module.modules:
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
    if target == module.known[0].target and any(name.name in module.alone for name in node.names):
        raise BuildError(f"{module.file}:{node.lineno}: write from {absolute}.MODULE import ….")
    if not module.is_alone and target not in module.alone:
        target = relative(target, f"{module.part.target}.{module.name}")
    better = f"from {target} import"
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


def _put_version(manifest: Path) -> None:
    """Write this version where a manifest has another. Raises BuildError if it says none."""
    text, said = manifest.read_text("utf-8"), '\nversion = "0.0.0"\n'
    if said not in text:
        raise BuildError(f"{manifest.name} has no line {said.strip()} to be replaced.")
    better = text.replace(said, f'\nversion = "{version()}"\n')
    manifest.write_text(better, "utf-8", newline="\n")


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
