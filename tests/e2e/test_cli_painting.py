"""The four verbs on the command line with a tiny real model: numbers, layers, seeds, repeats."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core_server.cli.main import run
from core_server.imaging.files import read_image, write_png
from core_server.imaging.ora import read_ora
from tests.daemons import DaemonProcess, fresh_daemon
from tests.tiny_models import tiny_model

pytestmark = [pytest.mark.e2e, pytest.mark.engine]

TINY = ["-m", "tiny", "--steps", "2", "--seed", "3"]


@pytest.fixture(scope="module")
def daemon() -> Iterator[DaemonProcess]:
    with fresh_daemon() as process, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMPASTO_HOME", str(process.home))
        assert run(["models", "add", str(tiny_model("sd15")), "--name", "tiny"]) == 0
        yield process


@pytest.fixture
def here(daemon: DaemonProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
    monkeypatch.chdir(tmp_path)
    y, x = np.mgrid[:80, :96] / 96
    ground = np.stack([x, y, 0.5 + 0.5 * np.sin(9 * x)], 2)
    write_png("photo.png", np.rint(ground * 65535).astype(np.uint16))
    mask = np.zeros((80, 96, 1), np.uint8)
    mask[30:50, 30:60] = 255
    write_png("mask.png", mask)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> dict[str, object]:
    assert run([*arguments, "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_candidates_are_numbered_and_repeat_from_the_history(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = ["--width", "64", "--height", "48"]
    first = said(capsys, ["generate", "a red heart", "-n", "2", *size, *TINY])
    names = ["a-red-heart-1.png", "a-red-heart-2.png"]
    assert [picture["path"] for picture in first["pictures"]] == names
    assert {picture["seed"] for picture in first["pictures"]} == {3, 4}
    assert read_image(names[0]).pixels.shape == (48, 64, 4)
    again = said(capsys, ["history", "rerun", first["job"], "-o", "again.png"])
    assert [p["seed"] for p in again["pictures"]] == [p["seed"] for p in first["pictures"]]
    for name, repeat in zip(names, ["again-1.png", "again-2.png"], strict=True):
        assert (read_image(name).pixels == read_image(repeat).pixels).all()


def test_an_inpaint_keeps_16_bit_and_all_outside_its_layer(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, ["inpaint", "photo.png", "mask.png", "a tree", "-n", "2", "-o", "a.ora", *TINY])
    size, (best, other, original) = read_ora("a.ora")
    assert size == (96, 80)
    assert (best.visible, other.visible, original.visible) == (True, False, True)
    assert (original.pixels == read_image("photo.png").pixels).all()
    assert best.pixels.dtype == np.uint16


def test_expanding_makes_the_picture_larger_and_leaves_it_inside(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wider = ["--intent", "expand", "--left", "16", "--bottom", "8"]
    said(capsys, ["inpaint", "photo.png", *wider, "-o", "wide.png", *TINY])
    wide = read_image("wide.png").pixels
    assert wide.shape == (88, 112, 4)
    assert (wide[:40, 80:] == read_image("photo.png").pixels[:40, 64:]).all()


@pytest.mark.parametrize(
    "arguments",
    [
        ["vary", "photo.png", "--variation", "0.5"],
        ["generate", "a sea", "--image", "photo.png", "--strength", "0.4"],
    ],
)
def test_a_picture_in_gives_a_picture_of_its_size_and_depth(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    said(capsys, [*arguments, "-o", "out.png", *TINY])
    out = read_image("out.png").pixels
    assert (out.shape, out.dtype) == ((80, 96, 4), np.uint16)


def test_what_a_model_cannot_do_is_said_with_one_that_can(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["mix", "photo.png", "mask.png", *TINY]) == 4
    error = capsys.readouterr().err
    assert "tiny cannot mix" in error
    assert "Try: --model pocket" in error
