"""A built plugin stands alone: a bare Python imports it, and its program finds its parts."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from core_server.version import VERSION
from plugins.build import (
    HOSTS,
    ROOT,
    About,
    BuildError,
    Module,
    Part,
    build,
    lay_out,
    parts,
    read_about,
    relative,
    with_relative_imports,
)
from protocol.messages import PROTOCOL_VERSION

KRITA, COMMON, PROTOCOL = parts("krita")
GIMP, BLENDER = parts("gimp")[0], parts("blender")[0]
ALONE = frozenset({"gimpfu", "impasto"})
EVERYTHING_BUT_THE_HOST = """
import importlib, pkgutil, sys, types
sys.dont_write_bytecode = True
own = sys.argv[2]
package = types.ModuleType(own)  # Krita's own __init__ needs Krita
package.__path__ = [sys.argv[1]]
sys.modules[own] = package
for part in ("protocol", "common"):
    folder = importlib.import_module(f"{own}.{part}")
    for entry in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{own}.{part}.{entry.name}")
assert importlib.import_module(f"{own}.common.host").Host
assert importlib.import_module(f"{own}.protocol.client").Client
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded - sys.stdlib_module_names - {own, "__main__"}))
"""


class Built(NamedTuple):
    """A plugin: its zip, and the folder of what was in it."""

    host: str
    zip: Path
    folder: Path

    @property
    def package(self) -> Path:
        return self.folder / HOSTS[self.host].folder / HOSTS[self.host].package


def unpacked(host: str, out: Path) -> Built:
    made, folder = build(host, out), out / "unpacked"
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder / HOSTS[host].package if HOSTS[host].is_flat else folder)
    return Built(host, made, folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Builds a host's plugin, once for all tests here."""
    return cache(lambda host: unpacked(host, tmp_path_factory.mktemp("built")))


@pytest.fixture(scope="module", params=sorted(HOSTS))
def plugin(request: pytest.FixtureRequest, built: Callable[[str], Built]) -> Built:
    """The plugin of each host."""
    return built(request.param)


@pytest.fixture(scope="module")
def krita(built: Callable[[str], Built]) -> Built:
    return built("krita")


# ---- the built plugin ------------------------------------------------------------------------


def test_logic_and_protocol_import_in_a_python_without_packages(plugin: Built) -> None:
    code, name = EVERYTHING_BUT_THE_HOST, HOSTS[plugin.host].package
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(plugin.package), name],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_all_of_it_is_python_3_10_and_names_itself_only_by_dots(plugin: Built) -> None:
    paths = list(plugin.package.rglob("*.py"))
    assert len(paths) > 15
    beside = {path.stem for path in plugin.package.parent.glob("*.py")}
    allowed = sys.stdlib_module_names | HOSTS[plugin.host].modules | beside
    own_modules = HOSTS[plugin.host].own_modules
    for path in paths:
        more = own_modules.get(path.relative_to(plugin.package).parts[0], frozenset())
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_bytes(), str(path), feature_version=(3, 10))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module or "")
        assert {name.partition(".")[0] for name in names} <= allowed | more, path


def test_imports_lead_to_modules_that_are_there(plugin: Built) -> None:
    inside = HOSTS[plugin.host].package
    for path in plugin.folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom):
                is_own = node.level or (node.module or "").partition(".")[0] == inside
                package = path.parents[node.level - 1] if node.level else plugin.package.parent
                target = package.joinpath(*(node.module or "").split("."))
                is_there = target.is_dir() or target.with_suffix(".py").is_file()
                assert is_there or not is_own, (path, node.lineno)


def test_kritas_importer_finds_module_manual_and_desktop_file(krita: Built) -> None:
    """As Krita's plugin_importer reads a zip: it wants the folder's own entry."""
    names = zipfile.ZipFile(krita.zip).namelist()
    desktop = configparser.ConfigParser()
    desktop.read_string((krita.folder / "impasto.desktop").read_text("utf-8"))
    entry = desktop["Desktop Entry"]
    assert entry["ServiceTypes"] == "Krita/PythonPlugin"
    assert f"{entry['X-KDE-Library']}/" in names
    assert f"{entry['X-KDE-Library']}/__init__.py" in names
    assert f"{entry['X-KDE-Library']}/{entry['X-Krita-Manual']}" in names
    assert entry["Name"] == "Impasto"


