"""`register` and `main`: plug-ins as GIMP 2 declared them, made GIMP 3's procedures.

Only declares; `running` runs.
"""

from __future__ import annotations

import gettext
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gi.repository import Babl, Gimp

from plugins.gimp.fu import parameters, running
from plugins.gimp.fu.errors import NotSupported, error
from plugins.gimp.fu.parameters import Parameter

PREFIXES = ("python-", "extension-", "plug-in-", "file-")
"""Names that begin otherwise became python-fu-… in GIMP 2."""

DRAWABLES = (parameters.PF_DRAWABLE, parameters.PF_LAYER, parameters.PF_CHANNEL)
IMAGE = (parameters.PF_IMAGE, "image", "Input image", None)
DRAWABLE = (parameters.PF_DRAWABLE, "drawable", "Input drawable", None)
FILE_NAMES = (
    (parameters.PF_STRING, "filename", "The name of the file", ""),
    (parameters.PF_STRING, "raw-filename", "The name of the file", ""),
)
STANDARD = ("run-mode", "image", "drawables", "file", "options", "procedure")
"""Names that GIMP 3 gives to arguments of its own."""


@dataclass(frozen=True)
class Registration:
    """One call of `register`. first: how many parameters GIMP itself gives, at their front."""

    name: str
    blurb: str
    help: str
    author: str
    copyright: str
    date: str
    label: str
    imagetypes: str
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]
    function: Callable[..., Any]
    menu: str
    kind: str
    first: int
    on_query: Callable[[], object] | None = None
    on_run: Callable[[], object] | None = None
    translate: Callable[[str], str] = field(default=str)

    @property
    def own(self) -> tuple[Parameter, ...]:
        """The parameters that are the plug-in's own, and in its dialog."""
        return self.parameters[self.first :]


REGISTERED: dict[str, Registration] = {}
"""By the procedure's name."""

HANDLERS: dict[str, dict[str, str]] = {}
"""Procedure → extensions, prefixes and magics of the files that it loads or saves."""

MENUS: dict[str, list[str]] = {}
"""Procedure → more places in the menus."""


def register(
    proc_name: str,
    blurb: str,
    help: str,
    author: str,
    copyright: str,
    date: str,
    label: str,
    imagetypes: str | None,
    params: Sequence[Sequence[Any]],
    results: Sequence[Sequence[Any]],
    function: Callable[..., Any],
    menu: str | None = None,
    domain: str | tuple[str, str] | None = None,
    on_query: Callable[[], object] | None = None,
    on_run: Callable[[], object] | None = None,
    *,
    advanced: Iterable[str] = (),
    exact_name: bool = False,
    translate: Callable[[str], str] | None = None,
) -> None:
    """Declare a plug-in, as gimpfu did; a parameter may have a help text as its sixth element.

    advanced: names of the parameters that the dialog keeps in an expander. exact_name: leave the
    procedure's name as it is; otherwise names without a usual prefix get `python-fu-`, as in
    GIMP 2. translate: for all that artists see, instead of `domain`. A layer or image that is
    declared with a help text, or with -1 as default, may stay unchosen in the dialog; others begin
    with the current one, as in GIMP 2. Raises error, NotSupported.
    """
    menu, label, entries = _placed(menu, label or "", list(params))
    name = _procedure_name(proc_name, exact_name)
    kind, first, made = _parameters(name, menu, imagetypes or "", entries, frozenset(advanced))
    REGISTERED[name] = Registration(
        name,
        *(str(text or "") for text in (blurb, help, author, copyright, date, label, imagetypes)),
        made,
        tuple(parameters.unique([parameters.result(each) for each in results], ())),
        function,
        menu,
        kind,
        first,
        on_query,
        on_run,
        translate or _translator(domain),
    )


def _placed(
    menu: str | None, label: str, entries: list[Sequence[Any]]
) -> tuple[str, str, list[Sequence[Any]]]:
    """The menu and the label apart, and the parameters with those that GIMP 2 added."""
    if menu is None and label.startswith("<"):
        menu, _, label = label.rpartition("/")
        entries = _with_standard_parameters(menu, entries)
    return _menu_path(menu or ""), label, entries


