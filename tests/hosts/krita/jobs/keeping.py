"""Paint with a Chinese prompt on an empty canvas, save under a Chinese name, open it again."""

from docker_tools import apply, choose, fill_in, opened, paint

PROMPT = "红色的心"


def job(tools):
    path = tools.arguments["path"]
    document = yield from tools.new_document(256, 256)
    document.setBatchmode(True)
    view = yield from opened(tools)
    yield from choose(tools, view, "generate")
    fill_in(view, prompt=PROMPT, count=2, seed=4)
    task = yield from paint(tools, view)
    yield from apply(tools, view)
    painted = bytes(task.candidates[0].layer.pixels)
    answer = {"name": document.activeNode().name()}
    assert document.saveAs(path)
    yield 500
    fill_in(view, count=3)
    yield 2500  # until the docker has remembered the values
    document.setModified(False)
    document.close()
    view.desk.session.forget(task)  # as after a restart: nothing is known but what was saved
    yield from tools.until(lambda: not tools.window.views(), "the document to be closed")
    yield 300

    document = yield from tools.open_document(path)
    yield from tools.until(lambda: view.desk.album.pages, "what was painted before")
    page = view.desk.album.pages[0]
    count = view.desk.form.field_named(view.desk.intent, "count")
    answer |= {
        "title": page.ticket.title,
        "pictures": len(page.pictures),
        "applied": [each.is_applied for each in page.pictures],
        "count": view.desk.form.get(count),
        "candidates": len(view.desk.candidates),
    }
    view._album._fold.setChecked(True)
    view._album._list.itemClicked.emit(view._album._list.item(0))
    yield from tools.until(lambda: view.desk.candidates, "the pictures from the history")
    answer["same"] = bytes(view.desk.candidates[0].layer.pixels) == painted
    return answer
