"""Every parameter type of the protocol as a widget of the panel, moved as an artist moves it."""

from __future__ import annotations

from typing import Any


def job(tools: Any) -> dict[str, Any]:
    from gi.repository import Gtk
    from impasto_gimp.common.form import Form
    from impasto_gimp.common.intents import Intent
    from impasto_gimp.panel.fields import FormView
    from impasto_gimp.protocol.messages import ModelInfo
    from impasto_gimp.protocol.params import (
        Catalogue,
        Choice,
        List,
        Model,
        Number,
        Operation,
        Option,
        Seed,
        Text,
        Toggle,
    )

    words = tuple(Option(name, name.capitalize()) for name in ("one", "two", "three"))
    params = (
        Number("share", "Share", minimum=0.0, maximum=1.0, default=0.25),
        Number("whole", "Whole", minimum=1, maximum=10, step=1, default=2, integer=True),
        Number("real", "Real", minimum=0.0, maximum=30.0, step=0.5, default=7.5),
        Number("maybe", "Maybe", minimum=0.0, maximum=30.0, step=0.5, nullable=True, unit="px"),
        Number("steps", "Steps", minimum=1, maximum=150, step=1, integer=True, nullable=True),
        Choice("choice", "Choice", options=words, default="two"),
        Choice("sampler", "Sampler", options=words, nullable=True),
        Toggle("toggle", "Toggle"),
        Text("text", "Text", max_length=20, suggestions=("a", "b")),
        Seed("seed", "Seed"),
        Model("model", "Model"),
        List("sizes", "Sizes", item=Number("size", "Size", maximum=9.0, default=0.0)),
    )
    intent = Intent("test", "Test", "", "test")
    form = Form(Catalogue((Operation("test", "Test", "", params),)), {})
    models = [
        ModelInfo("able", "Able", "x", True, {}, default=True),
        ModelInfo("unable", "Unable", "x", True, {"test": "no: it cannot paint."}),
        ModelInfo("absent", "Absent", "x", False, {}),
    ]
    refused: list[str] = []
    labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
    view = FormView("basic", refused.append, lambda _name: ["before"], labels)
    view.draw(form, intent, models, None)
    window = Gtk.Window(default_width=340)
    window.add(view)
    window.show_all()
    found = view._widgets
    answer: dict[str, Any] = {
        "before": form.values(intent),
        "shown": [
            found["share"]._spin.get_text(),
            found["whole"]._spin.get_text(),
            found["real"]._spin.get_text(),
            found["maybe"]._spin.get_text(),
            found["steps"]._spin.get_text(),
            found["seed"]._line.get_text(),
        ],
        "models": [[row[1], row[2], row[3]] for row in found["model"].get_model()],
    }
    found["share"]._adjustment.set_value(70)
    for name, typed in (("whole", "9"), ("real", "1.5"), ("maybe", "0"), ("steps", "30")):
        found[name]._spin.set_text(typed)
    view.commit()
    found["choice"].set_active(2)
    found["sampler"].set_active(1)
    found["toggle"].set_active(True)
    found["text"].set_text("hello")
    found["seed"]._line.set_text("42")
    found["model"].set_active(1)
    found["sizes"].set_text("1, 2.5")
    found["sizes"].emit("activate")
    answer["after"] = form.values(intent)
    answer["locked"] = found["seed"]._lock.get_active()

    found["maybe"]._spin.spin(Gtk.SpinType.HOME, 0)
    found["sampler"].set_active(0)
    found["seed"]._lock.set_active(False)
    found["seed"].show_last(7)
    answer["last seed"] = found["seed"]._line.get_text()
    found["sizes"].set_text("1, many")
    found["sizes"].emit("activate")
    answer["again"] = {
        name: form.values(intent)[name] for name in ("maybe", "sampler", "seed", "sizes")
    }
    answer["refused"] = refused
    found["steps"]._spin.set_text("what?")
    view.commit()
    answer["nonsense"] = [found["steps"]._spin.get_text(), form.values(intent)["steps"]]
    window.destroy()
    return answer