def test_nothing_is_carried_that_a_plugin_does_not_need(plugin: Built) -> None:
    names = {path.name for path in plugin.folder.rglob("*")}
    assert not names & {"__pycache__", "SPEC.md", "py.typed", "build.py"}
    licence = (plugin.package / "LICENSE").read_text("utf-8")
    assert licence.startswith(HOSTS[plugin.host].licence)
    assert licence.removeprefix(HOSTS[plugin.host].licence).startswith("MIT License")


def test_it_says_its_version_and_protocol(plugin: Built) -> None:
    assert plugin.zip.name == f"impasto-{plugin.host}-{VERSION}.zip"
    assert read_about(plugin.package) == About(VERSION, PROTOCOL_VERSION)
    assert read_about(plugin.folder) is None


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    tree(tmp_path / "root", "gimp", {"impasto.py": "#!/usr/bin/env python3\n"})
    one, other = (build("gimp", tmp_path / name, tmp_path / "root") for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("text", ["VERSION = 1\nPROTOCOL = 1", "VERSION =", "PROTOCOL = 1", "\0"])
def test_a_damaged_copy_has_no_version(text: str, tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common/about.py").write_text(text)
    assert read_about(tmp_path) is None


def test_the_command_makes_the_zip_and_says_where(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plugins.build", "krita", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert zipfile.is_zipfile(done.stdout.strip())


# ---- imports ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "own", "expected"),
    [
        ("impasto.qt", "impasto.host", ".qt"),
        ("impasto", "impasto.host", "."),
        ("impasto.host", "impasto.__init__", ".host"),
        ("impasto.common.form", "impasto.docker", ".common.form"),
        ("impasto.protocol.client", "impasto.common.session", "..protocol.client"),
        ("impasto.protocol", "impasto.common.__init__", "..protocol"),
        ("impasto", "impasto.widgets.strip", ".."),
        ("impasto.common.a.b", "impasto.common.a.c", ".b"),
    ],
)
def test_modules_as_others_name_them(target: str, own: str, expected: str) -> None:
    assert relative(target, own) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from protocol.client import Client\n", "from .protocol.client import Client\n"),
        ("from protocol import errors\n", "from .protocol import errors\n"),
        ("from plugins.common.host import Host\n", "from .common.host import Host\n"),
        ("from plugins.krita import qt\n", "from . import qt\n"),
        ("from ..common.host import Host\n", "from .common.host import Host\n"),
        ("from .qt import Qt\n", "from .qt import Qt\n"),
        ("from PyQt5.QtCore import QTimer\n", "from PyQt5.QtCore import QTimer\n"),
        ("from krita import Krita\nimport os.path\n", "from krita import Krita\nimport os.path\n"),
        ("def f():\n    from protocol import a\n", "def f():\n    from .protocol import a\n"),
        ('s = "é"; from protocol import a\n', 's = "é"; from .protocol import a\n'),
        (
            "if TYPE_CHECKING:\r\n\tfrom protocol.jobs import (\r\n\t\tJob,  # one\r\n\t)\r\n",
            "if TYPE_CHECKING:\r\n\tfrom .protocol.jobs import (\r\n\t\tJob,  # one\r\n\t)\r\n",
        ),
        (
            '"""from protocol import x"""\nfrom protocol import a; from protocol import b\n',
            '"""from protocol import x"""\nfrom .protocol import a; from .protocol import b\n',
        ),
    ],
)
def test_only_the_names_of_our_modules_change(source: str, expected: str) -> None:
    module = Module("docker.py", "docker", KRITA, parts("krita"))
    assert with_relative_imports(source.encode(), module).decode() == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("\nimport numpy\n", "docker.py:2: numpy is neither"),
        ("from PIL import Image\n", "docker.py:1: PIL is neither"),
        ("from core_server.version import VERSION\n", "core_server.version is neither"),
        ("from plugins.gimp.host import X\n", "plugins.gimp.host is neither"),
        ("def f():\n    import zmq\n", "docker.py:2: zmq"),
        ("import protocol.client\n", "write from … import … instead"),
        ("from protocol \\\n  import a\n", "write it on one line as from protocol import"),
    ],
)
def test_an_import_that_the_host_cannot_follow_is_refused(source: str, words: str) -> None:
    module = Module("docker.py", "docker", KRITA, parts("krita"))
    with pytest.raises(BuildError, match=words.replace(".", r"\.")):
        with_relative_imports(source.encode(), module)


