"""GIMP 2's `pdb`: procedures as attributes and items, called with positions and keywords.

Old names and old signatures are looked up in the tables of `renamed` and `filters` first. Must not
know what any procedure does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu import coercion
from plugins.gimp.fu.errors import NotSupported, Unknown, error
from plugins.gimp.fu.filters import FILTERS
from plugins.gimp.fu.renamed import REMOVED, RENAMED, RESIGNED

RUN_MODE = "run-mode"


def canonical(name: str) -> str:
    """gimp_image_new → gimp-image-new."""
    return name.replace("_", "-")


class Procedure:
    """A procedure of GIMP's as something to call."""

    def __init__(self, procedure: Any) -> None:
        self.procedure = procedure
        self.proc_name = procedure.get_name()

    # ---- calling ---------------------------------------------------------------------------------

    def __call__(self, *values: Any, run_mode: Any = None, **named: Any) -> Any:
        """What it returns: None, one value, or a tuple of several. Raises error when it failed.

        run_mode may be left out, like GIMP 2 let it be; so may arguments at the end, which then
        have their defaults.
        """
        config = self.procedure.create_config()
        specs = list(self.procedure.get_arguments())
        if specs and specs[0].name == RUN_MODE:
            values, mode = self._run_mode(values, specs, run_mode)
            config.set_property(RUN_MODE, mode)
            specs = specs[1:]
        for spec, value in paired(self.proc_name, specs, values):
            self._set(config, spec, value)
        known = {spec.name: spec for spec in specs}
        for name, value in named.items():
            if canonical(name) not in known:
                raise error(f"{self.proc_name} has no argument {name}.")
            self._set(config, known[canonical(name)], value)
        _quiet()
        return self._unpacked(self.procedure.run(config))

    def _run_mode(
        self, values: Sequence[Any], specs: Sequence[Any], run_mode: Any
    ) -> tuple[Sequence[Any], Any]:
        """The values without a run mode, and the run mode."""
        is_first = bool(values) and isinstance(values[0], Gimp.RunMode)
        if not is_first and len(values) == len(specs) and run_mode is None:
            is_first = type(values[0]) is int and values[0] in (0, 1, 2)
        if is_first:
            run_mode, values = (values[0] if run_mode is None else run_mode), values[1:]
        return values, Gimp.RunMode(
            int(Gimp.RunMode.NONINTERACTIVE if run_mode is None else run_mode)
        )

    def _set(self, config: Any, spec: Any, value: Any) -> None:
        what = f"{self.proc_name}: {spec.name}"
        made = coercion.to_gimp(value, spec, what)
        try:
            coercion.set_argument(config, spec, made)
        except TypeError as wrong:
            raise error(f"{what} cannot be {value!r}: {wrong}.") from None

    def _unpacked(self, values: Any) -> Any:
        status = values.index(0)
        if status == Gimp.PDBStatusType.CANCEL:
            raise error(f"{self.proc_name} was cancelled.")
        if status not in (Gimp.PDBStatusType.SUCCESS, Gimp.PDBStatusType.PASS_THROUGH):
            said = values.index(1) if values.length() > 1 else None
            said = said if isinstance(said, str) else Gimp.get_pdb().get_last_error()
            raise error(said or f"{self.proc_name} failed.")
        specs = list(self.procedure.get_return_values())[: values.length() - 1]
        found = [coercion.returned(values, i, spec) for i, spec in enumerate(specs, start=1)]
        if not found:
            return None
        return found[0] if len(found) == 1 else tuple(found)

    # ---- what is known of it ---------------------------------------------------------------------

    @property
    def proc_blurb(self) -> str:
        return self.procedure.get_blurb() or ""

    @property
    def proc_help(self) -> str:
        return self.procedure.get_help() or ""

    @property
    def proc_author(self) -> str:
        return self.procedure.get_authors() or ""

    @property
    def proc_copyright(self) -> str:
        return self.procedure.get_copyright() or ""

    @property
    def proc_date(self) -> str:
        return self.procedure.get_date() or ""

    @property
    def proc_type(self) -> Any:
        return self.procedure.get_proc_type()

    @property
    def params(self) -> tuple[tuple[str, str, str], ...]:
        """Type, name and description of every argument."""
        return tuple(_described(spec) for spec in self.procedure.get_arguments())

    @property
    def return_vals(self) -> tuple[tuple[str, str, str], ...]:
        return tuple(_described(spec) for spec in self.procedure.get_return_values())

    @property
    def nparams(self) -> int:
        return len(self.params)

    @property
    def nreturn_vals(self) -> int:
        return len(self.return_vals)

    def __repr__(self) -> str:
        return f"<pdb function {self.proc_name}>"


