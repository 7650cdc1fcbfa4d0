"""What jobs inside the panel's process use; put before each of them by test_panel.py.

state(panel)     what the panel shows, as plain data
"""

from __future__ import annotations

from typing import Any


def state(panel: Any) -> dict[str, Any]:
    view, desk = panel.view, panel.view.desk
    notice = view.notice
    strip = view.results.strip
    return {
        "image": desk.document.name if desk.document else None,
        "images": [row[2] for row in view._images.get_model()],
        "intent": desk.intent.name,
        "prompt": view.form.prompt._typed(),
        "paint": [view.form.button.text, view.form.button.get_sensitive()],
        "tasks": [task.state.value for task in desk.unfinished],
        "rows": [row._doing.get_text() for row in view._rows.get_children()],
        "candidates": len(desk.candidates),
        "chosen": [candidate.place for candidate in strip.chosen],
        "applied": [candidate.is_applied for candidate in desk.candidates],
        "notice": notice.text.get_text() if notice.get_visible() else "",
        "cure": notice.button.get_label()
        if notice.get_visible() and notice.button.get_visible()
        else "",
        "buttons": [
            [each.text, each.get_sensitive()]
            for each in (view.results._apply, view.results._vary, view.results._discard)
        ],
        "album": view._album.get_label() if view._album.get_visible() else "",
        "fields": sorted([*view._basic._widgets, *view._advanced._widgets]),
        "values": desk.form.values(desk.intent),
    }