@pytest.mark.parametrize("part", [COMMON, PROTOCOL], ids=lambda part: part.source)
def test_what_all_hosts_share_may_not_know_one(part: Part) -> None:
    with pytest.raises(BuildError, match="PyQt5"):
        with_relative_imports(
            b"from PyQt5 import QtCore\n", Module("x.py", "x", part, parts("krita"))
        )


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        (
            "gimpfu",
            "from plugins.gimp.fu.pdb import pdb\n",
            "from impasto_gimp.fu.pdb import pdb\n",
        ),
        ("gimpfu", "from protocol import errors\n", "from impasto_gimp.protocol import errors\n"),
        ("impasto", "from plugins.gimp.gimpfu import *\n", "from gimpfu import *\n"),
        ("host", "from plugins.gimp.gimpfu import main\n", "from gimpfu import main\n"),
        ("host", "from plugins.gimp.gimpfu_more import x\n", "from .gimpfu_more import x\n"),
        ("fu.pdb", "from plugins.gimp import fu\n", "from .. import fu\n"),
        ("fu.gimpfu", "from plugins.gimp.fu import a\n", "from . import a\n"),
        ("host", "from gi.repository import Gimp\n", "from gi.repository import Gimp\n"),
    ],
)
def test_modules_beside_the_package_are_named_and_name_others_in_full(
    name: str, source: str, expected: str
) -> None:
    module = Module(f"{name}.py", name, GIMP, parts("gimp"), ALONE)
    assert with_relative_imports(source.encode(), module).decode() == expected


@pytest.mark.parametrize("source", ["from plugins.gimp import gimpfu", "import gimpfu"])
def test_modules_beside_the_package_are_imported_in_one_way(source: str) -> None:
    module = Module("host.py", "host", GIMP, parts("gimp"), ALONE)
    with pytest.raises(BuildError, match=r"host\.py:1: (write from|gimpfu is neither)"):
        with_relative_imports(source.encode(), module)


@pytest.mark.parametrize("name", ["host.images", "host.__init__"])
def test_numpy_is_for_one_folder_of_blenders_alone(name: str) -> None:
    source = b"import numpy as np\nfrom plugins.blender.host import raster\nimport bpy\n"
    inside = Module("x.py", name, BLENDER, parts("blender"))
    expected = source.replace(b"plugins.blender.host", b".")
    assert with_relative_imports(source, inside) == expected
    for other in ("operators", "hosted.images", "__init__", "host"):
        outside = Module("x.py", other, BLENDER, parts("blender"))
        with pytest.raises(BuildError, match=r"x\.py:1: numpy is neither"):
            with_relative_imports(source, outside)


# ---- laying out ------------------------------------------------------------------------------


