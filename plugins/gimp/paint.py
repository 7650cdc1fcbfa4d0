"""One job of a procedure: read, hand in, wait under GIMP's progress bar, lay the layers in.

Blocks the procedure's own process, never GIMP. Cancel on the bar kills that process at once, so
the daemon is asked to stop what a lost client has handed in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from plugins.common import intents, record
from plugins.common.about import VERSION
from plugins.common.desk import room_for
from plugins.common.form import Form
from plugins.common.host import DocumentInfo, HostError, LayerInfo, NewLayer, Work
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.request import Order, Request, request
from plugins.common.snapshot import known_catalogue
from plugins.common.tasks import Task, candidates_of
from plugins.common.wording import describe
from plugins.gimp.gimpfu import gimp
from plugins.gimp.host import GimpHost
from plugins.gimp.libraries import Gimp
from plugins.gimp.registered import follow, preferences
from protocol.client import Client, connect_to_daemon
from protocol.connection import read_connection, start_daemon
from protocol.errors import NotRunning
from protocol.jobs import Identity, Job
from protocol.messages import OnDisconnect
from protocol.params import Catalogue

T = TypeVar("T")

PATIENCE_S = 10.0
"""How long a daemon may be gone: the artist, or whoever started it, may start it again."""


class OneDrawable(GimpHost):
    """A host whose document and layer are those that the procedure was called with."""

    def __init__(self, image: Gimp.Image, drawable: Gimp.Drawable | None) -> None:
        super().__init__()
        self.key = self.key_of(image)
        self.choose(self.key)
        self._drawable = drawable

    def active_layer(self, document: str) -> LayerInfo | None:
        if self._drawable is None:
            return super().active_layer(document)
        return self.layer_info(document, self._drawable)


def paint(
    operation: str, image: Gimp.Image, drawable: Gimp.Drawable | None, values: dict[str, Any]
) -> list[Gimp.Layer]:
    """The new layers, the best first. values: by the names of `arguments`.

    Raises HostError and ImpastoError, whose messages are for artists.
    """
    values = dict(values)
    intent = _intent(operation, values.pop("intent", None))
    reads_visible, other = values.pop("source", None) == "visible", values.pop("other", None)
    host = OneDrawable(image, drawable)
    document = _document(host)
    form = Form(known_catalogue(preferences()), {})
    for name, value in values.items():
        field = form.field_named(intent, name)
        if field is not None:
            form.set(field, value)
    partner = host.layer_info(host.key, other) if other is not None else None
    asked = finished(request(host, form, Order(intent, document, reads_visible, partner)))
    with connected(intent.label) as client:
        job = _painted(client, asked)
    assert job.result is not None
    candidates = candidates_of(asked.ticket, job.items, job.result.record)
    layers = [candidate.layer for candidate in candidates]
    return _laid_in(host, layers, asked.ticket.above, asked.ticket.title, intent.expands)


def paint_again(image: Gimp.Image, drawable: Gimp.Drawable) -> list[Gimp.Layer]:
    """The layer's own picture painted once more, above it. Raises HostError, ImpastoError."""
    host = OneDrawable(image, drawable)
    layer = host.active_layer(host.key)
    text = host.read_record(host.key, layer.id) if layer is not None else ""
    if layer is None or not text:
        raise HostError(say("Choose a layer that Impasto has painted; this one has no record."))
    kept = record.LayerRecord.from_text(text)
    with connected("Paint again") as client:
        asked = record.again(client, kept, host.key)
        job = _painted(client, asked)
    item, pixels = record.same_picture(kept, job.items)
    rect = item.rect.shifted(*kept.origin)
    new = NewLayer(kept.title, rect, item.layout, item.space, pixels, kept.to_text())
    return _laid_in(host, [new], layer.id, kept.title, expands=False)


def finished(work: Work[T]) -> T:
    """The result of work in pieces, all done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


@contextmanager
def connected(label: str) -> Iterator[Client]:
    """A client of the running daemon; of one started for it where none is running.

    label: what the progress bar says meanwhile, and after a daemon was started.
    """
    label = say(label)
    gimp.progress_init(label if _is_running() else say("Impasto is starting …"))
    start_daemon()
    identity = Identity(str(uuid.uuid4()), "GIMP", VERSION)
    digest = known_catalogue(preferences()).digest
    with Client(connect_to_daemon, identity, digest) as client:
        told = client.wait_ready().catalogue
        if told:  # another one than the plug-in knows
            preferences().keep_catalogue(told)
            follow(Catalogue.from_json(told))
        gimp.progress_set_text(label)
        yield client


# ---- inside ----------------------------------------------------------------------------------


def _is_running() -> bool:
    try:
        read_connection()
    except NotRunning:
        return False
    return True


def _intent(operation: str, name: str | None) -> Intent:
    if name is not None:
        return intents.find(name)
    return next(each for each in intents.INTENTS if each.operation == operation)


def _document(host: OneDrawable) -> DocumentInfo:
    document = host.active_document()
    if document is None:
        raise HostError(say("Open or create a document first."))
    return document


def _painted(client: Client, asked: Request) -> Job:
    submit = replace(asked.submit, on_disconnect=OnDisconnect.CANCEL)
    job = client.submit(submit, asked.pictures, job=asked.ticket.job)
    task = Task(asked.ticket, asked, job)

    def show(_progress: object) -> None:
        Gimp.progress_set_text(describe(task))
        if task.share is not None:
            gimp.progress_update(task.share)

    job.wait(on_progress=show, patience_s=PATIENCE_S)
    return job


def _laid_in(
    host: OneDrawable, layers: Sequence[NewLayer], above: str | None, group: str, expands: bool
) -> list[Gimp.Layer]:
    canvas = room_for(host.info(host.key).canvas, layers) if expands else None
    added = finished(host.add_layers(host.key, layers, above, group, canvas))
    return [host.layer(host.key, each) for each in added]
