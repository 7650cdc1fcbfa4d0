"""The docker as an artist works it: its real buttons and fields, pressed and filled in."""

from __future__ import annotations

PAINTING_S = 150


def opened(tools):
    """The docker's view, once it has a form: `yield from opened(tools)`."""
    view = tools.docker("impasto").view
    yield from tools.until(lambda: view.desk.offered and view.desk.document, "the form", 60)
    return view


def choose(tools, view, intent):
    """Press the button of an intent, once it is offered."""

    def button():
        view.draw()
        names = view._intents._names
        return view._intents._buttons[names.index(intent)] if intent in names else None

    (yield from tools.until(button, f"the button {intent}")).click()
    yield 50
    assert view.desk.intent.name == intent


def fill_in(view, **values):
    """Type the prompt; other fields through the form that the widgets show."""
    if "prompt" in values:
        view._prompt._edit.setPlainText(values.pop("prompt"))
    for name, value in values.items():
        field = view.desk.form.field_named(view.desk.intent, name)
        assert field is not None, f"no field {name}"
        view.desk.form.set(field, value)
    for form in (view._basic, view._advanced):
        form.forget()
    view.draw()


def press_paint(tools, view):
    """Press the large button; gives the task once it is handed in."""
    known = {task.ticket.job for task in view.desk.session.tasks}
    view._button.click()

    def fresh():
        assert view.desk.trouble is None, view.desk.trouble
        tasks = view.desk.session.tasks
        return next((task for task in tasks if task.ticket.job not in known), None)

    return (yield from tools.until(fresh, "the job to be handed in"))


def paint(tools, view):
    """Press the button and wait for the candidates."""
    task = yield from press_paint(tools, view)
    yield from tools.until(lambda: task.state.is_final, "the painting", PAINTING_S)
    assert task.candidates, (task.state, view.desk.notice)
    yield 100
    return task


def apply(tools, view):
    """Press Apply and wait until the chosen candidates are layers."""
    chosen = view._strip.chosen
    assert chosen, "no candidate is chosen"
    view._apply.click()
    yield from tools.until(lambda: all(each.is_applied for each in chosen), "the layers")
    yield 200
    return chosen
