"""Operations end to end on real pipelines with tiny random weights, and in a real worker."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core_server.execution.job import execute
from core_server.execution.seams import Report
from core_server.models.registry import ModelRegistry
from core_server.worker import devices
from core_server.worker.engines import LoadedEngines
from core_server.worker.process import worker_main
from core_server.worker.wire import (
    Finished,
    Loading,
    Ready,
    Release,
    Released,
    RunFailed,
    Stepped,
    Stop,
    receive,
    send,
)
from protocol.errors import Internal, UnsupportedByModel
from protocol.geometry import Rect
from protocol.messages import Deliver
from protocol.pixels import PixelLayout
from tests.execution_stage import (
    Stage,
    control_input,
    ellipse,
    image_input,
    mask_input,
    native_of,
    photo,
    pixels_of,
)
from tests.tiny_models import tiny_control, tiny_model

pytestmark = [
    pytest.mark.engine,
    # numpy 2.4 about torch 2.13, inside diffusers' schedulers
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

CAT = np.ascontiguousarray(photo("chelsea")[:300:2, :450:2])
INPUTS = [
    image_input(CAT, PixelLayout.RGBA16, (3, 4)),
    mask_input(ellipse((225, 150), Rect(50, 40, 60, 44)), (3, 4)),
]
DEPTH = control_input(np.ascontiguousarray(CAT[::2, ::2, 1]), at=(7, 8))
FAST = {"steps": 2, "model": "sd15", "prompt": "moss"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    registry = ModelRegistry(home / "models.json")
    for name in ("sd15", "sd15_inpaint"):
        registry.add_folder(tiny_model(name), name)
    registry.add_control(tiny_control("sd15"))
    return home


@pytest.fixture(scope="module")
def engines(home: Path) -> Iterator[LoadedEngines]:
    engines = LoadedEngines(home, "cpu")
    yield engines
    engines.release()


def finish(
    engines: LoadedEngines, report: Report, stage: Stage, *args: Any, **more: Any
) -> tuple[Finished, Any]:
    run = stage.submit(*args, **more)
    finished = execute(run, engines, report)
    return finished, [pixels_of(run, item) for item in finished.items]


@pytest.mark.parametrize("model", ["sd15", "sd15_inpaint"])
@pytest.mark.parametrize("params", [{}, {"strength": 0.5}, {"intent": "replace"}])
def test_a_real_model_changes_nothing_outside_the_alpha(
    engines: LoadedEngines, tmp_path: Path, model: str, params: dict[str, Any]
) -> None:
    stage = Stage(tmp_path)
    asked = {**FAST, **params, "model": model, "grow": 4, "feather": 0}
    finished, (flat,) = finish(
        engines, stage, stage, "inpaint", INPUTS, deliver=Deliver.FLATTENED, **asked
    )
    original = native_of(CAT, PixelLayout.RGBA16)
    touched = (flat != original).any(axis=2)
    y, x = np.nonzero(touched)
    assert Rect(46, 36, 68, 52).contains(
        Rect(int(x.min()), int(y.min()), int(np.ptp(x)) + 1, int(np.ptp(y)) + 1)
    )
    assert touched.sum() > 1000
    assert finished.record["model"]["family"] == "sd15"
    assert finished.record["used"]["steps"] == 2
    assert "torch" in finished.record["versions"]
    assert stage.steps[-1][0] == stage.steps[-1][1]


@pytest.mark.parametrize(
    ("operation", "inputs", "params"),
    [
        ("generate", [], {"width": 300, "height": 200, "count": 2}),
        ("generate", INPUTS[:1], {"strength": 0.5}),
        ("generate", [DEPTH], {"count": 2}),
        ("generate", [INPUTS[0], DEPTH], {"strength": 0.5, "control_strength": 0.4}),
        ("vary", INPUTS[:1], {}),
        ("inpaint", INPUTS[:1], {"intent": "expand", "left": 40}),
    ],
)
def test_the_same_record_paints_the_same_pictures(
    engines: LoadedEngines,
    tmp_path: Path,
    operation: str,
    inputs: list[Any],
    params: dict[str, Any],
) -> None:
    stage = Stage(tmp_path)
    first, pictures = finish(engines, stage, stage, operation, inputs, **FAST, **params)
    _, again = finish(engines, stage, stage, operation, inputs, **first.record["params"])
    for one, other in zip(pictures, again, strict=True):
        assert np.array_equal(one, other)
    assert len(pictures) == params.get("count", 1)


def test_the_depth_reaches_the_model_and_is_in_the_record(
    engines: LoadedEngines, tmp_path: Path
) -> None:
    stage = Stage(tmp_path)
    asked = {**FAST, "width": 113, "height": 75}
    held, (picture,) = finish(engines, stage, stage, "generate", [DEPTH], **asked)
    _, (free,) = finish(engines, stage, stage, "generate", **asked)
    flipped = DEPTH[0], DEPTH[1][::-1]
    _, (other,) = finish(engines, stage, stage, "generate", [flipped], **asked)
    for one in (free, other):
        assert picture.shape == one.shape
        assert np.abs(picture.astype(int) - one).max() > 5
    assert held.items[0].rect == Rect(7, 8, 113, 75)
    control, model = held.record["control"], held.record["model"]
    assert (control["name"], control["kind"]) == ("sd15_depth", "depth")
    assert control["digest"] != model["digest"]


def test_what_a_model_cannot_do_is_said(engines: LoadedEngines, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    with pytest.raises(UnsupportedByModel, match="pocket"):
        finish(engines, stage, stage, "mix", [INPUTS[0], INPUTS[0]], **FAST)
    for model in ("sd15_inpaint", "pocket"):
        with pytest.raises(UnsupportedByModel, match="takes no depth picture; choose sd15"):
            finish(engines, stage, stage, "generate", [DEPTH], **{**FAST, "model": model})


def test_only_the_latest_model_stays_loaded(home: Path, tmp_path: Path) -> None:
    engines = LoadedEngines(home, "cpu")
    stage = Stage(tmp_path)
    for model in ("sd15", "sd15", "sd15_inpaint", "sd15"):
        finish(engines, stage, stage, "generate", **{**FAST, "model": model, "steps": 1})
    assert stage.loaded == ["sd15", "sd15_inpaint", "sd15"]
    both = LoadedEngines(home, "cpu", keep=2)
    stage.loaded.clear()
    for model in ("sd15", "sd15_inpaint", "sd15"):
        finish(both, stage, stage, "generate", **{**FAST, "model": model, "steps": 1})
    assert stage.loaded == ["sd15", "sd15_inpaint"]


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be used" in devices.title("cuda:77")
    assert devices.memory_mb("cuda:77") > 1
    assert devices.memory_total_mb("cuda:77") > 1
    engines = LoadedEngines(tmp_path, "cuda:77")
    card = Stage(tmp_path).card("sd15")
    with pytest.raises(Internal, match=r"settings\.toml"):
        engines.load(card, lambda model: None)


# ---- in a process ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pipe(home: Path) -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=worker_main, args=(theirs, "cpu", str(home)))
    process.start()
    theirs.close()
    assert isinstance(receive(ours)[0], Ready)
    yield ours
    process.kill()
    process.join()
    process.close()
    ours.close()


def until(pipe: Connection, *kinds: type[Any]) -> tuple[list[Any], Any]:
    heard = []
    while True:
        assert pipe.poll(100), "the worker is silent"
        message, preview = receive(pipe)
        if isinstance(message, Stepped):
            assert len(preview) == message.preview_width * message.preview_height * 4
        if isinstance(message, kinds):
            return heard, message
        assert not isinstance(message, RunFailed), message
        heard.append(message)


def test_a_worker_loads_paints_previews_stops_and_releases(
    pipe: Connection, tmp_path: Path
) -> None:
    stage = Stage(tmp_path)
    run = stage.submit("inpaint", INPUTS, **{**FAST, "steps": 4})
    send(pipe, run)
    heard, finished = until(pipe, Finished)
    assert heard[0] == Loading(run.job, "sd15")
    steps = [message for message in heard if isinstance(message, Stepped)]
    assert [message.step for message in steps] == list(range(1, len(steps) + 1))
    assert any(message.preview_width for message in steps)
    loaded_mb = finished.memory_mb
    assert pixels_of(run, finished.items[0]).dtype == np.uint16

    slow = stage.submit("inpaint", INPUTS, **{**FAST, "steps": 150})
    send(pipe, slow)
    until(pipe, Stepped)
    send(pipe, Stop(slow.job))
    _, failed = until(pipe, RunFailed)
    assert failed.error.code == "cancelled"

    send(pipe, Release())
    _, released = until(pipe, Released)
    assert released.memory_mb < loaded_mb + 50
    send(pipe, stage.submit("inpaint", INPUTS, **FAST))
    heard, _ = until(pipe, Finished)
    assert isinstance(heard[0], Loading)
