"""The procedures: *Filters ▸ Impasto*, Python-Fu, Script-Fu. Registered through gimpfu.

Declares only; `paint` does the work, `panel` the window.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from plugins.common.host import HostError
from plugins.common.intents import INTENTS
from plugins.common.phrases import choose_language, say, say_sentence
from plugins.gimp.arguments import arguments, values_of
from plugins.gimp.fu.errors import CancelError, error
from plugins.gimp.fu.running import is_interactive
from plugins.gimp.gimpfu import PF_DRAWABLE, PF_IMAGE, PF_LAYERARRAY, register
from plugins.gimp.libraries import Gimp, GLib
from plugins.gimp.registered import catalogue_to_register
from protocol.errors import ImpastoError
from protocol.params import Operation

T = TypeVar("T")

FILTERS, WINDOWS = "<Image>/Filters/Impasto", "<Image>/Windows"
AUTHOR, YEAR = "The authors of Impasto", "2026"
ON_LAYER = ((PF_IMAGE, "image", "Image", None), (PF_DRAWABLE, "drawable", "Layer", None))
LAYERS = ((PF_LAYERARRAY, "layers", "The new layers, the best first"),)


def register_all() -> None:
    """In the artist's language; with the parameters of the daemon that was met last before GIMP
    asked for them."""
    choose_language(GLib.get_language_names()[0])
    catalogue = catalogue_to_register(at_query="-query" in sys.argv)
    offered = {intent.operation for intent in INTENTS}
    for operation in catalogue.operations:
        if operation.name in offered:
            _register_operation(operation)
    text = say("Paint a layer of Impasto once more, out of the record that it carries.")
    _register("rerun", say("Paint This Layer Again"), text, FILTERS, ON_LAYER, LAYERS, _rerun)
    text = say("The window beside the image: prompt, candidates, history.")
    _register("panel", "Impasto", text, WINDOWS, (), (), _open_panel)


def _register(
    name: str,
    label: str,
    text: str,
    menu: str,
    params: Sequence[Sequence[Any]],
    results: Sequence[Sequence[Any]],
    function: Callable[..., Any],
    advanced: Sequence[str] = (),
) -> None:
    register(
        f"impasto-{name}", text, text, AUTHOR, AUTHOR, YEAR, label, "*" if params else "",
        params, results, function, menu=menu, advanced=advanced, exact_name=True,
        translate=say,
    )  # fmt: skip


def _register_operation(operation: Operation) -> None:
    known = arguments(operation)

    def run(image: Gimp.Image, drawable: Gimp.Drawable | None, *given: Any) -> list[Gimp.Layer]:
        from plugins.gimp.paint import paint  # GIMP asks what there is much oftener than it paints

        if is_interactive() and image.get_base_type() == Gimp.ImageBaseType.INDEXED:
            _offer_rgb(image)
        return _in_words(paint, operation.name, image, drawable, values_of(known, given))

    advanced = [each.name for each in known if each.is_advanced]
    params = [*ON_LAYER, *(each.declared for each in known)]
    label = f"{say(operation.label)} …"
    _register(operation.name, label, say(operation.help), FILTERS, params, LAYERS, run, advanced)


def _offer_rgb(image: Gimp.Image) -> None:
    """Raises CancelError. The conversion is an undo step of its own."""
    from plugins.gimp.host import NeedsRgb
    from plugins.gimp.offer import agrees

    if not agrees(str(NeedsRgb()), say("Convert to RGB")):
        raise CancelError
    image.convert_rgb()


def _rerun(image: Gimp.Image, drawable: Gimp.Drawable) -> list[Gimp.Layer]:
    from plugins.gimp.paint import paint_again

    return _in_words(paint_again, image, drawable)


def _open_panel() -> None:
    from plugins.gimp.panel.app import open_panel

    open_panel()


def _in_words(work: Callable[..., T], *given: Any) -> T:
    """What goes wrong is said to the artist in a sentence; GIMP shows it, or a script gets it."""
    try:
        return work(*given)
    except ImpastoError as trouble:
        raise error(say_sentence(trouble.message)) from trouble
    except HostError as trouble:
        raise error(say_sentence(str(trouble))) from trouble
