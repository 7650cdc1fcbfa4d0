"""Runs inside Krita for `benchmarks.krita`: the longest time in a row, in seconds, that the docker
keeps Krita's event loop from turning while it works in an 8192² document.

Counts the docker's own code; Krita's `addChildNode` is told apart, and what Krita does by itself
afterwards is left out. So is the selection's outline: every 150 ms Krita draws it anew (35 ms of
one core at 8192² without a graphics card), and it does so within the docker's calls too, because
`setColorSpace` turns the event loop while it waits.
"""

import time
import uuid

SIDE = 8192
REST_MS = 1000


def job(tools):
    found, meter = {}, Meter(tools)
    watch(meter)
    yield from tools.new_document(64, 64)
    for name, case in tools.arguments["cases"]:
        meter.longest = found[name] = {}
        yield from one_format(tools, meter, *case)
    return found


def one_format(tools, meter, model, depth, profile, side):
    """side: of the square that is read, sent, shown and applied."""
    from impasto.docker import session
    from impasto.protocol.geometry import Rect

    document = yield from tools.new_document(SIDE, SIDE, model, depth, profile)
    view = tools.docker("impasto").view
    yield from tools.until(lambda: session().is_ready, "the daemon", 60)
    area = Rect(64, 64, side - 64, side - 64)
    select(document, area)
    hide_outline(tools)
    yield 5 * REST_MS  # Krita draws, and fills its caches
    view.draw()
    yield from meter.during("looking", pause(2 * REST_MS))
    host, key = view.desk.host, view.desk.document.key
    layer = host.active_layer(key).id
    reading = meter.pieces(host.read_pixels(key, area, layer))
    picture = yield from meter.during("reading", pumped(view, reading))
    reading = meter.pieces(host.read_selection(key, area))
    yield from meter.during("reading", pumped(view, reading))
    task = yield from meter.during("there and back", there_and_back(view, picture))
    del picture
    yield from meter.during("showing", shown(view))
    (candidate,) = task.candidates
    adding = meter.pieces(host.add_layers(key, [candidate.layer], layer, ""))
    yield from meter.during("applying", pumped(view, adding))
    session().forget(task)
    del candidate, task
    yield from meter.during("letting go", shown(view))
    document.setModified(False)
    document.close()
    yield 2 * REST_MS


class Meter:
    """longest: of each phase. What runs in one turn of the loop counts together."""

    def __init__(self, tools):
        self._stalls = tools.stall_meter()
        self._stalls._timer.timeout.connect(self._turned)
        self.longest = {}
        self._phase, self._own, self._depth = None, 0.0, 0

    def during(self, phase, work):
        self._stalls.start()
        self._phase, self._own = phase, 0.0
        result = yield from work
        self._turned()
        self._stalls.stop()
        self._phase = None
        return result

    def own(self, call):
        """The call, counted as the docker's."""

        def timed(*arguments, **named):
            self._depth += 1
            begun = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self._own += time.perf_counter() - begun

        return timed

    def kritas(self, call):
        """A call within the docker's that is not counted with it."""

        def timed(*arguments):
            begun = time.perf_counter()
            result = call(*arguments)
            took = time.perf_counter() - begun
            self._own -= took
            self.longest["addChildNode"] = took
            return result

        return timed

    def pieces(self, work):
        """The work, each piece of it counted."""
        step = self.own(lambda: next(work))
        while True:
            try:
                step()
            except StopIteration as end:
                return end.value
            yield

    def _turned(self):
        if self._phase is not None:
            self.longest[self._phase] = max(self.longest.get(self._phase, 0.0), self._own)
        self._own = 0.0


def watch(meter):
    """All of the docker's code that its timers, its painting and its signals run."""
    from impasto import host, overlay, strip, view
    from impasto.common import desk

    for owner, names in (
        (desk.Desk, ("poll", "look")),
        (view.DeskView, ("draw", "_picked")),
        (overlay.Overlay, ("eventFilter", "paintEvent", "_paint_more")),
        (strip, ("small_image",)),
    ):
        for name in names:
            setattr(owner, name, meter.own(getattr(owner, name)))
    host._attach = meter.kritas(host._attach)


def select(document, area):
    from krita import Selection

    chosen = Selection()
    chosen.select(*area, 200)
    document.setSelection(chosen)


def hide_outline(tools):
    """Of the document in front. The action knows whether it is shown only once it was triggered."""
    shown = tools.app.action("toggle_display_selection")
    shown.trigger()
    if shown.isChecked():
        shown.trigger()


def pause(milliseconds):
    yield milliseconds


def pumped(view, work):
    """Work in pieces, driven by the docker's own pump."""
    ended = []
    view.pump.start(work, ended.append)
    while not ended:
        assert view.pump.is_busy, "the work failed"
        yield 5
    return ended[0]


def there_and_back(view, picture):
    """Sent, given back by a daemon that paints nothing, and taken in by the docker."""
    from impasto.common.request import Request
    from impasto.common.store import Ticket
    from impasto.docker import session
    from impasto.protocol.messages import Output, Submit

    document, name = view.desk.document, str(uuid.uuid4())
    output = Output(document.layout, space=document.space)
    submit = Submit("", name, "rehearse", {}, (), document.canvas, output)
    ticket = Ticket(name, "", "", document.key)
    task = session().submit(Request(ticket, submit, (picture,)))
    while not task.state.is_final:
        yield 5
    assert task.candidates, task.failure
    return task


def shown(view):
    """All that the docker does with its candidates: a new one is chosen, and previewed, at once."""
    view.draw()
    yield REST_MS
