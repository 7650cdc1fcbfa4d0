"""install, uninstall for GIMP, and what `doctor` says of it, in homes made for the test."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

import pytest

from core_server.cli import doctor
from core_server.cli.main import run
from core_server.hosts import gimp
from core_server.version import VERSION
from plugins.build import About, read_about
from protocol.messages import PROTOCOL_VERSION
from tests.homes import empty_home, everything

pytestmark = [
    pytest.mark.usefixtures("impasto_home"),
    pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="makes homes as Linux has them"),
]

NATIVE = ".config/GIMP/3.0"
SANDBOX = ".var/app/org.gimp.GIMP/config/GIMP/3.2"
SNAP = "snap/gimp/current/.config/GIMP/3.0"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_home(tmp_path, monkeypatch)


@pytest.fixture
def profile(home: Path) -> Path:
    """Of a GIMP 3.0 that was started once; a GIMP 2.10 was there before."""
    (home / NATIVE / "plug-ins").mkdir(parents=True)
    (home / ".config/GIMP/2.10/plug-ins").mkdir(parents=True)
    return home / NATIVE


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a GIMP 3.0 is installed, with Python; its program is on PATH."""
    for folder in ("bin", "lib/x86_64-linux-gnu/gimp/3.0/plug-ins/python-eval"):
        (tmp_path / "usr" / folder).mkdir(parents=True)
    for name in ("gimp", "gimp-3", "gimp-3.0", "gimp-console-3.0"):
        (tmp_path / "usr/bin" / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "usr/bin"))
    return tmp_path / "usr"


# ---- installing ------------------------------------------------------------------------------


def test_a_gimp_gets_the_plugin_and_a_path_for_its_other_plugins(
    profile: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "gimp"]) == 0
    plugin = profile / "plug-ins/impasto"
    assert read_about(plugin / "impasto_gimp") == About(VERSION, PROTOCOL_VERSION)
    assert os.access(plugin / "impasto.py", os.X_OK)
    assert (plugin / "gimpfu.py").is_file()
    assert (plugin / "impasto_gimp/protocol/client.py").is_file()
    assert {path.name for path in profile.iterdir()} == {"plug-ins", "environ"}
    lines = (profile / "environ/impasto.env").read_text().splitlines()
    assert lines[1:] == [": PYTHONPATH=${gimp_dir}/plug-ins/impasto"]
    assert not (home / ".config/GIMP/2.10/plug-ins/impasto").exists()
    said = capsys.readouterr().out
    assert f"GIMP 3.0: Installed Impasto {VERSION} in {plugin}." in said
    assert f"import gimpfu now; what it covers is in {plugin / 'GIMPFU.md'}" in said
    assert "restart" in said
    assert "Filters ▸ Impasto" in said
    assert "Windows ▸ Impasto" in said


def test_every_version_and_every_way_of_installing_gets_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (NATIVE, ".config/GIMP/3.2", SANDBOX, SNAP):
        (home / folder).mkdir(parents=True)
    assert run(["install", "gimp"]) == 0
    said = capsys.readouterr().out
    for folder, name in {
        NATIVE: "GIMP 3.0: ",
        ".config/GIMP/3.2": "GIMP 3.2: ",
        SANDBOX: "GIMP 3.2 (Flatpak): ",
        SNAP: "GIMP 3.0 (Snap): ",
    }.items():
        assert (home / folder / "plug-ins/impasto/impasto.py").is_file()
        assert name in said


def test_a_gimp_that_was_never_started_is_known_by_its_program(home: Path, prefix: Path) -> None:
    assert run(["install", "gimp"]) == 0
    assert (home / NATIVE / "plug-ins/impasto/impasto.py").is_file()
    assert not (home / ".var").exists()


@pytest.mark.parametrize("has_own", [True, False])
def test_the_flatpak_uses_the_distributions_folder_unless_it_has_its_own(
    has_own: bool, home: Path, tmp_path: Path
) -> None:
    """Flathub's GIMP may see ~/.config/GIMP; older ones kept to their sandbox."""
    binaries = tmp_path / "flatpaks/org.gimp.GIMP/current/active/files/bin"
    binaries.mkdir(parents=True)
    (binaries / "gimp-3.2").touch()
    if has_own:
        (home / SANDBOX).mkdir(parents=True)
    assert run(["install", "gimp"]) == 0
    expected = home / (SANDBOX if has_own else ".config/GIMP/3.2") / "plug-ins/impasto"
    assert [path.parent for path in home.rglob("impasto.py")] == [expected]


def test_one_folder_that_two_gimps_share_is_told_once(profile: Path, tmp_path: Path) -> None:
    binaries = tmp_path / "flatpaks/org.gimp.GIMP/current/active/files/bin"
    binaries.mkdir(parents=True)
    (binaries / "gimp-3.0").touch()
    (place,) = gimp.known_places()
    assert (place.name, place.folder, place.prefixes) == ("GIMP 3.0", profile, (binaries.parent,))


