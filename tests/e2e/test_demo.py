"""`impasto demo` as an artist first meets it: nothing running, the embedded model, one folder."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from core_server.cli.main import run
from core_server.demo.photo import mask, photograph
from core_server.imaging.files import read_image, read_png_text
from core_server.imaging.ora import read_ora
from protocol.connection import Lock
from tests.daemons import REPOSITORY

pytestmark = [pytest.mark.e2e, pytest.mark.engine, pytest.mark.timeout(900)]

PICTURES = [
    *(f"generate-{n}.png" for n in range(1, 5)),
    "remove.png",
    "inpaint.png",
    *(f"vary-{n}.png" for n in range(1, 5)),
    *(f"mix-{n}.png" for n in range(1, 4)),
]


def test_the_demonstration_paints_with_every_operation_and_leaves_nothing_running(
    impasto_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "out", "--device", "cpu"]) == 0
    folder = tmp_path / "out"
    others = {"contact-sheet.png", "demo.ora", "photo.png", "mask.png"}
    assert {path.name for path in folder.iterdir()} == {*PICTURES, *others}
    text = capsys.readouterr().out
    assert "contact-sheet.png" in text
    assert "Try next:" in text

    photo, region = photograph(), mask(512, 342)
    far = np.ones(region.shape, bool)
    far[60:, 180:330] = False
    assert (region[far] == 0).all()
    for name in ("remove.png", "inpaint.png"):
        painted = read_image(folder / name).pixels
        assert (painted[far] == photo[far]).all()
        assert (painted[200, 258] != photo[200, 258]).any()

    scores = [json.loads(read_png_text(folder / name)["impasto"])["score"] for name in PICTURES[:4]]
    assert scores == sorted(scores, reverse=True)

    _, layers = read_ora(folder / "demo.ora")
    assert len(layers) == len(PICTURES) + 2  # the photograph lies under each repainted one
    deadline = time.monotonic() + 20
    while Lock.is_held() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Lock.is_held()
