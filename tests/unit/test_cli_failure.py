"""One line, what to try, an exit code; never a traceback."""

from pathlib import Path

import click
import pytest

from core_server.cli.failure import Hint, hint_for, report
from core_server.cli.main import run
from protocol.errors import (
    ERRORS,
    REMEDY_ACTIONS,
    BadSize,
    Cancelled,
    Internal,
    NotRunning,
    OutOfRange,
    Remedy,
    UnsupportedByModel,
    WorkerLost,
    error_from_code,
)


@pytest.mark.parametrize("action", sorted(REMEDY_ACTIONS))
def test_every_remedy_has_words(action: str) -> None:
    assert hint_for(Internal("x", remedy=Remedy(action, "steps", 4)))
    assert hint_for(Internal("x", remedy=Remedy(action)))


@pytest.mark.parametrize(
    ("remedy", "hint"),
    [
        (Remedy("set_param", "guidance_scale", 7.5), "--guidance-scale 7.5"),
        (Remedy("set_param", "sampler"), "the command without --sampler"),
        (Remedy("set_param", "transparent", False), "--no-transparent"),
        (Remedy("set_param", "transparent", True), "--transparent"),
        (Remedy("choose_model", "model", "pocket"), "--model pocket"),
        (None, ""),
    ],
)
def test_a_remedy_becomes_something_to_type(remedy: Remedy | None, hint: str) -> None:
    assert hint_for(UnsupportedByModel("x", remedy=remedy)).startswith(hint)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (NotRunning("The daemon is not running."), 3, "The daemon is not running."),
        (BadSize("The mask is too small."), 4, "The mask is too small."),
        (WorkerLost("The painting process died."), 5, "The painting process died."),
        (Cancelled("The job was cancelled."), 130, "Cancelled."),
        (KeyboardInterrupt(), 130, "Cancelled."),
        (click.exceptions.Abort(), 130, "Cancelled."),
        (Hint("There is no file.", "photo.png"), 2, "There is no file.\nTry: photo.png"),
        (PermissionError(13, "Permission denied", "a.png"), 5, "a.png: Permission denied."),
        (ZeroDivisionError("division by zero"), 1, "Impasto has a fault (ZeroDivisionError"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(error) == code
    printed = capsys.readouterr()
    assert printed.err.startswith(line)
    assert printed.out == ""
    assert "Traceback" not in printed.err


def test_debugging_shows_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMPASTO_DEBUG", "1")
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 // 0
    report(caught.value)
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_of_the_protocol_has_a_documented_exit_code(code: str) -> None:
    error = error_from_code(code, "A sentence.", remedy=Remedy("retry"), log_id="1f")
    assert report(error) in (3, 4, 5, 130)


def test_the_log_id_is_named_where_there_is_something_to_try(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(Internal("It broke.", remedy=Remedy("open_log"), log_id="1f2e"))
    assert "1f2e" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["genrate", "a heart"], "No such command"),
        (["generate", "a heart", "--steps", "999"], "Steps is 999; it must be from 1 to 150."),
        (["generate", "a heart", "--stepz", "9"], "--steps"),
        (["generate"], "There is no prompt."),
        (["generate", "a heart", "-o", "heart.jpg"], "Impasto writes .png and .ora files"),
        (["generate", "a heart", "-o", "nowhere/heart.png"], "There is no folder nowhere"),
        (["inpaint", "missing.png"], "There is no picture file missing.png."),
        (["vary"], "Missing argument 'IMAGE'"),
        (["mix", "missing.png", "a dog"], "There is no picture file missing.png."),
    ],
)
def test_a_wrong_command_line_ends_before_a_daemon_is_started(
    impasto_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""
    assert not (impasto_home / "daemon.log").exists()


def test_an_out_of_range_value_names_the_nearest_one() -> None:
    error = OutOfRange("Steps is 999.", remedy=Remedy("set_param", "steps", 150))
    assert hint_for(error) == "--steps 150"
