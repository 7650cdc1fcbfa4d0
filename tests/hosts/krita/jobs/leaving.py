"""Hand in a job and end Krita while it is painted; or look for what became of such a job."""

from docker_tools import PAINTING_S, choose, fill_in, opened, press_paint


def job(tools):
    yield from tools.new_document(128, 128)
    view = yield from opened(tools)
    if tools.arguments["leaves"]:
        yield from choose(tools, view, "generate")
        fill_in(view, prompt="a red heart", steps=60, count=4)
        task = yield from press_paint(tools, view)
        yield from tools.until(lambda: task.share, "the first step", 60)
        return {"job": task.ticket.job}
    yield from tools.until(lambda: view.desk.candidates, "the pictures", PAINTING_S)
    return {
        "job": view.desk.candidates[0].ticket.job,
        "pictures": len(view.desk.candidates),
        "prompt": view._prompt._edit.toPlainText(),
    }