def tree(root: Path, host: str, files: Mapping[str, str]) -> None:
    """A repository with a plugin of these files, as small as can be."""
    for name, text in {
        f"plugins/{host}/__init__.py": "",
        **{f"plugins/{host}/{name}": text for name, text in files.items()},
        "plugins/common/about.py": "",
        "protocol/messages.py": "PROTOCOL_VERSION = 7\n",
        "LICENSE": "MIT",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_files_beside_the_package_are_named_and_strangers_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    files = {
        "__init__.py": "from plugins.krita.deep.docker import Docker\n",
        "deep/docker.py": "from plugins.common.host import Host\n",
        "deep/star.svg": "<svg/>",
        "impasto.desktop": "[Desktop Entry]",
        "impasto.action": "<ActionCollection/>",
        ".cache/x.py": "import nothing",
        "__pycache__/x.pyc": "",
    }
    tree(root, "krita", files)
    out = tmp_path / "pykrita"
    (out / "other").mkdir(parents=True)
    laid = lay_out("krita", out, root)
    assert {path.name for path in laid} == {"impasto", "impasto.desktop", "impasto.action"}
    assert {path.name for path in out.iterdir()} == {*(path.name for path in laid), "other"}
    inside = {path.relative_to(out / "impasto").as_posix() for path in out.rglob("impasto/**/*.*")}
    assert inside == {
        "__init__.py", "deep/docker.py", "deep/star.svg", "common/about.py", "protocol/messages.py"
    }  # fmt: skip
    docker = (out / "impasto/deep/docker.py").read_text()
    assert docker == "from ..common.host import Host\n"
    assert read_about(out / "impasto") == About(VERSION, 7)


GIMP_FILES = {
    "impasto.py": "#!/usr/bin/env python3\nfrom plugins.gimp.gimpfu import main\nmain()\n",
    "gimpfu.py": "from plugins.gimp.fu.registry import main\n",
    "fu/registry.py": "from plugins.gimp import fu\n",
    "fu/gimp_module.py": "",
    "fu/NOTES.md": "for programmers",
    "GIMPFU.md": "for artists",
    "panel/form.ui": "<interface/>",
}


def test_gimp_gets_one_folder_with_a_program_that_it_may_start(tmp_path: Path) -> None:
    tree(tmp_path / "root", "gimp", GIMP_FILES)
    out = tmp_path / "plug-ins"
    (out / "other").mkdir(parents=True)
    assert lay_out("gimp", out, tmp_path / "root") == [out / "impasto"]
    made = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert made == {
        "impasto/impasto.py", "impasto/gimpfu.py", "impasto/GIMPFU.md",
        *(f"impasto/impasto_gimp/{name}" for name in (
            "LICENSE", "__init__.py", "common/about.py", "fu/gimp_module.py", "fu/registry.py",
            "panel/form.ui", "protocol/messages.py",
        )),
    }  # fmt: skip
    program = out / "impasto/impasto.py"
    assert program.read_text() == "#!/usr/bin/env python3\nfrom gimpfu import main\nmain()\n"
    assert (out / "impasto/gimpfu.py").read_text() == "from impasto_gimp.fu.registry import main\n"
    executable = {path.name for path in out.rglob("*.py") if path.stat().st_mode & 0o111}
    assert executable == (set() if sys.platform == "win32" else {"impasto.py"})


def test_the_zip_for_gimp_says_what_may_be_started(tmp_path: Path) -> None:
    tree(tmp_path / "root", "gimp", GIMP_FILES)
    with zipfile.ZipFile(build("gimp", tmp_path, tmp_path / "root")) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes.pop("impasto/impasto.py") == 0o100755
    assert {mode for name, mode in modes.items() if name.endswith("/")} == {0o40755}
    assert {mode for name, mode in modes.items() if not name.endswith("/")} == {0o100644}


MANIFEST = '# what Blender reads\nid = "impasto"\nversion = "0.0.0"\n'


def test_blender_gets_the_package_as_the_zips_root_and_its_version(tmp_path: Path) -> None:
    files = {"blender_manifest.toml": MANIFEST, "host/images.py": "import numpy\n"}
    tree(tmp_path / "root", "blender", files)
    with zipfile.ZipFile(build("blender", tmp_path, tmp_path / "root")) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
        manifest = archive.read("blender_manifest.toml").decode()
        licence = archive.read("LICENSE").decode()
    assert names == {
        "LICENSE", "__init__.py", "blender_manifest.toml", "common/about.py", "host/images.py",
        "protocol/messages.py",
    }  # fmt: skip
    assert manifest == MANIFEST.replace("0.0.0", VERSION)
    assert "GNU General Public License" in licence
    assert licence.endswith(":\n\nMIT")


def test_a_manifest_without_a_version_is_refused(tmp_path: Path) -> None:
    tree(tmp_path / "root", "blender", {"blender_manifest.toml": 'id = "impasto"\n'})
    with pytest.raises(BuildError, match="has no line version"):
        build("blender", tmp_path, tmp_path / "root")


def test_blenders_manifest_says_what_the_platform_asks_for() -> None:
    """Blender itself validates the zip in tests/hosts."""
    manifest = tomllib.loads((ROOT / "plugins/blender/blender_manifest.toml").read_text("utf-8"))
    assert (manifest["schema_version"], manifest["id"]) == ("1.0.0", "impasto")
    assert manifest["license"] == ["SPDX:GPL-3.0-or-later"]
    assert manifest["blender_version_min"] == "4.2.0"
    assert manifest["permissions"].keys() == {"network", "files"}
    for text in (manifest["tagline"], *manifest["permissions"].values()):
        assert len(text) <= 64
        assert text[-1].isalnum()