def _parameters(
    name: str,
    menu: str,
    imagetypes: str,
    entries: Sequence[Sequence[Any]],
    hidden: frozenset[str],
) -> tuple[str, int, tuple[Parameter, ...]]:
    """The kind of the procedure, how many parameters GIMP gives itself, and all of them."""
    made = [parameters.parameter(entry) for entry in entries]
    for unknown in hidden - {each.name for each in made}:
        raise error(f"{name} has no parameter {unknown!r} to keep in the expander.")
    kind, first = _kind_of(menu, imagetypes, made)
    own = parameters.unique(made[first:], STANDARD if kind != "plain" else STANDARD[:1])
    return kind, first, (*made[:first], *(_as_advanced(each, hidden) for each in own))


def _as_advanced(of: Parameter, hidden: frozenset[str]) -> Parameter:
    return parameters.replace(of, advanced=True) if of.name in hidden else of


def _procedure_name(name: str, exact: bool) -> str:
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise error(f"A procedure's name has letters, digits, - and _ only, not {name!r}.")
    made = name.replace("_", "-")
    if exact or made.startswith(PREFIXES):
        return made
    return f"python-fu-{made}"


def _with_standard_parameters(menu: str, entries: list[Sequence[Any]]) -> list[Sequence[Any]]:
    """GIMP 2 added these when the label had the whole menu path, and only then."""
    if menu.startswith("<Load>"):
        return [*FILE_NAMES, *entries]
    if menu.startswith("<Save>"):
        return [IMAGE, DRAWABLE, *FILE_NAMES, *entries]
    return [IMAGE, DRAWABLE, *entries] if menu.startswith("<Image>") else entries


def _menu_path(menu: str) -> str:
    for old, new in (("<Toolbox>", "<Image>"), ("<Vectors>", "<Paths>")):
        if menu.startswith(old):
            return new + menu.removeprefix(old)
    return menu.rstrip("/")


def _kind_of(menu: str, imagetypes: str, made: Sequence[Parameter]) -> tuple[str, int]:
    """Which kind of procedure it is, and how many parameters GIMP itself gives."""
    kinds = [each.kind for each in made]
    if menu.startswith("<Load>"):
        return "load", 2 if kinds[:2] == [parameters.PF_STRING] * 2 else 1
    if menu.startswith(("<Save>", "<Export>")):
        return "save", 4 if kinds[2:4] == [parameters.PF_STRING] * 2 else 3
    if kinds[:1] == [parameters.PF_IMAGE] and (menu.startswith("<Image>") or imagetypes):
        return "image", 2 if kinds[1:2] and kinds[1] in DRAWABLES else 1
    return "plain", 0


def _translator(domain: str | tuple[str, str] | None) -> Callable[[str], str]:
    if not domain:
        return str
    name, folder = (domain, None) if isinstance(domain, str) else domain
    found = gettext.translation(name, folder or Gimp.locale_directory(), fallback=True)
    return lambda text: found.gettext(text) if text else ""  # gettext of nothing is its header


# ---- procedures ----------------------------------------------------------------------------------


class FuPlugIn(Gimp.PlugIn):
    """All registered procedures of one file."""

    at_query = False

    def do_query_procedures(self) -> list[str]:
        self.at_query = True
        return list(REGISTERED)

    def do_set_i18n(self, _name: str) -> bool:
        return False  # labels are translated here: GIMP insists on a folder inside the plug-in

    def do_create_procedure(self, name: str) -> Any:
        Babl.init()  # else GIMP 3.0, asking what there is, ends the process at the first colour
        return create(self, REGISTERED[name], self.at_query)


