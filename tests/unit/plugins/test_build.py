"""A built plugin stands alone: a bare Python imports it, and Krita's importer finds its parts."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

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
EVERYTHING_BUT_KRITA = """
import importlib, pkgutil, sys, types
sys.dont_write_bytecode = True
package = types.ModuleType("impasto")  # its own __init__ needs Krita
package.__path__ = [sys.argv[1]]
sys.modules["impasto"] = package
for part in ("protocol", "common"):
    folder = importlib.import_module(f"impasto.{part}")
    for entry in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"impasto.{part}.{entry.name}")
from impasto.common.host import Host
from impasto.protocol.client import Client
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded - sys.stdlib_module_names - {"impasto", "__main__"}))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("krita", tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def folder(built: Path) -> Path:
    with zipfile.ZipFile(built) as archive:
        archive.extractall(built.parent / "unpacked")
    return built.parent / "unpacked"


# ---- the built plugin ------------------------------------------------------------------------


def test_logic_and_protocol_import_in_a_python_without_packages(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", EVERYTHING_BUT_KRITA, str(folder / "impasto")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_all_of_it_is_python_3_10_and_names_itself_only_by_dots(folder: Path) -> None:
    paths = list(folder.rglob("*.py"))
    assert len(paths) > 15
    allowed = sys.stdlib_module_names | HOSTS["krita"].modules
    for path in paths:
        for node in ast.walk(ast.parse(path.read_bytes(), str(path), feature_version=(3, 10))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= allowed, path


def test_relative_imports_lead_to_modules_that_are_there(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.level:
                package = path.parents[node.level - 1]
                target = package.joinpath(*(node.module or "").split("."))
                assert target.is_dir() or target.with_suffix(".py").is_file(), (path, node.lineno)


def test_kritas_importer_finds_module_manual_and_desktop_file(built: Path, folder: Path) -> None:
    """As Krita's plugin_importer reads a zip: it wants the folder's own entry."""
    names = zipfile.ZipFile(built).namelist()
    desktop = configparser.ConfigParser()
    desktop.read_string((folder / "impasto.desktop").read_text("utf-8"))
    entry = desktop["Desktop Entry"]
    assert entry["ServiceTypes"] == "Krita/PythonPlugin"
    assert f"{entry['X-KDE-Library']}/" in names
    assert f"{entry['X-KDE-Library']}/__init__.py" in names
    assert f"{entry['X-KDE-Library']}/{entry['X-Krita-Manual']}" in names
    assert entry["Name"] == "Impasto"


def test_nothing_is_carried_that_a_plugin_does_not_need(folder: Path) -> None:
    names = {path.name for path in folder.rglob("*")}
    assert not names & {"__pycache__", "SPEC.md", "py.typed", "build.py"}
    assert (folder / "impasto/LICENSE").read_text("utf-8").startswith("MIT License")


def test_it_says_its_version_and_protocol(built: Path, folder: Path) -> None:
    assert built.name == f"impasto-krita-{VERSION}.zip"
    assert read_about(folder / "impasto") == About(VERSION, PROTOCOL_VERSION)
    assert read_about(folder) is None


def test_the_same_sources_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert build("krita", tmp_path / "new").read_bytes() == built.read_bytes()


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


# ---- laying out ------------------------------------------------------------------------------


def test_files_beside_the_package_are_named_and_strangers_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name, text in {
        "plugins/krita/__init__.py": "from plugins.krita.deep.docker import Docker\n",
        "plugins/krita/deep/docker.py": "from plugins.common.host import Host\n",
        "plugins/krita/deep/star.svg": "<svg/>",
        "plugins/krita/impasto.desktop": "[Desktop Entry]",
        "plugins/krita/impasto.action": "<ActionCollection/>",
        "plugins/krita/.cache/x.py": "import nothing",
        "plugins/krita/__pycache__/x.pyc": "",
        "plugins/common/about.py": "",
        "protocol/messages.py": "PROTOCOL_VERSION = 7\n",
        "LICENSE": "MIT",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
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
