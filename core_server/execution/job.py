"""Carries out one job: operation, ranking, layers on disk, record.

Must not know processes or pipes; the worker passes in what it needs of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from core_server.execution.generate import generate
from core_server.execution.inpaint import inpaint
from core_server.execution.material import material
from core_server.execution.mix import mix
from core_server.execution.notes import layer_name
from core_server.execution.painting import Job, Painting
from core_server.execution.pictures import store
from core_server.execution.ranking import Place, ranked
from core_server.execution.record import record_of
from core_server.execution.seams import Engines, Report
from core_server.execution.vary import vary
from core_server.operations import MATERIAL
from core_server.worker.wire import Finished, Run
from protocol.errors import UnknownOperation
from protocol.messages import Item

OPERATIONS: Mapping[str, Callable[[Job], Painting]] = {
    "generate": generate,
    "inpaint": inpaint,
    "vary": vary,
    "mix": mix,
}


def execute(run: Run, engines: Engines, report: Report) -> Finished:
    """Do what a submit asks for and store its layers, best first, in the job's folder.

    Raises ImpastoError (RequestRejected, JobFailed, Cancelled) and OSError (disk full).
    """
    begun = time.monotonic()
    job = Job(run, engines, report)
    if run.submit.operation == MATERIAL:
        return material(job)
    painting = _operation(run)(job)
    report.finishing()
    places = ranked(painting, engines, wanted=bool(job.params.get("rank")))
    items = tuple(_finished(job, painting, rank, place) for rank, place in enumerate(places))
    seconds = time.monotonic() - begun
    return Finished(
        run.job,
        items,
        record_of(job, painting, places, seconds),
        tuple(dict.fromkeys(painting.notes)),
    )


def _operation(run: Run) -> Callable[[Job], Painting]:
    operation = OPERATIONS.get(run.submit.operation)
    if operation is None:
        raise UnknownOperation(
            f"There is no operation {run.submit.operation!r}; there are: {', '.join(OPERATIONS)}.",
            field="operation",
        )
    return operation


def _finished(job: Job, painting: Painting, rank: int, place: Place) -> Item:
    """Bring one candidate to the document and write it; one at a time, so that memory holds one."""
    job.report.check()
    layer = painting.develop(painting.images[place.candidate])
    item = store(layer.pixels, layer.rect, rank, job.folder, job.output)
    name = layer_name(painting.name, painting.name, rank)
    return replace(item, name=name, score=place.score, seed=painting.seeds[place.candidate])
