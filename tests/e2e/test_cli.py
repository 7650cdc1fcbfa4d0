"""The command line against a real daemon: pictures in, pictures out, nothing else on stdout."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core_server.api import Impasto
from core_server.cli.main import run
from core_server.imaging.files import read_image, read_png_text, write_png
from core_server.imaging.ora import read_ora
from protocol.connection import Lock
from protocol.errors import Cancelled
from protocol.messages import JobState, Submit
from tests.daemons import REPOSITORY, DaemonProcess, fresh_daemon

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def daemon() -> Iterator[DaemonProcess]:
    with fresh_daemon() as process:
        yield process


@pytest.fixture
def here(daemon: DaemonProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder; commands find the module's daemon."""
    monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scene(dtype: type, side: int = 96) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """A wavy ground with a bright square to be removed, opaque."""
    top = np.iinfo(dtype).max
    y, x = np.mgrid[:side, :side] / side
    picture = np.stack([x, y, 0.5 + 0.5 * np.sin(9 * x), np.ones_like(x)], 2)
    picture[40:56, 40:56, :3] = 1
    return np.rint(picture * top).astype(dtype)


def square(side: int = 96) -> NDArray[np.uint8]:
    mask = np.zeros((side, side), np.uint8)
    mask[38:58, 38:58] = 255
    return mask


@pytest.fixture
def files(here: Path) -> Path:
    write_png(here / "photo.png", scene(np.uint8))
    write_png(here / "deep.png", scene(np.uint16))
    write_png(here / "mask.png", square()[..., None])
    return here


