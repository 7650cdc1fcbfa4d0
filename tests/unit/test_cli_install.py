"""install, uninstall for Krita, and what `doctor` says of it, in homes made for the test."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core_server.cli import doctor
from core_server.cli.doctor import Finding
from core_server.cli.main import run
from core_server.hosts import krita, kritarc
from core_server.version import VERSION
from plugins.build import About, read_about
from protocol.messages import PROTOCOL_VERSION
from tests.homes import empty_home, everything

pytestmark = [
    pytest.mark.usefixtures("impasto_home"),
    pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="makes homes as Linux has them"),
]

NATIVE, FLATPAK = ".local/share/krita", ".var/app/org.kde.krita/data/krita"
SETTINGS = "ResourceDirectory[$e]=\nn=1\n\n[python]\nenable_scripter=true\n\n[krita][Dock X]\nw=2\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_home(tmp_path, monkeypatch)


@pytest.fixture
def resources(home: Path) -> Path:
    """The resource folder of a Krita that was started once."""
    (home / NATIVE).mkdir(parents=True)
    (home / ".config").mkdir()
    (home / ".config/kritarc").write_text(SETTINGS)
    return home / NATIVE


# ---- installing ------------------------------------------------------------------------------


def test_a_krita_gets_the_plugin_and_its_settings_one_line(
    resources: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "krita"]) == 0
    assert read_about(resources / "pykrita/impasto") == About(VERSION, PROTOCOL_VERSION)
    assert (resources / "pykrita/impasto.desktop").is_file()
    assert (resources / "pykrita/impasto/protocol/client.py").is_file()
    changed = SETTINGS.replace("[python]\n", "[python]\nenable_impasto=true\n")
    assert (home / ".config/kritarc").read_text() == changed
    assert {path.name for path in resources.iterdir()} <= {"pykrita", "actions"}
    said = capsys.readouterr().out
    assert f"Installed Impasto {VERSION} in {resources / 'pykrita'}." in said
    assert "kritarc" in said


def test_every_krita_that_is_there_gets_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (NATIVE, FLATPAK, "snap/krita/current/.local/share/krita"):
        (home / folder).mkdir(parents=True)
    assert run(["install", "krita"]) == 0
    for folder, settings in {
        NATIVE: ".config/kritarc",
        FLATPAK: ".var/app/org.kde.krita/config/kritarc",
        "snap/krita/current/.local/share/krita": "snap/krita/current/.config/kritarc",
    }.items():
        assert (home / folder / "pykrita/impasto/manual.html").is_file()
        assert (home / settings).read_text() == "[python]\nenable_impasto=true\n"
    said = capsys.readouterr().out
    assert all(name in said for name in ("Krita: ", "Krita (Flatpak): ", "Krita (Snap): "))


def test_a_krita_that_was_never_started_is_known_by_its_program(home: Path) -> None:
    program = Path(os.environ["PATH"]) / "krita"
    program.parent.mkdir()
    program.touch(mode=0o755)
    assert run(["install", "krita"]) == 0
    assert (home / NATIVE / "pykrita/impasto").is_dir()
    assert kritarc.is_enabled((home / ".config/kritarc").read_text())
    assert not (home / ".var").exists()


def test_an_older_copy_is_replaced_whole(
    resources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = resources / "pykrita/impasto"
    (package / "common").mkdir(parents=True)
    (package / "common/about.py").write_text('VERSION = "0.0.1"\nPROTOCOL = 1\n')
    (package / "left_over.py").touch()
    (resources / "pykrita/other.desktop").write_text("another plugin")
    assert run(["install", "krita"]) == 0
    assert not (package / "left_over.py").exists()
    assert (resources / "pykrita/other.desktop").read_text() == "another plugin"
    assert "in place of 0.0.1" in capsys.readouterr().out
    before = everything(resources)
    assert run(["install", "krita"]) == 0
    assert everything(resources) == before
    assert "in place of" not in capsys.readouterr().out


def test_a_link_to_a_checkout_is_replaced_not_emptied(resources: Path, tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout/mine.py").touch()
    (resources / "pykrita").mkdir()
    (resources / "pykrita/impasto").symlink_to(tmp_path / "checkout")
    assert run(["install", "krita"]) == 0
    assert (tmp_path / "checkout/mine.py").exists()
    assert not (resources / "pykrita/impasto").is_symlink()


def test_moved_resources_are_where_the_plugin_goes(home: Path, tmp_path: Path) -> None:
    moved = tmp_path / "my brushes"
    moved.mkdir()
    (home / ".config").mkdir()
    (home / ".config/kritarc").write_text(f"ResourceDirectory={moved}\n[python]\n")
    assert run(["install", "krita"]) == 0
    assert (moved / "pykrita/impasto").is_dir()
    assert not (home / NATIVE).exists()


def test_no_krita_is_one_sentence_with_the_folders(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "krita"]) == 5
    said = capsys.readouterr().err
    assert str(home / NATIVE) in said
    assert str(home / FLATPAK) in said
    assert "Try: --folder" in said
    assert everything(home) == {}


@pytest.mark.parametrize(
    ("folder", "settings"),
    [
        ("elsewhere/.local/share/krita", "elsewhere/.config/kritarc"),
        ("elsewhere/.local/share/krita/pykrita", "elsewhere/.config/kritarc"),
        ("elsewhere/data/krita", "elsewhere/config/kritarc"),
        ("portable", None),
    ],
)
def test_a_folder_that_is_named_gets_it_and_settings_if_they_can_be_told(
    folder: str, settings: str | None, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / folder).mkdir(parents=True)
    assert run(["install", "krita", "--folder", str(home / folder)]) == 0
    root = home / folder.removesuffix("/pykrita")
    assert (root / "pykrita/impasto").is_dir()
    assert not (home / NATIVE).exists()
    assert not (home / ".config").exists()
    if settings:
        assert kritarc.is_enabled((home / settings).read_text())
    else:
        assert "Python Plugin Manager" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_not_made(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "krita", "--folder", str(home / "typo")]) == 5
    assert "There is no folder" in capsys.readouterr().err
    assert not (home / "typo").exists()


def test_uninstalling_leaves_what_was_there_before(
    resources: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (resources / "pykrita").mkdir()
    (resources / "pykrita/other.desktop").touch()
    (resources / "actions").mkdir()
    before = everything(home)
    assert run(["install", "krita"]) == 0
    assert run(["uninstall", "krita"]) == 0
    assert everything(home) == before
    assert "Removed Impasto" in capsys.readouterr().out
    assert run(["uninstall", "krita"]) == 0
    assert "There is no Impasto" in capsys.readouterr().out


def test_only_known_programs_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["install", "photoshop"]) == 2
    assert "krita" in capsys.readouterr().err


# ---- places ----------------------------------------------------------------------------------


def test_windows_keeps_plugins_and_settings_apart(tmp_path: Path) -> None:
    store = tmp_path / "Local/Packages/49800Krita_abc"
    store.mkdir(parents=True)
    environment = {"APPDATA": str(tmp_path / "Roaming"), "LOCALAPPDATA": str(tmp_path / "Local")}
    plain, shop = krita.windows_places(tmp_path, environment)
    assert plain.folder == tmp_path / "Roaming/krita"
    assert plain.settings == tmp_path / "Local/kritarc"
    assert shop.folder == store / "LocalCache/Roaming/krita"
    assert shop.settings == store / "LocalCache/Local/kritarc"


def test_macos_keeps_settings_among_the_preferences(tmp_path: Path) -> None:
    (place,) = krita.macos_places(tmp_path)
    assert place.folder == tmp_path / "Library/Application Support/krita"
    assert place.settings == tmp_path / "Library/Preferences/kritarc"


def test_linux_follows_the_folders_of_the_environment(tmp_path: Path) -> None:
    environment = {"XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"}
    place = krita.linux_places(tmp_path, environment)[0]
    assert (place.folder, place.settings) == (Path("/d/krita"), Path("/c/kritarc"))


# ---- kritarc ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "[python]\nenable_impasto=true\n"),
        ("a=1", "a=1\n\n[python]\nenable_impasto=true\n"),
        ("[x]\na=1\n", "[x]\na=1\n\n[python]\nenable_impasto=true\n"),
        ("[python]", "[python]\nenable_impasto=true\n"),
        ("[python]\nenable_impasto=false\nb=1\n", "[python]\nenable_impasto=true\nb=1\n"),
        ("[python]\nenable_impasto[$i]=no\n", "[python]\nenable_impasto=true\n"),
        ("[python]\r\nb=1\r\n", "[python]\r\nenable_impasto=true\r\nb=1\r\n"),
        (
            "[x]\nenable_impasto=false\n[python]\n[y]\n",
            "[x]\nenable_impasto=false\n[python]\nenable_impasto=true\n[y]\n",
        ),
        (
            "[x][python]\nenable_impasto=true\n",
            "[x][python]\nenable_impasto=true\n\n[python]\nenable_impasto=true\n",
        ),
        (
            "[python]\nenable_impasto=true\n[a]\n[python]\nenable_impasto=false\n",
            "[python]\nenable_impasto=true\n[a]\n[python]\nenable_impasto=true\n",
        ),
        ("v=\x0b\u2028=[\n", "v=\x0b\u2028=[\n\n[python]\nenable_impasto=true\n"),
    ],
)
def test_one_line_switches_on_and_all_others_stay(text: str, expected: str) -> None:
    assert kritarc.enable(text) == expected
    assert kritarc.enable(expected) == expected
    assert kritarc.is_enabled(expected)
    assert not kritarc.is_enabled(kritarc.forget(expected))


@pytest.mark.parametrize(
    ("value", "is_on"), [("true", True), ("ON", True), ("1", True), ("no", False), ("", False)]
)
def test_what_krita_reads_as_switched_on(value: str, is_on: bool) -> None:
    assert kritarc.is_enabled(f"[python]\nenable_impasto = {value}\n") is is_on


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("ResourceDirectory=/my\\sbrushes\n", "/my brushes"),
        ("[x]\nResourceDirectory=/no\n", None),
        ("ResourceDirectory=\n", None),
        ("ResourceDirectory=relative\n", None),
        ("# ResourceDirectory=/no\n", None),
    ],
)
def test_where_resources_were_moved_to(text: str, folder: str | None) -> None:
    assert kritarc.resource_folder(text) == (Path(folder) if folder else None)


def test_writing_settings_keeps_mode_link_and_odd_bytes(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles", tmp_path / "kritarc"
    real.write_bytes(b"name=\xff\xfe\r\n[python]\r\n")
    real.chmod(0o640)
    link.symlink_to(real)
    kritarc.write(link, kritarc.enable(kritarc.read(link)))
    assert link.is_symlink()
    assert real.read_bytes() == b"name=\xff\xfe\r\n[python]\r\nenable_impasto=true\r\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} >= {"dotfiles", "kritarc"}
    assert not list(tmp_path.glob(".kritarc-*"))


# ---- doctor ----------------------------------------------------------------------------------


def test_the_doctor_says_nothing_where_no_krita_is() -> None:
    assert list(doctor.plugins()) == []


def test_the_doctor_names_a_krita_without_the_plugin(resources: Path) -> None:
    (finding,) = doctor.plugins()
    assert (finding.level, finding.cure) == ("note", "impasto install krita")


def test_the_doctor_is_content_with_a_fresh_copy(resources: Path) -> None:
    run(["install", "krita"])
    package = resources / "pykrita/impasto"
    what = f"Krita: version {VERSION} in {package}, enabled"
    assert list(doctor.plugins()) == [Finding("plugin", "ok", what)]


@pytest.mark.parametrize(
    ("about", "level", "words"),
    [
        ('VERSION = "0.0.1"\nPROTOCOL = {protocol}\n', "note", f"is not {VERSION}"),
        ('VERSION = "9.9"\nPROTOCOL = 99\n', "trouble", "cannot talk to"),
        ("", "trouble", "version unknown"),
    ],
)
def test_the_doctor_sees_another_version(
    about: str, level: str, words: str, resources: Path
) -> None:
    run(["install", "krita"])
    path = resources / "pykrita/impasto/common/about.py"
    path.write_text(about.format(protocol=PROTOCOL_VERSION))
    (finding,) = doctor.plugins()
    assert (finding.level, finding.cure) == (level, "impasto install krita")
    assert words in finding.what


def test_the_doctor_sees_a_plugin_that_is_switched_off(resources: Path, home: Path) -> None:
    run(["install", "krita"])
    (home / ".config/kritarc").write_text("[python]\nenable_impasto=false\n")
    (finding,) = doctor.plugins()
    assert finding.level == "note"
    assert "not enabled" in finding.what
