"""The maps of a material through a real daemon, from Python and from the command line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core_server.api import Impasto
from core_server.cli.main import run
from core_server.imaging import png
from core_server.imaging.files import read_image, write_png
from core_server.imaging.ora import read_ora
from core_server.operations.material import MAPS
from protocol.client import Picture as Sent
from protocol.client import new_id
from protocol.errors import BadRequest, Cancelled, OutOfRange, UnknownParameter
from protocol.geometry import Rect
from protocol.messages import Input, Models, Phase, Progress, Submit
from protocol.pixels import PixelLayout
from tests.daemons import DaemonProcess, fresh_daemon

pytestmark = pytest.mark.e2e

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def daemon() -> Iterator[DaemonProcess]:
    with fresh_daemon() as process:
        yield process


@pytest.fixture
def here(daemon: DaemonProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a texture; everything finds the module's daemon."""
    monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
    monkeypatch.chdir(tmp_path)
    write_png("gravel.png", stones()[..., :3])
    return tmp_path


@pytest.fixture
def impasto(here: Path) -> Iterator[Impasto]:
    with Impasto() as connected:
        yield connected


def stones() -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = read_image(DATA / "gravel.jpg").pixels[:96, :128]
    return pixels


# ---- the daemon ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "kind"), [(np.uint8, np.uint16), (np.float32, np.float32)])
def test_a_texture_becomes_four_maps(impasto: Impasto, dtype: type, kind: type) -> None:
    texture = stones().astype(dtype) if dtype is np.uint8 else stones().astype(dtype) / dtype(255)
    maps = impasto.material(texture, tile="both")
    assert [each.name for each in maps] == list(MAPS)
    for each in maps:
        assert each.is_map
        assert each.pixels.dtype == kind
        assert each.pixels.shape == (96, 128, 4)
    assert any("not measured" in note for note in maps.notes)


def test_neither_a_model_nor_torch_is_loaded(impasto: Impasto, daemon: DaemonProcess) -> None:
    maps = impasto.material("gravel.png")
    assert "torch" not in maps.record["versions"]
    assert "model" not in maps.record
    listed = impasto.client.request(Models(new_id())).message
    assert not any("material" in model.operations for model in listed.models)


def test_the_history_holds_a_material_and_repeats_it(impasto: Impasto) -> None:
    asked = {"normal_format": "directx", "relief": 2.0, "tile": "x"}
    first = impasto.material("gravel.png", occlusion_map=False, **asked)
    entry = impasto.entry(first.job)
    assert (entry.operation, entry.items, entry.model) == ("material", 3, "")
    assert asked.items() <= entry.record["params"].items()
    for pictures in (impasto.recall(entry.job), impasto.repeat(entry.job)):
        assert [each.name for each in pictures] == ["height", "normal", "roughness"]
        for a, b in zip(first, pictures, strict=True):
            assert (a.pixels == b.pixels).all()
            assert b.is_map


@pytest.mark.parametrize(
    ("params", "error", "sentence"),
    [
        ({"detail": 1.5}, OutOfRange, "Detail is 1.5; it must be from 0 to 1."),
        ({"occlusion_radius": 2000}, OutOfRange, "from 1 to 1024 px"),
        ({"normal_format": "vulkan"}, OutOfRange, "must be one of: opengl, directx"),
        ({"tiles": "both"}, UnknownParameter, "Did you mean 'tile'"),
        ({f"{name}_map": False for name in MAPS}, BadRequest, "at least one"),
    ],
)
def test_what_cannot_be_is_refused_naming_field_and_limit(
    impasto: Impasto, params: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        impasto.material("gravel.png", **params)


def large(side: int = 2048) -> tuple[Submit, Sent]:
    noise = np.random.default_rng(0).integers(0, 255, (side, side), dtype=np.uint8)
    entry = Input("image", Rect(0, 0, side, side), PixelLayout.GRAY8, 0)
    return Submit("", "", "material"), Sent(entry, noise.tobytes())


def test_progress_has_steps_and_the_time_that_is_left(impasto: Impasto) -> None:
    submit, picture = large()
    seen: list[Progress] = []
    impasto.client.submit(submit, [picture]).wait(on_progress=seen.append)
    steps = [each for each in seen if each.phase is Phase.PAINTING]
    assert len(steps) > 3
    assert [each.step for each in steps] == sorted(each.step for each in steps)
    assert len({each.steps for each in steps}) == 1
    assert any(each.eta_s is not None and each.eta_s > 0 for each in steps)


def test_a_running_derivation_is_cancelled_at_once(impasto: Impasto) -> None:
    submit, picture = large()
    begun = threading.Event()
    job = impasto.client.submit(submit, [picture])

    def watch(progress: Progress) -> None:
        if progress.step and not begun.is_set():
            begun.set()
            job.cancel()

    started = time.monotonic()
    with pytest.raises(Cancelled):
        job.wait(on_progress=watch)
    assert begun.is_set()
    assert time.monotonic() - started < 10
    assert impasto.material("gravel.png").best.name == "height"


# ---- the command line ----------------------------------------------------------------------------


def test_the_command_names_its_files_after_the_maps(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "maps").mkdir()
    assert run(["material", "gravel.png", "--tile", "both", "-o", "maps"]) == 0
    said = capsys.readouterr()
    names = [f"maps/gravel-{name}.png" for name in MAPS]
    assert said.out.split() == names
    assert "not measured" in said.err
    for name in names:
        data = Path(name).read_bytes()
        head = png.header(data)
        assert (head.width, head.height, head.depth) == (128, 96, 16)
        assert head.colour == (2 if "normal" in name else 0), "gray but for the normals"
        assert not any(chunk == b"sRGB" for chunk, _ in png.chunks(data)), "data, not colour"
        assert json.loads(png.text_of(data)["impasto"])["operation"] == "material"


def test_files_that_are_there_are_kept_unless_told_otherwise(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = ["--no-height-map", "--no-roughness-map", "--no-occlusion-map"]
    assert run(["material", "gravel.png", *only]) == 0
    assert run(["material", "gravel.png", *only]) == 0
    assert run(["material", "gravel.png", *only, "--overwrite"]) == 0
    found = capsys.readouterr().out.split()
    assert found == ["gravel-normal.png", "gravel-again-2-normal.png", "gravel-normal.png"]
    assert run(["material", "gravel.png", *only, "-o", "gravel.png"]) != 0
    assert "already there" in capsys.readouterr().err


def test_a_picture_of_layers_takes_all_maps(here: Path) -> None:
    assert run(["material", "gravel.png", "-o", "gravel.ora"]) == 0
    size, layers = read_ora("gravel.ora")
    assert size == (128, 96)
    assert [layer.name for layer in layers] == list(MAPS)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gravel.pgn"], "Try: gravel.png"),
        (["gravel.png", "-o", "nowhere"], "mkdir -p nowhere"),
        (["gravel.png", "--relief", "9"], "Relief is 9; it must be from 0 to 4."),
    ],
)
def test_what_is_wrong_on_the_command_line_is_said_with_a_cure(
    here: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["material", *arguments]) != 0
    assert sentence in capsys.readouterr().err
