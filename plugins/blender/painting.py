"""One job from reading the pixels to the candidates, the same for all commands."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import replace

from plugins.blender.blender_host import NEW, BlenderHost
from plugins.blender.landing import Keep, Landing
from plugins.blender.state import Run, studio
from plugins.common.form import Form
from plugins.common.host import Work
from plugins.common.intents import Intent
from plugins.common.phrases import say
from plugins.common.request import Order, Request, request, title_of
from plugins.common.store import Ticket, Values
from plugins.common.tasks import Task
from protocol.jobs import Picture
from protocol.messages import Output, Submit


def asked_for(
    intent: Intent,
    params: Values,
    pictures: Sequence[Picture],
    output: Output | None = None,
    document: str = NEW,
) -> Request:
    """A job whose pictures are no layers of a document. params: complete."""
    job, canvas = str(uuid.uuid4()), pictures[0].input.rect
    submit = Submit("", job, intent.operation, params, canvas=canvas, output=output or Output())
    title = title_of(intent, params)
    ticket = Ticket(job, intent.name, title, document, created=time.time())
    return Request(ticket, submit, tuple(pictures))


def painted_and_laid(run: Run, host: BlenderHost, form: Form, order: Order) -> Work[list[str]]:
    """Names of the new images where a script asked; in the window the first candidate is shown.
    Raises HostError, ImpastoError."""
    asked = yield from request(host, form, order)
    if order.intent.layers and not asked.submit.params.get("prompt"):
        title = f"{order.document.name} – {say(order.intent.label)}"
        asked = replace(asked, ticket=replace(asked.ticket, title=title))
    task = yield from painted(run, host, asked)
    return (yield from laid(run, task))


def painted(run: Run, host: BlenderHost, asked: Request, keep: Keep | None = None) -> Work[Task]:
    """Hand it in, and wait. keep: see `Landing`. Raises ImpastoError."""
    desk = studio()
    desk.remember(asked)
    desk.landings.expect(asked.ticket.job, Landing(host, keep))
    return (yield from desk.painted(run, asked))


def laid(run: Run, task: Task) -> Work[list[str]]:
    """Keep its candidates, or show the first one."""
    desk = studio()
    if not task.candidates:
        return []
    if run.keeps:
        return (yield from desk.landings.keep(task.candidates))
    desk.choose_candidate(task.candidates[0])
    return []