def test_an_older_copy_is_replaced_whole(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = profile / "plug-ins/impasto/impasto_gimp"
    (package / "common").mkdir(parents=True)
    (package / "common/about.py").write_text('VERSION = "0.0.1"\nPROTOCOL = 1\n')
    (package / "left_over.py").touch()
    (profile / "plug-ins/other").mkdir()
    assert run(["install", "gimp"]) == 0
    assert not (package / "left_over.py").exists()
    assert (profile / "plug-ins/other").is_dir()
    assert "in place of 0.0.1" in capsys.readouterr().out
    before = everything(profile)
    assert run(["install", "gimp"]) == 0
    assert everything(profile) == before


def test_no_gimp_is_one_sentence_with_the_folders(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".config/GIMP/2.10").mkdir(parents=True)
    before = everything(home)
    assert run(["install", "gimp"]) == 5
    said = capsys.readouterr().err
    assert "No GIMP 3 was found" in said
    assert str(home / NATIVE) in said
    assert "Try: starting GIMP 3 once" in said
    assert everything(home) == before


@pytest.mark.parametrize("folder", ["portable/3.0", "portable/3.0/plug-ins"])
def test_a_folder_that_is_named_gets_it(folder: str, home: Path) -> None:
    (home / folder).mkdir(parents=True)
    assert run(["install", "gimp", "--folder", str(home / folder)]) == 0
    assert (home / "portable/3.0/plug-ins/impasto/impasto.py").is_file()
    assert not (home / ".config").exists()


def test_the_folder_of_the_environment_is_the_only_one(
    profile: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "own profile").mkdir()
    monkeypatch.setenv("GIMP3_DIRECTORY", "own profile")  # GIMP takes it below the home, too
    assert run(["install", "gimp"]) == 0
    assert (home / "own profile/plug-ins/impasto/impasto.py").is_file()
    assert not (profile / "plug-ins/impasto").exists()


def test_uninstalling_leaves_what_was_there_before(
    profile: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (profile / "environ").mkdir()
    (profile / "environ/mine.env").write_text("LANGUAGE=nl\n")
    before = everything(home)
    assert run(["install", "gimp"]) == 0
    assert run(["uninstall", "gimp"]) == 0
    assert everything(home) == before
    assert "Removed Impasto" in capsys.readouterr().out
    assert run(["uninstall", "gimp"]) == 0
    assert "There is no Impasto" in capsys.readouterr().out


# ---- the path for other plug-ins -------------------------------------------------------------


@pytest.mark.parametrize("name", ["mine.env", "impasto.env"])
@pytest.mark.parametrize("line", ["PYTHONPATH=/opt/mine\n", ": PYTHONPATH=/opt/mine\n"])
def test_another_file_with_a_python_path_stays_and_is_named(
    name: str, line: str, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = profile / "environ" / name
    path.parent.mkdir()
    path.write_text(f"# mine\n{line}")
    for command in (["install", "gimp"], ["uninstall", "gimp"]):
        assert run(command) == 0
        assert {entry.name for entry in path.parent.iterdir()} == {name}
        assert path.read_text() == f"# mine\n{line}"
        if command[0] == "install":
            said = capsys.readouterr()
            plugin = profile / "plug-ins/impasto"
            assert f"add {plugin} to PYTHONPATH in {path}" in said.err
            assert "import gimpfu now" not in said.out
            (finding,) = doctor.plugins()
            assert finding.level == "note"
            assert finding.cure == f"add {plugin} to its PYTHONPATH"


def test_another_file_that_leads_to_ours_is_fine(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = profile / "environ/mine.env"
    path.parent.mkdir()
    path.write_text(f"PYTHONPATH=/opt/mine:{profile / 'plug-ins/impasto'}\n")
    assert run(["install", "gimp"]) == 0
    assert "import gimpfu now" in capsys.readouterr().out
    assert [entry.name for entry in path.parent.iterdir()] == ["mine.env"]
    (finding,) = doctor.plugins()
    assert finding.level == "ok"


def test_a_python_path_that_came_later_drives_ours_out(profile: Path) -> None:
    assert run(["install", "gimp"]) == 0
    (profile / "environ/mine.env").write_text("PYTHONPATH=/opt/mine\n")
    assert run(["install", "gimp"]) == 0
    assert [entry.name for entry in (profile / "environ").iterdir()] == ["mine.env"]


def test_gimps_own_files_of_variables_count_too(
    profile: Path, prefix: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = prefix / "lib/x86_64-linux-gnu/gimp/3.0/environ/python.env"
    path.parent.mkdir()
    path.write_text("PYTHONPATH=${gimp_installation_dir}/python\n")
    assert run(["install", "gimp"]) == 0
    assert str(path) in capsys.readouterr().err
    assert not (profile / "environ").exists()


# ---- places ----------------------------------------------------------------------------------


def test_windows_has_installers_for_all_and_for_one_and_a_store(tmp_path: Path) -> None:
    store = tmp_path / "Local/Packages/GIMP.43237F745459_abc"
    for folder in (
        store / "LocalCache/Roaming/GIMP/3.2",
        tmp_path / "Files/GIMP 3/bin",
        tmp_path / "Roaming/GIMP/3.2",
        tmp_path / "Roaming/GIMP/2.99",
    ):
        folder.mkdir(parents=True)
    (tmp_path / "Files/GIMP 3/bin/gimp-3.0.exe").touch()
    environment = {
        "APPDATA": str(tmp_path / "Roaming"),
        "LOCALAPPDATA": str(tmp_path / "Local"),
        "PROGRAMFILES": str(tmp_path / "Files"),
    }
    assert {place.name: place.folder for place in gimp.windows_places(tmp_path, environment)} == {
        "GIMP 3.0": tmp_path / "Roaming/GIMP/3.0",
        "GIMP 3.2": tmp_path / "Roaming/GIMP/3.2",
        "GIMP 3.2 (Microsoft Store)": store / "LocalCache/Roaming/GIMP/3.2",
    }


@pytest.mark.parametrize(
    ("version", "folder"), [("3.2.6", "3.2"), ("2.10.38", "3.0"), (None, "3.0"), (3, "3.0")]
)
def test_macos_tells_the_version_in_the_application(
    version: object, folder: str, tmp_path: Path
) -> None:
    contents = tmp_path / "Applications/GIMP.app/Contents"
    (contents / "Resources").mkdir(parents=True)
    facts = {} if version is None else {"CFBundleShortVersionString": version}
    (contents / "Info.plist").write_bytes(plistlib.dumps(facts))
    (place,) = gimp.macos_places(tmp_path)
    assert place.folder == tmp_path / "Library/Application Support/GIMP" / folder
    assert place.is_there() == (version == "3.2.6")


def test_linux_follows_the_folders_of_the_environment(tmp_path: Path) -> None:
    place = gimp.linux_places(tmp_path, {"XDG_CONFIG_HOME": "/c"})[0]
    assert (place.folder, place.is_there()) == (Path("/c/GIMP/3.0"), False)


# ---- doctor ----------------------------------------------------------------------------------


def test_the_doctor_says_nothing_where_no_gimp_is() -> None:
    assert list(doctor.plugins()) == []


def test_the_doctor_names_a_gimp_without_the_plugin(profile: Path) -> None:
    (finding,) = doctor.plugins()
    assert (finding.level, finding.cure) == ("note", "impasto install gimp")
    assert finding.what == "GIMP 3.0 is here, without the plugin"


def test_the_doctor_is_content_with_a_fresh_copy(profile: Path, prefix: Path) -> None:
    run(["install", "gimp"])
    (finding,) = doctor.plugins()
    package = profile / "plug-ins/impasto/impasto_gimp"
    assert finding.level == "ok"
    assert finding.what == f"GIMP 3.0: version {VERSION} in {package}"


@pytest.mark.parametrize(
    ("about", "level", "words"),
    [
        ('VERSION = "0.0.1"\nPROTOCOL = {protocol}\n', "note", f"is not {VERSION}"),
        ('VERSION = "9.9"\nPROTOCOL = 99\n', "trouble", "cannot talk to"),
        ("", "trouble", "version unknown"),
    ],
)
def test_the_doctor_sees_another_version(about: str, level: str, words: str, profile: Path) -> None:
    run(["install", "gimp"])
    path = profile / "plug-ins/impasto/impasto_gimp/common/about.py"
    path.write_text(about.format(protocol=PROTOCOL_VERSION))
    (finding,) = doctor.plugins()
    assert (finding.level, finding.cure) == (level, "impasto install gimp")
    assert words in finding.what


def test_the_doctor_sees_a_program_that_may_not_be_started(profile: Path) -> None:
    """As after a copy over a stick: GIMP then says nothing and has no Impasto."""
    run(["install", "gimp"])
    (profile / "plug-ins/impasto/impasto.py").chmod(0o644)
    (finding,) = doctor.plugins()
    assert (finding.level, finding.cure) == ("trouble", "impasto install gimp")
    assert "not executable" in finding.what


def test_a_gimp_without_python_is_told_at_once_and_by_the_doctor(
    profile: Path, prefix: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (prefix / "lib/x86_64-linux-gnu/gimp/3.0/plug-ins/python-eval").rmdir()
    assert run(["install", "gimp"]) == 0
    assert "This GIMP came without Python. Try: install" in capsys.readouterr().err
    (finding,) = doctor.plugins()
    assert finding.level == "trouble"
    assert "gimp-plugin-python3" in finding.cure


def test_a_flatpak_without_python_wants_an_update(home: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "flatpaks/org.gimp.GIMP/current/active/files"
    for folder in ("bin", "lib/gimp/3.0/plug-ins"):
        (prefix / folder).mkdir(parents=True)
    (prefix / "bin/gimp-3.0").touch()
    assert run(["install", "gimp"]) == 0
    (finding,) = doctor.plugins()
    assert finding.level == "trouble"
    assert finding.cure.startswith("flatpak update org.gimp.GIMP")
