"""Python's own way to the daemon: arrays in, arrays out."""

from collections.abc import Iterator

import numpy as np
import pytest

from core_server.api import Impasto
from protocol.client import new_id
from protocol.errors import BadSize, EmptySelection, NotFound, OutOfRange, UnknownParameter
from protocol.geometry import Rect
from protocol.messages import History, HistoryPage, Lane
from protocol.pixels import PixelLayout
from tests.daemons import fresh_daemon

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with fresh_daemon() as process:
        yield str(process.home)


@pytest.fixture
def impasto(home: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Impasto]:
    monkeypatch.setenv("IMPASTO_HOME", home)
    with Impasto() as connected:
        yield connected


def noise(shape: tuple[int, ...], dtype: type) -> np.ndarray:
    random = np.random.default_rng(5)
    if dtype is np.float32:
        return random.random(shape, np.float32)
    return random.integers(0, np.iinfo(dtype).max, shape, endpoint=True).astype(dtype)


def last_job(impasto: Impasto) -> HistoryPage:
    newest = impasto.history(limit=1)[0]
    page = impasto.client.request(History(new_id(), job=newest.job)).message
    assert isinstance(page, HistoryPage)
    return page


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_numbers_go_and_come_back_unchanged(impasto: Impasto, dtype: type) -> None:
    sent = noise((11, 13, 4), dtype)
    (picture,) = impasto.run("rehearse", {}, [sent])
    assert picture.pixels.dtype == dtype
    assert (picture.pixels == sent).all()
    assert picture.rect == Rect(0, 0, 13, 11)


def test_progress_is_called_with_phase_and_step(impasto: Impasto) -> None:
    seen = []
    impasto.run("rehearse", {"steps": 3, "step_s": 0.1}, progress=seen.append)
    assert {progress.step for progress in seen} >= {1, 2}
    assert all(progress.steps == 3 for progress in seen if progress.step)


def test_only_the_surroundings_of_the_mask_are_sent(impasto: Impasto) -> None:
    image = noise((900, 1200, 3), np.uint8)
    mask = np.zeros((900, 1200), bool)
    mask[850:860, 1150:1170] = True
    pictures = impasto.inpaint(image, mask, intent="remove")
    submit = last_job(impasto).submit
    assert submit is not None
    assert submit.canvas == Rect(0, 0, 1200, 900)
    assert [entry.rect for entry in submit.inputs] == [Rect(688, 388, 512, 512)] * 2
    assert submit.inputs[1].layout is PixelLayout.GRAY8
    flat = pictures.best.flattened()
    assert flat.shape == (900, 1200, 4)
    assert (flat[:800, :1100, :3] == image[:800, :1100]).all()


def test_the_context_parameter_widens_what_is_sent(impasto: Impasto) -> None:
    image, mask = noise((900, 1200, 3), np.uint8), np.zeros((900, 1200))
    mask[440:460, 590:610] = 0.3
    impasto.inpaint(image, mask, intent="remove", context=200)
    submit = last_job(impasto).submit
    assert submit is not None
    assert submit.inputs[0].rect.width > 512
    assert submit.inputs[1].layout is PixelLayout.GRAY16


def test_what_cannot_be_is_refused_before_it_is_sent(impasto: Impasto) -> None:
    image = noise((8, 8, 3), np.uint8)
    with pytest.raises(BadSize):
        impasto.inpaint(image, np.ones((8, 9)))
    with pytest.raises(EmptySelection):
        impasto.inpaint(image, np.zeros((8, 8)))


def test_the_daemons_refusals_are_exceptions(impasto: Impasto) -> None:
    with pytest.raises(OutOfRange, match="must be from 1 to 10"):
        impasto.generate("a heart", count=11)
    with pytest.raises(UnknownParameter, match="Did you mean 'steps'"):
        impasto.generate("a heart", step=3)
    with pytest.raises(NotFound):
        impasto.recall("00000000-0000-4000-8000-000000000000")
    with pytest.raises(NotFound):
        impasto.entry("0000")


def test_a_job_is_recalled_and_repeated_by_its_id(impasto: Impasto) -> None:
    sent = noise((11, 13, 4), np.uint16)
    first = impasto.run("rehearse", {"steps": 2}, [sent, sent[::-1]])
    entry = impasto.entry(first.job[:20])
    assert entry.client_name == "Python"
    for pictures in (impasto.recall(entry.job), impasto.repeat(entry.job)):
        assert (pictures[0].pixels == sent).all()
        assert (pictures[1].pixels == sent[::-1]).all()
        assert pictures.record["params"] == first.record["params"]


def test_batch_work_says_so(impasto: Impasto, home: str) -> None:
    with Impasto(lane=Lane.BATCH) as batch:
        batch.run("rehearse", {})
        submit = last_job(batch).submit
    assert submit is not None
    assert submit.lane is Lane.BATCH
    assert not batch.started_daemon
