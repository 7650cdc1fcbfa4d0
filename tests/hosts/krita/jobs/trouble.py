"""Without a daemon, with one that is killed in mid-job, and with two windows on one canvas."""

from docker_tools import PAINTING_S, choose, fill_in, opened, paint, press_paint
from impasto.qt import QtWidgets

QDockWidget = QtWidgets.QDockWidget


def job(tools):
    yield from tools.new_document(128, 128)
    view = tools.docker("impasto").view
    yield from tools.until(lambda: view._notice_button.isVisible(), "what is wrong")
    answer = {"without": [view._notice_text.text(), view._notice_button.text()]}
    tools.screenshot(tools.folder / "without.png")
    view._notice_button.click()
    yield from tools.until(lambda: view.desk.session.is_ready, "the daemon", 60)
    yield from opened(tools)
    answer["started"] = view.desk.notice is None

    yield from choose(tools, view, "generate")
    view._button.click()
    yield from tools.until(lambda: view._notice_text.isVisible(), "what is missing")
    answer["no prompt"] = view._notice_text.text()
    fill_in(view, prompt="a red heart", steps=80, count=8)
    task = yield from press_paint(tools, view)
    yield from tools.until(lambda: task.share, "the first step", 60)
    tools.say("painting")
    yield from tools.hear("killed")
    yield from tools.until(lambda: view._notice_button.isVisible(), "what happened")
    answer["killed"] = [view._notice_text.text(), view._notice_button.text()]
    tools.screenshot(tools.folder / "killed.png")
    view._notice_button.click()
    yield from tools.until(lambda: task.state.is_final, "the job after all", PAINTING_S)
    answer["finished"] = [task.state.value, len(task.candidates)]

    window = tools.app.openWindow()
    window.qwindow().show()
    document = tools.app.activeDocument()
    window.addView(document)
    yield 1000
    docker = window.qwindow().findChild(QDockWidget, "impasto")
    answer["other"] = docker.view is not view
    other = docker.view
    docker.setVisible(True)
    yield from tools.until(lambda: other.desk.candidates, "the candidates in both windows")
    fill_in(other, prompt="a blue star", steps=8, count=1)
    second = yield from paint(tools, other)
    answer["both"] = [second in other.desk.tasks, second in view.desk.tasks]
    return answer
