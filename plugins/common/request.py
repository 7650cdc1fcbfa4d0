"""One job, from the artist's click to what is sent: which pixels are read, and from where.

Works in pieces (see `Work`), so that no program stalls; sends nothing itself.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace

from plugins.common.form import Form
from plugins.common.host import DocumentInfo, Host, LayerInfo, NewLayer, Work
from plugins.common.intents import Intent, find
from plugins.common.phrases import say
from plugins.common.store import Ticket, Values
from protocol.errors import BadRequest, EmptySelection, Remedy
from protocol.geometry import Rect, context_rect
from protocol.jobs import Picture
from protocol.messages import Input, Output, Submit

TITLE_LENGTH = 60


@dataclass(frozen=True)
class Order:
    """What the artist has chosen. reads_visible: what is seen, not the active layer alone.

    other: the second layer of a mix; None mixes the layer with the prompt.
    """

    intent: Intent
    document: DocumentInfo
    reads_visible: bool = False
    other: LayerInfo | None = None


@dataclass(frozen=True)
class Request:
    """Ready to be sent, and to be sent again."""

    ticket: Ticket
    submit: Submit
    pictures: tuple[Picture, ...]

    def again(self) -> Request:
        """The same under a new id: what failed once is another job."""
        name = str(uuid.uuid4())
        ticket = replace(self.ticket, job=name, created=time.time())
        return Request(ticket, replace(self.submit, job=name), self.pictures)


def request(host: Host, form: Form, order: Order) -> Work[Request]:
    """Reads what the intent needs. Raises HostError, EmptySelection, BadRequest."""
    intent, document = order.intent, order.document
    params = form.params(intent)
    active = host.active_layer(document.key)
    if intent.layers == 0:
        params = _sized(params, document.canvas)
        pictures: list[Picture] = []
        origin = _centred(params, document.canvas)
    else:
        pictures = yield from _pictures(host, form, order, params, active)
        origin = (0, 0)
    output = Output(layout=document.layout, space=document.space)
    submit = _submit(intent, params, document.canvas, output)
    ticket = Ticket(
        submit.job,
        intent.name,
        title_of(intent, params),
        document.key,
        document.path,
        active.id if active else None,
        origin,
        time.time(),
    )
    return Request(ticket, submit, tuple(pictures))


def variation(form: Form, canvas: Rect, ticket: Ticket, layer: NewLayer) -> Request:
    """More like one of a job's pictures, at the same place. Raises BadRequest."""
    intent = find("vary")
    params = {**form.params(intent), "prompt": "", "negative_prompt": ""}
    submit = _submit(intent, params, canvas, Output(layout=layer.layout, space=layer.space))
    shown = Input("image", layer.rect, layer.layout, 0, space=layer.space)
    ticket = replace(ticket, job=submit.job, intent=intent.name, origin=(0, 0), created=time.time())
    return Request(ticket, submit, (Picture(shown, layer.pixels),))


def title_of(intent: Intent, params: Values) -> str:
    """What layers are named after: the prompt, in short, else what was done."""
    return shortened(str(params.get("prompt") or "")) or say(intent.label)


def shortened(prompt: str) -> str:
    """On one line, and not too long for a layer's name."""
    words = " ".join(prompt.split())
    return words if len(words) <= TITLE_LENGTH else f"{words[: TITLE_LENGTH - 1]}…"


def _submit(intent: Intent, params: Values, canvas: Rect, output: Output) -> Submit:
    """Under a new name."""
    name = str(uuid.uuid4())
    return Submit("", name, intent.operation, params, canvas=canvas, output=output)


def _pictures(
    host: Host, form: Form, order: Order, params: Values, active: LayerInfo | None
) -> Work[list[Picture]]:
    document, intent = order.document, order.intent
    layer = None if order.reads_visible else active
    if layer is None and not order.reads_visible:
        raise BadRequest("Choose a layer to work on, or take what is visible.")
    name = layer.id if layer else None
    selection = host.selection(document.key)
    if intent.needs_selection:
        if selection is None:
            raise EmptySelection(
                "Select the part of the picture to work on.", remedy=Remedy("select_area")
            )
        policy = form.operation(intent).policy
        area = context_rect(selection, document.canvas, int(params.get("context") or 0), policy)
        image = yield from host.read_pixels(document.key, area, name)
        mask = yield from host.read_selection(document.key, area)
        return [image, mask]
    if intent.needs_selection is False:
        image = yield from host.read_pixels(document.key, document.canvas, name)
        return [image]
    area = _subject(selection, layer, document.canvas)
    first = yield from host.read_pixels(document.key, area, name)
    if intent.layers < 2 or order.other is None:
        return [first]
    theirs = _subject(None, order.other, document.canvas)
    second = yield from host.read_pixels(document.key, theirs, order.other.id)
    return [first, second]


def _subject(selection: Rect | None, layer: LayerInfo | None, canvas: Rect) -> Rect:
    """What is varied or mixed: the selection, else what is painted on the layer."""
    if selection is not None:
        return selection
    if layer is None:
        return canvas
    painted = layer.bounds.intersect(canvas)
    if painted.is_empty:
        raise BadRequest(say("The layer “{name}” has nothing on it.", name=layer.name))
    return painted


def _sized(params: Values, canvas: Rect) -> Values:
    """Without a size of its own a picture fills the canvas."""
    return {
        **params,
        "width": params.get("width") or canvas.width,
        "height": params.get("height") or canvas.height,
    }


def _centred(params: Values, canvas: Rect) -> tuple[int, int]:
    x = canvas.x + (canvas.width - int(params["width"])) // 2
    y = canvas.y + (canvas.height - int(params["height"])) // 2
    return x, y
