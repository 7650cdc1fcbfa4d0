"""Runs a registered plug-in when GIMP asks for it: values in, function, values out.

Declares nothing. Nothing that a plug-in's function raises may reach GIMP but as a sentence.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gi.repository import Gimp, GLib, GObject

from plugins.gimp.fu import parameters, values
from plugins.gimp.fu.errors import CancelError, error
from plugins.gimp.fu.pages import settle

if TYPE_CHECKING:
    from plugins.gimp.fu.registry import Registration


_modes: list[Any] = []
"""Of the calls that are under way, the innermost last."""


def is_interactive() -> bool:
    """Whether an artist started the plug-in that runs now, and can be asked."""
    return bool(_modes) and _modes[-1] == Gimp.RunMode.INTERACTIVE


def run_plain(procedure: Any, config: Any, of: Registration) -> Any:
    return _guarded(procedure, config, of, config.get_property("run-mode"), lambda: [])


def run_image(
    procedure: Any, mode: Any, image: Any, drawables: Any, config: Any, of: Registration
) -> Any:
    def given() -> list[Any]:
        if of.first == 1:
            return [image]
        return [image, _one_drawable(of, drawables or ())]

    return _guarded(procedure, config, of, mode, given)


def _one_drawable(of: Registration, drawables: Sequence[Any]) -> Any:
    say, kind = of.translate, of.parameters[1].kind
    if len(drawables) != 1:
        raise error(say("This works on one layer: select one."))
    if kind == parameters.PF_LAYER and not isinstance(drawables[0], Gimp.Layer):
        raise error(say("This works on a layer, not on a mask or channel: select a layer."))
    if kind == parameters.PF_CHANNEL and not isinstance(drawables[0], Gimp.Channel):
        raise error(say("This works on a channel: select one."))
    return drawables[0]


def run_load(
    procedure: Any, mode: Any, file: Any, _data: Any, flags: Any, config: Any, of: Registration
) -> tuple[Any, Any]:
    name = file.get_path() or file.get_uri()
    return _guarded(procedure, config, of, mode, lambda: [name] * of.first), flags


def run_save(
    procedure: Any,
    mode: Any,
    image: Any,
    file: Any,
    _options: Any,
    _data: Any,
    config: Any,
    of: Registration,
) -> Any:
    name = file.get_path() or file.get_uri()

    def given() -> list[Any]:
        chosen = image.get_selected_drawables() or image.get_layers()
        return [image, next(iter(chosen), None), name, name][: of.first]

    return _guarded(procedure, config, of, mode, given)


def _guarded(
    procedure: Any,
    config: Any,
    of: Registration,
    mode: Any,
    given: Callable[[], list[Any]],
) -> Any:
    """Run the function; what GIMP gets back. Raises nothing."""
    status = Gimp.PDBStatusType
    try:
        Gimp.get_plug_in().set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)
        if of.on_run is not None:
            of.on_run()
        first = given()
        image = next((each for each in first if isinstance(each, Gimp.Image)), None)
        is_asked = mode == Gimp.RunMode.INTERACTIVE and of.own
        if is_asked and not _asked(procedure, config, of, image):
            return procedure.new_return_values(status.CANCEL, GLib.Error())
        arguments = [*first, *_values(procedure, config, of, mode)]
        _modes.append(mode)
        try:
            result = of.function(*arguments)
            settle()
        finally:
            _modes.pop()
            _close_undo_groups()
        made = _returned(procedure, of, result)
        Gimp.displays_flush()
    except CancelError:
        return procedure.new_return_values(status.CANCEL, GLib.Error())
    except SystemExit as ended:
        if not ended.code:
            return procedure.new_return_values(status.SUCCESS, GLib.Error())
        return _failed(procedure, str(ended.code))
    except error as wrong:
        return _failed(procedure, sentence(wrong))
    except BaseException as wrong:
        traceback.print_exc()
        return _failed(procedure, sentence(wrong))
    return made


def _asked(procedure: Any, config: Any, of: Registration, image: Any) -> bool:
    """Whether the artist pressed OK."""
    from plugins.gimp.fu import dialog  # GimpUi needs a screen, scripts have none

    return dialog.ask(procedure, config, _title(of), of.own, of.translate, image)


def _values(procedure: Any, config: Any, of: Registration, mode: Any) -> list[Any]:
    was_asked = mode == Gimp.RunMode.INTERACTIVE
    return [
        values.value_of(each, config, procedure.find_argument(each.key), was_asked)
        for each in of.own
    ]


def _failed(procedure: Any, message: str) -> Any:
    with suppress(Exception):  # it failed already: what it left half done may not flush
        Gimp.displays_flush()
    return procedure.new_return_values(
        Gimp.PDBStatusType.EXECUTION_ERROR, GLib.Error(message or "The plug-in failed.")
    )


def _title(of: Registration) -> str:
    return of.translate(of.label).replace("_", "").rstrip(".… ") or of.name


def sentence(wrong: BaseException) -> str:
    """One line that says what went wrong, and for slips of the source also where."""
    lines = [line.strip() for line in str(wrong).splitlines() if line.strip()]
    said = " ".join(lines)
    is_said = isinstance(wrong, RuntimeError | OSError) or type(wrong).__module__ != "builtins"
    if said and is_said:
        return said
    frames = traceback.extract_tb(wrong.__traceback__)
    where = (
        f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    )
    return f"{type(wrong).__name__}{': ' + said if said else ''}{where}"


def _close_undo_groups() -> None:
    """End the groups that the plug-in began and did not end; GIMP would complain in a message."""
    for image in Gimp.get_images():
        for _ in range(100):
            if not image.undo_group_end():
                break


def _returned(procedure: Any, of: Registration, result: Any) -> Any:
    answer = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())
    if of.kind == "save":
        return answer
    if of.kind == "load":
        if not isinstance(result, Gimp.Image):
            raise error(f"{of.name} must return the image that it loaded.")
        return _replaced(answer, 1, procedure.get_return_values()[0], result)
    if not of.results:
        return answer
    is_wrapped = isinstance(result, tuple) and len(result) == 1
    given = [result] if len(of.results) == 1 and not is_wrapped else list(result or ())
    if len(given) != len(of.results):
        raise error(f"{of.name} must return {len(of.results)} values, not {len(given)}.")
    specs = list(procedure.get_return_values())
    made = [
        values.returned(each, value, spec)
        for each, value, spec in zip(of.results, given, specs, strict=True)
    ]
    for index, value in enumerate(made, start=1):
        answer.remove(index)
        answer.insert(index, value)
    return answer


def _replaced(answer: Any, index: int, spec: Any, value: Any) -> Any:
    holder = GObject.Value()
    holder.init(spec.value_type)
    holder.set_object(value)
    answer.remove(index)
    answer.insert(index, holder)
    return answer