def _described(spec: Any) -> tuple[str, str, str]:
    return spec.value_type.name, spec.name, spec.get_blurb() or ""


def paired(name: str, specs: Sequence[Any], values: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each value with the argument it is for.

    GIMP 2 gave the number of an array's elements before the array: such a number is dropped. A
    plug-in that has declared an image but no drawable still has drawables in GIMP 3: they may be
    left out. Raises error when there are too many values.
    """
    left, at = list(specs), 0
    while at < len(values):
        if not left:
            raise error(f"{name} takes {len(specs)} arguments, not {len(values)}.")
        value, spec = values[at], left[0]
        more = values[at + 1] if at + 1 < len(values) else None
        if coercion.is_array(spec):
            if type(value) is int and isinstance(more, list | tuple | bytes | str):
                yield left.pop(0), more[:value]
                at += 2
                continue
            is_short = len(values) - at < len(left)
            if is_short and spec.name == "drawables" and not _may_be_items(value):
                left.pop(0)
                continue
        yield left.pop(0), value
        at += 1


def _may_be_items(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(each, Gimp.Item | int) for each in value)
    return value is None or isinstance(value, Gimp.Item)


def _quiet() -> None:
    """Let failing calls raise, and not show a message box of GIMP's as well."""
    plug_in = Gimp.get_plug_in()
    if plug_in is not None and plug_in.get_pdb_error_handler() != Gimp.PDBErrorHandler.PLUGIN:
        plug_in.set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)


class OldProcedure:
    """A function of the binding that stands for a procedure of GIMP 2."""

    def __init__(self, name: str, function: Callable[..., object], running: set[str]) -> None:
        self.proc_name = name
        self.function = function
        self.running = running
        self.__doc__ = function.__doc__

    def __call__(self, *values: Any, **named: Any) -> Any:
        if values and isinstance(values[0], Gimp.RunMode):
            values = values[1:]
        if "run_mode" in named and not _takes_run_mode(self.function):
            del named["run_mode"]
        _quiet()
        self.running.add(self.proc_name)
        try:
            return self.function(*values, **named)
        finally:
            self.running.discard(self.proc_name)

    def __repr__(self) -> str:
        return f"<pdb function {self.proc_name}>"


def _takes_run_mode(function: Callable[..., object]) -> bool:
    kinds = inspect.signature(function).parameters
    return "run_mode" in kinds or any(each.kind is each.VAR_KEYWORD for each in kinds.values())


class PDB:
    """All procedures of GIMP, under their names in GIMP 2 and in GIMP 3."""

    def __init__(self) -> None:
        self._running: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        """Raises Unknown, or NotSupported when only GIMP 2 had it."""
        name = canonical(name)
        # A function that stands for a procedure may call GIMP's own of the same name.
        if name in RESIGNED and name not in self._running:
            return OldProcedure(name, RESIGNED[name], self._running)
        native = Gimp.get_pdb().lookup_procedure(name)
        if native is not None:
            return Procedure(native)
        if name in RENAMED:
            return self[RENAMED[name]]
        if name in FILTERS:
            return OldProcedure(name, FILTERS[name], self._running)
        if name in REMOVED:
            raise NotSupported(f"GIMP 3 has no procedure {name}: {REMOVED[name]}")
        raise Unknown(f"GIMP has no procedure {name}.")

    def native(self, name: str) -> Procedure:
        """GIMP 3's own procedure, whatever GIMP 2 understood by that name. Raises Unknown."""
        found = Gimp.get_pdb().lookup_procedure(canonical(name))
        if found is None:
            raise Unknown(f"GIMP has no procedure {name}.")
        return Procedure(found)

    def __contains__(self, name: str) -> bool:
        return hasattr(self, name)

    def has_key(self, name: str) -> bool:
        return name in self

    def query(
        self,
        name: str = "",
        blurb: str = "",
        help: str = "",
        author: str = "",
        copyright: str = "",
        date: str = "",
        proc_type: str = "",
    ) -> list[str]:
        """Names of procedures; every argument is a regular expression, an empty one means any."""
        asked = (name, blurb, help, "", author, copyright, date, proc_type)
        return sorted(Gimp.get_pdb().query_procedures(*asked))

    def keys(self) -> list[str]:
        return self.query()

    def __iter__(self) -> Iterator[str]:
        return iter(self.query())

    def __len__(self) -> int:
        return len(self.query())

    def __dir__(self) -> list[str]:
        names = {*self.query(), *RESIGNED, *RENAMED, *FILTERS}
        return sorted({name.replace("-", "_") for name in names} | {"query", "native"})

    def __repr__(self) -> str:
        return "<GIMP's procedural database>"


pdb = PDB()
