"""Pictures held to depth through a real daemon: who takes it, what is painted, kept and refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core_server.api import Impasto
from core_server.cli.main import run
from core_server.imaging.files import read_image, write_png
from core_server.models.registry import ModelRegistry
from protocol.client import Picture, new_id
from protocol.errors import BadRequest, ImpastoError, UnsupportedByModel
from protocol.geometry import Rect
from protocol.messages import History, HistoryPage, Input, ModelList, Models, Output, Submit
from protocol.pixels import PixelLayout, Rows
from tests.daemons import DaemonProcess, fresh_daemon
from tests.tiny_models import CONTROLS, tiny_control, tiny_model

pytestmark = [pytest.mark.e2e, pytest.mark.engine, pytest.mark.timeout(240)]

FOLDERS = ("sd15", "sd15_inpaint", "sdxl")
TINY = {"model": "sd15", "steps": 2, "seed": 5}
SIZE = (96, 64)


def depth_picture() -> NDArray[np.uint16]:
    """(64, 96): a near ball on nothing, right of the middle."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
    near = np.clip(1.2 - np.hypot(x - 64, y - 32) / 24, 0, 1)
    return np.rint(near * 65535).astype(np.uint16)


DEPTH = depth_picture()


@pytest.fixture(scope="module")
def daemon() -> Iterator[DaemonProcess]:
    with fresh_daemon() as process:
        registry = ModelRegistry(process.home / "models.json")
        for name in FOLDERS:
            registry.add_folder(tiny_model(name), name)
        registry.add_control(tiny_control("sd15"))
        yield process


@pytest.fixture
def impasto(daemon: DaemonProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Impasto]:
    monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
    with Impasto() as connected:
        yield connected


def sent(*, name: str = "depth", rows: Rows = Rows.TOP, at: tuple[int, int] = (0, 0)) -> Picture:
    pixels = DEPTH if rows is Rows.TOP else DEPTH[::-1]
    entry = Input("control", Rect(*at, *SIZE), PixelLayout.GRAY16, 0, name, rows)
    return Picture(entry, pixels.astype("<u2").tobytes())


def generate(**params: object) -> Submit:
    return Submit("", "", "generate", {"prompt": "a stone", **TINY, **params}, output=Output())


# ---- who takes it ----------------------------------------------------------------------------


def test_the_models_say_whether_they_take_depth_as_soon_as_a_controlnet_is_there(
    daemon: DaemonProcess, impasto: Impasto
) -> None:
    def takes() -> dict[str, str]:
        answer = impasto.client.request(Models(new_id())).message
        assert isinstance(answer, ModelList)
        return {model.name: model.operations["depth"] for model in answer.models}

    alone = {"pocket": "no", "sd15": "yes", "sd15_inpaint": "no", "sdxl": "no"}
    assert takes() == alone
    registry = ModelRegistry(daemon.home / "models.json")
    registry.add_control(tiny_control("sdxl"))
    assert takes() == {**alone, "sdxl": "yes"}
    held = impasto.generate("a stone", depth=DEPTH, **{**TINY, "model": "sdxl"})
    assert held.record["control"]["name"] == CONTROLS["sdxl"]
    registry.remove(CONTROLS["sdxl"])
    assert takes() == alone


@pytest.mark.parametrize(
    ("model", "cure"),
    [
        (None, "pocket takes no depth picture; choose sd15, which does."),
        ("sd15_inpaint", "sd15_inpaint takes no depth picture; choose sd15, which does."),
        ("sdxl", "add a depth ControlNet for Stable Diffusion XL with `impasto models add FOLDER`"),
    ],
)
def test_a_model_that_takes_none_says_so_in_a_sentence(
    impasto: Impasto, model: str | None, cure: str
) -> None:
    with pytest.raises(UnsupportedByModel) as caught:
        impasto.client.submit(generate(model=model), [sent()]).wait(60)
    assert cure in caught.value.message
    assert caught.value.field == "inputs"
    assert caught.value.message.count(".") <= 2


