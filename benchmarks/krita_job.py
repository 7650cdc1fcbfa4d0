"""Runs inside Krita for `benchmarks.krita`: figures as lists, one of every round.

Measures the plugin's own share: the daemon gives the picture back as it came.
"""

import sys
import time
import uuid
from importlib import import_module

ROUNDS = 7


def job(tools):
    answer = {"start": starts(), "looking": []}
    for depth in ("U8", "U16"):
        answer[depth] = yield from round_trips(tools, depth)
    return answer


def starts():
    """Seconds to import all of the plugin, and to make its docker, by themselves."""
    from impasto.docker import ImpastoDocker

    ImpastoDocker()  # the session is made once per Krita; its share is in `opening`
    imports, makes = [], []
    for _ in range(ROUNDS):
        mine = [name for name in sys.modules if name.split(".")[0] == "impasto"]
        kept = {name: sys.modules.pop(name) for name in mine}
        begun = time.perf_counter()
        for name in ("impasto.common.desk", "impasto.host", "impasto.view"):
            import_module(name)
        imports.append(time.perf_counter() - begun)
        for name in [name for name in sys.modules if name.split(".")[0] == "impasto"]:
            del sys.modules[name]
        sys.modules.update(kept)
        begun = time.perf_counter()
        ImpastoDocker()
        makes.append(time.perf_counter() - begun)
    return {"import": imports, "docker": makes}


def round_trips(tools, depth):
    """Seconds from the click to the layer at 1024², and of Krita's own call among them."""
    from impasto.common.host import NewLayer
    from impasto.common.request import Request
    from impasto.common.store import Ticket
    from impasto.docker import session
    from impasto.protocol.geometry import Rect
    from impasto.protocol.messages import Output, Submit

    document = yield from tools.new_document(1024, 1024, depth=depth)
    view = tools.docker("impasto").view
    yield from tools.until(lambda: session().is_ready, "the daemon", 60)
    view.draw()
    host, info = view.desk.host, view.desk.document
    canvas = Rect(0, 0, 1024, 1024)
    whole, krita = [], []
    for _ in range(ROUNDS + 1):
        layer = host.active_layer(info.key)
        begun = time.perf_counter()
        picture = yield from drive(host.read_pixels(info.key, canvas, layer.id))
        name = str(uuid.uuid4())
        submit = Submit("", name, "rehearse", {}, (), canvas, Output(info.layout, space=info.space))
        task = session().submit(Request(Ticket(name, "", "", info.key), submit, (picture,)))
        yield from waiting(view, task)
        (candidate,) = task.candidates
        yield from drive(host.add_layers(info.key, [candidate.layer], layer.id, ""))
        whole.append(time.perf_counter() - begun)
        session().forget(task)
        krita.append(own_call(document, host, info, candidate, NewLayer))
        yield 200
    document.setModified(False)
    document.close()
    yield 300
    return {"whole": whole[1:], "krita": krita[1:]}


def own_call(document, host, info, candidate, kind):
    """Krita's `addChildNode` of a layer that is filled already, which no plugin can avoid."""
    node = document.createNode("by itself", "paintlayer")
    node.setPixelData(bytes(candidate.layer.pixels), *candidate.layer.rect)
    begun = time.perf_counter()
    document.rootNode().addChildNode(node, document.activeNode())
    return time.perf_counter() - begun


def waiting(view, task):
    """As the docker does while something is under way, at its own pace."""
    from impasto.view import BUSY_MS

    while not task.state.is_final:
        view._poll()
        yield BUSY_MS
    assert task.candidates, task.failure


def drive(work):
    """Pieces of work, as many a turn of the event loop as the plugin's pump does."""
    while True:
        until = time.perf_counter() + 0.03
        while time.perf_counter() < until:
            try:
                next(work)
            except StopIteration as end:
                return end.value
        yield 0