def create(plug_in: Any, of: Registration, at_query: bool) -> Any:
    if at_query and of.on_query is not None:
        of.on_query()  # where GIMP 2's plug-ins said which files they load and save
    run, new = KINDS[of.kind]
    procedure = new(plug_in, of, run)
    say = of.translate
    if of.label:
        procedure.set_menu_label(say(of.label))
    if of.menu and of.kind in ("plain", "image"):
        procedure.add_menu_path(of.menu)
    for path in MENUS.get(of.name, ()):
        procedure.add_menu_path(_menu_path(path))
    procedure.set_documentation(say(of.blurb), say(of.help), of.name)
    procedure.set_attribution(of.author, of.copyright, of.date)
    if of.kind == "image" or (of.imagetypes and of.kind != "load"):
        procedure.set_image_types(of.imagetypes or "*")
    for each in of.own:
        translated = parameters.replace(each, label=say(each.label), help=say(each.help))
        parameters.declare(procedure, translated, at_query)
    for each in of.results if of.kind in ("plain", "image") else ():
        parameters.declare_result(procedure, each)
    return procedure


def _new_plain(plug_in: Any, of: Registration, run: Callable[..., Any]) -> Any:
    procedure = Gimp.Procedure.new(plug_in, of.name, Gimp.PDBProcType.PLUGIN, run, of)
    # Without it the menu entry is refused.
    procedure.add_enum_argument(
        "run-mode",
        "Run mode",
        "The run mode",
        Gimp.RunMode.__gtype__,
        Gimp.RunMode.INTERACTIVE,
        parameters.FLAGS,
    )
    return procedure


def _new_image(plug_in: Any, of: Registration, run: Callable[..., Any]) -> Any:
    procedure = Gimp.ImageProcedure.new(plug_in, of.name, Gimp.PDBProcType.PLUGIN, run, of)
    masks = Gimp.ProcedureSensitivityMask
    mask = masks.DRAWABLE
    if of.first == 1:  # it asks for no drawable
        mask = masks.DRAWABLE | masks.DRAWABLES | masks.NO_DRAWABLES
    procedure.set_sensitivity_mask(mask)
    return procedure


def _new_load(plug_in: Any, of: Registration, run: Callable[..., Any]) -> Any:
    procedure = Gimp.LoadProcedure.new(plug_in, of.name, Gimp.PDBProcType.PLUGIN, run, of)
    _set_handler(procedure, of, ("extensions", "prefixes", "magics"))
    return procedure


def _new_save(plug_in: Any, of: Registration, run: Callable[..., Any]) -> Any:
    procedure = Gimp.ExportProcedure.new(plug_in, of.name, Gimp.PDBProcType.PLUGIN, False, run, of)
    _set_handler(procedure, of, ("extensions", "prefixes"))
    return procedure


def _set_handler(procedure: Any, of: Registration, known: Iterable[str]) -> None:
    handler = HANDLERS.get(of.name, {})
    for each in known:
        if handler.get(each):
            getattr(procedure, f"set_{each}")(handler[each])
    if of.label:
        procedure.set_format_name(of.translate(of.label).replace("_", ""))


def add_handler(name: str, **what: str) -> None:
    """Which files a procedure loads or saves. Raises error when it is not registered."""
    HANDLERS.setdefault(_known(name), {}).update(what)


def add_menu(name: str, path: str) -> None:
    """Raises error when there is no such procedure here."""
    MENUS.setdefault(_known(name), []).append(path)


def _known(name: str) -> str:
    name = name.replace("_", "-")
    found = next((each for each in (name, f"python-fu-{name}") if each in REGISTERED), None)
    if found is None:
        raise error(f"{name} is not registered here.")
    return found


KINDS: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "plain": (running.run_plain, _new_plain),
    "image": (running.run_image, _new_image),
    "load": (running.run_load, _new_load),
    "save": (running.run_save, _new_save),
}


def main() -> None:
    """Hand the registered plug-ins to GIMP; the last call of a plug-in's file."""
    if not REGISTERED:
        raise NotSupported("Nothing was registered: call register() before main().")
    Gimp.main(FuPlugIn.__gtype__, sys.argv)