@pytest.mark.parametrize(
    ("operation", "pictures", "words", "field"),
    [
        ("generate", [sent(name="pose")], "it takes: depth", "inputs.0.name"),
        ("generate", [sent(), sent()], "2 came", "inputs"),
        ("vary", [sent()], "takes no picture with role 'control'", "inputs.0.role"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(
    impasto: Impasto, operation: str, pictures: list[Picture], words: str, field: str
) -> None:
    params = {"model": "sd15"}
    submit = Submit("", "", operation, params)
    with pytest.raises(BadRequest, match=words) as caught:
        impasto.client.submit(submit, pictures).wait(60)
    assert caught.value.field == field


# ---- what is painted -------------------------------------------------------------------------


def test_a_submit_with_depth_is_held_to_it_and_lies_where_it_lies(impasto: Impasto) -> None:
    def painted(submit: Submit, *pictures: Picture) -> tuple[Rect, bytes]:
        job = impasto.client.submit(submit, pictures)
        job.wait(60)
        ((item, pixels),) = job.items
        assert item.layout is PixelLayout.RGBA8
        return item.rect, bytes(pixels)

    rect, held = painted(generate(), sent(at=(-3, 9)))
    assert rect == Rect(-3, 9, *SIZE)
    assert painted(generate(), sent(rows=Rows.BOTTOM)) == (Rect(0, 0, *SIZE), held)
    sized = {"width": SIZE[0], "height": SIZE[1]}
    _, free = painted(generate(**sized))
    _, ignored = painted(generate(**sized, control_strength=0.0), sent())
    assert held != free
    one, other = (np.frombuffer(pixels, np.uint8).astype(int) for pixels in (ignored, free))
    assert np.abs(one - other).max() <= 1


def test_with_a_picture_it_is_refined_and_held(impasto: Impasto) -> None:
    gray = np.full((80, 120, 3), 128, np.uint8)
    options = {**TINY, "strength": 0.6, "steps": 6}
    held = impasto.generate("a stone", image=gray, depth=DEPTH, **options)
    free = impasto.generate("a stone", image=gray, **options)
    assert held.best.rect == free.best.rect == Rect(0, 0, 120, 80)
    assert (held.best.pixels != free.best.pixels).any()


def test_the_history_keeps_the_depth_and_paints_the_same_again(impasto: Impasto) -> None:
    first = impasto.generate("a stone", depth=DEPTH, count=2, **TINY)
    answer = impasto.client.request(History(new_id(), job=first.job))
    page, blobs = answer.message, answer.blobs
    assert isinstance(page, HistoryPage)
    assert page.submit is not None
    (entry,) = page.submit.inputs
    assert (entry.role, entry.name, entry.layout) == ("control", "depth", PixelLayout.GRAY16)
    assert bytes(blobs[entry.blob]) == DEPTH.astype("<u2").tobytes()
    (kept,) = first.record["inputs"]
    assert kept["sha256"] == hashlib.sha256(DEPTH.astype("<u2").tobytes()).hexdigest()
    assert first.record["control"]["kind"] == "depth"
    again = impasto.repeat(first.job)
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert one.seed == other.seed


def test_a_controlnet_whose_files_are_gone_is_a_sentence(
    daemon: DaemonProcess, impasto: Impasto, tmp_path: Path
) -> None:
    folder = tmp_path / "sd-depth"
    folder.symlink_to(tiny_control("sd15"))
    listed = daemon.home / "models.json"
    text = listed.read_text()
    listed.write_text(text.replace(str(tiny_control("sd15")), str(folder)))
    folder.unlink()
    try:
        with pytest.raises(ImpastoError, match="ControlNet sd15_depth are gone"):
            impasto.generate("a stone", depth=DEPTH, **TINY)
    finally:
        listed.write_text(text)
    assert impasto.generate("a stone", depth=DEPTH, **TINY).best.rect == Rect(0, 0, *SIZE)


def test_the_command_line_takes_a_depth_file(
    daemon: DaemonProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("IMPASTO_HOME", str(daemon.home))
    monkeypatch.chdir(tmp_path)
    write_png("depth.png", DEPTH[..., None], is_colour=False)
    options = ["-m", "sd15", "--steps", "2", "-s", "5", "-o", "stone.png"]
    assert run(["generate", "a stone", "--depth", "depth.png", *options]) == 0
    assert read_image("stone.png").pixels.shape[:2] == (SIZE[1], SIZE[0])
    assert run(["generate", "a stone", "--depth", "dept.png", *options]) != 0
    assert "depth.png" in capsys.readouterr().err
    assert run(["generate", "a stone", "--depth", "depth.png", "-o", "pocket.png"]) == 4
    assert "choose sd15" in " ".join(capsys.readouterr().err.split())
