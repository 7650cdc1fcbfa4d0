"""Jobs on disk: a SQLite index, and a folder of raw pictures per job.

The history is this same table. Pictures are kept as they came, byte for byte; the oldest
finished jobs lose theirs when the space given is used up. Nothing here knows clients or workers.
"""

import json
import mmap
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core_server.worker.wire import input_path, output_path
from protocol.codec import Buffer, from_json, to_json
from protocol.messages import (
    ErrorInfo,
    HistoryEntry,
    Item,
    JobState,
    Submit,
)

Migration = Callable[[sqlite3.Connection], None]
MIGRATIONS: list[Migration] = []


@MIGRATIONS.append
def m001_jobs(db: sqlite3.Connection) -> None:
    db.execute(
        """create table jobs (
            job text primary key, client_id text not null, client_name text not null,
            operation text not null, model text not null, prompt text not null,
            state text not null, attempts integer not null default 0,
            created real not null, started real, finished real,
            submit text not null, asked text not null, items text not null default '[]',
            record text not null default '{}', notes text not null default '[]',
            error text, bytes integer not null default 0, has_pictures integer not null default 1
        )"""
    )
    db.execute("create index jobs_by_age on jobs (created)")
    db.execute("create index jobs_by_state on jobs (state)")


@MIGRATIONS.append
def m002_indexes(db: sqlite3.Connection) -> None:
    """For questions asked at every job's start and end, whatever the length of the history."""
    db.execute("create index jobs_by_end on jobs (finished) where has_pictures")
    db.execute("create index jobs_by_kind on jobs (operation, model, state, finished)")


@dataclass(frozen=True)
class StoredJob:
    """One row. times: Unix seconds. bytes: of its pictures on disk.

    submit: with complete parameters; asked: digest of the submit as the client sent it.
    """

    job: str
    client_id: str
    client_name: str
    operation: str
    model: str
    state: JobState
    attempts: int
    created: float
    started: float | None
    finished: float | None
    submit: Submit
    asked: str
    items: tuple[Item, ...]
    record: dict[str, Any]
    notes: tuple[str, ...]
    error: ErrorInfo | None
    bytes: int
    has_pictures: bool

    @property
    def seconds(self) -> float | None:
        return self.finished - self.started if self.started and self.finished else None

    def entry(self) -> HistoryEntry:
        return HistoryEntry(
            self.job,
            self.client_name,
            self.operation,
            self.state,
            self.created,
            prompt=str(self.submit.params.get("prompt", "")),
            model=self.model,
            seconds=self.seconds,
            items=len(self.items) if self.has_pictures else 0,
            record=self.record,
            error=self.error,
        )


