"""install, uninstall for Blender, and what `doctor` says of it, in homes made for the test.

The program here is a script that answers as Blender does; tests/hosts/blender has the real one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core_server.cli import doctor
from core_server.cli.doctor import Finding
from core_server.cli.main import run
from core_server.hosts import blender
from core_server.version import VERSION
from plugins.build import About, read_about
from protocol.messages import PROTOCOL_VERSION
from tests.homes import empty_home, everything

pytestmark = [
    pytest.mark.usefixtures("impasto_home"),
    pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="makes homes as Linux has them"),
]

ROOT = ".config/blender"
EXTENSION = "extensions/user_default/impasto"
SETTINGS = "config/userpref.blend"

PROGRAM = """#!{python}
import os, shutil, sys, zipfile
from pathlib import Path
said = sys.argv[1:]
if said == ["--version"]:
    print("Blender {version}.1\\n\\tbuild date: 2025")
    sys.exit()
profile = Path(os.environ["HOME"]) / ".config/blender/{version}"
settings, extension = profile / "config/userpref.blend", profile / "extensions/user_default/impasto"
if said[:3] == ["--command", "extension", "install-file"]:
    assert said[3:6] == ["-r", "user_default", "--enable"]
    shutil.rmtree(extension, ignore_errors=True)
    zipfile.ZipFile(said[6]).extractall(extension)
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_bytes(b"BLENDER-v403\\0bl_ext.user_default.impasto\\0")
elif said[:3] == ["--command", "extension", "remove"]:
    assert said[3:] == ["user_default.impasto"]
    shutil.rmtree(extension)
    settings.write_bytes(b"BLENDER-v403")
"""
BROKEN = """#!{python}
import sys
if sys.argv[1:] == ["--version"]:
    print("Blender {version}.0")
else:
    print("FATAL_ERROR no user_default\\n\\nBlender quit")
    sys.exit("FATAL_ERROR the repository is locked")
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    blender.version_of.cache_clear()
    return empty_home(tmp_path, monkeypatch)


def started(home: Path, *versions: str) -> None:
    """Blenders that have run once."""
    for version in versions:
        (home / ROOT / version / "config").mkdir(parents=True)
        (home / ROOT / version / SETTINGS).write_bytes(b"BLENDER-v403")


def program(tmp_path: Path, text: str = PROGRAM, version: str = "4.3", at: str = "bin") -> Path:
    path = tmp_path / at / "blender"
    path.parent.mkdir(parents=True)
    path.write_text(text.format(python=sys.executable, version=version))
    path.chmod(0o755)
    return path


# ---- installing ------------------------------------------------------------------------------


def test_blender_itself_installs_and_switches_on(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path)
    assert run(["install", "blender"]) == 0
    package = home / ROOT / "4.3" / EXTENSION
    assert read_about(package) == About(VERSION, PROTOCOL_VERSION)
    assert f'\nversion = "{VERSION}"\n' in (package / "blender_manifest.toml").read_text()
    said = capsys.readouterr()
    assert f"Blender 4.3: Installed Impasto {VERSION} in {package}." in said.out
    assert "switched on" in said.out
    assert "press N in the 3D Viewport or the Image Editor" in said.out
    assert said.err == ""


