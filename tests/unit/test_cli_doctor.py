"""Each trouble is found, and has a cure."""

import json
import os
import sys
from pathlib import Path

import pytest

from core_server.cli import doctor
from core_server.cli.doctor import Finding
from core_server.cli.main import run
from core_server.config import settings_path, styles_path
from core_server.models.registry import ModelRegistry
from protocol import connection
from tests.unit.test_models_registry import write_model


def found(check: doctor.Check) -> list[Finding]:
    return list(check())


@pytest.fixture(autouse=True)
def home(impasto_home: Path) -> Path:
    impasto_home.mkdir()
    return impasto_home


def test_a_closed_home_is_fine(home: Path) -> None:
    home.chmod(0o700)
    assert [finding.level for finding in found(doctor.home)] == ["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_what_others_may_read_or_write_is_a_trouble_with_a_chmod(home: Path) -> None:
    home.chmod(0o777)
    connection.connection_path().write_text("{}")
    connection.connection_path().chmod(0o644)
    troubles = [finding for finding in found(doctor.home) if finding.level == "trouble"]
    assert [finding.cure.split()[0:2] for finding in troubles] == [
        ["chmod", "go-w"],
        ["chmod", "go-rwx"],
    ]


def test_a_long_home_is_a_note_because_tcp_remains(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_HOME", str(home / ("long" * 30)))
    (finding,) = found(doctor.sockets)
    assert finding.level == "note"
    assert "107" in finding.what


def test_a_missing_or_dead_launcher_is_a_trouble(home: Path) -> None:
    (finding,) = found(doctor.launcher)
    assert (finding.level, bool(finding.cure)) == ("trouble", True)
    connection.write_private(connection.launcher_path(), {"command": ["/gone/python"]})
    (finding,) = found(doctor.launcher)
    assert "/gone/python" in finding.what
    connection.write_launcher()
    (finding,) = found(doctor.launcher)
    assert finding.level == "ok"


@pytest.mark.parametrize(
    ("text", "words"), [("steps = 4", "no setting 'steps'"), ("port =", "cannot be read")]
)
def test_wrong_settings_name_file_and_field(
    text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_path().write_text(text)
    monkeypatch.setattr(doctor, "CHECKS", (doctor.settings, doctor.sockets))
    findings = list(doctor.examine())
    assert findings[0].level == "trouble"
    assert words in findings[0].what
    assert findings[1].name == "sockets", "one trouble must not hide the next check"


def test_broken_styles_do_not_stop_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    styles_path().write_text("[oil]\nlabel = 3")
    monkeypatch.setattr(doctor, "CHECKS", (doctor.settings,))
    assert "styles.toml" in next(doctor.examine()).what


def test_a_model_whose_folder_is_gone_is_a_trouble(home: Path, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "dream")
    ModelRegistry(home / "models.json").add_folder(folder)
    assert any(f.level == "ok" and "dream" in f.what for f in found(doctor.models))
    (folder / "model_index.json").unlink()
    assert any(f.level == "trouble" and "dream" in f.what for f in found(doctor.models))


@pytest.mark.parametrize(("length", "level"), [(4, "ok"), (3, "trouble"), (None, "trouble")])
def test_an_embedded_model_that_is_not_whole_is_a_trouble(
    length: int | None, level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = [{"name": "model-1.safetensors", "bytes": 4}]
    (tmp_path / "manifest.json").write_text(json.dumps({"shards": shards}))
    if length is not None:
        (tmp_path / "model-1.safetensors").write_bytes(bytes(length))
    # the class's default is what `doctor` uses
    monkeypatch.setattr(ModelRegistry.__init__, "__defaults__", (tmp_path / "manifest.json",))
    (finding,) = found(doctor.models)
    assert finding.level == level


def test_no_daemon_is_no_trouble() -> None:
    assert found(doctor.daemon) == [
        Finding("daemon", "ok", "not running; it starts when it is needed")
    ]


def test_too_little_memory_or_disk_is_a_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MEMORY_GB", 1e6)
    monkeypatch.setattr(doctor, "DISK_GB", 1e6)
    findings = found(doctor.memory) + found(doctor.disk)
    assert [(f.level, bool(f.cure)) for f in findings] == [("trouble", True)] * 2


def test_a_torch_that_cannot_start_is_a_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PROBE", "import a_torch_that_is_broken")
    (finding,) = found(doctor.device)
    assert finding.level == "trouble"
    assert "a_torch_that_is_broken" in finding.what


@pytest.mark.parametrize(("broken", "code"), [(False, 0), (True, 1)])
def test_the_exit_code_says_whether_there_is_a_trouble(
    broken: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (doctor.python, doctor.settings))
    if broken:
        settings_path().write_text("port = -1")
    assert run(["doctor"]) == code
    assert ("Everything is ready." in capsys.readouterr().out) is not broken
    assert run(["doctor", "--json"]) == code
    assert {f["level"] for f in json.loads(capsys.readouterr().out)} <= {"ok", "trouble"}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_is_named(home: Path) -> None:
    home.chmod(0o500)
    assert found(doctor.home)[0].level == "trouble"


def test_the_doctor_comes_even_where_the_launcher_cannot_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").touch()
    monkeypatch.setenv("IMPASTO_HOME", str(home / "file" / "below"))
    monkeypatch.setattr(doctor, "CHECKS", (doctor.home,))
    assert run(["doctor"]) == 1
    assert "cannot be made" in capsys.readouterr().out
