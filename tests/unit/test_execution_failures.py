"""Whatever goes wrong in a worker becomes one sentence, and the worker takes the next job."""

import errno
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Pipe
from pathlib import Path

import numpy as np
import pytest

from core_server.worker import failures
from core_server.worker.devices import chosen, memory_mb, memory_total_mb, title
from core_server.worker.engines import LoadedEngines
from core_server.worker.process import carry_out
from core_server.worker.reporting import MAX_PREVIEW_SIDE, PipeReport
from core_server.worker.wire import Finished, Loading, RunFailed, receive
from protocol.errors import Cancelled, CorruptModel, MissingModel, OutOfMemory, Remedy
from tests.execution_stage import Brush, Stage

REPOSITORY = Path(__file__).parents[2]


class OutOfMemoryError(RuntimeError):
    """Has the name of torch's, which is not imported here."""


class AcceleratorError(RuntimeError):
    """Likewise."""


@pytest.mark.parametrize(
    ("error", "code", "action"),
    [
        (CorruptModel("It is damaged.", remedy=Remedy("install_model")), "corrupt_model",
         "install_model"),
        (Cancelled("The job was cancelled."), "cancelled", None),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full", "free_disk"),
        (MemoryError(), "out_of_memory", "free_memory"),
        (OutOfMemoryError("CUDA out of memory. Tried to allocate"), "out_of_memory",
         "free_memory"),
        (RuntimeError("[enforce fail] . DefaultCPUAllocator: can't allocate memory"),
         "out_of_memory", "free_memory"),
        (ZeroDivisionError("division by zero"), "internal", "open_log"),
        (OSError(errno.ENOENT, "No such file"), "internal", "open_log"),
    ],
)  # fmt: skip
def test_a_failure_becomes_a_sentence_with_a_remedy(
    tmp_path: Path,
    error: Exception,
    code: str,
    action: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stage = Stage(tmp_path, Brush(failure=error))
    answer = carry_out(stage.submit("generate", prompt="a fox"), stage, stage)
    assert isinstance(answer, RunFailed)
    assert answer.error.code == code
    assert (answer.error.remedy.action if answer.error.remedy else None) == action
    assert answer.error.message.endswith(".")
    logged = capsys.readouterr().err
    if code == "internal":
        assert answer.error.log_id is not None
        assert f"[{answer.error.log_id}] Traceback" in logged
        assert str(error) not in answer.error.message
    else:
        assert not logged
    stage.engine = Brush()
    assert isinstance(carry_out(stage.submit("generate", prompt="a fox"), stage, stage), Finished)


def test_only_a_broken_device_costs_the_process() -> None:
    assert failures.is_device_broken(AcceleratorError("CUDA error: device-side assert triggered"))
    assert failures.is_device_broken(RuntimeError("CUDA error: an illegal memory access"))
    assert not failures.is_device_broken(OutOfMemoryError("CUDA error: out of memory"))
    assert not failures.is_device_broken(OutOfMemory("CUDA error"))
    assert not failures.is_device_broken(RuntimeError("shapes do not match"))


# ---- reporting -------------------------------------------------------------------------------


def test_every_step_is_sent_and_few_previews() -> None:
    ours, theirs = Pipe()
    report = PipeReport(theirs, "1", lambda job: False)
    picture = np.zeros((1024, 600, 3), np.uint8)
    picture[..., 1] = 200
    with ThreadPoolExecutor(1) as reader:  # a pipe holds less than a preview
        reading = reader.submit(lambda: [receive(ours) for _ in range(20)])
        for step in range(1, 21):
            report.stepped(step, 20, picture)
        heard = reading.result()
    assert [message.step for message, _ in heard] == list(range(1, 21))
    shown = [(message, pixels) for message, pixels in heard if message.preview_width]
    assert len(shown) <= 3
    message, pixels = shown[0]
    assert max(message.preview_width, message.preview_height) <= MAX_PREVIEW_SIDE
    assert len(pixels) == message.preview_width * message.preview_height * 4
    assert pixels[:4] == bytes((0, 200, 0, 255))


def test_a_bar_never_goes_back() -> None:
    ours, theirs = Pipe()
    report = PipeReport(theirs, "1", lambda job: False)
    for step, steps in ((1, 4), (3, 4), (2, 8), (5, 4)):
        report.stepped(step, steps)
    heard = [receive(ours)[0] for _ in range(4)]
    assert [(m.step, m.steps) for m in heard] == [(1, 4), (3, 4), (3, 8), (5, 5)]


def test_a_stopped_job_hears_of_it_at_every_report() -> None:
    ours, theirs = Pipe()
    report = PipeReport(theirs, "1", lambda job: job == "1")
    for call in (
        report.check,
        report.finishing,
        lambda: report.loading("pocket"),
        lambda: report.stepped(1, 2),
    ):
        with pytest.raises(Cancelled):
            call()
    assert not ours.poll()
    PipeReport(theirs, "2", lambda job: job == "1").loading("pocket")
    assert receive(ours)[0] == Loading("2", "pocket")


# ---- models and devices ----------------------------------------------------------------------


def test_a_cpu_has_a_name_and_memory() -> None:
    assert title("cpu")
    assert 1 < memory_mb("cpu") < memory_total_mb("cpu")
    assert chosen("cuda:1") == "cuda:1"
    assert chosen("auto") in ("cpu", "cuda:0", "mps")


def test_an_unknown_model_is_missing(tmp_path: Path) -> None:
    engines = LoadedEngines(tmp_path, "cpu")
    with pytest.raises(MissingModel, match="sdxl"):
        engines.card("sdxl")
    engines.release()


def test_nothing_is_preloaded_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPASTO_PRELOAD", "none")  # else importing it imports torch
    from core_server.worker.preload import modules

    assert modules("none") == ()
    assert "core_server.engine.diffusers_engine" not in modules("")
    assert "core_server.engine.diffusers_engine" in modules("diffusers")


@pytest.mark.parametrize(
    "module",
    ["core_server.worker.process", "core_server.execution.rehearse", "core_server.execution.job"],
)
def test_nothing_here_imports_torch(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"torch", "diffusers", "transformers", "open_clip", "zmq"}
    if module != "core_server.execution.job":
        assert not loaded & {"numpy", "PIL", "psutil"}