def test_without_the_program_every_version_gets_the_files_and_a_hint(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started(home, "4.1", "4.2", "5.0", "4.10", "old")
    flatpak = home / ".var/app/org.blender.Blender/config/blender/4.5"
    (flatpak / "config").mkdir(parents=True)
    assert run(["install", "blender"]) == 0
    for profile in (*(home / ROOT / version for version in ("4.2", "4.10", "5.0")), flatpak):
        assert (profile / EXTENSION / "__init__.py").is_file()
        assert {path.name for path in (profile / "extensions").iterdir()} == {"user_default"}
    assert not (home / ROOT / "4.1/extensions").exists()
    said = capsys.readouterr()
    names = [line.partition(":")[0] for line in said.out.splitlines()[:4]]
    assert names == ["Blender 4.2", "Blender 4.10", "Blender 5.0", "Blender 4.5 (Flatpak)"]
    assert said.err.count("Switch it on in Blender: Edit ▸ Preferences ▸ Add-ons") == 4


def test_a_blender_that_refuses_is_quoted_and_gets_the_files(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started(home, "4.3")
    program(tmp_path, BROKEN)
    assert run(["install", "blender"]) == 0
    assert (home / ROOT / "4.3" / EXTENSION / "__init__.py").is_file()
    said = capsys.readouterr().err
    assert "the repository is locked" in said
    assert "Switch it on" in said


def test_a_new_version_is_not_kept_from_taking_over_settings(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started(home, "4.2")
    program(tmp_path, version="5.0")
    assert run(["install", "blender"]) == 0
    assert (home / ROOT / "4.2" / EXTENSION).is_dir()
    assert not (home / ROOT / "5.0").exists()
    assert "Blender 5.0: Start it once" in capsys.readouterr().err


def test_an_older_copy_is_replaced_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started(home, "4.3")
    package = home / ROOT / "4.3" / EXTENSION
    (package / "common").mkdir(parents=True)
    (package / "common/about.py").write_text('VERSION = "0.0.1"\nPROTOCOL = 1\n')
    (package / "left_over.py").touch()
    (package.parent / "other").mkdir()
    assert run(["install", "blender"]) == 0
    assert not (package / "left_over.py").exists()
    assert (package.parent / "other").is_dir()
    assert "in place of 0.0.1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("folder", "extensions"),
    [
        (".config/blender/4.3", ".config/blender/4.3/extensions"),
        ("old/blender/4.4/extensions", "old/blender/4.4/extensions"),
        ("old/4.4/extensions/user_default", "old/4.4/extensions"),
        ("studio", "studio"),
    ],
)
def test_a_folder_that_is_named_gets_it(folder: str, extensions: str, home: Path) -> None:
    started(home, "4.2")
    (home / folder).mkdir(parents=True)
    assert run(["install", "blender", "--folder", str(home / folder)]) == 0
    assert (home / extensions / "user_default/impasto/__init__.py").is_file()
    assert not (home / ROOT / "4.2/extensions").exists()


def test_no_blender_is_one_sentence_with_the_folders(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "blender"]) == 5
    said = capsys.readouterr().err
    assert f"No Blender 4.2 or newer was found; these folders are not there: {home / ROOT}" in said
    assert "Try: putting blender on PATH" in said
    assert everything(home) == {}


@pytest.mark.parametrize("text", [None, PROGRAM, BROKEN], ids=["no program", "program", "broken"])
def test_uninstalling_takes_it_away(
    text: str | None, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started(home, "4.3")
    if text:
        program(tmp_path, text)
    assert run(["install", "blender"]) == 0
    assert run(["uninstall", "blender"]) == 0
    assert not (home / ROOT / "4.3" / EXTENSION).exists()
    assert b"impasto" not in (home / ROOT / "4.3" / SETTINGS).read_bytes()
    assert "Removed Impasto" in capsys.readouterr().out
    assert run(["uninstall", "blender"]) == 0
    assert "There is no Impasto" in capsys.readouterr().out


# ---- places ----------------------------------------------------------------------------------


def test_windows_has_one_folder_a_version_and_the_store_its_own(tmp_path: Path) -> None:
    own = "Blender Foundation/Blender"
    store = tmp_path / "Local/Packages/BlenderFoundation.Blender_abc/LocalCache/Roaming" / own
    for profile in (store / "4.5", tmp_path / "Roaming" / own / "4.2"):
        profile.mkdir(parents=True)
    installed = tmp_path / "Programs/Blender Foundation/Blender 5.0"
    (installed / "5.0").mkdir(parents=True)
    (installed / "blender.exe").touch()
    environment = {
        "APPDATA": str(tmp_path / "Roaming"),
        "LOCALAPPDATA": str(tmp_path / "Local"),
        "PROGRAMFILES": str(tmp_path / "Programs"),
        "PROGRAMFILES(X86)": str(tmp_path),
    }
    shop, older, newer = blender.windows_places(tmp_path, environment)
    assert shop.folder == store / "4.5/extensions"
    assert older.folder == tmp_path / "Roaming" / own / "4.2/extensions"
    assert older.settings == tmp_path / "Roaming" / own / "4.2/config/userpref.blend"
    assert newer.folder == tmp_path / "Roaming" / own / "5.0/extensions"
    assert (older.program, newer.program) == (None, installed / "blender.exe")
    assert (older.succeeds, newer.succeeds) == (False, True)


def test_macos_knows_the_version_of_an_application(tmp_path: Path) -> None:
    contents = tmp_path / "Applications/Blender.app/Contents"
    (contents / "Resources/4.4").mkdir(parents=True)
    (contents / "MacOS").mkdir()
    (contents / "MacOS/Blender").touch()
    (place,) = blender.macos_places(tmp_path)
    assert place.name == "Blender 4.4"
    root = tmp_path / "Library/Application Support/Blender/4.4"
    assert (place.folder, place.settings) == (root / "extensions", root / SETTINGS)


def test_linux_follows_the_folders_of_the_environment(tmp_path: Path) -> None:
    own, flatpak = blender.linux_places(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path / "c")})
    assert own.folder == tmp_path / "c/blender/4.2/extensions"
    assert flatpak.folder == (
        tmp_path / ".var/app/org.blender.Blender/config/blender/4.2/extensions"
    )


def test_a_portable_blender_keeps_them_beside_itself(home: Path, tmp_path: Path) -> None:
    path = program(tmp_path)
    (path.parent / "portable").mkdir()
    (place,) = blender.known_places()
    assert (place.name, place.folder) == ("Blender 4.3", path.parent / "portable/extensions")


@pytest.mark.parametrize(
    ("name", "folder", "settings"),
    [
        ("BLENDER_USER_RESOURCES", "moved/extensions", "moved/config/userpref.blend"),
        ("BLENDER_USER_EXTENSIONS", "moved", ".config/blender/4.3/config/userpref.blend"),
    ],
)
def test_blenders_own_variables_are_heeded(
    name: str, folder: str, settings: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(home, "4.2", "4.3")
    monkeypatch.setenv(name, str(home / "moved"))
    (place,) = blender.known_places()
    assert (place.folder, place.settings) == (home / folder, home / settings)


# ---- doctor ----------------------------------------------------------------------------------


def test_the_doctor_names_a_blender_without_the_extension(home: Path) -> None:
    started(home, "4.3")
    (finding,) = doctor.plugins()
    assert finding.level == "note"
    assert finding.what == "Blender 4.3 is here, without the plugin"
    assert finding.cure == "impasto install blender"


def test_the_doctor_tells_whether_it_is_switched_on(home: Path, tmp_path: Path) -> None:
    started(home, "4.3")
    run(["install", "blender"])
    (finding,) = doctor.plugins()
    assert finding.level == "note"
    assert finding.what.endswith(", not enabled")
    assert "Preferences" in finding.cure
    blender.version_of.cache_clear()
    program(tmp_path)
    run(["install", "blender"])
    what = f"Blender 4.3: version {VERSION} in {home / ROOT / '4.3' / EXTENSION}, enabled"
    assert list(doctor.plugins()) == [Finding("plugin", "ok", what)]
