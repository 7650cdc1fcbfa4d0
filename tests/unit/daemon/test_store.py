"""Jobs on disk."""

from pathlib import Path
from uuid import uuid4

import pytest

from core_server.daemon.store import MIGRATIONS, Store
from core_server.worker.wire import output_path
from protocol.geometry import Rect
from protocol.messages import ErrorInfo, Input, Item, JobState, Submit
from protocol.pixels import PixelLayout


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path, limit_mb=1)
    yield opened
    opened.close()


def add(store: Store, prompt: str = "a heart", size: int = 16) -> str:
    job = str(uuid4())
    rect = Rect(0, 0, size, size)
    pixels = bytes(size * size * 4)
    submit = Submit(
        "r", job, "generate", {"prompt": prompt}, (Input("image", rect, PixelLayout.RGBA8, 0),)
    )
    written = store.write_inputs(job, [pixels])
    store.add(submit, "digest", ("client", "test"), "pocket", written)
    return job


def finish(store: Store, job: str, size: int = 16) -> None:
    store.start(job)
    output_path(store.folder(job), 0).write_bytes(b"\x07" * size * size * 4)
    item = Item("layer", Rect(0, 0, size, size), PixelLayout.RGBA8, 0, seed=3)
    store.finish(job, JobState.DONE, items=(item,), record={"seed": 3}, notes=("fine",))


def test_what_is_stored_comes_back_after_a_restart(store, tmp_path):
    job = add(store)
    finish(store, job)
    store.close()
    again = Store(tmp_path, limit_mb=1)
    stored = again.find(job)
    assert stored is not None
    assert (stored.state, stored.record, stored.notes) == (JobState.DONE, {"seed": 3}, ("fine",))
    assert stored.items[0].seed == 3
    assert bytes(again.outputs(stored)[0]) == b"\x07" * 1024
    assert bytes(again.inputs(stored)[0]) == bytes(1024)
    again.close()


def test_inputs_are_compared_byte_for_byte(store):
    stored = store.find(add(store))
    assert store.has_inputs(stored, [bytes(1024)])
    assert not store.has_inputs(stored, [bytes(1023) + b"\x01"])
    assert not store.has_inputs(stored, [])


def test_attempts_are_counted_unless_forgiven(store):
    job = add(store)
    assert store.start(job) == 1
    store.put_back(job, forgive=True)
    assert store.start(job) == 1
    store.put_back(job)
    assert store.start(job) == 2


def test_unfinished_jobs_come_oldest_first(store):
    first, second = add(store), add(store)
    finish(store, add(store))
    assert [stored.job for stored in store.unfinished()] == [first, second]


def test_the_oldest_finished_pictures_go_when_room_is_needed(store):
    oldest, middle = add(store, size=256), add(store, size=256)
    finish(store, oldest, 256)
    queued = add(store, size=256)
    finish(store, middle, 256)
    newest = add(store, size=256)
    finish(store, newest, 256)  # 256 KiB in and out each; the limit is 1 MiB
    store.make_room()
    kept = {job: store.find(job).has_pictures for job in (oldest, middle, queued, newest)}
    assert kept == {oldest: False, middle: False, queued: True, newest: True}
    assert not store.folder(oldest).exists()
    assert store.find(oldest).record == {"seed": 3}


@pytest.mark.parametrize(
    ("search", "found"),
    [("heart", 1), ("red heart", 0), ("HEART generate", 1), ("100%", 1), ("_", 0), ("", 2)],
)
def test_history_is_searched_by_words(store, search, found):
    finish(store, add(store, "a blue heart"))
    finish(store, add(store, "100% wool"))
    assert len(store.page(10, None, search)) == found


def test_history_pages_go_back_in_time(store):
    jobs = [add(store) for _ in range(5)]
    first = store.page(2, None, "")
    second = store.page(2, first[-1].created, "")
    assert [stored.job for stored in first + second] == jobs[:0:-1]


def test_a_failed_write_leaves_nothing_behind(store, monkeypatch):
    job = str(uuid4())

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        store.write_inputs(job, [b"x"])
    assert not store.folder(job).exists()


def test_errors_are_remembered(store):
    job = add(store)
    store.start(job)
    store.finish(job, JobState.FAILED, error=ErrorInfo("out_of_memory", "Too large."))
    assert store.find(job).entry().error == ErrorInfo("out_of_memory", "Too large.")


def test_a_new_index_has_every_migration(store, tmp_path):
    import sqlite3

    db = sqlite3.connect(tmp_path / "history.db")
    assert db.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
    db.close()
