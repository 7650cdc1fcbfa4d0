"""The dialog in which the artist says the arguments of a plug-in: GIMP's own, drawn from them.

Runs no plug-in's function. GIMP itself remembers the last values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from gi.repository import Gdk, Gimp, GimpUi, GObject, Gtk

from plugins.gimp.fu import choosers, colors, parameters
from plugins.gimp.fu.errors import error
from plugins.gimp.fu.parameters import Parameter

MANY_ROWS = 12  # more are scrolled: the dialog would not fit on a laptop's screen
ROWS_HEIGHT = 560
TEXT_WIDTH, TEXT_HEIGHT = 260, 90
FILE_ACTIONS = {
    parameters.PF_FILE: Gimp.FileChooserAction.OPEN,
    parameters.PF_FILENAME: Gimp.FileChooserAction.SAVE,
    parameters.PF_DIRNAME: Gimp.FileChooserAction.SELECT_FOLDER,
}


def ask(
    procedure: Any,
    config: Any,
    title: str,
    own: Sequence[Parameter],
    say: Callable[[str], str],
    image: Any = None,
) -> bool:
    """Whether the artist pressed OK; the values are in `config` then. image: the one it is for.

    Raises error where there is no screen.
    """
    if Gdk.Display.get_default() is None:  # GimpUi.init would end the process
        raise error(say("There is no screen for a dialog: call it without one."))
    GimpUi.init(procedure.get_name())
    for of in own:
        _prepare(config, of, image)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, title)
    try:
        _fill(dialog, config, own, say)
        return bool(dialog.run())
    finally:
        dialog.destroy()


def _prepare(config: Any, of: Parameter, image: Any) -> None:
    """Values that GIMP leaves empty, though GIMP 2's dialogs never did."""
    if of.kind in FILE_ACTIONS:
        # Declared as "any": what a script passes may not be there yet. A dialog must say which.
        Gimp.param_spec_file_set_action(config.find_property(of.key), FILE_ACTIONS[of.kind])
    elif of.kind == parameters.PF_COLOR:
        value = colors.from_gegl(config.get_property(of.key))
        if (value is None or not any(value.floats())) and of.default is not None:
            config.set_property(of.key, colors.to_gegl(of.default))
    elif of.kind in parameters.RESOURCES and config.get_property(of.key) is None:
        config.set_property(of.key, parameters.resource_or_current(of))
    elif of.needs_one and of.kind in choosers.CURRENT and config.get_property(of.key) is None:
        config.set_property(of.key, choosers.current(of.kind, image))


# ---- rows ----------------------------------------------------------------------------------------


def _fill(dialog: Any, config: Any, own: Sequence[Parameter], say: Callable[[str], str]) -> None:
    rows = {of.key: row for of in own if (row := _row(dialog, of))}
    shown = [rows[of.key] for of in own if of.key in rows and not of.advanced]
    hidden = [rows[of.key] for of in own if of.key in rows and of.advanced]
    if hidden:
        dialog.get_label("advanced-label", say("Advanced"), False, False)
        dialog.fill_box("advanced-rows", hidden)
        dialog.fill_expander("advanced", "advanced-label", False, "advanced-rows")
        shown.append("advanced")
    if len(rows) > MANY_ROWS:
        dialog.fill_box("rows", shown)
        shown = [_scrolled(dialog, "rows")]
    dialog.fill(shown or None)
    choosers.add_missing(dialog, config, [of for of in own if of.key not in rows])


def _scrolled(dialog: Any, content: str) -> str:
    window = dialog.fill_scrolled_window(f"{content}-window", content)
    window.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
    window.set_propagate_natural_height(True)
    window.set_max_content_height(ROWS_HEIGHT)
    window.set_shadow_type(Gtk.ShadowType.NONE)
    return f"{content}-window"


def _row(dialog: Any, of: Parameter) -> str:
    """The name of its row in GIMP's dialog; empty if there is none."""
    if of.kind in parameters.RETURNED_ARRAYS or of.kind in parameters.OBJECT_ARRAYS:
        return ""
    if not choosers.is_known(of.kind):
        return ""
    if of.kind == parameters.PF_TEXT:
        return _text_row(dialog, of)
    if of.kind == parameters.PF_SLIDER:
        _set_digits(dialog.get_scale_entry(of.key, 1.0), of)
    elif of.kind in (parameters.PF_FLOAT, parameters.PF_SPINNER):
        _set_digits(dialog.get_widget(of.key, GObject.TYPE_NONE), of)
    return of.key


def _text_row(dialog: Any, of: Parameter) -> str:
    """Several lines, with the label above them."""
    view = dialog.get_widget(of.key, Gtk.TextView.__gtype__)
    view.set_wrap_mode(Gtk.WrapMode.WORD_CHAR)
    view.set_accepts_tab(False)
    scroll, label, frame = (f"{of.key}-{part}" for part in ("scroll", "label", "frame"))
    window = dialog.fill_scrolled_window(scroll, of.key)
    window.set_size_request(TEXT_WIDTH, TEXT_HEIGHT)
    dialog.get_label(label, of.label, False, True).set_mnemonic_widget(view)
    dialog.fill_frame(frame, label, False, scroll)
    return frame


def _set_digits(entry: Any, of: Parameter) -> None:
    """As many decimals as the step and the default have."""
    if entry is None or not hasattr(entry, "set_digits"):
        return
    if of.kind in parameters.ADJUSTABLE and of.is_whole:
        lower, upper, step = map(int, of.span)
        step = max(1, min(step, upper - lower))
        entry.set_increments(step, min(step * 10, max(step, upper - lower)))
        entry.set_digits(0)
        return
    step = abs(float(of.span[2])) or 1.0
    digits = max(0, math.ceil(-math.log10(step)) if step < 1 else 0)
    entry.set_digits(min(6, max(digits, _decimals(of.default), 1)))
    entry.set_increments(step, step * 10)


def _decimals(value: Any) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2]) if isinstance(value, float) else 0
