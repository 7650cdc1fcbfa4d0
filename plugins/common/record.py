"""What a layer remembers of how it was painted, and how the same is painted again.

A note of a few thousand characters, kept with the layer where the program can. Asks the daemon;
touches no document.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from plugins.common.request import Request
from plugins.common.store import Ticket
from protocol.client import Client, new_id
from protocol.codec import Buffer, from_json, to_json
from protocol.errors import BadRequest, NotFound
from protocol.geometry import Rect
from protocol.jobs import Painted, Picture
from protocol.messages import History, HistoryPage, Output, Submit
from protocol.pixels import ColorSpace, PixelLayout

TIMEOUT_S = 30.0


@dataclass(frozen=True)
class LayerRecord:
    """job, seed: where the daemon's history has it, and which of its pictures it is.

    origin: where in the document (0, 0) of the result lay. record: the daemon's own account of the
    job (parameters, seeds, hashes of what was sent).
    """

    job: str
    intent: str
    title: str
    rect: Rect
    layout: PixelLayout
    space: ColorSpace
    origin: tuple[int, int] = (0, 0)
    seed: int | None = None
    record: dict[str, Any] = field(default_factory=dict)

    def to_text(self) -> str:
        """ASCII, as GIMP's parasites want it."""
        return json.dumps(to_json(self))

    @classmethod
    def from_text(cls, text: str) -> LayerRecord:
        """Raises BadRequest for anything but what `to_text` made."""
        try:
            found: LayerRecord = from_json(cls, json.loads(text), "record")
        except (ValueError, RecursionError) as error:
            raise BadRequest("The layer's record is damaged.") from error
        return found


def again(client: Client, kept: LayerRecord, document: str) -> Request:
    """The job that made the layer, to be painted once more: with its inputs out of the history, or
    without any from the record alone. Raises NotFound when the inputs are gone."""
    try:
        page, blobs = _recalled(client, kept.job)
    except NotFound:
        submit, pictures = _from_words(kept)
    else:
        submit, pictures = _from_history(page, blobs)
    job = str(uuid.uuid4())
    ticket = Ticket(job, kept.intent, kept.title, document, origin=kept.origin, created=time.time())
    return Request(ticket, replace(submit, id="", job=job), pictures)


def same_picture(kept: LayerRecord, painted: Sequence[Painted]) -> Painted:
    """The one of the layer among the candidates of a rerun: ranks may differ, seeds do not."""
    for each in painted:
        if each.item.role == "layer" and each.item.seed == kept.seed:
            return each
    raise NotFound("The picture that this layer was made from did not come back.")


def _recalled(client: Client, job: str) -> tuple[HistoryPage, list[Buffer]]:
    page, blobs = client.request(History(new_id(), job=job), timeout_s=TIMEOUT_S)
    if not isinstance(page, HistoryPage) or page.submit is None:
        raise NotFound("This picture is no longer in the history.")
    if len(blobs) < len(page.items) + len(page.submit.inputs):
        raise NotFound("The pictures that this layer was painted from were deleted to make room.")
    return page, list(blobs)


def _from_history(page: HistoryPage, blobs: Sequence[Buffer]) -> tuple[Submit, tuple[Picture, ...]]:
    assert page.submit is not None
    inputs = page.submit.inputs
    pictures = tuple(Picture(entry, blobs[entry.blob]) for entry in inputs)
    return replace(page.submit, inputs=()), pictures


def _from_words(kept: LayerRecord) -> tuple[Submit, tuple[Picture, ...]]:
    operation, params = kept.record.get("operation"), kept.record.get("params")
    if not isinstance(operation, str) or not isinstance(params, dict):
        raise NotFound("The layer's record does not say how it was painted.")
    if kept.record.get("inputs"):
        raise NotFound(
            "The pictures that this layer was painted from are not in this daemon's history; "
            "only what was painted from words alone can be painted again without them."
        )
    output = Output(layout=kept.layout, space=kept.space)
    return Submit("", "", operation, params, output=output), ()