# ---- painting --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["photo.png", "deep.png"])
def test_removing_changes_the_selection_and_not_one_bit_elsewhere(
    files: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["inpaint", name, "mask.png", "--intent", "remove", "--grow", "0", "--feather", "0"]
    assert run([*arguments, "-o", "out.png"]) == 0
    before, after = read_image(files / name).pixels, read_image(files / "out.png").pixels
    assert after.dtype == before.dtype
    outside = square() == 0
    assert (after[outside] == before[outside]).all()
    assert (after[~outside] != before[~outside]).any()
    assert capsys.readouterr().out == "out.png\n"


def test_the_record_travels_in_the_picture_and_in_the_json(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inpaint", "photo.png", "mask.png", "--intent", "remove", "-s", "5", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    (picture,) = said["pictures"]
    assert picture["path"] == "photo-remove.png"
    assert picture["seed"] == 5
    assert said["record"]["operation"] == "inpaint"
    inside = json.loads(read_png_text(files / "photo-remove.png")["impasto"])
    assert inside["params"] == said["record"]["params"]
    assert inside["seed"] == 5


def test_layers_are_written_over_the_untouched_original(files: Path) -> None:
    assert run(["inpaint", "deep.png", "mask.png", "--intent", "remove", "-o", "out.ora"]) == 0
    size, (layer, original) = read_ora(files / "out.ora")
    assert size == (96, 96)
    assert original.name == "deep"
    assert (original.pixels == scene(np.uint16)).all()
    assert layer.pixels.dtype == np.uint16
    assert layer.pixels[48 - layer.y, 48 - layer.x, 3] == 65535


def test_a_name_that_is_taken_is_left_alone(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["inpaint", "photo.png", "mask.png", "--intent", "remove"]
    assert run(arguments) == run(arguments) == 0
    assert capsys.readouterr().out.split() == ["photo-remove.png", "photo-remove-again-2.png"]
    assert run([*arguments, "-o", "photo.png"]) == 2
    assert "photo.png is already there." in capsys.readouterr().err
    assert run([*arguments, "-o", "photo-remove.png", "--overwrite"]) == 0


def test_a_device_for_a_daemon_that_runs_already_is_noted(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["inpaint", "photo.png", "mask.png", "--intent", "remove", "--batch"]
    assert run([*arguments, "--device", "cuda:0"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "photo-remove.png\n"
    assert "The daemon was already running" in printed.err


@pytest.mark.parametrize(
    ("mask", "code", "sentence"),
    [
        (np.full((8, 9, 1), 255, np.uint8), 4, "The mask is 9×8 pixels, the picture 96×96"),
        (np.zeros((96, 96, 1), np.uint8), 4, "The mask is black: nothing is selected."),
    ],
)
def test_a_mask_that_does_not_fit_is_explained(
    files: Path,
    mask: NDArray[np.uint8],
    code: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_png(files / "other.png", mask)
    assert run(["inpaint", "photo.png", "other.png", "a tree"]) == code
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert printed.out == ""


def test_a_file_that_is_no_picture_is_one_sentence(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "notes.txt").write_text("no picture")
    assert run(["inpaint", "photo.png", "notes.txt", "a tree"]) in (4, 5)
    error = capsys.readouterr().err
    assert "notes.txt" in error
    assert "Traceback" not in error


def test_what_only_the_daemon_can_refuse_is_said_with_a_cure(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inpaint", "photo.png", "mask.png", "a tree", "--left", "8"]) == 4
    assert "Try: --intent expand" in capsys.readouterr().err


# ---- history and daemon ----------------------------------------------------------------------


def test_a_job_of_the_history_is_shown_saved_and_repeated(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["inpaint", "photo.png", "mask.png", "--intent", "remove", "--json"]
    assert run([*arguments, "--prompt", "zebra"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert run(["history", "list", "zebra", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["job"] == first["job"]
    assert entry["state"] == "done"
    assert run(["history", "show", entry["job"][:13], "-o", "saved.png"]) == 0
    assert run(["history", "rerun", entry["job"][:13], "-o", "again.png", "--json"]) == 0
    again = json.loads(capsys.readouterr().out.partition("{")[2].join(("{", "")))
    assert again["job"] != first["job"]
    assert again["record"]["params"] == first["record"]["params"]
    assert (read_image(files / "saved.png").pixels == read_image(files / "again.png").pixels).all()


def test_an_unknown_job_is_one_sentence(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["history", "show", "ffffffff"]) == 4
    assert "There is no job ffffffff" in capsys.readouterr().err


def test_status_lists_every_field_for_scripts(
    here: Path, daemon: DaemonProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["status", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["running"] is True
    assert report["pid"] == daemon.pid
    assert {"name", "state", "model", "memory_mb"} <= report["devices"][0].keys()
    assert run(["status"]) == 0
    assert "Nothing is waiting." in capsys.readouterr().out


def test_doctor_sees_the_running_daemon(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["doctor", "--json"])
    findings = json.loads(capsys.readouterr().out)
    daemon = [f for f in findings if f["name"] == "daemon"]
    assert daemon[0]["level"] == "ok"
    assert all(f["cure"] for f in findings if f["level"] == "trouble")


def test_a_second_serve_says_where_the_first_listens(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve"]) == 5
    assert "already runs; it listens on" in capsys.readouterr().err


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_ctrl_c_cancels_the_job_in_the_daemon(here: Path) -> None:
    with Impasto() as impasto:
        job = impasto.client.submit(Submit("", "", "rehearse", {"steps": 600, "step_s": 0.1}))
        job.cancel()
        with pytest.raises(Cancelled):
            job.wait(20)
        command = subprocess.Popen(
            [sys.executable, "-m", "core_server", "history", "rerun", job.id, "-o", "out.png"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path])},
            stderr=subprocess.PIPE,
            text=True,
        )
        newest = lambda: impasto.history(limit=1)[0]  # noqa: E731
        until(lambda: newest().job != job.id and newest().state is JobState.RUNNING)
        command.send_signal(signal.SIGINT)
        _, error = command.communicate(timeout=30)
        assert command.returncode == 130
        assert error.strip().endswith("Cancelled.")
        assert newest().state is JobState.CANCELLED
    assert not (here / "out.png").exists()


def test_stop_and_the_next_command_starts_a_daemon_again(
    impasto_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_PRELOAD", "none")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    assert run(["status", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["running"] is False
    assert run(["history", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert Lock.is_held()
    assert run(["release"]) == 0
    assert run(["stop"]) == 0
    assert not Lock.is_held()
    assert run(["stop"]) == 0
    assert "not running" in capsys.readouterr().err
