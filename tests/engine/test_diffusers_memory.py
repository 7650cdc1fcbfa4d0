"""Running out of memory: the ladder as a plain function, and the engine on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch

from core_server.engine import diffusers_engine, memory
from core_server.engine.interface import Step
from core_server.engine.loading import load_engine
from core_server.engine.pipelines import call
from core_server.engine.progress import Progress
from core_server.engine.sampling import FEWEST_STEPS, schedule_length
from protocol.errors import OutOfMemory
from tests.tiny_models import card_of, ignore, plan, tiny_engine, tiny_model

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


class Device:
    """Paints numbers, as many at once as fit."""

    def __init__(self, fits: int) -> None:
        self.fits = fits
        self.tried: list[int] = []
        self.freed = 0

    def paint(self, seeds: Sequence[int]) -> list[int]:
        self.tried.append(len(seeds))
        if len(seeds) > self.fits:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return list(seeds)

    def free(self) -> None:
        self.freed += 1

    def make_room(self) -> None:
        self.fits = 1


@pytest.mark.parametrize(
    ("fits", "batch", "tried", "fitted"),
    [
        (8, 8, [5], 8),
        (8, 2, [2, 2, 1], 2),
        (2, 8, [5, 2, 2, 1], 2),
        (1, 8, [5, 2, 1, 1, 1, 1, 1], 1),
    ],
)
def test_batch_is_halved_until_it_fits_and_order_is_kept(
    fits: int, batch: int, tried: list[int], fitted: int
) -> None:
    device = Device(fits)
    done, found = memory.in_batches((5, 4, 3, 2, 1), batch, device.paint, iter([]), device.free)
    assert done == [5, 4, 3, 2, 1]
    assert device.tried == tried
    assert found == fitted
    assert device.freed == len(tried) - (len([1 for n in tried if n <= fits]))


def test_reliefs_are_tried_in_order_once_a_single_picture_does_not_fit() -> None:
    device = Device(0)
    order: list[str] = []

    def tried(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    reliefs = [tried("first"), device.make_room, tried("last")]
    done, _ = memory.in_batches((1, 2), 2, device.paint, iter(reliefs), device.free)
    assert done == [1, 2]
    assert order == ["first"]


def test_nothing_left_to_try_is_told() -> None:
    device = Device(0)
    with pytest.raises(memory.NoMemory):
        memory.in_batches((1, 2), 2, device.paint, iter([]), device.free)


def test_other_errors_pass_through() -> None:
    def broken(_seeds: Sequence[int]) -> list[int]:
        raise RuntimeError("illegal memory access")

    with pytest.raises(RuntimeError, match="illegal"):
        memory.in_batches((1,), 1, broken, iter([]), lambda: None)


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (torch.OutOfMemoryError("x"), True),
        (MemoryError(), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 3 GB)"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_exhausted_memory_is_recognised(error: Exception, is_memory: bool) -> None:
    assert memory.is_out_of_memory(error) is is_memory


@pytest.mark.parametrize(
    ("wanted", "free", "expected"),
    [(4, 10**12, 4), (4, 25 * 1000 * 100, 2), (4, 0, 1), (1, 10**12, 1)],
)
def test_batch_follows_free_memory(wanted: int, free: int, expected: int) -> None:
    assert memory.largest_batch(wanted, 1000, 1000, free) == expected


def test_engine_splits_the_batch_and_paints_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load_engine(card_of(tiny_model("sd15")), "cpu")
    wanted = plan("generate", seeds=(1, 2, 3, 4))
    expected = engine.run(wanted, ignore).images
    tried: list[int] = []

    def crowded(pipeline: object, arguments: dict[str, object]) -> object:
        prompts = arguments["prompt"]
        assert isinstance(prompts, list)
        tried.append(len(prompts))
        if len(prompts) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return call(pipeline, arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(diffusers_engine, "call", crowded)
    steps: list[Step] = []
    images = engine.run(wanted, steps.append).images
    assert np.abs(np.array(images) - np.array(expected)).max() < 1e-4
    assert tried == [4, 2, 2]
    assert [(step.step, step.steps) for step in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [step.preview is None for step in steps] == [False, False, True, True]
    engine.run(wanted, ignore)
    assert tried == [4, 2, 2, 2, 2]


def test_engine_tiles_the_vae_before_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = tiny_engine("sdxl")
    tiled: list[bool] = []

    def full(_pipeline: object, _arguments: dict[str, object]) -> object:
        tiled.append(bool(engine._base.vae.use_tiling))  # type: ignore[attr-defined]  # diffusers' flag
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with monkeypatch.context() as patch:
        patch.setattr(diffusers_engine, "call", full)
        with pytest.raises(OutOfMemory, match="64 × 64") as caught:
            engine.run(plan("generate", seeds=(1, 2)), ignore)
    assert tiled == [False, False, True]
    assert caught.value.remedy is not None
    assert not engine._base.vae.use_tiling  # type: ignore[attr-defined]  # diffusers' flag
    assert engine.run(plan("generate"), ignore).images


def test_progress_never_goes_back_when_a_batch_is_split() -> None:
    seen: list[tuple[int, int]] = []
    progress = Progress(lambda step: seen.append((step.step, step.steps)), candidates=4)
    progress.begin(4)
    progress.report(1, 3, lambda: None)
    for _ in range(2):
        progress.begin(2)
        for step in (1, 2, 3):
            progress.report(step, 3, lambda: None)
        progress.end()
    assert seen == [(1, 3), (1, 6), (2, 6), (3, 6), (4, 6), (5, 6), (6, 6)]


@pytest.mark.parametrize("steps", [1, 2, 4, 20, 50])
@pytest.mark.parametrize("strength", [0.01, 0.05, 0.1, 0.29, 0.3, 0.5, 0.7, 0.99, 1.0])
def test_schedule_leaves_enough_steps_for_any_strength(steps: int, strength: float) -> None:
    run = int(schedule_length(steps, strength) * strength)
    assert min(steps, FEWEST_STEPS) <= run <= steps