class Store:
    """Thread: loop only, except the functions that touch only one job's folder."""

    def __init__(self, folder: Path, limit_mb: int) -> None:
        self._jobs = folder / "jobs"
        self._jobs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._limit = limit_mb << 20
        self._db = sqlite3.connect(folder / "history.db", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._migrate()
        self._open: dict[str, StoredJob] = {}
        """Rows of jobs that have not ended, as they are in the database."""
        self._typical: dict[tuple[str, str], float | None] = {}
        (used,) = self._db.execute("select sum(bytes) from jobs where has_pictures").fetchone()
        self._used = int(used or 0)

    def _migrate(self) -> None:
        (version,) = self._db.execute("pragma user_version").fetchone()
        for number, migration in enumerate(MIGRATIONS[version:], version + 1):
            self._db.execute("begin")
            migration(self._db)
            self._db.execute(f"pragma user_version = {number}")
            self._db.execute("commit")

    def close(self) -> None:
        self._db.close()

    # ---- folders (any thread) ----------------------------------------------------------------

    def folder(self, job: str) -> Path:
        return self._jobs / job

    def write_inputs(self, job: str, blobs: Sequence[Buffer]) -> int:
        """Bytes written. Raises OSError (disk full); nothing is left behind then."""
        folder = self.folder(job)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            for index, blob in enumerate(blobs):
                input_path(folder, index).write_bytes(blob)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return sum(len(memoryview(blob).cast("B")) for blob in blobs)

    def inputs(self, stored: StoredJob) -> list[Buffer]:
        folder = self.folder(stored.job)
        return [_mapped(input_path(folder, n)) for n in range(len(stored.submit.inputs))]

    def outputs(self, stored: StoredJob) -> list[Buffer]:
        folder = self.folder(stored.job)
        return [_mapped(output_path(folder, n)) for n in range(len(stored.items))]

    def has_inputs(self, stored: StoredJob, blobs: Sequence[Buffer]) -> bool:
        """Whether the stored inputs are these, byte for byte."""
        if not stored.has_pictures or len(stored.submit.inputs) != len(blobs):
            return False
        return all(
            memoryview(a) == memoryview(b) for a, b in zip(self.inputs(stored), blobs, strict=True)
        )

    # ---- rows (loop) -------------------------------------------------------------------------

    def add(
        self, submit: Submit, asked: str, client: tuple[str, str], model: str, size: int
    ) -> StoredJob:
        """Queue a job whose inputs are written. client: id and name."""
        stored = StoredJob(
            job=submit.job,
            client_id=client[0],
            client_name=client[1],
            operation=submit.operation,
            model=model,
            state=JobState.QUEUED,
            attempts=0,
            created=time.time(),
            started=None,
            finished=None,
            submit=submit,
            asked=asked,
            items=(),
            record={},
            notes=(),
            error=None,
            bytes=size,
            has_pictures=True,
        )
        self._db.execute(
            """insert into jobs (job, client_id, client_name, operation, model, prompt, state,
               created, submit, asked, bytes) values (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)""",
            (
                submit.job,
                *client,
                submit.operation,
                model,
                str(submit.params.get("prompt", "")),
                stored.created,
                json.dumps(to_json(submit), ensure_ascii=False),
                asked,
                size,
            ),
        )
        self._used += size
        self._open[submit.job] = stored
        return stored

    def find(self, job: str) -> StoredJob | None:
        if job in self._open:
            return self._open[job]
        row = self._db.execute("select * from jobs where job = ?", (job,)).fetchone()
        return _stored(row) if row is not None else None

    def _current(self, job: str) -> StoredJob:
        stored = self.find(job)
        assert stored is not None
        return stored

    def start(self, job: str) -> int:
        """Mark it running; which attempt this is (1, 2, …)."""
        old = self._current(job)
        attempts, now = old.attempts + 1, time.time()
        self._db.execute(
            "update jobs set state = 'running', attempts = ?, started = ? where job = ?",
            (attempts, now, job),
        )
        self._open[job] = replace(old, state=JobState.RUNNING, attempts=attempts, started=now)
        return attempts

    def put_back(self, job: str, *, forgive: bool = False) -> None:
        """Queue a running job again. forgive: the attempt does not count (a clean stop)."""
        old = self._current(job)
        attempts = old.attempts - int(forgive)
        self._db.execute(
            "update jobs set state = 'queued', attempts = ? where job = ?", (attempts, job)
        )
        self._open[job] = replace(old, state=JobState.QUEUED, attempts=attempts)

    def finish(
        self,
        job: str,
        state: JobState,
        *,
        items: tuple[Item, ...] = (),
        record: dict[str, Any] | None = None,
        notes: tuple[str, ...] = (),
        error: ErrorInfo | None = None,
    ) -> StoredJob:
        """Write the terminal state. `make_room` is to follow."""
        old = self._current(job)
        self._open.pop(job, None)
        stored = replace(
            old,
            state=state,
            finished=time.time(),
            items=items,
            record=record or {},
            notes=notes,
            error=error,
            bytes=_raw_bytes(self.folder(job)),
        )
        self._db.execute(
            """update jobs set state = ?, finished = ?, items = ?, record = ?, notes = ?,
               error = ?, bytes = ? where job = ?""",
            (
                state.value,
                stored.finished,
                json.dumps(to_json(items), ensure_ascii=False),
                json.dumps(stored.record, ensure_ascii=False),
                json.dumps(notes, ensure_ascii=False),
                json.dumps(to_json(error), ensure_ascii=False) if error else None,
                stored.bytes,
                job,
            ),
        )
        self._used += stored.bytes - old.bytes
        self._typical.pop((old.operation, old.model), None)
        return stored

    def unfinished(self) -> list[StoredJob]:
        """Oldest first."""
        rows = self._db.execute(
            "select * from jobs where state in ('queued', 'running') order by created, rowid"
        )
        found = [_stored(row) for row in rows]
        self._open |= {stored.job: stored for stored in found}
        return found

    def page(self, limit: int, before: float | None, search: str) -> list[StoredJob]:
        """Newest first; search: words that all must occur in prompt, operation or model."""
        clauses, values = ["created < ?"], [before if before is not None else 1e18]
        texts: list[Any] = list(values)
        for word in search.split():
            clauses.append("(prompt || ' ' || operation || ' ' || model) like ? escape '\\'")
            texts.append(f"%{_escaped(word)}%")
        rows = self._db.execute(
            f"select * from jobs where {' and '.join(clauses)} "
            "order by created desc, rowid desc limit ?",
            (*texts, limit),
        )
        return [_stored(row) for row in rows]

    def typical_seconds(self, operation: str, model: str) -> float | None:
        """Mean of the last few finished jobs of this kind, for the ETA."""
        kind = (operation, model)
        if kind not in self._typical:
            (mean,) = self._db.execute(
                """select avg(finished - started) from (select finished, started from jobs
                   where state = 'done' and operation = ? and model = ?
                   order by finished desc limit 8)""",
                kind,
            ).fetchone()
            self._typical[kind] = float(mean) if mean is not None else None
        return self._typical[kind]

    def make_room(self) -> None:
        """Delete the pictures of the oldest ended jobs, but the last's, if all take too much."""
        if self._used <= self._limit:
            return
        oldest = self._db.execute(
            """select job, bytes from jobs where has_pictures and finished is not null
               and finished < (select max(finished) from jobs where has_pictures)
               order by finished limit 64"""
        )
        for row in oldest.fetchall():
            if self._used <= self._limit:
                break
            shutil.rmtree(self.folder(row["job"]), ignore_errors=True)
            self._db.execute(
                "update jobs set has_pictures = 0, bytes = 0 where job = ?", (row["job"],)
            )
            self._used -= row["bytes"]


def _raw_bytes(folder: Path) -> int:
    with suppress(FileNotFoundError), os.scandir(folder) as files:
        return sum(file.stat().st_size for file in files if file.name.endswith(".raw"))
    return 0


def _mapped(path: Path) -> Buffer:
    with open(path, "rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _stored(row: sqlite3.Row) -> StoredJob:
    return StoredJob(
        job=row["job"],
        client_id=row["client_id"],
        client_name=row["client_name"],
        operation=row["operation"],
        model=row["model"],
        state=JobState(row["state"]),
        attempts=row["attempts"],
        created=row["created"],
        started=row["started"],
        finished=row["finished"],
        submit=from_json(Submit, json.loads(row["submit"]), "submit"),
        asked=row["asked"],
        items=from_json(tuple[Item, ...], json.loads(row["items"]), "items"),
        record=json.loads(row["record"]),
        notes=tuple(json.loads(row["notes"])),
        error=from_json(ErrorInfo, json.loads(row["error"]), "error") if row["error"] else None,
        bytes=row["bytes"],
        has_pictures=bool(row["has_pictures"]),
    )
